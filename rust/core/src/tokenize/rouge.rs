//! rouge_score's tokenizer (`tokenize.py:49-60`): lower case, runs of `[a-z0-9]`.
//!
//! Each block of 64 bytes becomes a bit mask of letters and digits; `mask ^ (mask << 1 | carry)` has a bit where each
//! token begins and a bit one past its end. Beyond ASCII, only U+0130 (its lower case is `i` and a combining dot) and
//! U+212A (Kelvin: `k`) lower to an ASCII letter, in every Unicode version so far;
//! `tests/parity/test_rouge_tokenizer.py` asks the running interpreter about all code points.

use crate::cpu::{ByteClasses, Cpu, Isa, Kernel};
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::tokenize::blocks::{BLOCK, Block, Buffers, PIECE};
use crate::tokenize::intern::{LOWER, TOKEN, Vocabulary};
use crate::tokenize::tokens::Tokens;

/// Some tokens of the current texts, in order.
struct Piece<'a> {
    /// The texts one after the other, or texts with the same tokens.
    padded: &'a [u8],
    /// The start and end of each token.
    edges: &'a [[u32; 2]],
}

/// A receiver of pieces.
trait Sink {
    /// Forgets all pieces so far: the texts are read from the start.
    fn start(&mut self);
    /// Takes a piece.
    fn piece(&mut self, piece: &Piece<'_>);
}

/// Emits the tokens of the texts piece by piece.
#[inline(always)]
fn each<'t, I: Isa>(
    isa: I,
    texts: impl Iterator<Item = &'t [u8]> + Clone,
    buffers: &mut Buffers,
    interrupt: &Interrupt,
    out: &mut impl Sink,
) -> Result<(), Error> {
    buffers.copy(texts.clone());
    if read(isa, buffers, interrupt, out)? {
        // Rare: U+0130 or U+212A. Replace each by the letter that it lowers to, and U+0130 also by the separator
        // after that letter.
        let texts: Vec<Vec<u8>> = texts.map(replaced).collect();
        buffers.copy(texts.iter().map(Vec::as_slice));
        read(isa, buffers, interrupt, out)?;
    }
    Ok(())
}

/// Reads the texts in the buffers. Stops and returns true at a character beyond ASCII that lowers to an ASCII letter.
#[inline(always)]
fn read<I: Isa>(isa: I, buffers: &mut Buffers, interrupt: &Interrupt, out: &mut impl Sink) -> Result<bool, Error> {
    let count = buffers.blocks_in_use();
    let Buffers { padded, edges, blocks, .. } = buffers;
    out.start();
    let mut found = 0;
    let mut goes_on = 0;
    let mut started = 0;
    let texts = &padded.as_chunks().0[..count];
    for (first, (texts, blocks)) in texts.chunks(PIECE).zip(blocks.chunks_mut(PIECE)).enumerate() {
        // A block has at most 64 edges, and one may be left over from the previous piece. Eight are written at a
        // time.
        let room = (texts.len() + 2) * BLOCK;
        if edges.len() < room {
            edges.resize(room, 0);
        }
        for (number, (text, block)) in texts.iter().zip(blocks).enumerate() {
            let base = (first * PIECE + number) * BLOCK;
            let classes = ByteClasses::of(isa, text);
            if classes.suspect != 0 && has_letter(padded, base) {
                return Ok(true);
            }
            let mask = classes.alphanumeric;
            let shifted = mask << 1 | goes_on;
            goes_on = mask >> 63;
            *block = Block { starts: mask & !shifted, newlines: classes.newline, before: started };
            started += block.starts.count_ones();
            let window = edges[found..].first_chunk_mut().expect("room for them");
            found += isa.places(mask ^ shifted, base as u32, window);
        }
        out.piece(&Piece { padded, edges: edges[..found].as_chunks().0 });
        interrupt.spend(texts.len() * BLOCK + found / 2 * TOKEN)?;
        // A token that goes on in the next piece keeps its first edge.
        edges[0] = edges[found.saturating_sub(1)];
        found %= 2;
    }
    Ok(false)
}

/// True if U+0130 or U+212A ends in the block that begins at this place, or begins at the block's end.
#[cold]
fn has_letter(padded: &[u8], block: usize) -> bool {
    let near = &padded[block.saturating_sub(1)..block + BLOCK + 1];
    near.windows(2).any(|two| two == [0xC4, 0xB0] || two == [0xE2, 0x84])
}

