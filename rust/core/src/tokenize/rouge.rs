//! rouge_score's tokenizer (`tokenize.py:49-60`): lower case, runs of `[a-z0-9]`.
//!
//! 64 bytes at a time become a bit mask of letters and digits; `mask ^ (mask << 1 | carry)` has a
//! bit where a token begins and one past where it ends. Beyond ASCII only U+0130 (its lower case
//! is `i` and a combining dot) and U+212A (Kelvin: `k`) give a letter, in every Unicode version so
//! far; `tests/parity/test_rouge_tokenizer.py` asks the running interpreter for all code points.

use super::{Buffers, Tokens, close_line};
use crate::cpu::{Cpu, Isa, Kernel};
use crate::intern::Vocabulary;

const BLOCK: usize = 64;
/// Bytes that a key may read past the end of a token.
const KEY: usize = 16;
/// Longest text whose tokens fit a row.
const LONGEST: usize = i32::MAX as usize;

/// Finds the edges of tokens and the line breaks of `text`, which is left in `buffers.padded`.
pub(super) fn find(cpu: Cpu, text: &[u8], buffers: &mut Buffers) {
    assert!(text.len() <= LONGEST, "a text of 2 GiB or more");
    if cpu.call(Find { text, buffers }) {
        // Rare: a byte of U+0130 or U+212A. Give them the letter that they lower to, and the
        // separator that follows the first.
        let text = replaced(text);
        cpu.call(Find { text: &text, buffers });
    }
}

/// The ids of a text's tokens.
#[inline]
pub(super) fn ids(
    cpu: Cpu,
    text: &[u8],
    lines: bool,
    vocabulary: &mut Vocabulary,
    buffers: &mut Buffers,
    out: &mut Tokens,
) {
    find(cpu, text, buffers);
    vocabulary.lower_ids(&buffers.padded, buffers.edges().as_chunks().0, &mut out.ids);
    if lines {
        for &newline in &buffers.newlines {
            // No newline is inside a token, so both edges of every token before it are before it.
            close_line(&mut out.lines, buffers.edges().partition_point(|&edge| edge <= newline) / 2);
        }
        close_line(&mut out.lines, out.ids.len());
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
    text: &'a [u8],
    buffers: &'a mut Buffers,
}

impl Kernel for Find<'_> {
    /// Whether U+0130 or U+212A may be there.
    type Output = bool;

    #[inline(always)]
    fn run<I: Isa>(self, isa: I) -> bool {
        let Buffers { padded, edges, edge_count, newlines } = self.buffers;
        let blocks = self.text.len().div_ceil(BLOCK);
        if padded.len() < (blocks + 1) * BLOCK + KEY {
            padded.resize((blocks + 1) * BLOCK + KEY, 0);
            // A block has at most 64 edges; the one past the text's end is a 65th.
            edges.resize((blocks + 2) * BLOCK, 0);
        }
        padded[..self.text.len()].copy_from_slice(self.text);
        // A block's worth and a key's: a fixed length is a few stores.
        padded[self.text.len()..][..BLOCK + KEY].fill(0);
        newlines.clear();
        let mut found = 0;
        let mut carry = 0;
        let mut suspect = 0;
        for (number, block) in padded.as_chunks::<BLOCK>().0[..blocks].iter().enumerate() {
            let base = (number * BLOCK) as u32;
            let classes = isa.classify(block);
            let mask = classes.alphanumeric;
            let bits = mask ^ (mask << 1 | carry);
            carry = mask >> 63;
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
        if carry != 0 {
            edges[found] = (blocks * BLOCK) as u32;
            found += 1;
        }
        *edge_count = found;
        suspect != 0 && self.text.windows(2).any(|two| two == [0xC4, 0xB0] || two == [0xE2, 0x84])
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
                    assert_eq!(tokenizer.tokens(cpu, text.as_bytes()), naive(&text));
                    let text = format!("{text}-{}", "x".repeat(before));
                    assert_eq!(tokenizer.tokens(cpu, text.as_bytes()), naive(&text));
                }
            }
        }
    }

    #[test]
    fn letters_beyond_ascii_that_lower_to_ascii() {
        let tokenizer = Tokenizer::Rouge { stemming: false };
        for cpu in Cpu::available() {
            for text in ["İstanbul", "a\u{130}b", "\u{212A}elvin", "5\u{212A}İ", "Ä\u{130}", "™ №5 Ċa", "\u{130}"] {
                for before in 60..66 {
                    let text = format!("{}{text}", "x ".repeat(before));
                    assert_eq!(tokenizer.tokens(cpu, text.as_bytes()), naive(&text));
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
                ids(cpu, text.as_bytes(), true, &mut vocabulary, &mut Buffers::default(), &mut out);
                assert_eq!(out.lines, expected, "{text:?}");
            }
        }
    }

    #[test]
    fn ids_are_those_of_the_tokens() {
        let text = "One two ONE one-two internationalisation Internationalisation antidisestablishment 16letterstoken16";
        for cpu in Cpu::available() {
            for stemming in [false, true] {
                let tokenizer = Tokenizer::Rouge { stemming };
                let mut out = Tokens::default();
                let mut vocabulary = Vocabulary::new(cpu, stemming);
                ids(cpu, text.as_bytes(), false, &mut vocabulary, &mut Buffers::default(), &mut out);
                let tokens = tokenizer.tokens(cpu, text.as_bytes());
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
