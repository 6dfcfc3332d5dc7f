//! What a thread keeps from call to call, and the loop over segments: texts are read in groups, once for
//! all metrics that see them alike, and each metric makes its rows of them.

use std::ops::{AddAssign, Range};

use crate::corpus::prepared::{Ids, Read};
use crate::corpus::segments::{Segments, Side, Which};
use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::kernels::sorted_ngrams;
use crate::limits::interrupt::Interrupt;
use crate::limits::room::{AtWork, MUCH, room_for_more};
use crate::metrics::{AnyMetric, KINDS, Kernels, Metric, whichever};
use crate::tokenize::{Reader, Stream, Text, Tokens};

/// Streams of a metric, at most.
pub const STREAMS: usize = 2;

/// A metric and where the figures of some segments belong.
pub struct Job<'a> {
    /// What is asked for.
    pub metric: &'a AnyMetric,
    /// [`AnyMetric::rows`] rows; or nothing, if scores alone are asked for.
    pub rows: &'a mut [i32],
    /// The scores of each segment; or nothing.
    pub scores: &'a mut [f64],
    /// Counts of texts.
    pub notes: Notes,
}

/// Counts of texts that hint at a metric used by mistake.
#[derive(Clone, Copy, Debug, Default)]
pub struct Notes {
    /// Predictions that are not empty and have no token.
    pub emptied: usize,
    /// Segments in which a text has several lines, where lines count.
    pub lined: usize,
}

impl AddAssign for Notes {
    fn add_assign(&mut self, other: Self) {
        self.emptied += other.emptied;
        self.lined += other.lined;
    }
}

impl<'a> Job<'a> {
    /// A job.
    pub fn new(metric: &'a AnyMetric, rows: &'a mut [i32], scores: &'a mut [f64]) -> Self {
        Self { metric, rows, scores, notes: Notes::default() }
    }

    pub(crate) fn lend(&mut self) -> Job<'_> {
        Job::new(self.metric, self.rows, self.scores)
    }
}

/// A segment as ids.
pub struct Segment<'a> {
    /// The processor.
    pub cpu: Cpu,
    prediction: usize,
    references: Which,
    streams: [Sides<'a>; STREAMS],
}

#[derive(Clone, Copy)]
struct Sides<'a> {
    predictions: &'a Tokens,
    references: &'a Tokens,
    ids: usize,
}

impl<'a> Segment<'a> {
    /// A number above every id of a stream.
    #[inline(always)]
    pub fn ids(&self, stream: usize) -> usize {
        self.streams[stream].ids
    }

    /// The prediction as a stream has it.
    #[inline(always)]
    pub(crate) fn prediction(&self, stream: usize) -> Text<'a> {
        self.streams[stream].predictions.text(self.prediction)
    }

    /// The numbers of its references.
    #[inline(always)]
    pub(crate) fn numbers(&self) -> impl Iterator<Item = usize> + Clone + use<> {
        let Which { range, but } = self.references.clone();
        range.filter(move |&number| number != but)
    }

    /// True if a text has several lines with tokens, where lines count.
    #[inline(always)]
    fn has_lines(&self) -> bool {
        match self.prediction(0).lines.len() {
            0 => false,
            1 => self.numbers().any(|number| self.reference(0, number).lines.len() > 1),
            _ => true,
        }
    }

    /// How many it has.
    #[inline(always)]
    pub(crate) fn count(&self) -> usize {
        let Which { range, but } = &self.references;
        range.len() - usize::from(range.contains(but))
    }

    /// A reference as a stream has it.
    #[inline(always)]
    pub(crate) fn reference(&self, stream: usize, number: usize) -> Text<'a> {
        self.streams[stream].references.text(number)
    }

    /// The prediction as a stream has it, with its places if they are sorted.
    #[inline(always)]
    pub(crate) fn prediction_places(&self, stream: usize) -> sorted_ngrams::SortedSide<'a> {
        side(self.streams[stream].predictions, self.prediction)
    }

    /// A reference likewise.
    #[inline(always)]
    pub(crate) fn reference_places(&self, stream: usize, number: usize) -> sorted_ngrams::SortedSide<'a> {
        side(self.streams[stream].references, number)
    }

    /// The references in order, a token each.
    #[inline(always)]
    pub(crate) fn references(&self) -> impl Iterator<Item = &'a [u32]> + Clone + use<'a> {
        let all = self.streams[0].references;
        self.numbers().map(|number| all.text(number).ids)
    }

    /// Those that have a token, or all if none has: SQuAD 2.0 takes a question for one without an answer
    /// only if no answer is given.
    #[inline(always)]
    pub(crate) fn answers(&self) -> impl Iterator<Item = &'a [u32]> + use<'a> {
        let any = self.references().any(|reference| !reference.is_empty());
        self.references().filter(move |reference| !any || !reference.is_empty())
    }
}

