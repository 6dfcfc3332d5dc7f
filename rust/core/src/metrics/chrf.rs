//! chrF and chrF++: Popovic, WMT 2015 and WMT 2017, in every bit as sacreBLEU 2.6.0 computes them.
//!
//! A row holds, for each order of character n-grams and then of word n-grams, how many the
//! prediction has, how many the reference, and the clipped matches; of several references those of
//! the best. Scores are from 0 to 100. Line numbers are those of sacreBLEU's `chrf.py`.

use std::ops::Range;

use super::{Metric, Workers};
use crate::common::Common;
use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::lanes::{self, Lanes};
use crate::ngram::Counter;
use crate::segments::{Segments, bytes, each, room_for};
use crate::short::{self, Short};
use crate::tokenize::{Reader, Text, Tokenizer, Tokens};

/// The metric with its options.
#[derive(Clone, Debug, PartialEq)]
pub struct Chrf {
    /// The highest order of character n-grams.
    pub char_order: usize,
    /// The highest order of word n-grams; 0 for chrF.
    pub word_order: usize,
    /// How much recall weighs against precision, squared.
    pub factor: f64,
    /// Whether white space is among the characters.
    pub whitespace: bool,
    /// Whether orders without n-grams count, with next to nothing.
    pub eps_smoothing: bool,
}

/// What a thread keeps from segment to segment.
pub struct Worker {
    cpu: Cpu,
    reader: Reader,
    predictions: [Tokens; 2],
    references: [Tokens; 2],
    row: Vec<i32>,
    kernels: Kernels,
}

#[derive(Default)]
struct Kernels {
    lanes: Lanes,
    short: Short,
    common: Common,
    counter: Counter,
    counts: Vec<usize>,
}

/// Numbers of an order in a row: of the prediction, of the reference, matches.
const FIGURES: usize = 3;
/// Orders of words that short pairs are counted for at once.
const WORDS: usize = 2;
/// Tokens of more bytes than this leave nothing behind.
const MOST_BYTES: usize = 1 << 20;
/// What stands for nothing (`chrf.py:174`).
const EPS: f64 = 1e-16;

impl Default for Worker {
    fn default() -> Self {
        Self::new(Cpu::detect())
    }
}

impl Worker {
    /// A worker that runs on `cpu`.
    pub fn new(cpu: Cpu) -> Self {
        Self {
            cpu,
            reader: Reader::new(cpu),
            predictions: Default::default(),
            references: Default::default(),
            row: Vec::new(),
            kernels: Kernels::default(),
        }
    }
}

impl Chrf {
    /// The score of a row, in the order of operations of `chrf.py:168-206`.
    pub fn score_of(&self, row: &[i32]) -> f64 {
        let factor = self.factor;
        let (mut score, mut precisions, mut recalls) = (0.0, 0.0, 0.0);
        let mut orders = 0;
        for figures in row.as_chunks::<FIGURES>().0 {
            let [prediction, reference, matches] = figures.map(f64::from);
            let precision = if prediction > 0.0 { matches / prediction } else { EPS };
            let recall = if reference > 0.0 { matches / reference } else { EPS };
            let denominator = factor * precision + recall;
            score += if denominator > 0.0 { (1.0 + factor) * precision * recall / denominator } else { EPS };
            if prediction > 0.0 && reference > 0.0 {
                precisions += precision;
                recalls += recall;
                orders += 1;
            }
        }
        if self.eps_smoothing {
            return 100.0 * score / (self.char_order + self.word_order) as f64;
        }
        if orders > 0 {
            precisions /= f64::from(orders);
            recalls /= f64::from(orders);
        }
        if precisions + recalls == 0.0 {
            return 0.0;
        }
        100.0 * ((1.0 + factor) * precisions * recalls / (factor * precisions + recalls))
    }

    /// Characters, and words if they count: the tokenizer and the orders of each.
    fn streams(&self) -> impl Iterator<Item = (usize, Tokenizer, Range<usize>)> {
        let chars = if self.whitespace { Tokenizer::Point } else { Tokenizer::Char };
        let orders = self.char_order + self.word_order;
        let streams = [(0, chars, 0..self.char_order), (1, Tokenizer::ChrfWords, self.char_order..orders)];
        streams.into_iter().filter(|(.., orders)| !orders.is_empty())
    }
}

impl Metric for Chrf {
    type Worker = Worker;

    fn slot(workers: &mut Workers) -> &mut Option<Box<Worker>> {
        &mut workers.chrf
    }

    fn bound(worker: &mut Worker) {
        worker.reader.bound();
        let bytes = worker.predictions.iter().chain(&worker.references).map(Tokens::bytes).sum::<usize>();
        if bytes > 4 * MOST_BYTES {
            let reader = std::mem::replace(&mut worker.reader, Reader::new(worker.cpu));
            *worker = Worker { reader, ..Worker::new(worker.cpu) };
        }
    }

    fn row_width(&self) -> usize {
        FIGURES * (self.char_order + self.word_order)
    }

    fn score_width(&self) -> usize {
        1
    }

    fn rows<T: AsRef<[u8]>>(&self, _segments: &Segments<'_, T>, which: Range<usize>) -> usize {
        which.len()
    }

