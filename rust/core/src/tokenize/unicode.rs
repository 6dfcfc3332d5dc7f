//! Words of every script: runs of letters, marks and numbers.
//!
//! A letter or number of a script that is written without spaces is a token of its own, together with the marks that
//! follow it. The classes come from one fixed Unicode version, independent of the interpreter's. The caller removes
//! format characters, composes the text (NFC) and lower-cases it, the last two by the interpreter's Unicode.
//! `tricolore.reference.tokenizers.unicode_words` has the same rules in Python.

use crate::tokenize::classes::{Classes, WordClass};
use crate::tokenize::code_points::code_points;
use crate::tokenize::unicode_tables::RUNS;

pub(super) static WORD_CLASSES: Classes<WordClass> = Classes::new(&RUNS);

/// Calls `token` for each token and `newline` at each line end, in order.
pub(super) fn each<'a, E>(
    text: &'a [u8],
    mut token: impl FnMut(&'a [u8]) -> Result<(), E>,
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