#[inline(always)]
fn side(tokens: &Tokens, text: usize) -> sorted_ngrams::SortedSide<'_> {
    sorted_ngrams::SortedSide { ids: tokens.text(text).ids, places: tokens.places.of(text) }
}

/// What a thread keeps.
pub struct Worker {
    cpu: Cpu,
    reader: Reader,
    predictions: Group,
    references: Group,
    row: Vec<i32>,
    kernels: Kernels,
    /// The most text that it worked on at once.
    largest: usize,
    /// The most that it has asked for memory for, by the kind of metric.
    roomy: [usize; KINDS],
}

/// The texts of a group as the streams that were asked for.
#[derive(Default)]
struct Group {
    /// The first ones are of the group at hand.
    streams: Vec<(Stream, Tokens)>,
    read: usize,
}

impl Group {
    /// The place of a stream of the group at hand; `read` fills it if nobody asked for it before.
    fn place(&mut self, stream: Stream, read: impl FnOnce(&mut Tokens) -> Result<(), Error>) -> Result<usize, Error> {
        if let Some(place) = self.streams[..self.read].iter().position(|(own, _)| *own == stream) {
            return Ok(place);
        }
        if self.read == self.streams.len() {
            self.streams.push((stream, Tokens::default()));
        }
        let (own, tokens) = &mut self.streams[self.read];
        *own = stream;
        read(tokens)?;
        self.read += 1;
        Ok(self.read - 1)
    }
}

/// Where the tokens of a side are.
#[derive(Clone, Copy)]
enum Source<'s> {
    Read(usize),
    Prepared(&'s Ids),
    /// What was prepared, in ids of the reader.
    Own(Stream, &'s Ids),
}

impl Group {
    fn tokens<'a>(&'a self, source: Source<'a>, reader: &'a Reader) -> &'a Tokens {
        match source {
            Source::Read(place) => &self.streams[place].1,
            Source::Prepared(prepared) => &prepared.tokens,
            Source::Own(stream, prepared) => reader.own(stream, prepared).expect("as when it was asked"),
        }
    }
}

/// Segments that are read together.
struct Texts<'a, 's, T> {
    segments: &'a Segments<'s, T>,
    /// Those of the call that came before.
    before: Range<usize>,
    group: Range<usize>,
    of_group: Range<usize>,
}

impl<'a, T: AsRef<[u8]>> Texts<'a, '_, T> {
    /// A stream of predictions and one of references, and a number above their ids.
    fn read(
        &self,
        cpu: Cpu,
        (stream, of_references): (Stream, Stream),
        reader: &mut Reader,
        predictions: &mut Group,
        references: &mut Group,
        interrupt: &Interrupt,
    ) -> Result<(Source<'a>, Source<'a>, usize), Error> {
        let Segments { predictions: given, references: others, .. } = self.segments;
        let prediction = match given {
            Side::Texts(texts) => Source::Read(predictions.place(stream, |out| {
                let texts = &texts[self.group.clone()];
                cpu.call(Read { reader, stream, texts, interrupt, out })?;
                if let Side::Prepared(prepared) = others {
                    reader.translate(cpu, of_references, prepared.stream(of_references), interrupt, out)?;
                }
                Ok(())
            })?),
            Side::Prepared(prepared) => Source::Prepared(prepared.stream(stream)),
        };
        let reference = match others {
            Side::Texts(texts) => Source::Read(references.place(of_references, |out| {
                let texts = &texts[self.of_group.clone()];
                cpu.call(Read { reader, stream: of_references, texts, interrupt, out })
            })?),
            Side::Prepared(prepared) => {
                let prepared = prepared.stream(of_references);
                let own = matches!(given, Side::Texts(_)) && reader.own(of_references, prepared).is_some();
                if own { Source::Own(of_references, prepared) } else { Source::Prepared(prepared) }
            }
        };
        let ids = match reference {
            Source::Read(_) | Source::Own(..) => reader.ids(of_references),
            // One more for what is not among them.
            Source::Prepared(prepared) => prepared.ids + 1,
        };
        Ok((prediction, reference, ids))
    }
}

/// What was needed for more text than this is not kept.
const MOST_BYTES: usize = 1 << 19;

