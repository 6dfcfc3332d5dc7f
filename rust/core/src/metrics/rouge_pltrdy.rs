//! ROUGE as the packages `rouge` 1.0.1, by pltrdy, and rouge_chinese 1.0.3 compute it (`rouge_score.py` of both).
//!
//! A row holds `(overlap, prediction total, reference total)` for each type in turn. Scores are precision, recall and
//! F-measure for each type. A segment has one reference.

use crate::cpu::Isa;
use crate::error::Error;
use crate::kernels::distinct_ngrams::{Distinct, DistinctNgrams};
use crate::kernels::lcs::Lcs;
use crate::kernels::ngram::NgramCounter;
use crate::kernels::sentence_lcs::SentenceLcs;
use crate::kernels::shared_tokens::Common;
use crate::limits::interrupt::Interrupt;
use crate::metrics::metric::{Metric, figure};
use crate::texts::segment::{STREAMS, Segment};
use crate::tokenize::{SentenceEnds, Stream, Text, Tokenizer};

/// A type of score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// N-grams of this order, from 1 to [`MOST_ORDERS`].
    N(usize),
    /// Longest common subsequences.
    L,
}

/// The metric with its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RougePltrdy {
    /// The types of score.
    pub types: Vec<Type>,
    /// The ends of sentences. With those of rouge_chinese, ROUGE-L is the LCS of the whole texts and counts every
    /// occurrence of a token.
    pub ends: SentenceEnds,
    /// True if n-grams are counted once, as in sets.
    pub exclusive: bool,
}

/// The highest order of n-grams.
pub const MOST_ORDERS: usize = 5;
/// The number of figures of a type in a row, and in the scores of a segment.
const FIGURES: usize = 3;

/// The kernels that count n-grams and subsequences.
#[derive(Default)]
pub struct Kernels {
    common: Common,
    distinct: DistinctNgrams,
    counter: NgramCounter,
    lcs: Lcs,
    sentences: SentenceLcs,
}

impl RougePltrdy {
    /// The tokenizer.
    pub fn tokenizer(&self) -> Tokenizer {
        Tokenizer::Sentences(self.ends)
    }

    /// True if ROUGE-L unites the LCSs of pairs of sentences.
    fn unites(&self) -> bool {
        self.ends == SentenceEnds::FullStops
    }

    /// The highest order of which distinct n-grams are counted; 0 if they are not.
    fn distinct_orders(&self) -> usize {
        let order = |&kind: &Type| match kind {
            Type::N(order) => order,
            Type::L => usize::from(self.unites()),
        };
        if self.exclusive { self.types.iter().map(order).max().unwrap_or(0) } else { 0 }
    }
}

impl Metric for RougePltrdy {
    type Kernels = Kernels;

    fn streams(&self) -> [Option<Stream>; STREAMS] {
        [Some(Stream { tokenizer: self.tokenizer(), lines: self.unites() }), None]
    }

    fn width(&self) -> usize {
        self.types.len() * FIGURES
    }

    fn score_width(&self) -> usize {
        self.width()
    }

    #[inline(always)]
    fn row<I: Isa>(
        &self,
        _isa: I,
        kernels: &mut Kernels,
        segment: Segment<'_>,
        row: &mut [i32],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let Kernels { common, distinct, counter, lcs, sentences } = kernels;
        let (cpu, prediction) = (segment.cpu, segment.prediction(0));
        let Some(reference) = segment.numbers().next().map(|number| segment.reference(0, number)) else {
            row.fill(0);
            return Ok(());
        };
        interrupt.spend(prediction.ids.len() + reference.ids.len())?;
        let mut sets = [Distinct::default(); MOST_ORDERS];
        distinct.count(prediction.ids, reference.ids, &mut sets[..self.distinct_orders()], interrupt)?;
        if !self.exclusive || self.types.contains(&Type::L) {
            common.read(cpu, segment.ids(0), prediction.ids, reference.ids, interrupt)?;
            counter.start();
        }
        let occurrences = |overlap: usize, less: usize| {
            let total = |text: Text<'_>| text.ids.len().saturating_sub(less);
            [overlap, total(prediction), total(reference)]
        };
        for (&kind, row) in self.types.iter().zip(row.as_chunks_mut::<FIGURES>().0) {
            let counts = match kind {
                Type::N(order) if self.exclusive => {
                    let Distinct { both, prediction, reference } = sets[order - 1];
                    [both, prediction, reference]
                }
                Type::N(1) => occurrences(common.matches, 0),
                Type::N(order) => occurrences(counter.matches(cpu, common, order, interrupt)?, order - 1),
                Type::L if !self.unites() => occurrences(lcs.length(cpu, common, interrupt)?, 0),
                Type::L => {
                    let found = sentences.count(cpu, common, prediction.lines, reference.lines, interrupt)?;
                    if self.exclusive {
                        [found.distinct, sets[0].prediction, sets[0].reference]
                    } else {
                        occurrences(found.all, 0)
                    }
                }
            };
            // A sum over pairs of sentences may exceed the tokens.
            for (row, count) in row.iter_mut().zip(counts) {
                *row = figure(count)?;
            }
        }
        Ok(())
    }

    fn scores(&self, rows: &[i32], scores: &mut [f64]) {
        for (row, scores) in rows.as_chunks().0.iter().zip(scores.as_chunks_mut().0) {
            *scores = figures(row);
        }
    }
}

/// Precision, recall and F-measure, by the operations of `f_r_p_rouge_n` in their order.
#[inline(always)]
fn figures(row: &[i32; FIGURES]) -> [f64; FIGURES] {
    let [overlap, prediction, reference] = row.map(f64::from);
    let share = |total: f64| if total == 0.0 { 0.0 } else { overlap / total };
    let (precision, recall) = (share(prediction), share(reference));
    [precision, recall, 2.0 * ((precision * recall) / (precision + recall + 1e-8))]
}
