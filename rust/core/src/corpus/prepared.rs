//! Texts that are read once and compared many times.
//!
//! They are kept as ids of a vocabulary of their own. What is compared with them is read by a thread's own
//! vocabulary, which is warm, and translated, one way or the other (`tokenize/translation.rs`): a token that none
//! of them has matches nothing, whichever it is. Four bytes a token, and the distinct ones, and what [`places`] keeps.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::corpus::segments::{bytes, each, together};
use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::kernels::sorted_ngrams::{self, SortedPlaces};
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;
use crate::limits::room::room_for_more;
use crate::metrics::AnyMetric;
use crate::tokenize::{Names, Reader, Stream, Tokens};

/// Such texts, as the tokens of some streams.
pub struct Prepared {
    streams: Vec<(Stream, Ids)>,
    /// Where the text of each ends, in bytes.
    ends: Vec<usize>,
    most_bytes: usize,
}

/// Tokens of a stream.
pub(crate) struct Ids {
    pub tokens: Tokens,
    pub names: Names,
    /// Above every id.
    pub ids: usize,
    /// No others have this number.
    pub number: u64,
}

/// Bytes of a name of a token and what holds it, about.
const NAME: usize = 64;

/// A number that was not given before, from 1.
fn new_number() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

impl Prepared {
    /// Reads references for a metric, and predictions in front of them if there are two `sides`: those have one
    /// vocabulary and may be compared with each other.
    pub fn read<T: AsRef<[u8]>>(
        metric: &AnyMetric,
        sides: &[&[T]],
        interrupt: &Interrupt,
    ) -> Result<Vec<Prepared>, Error> {
        let cpu = Cpu::detect();
        let mut made = Vec::new();
        for texts in sides {
            made.push(Prepared::new(Vec::new(), ends(texts, interrupt)?));
        }
        // One after the other: a vocabulary may serve two streams, and would give both larger ids.
        for (of_predictions, of_references) in metric.streams().zip(metric.reference_streams()) {
            let mut reader = Reader::new(cpu);
            let mut read = Tokens::default();
            let mut all = Vec::new();
            let mut roomy = 0;
            for (place, texts) in sides.iter().enumerate() {
                let stream = if place + 1 == sides.len() { of_references } else { of_predictions };
                let mut tokens = Tokens::default();
                let mut rest = *texts;
                while !rest.is_empty() {
                    let texts = together(rest);
                    let bytes = bytes(texts);
                    if bytes > roomy {
                        roomy = room_for_more(bytes)?;
                    }
                    cpu.call(Read { reader: &mut reader, stream, texts, interrupt, out: &mut read })?;
                    if !tokens.append(&read) {
                        return Err(Error::OutOfMemory(sides.iter().map(|texts| self::bytes(texts)).sum()));
                    }
                    rest = &rest[texts.len()..];
                }
                if metric.sorts(stream) && cpu.is_wide() && !sort(cpu, &mut tokens, interrupt)? {
                    return Err(Error::OutOfMemory(bytes(texts)));
                }
                all.push((stream, tokens));
            }
            // What all sides have by then.
            for (made, (stream, tokens)) in made.iter_mut().zip(all) {
                memory::spare(reader.ids(stream).saturating_mul(NAME))?;
                made.streams.push((
                    stream,
                    Ids {
                        tokens,
                        names: reader.names(stream, interrupt)?,
                        ids: reader.ids(stream),
                        number: new_number(),
                    },
                ));
            }
        }
        Ok(made)
    }

    /// Of tokens that were given; of unknown ones the id is `ids`. No text is compared with them, so nothing is
    /// ever translated.
    pub(crate) fn of_tokens(tokens: Tokens, ends: Vec<usize>, ids: usize) -> Self {
        let ids = Ids { tokens, names: Names::Tokens(Vec::new()), ids, number: 0 };
        Self::new(vec![(Stream::of(crate::Tokenizer::Given), ids)], ends)
    }

    fn new(streams: Vec<(Stream, Ids)>, ends: Vec<usize>) -> Self {
        let mut start = 0;
        let lengths = ends.iter().map(|&end| end - std::mem::replace(&mut start, end));
        let most_bytes = lengths.max().unwrap_or(0);
        Self { streams, ends, most_bytes }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Whether all of these streams were prepared.
    pub fn has(&self, streams: impl IntoIterator<Item = Stream>) -> bool {
        streams.into_iter().all(|stream| self.streams.iter().any(|(own, _)| *own == stream))
    }

    /// The tokens of a stream that was prepared.
    pub(crate) fn stream(&self, stream: Stream) -> &Ids {
        &self.streams.iter().find(|(own, _)| *own == stream).expect("prepared for this metric").1
    }

    /// The length of the longest.
    pub(crate) fn most_bytes(&self) -> usize {
        self.most_bytes
    }

    /// The length of some texts.
    pub(crate) fn bytes(&self, which: Range<usize>) -> usize {
        let until = |end: usize| end.checked_sub(1).map_or(0, |last| self.ends[last]);
        until(which.end) - until(which.start)
    }
}

/// Sorts the places of texts, and says whether there was memory for it.
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

fn ends<T: AsRef<[u8]>>(texts: &[T], interrupt: &Interrupt) -> Result<Vec<usize>, Error> {
    let mut end = 0;
    let mut ends = Vec::new();
    memory::reserve(&mut ends, texts.len())?;
    for text in each(texts) {
        interrupt.spend(2)?;
        end += text.len();
        ends.push(end);
    }
    Ok(ends)
}

/// Reads texts.
pub(crate) struct Read<'a, 'i, T> {
    pub reader: &'a mut Reader,
    pub stream: Stream,
    pub texts: &'a [T],
    pub interrupt: &'a Interrupt<'i>,
    pub out: &'a mut Tokens,
}

impl<T: AsRef<[u8]>> Kernel for Read<'_, '_, T> {
    type Output = Result<(), Error>;

    #[inline(always)]
    fn run<I: Isa>(self, isa: I) -> Result<(), Error> {
        let Self { reader, stream, texts, interrupt, out } = self;
        reader.read(isa, stream, each(texts), interrupt, out)
    }
}
