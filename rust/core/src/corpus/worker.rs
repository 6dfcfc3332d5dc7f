//! The worker of a thread, which lasts from call to call, and its loop over segments: texts are read in groups, once
//! for all metrics that ask for the same stream, and each metric makes its rows from them.

use std::ops::{AddAssign, Range};

use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::room::{AtWork, LITTLE};
use crate::metrics::{AllKernels, AnyMetric, HasKernels, KINDS, Metric, match_metric};
use crate::texts::segment::{STREAMS, Segment, StreamTokens};
use crate::texts::segments::{References, Segments, Side};
use crate::tokenize::{PreparedTokens, Reader, Stream, Tokens};

/// A metric, and the room for its rows and scores of some segments.
pub struct Job<'a> {
    /// The metric.
    pub metric: &'a AnyMetric,
    /// Room for [`AnyMetric::rows`] rows; empty if only scores are asked for.
    pub rows: &'a mut [i32],
    /// Room for the scores of each segment; empty if only rows are asked for.
    pub scores: &'a mut [f64],
    /// Counts of texts that hint at a metric used by mistake.
    pub notes: Notes,
}

/// Counts of texts that hint at a metric used by mistake.
#[derive(Clone, Copy, Debug, Default)]
pub struct Notes {
    /// The number of predictions that are not empty but have no token.
    pub emptied: usize,
    /// The number of segments in which a text has several lines, where lines are asked for.
    pub lined: usize,
}

impl AddAssign for Notes {
    fn add_assign(&mut self, other: Self) {
        self.emptied += other.emptied;
        self.lined += other.lined;
    }
}

impl<'a> Job<'a> {
    /// A job with no counts yet.
    pub fn new(metric: &'a AnyMetric, rows: &'a mut [i32], scores: &'a mut [f64]) -> Self {
        Self { metric, rows, scores, notes: Notes::default() }
    }

    /// A job that borrows the room of this one.
    pub(super) fn lend(&mut self) -> Job<'_> {
        Job::new(self.metric, self.rows, self.scores)
    }
}

/// The reader, kernels and buffers of a thread.
pub(super) struct Worker {
    cpu: Cpu,
    reader: Reader,
    predictions: GroupTokens,
    references: GroupTokens,
    row: Vec<i32>,
    kernels: AllKernels,
    /// The most bytes of text worked on at once.
    largest: usize,
    /// By metric, the most bytes of text that need no request. At the end of a call, at most [`LITTLE`] are left.
    roomy: [usize; KINDS],
    /// The memory that was requested in this call. Some buffers and tables are allocated by later groups. This is the last
    /// field, so that buffers are freed before their memory stops counting.
    at_work: Option<AtWork>,
}

/// The predictions or the references of a group, as the tokens of each stream that was asked for.
#[derive(Default)]
struct GroupTokens {
    /// The first `read` streams are those of the current group; the rest are buffers.
    streams: Vec<(Stream, Tokens)>,
    read: usize,
}

impl GroupTokens {
    /// The place of a stream of the current group. Calls `read` to fill it if it was not asked for before.
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

/// The place of the predictions' or the references' tokens.
#[derive(Clone, Copy)]
enum TokensAt<'s> {
    /// In [`GroupTokens::streams`].
    Read(usize),
    /// In prepared texts.
    Prepared(&'s PreparedTokens),
    /// In the reader, which keeps these prepared tokens translated into its ids.
    Translated(Stream, &'s PreparedTokens),
}

impl GroupTokens {
    fn tokens<'a>(&'a self, at: TokensAt<'a>, reader: &'a Reader) -> &'a Tokens {
        match at {
            TokensAt::Read(place) => &self.streams[place].1,
            TokensAt::Prepared(prepared) => &prepared.tokens,
            TokensAt::Translated(stream, prepared) => {
                reader.translated(stream, prepared).expect("the reader had them when it was asked")
            }
        }
    }
}

/// Segments that are read together.
struct Group<'a, 's, T> {
    segments: &'a Segments<'s, T>,
    /// The numbers of the call's segments before the group.
    before: Range<usize>,
    /// The numbers of the group's segments.
    range: Range<usize>,
    /// The numbers of the group's references, where references are texts.
    references: Range<usize>,
}

