//! mteval-v14's international tokenizer as in sacreBLEU 2.6.0 (`tokenizer_intl.py`): it puts spaces around symbols,
//! and around punctuation unless it stands between two characters of numbers.
//!
//! The categories come from one fixed Unicode version, independent of the interpreter's. Linear.

use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;
use crate::tokenize::classes::{Category, Classes, blocks};
use crate::tokenize::code_points::{code_points, pieces, push_code_point};
use crate::tokenize::intl_tables::RUNS;
use crate::tokenize::pairs::replace_pairs;
use crate::tokenize::t13a::trim_end;
use crate::tokenize::word_rules::{Context, Rules};

static CATEGORIES: Classes<Category, { blocks(&RUNS) }> = Classes::new(&RUNS);

/// The text with white space between its tokens.
pub(super) fn spaced(text: &[u8], interrupt: &Interrupt) -> Result<Vec<u8>, Error> {
    const SPACE: u32 = 0x20;
    let text = trim_end(text, interrupt)?;
    let mut points: Vec<(u32, Category)> = Vec::new();
    memory::reserve(&mut points, text.len())?;
    for piece in pieces(text) {
        interrupt.spend(5 * piece.len())?;
        points.extend(code_points(piece).map(|(point, _)| (point, CATEGORIES.of(point))));
    }
    let space = (SPACE, CATEGORIES.of(SPACE));
    let number = |(_, category): (u32, Category)| category == Category::Number;
    let punctuation = |(_, category): (u32, Category)| category == Category::Punctuation;
    let points = replace_pairs(&points, |point| !number(point), punctuation, |a, b| [a, space, b, space], interrupt)?;
    let points = replace_pairs(&points, punctuation, |point| !number(point), |a, b| [space, a, space, b], interrupt)?;
    let mut spaced = Vec::new();
    memory::reserve(&mut spaced, text.len() * 2)?;
    for (point, category) in points {
        interrupt.spend(5)?;
        if category == Category::Symbol {
            spaced.push(b' ');
            push_code_point(&mut spaced, point);
            spaced.push(b' ');
        } else {
            push_code_point(&mut spaced, point);
        }
    }
    Ok(spaced)
}

/// A character that begins or ends the text has no neighbour on one side. White space is neither punctuation nor a number,
/// so a pair never joins two words.
pub(super) struct Ends;

impl Rules for Ends {
    const CONTEXT: Context = Context::Ends;
}
