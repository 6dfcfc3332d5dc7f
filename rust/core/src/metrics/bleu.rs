//! BLEU: Papineni et al., ACL 2002, bit for bit as sacreBLEU 2.6.0 computes it (Post, "A call for clarity in reporting
//! BLEU scores", WMT 2018). Line numbers refer to sacreBLEU's `bleu.py`.
//!
//! A row holds the length of the prediction, the length of the reference closest to it in length, the clipped matches
//! of orders 1, 2 and so on, and the totals of these orders. Scores are from 0 to 100.

use crate::cpu::Isa;
use crate::error::Error;
use crate::kernels::eight_orders::{self, EightOrders};
use crate::kernels::ngram::NgramCounter;
use crate::kernels::several_references;
use crate::kernels::shared_tokens::Common;
use crate::kernels::short_pairs::{NARROW, Short};
use crate::limits::interrupt::{AT_ONCE, Interrupt};
use crate::math::{exp, ln};
use crate::metrics::metric::{Metric, in_order, one_each};
use crate::texts::segment::{STREAMS, Segment};
use crate::tokenize::{Stream, Tokenizer};

/// The smoothing of a precision of zero (Chen and Cherry, "A systematic comparison of smoothing techniques for
/// sentence-level BLEU", WMT 2014).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Smoothing {
    /// None: the logarithm of zero is taken to be -9999999999.
    None,
    /// This count replaces zero matches.
    Floor(f64),
    /// This count is added to matches and totals beyond the first order.
    AddK(f64),
    /// The first order without matches counts half a match, the next a quarter, and so on.
    Exp,
}

/// The metric with its options.
#[derive(Clone, Debug, PartialEq)]
pub struct Bleu {
    /// The tokenizer.
    pub tokenizer: Tokenizer,
    /// The highest order of n-grams.
    pub orders: usize,
    /// The smoothing of precisions of zero.
    pub smoothing: Smoothing,
    /// True if a segment's score leaves out the orders beyond its length.
    pub effective_order: bool,
    /// True if sums of floats are compensated, as by `sum` of Python 3.12 and later.
    pub compensated: bool,
}

/// The kernels that count n-grams.
#[derive(Default)]
pub struct Kernels {
    lanes: EightOrders,
    short: Short,
    common: Common,
    counter: NgramCounter,
    orders: Vec<usize>,
}

/// The most orders that the kernel for short pairs counts.
const MOST_ORDERS: usize = 4;

/// Fills in the matches of the lowest orders.
#[inline(always)]
fn set(matches: &mut [i32], counts: &[u32]) {
    matches.iter_mut().zip(counts).for_each(|(matches, &count)| *matches = count as i32);
}

/// The logarithm of zero by sacreBLEU's `my_log` (`bleu.py:33`), an int there.
const LOG_OF_ZERO: f64 = -9_999_999_999.0;

