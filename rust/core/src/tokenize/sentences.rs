//! The sentences and words of the packages `rouge` 1.0.1 and rouge_chinese 1.0.3 (`Rouge._get_scores` in their
//! `rouge.py`). A sentence is a line of the text.
//!
//! Words are those of `str.split()`. A sentence that is not empty but has only white space has one word, the empty one.
//! Where sentences end at full stops, the token [`BLANK`] stands for this word, because no other word has a full stop.
//! Linear.

use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;
use crate::tokenize::code_points::{code_points, is_whitespace};
use crate::tokenize::t13a::trim_end;
use crate::tokenize::whitespace;

/// The ends of sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentenceEnds {
    /// Every full stop, which belongs to no word (`rouge`).
    FullStops,
    /// Newlines, and the marks of Chinese that `cut_sent` looks for (rouge_chinese).
    Chinese,
}

/// Calls `token` for each word and `newline` at the end of each sentence, in order.
pub(super) fn each(
    ends: SentenceEnds,
    text: &[u8],
    mut token: impl FnMut(&[u8]) -> Result<(), Error>,
    mut newline: impl FnMut(),
    interrupt: &Interrupt,
) -> Result<(), Error> {
    let mut sentences = |text: &[u8], end: u8, blank: &[u8]| {
        for sentence in text.split(|&byte| byte == end).filter(|sentence| !sentence.is_empty()) {
            let mut is_blank = true;
            let word = |word: &[u8]| {
                is_blank = false;
                token(word)
            };
            whitespace::each(sentence, word, || ())?;
            if is_blank {
                token(blank)?;
            }
            newline();
        }
        Ok(())
    };
    match ends {
        SentenceEnds::FullStops => sentences(text, b'.', BLANK),
        SentenceEnds::Chinese => sentences(trim_end(&cut(text, interrupt)?, interrupt)?, b'\n', b""),
    }
}

/// The token of the empty word.
const BLANK: &[u8] = b"..";
/// The token that [`spaced`] puts at the end of each sentence.
pub(super) const END: &[u8] = b".";

/// The text with white space between its tokens, of which [`END`] is one, for sentences that end at full stops. The last
/// sentence may have no end.
pub(super) fn spaced(text: &[u8], interrupt: &Interrupt) -> Result<Vec<u8>, Error> {
    interrupt.spend(text.len())?;
    let text = &text[..text.iter().rposition(|&byte| byte != b'.').map_or(0, |last| last + 1)];
    let mut out = Vec::new();
    memory::reserve(&mut out, text.len() + text.len() / 4)?;
    if code_points(text).next().is_none_or(|(point, _)| !is_whitespace(point)) && !text.contains(&b'.') {
        out.extend_from_slice(text);
        return Ok(out);
    }
    for sentence in text.split(|&byte| byte == b'.').filter(|sentence| !sentence.is_empty()) {
        interrupt.spend(sentence.len() + 10)?;
        memory::reserve(&mut out, sentence.len() + BLANK.len() + END.len() + 2)?;
        out.extend_from_slice(sentence);
        if code_points(sentence).all(|(point, _)| is_whitespace(point)) {
            out.extend_from_slice(BLANK);
        }
        out.push(b' ');
        out.extend_from_slice(END);
        out.push(b' ');
    }
    Ok(out)
}

const STOPS: [&str; 4] = ["。", "！", "？", "?"];
const CLOSING_QUOTES: [&str; 2] = ["”", "’"];
const COMMA: &str = "，";

