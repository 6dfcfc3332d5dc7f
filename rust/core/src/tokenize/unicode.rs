//! Words of every script: runs of letters, marks and numbers.
//!
//! A letter or number of a script that is written without spaces is a token of its own, together
//! with the marks that follow it. The classes are those of one Unicode version, whatever the
//! interpreter's. The caller takes format characters out, composes the text (NFC) and lower-cases it,
//! the last two by the interpreter's Unicode. The same rules in Python:
//! `tricolore.reference.tokenizers.unicode_words`.

use super::classes::Classes;
use super::unicode_tables::CLASSES;
use crate::tokenize::code_points::code_points;

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
    /// Belongs to the character before it (UAX #29, WB4): `\p{M}`, ZWJ, ZWNJ and the like.
    Mark,
    /// Lays text out and is no part of a word, though it may stand in one: the soft hyphen.
    Format,
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
        let (class, joins) = match KINDS.of(point) {
            Class::Mark | Class::Format => (before, before != Class::Separator),
            class => (class, class == Class::Word && before == Class::Word),
        };
        if !joins {
            if place > start {
                token(&text[start..place])?;
            }
            start = place;
        }
        place += bytes.len();
        if class == Class::Separator {
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
