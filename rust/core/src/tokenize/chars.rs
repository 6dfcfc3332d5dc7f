//! Code points as tokens: all of them, or all but white space.
//!
//! Characters need no vocabulary. The id of an ASCII character is its code point; other characters are numbered in the
//! order in which they are first seen. Linear.

use crate::cpu::Isa;
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;
use crate::limits::room::AtWork;
use crate::tokenize::blocks::{BLOCK, block_at};
use crate::tokenize::code_points::{code_point, code_points, is_whitespace};

/// Calls `token` for each code point that is not white space and `newline` at each line end, in order.
pub(super) fn each<'a, E>(
    text: &'a [u8],
    mut token: impl FnMut(&'a [u8]) -> Result<(), E>,
    mut newline: impl FnMut(),
) -> Result<(), E> {
    for (point, bytes) in code_points(text) {
        if point == u32::from(b'\n') {
            newline();
        } else if !is_whitespace(point) {
            token(bytes)?;
        }
    }
    Ok(())
}

/// The ids of code points.
pub(super) struct Points {
    /// The id of each code point plus 1, with the bit [`SPACE`] if it is white space; 0 for a code point that was not seen
    /// yet.
    entries: Vec<u32>,
    next: u32,
}

/// Marks white space.
const SPACE: u32 = 1 << 31;
/// Code points below this are their own ids.
pub(super) const ASCII: u32 = 0x80;
/// With more ids than this, numbering starts again: no language has as many characters.
const MOST: u32 = 1 << 16;

impl Points {
    /// No ids beyond ASCII.
    pub fn new() -> Self {
        Self { entries: Vec::new(), next: ASCII }
    }

    /// A number above every id given so far.
    pub fn ids(&self) -> usize {
        self.next as usize
    }

    /// Forgets all ids if there are more than the bound, and returns true if it did. Ids given before become invalid.
    pub fn bound(&mut self) -> bool {
        let forget = self.next > MOST;
        if forget {
            *self = Self::new();
        }
        forget
    }

    /// The code points beyond ASCII, in the order of their ids.
    pub fn beyond_ascii(&self) -> Vec<u32> {
        let mut points = vec![0; (self.next - ASCII) as usize];
        for (point, &entry) in self.entries.iter().enumerate().skip(ASCII as usize).filter(|(_, entry)| **entry != 0) {
            points[(id_of(entry) - ASCII) as usize] = point as u32;
        }
        points
    }

    /// Appends the ids of the code points of a text. Leaves out white space unless `whitespace`.
    #[inline(always)]
    pub fn append<I: Isa>(
        &mut self,
        isa: I,
        text: &[u8],
        whitespace: bool,
        interrupt: &Interrupt,
        out: &mut Vec<u32>,
    ) -> Result<(), Error> {
        let before = out.len();
        memory::resize(out, 0, before + text.len() + BLOCK, interrupt)?;
        let ids = &mut out[before..];
        let (mut count, mut place) = (0, 0);
        while place < text.len() {
            interrupt.spend(BLOCK)?;
            let rest = &text[place..];
            let block = &block_at(text, place).0;
            if isa.within(block, 0x80, 0x80) == 0 {
                let length = rest.len().min(BLOCK);
                let space = isa.within(block, b'\t', 5) | isa.within(block, 0x1C, 5);
                let kept = if whitespace { u64::MAX } else { !space } & u64::MAX >> (BLOCK - length);
                count += isa.kept(block, kept, ids[count..].first_chunk_mut().expect("room for a block"));
                place += length;
                continue;
            }
            self.make_table(interrupt)?;
            // Characters that start near the end of the text are read from the padded block.
            let (end, whole) = (place + BLOCK.min(rest.len()), rest.len() >= BLOCK + 3);
            let (bytes, start) = if whole { (text, 0) } else { (&tail(rest)[..], place) };
            while place < end {
                let (point, length) = code_point(bytes[place - start..].first_chunk().expect("three bytes more"));
                let entry = self.entry(point);
                ids[count] = id_of(entry);
                count += usize::from(whitespace || entry & SPACE == 0);
                place += length as usize;
            }
            place = place.min(text.len());
        }
        out.truncate(before + count);
        Ok(())
    }

