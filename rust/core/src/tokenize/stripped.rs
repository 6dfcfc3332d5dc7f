//! Texts whose characters are compared: without white space at the ends, or with single spaces between words.

use crate::error::Error;
use crate::limits::memory;
use crate::tokenize::code_points::{code_points, is_whitespace};
use crate::tokenize::whitespace;

/// A text without white space at its ends, as by `str.strip()`.
pub(super) fn stripped(text: &[u8]) -> &[u8] {
    let is_plain = |byte: Option<&u8>| byte.is_none_or(|byte| byte.is_ascii_graphic());
    if is_plain(text.first()) && is_plain(text.last()) {
        return text;
    }
    let (mut start, mut end, mut place) = (text.len(), 0, 0);
    for (point, bytes) in code_points(text) {
        if !is_whitespace(point) {
            start = start.min(place);
            end = place + bytes.len();
        }
        place += bytes.len();
    }
    text.get(start..end).unwrap_or_default()
}

/// The words of a text with a space between two words, as by `" ".join(text.split())`.
pub(super) fn joined(text: &[u8]) -> Result<Vec<u8>, Error> {
    let mut joined = Vec::new();
    memory::reserve(&mut joined, text.len() + 1)?;
    whitespace::each(
        text,
        |word| {
            joined.extend_from_slice(word);
            joined.push(b' ');
            Ok::<_, Error>(())
        },
        || (),
    )?;
    joined.pop();
    Ok(joined)
}