impl<'a, T: AsRef<[u8]>> Group<'a, '_, T> {
    /// Reads a stream of predictions and a stream of references. Returns the places of their tokens, and a number above
    /// their ids.
    fn read(
        &self,
        cpu: Cpu,
        (stream, of_references): (Stream, Stream),
        reader: &mut Reader,
        predictions: &mut GroupTokens,
        references: &mut GroupTokens,
        interrupt: &Interrupt,
    ) -> Result<(TokensAt<'a>, TokensAt<'a>, usize), Error> {
        let segments = self.segments;
        let prediction = match &segments.predictions {
            Side::Texts(texts) => TokensAt::Read(predictions.place(stream, |out| {
                reader.read(cpu, stream, &texts[self.range.clone()], interrupt, out)?;
                if let Side::Prepared(prepared) = &segments.references {
                    reader.translate(cpu, of_references, prepared.stream(of_references), interrupt, out)?;
                }
                Ok(())
            })?),
            Side::Prepared(prepared) => TokensAt::Prepared(prepared.stream(stream)),
        };
        let reference = match &segments.references {
            Side::Texts(texts) => TokensAt::Read(references.place(of_references, |out| {
                reader.read(cpu, of_references, &texts[self.references.clone()], interrupt, out)
            })?),
            Side::Prepared(prepared) => {
                let prepared = prepared.stream(of_references);
                let translated = matches!(segments.predictions, Side::Texts(_))
                    && reader.translated(of_references, prepared).is_some();
                if translated { TokensAt::Translated(of_references, prepared) } else { TokensAt::Prepared(prepared) }
            }
        };
        let ids = match reference {
            TokensAt::Read(_) | TokensAt::Translated(..) => reader.ids(of_references),
            // One more id, for tokens that were not prepared.
            TokensAt::Prepared(prepared) => prepared.ids + 1,
        };
        Ok((prediction, reference, ids))
    }
}

/// Buffers grown beyond this many bytes of text are freed after the block.
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
            predictions: GroupTokens::default(),
            references: GroupTokens::default(),
            row: Vec::new(),
            kernels: AllKernels::default(),
            largest: 0,
            roomy: [0; KINDS],
            at_work: None,
        }
    }

    /// Leaves the memory that was requested and not allocated to others. Called at the end of a call.
    pub(super) fn rest(&mut self) {
        self.at_work = None;
        self.roomy.iter_mut().for_each(|bytes| *bytes = LITTLE.min(*bytes));
    }

    /// Frees vocabularies and buffers that have grown past their bounds. Called between blocks.
    pub(super) fn bound(&mut self) {
        self.reader.bound();
        if self.largest > MOST_BYTES {
            let reader = std::mem::replace(&mut self.reader, Reader::new(self.cpu));
            *self = Self::new(self.cpu, reader);
        }
    }

    /// Makes the rows and the scores of some segments.
    pub(super) fn score<T: AsRef<[u8]>>(
        &mut self,
        segments: &Segments<'_, T>,
        which: Range<usize>,
        jobs: &mut [Job<'_>],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let first = which.start;
        for (range, references) in segments.groups(which) {
            let bytes = segments.most_bytes(&range, &references);
            self.largest = self.largest.max(bytes);
            self.make_room(bytes, jobs, interrupt)?;
            (self.predictions.read, self.references.read) = (0, 0);
            let group = Group { segments, before: first..range.start, range, references };
            for job in &mut *jobs {
                match_metric!(job.metric, metric => self.job(metric, &group, job, interrupt))?;
            }
        }
        Ok(())
    }

    /// Returns an error if there is no memory for this many bytes of text, or if they might have more tokens than an int32
    /// counts. A text has at most a token a byte, so no sum of lengths, and no count of n-grams, is above this bound.
    #[inline(always)]
    fn make_room(&mut self, bytes: usize, jobs: &[Job<'_>], interrupt: &Interrupt) -> Result<(), Error> {
        let mut grows = false;
        for job in jobs {
            let most = &mut self.roomy[job.metric.kind()];
            if bytes > *most {
                (*most, grows) = (bytes.max(LITTLE), true);
            }
        }
        if !grows {
            return Ok(());
        }
        if bytes > i32::MAX as usize {
            return Err(Error::TooLong(bytes));
        }
        // A thread that keeps memory from others must not wait for them.
        self.at_work = None;
        self.at_work = Some(AtWork::start(bytes, Some(interrupt))?);
        Ok(())
    }

    /// Does a job for a group.
    fn job<M: HasKernels, T: AsRef<[u8]>>(
        &mut self,
        metric: &M,
        group: &Group<'_, '_, T>,
        job: &mut Job<'_>,
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let Self { cpu, reader, predictions, references, row, kernels, .. } = self;
        let mut places = [None; STREAMS];
        for (place, streams) in places.iter_mut().zip(metric.streams().into_iter().zip(metric.reference_streams())) {
            let (Some(stream), Some(of_references)) = streams else { continue };
            *place = Some(group.read(*cpu, (stream, of_references), reader, predictions, references, interrupt)?);
        }
        let Group { segments, before, range, .. } = group;
        let width = metric.width();
        let numbers = metric.rows(segments, range.clone()) * width;
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
            &mut job.scores[before.len() * width..][..range.len() * width]
        };
        let (predictions, references, reader) = (&*predictions, &*references, &*reader);
        let streams = [0, 1].map(|number| places[number].or(places[1 - number]).expect("a stream"));
        let streams = streams.map(|(prediction, reference, ids)| {
            let predictions = predictions.tokens(prediction, reader);
            let references = references.tokens(reference, reader);
            StreamTokens { predictions, references, ids }
        });
        job.notes += cpu.call(Rows {
            metric,
            cpu: *cpu,
            kernels: M::kernels(kernels),
            group,
            streams,
            rows,
            scores,
            interrupt,
        })?;
        Ok(())
    }
}

