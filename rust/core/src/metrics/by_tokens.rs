//! What metrics share that see each text as the tokens of one tokenizer and make one row of a segment.

use std::ops::Range;

use super::{Metric, Workers};
use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::segments::{Segments, bytes, each, room_for};
use crate::tokenize::{Reader, Tokenizer, Tokens};

/// Such a metric.
pub trait ByTokens: Sync {
    /// What it counts with, kept from segment to segment.
    type Kernels: Default;

    /// Where a thread keeps its worker.
    fn slot(workers: &mut Workers) -> &mut Option<Box<Worker<Self::Kernels>>>;

    /// How texts fall into tokens.
    fn tokenizer(&self) -> Tokenizer;

    /// Numbers in a row.
    fn width(&self) -> usize;

    /// Fills in the row of a segment. To be inlined.
    fn row<I: Isa>(
        &self,
        isa: I,
        kernels: &mut Self::Kernels,
        segment: Segment<'_>,
        row: &mut [i32],
        interrupt: &Interrupt,
    ) -> Result<(), Error>;

    /// The score of a row.
    fn score_of(&self, row: &[i32]) -> f64;
}

/// A segment as ids.
pub struct Segment<'a> {
    /// The processor.
    pub cpu: Cpu,
    /// Above every id.
    pub ids: usize,
    /// A token each.
    pub prediction: &'a [u32],
    all: &'a Tokens,
    which: Range<usize>,
}

impl<'a> Segment<'a> {
    /// The references in order, a token each.
    #[inline(always)]
    pub fn references(&self) -> impl ExactSizeIterator<Item = &'a [u32]> + Clone {
        let all = self.all;
        self.which.clone().map(|number| all.text(number).ids)
    }

    /// Those that have a token, or all if none has: SQuAD 2.0 takes a question for one without an answer
    /// only if no answer is given.
    #[inline(always)]
    pub fn answers(&self) -> impl Iterator<Item = &'a [u32]> {
        let any = self.references().any(|reference| !reference.is_empty());
        self.references().filter(move |reference| !any || !reference.is_empty())
    }
}

/// What a thread keeps from segment to segment.
pub struct Worker<K> {
    cpu: Cpu,
    reader: Reader,
    predictions: Tokens,
    references: Tokens,
    kernels: K,
}

/// Tokens of more bytes than this leave nothing behind.
const MOST_BYTES: usize = 1 << 20;

impl<K: Default> Default for Worker<K> {
    fn default() -> Self {
        let cpu = Cpu::detect();
        Self::new(cpu, Reader::new(cpu))
    }
}

impl<K: Default> Worker<K> {
    fn new(cpu: Cpu, reader: Reader) -> Self {
        Self { cpu, reader, predictions: Tokens::default(), references: Tokens::default(), kernels: K::default() }
    }
}

impl<M: ByTokens> Metric for M {
    type Worker = Worker<M::Kernels>;

    fn slot(workers: &mut Workers) -> &mut Option<Box<Self::Worker>> {
        M::slot(workers)
    }

    fn bound(worker: &mut Self::Worker) {
        worker.reader.bound();
        if worker.predictions.bytes().max(worker.references.bytes()) > MOST_BYTES {
            let cpu = worker.cpu;
            let reader = std::mem::replace(&mut worker.reader, Reader::new(cpu));
            *worker = Worker::new(cpu, reader);
        }
    }

    fn row_width(&self) -> usize {
        self.width()
    }

    fn score_width(&self) -> usize {
        1
    }

    fn rows<T: AsRef<[u8]>>(&self, _segments: &Segments<'_, T>, which: Range<usize>) -> usize {
        which.len()
    }

    fn score<T: AsRef<[u8]>>(
        &self,
        worker: &mut Self::Worker,
        segments: &Segments<'_, T>,
        which: Range<usize>,
        rows: &mut [i32],
        scores: &mut [f64],
        interrupt: &Interrupt,
    ) -> Result<usize, Error> {
        worker.cpu.call(Rows { metric: self, worker, segments, which, rows: &mut *rows, interrupt })?;
        for (row, score) in rows.chunks_exact(self.width()).zip(scores) {
            *score = self.score_of(row);
        }
        Ok(0)
    }
}

struct Rows<'a, 's, M: ByTokens, T> {
    metric: &'a M,
    worker: &'a mut Worker<M::Kernels>,
    segments: &'a Segments<'s, T>,
    which: Range<usize>,
    rows: &'a mut [i32],
    interrupt: &'a Interrupt<'a>,
}

impl<M: ByTokens, T: AsRef<[u8]>> Kernel for Rows<'_, '_, M, T> {
    type Output = Result<(), Error>;

    #[inline(always)]
    fn run<I: Isa>(self, isa: I) -> Result<(), Error> {
        let Self { metric, worker, segments, which, rows, interrupt } = self;
        let Worker { cpu, reader, predictions, references, kernels } = worker;
        let (tokenizer, width) = (metric.tokenizer(), metric.width());
        let first = which.start;
        for (group, of_group) in segments.groups(which) {
            let texts = [&segments.predictions[group.clone()], &segments.references[of_group.clone()]];
            room_for(bytes(texts[0]) + bytes(texts[1]))?;
            reader.read(isa, tokenizer, each(texts[0]), false, interrupt, predictions)?;
            reader.read(isa, tokenizer, each(texts[1]), false, interrupt, references)?;
            for number in group.clone() {
                let Range { start, end } = segments.references_of(number);
                segments.prefetch(number + group.len(), start + of_group.len()..end + of_group.len());
                interrupt.spend(100 + segments.bytes(number))?;
                let segment = Segment {
                    cpu: *cpu,
                    ids: reader.ids(tokenizer),
                    prediction: predictions.text(number - group.start).ids,
                    all: references,
                    which: start - of_group.start..end - of_group.start,
                };
                metric.row(isa, kernels, segment, &mut rows[(number - first) * width..][..width], interrupt)?;
            }
        }
        Ok(())
    }
}
