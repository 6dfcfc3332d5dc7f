//! The words of chrF++ (sacreBLEU 2.6.0, `chrf.py:134-155`): a text is split at white space, then one ASCII
//! punctuation mark is split off each word of two or more characters: its last character, or else its first.

use crate::tokenize::whitespace;

/// The start of the second part of the word between `start` and `stop` in `text`; `stop` if the word is not split.
#[inline(always)]
pub(super) fn cut(text: &[u8], start: u32, stop: u32) -> u32 {
    let mark = |place: u32| text[place as usize].is_ascii_punctuation();
    let (at_end, at_start) = (stop - start > 1 && mark(stop - 1), stop - start > 1 && mark(start));
    if at_end {
        stop - 1
    } else if at_start {
        start + 1
    } else {
        stop
    }
}

/// Calls `token` for each word of a text.
pub(super) fn each<E>(text: &[u8], mut token: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
    whitespace::each(
        text,
        |word| match word {
            [head @ .., last] if !head.is_empty() && last.is_ascii_punctuation() => {
                token(head)?;
                token(std::slice::from_ref(last))
            }
            [first, tail @ ..] if !tail.is_empty() && first.is_ascii_punctuation() => {
                token(std::slice::from_ref(first))?;
                token(tail)
            }
            _ => token(word),
        },
        || (),
    )
}