    /// Makes the table of code points unless it is there. Only texts of ASCII need none.
    #[inline(always)]
    pub fn make_table(&mut self, interrupt: &Interrupt) -> Result<(), Error> {
        if self.entries.is_empty() { self.new_table(interrupt) } else { Ok(()) }
    }

    #[cold]
    #[inline(never)]
    fn new_table(&mut self, interrupt: &Interrupt) -> Result<(), Error> {
        const POINTS: usize = 0x11_0000;
        let _at_work = AtWork::beside(POINTS * size_of::<u32>(), interrupt)?;
        // The system's pages of zeros are not written until they are used.
        self.entries = vec![0; POINTS];
        Ok(())
    }

    /// The id of a code point beyond ASCII. Needs the table.
    pub fn number(&mut self, point: u32) -> u32 {
        id_of(self.entry(point))
    }

    #[inline(always)]
    fn entry(&mut self, point: u32) -> u32 {
        match self.entries.get(point as usize) {
            Some(&entry) if entry != 0 => entry,
            _ => self.new_entry(point),
        }
    }

    #[cold]
    #[inline(never)]
    fn new_entry(&mut self, point: u32) -> u32 {
        // Bytes that are not UTF-8 may decode to a number beyond the last code point.
        let entry = &mut self.entries[point.min(0x10_FFFF) as usize];
        if *entry == 0 {
            let id = if point < ASCII { point } else { self.next };
            self.next += u32::from(point >= ASCII);
            *entry = (id + 1) | if is_whitespace(point) { SPACE } else { 0 };
        }
        *entry
    }
}

#[inline(always)]
fn id_of(entry: u32) -> u32 {
    (entry & !SPACE) - 1
}

/// The last bytes of a text, padded so that a code point may be read at each of them.
#[inline(always)]
fn tail(rest: &[u8]) -> [u8; BLOCK + 6] {
    let mut bytes = [0; BLOCK + 6];
    let length = rest.len().min(BLOCK + 3);
    bytes[..length].copy_from_slice(&rest[..length]);
    bytes
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::cpu::{Cpu, Kernel};
    use crate::testing::{Random, never};

    struct Append<'a>(&'a mut Points, &'a str, bool);
    impl Kernel for Append<'_> {
        type Output = Vec<u32>;
        #[inline(always)]
        fn run<I: Isa>(self, isa: I) -> Vec<u32> {
            let mut ids = Vec::new();
            self.0.append(isa, self.1.as_bytes(), self.2, &never(), &mut ids).unwrap();
            ids
        }
    }

    #[test]
    fn each_code_point_has_an_id_of_its_own() {
        let chars = ['a', 'Z', ' ', '\n', '\u{1C}', '\0', 'é', '\u{A0}', 'ж', '漢', 'か', '\u{3000}', '\u{1F600}'];
        let mut random = Random::new(14);
        for cpu in Cpu::available() {
            let (mut points, mut id_of) = (Points::new(), HashMap::new());
            for round in 0..2000 {
                let some = &chars[..if round % 3 == 0 { 6 } else { chars.len() }];
                let text: String = (0..random.below(150)).map(|_| some[random.below(some.len())]).collect();
                for whitespace in [false, true] {
                    let ids = cpu.call(Append(&mut points, &text, whitespace));
                    let kept = || text.chars().filter(|&char| whitespace || !is_whitespace(char.into()));
                    assert_eq!(ids.len(), kept().count(), "{text:?}");
                    for (char, id) in kept().zip(ids) {
                        assert_eq!(*id_of.entry(char).or_insert(id), id, "{text:?}");
                        assert_eq!(id < ASCII, char.is_ascii());
                    }
                }
            }
            let distinct: std::collections::HashSet<_> = id_of.values().collect();
            assert_eq!(distinct.len(), id_of.len());
            let beyond = points.beyond_ascii();
            for (&char, &id) in id_of.iter().filter(|(char, _)| !char.is_ascii()) {
                assert_eq!(beyond[(id - ASCII) as usize], u32::from(char));
            }
        }
    }
}
