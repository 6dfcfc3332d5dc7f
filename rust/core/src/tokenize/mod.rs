//! Tokenizers: text to token ids, one file each.
//!
//! A text is UTF-8, in which a lone surrogate of a Python `str` may stand as its three bytes
//! (WTF-8). A line ends at `\n` and nowhere else; no tokenizer joins across it.

mod blocks;
mod chars;
mod chrf_words;
mod classes;
pub(crate) mod code_points;
mod composed;
mod composed_tables;
pub(crate) mod intern;
mod intl;
mod intl_tables;
mod pairs;
mod rouge;
mod squad;
pub mod stem;
mod t13a;
mod tercom;
mod translation;
mod unicode;
mod unicode_tables;
mod whitespace;
mod zh;

use std::cell::RefCell;

use crate::corpus::prepared::Ids;
use crate::cpu::{Cpu, Isa};
use crate::error::Error;
use crate::kernels::sorted_ngrams::SortedPlaces;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;
use crate::tokenize::code_points::code_points;
use crate::tokenize::intern::Vocabulary;
use blocks::Buffers;
use chars::Points;
use translation::Translation;

pub use composed::{is_composed, without_format};
pub use tercom::Tercom;
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
    /// Every code point.
    Point,
    /// Runs of letters, marks and numbers of every script, of a text that comes without format
    /// characters (see [`without_format`]), in NFC and in lower case.
    Unicode,
    /// mteval-v13a's.
    T13a,
    /// mteval-v14's international one.
    Intl,
    /// sacreBLEU's for Chinese.
    Zh,
    /// chrF++'s words.
    ChrfWords,
    /// SQuAD's, of a text that comes lower-cased.
    Squad,
    /// Tercom's, with what it may do beyond splitting at white space.
    Tercom(Tercom),
    /// None: texts come as tokens, see [`crate::Given`].
    Given,
}

/// What a metric sees of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Its tokens,
    pub tokenizer: Tokenizer,
    /// and whether also where lines end.
    pub lines: bool,
}

impl Stream {
    /// Tokens alone.
    pub fn of(tokenizer: Tokenizer) -> Self {
        Self { tokenizer, lines: false }
    }

    /// Whether its ids are those of characters and not of a vocabulary.
    fn is_of_points(self) -> bool {
        matches!(self.tokenizer, Tokenizer::Char | Tokenizer::Point) && !self.lines
    }
}

impl Tokenizer {
    fn stems(self) -> bool {
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

    fn each(
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
            Tokenizer::Unicode => unicode::each(text, token, newline),
            Tokenizer::ChrfWords => chrf_words::each(text, token),
            Tokenizer::Point => code_points(text).map(|(_, bytes)| bytes).try_for_each(token),
            Tokenizer::Rouge { .. } => unreachable!("it gives its tokens in pieces"),
            Tokenizer::Given => unreachable!("there are no texts"),
            _ => whitespace::each(text, token, newline),
        }
    }

