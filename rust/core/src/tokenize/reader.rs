//! The reader of a thread: texts to token ids, with vocabularies and buffers that last from call to call.

use std::cell::RefCell;

use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::room::AtWork;
use crate::tokenize::blocks::Buffers;
use crate::tokenize::chars::{self, Points};
use crate::tokenize::intern::{TOKEN, Vocabulary};
use crate::tokenize::prepared_tokens::{Names, PreparedTokens};
use crate::tokenize::sentences::{self, SentenceEnds};
use crate::tokenize::split_words::{Output, SplitWords};
use crate::tokenize::tokenizer::{Stream, Tokenizer};
use crate::tokenize::tokens::Tokens;
use crate::tokenize::translation::Translation;
use crate::tokenize::{chrf_words, rouge, spaced_words, stripped, t13a, whitespace};

/// Turns texts into ids. Keeps its vocabularies and buffers from text to text.
pub(crate) struct Reader {
    cpu: Cpu,
    points: Points,
    plain: Vocabulary,
    stemmed: Vocabulary,
    buffers: Buffers,
    /// The words that tokenizers have split.
    split: Vec<SplitWords>,
    /// By stream, the translation of this reader's ids into those of prepared tokens.
    translations: Vec<(Stream, Translation)>,
}

/// Buffers larger than this many bytes are freed by [`Reader::bound`].
const MOST_BYTES: usize = 1 << 22;
/// Tokenizers whose words are kept: there is one for each list of stop words.
const MOST_SPLIT: usize = 32;
/// Bytes that a translated token takes in tables.
const TRANSLATED: usize = 64;

impl Reader {
    /// A reader with empty vocabularies.
    pub fn new(cpu: Cpu) -> Self {
        Self {
            cpu,
            points: Points::new(),
            plain: Vocabulary::new(cpu, false),
            stemmed: Vocabulary::new(cpu, true),
            buffers: Buffers::default(),
            split: Vec::new(),
            translations: Vec::new(),
        }
    }

    /// Frees vocabularies and buffers that have grown past their bounds. Ids given before become invalid.
    pub fn bound(&mut self) {
        let forgot = [self.points.bound(), self.plain.bound(), self.stemmed.bound()];
        if forgot[1] {
            self.split.clear();
        }
        self.split.iter_mut().for_each(SplitWords::bound);
        if forgot.contains(&true) {
            self.translations.clear();
        }
        if self.buffers.bytes() > MOST_BYTES {
            self.buffers = Buffers::default();
        }
    }

    /// A number above every id given for this stream.
    #[inline(always)]
    pub fn ids(&self, stream: Stream) -> usize {
        if stream.is_of_points() { self.points.ids() } else { self.vocabulary(stream.tokenizer).ids() }
    }

    /// The token of each id given for this stream; for the id of a stem, a token with that stem.
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

