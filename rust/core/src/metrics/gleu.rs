//! GLEU: Wu et al., "Google's neural machine translation system", 2016, bit for bit as NLTK 3.10 computes it. Line
//! numbers refer to NLTK's `gleu_score.py`.
//!
//! A row holds the clipped matches of the n-grams of all orders, and the number of n-grams of the text that has more.
//! With several references, it holds the figures of the best one, the first of equals. Scores are from 0 to 1.

use std::ops::RangeInclusive;

use crate::cpu::Isa;
use crate::error::Error;
use crate::kernels::eight_orders::{self, EightOrders};
use crate::kernels::ngram::NgramCounter;
use crate::kernels::shared_tokens::Common;
use crate::kernels::short_pairs::{NARROW, Short};
use crate::limits::interrupt::{AT_ONCE, Interrupt};
use crate::metrics::metric::{Metric, figure, in_order, one_each};
use crate::texts::segment::{STREAMS, Segment};
use crate::tokenize::{Stream, Tokenizer};

/// The metric with its options.
#[derive(Clone, Debug, PartialEq)]
pub struct Gleu {
    /// The tokenizer.
    pub tokenizer: Tokenizer,
    /// The orders of n-grams.
    pub orders: RangeInclusive<usize>,
}

/// The kernels that count n-grams.
#[derive(Default)]
pub struct Kernels {
    lanes: EightOrders,
    short: Short,
    common: Common,
    counter: NgramCounter,
    counts: Vec<usize>,
}

/// The most orders that the kernel for short pairs counts.
const MOST_ORDERS: usize = 4;

impl Gleu {
    /// The number of n-grams of a text of this length.
    fn total(&self, tokens: usize) -> usize {
        // Orders beyond the length have none.
        let (first, last) = (*self.orders.start(), (*self.orders.end()).min(tokens));
        if first > last { 0 } else { (last - first + 1) * (tokens + 1) - (first + last) * (last - first + 1) / 2 }
    }
}

impl Metric for Gleu {
    type Kernels = Kernels;

    fn streams(&self) -> [Option<Stream>; STREAMS] {
        [Some(Stream::of(self.tokenizer)), None]
    }

    fn width(&self) -> usize {
        2
    }

    #[inline(always)]
    fn row<I: Isa>(
        &self,
        isa: I,
        Kernels { lanes, short, common, counter, counts }: &mut Kernels,
        segment: Segment<'_>,
        row: &mut [i32],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let prediction = segment.prediction(0).ids;
        let (first, last) = (*self.orders.start(), *self.orders.end());
        let of_orders = |all: &[u32]| all[first - 1..last].iter().map(|&count| count as usize).sum();
        let mut best = -1.0;
        row.fill(0);
        // A reference without n-grams is not counted if the prediction has none either (`:173`).
        let mut keep_better = |matches: usize, total: usize| -> Result<(), Error> {
            let score = matches as f64 / total as f64;
            if total > 0 && score > best {
                best = score;
                row.copy_from_slice(&[figure(matches)?, figure(total)?]);
            }
            Ok(())
        };
        let tokens = segment.tokens();
        interrupt.spend(tokens)?;
        let narrow = last <= MOST_ORDERS && prediction.len() <= NARROW;
        let takes = last <= eight_orders::ORDERS && EightOrders::takes(isa, prediction.len());
        if segment.count() > 1 && (narrow || takes) && tokens <= AT_ONCE {
            let mut lengths = segment.references().map(|reference| reference.len().max(prediction.len()));
            let references = segment.references();
            let mut found = |all: &[u32]| {
                let total = self.total(lengths.next().unwrap_or_default());
                keep_better(of_orders(all), total).expect("too short for a count to exceed an int32");
            };
            if narrow {
                let found = |all: [u32; MOST_ORDERS], _| found(&all);
                short.matches_of_each::<MOST_ORDERS, false>(segment.ids(0), prediction, references, found);
            } else {
                lanes.matches_of_each(isa, segment.ids(0), prediction, references, |all| found(&all));
            }
            return Ok(());
        }
        for reference in segment.references() {
            let (shorter, longer) = in_order(prediction.len(), reference.len());
            let matches = if last <= MOST_ORDERS && shorter <= NARROW && longer <= AT_ONCE {
                of_orders(&short.matches::<MOST_ORDERS, false>(segment.ids(0), reference, prediction).0)
            } else if last <= eight_orders::ORDERS && EightOrders::takes(isa, shorter) && longer <= AT_ONCE {
                of_orders(&lanes.matches(isa, segment.ids(0), reference, prediction))
            } else {
                common.read(segment.cpu, segment.ids(0), prediction, reference, interrupt)?;
                counts.clear();
                counts.resize(last.min(shorter), 0);
                counter.clip_all(segment.cpu, common, counts, interrupt)?;
                counts.iter().skip(first - 1).sum()
            };
            keep_better(matches, self.total(longer))?;
        }
        Ok(())
    }

    fn scores(&self, rows: &[i32], scores: &mut [f64]) {
        one_each(self, rows, scores, |row| {
            let [matches, total] = [row[0], row[1]].map(f64::from);
            if total == 0.0 { 0.0 } else { matches / total }
        });
    }
}