    /// The text with white space between its tokens, for those that are made of it so.
    fn spaced(self, text: &[u8], interrupt: &Interrupt) -> Result<Option<Vec<u8>>, Error> {
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

/// What turns texts into ids, and what it keeps from text to text.
pub(crate) struct Reader {
    points: Points,
    plain: Vocabulary,
    stemmed: Vocabulary,
    buffers: Buffers,
    /// What ids of this reader are in those that were prepared, by stream.
    translations: Vec<(Stream, Translation)>,
}

/// Text of more bytes than this leaves no buffers behind.
const MOST_BYTES: usize = 1 << 22;

impl Reader {
    /// One with empty vocabularies.
    pub fn new(cpu: Cpu) -> Self {
        Self {
            points: Points::new(),
            plain: Vocabulary::new(cpu, false),
            stemmed: Vocabulary::new(cpu, true),
            buffers: Buffers::default(),
            translations: Vec::new(),
        }
    }

    /// Drops what is too much to keep. Ids given before are void then.
    pub fn bound(&mut self) {
        let forgot = [self.points.bound(), self.plain.bound(), self.stemmed.bound()];
        if forgot.contains(&true) {
            self.translations.clear();
        }
        if self.buffers.bytes() > MOST_BYTES {
            self.buffers = Buffers::default();
        }
    }

    /// The ids that it gave for this stream are below this.
    #[inline(always)]
    pub fn ids(&self, stream: Stream) -> usize {
        if stream.is_of_points() { self.points.ids() } else { self.vocabulary(stream.tokenizer).ids() }
    }

    /// The tokens of this stream that have been read, by id; of a stem one that has it.
    pub fn names(&self, stream: Stream, interrupt: &Interrupt) -> Result<Names, Error> {
        Ok(if stream.is_of_points() {
            Names::Points(self.points.beyond_ascii())
        } else {
            Names::Tokens(self.vocabulary(stream.tokenizer).names(interrupt)?)
        })
    }

    #[inline(always)]
    fn vocabulary(&self, tokenizer: Tokenizer) -> &Vocabulary {
        if tokenizer.stems() { &self.stemmed } else { &self.plain }
    }

    /// Turns tokens of this reader into those of texts that were prepared, unless [`Self::own`] has these as its
    /// own. Linear; in what was prepared too when it is another than the last time.
    pub fn translate(
        &mut self,
        cpu: Cpu,
        stream: Stream,
        to: &Ids,
        interrupt: &Interrupt,
        tokens: &mut Tokens,
    ) -> Result<(), Error> {
        let place = self.translations.iter().position(|(own, _)| *own == stream).unwrap_or_else(|| {
            self.translations.push((stream, Translation::default()));
            self.translations.len() - 1
        });
        let translation = &mut self.translations[place].1;
        if translation.is_other(to) {
            // The tables, and the texts if they are kept.
            memory::spare(to.ids.saturating_mul(TRANSLATED).saturating_add(2 * to.tokens.bytes()))?;
            match &to.names {
                Names::Points(points) => {
                    let points = points.iter().map(|&point| self.points.number(point));
                    translation.learn(to, (0..chars::ASCII).chain(points).map(Ok))?;
                }
                Names::Tokens(names) => {
                    let vocabulary = if stream.tokenizer.stems() { &mut self.stemmed } else { &mut self.plain };
                    vocabulary.make_room(names);
                    let mut id = |name: &[u8]| interrupt.spend(TOKEN).map(|()| vocabulary.id_of(name));
                    translation.learn(to, names.iter().map(|name| id(name)))?;
                    vocabulary.require()?;
                }
            }
        }
        let ids = self.ids(stream);
        self.translations[place].1.apply(cpu, to, ids, tokens);
        Ok(())
    }

    /// Texts that were prepared, as this reader would have read them, if it has them so.
    pub fn own(&self, stream: Stream, prepared: &Ids) -> Option<&Tokens> {
        self.translations.iter().find(|(own, _)| *own == stream)?.1.tokens(prepared)
    }

    /// Replaces `out` by the tokens of `texts`. Lines are only noted where the stream asks for them,
    /// and not by the tokenizers of BLEU.
    #[inline(always)]
    pub fn read<'t, I: Isa>(
        &mut self,
        isa: I,
        stream: Stream,
        texts: impl Iterator<Item = &'t [u8]> + Clone,
        interrupt: &Interrupt,
        out: &mut Tokens,
    ) -> Result<(), Error> {
        self.read_texts(isa, stream, texts, interrupt, out)?;
        self.vocabulary(stream.tokenizer).require()
    }

    #[inline(always)]
    fn read_texts<'t, I: Isa>(
        &mut self,
        isa: I,
        Stream { tokenizer, lines }: Stream,
        texts: impl Iterator<Item = &'t [u8]> + Clone,
        interrupt: &Interrupt,
        out: &mut Tokens,
    ) -> Result<(), Error> {
        out.clear();
        let vocabulary = if tokenizer.stems() { &mut self.stemmed } else { &mut self.plain };
        let decided = match tokenizer {
            Tokenizer::Rouge { .. } => {
                return rouge::ids(isa, texts, lines, vocabulary, &mut self.buffers, interrupt, out);
            }
            Tokenizer::T13a => t13a::ids(isa, texts.clone(), vocabulary, &mut self.buffers, interrupt, out)?,
            Tokenizer::ChrfWords => {
                whitespace::ids(isa, texts.clone(), chrf_words::cut, vocabulary, &mut self.buffers, interrupt, out)?
            }
            Tokenizer::Whitespace if !lines => {
                whitespace::ids(isa, texts.clone(), whitespace::whole, vocabulary, &mut self.buffers, interrupt, out)?
            }
            Tokenizer::Char | Tokenizer::Point if !lines => {
                for text in texts.clone() {
                    self.points.append(isa, text, tokenizer == Tokenizer::Point, interrupt, &mut out.ids)?;
                    out.close_text(false, out.ids.len() as u32);
                }
                true
            }
            _ => false,
        };
        if decided {
            return Ok(());
        }
        out.clear();
        let mut spaced = Vec::new();
        for text in texts.clone() {
            let Some(text) = tokenizer.spaced(text, interrupt)? else { break };
            spaced.push(text);
        }
        let words = spaced.iter().map(Vec::as_slice);
        if spaced.is_empty()
            || !whitespace::ids(isa, words, whitespace::whole, vocabulary, &mut self.buffers, interrupt, out)?
        {
            out.clear();
            one_by_one(tokenizer, texts, lines, vocabulary, interrupt, out)?;
        }
        Ok(())
    }
}