    fn score<T: AsRef<[u8]>>(
        &self,
        worker: &mut Worker,
        segments: &Segments<'_, T>,
        which: Range<usize>,
        rows: &mut [i32],
        scores: &mut [f64],
        interrupt: &Interrupt,
    ) -> Result<usize, Error> {
        worker.cpu.call(Rows { chrf: self, worker, segments, which, rows: &mut *rows, interrupt })?;
        for (row, score) in rows.chunks_exact(self.row_width()).zip(scores) {
            *score = self.score_of(row);
        }
        Ok(0)
    }
}

struct Rows<'a, 's, T> {
    chrf: &'a Chrf,
    worker: &'a mut Worker,
    segments: &'a Segments<'s, T>,
    which: Range<usize>,
    rows: &'a mut [i32],
    interrupt: &'a Interrupt<'a>,
}

impl<T: AsRef<[u8]>> Kernel for Rows<'_, '_, T> {
    type Output = Result<(), Error>;

    #[inline(always)]
    fn run<I: Isa>(self, isa: I) -> Result<(), Error> {
        let Self { chrf, worker, segments, which, rows, interrupt } = self;
        let Worker { cpu, reader, predictions, references, row: other, kernels } = worker;
        let width = chrf.row_width();
        let first = which.start;
        for (group, of_group) in segments.groups(which) {
            let texts = [&segments.predictions[group.clone()], &segments.references[of_group.clone()]];
            room_for(bytes(texts[0]) + bytes(texts[1]))?;
            for (stream, tokenizer, _) in chrf.streams() {
                reader.read(isa, tokenizer, each(texts[0]), false, interrupt, &mut predictions[stream])?;
                reader.read(isa, tokenizer, each(texts[1]), false, interrupt, &mut references[stream])?;
            }
            for segment in group.clone() {
                let Range { start, end } = segments.references_of(segment);
                segments.prefetch(segment + group.len(), start + of_group.len()..end + of_group.len());
                let row = &mut rows[(segment - first) * width..][..width];
                let mut best = -1.0;
                for reference in start..end {
                    interrupt.spend(1000 + 20 * segments.bytes(segment))?;
                    other.resize(width, 0);
                    for (stream, tokenizer, orders) in chrf.streams() {
                        let pair = Pair {
                            prediction: predictions[stream].text(segment - group.start),
                            reference: references[stream].text(reference - of_group.start),
                            ids: reader.ids(tokenizer),
                        };
                        let figures = &mut other.as_chunks_mut().0[orders];
                        pair.fill(isa, *cpu, kernels, stream == 0, figures, interrupt)?;
                    }
                    // The first of equals (`chrf.py:279`).
                    let score = if end - start > 1 { chrf.score_of(other) } else { 0.0 };
                    if score > best {
                        best = score;
                        row.copy_from_slice(other);
                    }
                }
            }
        }
        Ok(())
    }
}

struct Pair<'a> {
    prediction: Text<'a>,
    reference: Text<'a>,
    /// Above every id.
    ids: usize,
}

impl Pair<'_> {
    /// Fills in the figures of orders 1, 2 and so on.
    #[inline(always)]
    fn fill<I: Isa>(
        &self,
        isa: I,
        cpu: Cpu,
        kernels: &mut Kernels,
        chars: bool,
        figures: &mut [[i32; FIGURES]],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let (prediction, reference) = (self.prediction.ids, self.reference.ids);
        for (order, figures) in figures.iter_mut().enumerate() {
            let totals = [prediction, reference].map(|ids| ids.len().saturating_sub(order) as i32);
            // What the reference lacks altogether does not count (`chrf.py:126`).
            *figures = [if totals[1] > 0 { totals[0] } else { 0 }, totals[1], 0];
        }
        let shorter = prediction.len().min(reference.len());
        if Lanes::takes(isa, shorter) && chars && figures.len() <= lanes::ORDERS {
            let counts = kernels.lanes.matches(isa, self.ids, reference, prediction);
            figures.iter_mut().zip(counts).for_each(|(figures, count)| figures[2] = count as i32);
            Ok(())
        } else if shorter <= short::MOST && !chars && figures.len() <= WORDS {
            let (counts, _) = kernels.short.matches::<WORDS, false>(self.ids, reference, prediction);
            figures.iter_mut().zip(counts).for_each(|(figures, count)| figures[2] = count as i32);
            Ok(())
        } else {
            self.fill_long(cpu, kernels, figures, interrupt)
        }
    }

    #[cold]
    #[inline(never)]
    fn fill_long(
        &self,
        cpu: Cpu,
        kernels: &mut Kernels,
        figures: &mut [[i32; FIGURES]],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let Kernels { common, counter, counts, .. } = kernels;
        let (prediction, reference) = (self.prediction.ids, self.reference.ids);
        interrupt.spend(50 * (prediction.len() + reference.len()))?;
        common.read(cpu, self.ids, prediction, reference);
        counts.resize(figures.len(), 0);
        counter.clip_all(cpu, common, counts, interrupt)?;
        figures.iter_mut().zip(counts).for_each(|(figures, count)| figures[2] = *count as i32);
        Ok(())
    }
}
