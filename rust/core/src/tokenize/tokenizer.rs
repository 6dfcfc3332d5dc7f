//! The choice of a tokenizer, and the tokens of one text as strings.

use crate::cpu::Cpu;
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::tokenize::code_points::code_points;
use crate::tokenize::intern::TOKEN;
use crate::tokenize::lower_case::lowered;
use crate::tokenize::rouge155::Rouge155Text;
use crate::tokenize::sentences::{self, SentenceEnds};
use crate::tokenize::tercom::{self, Tercom};
use crate::tokenize::{
    chars, chrf_words, intl, rouge, spaced_words, squad, stem, stripped, t13a, unicode, whitespace, zh,
};

/// The rules that split a text into tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tokenizer {
    /// rouge_score's: runs of ASCII letters and digits in lower case, stemmed if asked for.
    Rouge {
        /// True if tokens longer than 3 characters are stemmed.
        stemming: bool,
    },
    /// `str.split()`.
    Whitespace,
    /// Every code point that is not white space.
    Char,
    /// Every code point.
    Point,
    /// Every code point of the text without white space at its ends.
    Stripped,
    /// Every code point of the words, with a space between two words.
    Joined,
    /// jiwer's words: white space that is neither a space nor a run belongs to a word.
    SpacedWords,
    /// Runs of letters, marks and numbers of every script, in lower case. The caller removes format characters (see
    /// [`without_format`](crate::without_format)) and composes the text (NFC).
    Unicode,
    /// mteval-v13a's.
    T13a,
    /// mteval-v14's international tokenizer.
    Intl,
    /// sacreBLEU's tokenizer for Chinese.
    Zh,
    /// chrF++'s words.
    ChrfWords,
    /// SQuAD's, in lower case.
    Squad,
    /// Tercom's, with its normalization options.
    Tercom(Tercom),
    /// `str.split()` within sentences, of which each is a line.
    Sentences(SentenceEnds),
    /// ROUGE-1.5.5's. A line is a unit.
    Rouge155(Rouge155Text),
    /// None: texts are pretokenized, see [`crate::PretokenizedVocabulary`].
    Pretokenized,
}

/// A view of a text that a metric asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    /// The tokenizer.
    pub tokenizer: Tokenizer,
    /// True if the ends of lines are noted.
    pub lines: bool,
}

impl Stream {
    /// The tokens alone, without lines.
    pub fn of(tokenizer: Tokenizer) -> Self {
        Self { tokenizer, lines: false }
    }

    /// True if ids stand for characters, and not for tokens of a vocabulary.
    pub(super) fn is_of_points(self) -> bool {
        let points = [Tokenizer::Char, Tokenizer::Point, Tokenizer::Stripped, Tokenizer::Joined];
        points.contains(&self.tokenizer) && !self.lines
    }
}

/// The code points of a text.
fn points(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    code_points(text).map(|(_, bytes)| bytes)
}

impl Tokenizer {
    /// True if tokens are stemmed.
    pub(super) fn stems(self) -> bool {
        matches!(self, Tokenizer::Rouge { stemming: true })
    }

    /// The tokens of `text` as strings.
    pub fn tokens(self, cpu: Cpu, text: &[u8], interrupt: &Interrupt) -> Result<Vec<Vec<u8>>, Error> {
        let mut tokens = Vec::new();
        if let Tokenizer::Rouge { stemming } = self {
            tokens = rouge::tokens(cpu, text, interrupt)?;
            if stemming {
                for token in &mut tokens {
                    interrupt.spend(TOKEN)?;
                    stem::rouge(token);
                }
            }
        } else {
            let push = |token: &[u8]| {
                tokens.push(token.to_vec());
                interrupt.spend(TOKEN)
            };
            self.each(text, push, || (), interrupt)?;
        }
        Ok(tokens)
    }

    /// Calls `token` for each token and `newline` at each line end, in order. ROUGE's tokenizer does not support
    /// this, because it emits its tokens in pieces.
    pub(super) fn each(
        self,
        text: &[u8],
        token: impl FnMut(&[u8]) -> Result<(), Error>,
        newline: impl FnMut(),
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        if let Some(spaced) = self.spaced(text, interrupt)? {
            return whitespace::each(&spaced, token, newline);
        }
        match self {
            Tokenizer::Char => chars::each(text, token, newline),
            Tokenizer::Unicode => {
                let lowered = lowered(text)?;
                unicode::each(&lowered, token, newline)
            }
            Tokenizer::ChrfWords => chrf_words::each(text, token),
            Tokenizer::SpacedWords => spaced_words::each(text, token),
            Tokenizer::Point => points(text).try_for_each(token),
            Tokenizer::Stripped => points(stripped::stripped(text)).try_for_each(token),
            Tokenizer::Joined => points(&stripped::joined(text)?).try_for_each(token),
            Tokenizer::Sentences(ends) => sentences::each(ends, text, token, newline, interrupt),
            Tokenizer::Rouge155(rules) => rules.each(text, token, newline, interrupt),
            Tokenizer::Rouge { .. } => unreachable!("it emits its tokens in pieces"),
            Tokenizer::Pretokenized => unreachable!("there are no texts"),
            _ => whitespace::each(text, token, newline),
        }
    }

    /// The text with white space between its tokens, for the tokenizers that work by inserting white space.
    pub(super) fn spaced(self, text: &[u8], interrupt: &Interrupt) -> Result<Option<Vec<u8>>, Error> {
        interrupt.spend(text.len())?;
        Ok(Some(match self {
            Tokenizer::T13a => t13a::spaced(text, interrupt)?,
            Tokenizer::Intl => intl::spaced(text, interrupt)?,
            Tokenizer::Zh => zh::spaced(text, interrupt)?,
            Tokenizer::Squad => squad::spaced(text, interrupt)?,
            Tokenizer::Tercom(options) => tercom::spaced(options, text, interrupt)?,
            _ => return Ok(None),
        }))
    }
}