fn one_by_one<'t>(
    tokenizer: Tokenizer,
    texts: impl Iterator<Item = &'t [u8]>,
    lines: bool,
    vocabulary: &mut Vocabulary,
    interrupt: &Interrupt,
    out: &mut Tokens,
) -> Result<(), Error> {
    for text in texts {
        let all = RefCell::new(&mut *out);
        let token = |token: &[u8]| {
            all.borrow_mut().ids.push(vocabulary.id_of(token));
            interrupt.spend(TOKEN)
        };
        let newline = || {
            if lines {
                let mut all = all.borrow_mut();
                let tokens = all.ids.len() as u32;
                all.close_line(tokens);
            }
        };
        tokenizer.each(text, token, newline, interrupt)?;
        out.close_text(lines, out.ids.len() as u32);
    }
    Ok(())
}

/// Bytes of a token that is translated, in tables.
const TRANSLATED: usize = 64;
/// Steps of the slowest token: one not seen before, stemmed.
const TOKEN: usize = 200;

/// The token of each id.
pub(crate) enum Names {
    /// Code points beyond ASCII; those of ASCII are their own ids.
    Points(Vec<u32>),
    /// Others.
    Tokens(Vec<Box<[u8]>>),
}

/// Texts as ids, one after the other.
#[derive(Clone, Default)]
pub(crate) struct Tokens {
    ids: Vec<u32>,
    /// Where each text ends in `ids`.
    ends: Vec<u32>,
    /// Where each line that has a token ends in its text; empty if lines were not asked for.
    lines: Vec<u32>,
    /// Where each text ends in `lines`.
    line_ends: Vec<usize>,
    /// Where they were sorted: see [`crate::kernels::sorted_ngrams`].
    pub places: SortedPlaces,
}

/// A text as ids.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    /// One a token.
    pub ids: &'a [u32],
    /// Where each line that has a token ends in `ids`; empty if lines were not asked for.
    pub lines: &'a [u32],
}

impl Tokens {
    /// The text of this number.
    #[inline(always)]
    pub fn text(&self, number: usize) -> Text<'_> {
        let (start, first_line) = match number.checked_sub(1) {
            Some(before) => (self.ends[before] as usize, self.line_ends[before]),
            None => (0, 0),
        };
        Text {
            ids: &self.ids[start..self.ends[number] as usize],
            lines: &self.lines[first_line..self.line_ends[number]],
        }
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Adds a token to the text at hand.
    pub fn push(&mut self, id: u32) {
        self.ids.push(id);
    }

    /// Ends the text at hand, which has no lines.
    pub fn close(&mut self) {
        self.close_text(false, self.ids.len() as u32);
    }

    /// Makes room for so many more tokens, and for a text.
    pub fn reserve(&mut self, tokens: usize) -> Result<(), Error> {
        memory::reserve(&mut self.ids, tokens)?;
        memory::reserve(&mut self.ends, 1)?;
        memory::reserve(&mut self.line_ends, 1)
    }

    /// Adds texts, unless that makes more tokens than can be numbered or there is no memory for them; whether it
    /// did.
    pub fn append(&mut self, other: &Tokens) -> bool {
        let there_is_room = self.ids.len() + other.ids.len() <= u32::MAX as usize
            && self.ids.try_reserve(other.ids.len()).is_ok()
            && self.ends.try_reserve(other.ends.len()).is_ok()
            && self.lines.try_reserve(other.lines.len()).is_ok()
            && self.line_ends.try_reserve(other.line_ends.len()).is_ok();
        if !there_is_room {
            return false;
        }
        let (ids, lines) = (self.ids.len() as u32, self.lines.len());
        self.ids.extend_from_slice(&other.ids);
        self.ends.extend(other.ends.iter().map(|end| end + ids));
        self.lines.extend_from_slice(&other.lines);
        self.line_ends.extend(other.line_ends.iter().map(|end| end + lines));
        true
    }

    /// What they take.
    fn bytes(&self) -> usize {
        (self.ids.len() + self.ends.len() + self.lines.len()) * size_of::<u32>()
            + self.line_ends.len() * size_of::<usize>()
    }

    fn clear(&mut self) {
        self.ids.clear();
        self.ends.clear();
        self.lines.clear();
        self.line_ends.clear();
    }

    /// Ends a line of the text at hand; `tokens` is the number of all so far.
    fn close_line(&mut self, tokens: u32) {
        let tokens = tokens - self.ends.last().copied().unwrap_or(0);
        let lines = &self.lines[self.line_ends.last().copied().unwrap_or(0)..];
        if tokens > lines.last().copied().unwrap_or(0) {
            self.lines.push(tokens);
        }
    }

    /// Ends a text.
    #[inline]
    fn close_text(&mut self, lines: bool, tokens: u32) {
        if lines {
            self.close_line(tokens);
        }
        self.ends.push(tokens);
        self.line_ends.push(self.lines.len());
    }
}