/// Appends the ids of the tokens of the texts, and notes lines if `lines`.
#[inline(always)]
pub(super) fn ids<'t, I: Isa>(
    isa: I,
    texts: impl Iterator<Item = &'t [u8]> + Clone,
    lines: bool,
    vocabulary: &mut Vocabulary,
    buffers: &mut Buffers,
    interrupt: &Interrupt,
    out: &mut Tokens,
) -> Result<(), Error> {
    each(isa, texts, buffers, interrupt, &mut IdSink { vocabulary, ids: &mut out.ids })?;
    buffers.close_texts(lines, out);
    Ok(())
}

/// Collects the ids of tokens.
struct IdSink<'a> {
    vocabulary: &'a mut Vocabulary,
    ids: &'a mut Vec<u32>,
}

impl Sink for IdSink<'_> {
    fn start(&mut self) {
        self.ids.clear();
    }

    #[inline(always)]
    fn piece(&mut self, piece: &Piece<'_>) {
        let edges = piece.edges;
        self.vocabulary.ids_of::<LOWER, _>(
            piece.padded,
            edges.len(),
            |done| edges[done..].iter().map(|&[start, end]| (start, end)),
            self.ids,
        );
    }
}

/// The tokens of a text as strings, before stemming.
pub(super) fn tokens(cpu: Cpu, text: &[u8], interrupt: &Interrupt) -> Result<Vec<Vec<u8>>, Error> {
    struct Strings<'a>(&'a [u8], &'a Interrupt<'a>);
    impl Kernel for Strings<'_> {
        type Output = Result<Vec<Vec<u8>>, Error>;

        #[inline(always)]
        fn run<I: Isa>(self, isa: I) -> Self::Output {
            let mut strings = StringSink(Vec::new());
            each(isa, std::iter::once(self.0), &mut Buffers::default(), self.1, &mut strings)?;
            Ok(strings.0)
        }
    }
    cpu.call(Strings(text, interrupt))
}

/// Collects tokens as strings.
struct StringSink(Vec<Vec<u8>>);

impl Sink for StringSink {
    fn start(&mut self) {
        self.0.clear();
    }

    fn piece(&mut self, piece: &Piece<'_>) {
        let token = |&[start, end]: &[u32; 2]| piece.padded[start as usize..end as usize].to_ascii_lowercase();
        self.0.extend(piece.edges.iter().map(token));
    }
}

