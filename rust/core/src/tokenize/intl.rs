//! mteval-v14's international tokenizer as sacreBLEU has it (`tokenizer_intl.py` 2.6.0): spaces
//! around punctuation that does not stand between two numbers' characters, and around symbols.
//!
//! Categories are those of one Unicode version, whatever the interpreter's. Linear.

use super::classes::Classes;
use super::intl_tables::CLASSES;
use super::pairs::replace_pairs;
use super::t13a::trim_end;
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;
use crate::tokenize::code_points::{code_points, pieces, push_code_point};

/// What a code point is to this tokenizer: its general category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Class {
    Other,
    Number,
    Punctuation,
    Symbol,
}

static KINDS: Classes<Class> = Classes::new(&CLASSES);

/// The text with white space between its tokens.
pub(super) fn spaced(text: &[u8], interrupt: &Interrupt) -> Result<Vec<u8>, Error> {
    const SPACE: u32 = 0x20;
    let text = trim_end(text, interrupt)?;
    let mut points: Vec<(u32, Class)> = Vec::new();
    memory::reserve(&mut points, text.len())?;
    for piece in pieces(text) {
        interrupt.spend(5 * piece.len())?;
        points.extend(code_points(piece).map(|(point, _)| (point, KINDS.of(point))));
    }
    let space = (SPACE, KINDS.of(SPACE));
    let number = |(_, class): (u32, Class)| class == Class::Number;
    let punctuation = |(_, class): (u32, Class)| class == Class::Punctuation;
    let points = replace_pairs(&points, |point| !number(point), punctuation, |a, b| [a, space, b, space], interrupt)?;
    let points = replace_pairs(&points, punctuation, |point| !number(point), |a, b| [space, a, space, b], interrupt)?;
    let mut spaced = Vec::new();
    memory::reserve(&mut spaced, text.len() * 2)?;
    for (point, class) in points {
        interrupt.spend(5)?;
        if class == Class::Symbol {
            spaced.push(b' ');
            push_code_point(&mut spaced, point);
            spaced.push(b' ');
        } else {
            push_code_point(&mut spaced, point);
        }
    }
    Ok(spaced)
}
