//! Tokenizers: text to token ids, one file each.
//!
//! A text is UTF-8, in which a lone surrogate of a Python `str` may stand as its three bytes
//! (WTF-8). A line ends at `\n` and nowhere else; no tokenizer joins across it.

mod chars;
mod rouge;
mod unicode;
mod unicode_tables;
mod whitespace;

use std::cell::RefCell;

use crate::cpu::Cpu;
use crate::error::Error;
use crate::intern::Vocabulary;
use crate::interrupt::Interrupt;
use crate::stem;

pub use unicode_tables::UNICODE_VERSION;

/// How a text falls into tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tokenizer {
    /// rouge_score's: lower-cased runs of ASCII letters and digits, stemmed if asked for.
    Rouge {
        /// Whether tokens longer than 3 are stemmed.
        stemming: bool,
    },
    /// `str.split()`.
    Whitespace,
    /// Every code point that is not white space.
    Char,
    /// Runs of letters, marks and numbers of every script, of a text that comes lower-cased.
    Unicode,
}

impl Tokenizer {
    pub(crate) fn stems(self) -> bool {
        matches!(self, Tokenizer::Rouge { stemming: true })
    }

    /// The tokens of `text` as strings.
    pub fn tokens(self, cpu: Cpu, text: &[u8], interrupt: &Interrupt) -> Result<Vec<Vec<u8>>, Error> {
        let mut strings = rouge::Strings(Vec::new());
        if let Tokenizer::Rouge { stemming } = self {
            rouge::each(cpu, text, &mut Buffers::default(), interrupt, &mut strings)?;
            if stemming {
                for token in &mut strings.0 {
                    interrupt.spend(TOKEN)?;
                    stem::rouge(token);
                }
            }
        } else {
            let push = |token: &[u8]| {
                strings.0.push(token.to_vec());
                interrupt.spend(TOKEN)
            };
            self.each(text, push, || ())?;
        }
        Ok(strings.0)
    }

    fn each<'a>(
        self,
        text: &'a [u8],
        token: impl FnMut(&'a [u8]) -> Result<(), Error>,
        newline: impl FnMut(),
    ) -> Result<(), Error> {
        match self {
            Tokenizer::Rouge { .. } => unreachable!("it gives its tokens in pieces"),
            Tokenizer::Whitespace => whitespace::each(text, token, newline),
            Tokenizer::Char => chars::each(text, token, newline),
            Tokenizer::Unicode => unicode::each(text, token, newline),
        }
    }

    /// Replaces `out` by the tokens of `text`. Lines are only noted where `lines` asks for them.
    #[inline]
    pub(crate) fn ids(
        self,
        text: &[u8],
        lines: bool,
        vocabulary: &mut Vocabulary,
        buffers: &mut Buffers,
        interrupt: &Interrupt,
        out: &mut Tokens,
    ) -> Result<(), Error> {
        match self {
            Tokenizer::Rouge { .. } => rouge::ids(text, lines, vocabulary, buffers, interrupt, out),
            _ => {
                out.ids.clear();
                out.lines.clear();
                let Tokens { ids, lines: ends } = out;
                let ids = RefCell::new(ids);
                let token = |token: &[u8]| {
                    ids.borrow_mut().push(vocabulary.id_of(token));
                    interrupt.spend(TOKEN)
                };
                let newline = || {
                    if lines {
                        close_line(ends, ids.borrow().len());
                    }
                };
                self.each(text, token, newline)?;
                if lines {
                    close_line(ends, ids.borrow().len());
                }
                Ok(())
            }
        }
    }
}

/// Steps of the slowest token: one not seen before, stemmed.
const TOKEN: usize = 200;

/// A text as ids.
#[derive(Default)]
pub(crate) struct Tokens {
    /// One a token.
    pub ids: Vec<u32>,
    /// Where each line that has a token ends in `ids`; empty if lines were not asked for.
    pub lines: Vec<u32>,
}

fn close_line(lines: &mut Vec<u32>, tokens: usize) {
    let tokens = u32::try_from(tokens).expect("a text is bounded by its edges");
    if tokens > lines.last().copied().unwrap_or(0) {
        lines.push(tokens);
    }
}

/// What tokenizing needs and keeps from text to text.
#[derive(Default)]
pub(crate) struct Buffers {
    padded: Vec<u8>,
    edges: Vec<u32>,
    newlines: Vec<u32>,
}

impl Buffers {
    /// Memory that they keep, about.
    pub fn bytes(&self) -> usize {
        self.padded.capacity() + 4 * (self.edges.capacity() + self.newlines.capacity())
    }
}
