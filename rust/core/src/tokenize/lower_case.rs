//! Lower case by a given version of Unicode, in place: the binding learns the version from the running interpreter.
//!
//! Blocks of 64 bytes are searched for the first bytes of characters that may have another lower case. They are few in
//! most texts, and each is looked up. Linear.

use std::collections::HashMap;

use crate::cpu::{Cpu, Isa, Kernel};
use crate::tokenize::blocks::{BLOCK, bits};
use crate::tokenize::code_points::{code_points, push_code_point};

/// The lower case of each code point beyond ASCII.
pub struct LowerCase {
    /// For each code point below [`MARKED`]: 0 if it stays, its new bytes if they are two, and [`ELSE`] otherwise.
    near: Vec<u16>,
    /// The bytes that replace other code points. None if the text has to be lower-cased another way: if they are more or
    /// fewer bytes than the code point takes, or depend on its neighbours.
    far: HashMap<u32, Option<Vec<u8>>>,
    /// True if a code point changes that [`candidates`] would not find.
    unforeseen: bool,
}

const MARKED: usize = 0x1_0000;
/// The bytes of no code point.
const ELSE: u16 = 1;

impl Default for LowerCase {
    fn default() -> Self {
        Self { near: vec![0; MARKED], far: HashMap::new(), unforeseen: false }
    }
}

impl LowerCase {
    /// Learns the lower case of a code point that changes. None if it depends on the neighbours.
    pub fn learn(&mut self, point: u32, lower: Option<&[u8]>) {
        let mut bytes = Vec::new();
        push_code_point(&mut bytes, point);
        let lower = lower.filter(|lower| lower.len() == bytes.len());
        let near = self.near.get_mut(point as usize);
        match (near, lower) {
            (Some(near), Some(&[first, second])) => *near = u16::from_le_bytes([first, second]),
            (near, lower) => {
                near.into_iter().for_each(|near| *near = ELSE);
                self.far.insert(point, lower.map(<[u8]>::to_vec));
            }
        }
        let mut block = [b' '; BLOCK];
        block[..bytes.len()].copy_from_slice(&bytes);
        self.unforeseen |= Cpu::detect().call(Candidates(&block, b' ')) & 1 == 0;
    }

    /// Lower-cases a text. Returns false if a character cannot be replaced in place; the text is then to be lower-cased
    /// another way.
    pub fn apply(&self, cpu: Cpu, text: &mut [u8]) -> bool {
        cpu.call(Apply { lower: self, text })
    }

    /// Lower-cases the character at the start of these bytes. Returns false if it cannot be replaced in place.
    #[inline]
    fn replace(&self, text: &mut [u8]) -> bool {
        let Some((point, bytes)) = code_points(text).next() else { return true };
        let length = bytes.len();
        match self.near.get(point as usize) {
            Some(0) => return true,
            Some(&near) if near != ELSE => {
                text[..2].copy_from_slice(&near.to_le_bytes());
                return true;
            }
            _ => {}
        }
        match self.far.get(&point) {
            None => true,
            Some(None) => false,
            Some(Some(lower)) => {
                text[..length].copy_from_slice(lower);
                true
            }
        }
    }
}

struct Apply<'a> {
    lower: &'a LowerCase,
    text: &'a mut [u8],
}

impl Kernel for Apply<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<I: Isa>(self, isa: I) -> bool {
        let Self { lower, text } = self;
        text.make_ascii_lowercase();
        if lower.unforeseen {
            return text.is_ascii();
        }
        let mut place = 0;
        while place < text.len() {
            let rest = &text[place..];
            let mut padded = [b' '; BLOCK];
            let block = rest.first_chunk().unwrap_or_else(|| {
                padded[..rest.len()].copy_from_slice(rest);
                &padded
            });
            let found = candidates(isa, block, rest.get(BLOCK).copied().unwrap_or(b' '));
            for bit in bits(found) {
                if !lower.replace(&mut text[place + bit as usize..]) {
                    return false;
                }
            }
            place += BLOCK;
        }
        true
    }
}

