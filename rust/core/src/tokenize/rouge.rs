//! rouge_score's tokenizer (`tokenize.py:49-60`): lower case, runs of `[a-z0-9]`.
//!
//! 64 bytes at a time become a bit mask of letters and digits; `mask ^ (mask << 1 | carry)` has a
//! bit where a token begins and one past where it ends. Beyond ASCII only U+0130 (its lower case
//! is `i` and a combining dot) and U+212A (Kelvin: `k`) give a letter, in every Unicode version so
//! far; `tests/parity/test_rouge_tokenizer.py` asks the running interpreter for all code points.

use super::{Buffers, TOKEN, Tokens, close_line};
use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::intern::Vocabulary;
use crate::interrupt::Interrupt;

const BLOCK: usize = 64;
/// Bytes that a key may read past the end of a token.
const KEY: usize = 16;
/// Blocks done at a time: their edges stay in the cache.
const PIECE: usize = 1 << 10;
/// Longest text whose tokens fit a row.
const LONGEST: usize = i32::MAX as usize;

/// Some tokens of a text, in order.
pub(super) struct Piece<'a> {
    /// The text, or one with the same tokens, and zeros after it.
    pub padded: &'a [u8],
    /// Where each token starts and ends.
    pub edges: &'a [[u32; 2]],
    /// Where the newlines among and after them are.
    pub newlines: &'a [u32],
}

/// Gives the tokens of a text piece by piece.
pub(super) fn each(
    cpu: Cpu,
    text: &[u8],
    buffers: &mut Buffers,
    interrupt: &Interrupt,
    out: &mut impl Sink,
) -> Result<(), Error> {
    assert!(text.len() <= LONGEST, "a text of 2 GiB or more");
    if !read(cpu, text, true, buffers, interrupt, out)? {
        // Rare: U+0130 or U+212A. Give them the letter that they lower to, and the separator that
        // follows the first.
        read(cpu, &replaced(text), false, buffers, interrupt, out)?;
    }
    Ok(())
}

/// Who takes pieces.
pub(super) trait Sink {
    /// Forgets what came before: the text is read from its start.
    fn start(&mut self);
    /// Takes one.
    fn piece(&mut self, piece: &Piece<'_>);
}

/// Reads a text; stops and says no where it has a letter beyond ASCII, if it may.
#[inline]
fn read(
    cpu: Cpu,
    text: &[u8],
    mut may_have_letters: bool,
    buffers: &mut Buffers,
    interrupt: &Interrupt,
    out: &mut impl Sink,
) -> Result<bool, Error> {
    let Buffers { padded, edges, newlines } = buffers;
    let blocks = text.len().div_ceil(BLOCK);
    if padded.len() < (blocks + 1) * BLOCK + KEY {
        padded.resize((blocks + 1) * BLOCK + KEY, 0);
    }
    padded[..text.len()].copy_from_slice(text);
    // A block's worth and a key's: a fixed length is a few stores.
    *padded[text.len()..].first_chunk_mut().expect("padded so far") = [0; BLOCK + KEY];
    out.start();
    let mut found = 0;
    let mut carry = 0;
    for first in (0..blocks).step_by(PIECE) {
        let last = blocks.min(first + PIECE);
        // A block has at most 64 edges; one may be left over from before, one come at the end.
        // Eight are written at a time.
        if edges.len() < (last - first + 2) * BLOCK {
            edges.resize((last - first + 2) * BLOCK, 0);
        }
        newlines.clear();
        let suspect;
        (found, suspect) = cpu.call(Find { padded, first, last, carry: &mut carry, edges, found, newlines });
        if suspect && may_have_letters {
            if text.windows(2).any(|two| two == [0xC4, 0xB0] || two == [0xE2, 0x84]) {
                return Ok(false);
            }
            may_have_letters = false;
        }
        if last == blocks && carry != 0 {
            edges[found] = (blocks * BLOCK) as u32;
            found += 1;
        }
        out.piece(&Piece { padded, edges: edges[..found].as_chunks().0, newlines });
        interrupt.spend((last - first) * BLOCK + found / 2 * TOKEN)?;
        // Where a token goes on, its first edge does.
        edges[0] = edges[found.saturating_sub(1)];
        found %= 2;
    }
    Ok(true)
}

/// The ids of a text's tokens.
#[inline]
pub(super) fn ids(
    text: &[u8],
    lines: bool,
    vocabulary: &mut Vocabulary,
    buffers: &mut Buffers,
    interrupt: &Interrupt,
    out: &mut Tokens,
) -> Result<(), Error> {
    each(vocabulary.cpu(), text, buffers, interrupt, &mut Ids { lines, vocabulary, out: &mut *out })?;
    if lines {
        close_line(&mut out.lines, out.ids.len());
    }
    Ok(())
}

struct Ids<'a> {
    lines: bool,
    vocabulary: &'a mut Vocabulary,
    out: &'a mut Tokens,
}

impl Sink for Ids<'_> {
    fn start(&mut self) {
        self.out.ids.clear();
        self.out.lines.clear();
    }

    #[inline]
    fn piece(&mut self, piece: &Piece<'_>) {
        let before = self.out.ids.len();
        self.vocabulary.lower_ids(piece.padded, piece.edges, &mut self.out.ids);
        if self.lines {
            for &newline in piece.newlines {
                // No newline is inside a token.
                let here = piece.edges.partition_point(|&[_, end]| end <= newline);
                close_line(&mut self.out.lines, before + here);
            }
        }
    }
}