    /// Translates `tokens` from this reader's ids into those of `to`, unless [`Self::translated`] has the prepared
    /// tokens in this reader's ids. Linear in `tokens`, and also in `to` if the last call was for other prepared
    /// tokens.
    pub fn translate(
        &mut self,
        cpu: Cpu,
        stream: Stream,
        to: &PreparedTokens,
        interrupt: &Interrupt,
        tokens: &mut Tokens,
    ) -> Result<(), Error> {
        let place = self.translations.iter().position(|(own, _)| *own == stream).unwrap_or_else(|| {
            self.translations.push((stream, Translation::default()));
            self.translations.len() - 1
        });
        let translation = &mut self.translations[place].1;
        if translation.is_other(to) {
            // The tables, and the prepared tokens in case the translation keeps them.
            let bytes = to.ids.saturating_mul(TRANSLATED).saturating_add(2 * to.tokens.bytes());
            let _at_work = AtWork::beside(bytes, interrupt)?;
            match &to.names {
                Names::Points(points) => {
                    if !points.is_empty() {
                        self.points.make_table(interrupt)?;
                    }
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

    /// The prepared tokens in this reader's ids, if this reader keeps them so.
    pub fn translated(&self, stream: Stream, prepared: &PreparedTokens) -> Option<&Tokens> {
        self.translations.iter().find(|(own, _)| *own == stream)?.1.tokens(prepared)
    }

    /// Replaces `out` by the tokens of `texts`. Lines are noted only if the stream asks for them, and never by the
    /// tokenizers of BLEU.
    #[inline(always)]
    pub fn read<T: AsRef<[u8]>>(
        &mut self,
        cpu: Cpu,
        stream: Stream,
        texts: &[T],
        interrupt: &Interrupt,
        out: &mut Tokens,
    ) -> Result<(), Error> {
        cpu.call(Read { reader: self, stream, texts, interrupt, out })
    }

    #[inline(always)]
    fn read_on<'t, I: Isa>(
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
            Tokenizer::SpacedWords if !texts.clone().all(|text| spaced_words::has_only_spaces(isa, text)) => false,
            Tokenizer::Whitespace | Tokenizer::SpacedWords if !lines => {
                whitespace::ids(isa, texts.clone(), whitespace::whole, vocabulary, &mut self.buffers, interrupt, out)?
            }
            Tokenizer::Unicode
            | Tokenizer::Intl
            | Tokenizer::Zh
            | Tokenizer::Squad
            | Tokenizer::Tercom(_)
            | Tokenizer::Rouge155(_) => {
                // A limit does not change the tokens of a word.
                let unlimited = match tokenizer {
                    Tokenizer::Rouge155(rules) => {
                        let cut: Vec<_> =
                            texts.clone().map(|text| rules.cut(text, interrupt)).collect::<Result<_, _>>()?;
                        self.buffers.copy(cut.iter().map(AsRef::as_ref));
                        Tokenizer::Rouge155(rules.unlimited())
                    }
                    _ => {
                        self.buffers.copy(texts.clone());
                        tokenizer
                    }
                };
                let place = self.split.iter().position(|split| split.tokenizer == unlimited).unwrap_or_else(|| {
                    if self.split.len() == MOST_SPLIT {
                        self.split.remove(0);
                    }
                    self.split.push(SplitWords::new(self.cpu, unlimited));
                    self.split.len() - 1
                });
                let output = Output { vocabulary, tokens: out, lines };
                self.split[place].read(isa, &mut self.buffers, interrupt, output)?
            }
            Tokenizer::Char | Tokenizer::Point | Tokenizer::Stripped | Tokenizer::Joined if !lines => {
                for text in texts.clone() {
                    let joined;
                    let text = match tokenizer {
                        Tokenizer::Stripped => stripped::stripped(text),
                        Tokenizer::Joined => {
                            joined = stripped::joined(text)?;
                            &joined
                        }
                        _ => text,
                    };
                    self.points.append(isa, text, tokenizer != Tokenizer::Char, interrupt, &mut out.ids)?;
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
            // Ends of sentences are tokens here, but not for `Tokenizer::each`, which calls `Tokenizer::spaced` too.
            let text = match tokenizer {
                Tokenizer::Sentences(SentenceEnds::FullStops) => Some(sentences::spaced(text, interrupt)?),
                _ => tokenizer.spaced(text, interrupt)?,
            };
            let Some(text) = text else { break };
            spaced.push(text);
        }
        let words = spaced.iter().map(Vec::as_slice);
        if spaced.is_empty()
            || !whitespace::ids(isa, words, whitespace::whole, vocabulary, &mut self.buffers, interrupt, out)?
        {
            out.clear();
            one_by_one(tokenizer, texts, lines, vocabulary, interrupt, out)?;
        } else if let Tokenizer::Sentences(_) = tokenizer {
            interrupt.spend(out.ids.len())?;
            out.split_lines(vocabulary.id_of(sentences::END));
        }
        Ok(())
    }
}

/// See [`Reader::read`].
struct Read<'a, 'i, T> {
    reader: &'a mut Reader,
    stream: Stream,
    texts: &'a [T],
    interrupt: &'a Interrupt<'i>,
    out: &'a mut Tokens,
}

impl<T: AsRef<[u8]>> Kernel for Read<'_, '_, T> {
    type Output = Result<(), Error>;

    #[inline(always)]
    fn run<I: Isa>(self, isa: I) -> Result<(), Error> {
        let Self { reader, stream, texts, interrupt, out } = self;
        reader.read_on(isa, stream, texts.iter().map(AsRef::as_ref), interrupt, out)?;
        reader.vocabulary(stream.tokenizer).require()
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