/// Python's `sum` of the logarithms of numbers, where the logarithm of zero is an int.
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
        } else {
            self.add_log(ln(number), compensated);
        }
    }

    fn add_log(&mut self, log: f64, compensated: bool) {
        let sum = self.sum + log;
        // Neumaier's summation, as in `bltinmodule.c` from 3.12 on; the first float is added to ints uncompensated.
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

/// A table of the logarithms of small precisions. Without it, logarithms take a tenth of the time of a short sentence.
struct Logs([[f64; Self::MOST]; Self::MOST]);

impl Logs {
    /// Totals in the table are below this.
    const MOST: usize = 64;

    /// Computes the table, in some tens of microseconds.
    fn new() -> Box<Self> {
        let log = |matches, total| ln(100.0 * matches as f64 / total as f64);
        Box::new(Self(std::array::from_fn(|total| std::array::from_fn(|matches| log(matches, total)))))
    }

    /// The logarithm of a precision, with the bits of [`ln`], or `None` if the table does not have it.
    #[inline(always)]
    fn of(&self, matches: i32, total: i32) -> Option<f64> {
        let [matches, total] = [matches, total].map(|count| usize::try_from(count).ok());
        self.0.get(total?)?.get(matches?).copied()
    }
}

thread_local! {
    /// One table per thread, made when first needed. A table of the process could be half made when the process forks.
    static LOGS: Box<Logs> = Logs::new();
}

impl Metric for Bleu {
    type Kernels = Kernels;

    fn streams(&self) -> [Option<Stream>; STREAMS] {
        [Some(Stream::of(self.tokenizer)), None]
    }

    fn width(&self) -> usize {
        2 + 2 * self.orders
    }

    #[inline(always)]
    fn row<I: Isa>(
        &self,
        isa: I,
        kernels: &mut Kernels,
        segment: Segment<'_>,
        row: &mut [i32],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let Kernels { lanes, short, common, counter, orders } = kernels;
        let prediction = segment.prediction(0).ids;
        let mut references = segment.references();
        // Of equally close lengths, the shorter is taken (`bleu.py:342`).
        let lengths = references.clone().map(<[u32]>::len);
        let closest = lengths.min_by_key(|&length| (length.abs_diff(prediction.len()), length));
        let (lengths, counts) = row.split_at_mut(2);
        lengths.copy_from_slice(&[prediction.len() as i32, closest.unwrap_or(0) as i32]);
        let (matches, totals) = counts.split_at_mut(self.orders);
        for (order, total) in totals.iter_mut().enumerate() {
            *total = prediction.len().saturating_sub(order) as i32;
        }
        if segment.count() > 1 {
            let tokens = segment.tokens();
            if self.orders <= MOST_ORDERS && prediction.len() <= NARROW && tokens <= AT_ONCE {
                interrupt.spend(tokens)?;
                let counts = short.matches_in_any::<MOST_ORDERS>(segment.ids(0), prediction, references);
                set(matches, &counts);
                return Ok(());
            }
            if self.orders <= eight_orders::ORDERS && EightOrders::takes(isa, prediction.len()) && tokens <= AT_ONCE {
                interrupt.spend(10 * tokens)?;
                set(matches, &lanes.matches_in_any(isa, segment.ids(0), prediction, references));
                return Ok(());
            }
            let references: Vec<&[u32]> = references.collect();
            return several_references::against_several(prediction, &references, matches, interrupt);
        }
        let reference = references.next().unwrap_or_default();
        let (shorter, longer) = in_order(prediction.len(), reference.len());
        if self.orders <= MOST_ORDERS && shorter <= NARROW && longer <= AT_ONCE {
            interrupt.spend(shorter + longer)?;
            let (counts, _) = short.matches::<MOST_ORDERS, false>(segment.ids(0), reference, prediction);
            set(matches, &counts);
            return Ok(());
        }
        if self.orders <= eight_orders::ORDERS && EightOrders::takes(isa, shorter) && longer <= AT_ONCE {
            interrupt.spend(10 * (shorter + longer))?;
            set(matches, &lanes.matches(isa, segment.ids(0), reference, prediction));
            return Ok(());
        }
        common.read(segment.cpu, segment.ids(0), prediction, reference, interrupt)?;
        orders.resize(matches.len(), 0);
        counter.clip_all(segment.cpu, common, orders, interrupt)?;
        matches.iter_mut().zip(orders).for_each(|(matches, count)| *matches = *count as i32);
        Ok(())
    }

    fn scores(&self, rows: &[i32], scores: &mut [f64]) {
        LOGS.with(|logs| one_each(self, rows, scores, |row| self.score_of(row, logs)));
    }
}

impl Bleu {
    /// The brevity penalty of a row.
    pub fn brevity_penalty(row: &[i32]) -> f64 {
        let [prediction, reference] = [row[0], row[1]].map(f64::from);
        match prediction {
            _ if prediction >= reference => 1.0,
            0.0 => 0.0,
            _ => exp(1.0 - reference / prediction),
        }
    }

    /// The smoothed precision of each order in a row, from 0 to 100. Smoothing must leave the counts as they are.
    pub fn precisions(&self, row: &[i32]) -> Vec<f64> {
        let (matches, totals) = row[2..].split_at(self.orders);
        let any = matches.iter().any(|&count| count > 0);
        let mut halves = 1.0;
        let counts = matches.iter().zip(totals);
        counts
            .map(|(&matches, &total)| match (any && total > 0, matches) {
                (false, _) => 0.0,
                (true, 0) => self.smoothed(&mut halves, total.into()),
                (true, _) => 100.0 * f64::from(matches) / f64::from(total),
            })
            .collect()
    }

    /// The precision of an order without matches. `halves` is doubled for each.
    #[inline(always)]
    fn smoothed(&self, halves: &mut f64, total: f64) -> f64 {
        match self.smoothing {
            Smoothing::Exp => {
                *halves *= 2.0;
                100.0 / (*halves * total)
            }
            Smoothing::Floor(value) => 100.0 * value / total,
            _ => 0.0,
        }
    }

    /// The score of a row, by the operations of `bleu.py:240-293` in their order.
    fn score_of(&self, row: &[i32], logs: &Logs) -> f64 {
        let (matches, totals) = row[2..].split_at(self.orders);
        if matches.iter().all(|&count| count == 0) {
            return 0.0;
        }
        let mut halves = 1.0;
        let mut effective = self.orders;
        let mut sum = Sum::default();
        let mut taken = 0;
        for (order, (&count, &of)) in matches.iter().zip(totals).enumerate() {
            let (mut matches, mut total) = (f64::from(count), f64::from(of));
            let mut log = if count > 0 { logs.of(count, of) } else { None };
            if let Smoothing::AddK(k) = self.smoothing
                && order > 0
            {
                matches += k;
                total += k;
                log = None;
            }
            if total == 0.0 {
                break;
            }
            if self.effective_order {
                effective = order + 1;
            }
            taken += 1;
            if let Some(log) = log {
                sum.add_log(log, self.compensated);
                continue;
            }
            let precision = if matches == 0.0 { self.smoothed(&mut halves, total) } else { 100.0 * matches / total };
            sum.add(precision, self.compensated);
        }
        for _ in taken..effective {
            sum.add(0.0, self.compensated);
        }
        Self::brevity_penalty(row) * exp(sum.value() / effective as f64)
    }
}