/// The tokens of a text as they are before stemming.
pub(super) struct Strings(pub Vec<Vec<u8>>);

impl Sink for Strings {
    fn start(&mut self) {
        self.0.clear();
    }

    fn piece(&mut self, piece: &Piece<'_>) {
        let token = |&[start, end]: &[u32; 2]| piece.padded[start as usize..end as usize].to_ascii_lowercase();
        self.0.extend(piece.edges.iter().map(token));
    }
}

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
            // A byte that no replacement starts with, so that the second pass ends here.
            out.push(if byte < 0x80 { byte } else { 0xFF });
            rest = &rest[1..];
        }
    }
    out
}

struct Find<'a> {
    padded: &'a [u8],
    /// The blocks to read.
    first: usize,
    last: usize,
    /// Whether a token goes on from the block before, and into the one after.
    carry: &'a mut u64,
    edges: &'a mut [u32],
    /// Edges that are there already.
    found: usize,
    newlines: &'a mut Vec<u32>,
}

impl Kernel for Find<'_> {
    /// How many edges there are, and whether U+0130 or U+212A may be in the blocks.
    type Output = (usize, bool);

    #[inline(always)]
    fn run<I: Isa>(self, isa: I) -> (usize, bool) {
        let Self { padded, first, last, carry, edges, mut found, newlines } = self;
        let mut suspect = 0;
        for (number, block) in padded.as_chunks::<BLOCK>().0[first..last].iter().enumerate() {
            let base = ((first + number) * BLOCK) as u32;
            let classes = isa.classify(block);
            let mask = classes.alphanumeric;
            let bits = mask ^ (mask << 1 | *carry);
            *carry = mask >> 63;
            suspect |= classes.suspect;
            let window: &mut [u32; BLOCK + 8] = edges[found..found + BLOCK + 8].first_chunk_mut().expect("72 of 72");
            let mut count = 0;
            for part in 0..8 {
                let byte = (bits >> (part * 8)) as u8;
                // Eight are written and as many kept as there are: no branch to miss. The count is
                // below 64 here; to say so spares a check.
                let eight = &mut window[count & 63..][..8];
                for (edge, offset) in eight.iter_mut().zip(BITS[usize::from(byte)]) {
                    *edge = base + part * 8 + offset;
                }
                count += byte.count_ones() as usize;
            }
            found += count;
            let mut breaks = classes.newline;
            while breaks != 0 {
                newlines.push(base + breaks.trailing_zeros());
                breaks &= breaks - 1;
            }
        }
        (found, suspect != 0)
    }
}

/// Which bits of a byte are set, the lowest first.
static BITS: [[u32; 8]; 256] = {
    let mut table = [[0; 8]; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut bit, mut count) = (0, 0);
        while bit < 8 {
            if byte >> bit & 1 == 1 {
                table[byte][count] = bit;
                count += 1;
            }
            bit += 1;
        }
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::super::Tokenizer;
    use super::*;
    use crate::testing::never;

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
                let mut out = Tokens::default();
                let mut vocabulary = Vocabulary::new(cpu, false);
                ids(text.as_bytes(), true, &mut vocabulary, &mut Buffers::default(), &never(), &mut out).unwrap();
                assert_eq!(out.lines, expected, "{text:?}");
            }
        }
    }

    #[test]
    fn texts_of_several_pieces() {
        let tokenizer = Tokenizer::Rouge { stemming: false };
        let piece = PIECE * BLOCK;
        for cpu in Cpu::available() {
            for before in piece - 20..piece + 20 {
                let words = "ab ".repeat(before / 3);
                let long = "x".repeat(2 * piece + 7);
                for text in [
                    format!("{words}{}", &"longer than a key\n and lines\n"[..28]),
                    format!("{words}5\u{212A}\u{130}z"),
                    format!("{words}{long} end"),
                    format!("{words}{}{words}", &long[..before % 40]),
                ] {
                    assert_eq!(tokenizer.tokens(cpu, text.as_bytes(), &never()).unwrap(), naive(&text));
                    let mut out = Tokens::default();
                    let mut vocabulary = Vocabulary::new(cpu, false);
                    let mut buffers = Buffers::default();
                    ids(text.as_bytes(), true, &mut vocabulary, &mut buffers, &never(), &mut out).unwrap();
                    let mut ends = 0;
                    let mut lines: Vec<u32> = Vec::new();
                    for line in text.split('\n').map(naive).filter(|line| !line.is_empty()) {
                        ends += line.len() as u32;
                        lines.push(ends);
                    }
                    assert_eq!((out.lines, out.ids.len()), (lines, ends as usize));
                }
            }
        }
    }

    #[test]
    fn ids_are_those_of_the_tokens() {
        let text =
            "One two ONE one-two internationalisation Internationalisation antidisestablishment 16letterstoken16";
        for cpu in Cpu::available() {
            for stemming in [false, true] {
                let tokenizer = Tokenizer::Rouge { stemming };
                let mut out = Tokens::default();
                let mut vocabulary = Vocabulary::new(cpu, stemming);
                ids(text.as_bytes(), false, &mut vocabulary, &mut Buffers::default(), &never(), &mut out).unwrap();
                let tokens = tokenizer.tokens(cpu, text.as_bytes(), &never()).unwrap();
                assert_eq!(out.ids.len(), tokens.len());
                for (a, first) in tokens.iter().enumerate() {
                    for (b, second) in tokens.iter().enumerate() {
                        assert_eq!(first == second, out.ids[a] == out.ids[b]);
                    }
                }
            }
        }
    }
}
