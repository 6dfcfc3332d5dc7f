//! Words as chrF++ takes them (sacreBLEU 2.6.0, `chrf.py:156-175`): at white space, and one ASCII
//! punctuation mark of each word split off, the last before the first, unless it is all of it.

use super::whitespace;
use crate::text::code_points;

pub(super) fn each<E>(text: &[u8], mut token: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
    whitespace::each(
        text,
        |word| {
            let single = code_points(word).nth(1).is_none();
            match word {
                [head @ .., last] if !single && last.is_ascii_punctuation() => {
                    token(head)?;
                    token(std::slice::from_ref(last))
                }
                [first, tail @ ..] if !single && first.is_ascii_punctuation() => {
                    token(std::slice::from_ref(first))?;
                    token(tail)
                }
                _ => token(word),
            }
        },
        || (),
    )
}
