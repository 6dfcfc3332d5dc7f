//! Code points, all or those that are not white space, as they stand.
//!
//! A character needs no vocabulary: those of ASCII are their own ids, the others are numbered as
//! they are first seen. Linear.

use super::blocks::BLOCK;
use crate::cpu::Isa;
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;
use crate::tokenize::code_points::{code_points, is_whitespace};

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

/// Ids of code points.
pub(super) struct Points {
    /// By code point; 0 for one beyond ASCII that has not been seen.
    numbers: Vec<u32>,
    next: u32,
}

/// Code points that are their own ids.
pub(super) const ASCII: u32 = 0x80;
/// Above this many they are numbered anew: no language has as many characters.
const MOST: u32 = 1 << 16;

impl Points {
    pub fn new() -> Self {
        Self { numbers: Vec::new(), next: ASCII }
    }

    /// Ids given so far are below this.
    pub fn ids(&self) -> usize {
        self.next as usize
    }

    /// Forgets everything if that has grown past the bound, and whether it did. Ids given before are void then.
    pub fn bound(&mut self) -> bool {
        let forget = self.next > MOST;
        if forget {
            *self = Self::new();
        }
        forget
    }

    /// The code points beyond ASCII by number.
    pub fn beyond_ascii(&self) -> Vec<u32> {
        let mut points = vec![0; (self.next - ASCII) as usize];
        for (point, &number) in self.numbers.iter().enumerate().filter(|(_, number)| **number != 0) {
            points[(number - ASCII) as usize] = point as u32;
        }
        points
    }

    /// Appends the ids of a text's code points, white space left out unless `whitespace`.
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
        // Bytes that are no text may seem to be beyond all.
        let number = &mut self.numbers[point.min(0x10_FFFF) as usize];
        if *number == 0 {
            *number = self.next;
            self.next += 1;
        }
        *number
    }
}