/// Steps that a segment takes beside those that its kernels account for.
const STEPS: usize = 1000;

/// Makes the rows and the scores of a group.
struct Rows<'a, 's, M: Metric, T> {
    metric: &'a M,
    cpu: Cpu,
    kernels: &'a mut M::Kernels,
    group: &'a Group<'a, 's, T>,
    streams: [StreamTokens<'a>; STREAMS],
    rows: &'a mut [i32],
    scores: &'a mut [f64],
    interrupt: &'a Interrupt<'a>,
}

impl<M: Metric, T: AsRef<[u8]>> Kernel for Rows<'_, '_, M, T> {
    type Output = Result<Notes, Error>;

    /// Everything is inlined, down to the kernels for short pairs: a sentence is too little work to pay for calls.
    #[inline(always)]
    fn run<I: Isa>(self, isa: I) -> Result<Notes, Error> {
        let Self { metric, cpu, kernels, group, streams, rows, scores, interrupt } = self;
        let Group { segments, range: group, references: of_group, .. } = group;
        let first = |side: &Side<T>, first: usize| if let Side::Texts(_) = side { first } else { 0 };
        let first_prediction = first(&segments.predictions, group.start);
        let first_reference = first(&segments.references, of_group.start);
        let width = metric.width();
        let (mut notes, mut done) = (Notes::default(), 0);
        for number in group.clone() {
            let References { range, except } = segments.references_of(number);
            // Texts are scattered over Python's memory: prefetch those of the next group meanwhile.
            segments.prefetch(number, group.len(), &range, of_group.len());
            interrupt.spend(STEPS)?;
            let references = References { range: range.start - first_reference..range.end - first_reference, except };
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
    use crate::metrics::bleu::{Bleu, Smoothing};
    use crate::metrics::chrf::Chrf;
    use crate::metrics::rouge::{MultiReference, Rouge, Type};
    use crate::metrics::rouge_pltrdy::{self, RougePltrdy};
    use crate::metrics::rouge155::{self, Rouge155};
    use crate::metrics::ter::Ter;
    use crate::metrics::token_f1::TokenF1;
    use crate::testing::never;
    use crate::texts::segments::Layout;
    use crate::tokenize::{Limit, Rouge155Text, SentenceEnds, Stemming, StopWords, Tercom, Tokenizer};

    /// Rows hold int32. Nothing is read, so the texts take no memory: the system maps zeros when they are read.
    #[test]
    fn a_segment_of_more_tokens_than_a_row_counts_is_refused() {
        let half = vec![0_u8; 1 << 30];
        let (texts, metric) = ([&half[..]; 2], AnyMetric::TokenF1(TokenF1));
        for references in [1, 2] {
            let (bytes, offsets) = (half.len() * (1 + references), [0, references]);
            let segments = Segments::of_texts(&texts[..1], &texts[..references], Some(&offsets));
            let (mut rows, mut scores) = (vec![0; metric.width()], vec![0.0]);
            let mut jobs = [Job::new(&metric, &mut rows, &mut scores)];
            let made = Worker::default().score(&segments, 0..1, &mut jobs, &never());
            assert_eq!(made, Err(Error::TooLong(bytes)));
        }
    }

    #[test]
    fn memory_is_requested_for_the_first_group_and_for_larger_ones() {
        let (metric, mut worker) = (AnyMetric::TokenF1(TokenF1), Worker::default());
        let (mut rows, mut scores) = (vec![0; metric.width()], vec![0.0]);
        let jobs = [Job::new(&metric, &mut rows, &mut scores)];
        let mut requests = |bytes| {
            worker.at_work = None;
            worker.make_room(bytes, &jobs, &never()).unwrap();
            AtWork::is_nested()
        };
        assert_eq!(
            [1, LITTLE, LITTLE + 1, LITTLE + 1, MOST_BYTES + 1].map(&mut requests),
            [true, false, true, false, true]
        );
        // The buffers of a long text are freed, so the next one needs memory again.
        worker.largest = MOST_BYTES + 1;
        worker.bound();
        worker.make_room(MOST_BYTES + 1, &jobs, &never()).unwrap();
        assert!(AtWork::is_nested());
        worker.rest();
        assert!(!AtWork::is_nested());
    }

    /// Prepared texts are not read again, so a pair of a short text and a long one must account for its own steps.
    /// Otherwise hundreds of such pairs would pass before Ctrl-C is seen.
    #[test]
    fn a_long_pair_of_prepared_texts_is_stopped() {
        let long = "a b ".repeat(300_000);
        let (short, long) = ([&b"a b c"[..]], [long.as_bytes()]);
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
        let pltrdy = |exclusive| RougePltrdy {
            types: vec![rouge_pltrdy::Type::N(3), rouge_pltrdy::Type::L],
            ends: SentenceEnds::FullStops,
            exclusive,
        };
        let script = |kind| {
            let text =
                Rouge155Text { stemming: Stemming::None, stop_words: StopWords::of([].into()), limit: Limit::None };
            AnyMetric::Rouge155(Rouge155::new(vec![kind], text, false, 0.5))
        };
        let metrics = [
            AnyMetric::Bleu(bleu(Smoothing::Exp)),
            AnyMetric::Chrf(chrf(0)),
            AnyMetric::Chrf(chrf(2)),
            AnyMetric::Rouge(rouge(&[Type::N(1), Type::N(2), Type::L])),
            AnyMetric::Rouge(rouge(&[Type::N(9), Type::Lsum, Type::Lsubstr])),
            AnyMetric::RougePltrdy(pltrdy(true)),
            AnyMetric::RougePltrdy(pltrdy(false)),
            script(rouge155::Type::N(9)),
            script(rouge155::Type::L),
            script(rouge155::Type::W(1.2)),
            script(rouge155::Type::S { distance: Some(4), unigrams: true }),
            AnyMetric::Ter(Ter::new(Tercom::default())),
            AnyMetric::TokenF1(TokenF1),
        ];
        let stopped = AtomicBool::new(true);
        for metric in &metrics {
            for sides in [[&short, &long], [&long, &short]] {
                let prepared = metric.prepare(&[&sides[0][..], &sides[1][..]], &never()).unwrap();
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
