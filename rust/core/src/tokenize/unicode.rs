//! Words of every script: runs of letters, marks and numbers.
//!
//! A letter or number of a script that is written without spaces is a token of its own, together with the marks that
//! follow it. The classes come from one fixed Unicode version, independent of the interpreter's. The caller removes
//! format characters and composes the text (NFC), by the interpreter's Unicode, and lower-cases it.
//! `tricolore.reference.tokenizers.unicode_words` has the same rules in Python.

use crate::cpu::Isa;
use crate::tokenize::blocks::{BLOCK, before};
use crate::tokenize::classes::{Classes, WordClass, blocks};
use crate::tokenize::code_points::code_points;
use crate::tokenize::parts::Role;
use crate::tokenize::unicode_tables::RUNS;
use crate::tokenize::word_rules::Rules;

pub(super) static WORD_CLASSES: Classes<WordClass, { blocks(&RUNS) }> = Classes::new(&RUNS);

/// Calls `token` for each token and `newline` at each line end, in order.
pub(super) fn each<E>(
    text: &[u8],
    mut token: impl FnMut(&[u8]) -> Result<(), E>,
    mut newline: impl FnMut(),
) -> Result<(), E> {
    let mut start = 0;
    let mut place = 0;
    let mut before = WordClass::Separator;
    for (point, bytes) in code_points(text) {
        let (class, joins) = match WORD_CLASSES.of(point) {
            WordClass::Mark | WordClass::Format => (before, before != WordClass::Separator),
            class => (class, class == WordClass::Word && before == WordClass::Word),
        };
        if !joins {
            if place > start {
                token(&text[start..place])?;
            }
            start = place;
        }
        place += bytes.len();
        if class == WordClass::Separator {
            start = place;
            if point == u32::from(b'\n') {
                newline();
            }
        }
        before = class;
    }
    if place > start {
        token(&text[start..])?;
    }
    Ok(())
}

/// Cuts words before and after each letter of a script without spaces and its marks.
pub(super) struct Cuts;

impl Rules for Cuts {
    const CUTS: bool = true;

    /// The letters of scripts without spaces start with these bytes. In U+0900 to U+0DFF, which Indian scripts take, there
    /// are none.
    #[inline(always)]
    fn cuts<I: Isa>(isa: I, block: &[u8; BLOCK], after: u8) -> u64 {
        let late = isa.within(block, 0xE0, 1) & before(isa, block, after, 0xB8, 8);
        late | isa.within_any(block, [(0xE1, 1), (0xE3, 8), (0xED, 8)])
    }

    fn role(point: u32) -> Role {
        match WORD_CLASSES.of(point) {
            WordClass::Single => Role::Alone,
            WordClass::Mark | WordClass::Format => Role::Mark,
            WordClass::Word | WordClass::Separator => Role::Joins,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::{Cpu, Kernel};
    use crate::tokenize::code_points::push_code_point;

    struct CutsOf<'a>(&'a [u8; BLOCK], u8);
    impl Kernel for CutsOf<'_> {
        type Output = u64;
        #[inline(always)]
        fn run<I: Isa>(self, isa: I) -> u64 {
            Cuts::cuts(isa, self.0, self.1)
        }
    }

    #[test]
    fn letters_of_scripts_without_spaces_are_found() {
        for point in (0..=0x10_FFFF).filter(|&point| WORD_CLASSES.of(point) == WordClass::Single) {
            let mut bytes = Vec::new();
            push_code_point(&mut bytes, point);
            for place in [0, 30, BLOCK - 1] {
                let mut text = [b'a'; BLOCK + 4];
                text[place..][..bytes.len()].copy_from_slice(&bytes);
                let block = text.first_chunk().expect("a block");
                for cpu in Cpu::available() {
                    assert_eq!(cpu.call(CutsOf(block, text[BLOCK])) >> place & 1, 1, "{point:x}");
                }
            }
        }
    }
}
