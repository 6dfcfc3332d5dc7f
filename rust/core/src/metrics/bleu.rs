//! BLEU: Papineni et al., ACL 2002, in every bit as sacreBLEU 2.6.0 computes it (Post, "A call for
//! clarity in reporting BLEU scores", WMT 2018).
//!
//! A row holds the length of the prediction, the length of the reference that is closest to it, and
//! the clipped matches and the totals of orders 1, 2 and so on. Scores are from 0 to 100.

use std::ops::Range;

use super::{Metric, Workers};
use crate::clip;
use crate::common::Common;
use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::math::{exp, ln};
use crate::ngram::Counter;
use crate::segments::{Segments, bytes, each, room_for};
use crate::short::{self, Short};
use crate::tokenize::{Reader, Tokenizer, Tokens};

/// What stands for a precision of zero (Chen and Cherry, "A systematic comparison of smoothing
/// techniques for sentence-level BLEU", WMT 2014).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Smoothing {
    /// Nothing: the score is zero, but for what `ln` of it is taken for.
    None,
    /// This count instead of zero.
    Floor(f64),
    /// This count on top of all, beyond the first order.
    AddK(f64),
    /// Half, a quarter and so on of a match for each order that has none.
    Exp,
}

/// The metric with its options.
#[derive(Clone, Debug, PartialEq)]
pub struct Bleu {
    /// How texts fall into tokens.
    pub tokenizer: Tokenizer,
    /// The highest order of n-grams.
    pub orders: usize,
    /// What stands for zero.
    pub smoothing: Smoothing,
    /// Whether a segment's score leaves out the orders beyond its length.
    pub effective_order: bool,
    /// Whether `sum` of floats is compensated, as that of Python 3.12 and later.
    pub compensated: bool,
}

/// What a thread keeps from segment to segment.
pub struct Worker {
    cpu: Cpu,
    reader: Reader,
    predictions: Tokens,
    references: Tokens,
    short: Short,
    common: Common,
    counter: Counter,
    orders: Vec<usize>,
}

/// Orders of n-grams that short pairs are counted for at once.
const MOST_ORDERS: usize = 4;

/// Tokens of more bytes than this leave nothing behind.
const MOST_BYTES: usize = 1 << 20;

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
            predictions: Tokens::default(),
            references: Tokens::default(),
            short: Short::default(),
            common: Common::default(),
            counter: Counter::new(),
            orders: Vec::new(),
        }
    }
}

/// What `my_log` of sacreBLEU gives for zero (`bleu.py:33`), an int there.
const LOG_OF_ZERO: f64 = -9_999_999_999.0;

impl Bleu {
    /// The score of a row, in the order of operations of `bleu.py:240-293`.
    pub fn score_of(&self, row: &[i32]) -> f64 {
        let [prediction, reference] = [row[0], row[1]].map(f64::from);
        let (matches, totals) = row[2..].split_at(self.orders);
        if matches.iter().all(|&count| count == 0) {
            return 0.0;
        }
        // There is a match, so there is a prediction.
        let brevity_penalty = if prediction < reference { exp(1.0 - reference / prediction) } else { 1.0 };
        let mut halves = 1.0;
        let mut effective = self.orders;
        let mut sum = Sum::default();
        let mut logs = 0;
        for (order, (&matches, &total)) in matches.iter().zip(totals).enumerate() {
            let (mut matches, mut total) = (f64::from(matches), f64::from(total));
            if let Smoothing::AddK(k) = self.smoothing
                && order > 0
            {
                matches += k;
                total += k;
            }
            if total == 0.0 {
                break;
            }
            if self.effective_order {
                effective = order + 1;
            }
            let precision = match self.smoothing {
                _ if matches != 0.0 => 100.0 * matches / total,
                Smoothing::Exp => {
                    halves *= 2.0;
                    100.0 / (halves * total)
                }
                Smoothing::Floor(value) => 100.0 * value / total,
                _ => 0.0,
            };
            sum.add(precision, self.compensated);
            logs += 1;
        }
        for _ in logs..effective {
            sum.add(0.0, self.compensated);
        }
        brevity_penalty * exp(sum.value() / effective as f64)
    }
}

/// Python's `sum` of the logarithms of numbers, where that of zero is an int.
#[derive(Default)]
struct Sum {
    sum: f64,
    correction: f64,
    any_float: bool,
}

impl Sum {
    fn add(&mut self, number: f64, compensated: bool) {
        if number == 0.0 {
            self.sum += LOG_OF_ZERO;
            return;
        }
        let log = ln(number);
        let sum = self.sum + log;
        // Neumaier's, as in `bltinmodule.c` from 3.12 on; the first float is added to ints as it is.
        if compensated && self.any_float {
            self.correction +=
                if self.sum.abs() >= log.abs() { (self.sum - sum) + log } else { (log - sum) + self.sum };
        }
        self.sum = sum;
        self.any_float = true;
    }