/// The text with U+0130 and U+212A replaced by ASCII that has the same tokens.
fn replaced(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(&byte) = rest.first() {
        if let Some(after) = rest.strip_prefix("\u{130}".as_bytes()) {
            out.extend_from_slice(b"i ");
            rest = after;
        } else if let Some(after) = rest.strip_prefix("\u{212A}".as_bytes()) {
            out.push(b'k');
            rest = after;
        } else {
            // 0xFF starts neither U+0130 nor U+212A, so the second pass reads to the end.
            out.push(if byte < 0x80 { byte } else { 0xFF });
            rest = &rest[1..];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Random, never};
    use crate::tokenize::Tokenizer;
    use std::collections::{HashMap, HashSet};

    /// The ids of texts that are read together, with lines.
    fn ids_of(cpu: Cpu, stemming: bool, texts: &[&str]) -> Tokens {
        struct Ids<'a>(Cpu, bool, &'a [&'a str]);
        impl Kernel for Ids<'_> {
            type Output = Tokens;

            #[inline(always)]
            fn run<I: Isa>(self, isa: I) -> Tokens {
                let Self(cpu, stemming, texts) = self;
                let mut out = Tokens::default();
                let texts = texts.iter().map(|text| text.as_bytes());
                let (mut vocabulary, mut buffers) = (Vocabulary::new(cpu, stemming), Buffers::default());
                ids(isa, texts, true, &mut vocabulary, &mut buffers, &never(), &mut out).unwrap();
                out
            }
        }
        cpu.call(Ids(cpu, stemming, texts))
    }

    fn naive(text: &str) -> Vec<Vec<u8>> {
        let lower = text.replace('\u{130}', "i\u{307}").replace('\u{212A}', "k").to_ascii_lowercase();
        lower
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|token| !token.is_empty())
            .map(|token| token.as_bytes().to_vec())
            .collect()
    }

    #[test]
    fn tokens_of_every_length_at_every_place() {
        let tokenizer = Tokenizer::Rouge { stemming: false };
        for cpu in Cpu::available() {
            for before in 0..70 {
                for length in 0..140 {
                    let text = format!("{}{}", " ".repeat(before), "Ab1".repeat(50).split_at(length).0);
                    assert_eq!(tokenizer.tokens(cpu, text.as_bytes(), &never()).unwrap(), naive(&text));
                    let text = format!("{text}-{}", "x".repeat(before));
                    assert_eq!(tokenizer.tokens(cpu, text.as_bytes(), &never()).unwrap(), naive(&text));
                }
            }
        }
    }

    #[test]
    fn letters_beyond_ascii_that_lower_to_ascii() {
        let tokenizer = Tokenizer::Rouge { stemming: false };
        for cpu in Cpu::available() {
            for text in ["İstanbul", "a\u{130}b", "\u{212A}elvin", "5\u{212A}İ", "Ä\u{130}", "™ №5 Ċa", "\u{130}"]
            {
                for before in 60..66 {
                    let text = format!("{}{text}", "x ".repeat(before));
                    assert_eq!(tokenizer.tokens(cpu, text.as_bytes(), &never()).unwrap(), naive(&text));
                }
            }
        }
    }

    #[test]
    fn lines_end_at_newlines() {
        for cpu in Cpu::available() {
            for (text, expected) in [
                ("", &[][..]),
                ("\n\n", &[]),
                ("a b", &[2]),
                ("a b\n", &[2]),
                ("\n a\n\n.\nb c\n", &[1, 3]),
                ("a\rb\u{2028}c\nd", &[3, 4]),
            ] {
                assert_eq!(ids_of(cpu, false, &[text]).text(0).lines, expected, "{text:?}");
            }
        }
    }

    #[test]
    fn texts_read_together_have_the_tokens_of_each_read_alone() {
        let mut random = Random::new(4);
        let parts = ["a", "bb", "Cc", "internationalisation", " ", " ", "\n", ".", "é", "\u{130}", "\u{212A}", "\0"];
        for cpu in Cpu::available() {
            for round in 0..300 {
                // Every third round has U+0130 and U+212A, so that its texts are read again.
                let parts = &parts[..if round % 3 == 0 { 12 } else { 9 }];
                let text = |random: &mut Random| -> String {
                    (0..random.below(200)).map(|_| parts[random.below(parts.len())]).collect()
                };
                let texts: Vec<String> = (0..1 + random.below(9)).map(|_| text(&mut random)).collect();
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                let together = ids_of(cpu, false, &texts);
                let mut number_of = HashMap::new();
                for (place, text) in texts.iter().enumerate() {
                    let tokens = naive(text);
                    let ids = together.text(place).ids;
                    assert_eq!(ids.len(), tokens.len(), "{text:?}");
                    for (token, &id) in tokens.into_iter().zip(ids) {
                        assert_eq!(*number_of.entry(token).or_insert(id), id, "{text:?}");
                    }
                    assert_eq!(together.text(place).lines, ids_of(cpu, false, &[text]).text(0).lines, "{text:?}");
                }
                let distinct: HashSet<u32> = number_of.values().copied().collect();
                assert_eq!(distinct.len(), number_of.len());
            }
        }
    }

    #[test]
    fn texts_of_several_pieces() {
        let tokenizer = Tokenizer::Rouge { stemming: false };
        let piece = PIECE * BLOCK;
        for before in piece - 20..piece + 20 {
            let words = "ab ".repeat(before / 3);
            let long = "x".repeat(2 * piece + 7);
            for text in [
                format!("{words}{}", &"longer than a key\n and lines\n"[..28]),
                format!("{words}5\u{212A}\u{130}z"),
                format!("{words}{long} end"),
                format!("{words}{}{words}", &long[..before % 40]),
            ] {
                let tokens = naive(&text);
                let mut ends = 0;
                let mut lines: Vec<u32> = Vec::new();
                for line in text.split('\n').map(naive).filter(|line| !line.is_empty()) {
                    ends += line.len() as u32;
                    lines.push(ends);
                }
                for cpu in Cpu::available() {
                    assert_eq!(tokenizer.tokens(cpu, text.as_bytes(), &never()).unwrap(), tokens);
                    let out = ids_of(cpu, false, &[&text]);
                    assert_eq!((out.text(0).lines, out.text(0).ids.len()), (&lines[..], ends as usize));
                }
            }
        }
    }

    #[test]
    fn equal_tokens_alone_have_equal_ids() {
        let text =
            "One two ONE one-two internationalisation Internationalisation antidisestablishment 16letterstoken16";
        for cpu in Cpu::available() {
            for stemming in [false, true] {
                let tokenizer = Tokenizer::Rouge { stemming };
                let out = ids_of(cpu, stemming, &[text]);
                let ids = out.text(0).ids;
                let tokens = tokenizer.tokens(cpu, text.as_bytes(), &never()).unwrap();
                assert_eq!(ids.len(), tokens.len());
                for (a, first) in tokens.iter().enumerate() {
                    for (b, second) in tokens.iter().enumerate() {
                        assert_eq!(first == second, ids[a] == ids[b]);
                    }
                }
            }
        }
    }
}
