//! Lower case by a given version of Unicode, in place: the binding learns the version from the running interpreter and
//! tells the process of it.
//!
//! Blocks of 64 bytes are searched for the first bytes of characters that may have another lower case. They are few in
//! most texts, and each is looked up. Linear.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::limits::memory;
use crate::tokenize::blocks::{BLOCK, before, bits, block_at};
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

/// The lower case that tokenizers use.
static OF_PROCESS: OnceLock<LowerCase> = OnceLock::new();

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

    /// Makes this the lower case that tokenizers use, once a process.
    pub fn set(self) -> &'static Self {
        OF_PROCESS.get_or_init(|| self)
    }

    /// The lower case that tokenizers use; that of Rust's version of Unicode if none was set.
    fn of_process() -> &'static Self {
        OF_PROCESS.get_or_init(Self::of_rust)
    }

    fn of_rust() -> Self {
        let mut lower = Self::default();
        for char in ('\u{80}'..=char::MAX).filter(|char| !char.to_lowercase().eq([*char])) {
            let text: String = char.to_lowercase().collect();
            lower.learn(char.into(), (char != 'Σ').then_some(text.as_bytes()));
        }
        lower
    }

    /// True if [`Self::apply`] would lower-case this text.
    pub fn takes(&self, cpu: Cpu, text: &[u8]) -> bool {
        cpu.call(Takes { lower: self, text })
    }

    /// Lower-cases a text. Returns false if a character cannot be replaced in place; the text is then to be lower-cased
    /// another way.
    pub fn apply(&self, cpu: Cpu, text: &mut [u8]) -> bool {
        cpu.call(Apply { lower: self, text })
    }

    /// Lower-cases the character at the start of these bytes. Returns false if it cannot be replaced in place.
    #[inline]
    fn replace(&self, text: &mut [u8]) -> bool {
        match self.change(text) {
            Change::Stays => true,
            Change::Near(lower) => {
                text[..2].copy_from_slice(&lower);
                true
            }
            Change::Far(lower) => {
                text[..lower.len()].copy_from_slice(lower);
                true
            }
            Change::Else => false,
        }
    }

    /// The change of the character at the start of these bytes.
    #[inline]
    fn change(&self, text: &[u8]) -> Change<'_> {
        let Some((point, _)) = code_points(text).next() else { return Change::Stays };
        match self.near.get(point as usize) {
            Some(0) => return Change::Stays,
            Some(&near) if near != ELSE => return Change::Near(near.to_le_bytes()),
            _ => {}
        }
        match self.far.get(&point) {
            None => Change::Stays,
            Some(None) => Change::Else,
            Some(Some(lower)) => Change::Far(lower),
        }
    }
}

/// The change of a character in lower case.
enum Change<'a> {
    Stays,
    /// To these two bytes.
    Near([u8; 2]),
    /// To as many bytes as the character has.
    Far(&'a [u8]),
    /// It cannot be made in place.
    Else,
}

/// A lower-cased copy of a text that [`LowerCase::takes`].
pub(super) fn lowered(text: &[u8]) -> Result<Vec<u8>, Error> {
    let mut copy = memory::copy(text)?;
    if copy.is_ascii() {
        copy.make_ascii_lowercase();
    } else {
        LowerCase::of_process().apply(Cpu::detect(), &mut copy);
    }
    Ok(copy)
}

/// See [`LowerCase::takes`].
struct Takes<'a> {
    lower: &'a LowerCase,
    text: &'a [u8],
}

impl Kernel for Takes<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<I: Isa>(self, isa: I) -> bool {
        let Self { lower, text } = self;
        if lower.unforeseen {
            return text.is_ascii();
        }
        for place in (0..text.len()).step_by(BLOCK) {
            let (block, after) = block_at(text, place);
            if bits(candidates(isa, &block, after))
                .any(|bit| matches!(lower.change(&text[place + bit as usize..]), Change::Else))
            {
                return false;
            }
        }
        true
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
        for place in (0..text.len()).step_by(BLOCK) {
            let (block, after) = block_at(text, place);
            for bit in bits(candidates(isa, &block, after)) {
                if !lower.replace(&mut text[place + bit as usize..]) {
                    return false;
                }
            }
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
    if isa.within(block, 0x80, 0x80) == 0 {
        return 0;
    }
    let one = |byte| isa.within(block, byte, 1);
    let two_bytes = one(0xC3) & before(isa, block, after, 0x80, 0x1F)
        | one(0xD0) & before(isa, block, after, 0x80, 0x30)
        | one(0xD1) & before(isa, block, after, 0xA0, 0x20);
    let three_bytes =
        one(0xE2) & before(isa, block, after, 0x84, 0x3C) | one(0xEF) & before(isa, block, after, 0xBC, 1);
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

    #[test]
    fn texts_are_lower_cased_as_rust_does() {
        let lower = LowerCase::of_rust();
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
                assert_eq!(lower.takes(cpu, &bytes), in_place, "{text}");
                assert_eq!(lower.apply(cpu, &mut bytes), in_place, "{text}");
                assert!(!in_place || bytes == expected.as_bytes(), "{text}");
            }
        }
    }

    #[test]
    fn every_change_is_made_at_every_place() {
        let lower = LowerCase::of_rust();
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
