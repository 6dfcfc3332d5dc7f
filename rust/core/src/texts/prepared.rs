//! Texts that are read once and compared many times.
//!
//! They are kept as ids of a vocabulary of their own. A thread reads the texts compared with them with its own, warm
//! vocabulary and translates between the two (`tokenize/translation.rs`). A token that no prepared text has matches
//! nothing, so all such tokens share an id. This takes four bytes per token, plus the distinct tokens, plus the sorted
//! n-grams of [`SortedPlaces`].

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::cpu::Cpu;
use crate::error::Error;
use crate::kernels::sorted_ngrams::{self, SortedPlaces};
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;
use crate::limits::room::AtWork;
use crate::texts::slices::{bytes, together};
use crate::tokenize::{Names, PreparedTokens, Reader, Stream, Tokenizer, Tokens};

/// Prepared texts, as the tokens of some streams.
pub struct Prepared {
    streams: Vec<(Stream, PreparedTokens)>,
    /// The end of each text, in bytes of all texts.
    ends: Vec<usize>,
    most_bytes: usize,
}

/// The approximate number of bytes that the name of a token takes.
const NAME: usize = 64;

/// A number that was not given before, from 1 on.
fn new_number() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

impl Prepared {
    /// Reads references as some streams, and predictions too if there are two `sides`, predictions first. Both sides
    /// share a vocabulary and may be compared with each other. Each item of `streams` is a stream of predictions and
    /// the stream of references that is compared with it. `sorts` is true for the streams whose n-grams are sorted.
    pub(crate) fn read<T: AsRef<[u8]>>(
        streams: impl Iterator<Item = (Stream, Stream)>,
        sorts: impl Fn(Stream) -> bool,
        sides: &[&[T]],
        interrupt: &Interrupt,
    ) -> Result<Vec<Self>, Error> {
        let cpu = Cpu::detect();
        let mut made = Vec::new();
        for texts in sides {
            made.push(Self::new(Vec::new(), ends(texts, interrupt)?));
        }
        // Each pair of streams has a reader: in a shared vocabulary both would have larger ids.
        for (of_predictions, of_references) in streams {
            let (mut most, mut at_work) = (0, None);
            let mut reader = Reader::new(cpu);
            let mut read = Tokens::default();
            let mut all = Vec::new();
            for (place, texts) in sides.iter().enumerate() {
                let stream = if place + 1 == sides.len() { of_references } else { of_predictions };
                let mut tokens = Tokens::default();
                let mut rest = *texts;
                while !rest.is_empty() {
                    let texts = together(rest);
                    let bytes = bytes(texts);
                    if bytes > most {
                        most = bytes;
                        // A thread that keeps memory from others must not wait for them.
                        drop(at_work.take());
                        at_work = Some(AtWork::start(bytes, Some(interrupt))?);
                    }
                    reader.read(cpu, stream, texts, interrupt, &mut read)?;
                    if !tokens.append(&read) {
                        return Err(Error::OutOfMemory(sides.iter().map(|texts| self::bytes(texts)).sum()));
                    }
                    rest = &rest[texts.len()..];
                }
                if sorts(stream) && cpu.is_wide() && !sort(cpu, &mut tokens, interrupt)? {
                    return Err(Error::OutOfMemory(bytes(texts)));
                }
                all.push((stream, tokens));
            }
            drop(at_work);
            // The vocabulary is complete only when all sides have been read.
            for (made, (stream, tokens)) in made.iter_mut().zip(all) {
                let _at_work = AtWork::request(reader.ids(stream).saturating_mul(NAME), Some(interrupt))?;
                let names = reader.names(stream, interrupt)?;
                let prepared = PreparedTokens { tokens, names, ids: reader.ids(stream), number: new_number() };
                made.streams.push((stream, prepared));
            }
        }
        Ok(made)
    }

    /// Pretokenized texts. `ids` is the number of known tokens and the id of an unknown one. These texts are never
    /// compared with texts that a reader reads, so nothing is translated.
    pub(crate) fn of_pretokenized(tokens: Tokens, ends: Vec<usize>, ids: usize) -> Self {
        let prepared = PreparedTokens { tokens, names: Names::Tokens(Vec::new()), ids, number: 0 };
        Self::new(vec![(Stream::of(Tokenizer::Pretokenized), prepared)], ends)
    }

    fn new(streams: Vec<(Stream, PreparedTokens)>, ends: Vec<usize>) -> Self {
        let mut start = 0;
        let lengths = ends.iter().map(|&end| end - std::mem::replace(&mut start, end));
        let most_bytes = lengths.max().unwrap_or(0);
        Self { streams, ends, most_bytes }
    }

    /// The number of texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True if there are no texts.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// True if all of these streams were prepared.
    pub fn has(&self, streams: impl IntoIterator<Item = Stream>) -> bool {
        streams.into_iter().all(|stream| self.streams.iter().any(|(own, _)| *own == stream))
    }

    /// The tokens of a stream that was prepared.
    pub(crate) fn stream(&self, stream: Stream) -> &PreparedTokens {
        &self.streams.iter().find(|(own, _)| *own == stream).expect("prepared for this metric").1
    }

    /// The number of bytes of the longest text.
    pub(crate) fn most_bytes(&self) -> usize {
        self.most_bytes
    }

    /// The number of bytes of these texts.
    pub(crate) fn bytes(&self, which: Range<usize>) -> usize {
        let until = |end: usize| end.checked_sub(1).map_or(0, |last| self.ends[last]);
        until(which.end) - until(which.start)
    }
}

/// Sorts the n-grams of each text. Returns false if there was no memory for it.
fn sort(cpu: Cpu, tokens: &mut Tokens, interrupt: &Interrupt) -> Result<bool, Error> {
    let mut places = SortedPlaces::default();
    let mut counter = sorted_ngrams::SortedCounter::default();
    for text in 0..tokens.len() {
        let ids = tokens.text(text).ids;
        let ids = if ids.len() > sorted_ngrams::FEW { ids } else { &[] };
        interrupt.spend(100 + 10 * ids.len())?;
        if !cpu.call_wide(sorted_ngrams::SortText { places: &mut places, counter: &mut counter, ids }) {
            return Ok(false);
        }
    }
    tokens.places = places;
    Ok(true)
}

/// The end of each text, in bytes of all texts.
fn ends<T: AsRef<[u8]>>(texts: &[T], interrupt: &Interrupt) -> Result<Vec<usize>, Error> {
    let mut end = 0;
    let mut ends = Vec::new();
    memory::reserve(&mut ends, texts.len())?;
    for text in texts {
        interrupt.spend(2)?;
        end += text.as_ref().len();
        ends.push(end);
    }
    Ok(ends)
}