/// The first bytes of characters that may have another lower case. `after` is the byte that follows the block.
///
/// Small letters of Latin-1 and Russian, the punctuation from U+2000 on, and most scripts of Asia are not among them.
/// [`LowerCase::learn`] checks this for each version of Unicode.
#[inline(always)]
fn candidates<I: Isa>(isa: I, block: &[u8; BLOCK], after: u8) -> u64 {
    let next = |first: u8, count: u8| {
        isa.within(block, first, count) >> 1 | u64::from(after.wrapping_sub(first) < count) << 63
    };
    if isa.within(block, 0x80, 0x80) == 0 {
        return 0;
    }
    let one = |byte| isa.within(block, byte, 1);
    let two_bytes = one(0xC3) & next(0x80, 0x1F) | one(0xD0) & next(0x80, 0x30) | one(0xD1) & next(0xA0, 0x20);
    let three_bytes = one(0xE2) & next(0x84, 0x3C) | one(0xEF) & next(0xBC, 1);
    two_bytes | three_bytes | isa.within_any(block, [(0xC4, 12), (0xD2, 4), (0xE1, 1), (0xEA, 1), (0xF0, 16)])
}

/// See [`candidates`].
struct Candidates<'a>(&'a [u8; BLOCK], u8);

impl Kernel for Candidates<'_> {
    type Output = u64;

    #[inline(always)]
    fn run<I: Isa>(self, isa: I) -> u64 {
        candidates(isa, self.0, self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;

    fn by_rust() -> LowerCase {
        let mut lower = LowerCase::default();
        for char in ('\u{80}'..=char::MAX).filter(|char| !char.to_lowercase().eq([*char])) {
            let text: String = char.to_lowercase().collect();
            lower.learn(char.into(), (char != 'Σ').then_some(text.as_bytes()));
        }
        lower
    }

    #[test]
    fn texts_are_lower_cased_as_by_rust() {
        let lower = by_rust();
        assert!(!lower.unforeseen);
        let all: Vec<char> = ('\0'..='\u{1FFFF}').chain(['Ж', 'ж', 'É', 'ß', '“', '漢', 'か', 'Σ', 'İ', 'K']).collect();
        let mut random = Random::new(5);
        for round in 0..3000 {
            let some = if round % 2 == 0 { &all[..] } else { &all[all.len() - 10..all.len() - 3 * (round % 4 / 2)] };
            let text: String = (0..random.below(150)).map(|_| some[random.below(some.len())]).collect();
            let expected = text.to_lowercase();
            let in_place = text.chars().all(|char| {
                let lower: String = char.to_lowercase().collect();
                char != 'Σ' && (char.is_ascii() || lower.len() == char.len_utf8())
            });
            for cpu in Cpu::available() {
                let mut bytes = text.clone().into_bytes();
                assert_eq!(lower.apply(cpu, &mut bytes), in_place, "{text}");
                assert!(!in_place || bytes == expected.as_bytes(), "{text}");
            }
        }
    }

    #[test]
    fn every_change_is_made_at_every_place() {
        let lower = by_rust();
        let near = (0..).zip(&lower.near).filter(|(_, near)| **near > ELSE);
        let near = near.map(|(point, near)| (point, Some(near.to_le_bytes().to_vec())));
        for (point, change) in lower.far.clone().into_iter().chain(near) {
            let mut character = Vec::new();
            push_code_point(&mut character, point);
            for before in [0, 1, BLOCK - 3, BLOCK - 2, BLOCK - 1, BLOCK] {
                let text = [vec![b'a'; before], character.clone(), vec![0xD0, 0xB0]].concat();
                for cpu in Cpu::available() {
                    let mut made = text.clone();
                    assert_eq!(lower.apply(cpu, &mut made), change.is_some(), "{point:x}");
                    if let Some(change) = &change {
                        assert_eq!(made[before..][..change.len()], *change, "{point:x}");
                    }
                }
            }
        }
    }
}
