//! Words as chrF++ takes them (sacreBLEU 2.6.0, `chrf.py:134-155`): at white space, and one ASCII
//! punctuation mark of each word split off, the last before the first, unless it is all of it.

use super::whitespace;

/// Where the second part of the word in `text` between `start` and `stop` starts; `stop` if it is
/// whole.
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

/// The words of a text.
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