    fn value(&self) -> f64 {
        if self.correction != 0.0 && self.correction.is_finite() { self.sum + self.correction } else { self.sum }
    }
}

impl Metric for Bleu {
    type Worker = Worker;

    fn slot(workers: &mut Workers) -> &mut Option<Box<Worker>> {
        &mut workers.bleu
    }

    fn bound(worker: &mut Worker) {
        worker.reader.bound();
        if worker.predictions.bytes().max(worker.references.bytes()) > MOST_BYTES {
            let reader = std::mem::replace(&mut worker.reader, Reader::new(worker.cpu));
            *worker = Worker { reader, ..Worker::new(worker.cpu) };
        }
    }

    fn row_width(&self) -> usize {
        2 + 2 * self.orders
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
        let emptied = worker.cpu.call(Rows { bleu: self, worker, segments, which, rows: &mut *rows, interrupt })?;
        for (row, score) in rows.chunks_exact(self.row_width()).zip(scores) {
            *score = self.score_of(row);
        }
        Ok(emptied)
    }
}

struct Rows<'a, 's, T> {
    bleu: &'a Bleu,
    worker: &'a mut Worker,
    segments: &'a Segments<'s, T>,
    which: Range<usize>,
    rows: &'a mut [i32],
    interrupt: &'a Interrupt<'a>,
}

impl<T: AsRef<[u8]>> Kernel for Rows<'_, '_, T> {
    type Output = Result<usize, Error>;

    #[inline(always)]
    fn run<I: Isa>(self, isa: I) -> Result<usize, Error> {
        let Self { bleu, worker, segments, which, rows, interrupt } = self;
        let first = which.start;
        let mut emptied = 0;
        for (group, of_group) in segments.groups(which) {
            let texts = &segments.predictions[group.clone()];
            let references = &segments.references[of_group.clone()];
            room_for(bytes(texts) + bytes(references))?;
            worker.reader.read(isa, bleu.tokenizer, each(texts), false, interrupt, &mut worker.predictions)?;
            worker.reader.read(isa, bleu.tokenizer, each(references), false, interrupt, &mut worker.references)?;
            for segment in group.clone() {
                let Range { start, end } = segments.references_of(segment);
                segments.prefetch(segment + group.len(), start + of_group.len()..end + of_group.len());
                interrupt.spend(100 + segments.bytes(segment))?;
                let row = &mut rows[(segment - first) * bleu.row_width()..][..bleu.row_width()];
                let references = start - of_group.start..end - of_group.start;
                bleu.row(worker, segment - group.start, references, row, interrupt)?;
                emptied += usize::from(row[0] == 0 && !segments.predictions[segment].as_ref().is_empty());
            }
        }
        Ok(emptied)
    }
}

impl Bleu {
    /// The row of a prediction and its references, by their numbers among those that were read.
    #[inline(always)]
    fn row(
        &self,
        worker: &mut Worker,
        prediction: usize,
        references: Range<usize>,
        row: &mut [i32],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let vocabulary = worker.reader.ids(self.tokenizer);
        let Worker { cpu, predictions, references: all, short, common, counter, orders, .. } = worker;
        let prediction = predictions.text(prediction).ids;
        let length = |number| all.text(number).ids.len();
        // A tie goes to the shorter (`bleu.py:342`).
        let closest = references.clone().map(length).min_by_key(|&length| (length.abs_diff(prediction.len()), length));
        let (lengths, counts) = row.split_at_mut(2);
        lengths.copy_from_slice(&[prediction.len() as i32, closest.unwrap_or(0) as i32]);
        let (matches, totals) = counts.split_at_mut(self.orders);
        for (order, total) in totals.iter_mut().enumerate() {
            *total = prediction.len().saturating_sub(order) as i32;
        }
        if references.len() > 1 {
            let references: Vec<&[u32]> = references.map(|number| all.text(number).ids).collect();
            return clip::against_several(prediction, &references, matches, interrupt);
        }
        let reference = all.text(references.start).ids;
        if self.orders <= MOST_ORDERS && prediction.len().min(reference.len()) <= short::MOST {
            let (counts, _) = short.matches::<MOST_ORDERS, false>(vocabulary, reference, prediction);
            for (count, matches) in counts.into_iter().zip(matches) {
                *matches = count as i32;
            }
            return Ok(());
        }
        interrupt.spend(50 * (prediction.len() + reference.len()))?;
        common.read(*cpu, vocabulary, prediction, reference);
        orders.resize(matches.len(), 0);
        counter.clip_all(*cpu, common, orders, interrupt)?;
        matches.iter_mut().zip(orders).for_each(|(matches, count)| *matches = *count as i32);
        Ok(())
    }
}
