//! Every code point that is not white space, as it stands.

use crate::text::{code_points, is_whitespace};

pub(super) fn each<'a, E>(
    text: &'a [u8],
    mut token: impl FnMut(&'a [u8]) -> Result<(), E>,
    mut newline: impl FnMut(),
) -> Result<(), E> {
    for (point, bytes) in code_points(text) {
        if point == u32::from(b'\n') {
            newline();
        } else if !is_whitespace(point) {
            token(bytes)?;
        }
    }
    Ok(())
}
