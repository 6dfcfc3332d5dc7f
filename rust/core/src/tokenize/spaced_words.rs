//! jiwer's words: a text without white space at its ends, split at spaces and at runs of white space.
//!
//! A tab or a line end between two words, alone, belongs to a word: jiwer replaces runs of at least two characters of
//! white space by a space, strips the text and splits it at spaces (`transformations.py`, `wer_default`). Linear.

use crate::cpu::Isa;
use crate::tokenize::blocks::BLOCK;
use crate::tokenize::code_points::{code_points, is_whitespace};

/// True if all white space of this text is spaces. Then its words are those of `str.split()`.
#[inline(always)]
pub(super) fn has_only_spaces<I: Isa>(isa: I, text: &[u8]) -> bool {
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    let mut last = [0; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    for (number, block) in blocks.iter().chain([&last]).enumerate() {
        if isa.within(block, b'\t', 5) | isa.within(block, 0x1C, 4) != 0 {
            return false;
        }
        // White space beyond ASCII starts with one of four bytes: U+0085, U+00A0; U+1680; U+2000 and on; U+3000.
        let mut leads = isa.within(block, 0xC2, 1) | isa.within(block, 0xE1, 3);
        while leads != 0 {
            let place = number * BLOCK + leads.trailing_zeros() as usize;
            if code_points(&text[place..]).next().is_some_and(|(point, _)| is_whitespace(point)) {
                return false;
            }
            leads &= leads - 1;
        }
    }
    true
}

/// Calls `token` for each word of a text, in order.
pub(super) fn each<'a, E>(text: &'a [u8], mut token: impl FnMut(&'a [u8]) -> Result<(), E>) -> Result<(), E> {
    // The start of the word, and the place after its last character that is not white space.
    let (mut start, mut end, mut place) = (0, 0, 0);
    // The characters of white space since then, and true if the last of them is a space.
    let (mut spaces, mut space) = (0, false);
    for (point, bytes) in code_points(text) {
        if is_whitespace(point) {
            spaces += 1;
            space = point == u32::from(b' ');
        } else {
            if end > start && (spaces > 1 || space) {
                token(&text[start..end])?;
                start = place;
            } else if end == start {
                start = place;
            }
            end = place + bytes.len();
            spaces = 0;
            space = false;
        }
        place += bytes.len();
    }
    if end > start { token(&text[start..end]) } else { Ok(()) }
}