/// The text with a newline after the ends of sentences: the four substitutions of `cut_sent`, in their order.
fn cut(text: &[u8], interrupt: &Interrupt) -> Result<Vec<u8>, Error> {
    let quote = |rest: &[u8]| first_of(&CLOSING_QUOTES, rest);
    let after_a_quote = |rest: &[u8]| match first_of(&STOPS, rest) {
        0 => 0,
        stop => match quote(&rest[stop..]) {
            0 => 0,
            quote => stop + quote,
        },
    };
    let text = cut_after(text, |rest| first_of(&STOPS, rest), quote, interrupt)?;
    let text = cut_after(&text, |rest| first_of(&["......"], rest), quote, interrupt)?;
    let text = cut_after(&text, |rest| first_of(&["……"], rest), quote, interrupt)?;
    cut_after(&text, after_a_quote, |rest| first_of(&STOPS, rest).max(first_of(&[COMMA], rest)), interrupt)
}

/// The number of bytes of the string with which the text starts, or 0.
#[inline(always)]
fn first_of(strings: &[&str], text: &[u8]) -> usize {
    strings.iter().find(|string| text.starts_with(string.as_bytes())).map_or(0, |string| string.len())
}

/// Puts a newline after each end of a sentence, if a character follows that is not `excluded`. The character is not
/// looked at again, as in `re.sub`. Both functions return the number of bytes that they match at the start of a text.
fn cut_after(
    text: &[u8],
    end: impl Fn(&[u8]) -> usize,
    excluded: impl Fn(&[u8]) -> usize,
    interrupt: &Interrupt,
) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    // A newline comes after at least one byte and before another.
    memory::reserve(&mut out, text.len() + text.len() / 2)?;
    let mut rest = text;
    while let Some(&byte) = rest.first() {
        interrupt.spend(5)?;
        let end = end(rest);
        let next = code_points(&rest[end..]).next().filter(|_| end > 0 && excluded(&rest[end..]) == 0);
        if let Some((_, next)) = next {
            out.extend_from_slice(&rest[..end]);
            out.push(b'\n');
            out.extend_from_slice(next);
            rest = &rest[end + next.len()..];
        } else {
            out.push(byte);
            rest = &rest[1..];
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::Cpu;
    use crate::testing::{Random, never};
    use crate::tokenize::{Reader, Stream, Tokenizer, Tokens};

    fn sentences(ends: SentenceEnds, text: &str) -> Vec<Vec<String>> {
        let all = std::cell::RefCell::new(vec![Vec::new()]);
        let token = |token: &[u8]| {
            all.borrow_mut().last_mut().unwrap().push(String::from_utf8(token.to_vec()).unwrap());
            Ok(())
        };
        each(ends, text.as_bytes(), token, || all.borrow_mut().push(Vec::new()), &never()).unwrap();
        let mut all = all.into_inner();
        assert_eq!(all.pop(), Some(vec![]));
        all
    }

    #[test]
    fn sentences_between_full_stops() {
        let of = |text| sentences(SentenceEnds::FullStops, text);
        assert_eq!(of("It rains 3.5 mm. \n I\tknow"), [vec!["It", "rains", "3"], vec!["5", "mm"], vec!["I", "know"]]);
        assert_eq!(of("So... what. "), [vec!["So"], vec!["what"], vec![".."]]);
        assert_eq!(of(" "), [[".."]]);
        assert_eq!(of("\u{85}.\u{1c}a"), [[".."], ["a"]]);
        assert!(of("").is_empty());
        assert!(of("..").is_empty());
    }

    /// The reader's way by [`spaced`] gives the words that [`each`] gives. A NUL keeps a text from that way.
    #[test]
    fn the_reader_finds_the_same_sentences() {
        let mut random = Random::new(30);
        let stream = Stream { tokenizer: Tokenizer::Sentences(SentenceEnds::FullStops), lines: true };
        let parts = ["a", "b", "cat", ".", ".", " ", "\n", "\u{3000}", "\u{1c}", "seventeen letters", "é"];
        for cpu in Cpu::available() {
            let mut reader = Reader::new(cpu);
            for _ in 0..1000 {
                let texts: [String; 3] =
                    [(); 3].map(|()| random.tokens(40, 11).iter().map(|&part| parts[part as usize]).collect());
                let with_nul = texts.each_ref().map(|text| format!("{text}.\0"));
                let (mut tokens, mut others) = (Tokens::default(), Tokens::default());
                for (texts, tokens) in [(&texts, &mut tokens), (&with_nul, &mut others)] {
                    let bytes = texts.each_ref().map(|text| text.as_bytes());
                    reader.read(cpu, stream, &bytes, &never(), tokens).unwrap();
                }
                for (number, text) in texts.iter().enumerate() {
                    let (read, other) = (tokens.text(number), others.text(number));
                    let ends = sentences(SentenceEnds::FullStops, text).iter().fold(vec![0], |mut ends, sentence| {
                        ends.push(ends.last().unwrap() + sentence.len() as u32);
                        ends
                    });
                    assert_eq!(read.lines, &ends[1..], "{text:?}");
                    assert_eq!(read.ids, &other.ids[..other.ids.len() - 1], "{text:?}");
                    assert_eq!(read.lines, &other.lines[..other.lines.len() - 1], "{text:?}");
                    assert_eq!(read.ids.len() as u32, *ends.last().unwrap());
                }
            }
        }
    }

    #[test]
    fn sentences_of_chinese() {
        let of = |text| sentences(SentenceEnds::Chinese, text);
        assert_eq!(of("好。他 说？"), [vec!["好。"], vec!["他", "说？"]]);
        assert_eq!(of("“好。”他 说"), [vec!["“好。”"], vec!["他", "说"]]);
        assert_eq!(of("“好。”，他"), [["“好。”，他"]]);
        assert_eq!(of("a......b 3.5……c"), [vec!["a......"], vec!["b", "3.5……"], vec!["c"]]);
        assert_eq!(of("a\n \nb\n"), [["a"], [""], ["b"]]);
        // The third stop follows a character that is already taken.
        assert_eq!(of("。。。a"), [["。"], ["。。"], ["a"]]);
        assert!(of(" \n").is_empty());
    }

    /// One substitution, character by character.
    fn substituted(text: &[char], end: &dyn Fn(&[char]) -> usize, excluded: &str) -> Vec<char> {
        let (mut out, mut at) = (Vec::new(), 0);
        while at < text.len() {
            let length = end(&text[at..]);
            let next = text.get(at + length).filter(|&&next| length > 0 && !excluded.contains(next));
            out.extend(&text[at..at + length.max(1).min(if next.is_some() { length } else { 1 })]);
            out.extend(next.iter().flat_map(|&&next| ['\n', next]));
            at += if next.is_some() { length + 1 } else { 1 };
        }
        out
    }

    #[test]
    fn cuts_as_character_by_character() {
        let mut random = Random::new(31);
        let letters: Vec<char> = "。！？?”’.…，a \n好".chars().collect();
        for round in 0..3000 {
            let most = letters.len() - round % 3 * 4;
            let text: Vec<char> = random.tokens(30, most as u32).iter().map(|&id| letters[id as usize]).collect();
            let many =
                |c, n| move |text: &[char]| if text.len() >= n && text[..n].iter().all(|&x| x == c) { n } else { 0 };
            let stop = |text: &[char]| usize::from("。！？?".contains(text[0]));
            let quoted = |text: &[char]| match text {
                [stop, quote, ..] if "。！？?".contains(*stop) && "”’".contains(*quote) => 2,
                _ => 0,
            };
            let mut expected = substituted(&text, &stop, "”’");
            expected = substituted(&expected, &many('.', 6), "”’");
            expected = substituted(&expected, &many('…', 2), "”’");
            expected = substituted(&expected, &quoted, "，。！？?");
            let text: String = text.into_iter().collect();
            let found = String::from_utf8(cut(text.as_bytes(), &never()).unwrap()).unwrap();
            assert_eq!(found, expected.into_iter().collect::<String>(), "{text:?}");
        }
    }
}