impl Default for Worker {
    fn default() -> Self {
        let cpu = Cpu::detect();
        Self::new(cpu, Reader::new(cpu))
    }
}

impl Worker {
    fn new(cpu: Cpu, reader: Reader) -> Self {
        Self {
            cpu,
            reader,
            predictions: Group::default(),
            references: Group::default(),
            row: Vec::new(),
            kernels: Kernels::default(),
            largest: 0,
            roomy: [0; KINDS],
        }
    }

    /// Drops what is too much to keep. For between blocks.
    pub(crate) fn bound(&mut self) {
        self.reader.bound();
        if self.largest > MOST_BYTES {
            let reader = std::mem::replace(&mut self.reader, Reader::new(self.cpu));
            *self = Self::new(self.cpu, reader);
        }
    }

    /// Makes the rows and the scores of some segments.
    pub(crate) fn score<T: AsRef<[u8]>>(
        &mut self,
        segments: &Segments<'_, T>,
        which: Range<usize>,
        jobs: &mut [Job<'_>],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let first = which.start;
        for (group, of_group) in segments.groups(which) {
            let bytes = segments.most_bytes(&group, &of_group);
            self.largest = self.largest.max(bytes);
            let _at_work = self.make_room(bytes, jobs, interrupt)?;
            (self.predictions.read, self.references.read) = (0, 0);
            let group = Texts { segments, before: first..group.start, group, of_group };
            for job in &mut *jobs {
                whichever!(job.metric, metric => self.job(metric, &group, job, interrupt))?;
            }
        }
        Ok(())
    }

    /// Makes sure that there is memory for so much text.
    #[inline(always)]
    fn make_room(&mut self, bytes: usize, jobs: &[Job<'_>], interrupt: &Interrupt) -> Result<Option<AtWork>, Error> {
        if bytes > MUCH {
            return AtWork::start(bytes, interrupt).map(Some);
        }
        for job in jobs {
            let roomy = &mut self.roomy[job.metric.kind()];
            if bytes > *roomy {
                *roomy = room_for_more(bytes)?;
            }
        }
        Ok(None)
    }

    fn job<M: Metric, T: AsRef<[u8]>>(
        &mut self,
        metric: &M,
        texts: &Texts<'_, '_, T>,
        job: &mut Job<'_>,
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let Self { cpu, reader, predictions, references, row, kernels, .. } = self;
        let mut places = [None; STREAMS];
        for (place, streams) in places.iter_mut().zip(metric.streams().into_iter().zip(metric.reference_streams())) {
            let (Some(stream), Some(of_references)) = streams else { continue };
            *place = Some(texts.read(*cpu, (stream, of_references), reader, predictions, references, interrupt)?);
        }
        let Texts { segments, before, group, .. } = texts;
        let width = metric.width();
        let numbers = metric.rows(segments, group.clone()) * width;
        let rows = if job.rows.is_empty() {
            row.resize(numbers, 0);
            &mut row[..numbers]
        } else {
            &mut job.rows[metric.rows(segments, before.clone()) * width..][..numbers]
        };
        let scores = if job.scores.is_empty() {
            &mut []
        } else {
            let width = metric.score_width();
            &mut job.scores[before.len() * width..][..group.len() * width]
        };
        let (predictions, references, reader) = (&*predictions, &*references, &*reader);
        let streams = [0, 1].map(|number| places[number].or(places[1 - number]).expect("a stream"));
        let streams = streams.map(|(prediction, reference, ids)| {
            let predictions = predictions.tokens(prediction, reader);
            let references = references.tokens(reference, reader);
            Sides { predictions, references, ids }
        });
        job.notes += cpu.call(Rows {
            metric,
            cpu: *cpu,
            kernels: M::kernels(kernels),
            texts,
            streams,
            rows,
            scores,
            interrupt,
        })?;
        Ok(())
    }
}

/// What a segment takes beside what its kernels account for.
const STEPS: usize = 1000;

/// Makes the rows and scores of a group.
struct Rows<'a, 's, M: Metric, T> {
    metric: &'a M,
    cpu: Cpu,
    kernels: &'a mut M::Kernels,
    texts: &'a Texts<'a, 's, T>,
    streams: [Sides<'a>; STREAMS],
    rows: &'a mut [i32],
    scores: &'a mut [f64],
    interrupt: &'a Interrupt<'a>,
}

impl<M: Metric, T: AsRef<[u8]>> Kernel for Rows<'_, '_, M, T> {
    type Output = Result<Notes, Error>;

    /// All in one piece, down to the kernels for short pairs: a sentence is too little work to pay for calls.
    #[inline(always)]
    fn run<I: Isa>(self, isa: I) -> Result<Notes, Error> {
        let Self { metric, cpu, kernels, texts, streams, rows, scores, interrupt } = self;
        let Texts { segments, group, of_group, .. } = texts;
        let first = |side: &Side<T>, first: usize| if let Side::Texts(_) = side { first } else { 0 };
        let first_prediction = first(&segments.predictions, group.start);
        let first_reference = first(&segments.references, of_group.start);
        let width = metric.width();
        let (mut notes, mut done) = (Notes::default(), 0);
        for number in group.clone() {
            let Which { range, but } = segments.references_of(number);
            // Texts are where Python put them: ask for those of the next group meanwhile.
            segments.prefetch(number, group.len(), &range, of_group.len());
            interrupt.spend(STEPS)?;
            let references = Which { range: range.start - first_reference..range.end - first_reference, but };
            let prediction = segments.prediction_of(number);
            let segment = Segment { cpu, prediction: prediction - first_prediction, references, streams };
            if segment.prediction(0).ids.is_empty() {
                notes.emptied += usize::from(segments.predictions.bytes(prediction..prediction + 1) > 0);
            }
            notes.lined += usize::from(segment.has_lines());
            let end = done + metric.rows(segments, number..number + 1) * width;
            metric.row(isa, kernels, segment, &mut rows[done..end], interrupt)?;
            done = end;
        }
        if rows.len() == group.len() * width {
            metric.scores(rows, scores);
        } else if !scores.is_empty() {
            let mut rest = &*rows;
            for (number, scores) in group.clone().zip(scores.chunks_exact_mut(metric.score_width())) {
                let own = rest.split_off(..metric.rows(segments, number..number + 1) * width).expect("its rows");
                metric.scores(own, scores);
            }
        }
        Ok(notes)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::corpus::prepared::Prepared;
    use crate::corpus::segments::Layout;
    use crate::metrics::bleu::{Bleu, Smoothing};
    use crate::metrics::chrf::Chrf;
    use crate::metrics::rouge::{MultiReference, Rouge, Type};
    use crate::metrics::ter::Ter;
    use crate::metrics::token_f1::TokenF1;
    use crate::testing::never;
    use crate::tokenize::{Tercom, Tokenizer};

    /// Texts that were prepared are not read again, so a pair of a short text and a long one must account for its
    /// own steps: else hundreds of such pairs go by before Ctrl-C is seen.
    #[test]
    fn a_long_pair_of_prepared_texts_is_stopped() {
        let (short, long) = (["a b c".to_owned()], ["a b ".repeat(300_000)]);
        let bleu = |smoothing| Bleu {
            tokenizer: Tokenizer::Whitespace,
            orders: 4,
            smoothing,
            effective_order: false,
            compensated: false,
        };
        let chrf =
            |word_order| Chrf { char_order: 6, word_order, factor: 4.0, whitespace: false, eps_smoothing: false };
        let rouge = |types: &[Type]| Rouge::new(types.to_vec(), Tokenizer::Whitespace, MultiReference::Best);
        let metrics = [
            AnyMetric::Bleu(bleu(Smoothing::Exp)),
            AnyMetric::Chrf(chrf(0)),
            AnyMetric::Chrf(chrf(2)),
            AnyMetric::Rouge(rouge(&[Type::N(1), Type::N(2), Type::L])),
            AnyMetric::Rouge(rouge(&[Type::N(9), Type::Lsum, Type::Lsubstr])),
            AnyMetric::Ter(Ter::new(Tercom::default())),
            AnyMetric::TokenF1(TokenF1),
        ];
        let stopped = AtomicBool::new(true);
        for metric in &metrics {
            for sides in [[&short, &long], [&long, &short]] {
                let prepared = Prepared::read(metric, &[&sides[0][..], &sides[1][..]], &never()).unwrap();
                let [predictions, references] = [0, 1].map(|side| Side::Prepared(&prepared[side]));
                let segments: Segments<'_, &[u8]> = Segments { predictions, references, layout: Layout::Product(0..1) };
                let mut scores = vec![0.0; metric.score_width()];
                let mut jobs = [Job::new(metric, &mut [], &mut scores)];
                let made = Worker::default().score(&segments, 0..1, &mut jobs, &Interrupt::new(&stopped, None));
                assert_eq!(made, Err(Error::Interrupted), "{metric:?}");
            }
        }
    }
}
