//! Code points as tokens: all of them, or all but white space.
//!
//! Characters need no vocabulary. The id of an ASCII character is its code point; other characters are numbered in the
//! order in which they are first seen. Linear.

use crate::cpu::Isa;
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;
use crate::tokenize::blocks::BLOCK;
use crate::tokenize::code_points::{code_points, is_whitespace};

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
    /// The id of each code point; 0 for a code point that has no id yet.
    numbers: Vec<u32>,
    next: u32,
}

/// Code points below this are their own ids.
pub(super) const ASCII: u32 = 0x80;
/// With more ids than this, numbering starts again: no language has as many characters.
const MOST: u32 = 1 << 16;

impl Points {
    /// No ids beyond ASCII.
    pub fn new() -> Self {
        Self { numbers: Vec::new(), next: ASCII }
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
        for (point, &number) in self.numbers.iter().enumerate().filter(|(_, number)| **number != 0) {
            points[(number - ASCII) as usize] = point as u32;
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
            let mut padded = [0; BLOCK];
            let block = rest.first_chunk().unwrap_or_else(|| {
                padded[..rest.len()].copy_from_slice(rest);
                &padded
            });
            if isa.within(block, 0x80, 0x80) == 0 {
                let length = rest.len().min(BLOCK);
                let space = isa.within(block, b'\t', 5) | isa.within(block, 0x1C, 5);
                let kept = if whitespace { u64::MAX } else { !space } & u64::MAX >> (BLOCK - length);
                count += isa.kept(block, kept, ids[count..].first_chunk_mut().expect("room for a block"));
                place += length;
                continue;
            }
            let end = place + BLOCK;
            for (point, bytes) in code_points(rest) {
                if whitespace || !is_whitespace(point) {
                    ids[count] = if point < ASCII { point } else { self.number(point) };
                    count += 1;
                }
                place += bytes.len();
                if place >= end {
                    break;
                }
            }
        }
        out.truncate(before + count);
        Ok(())
    }

    /// The id of a code point beyond ASCII.
    pub fn number(&mut self, point: u32) -> u32 {
        if self.numbers.is_empty() {
            self.numbers = vec![0; 0x11_0000];
        }
        // Bytes that are not UTF-8 may decode to a number beyond the last code point.
        let number = &mut self.numbers[point.min(0x10_FFFF) as usize];
        if *number == 0 {
            *number = self.next;
            self.next += 1;
        }
        *number
    }
}
