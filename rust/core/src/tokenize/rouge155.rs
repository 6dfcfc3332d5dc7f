//! Units and tokens as ROUGE-1.5.5 has them. Line numbers (L) refer to ROUGE-1.5.5.pl.
//!
//! Tokens are lower-case runs of ASCII letters and digits; all other bytes separate them (L1925). A unit is a line. A
//! text may be cut to a number of words or of bytes. The script cuts in two ways, of which one joins the units
//! ("flat"), and with a limit in bytes the two have different texts. Linear.

use std::borrow::Cow;

use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;
use crate::tokenize::rouge155_stem::Stemming;
use crate::tokenize::stop_words::StopWords;

/// The rules that decide the tokens of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rouge155Text {
    /// The treatment of tokens.
    pub stemming: Stemming,
    /// The tokens that are left out, before stemming.
    pub stop_words: StopWords,
    /// The limit.
    pub limit: Limit,
}

/// The part of a text that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// All of it.
    None,
    /// This many words.
    Words(usize),
    /// This many bytes, at least 1. The text is read twice: its first line is a token without a meaning, followed by the
    /// flat text. The other lines are the units.
    Bytes(usize),
}

impl Rouge155Text {
    /// The rules without a limit.
    pub(super) fn unlimited(self) -> Self {
        Self { limit: Limit::None, ..self }
    }

    /// Calls `token` for each token and `newline` at each line end, in order.
    pub(super) fn each(
        self,
        text: &[u8],
        mut token: impl FnMut(&[u8]) -> Result<(), Error>,
        mut newline: impl FnMut(),
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let mut word = Vec::new();
        for line in self.cut(text, interrupt)?.split_inclusive(|&byte| byte == b'\n') {
            for run in line.split(|byte| !byte.is_ascii_alphanumeric()).filter(|run| !run.is_empty()) {
                word.clear();
                memory::reserve(&mut word, run.len())?;
                word.extend(run.iter().map(u8::to_ascii_lowercase));
                if self.stop_words.have(&word) {
                    continue;
                }
                self.stemming.stem(&mut word);
                token(&word)?;
            }
            if line.ends_with(b"\n") {
                newline();
            }
        }
        Ok(())
    }

    /// The part of the text that counts.
    pub(super) fn cut<'t>(self, text: &'t [u8], interrupt: &Interrupt) -> Result<Cow<'t, [u8]>, Error> {
        interrupt.spend(2 * text.len())?;
        let mut kept = Vec::new();
        let most = match self.limit {
            Limit::None => return Ok(Cow::Borrowed(text)),
            Limit::Words(most) => {
                memory::reserve(&mut kept, text.len())?;
                for (line, words) in limited(text, most, |line| words(line).count()) {
                    match words {
                        None => kept.extend_from_slice(line),
                        // Any white space between the words gives the same tokens.
                        Some(words) => kept.extend_from_slice(first_words(line, words)),
                    }
                    kept.push(b'\n');
                }
                return Ok(Cow::Owned(kept));
            }
            Limit::Bytes(most) => most,
        };
        // A word that is on no list of stop words.
        let length = self.stop_words.longest() + 1;
        memory::reserve(&mut kept, length + 2 * text.len().min(2 * most) + text.len() + 2)?;
        kept.resize(length, b'x');
        for (line, bytes) in limited(text, most, <[u8]>::len) {
            kept.push(b' ');
            kept.extend_from_slice(&line[..bytes.unwrap_or(line.len())]);
        }
        kept.push(b'\n');
        for line in lines(text) {
            // The script never adds up the bytes of units (L2089).
            kept.extend_from_slice(&line[..line.len().min(most)]);
            kept.push(b'\n');
            if line.len() >= most {
                break;
            }
        }
        Ok(Cow::Owned(kept))
    }
}

/// The units of a text: its lines, without the empty ones (L1849).
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty())
}

/// The units within a limit (L1867, L1896). The last one may be cut: its number is the length that is left for it.
fn limited(text: &[u8], most: usize, length: impl Fn(&[u8]) -> usize) -> impl Iterator<Item = (&[u8], Option<usize>)> {
    let mut left = Some(most);
    lines(text).map_while(move |line| {
        let before = left?;
        left = before.checked_sub(length(line)).filter(|&left| left > 0);
        Some((line, left.is_none().then_some(before)))
    })
}

/// White space as Perl's `\s` has it.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// The words of a line as Perl's `split(/\s+/)` gives them, by their places. There is an empty one at the start of a line
/// that begins with a blank and has other words.
fn words(line: &[u8]) -> impl Iterator<Item = usize> {
    let first = line.first().is_some_and(|&byte| is_blank(byte)) && !line.iter().all(|&byte| is_blank(byte));
    let starts = (0..line.len()).filter(|&at| !is_blank(line[at]) && (at == 0 || is_blank(line[at - 1])));
    first.then_some(0).into_iter().chain(starts)
}

/// The line up to the end of this many words.
fn first_words(line: &[u8], count: usize) -> &[u8] {
    &line[..words(line).nth(count).unwrap_or(line.len())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::never;
    use std::collections::BTreeSet;

    fn read(text: &str, stop_words: &[&str], limit: Limit) -> Vec<String> {
        let list: BTreeSet<_> = stop_words.iter().map(|word| word.as_bytes().to_vec()).collect();
        let rules = Rouge155Text { stemming: Stemming::Porter, stop_words: StopWords::of(list), limit };
        let tokens = std::cell::RefCell::new(Vec::new());
        let token = |token: &[u8]| {
            tokens.borrow_mut().push(String::from_utf8(token.to_vec()).unwrap());
            Ok(())
        };
        rules.each(text.as_bytes(), token, || tokens.borrow_mut().push("|".to_owned()), &never()).unwrap();
        tokens.into_inner()
    }

    #[test]
    fn tokens() {
        assert_eq!(
            read("Naïve state-of-the-art 3.14", &["of"], Limit::None),
            ["na", "ve", "state", "the", "art", "3", "14"]
        );
        assert_eq!(read("Kelvin \u{212a}1\n\nx", &[], Limit::None), ["kelvin", "1", "|", "|", "x"]);
    }

    #[test]
    fn words_are_counted_as_perl_splits() {
        for (text, words) in [
            (" a b c", ["a", "|"].as_slice()),
            ("a , b", &["a", "|"]),
            ("a b c", &["a", "b", "|"]),
            ("   \na\n\nb c", &["|", "a", "|", "b", "|"]),
            ("a b\nc", &["a", "b", "|"]),
            ("a\u{a0}b c d", &["a", "b", "c", "|"]),
        ] {
            assert_eq!(read(text, &[], Limit::Words(2)), words, "{text:?}");
        }
    }

    #[test]
    fn bytes_are_counted_in_two_ways() {
        let both = read("ab cd\nefghij\nk", &[], Limit::Bytes(7));
        assert_eq!(both, ["x", "ab", "cd", "ef", "|", "ab", "cd", "|", "efghij", "|", "k", "|"]);
        let cut = read("abcdefghij\nk", &["x"], Limit::Bytes(3));
        assert_eq!(cut, ["xx", "abc", "|", "abc", "|"]);
    }
}
