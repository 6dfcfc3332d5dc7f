//! sacreBLEU's tokenizer for Chinese (`tokenizer_zh.py` 2.6.0): every Chinese character is a token, and the rest is
//! split as in 13a, except that no markup is replaced and no spaces are put around the text.

use crate::cpu::Isa;
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;
use crate::tokenize::blocks::BLOCK;
use crate::tokenize::classes::PointSet;
use crate::tokenize::code_points::{code_points, is_whitespace};
use crate::tokenize::parts::Role;
use crate::tokenize::t13a::{numbers, symbols, trim_end};
use crate::tokenize::word_rules::{Context, Rules};

/// The ranges of the original. It writes the bounds of two ranges beyond the first plane as strings of two characters
/// (`'\u20000'`); the ranges here are those that such bounds compare as.
static CHINESE: PointSet = PointSet::new(&[
    (0x3400, 0x4DB5),
    (0x4E00, 0x9FA5),
    (0x9FA6, 0x9FBB),
    (0xF900, 0xFA2D),
    (0xFA30, 0xFA6A),
    (0xFA70, 0xFAD9),
    (0x2001, 0x2A6D),
    (0x2F81, 0x2FA1),
    (0xFF00, 0xFFEF),
    (0x2E80, 0x2EFF),
    (0x3000, 0x303F),
    (0x31C0, 0x31EF),
    (0x2F00, 0x2FDF),
    (0x2FF0, 0x2FFF),
    (0x3100, 0x312F),
    (0x31A0, 0x31BF),
    (0xFE10, 0xFE1F),
    (0xFE30, 0xFE4F),
    (0x2600, 0x26FF),
    (0x2700, 0x27BF),
    (0x3200, 0x32FF),
    (0x3300, 0x33FF),
]);

/// The text with white space between its tokens.
pub(super) fn spaced(text: &[u8], interrupt: &Interrupt) -> Result<Vec<u8>, Error> {
    let mut spaced = Vec::new();
    memory::reserve(&mut spaced, text.len() * 2)?;
    let text = trim_end(text, interrupt)?;
    for (point, bytes) in code_points(text).skip_while(|&(point, _)| is_whitespace(point)) {
        interrupt.spend(5)?;
        if CHINESE.has(point) {
            spaced.push(b' ');
            spaced.extend_from_slice(bytes);
            spaced.push(b' ');
        } else {
            spaced.extend_from_slice(bytes);
        }
    }
    numbers(&symbols(&spaced, interrupt)?, interrupt)
}

/// Words are cut around Chinese characters, which have spaces around them. As in [`super::intl::Ends`], no other rule joins
/// two words.
pub(super) struct Cuts;

impl Rules for Cuts {
    const CONTEXT: Context = Context::Ends;
    const STRIPS: bool = true;
    const CUTS: bool = true;

    /// The first bytes of U+2000 to U+9FFF and of U+F000 to U+FFFF.
    #[inline(always)]
    fn cuts<I: Isa>(isa: I, block: &[u8; BLOCK], _after: u8) -> u64 {
        isa.within_any(block, [(0xE2, 8), (0xEF, 1)])
    }

    fn role(point: u32) -> Role {
        if CHINESE.has(point) { Role::Alone } else { Role::Joins }
    }
}
