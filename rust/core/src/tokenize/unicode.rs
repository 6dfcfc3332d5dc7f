//! Words of every script: runs of letters, marks and numbers (`\p{L}`, `\p{M}`, `\p{N}`).
//!
//! A letter or number of a script that is written without spaces is a token of its own, together
//! with the marks that follow it. The classes are those of one Unicode version, whatever the
//! interpreter's; the text comes lower-cased. The same rules in Python:
//! `tricolore.reference.tokenizers.unicode_words`.

use super::classes::Classes;
use super::unicode_tables::CLASSES;
use crate::text::code_points;

/// What a code point is to this tokenizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Class {
    /// Ends a token and is part of none.
    Separator,
    /// A letter or number of a script with spaces.
    Word,
    /// A letter or number of a script without.
    Single,
    /// Goes with what is before it, if that is part of a token.
    Mark,
}

pub(super) static KINDS: Classes<Class> = Classes::new(&CLASSES);

pub(super) fn each<'a, E>(
    text: &'a [u8],
    mut token: impl FnMut(&'a [u8]) -> Result<(), E>,
    mut newline: impl FnMut(),
) -> Result<(), E> {
    let mut start = 0;
    let mut place = 0;
    let mut before = Class::Separator;
    for (point, bytes) in code_points(text) {
        let class = KINDS.of(point);
        let joins = match class {
            Class::Separator | Class::Single => false,
            Class::Word => before == Class::Word,
            Class::Mark => before != Class::Separator,
        };
        if !joins {
            if place > start {
                token(&text[start..place])?;
            }
            start = place;
        }
        place += bytes.len();
        match class {
            Class::Separator => {
                start = place;
                if point == u32::from(b'\n') {
                    newline();
                }
                before = class;
            }
            // A mark at the start of a token makes it a word; elsewhere it takes after its token.
            Class::Mark if before == Class::Separator => before = Class::Word,
            Class::Mark => {}
            Class::Word | Class::Single => before = class,
        }
    }
    if place > start {
        token(&text[start..])?;
    }
    Ok(())
}
