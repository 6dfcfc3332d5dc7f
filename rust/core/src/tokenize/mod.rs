//! Tokenizers: text to token ids, one file each.
//!
//! A text is UTF-8, in which a lone surrogate of a Python `str` may stand as its three bytes
//! (WTF-8). A line ends at `\n` and nowhere else; no tokenizer joins across it.

mod chars;
mod rouge;
mod unicode;
mod unicode_tables;
mod whitespace;

use std::sync::atomic::AtomicBool;

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
    /// Its name in the public API.
    pub fn name(self) -> &'static str {
        match self {
            Tokenizer::Rouge { .. } => "default",
            Tokenizer::Whitespace => "whitespace",
            Tokenizer::Char => "char",
            Tokenizer::Unicode => "unicode",
        }
    }

    pub(crate) fn stems(self) -> bool {
        matches!(self, Tokenizer::Rouge { stemming: true })
    }

    /// The tokens of `text` as strings.
    pub fn tokens(self, cpu: Cpu, text: &[u8]) -> Vec<Vec<u8>> {
        let mut tokens = Vec::new();
        match self {
            Tokenizer::Rouge { stemming } => {
                let never = AtomicBool::new(false);
                let mut strings = rouge::Strings(Vec::new());
                rouge::each(cpu, text, &mut Buffers::default(), &Interrupt::new(&never, None), &mut strings)
                    .expect("nobody interrupts");
                tokens = strings.0;
                if stemming {
                    tokens.iter_mut().for_each(stem::rouge);
                }
            }
            Tokenizer::Whitespace => whitespace::each(text, |token| tokens.push(token.to_vec()), || ()),
            Tokenizer::Char => chars::each(text, |token| tokens.push(token.to_vec()), || ()),
            Tokenizer::Unicode => unicode::each(text, |token| tokens.push(token.to_vec()), || ()),
        }
        tokens
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
                interrupt.spend(16 * text.len())?;
                let Tokens { ids, lines: ends } = out;
                let ids = std::cell::RefCell::new(ids);
                let token = |token: &[u8]| ids.borrow_mut().push(vocabulary.id_of(token));
                let newline = || {
                    if lines {
                        close_line(ends, ids.borrow().len());
                    }
                };
                match self {
                    Tokenizer::Whitespace => whitespace::each(text, token, newline),
                    Tokenizer::Char => chars::each(text, token, newline),
                    _ => unicode::each(text, token, newline),
                }
                if lines {
                    close_line(ends, ids.borrow().len());
                }
                Ok(())
            }
        }
    }
}

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
