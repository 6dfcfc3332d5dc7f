//! `str.split()`: maximal runs of what is not white space, as they stand.

use crate::text::{code_points, is_whitespace};

pub(super) fn each<'a, E>(
    text: &'a [u8],
    mut token: impl FnMut(&'a [u8]) -> Result<(), E>,
    mut newline: impl FnMut(),
) -> Result<(), E> {
    let mut start = 0;
    let mut place = 0;
    for (point, bytes) in code_points(text) {
        if is_whitespace(point) {
            if place > start {
                token(&text[start..place])?;
            }
            start = place + bytes.len();
            if point == u32::from(b'\n') {
                newline();
            }
        }
        place += bytes.len();
    }
    if place > start {
        token(&text[start..])?;
    }
    Ok(())
}
