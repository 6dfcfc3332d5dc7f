//! The F1 of two bags of tokens, as SQuAD 2.0 computes it (Rajpurkar et al., EMNLP 2016 and ACL 2018).
//!
//! A row holds the clipped number of tokens that both texts have, the number of tokens in the prediction, and the number
//! in the reference. With several references, it holds the figures of the best one, the first of equals. Scores are
//! from 0 to 1.

use crate::cpu::Isa;
use crate::error::Error;
use crate::kernels::shared_tokens::Common;
use crate::kernels::short_pairs::{self, Short};
use crate::limits::interrupt::{AT_ONCE, Interrupt};
use crate::metrics::metric::{Metric, one_each};
use crate::texts::segment::{STREAMS, Segment};
use crate::tokenize::{Stream, Tokenizer};

/// The metric, which has no options.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenF1;

/// The kernels that count shared tokens.
#[derive(Default)]
pub struct Kernels {
    short: Short,
    common: Common,
}

impl Metric for TokenF1 {
    type Kernels = Kernels;

    fn streams(&self) -> [Option<Stream>; STREAMS] {
        [Some(Stream::of(Tokenizer::Squad)), None]
    }

    fn width(&self) -> usize {
        3
    }

    #[inline(always)]
    fn row<I: Isa>(
        &self,
        _isa: I,
        Kernels { short, common }: &mut Kernels,
        segment: Segment<'_>,
        row: &mut [i32],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let prediction = segment.prediction(0).ids;
        let mut best = -1.0;
        let mut keep_better = |matches: usize, reference: usize| {
            let other = [matches, prediction.len(), reference].map(|count| count as i32);
            let score = self.score_of(&other);
            if score > best {
                best = score;
                row.copy_from_slice(&other);
            }
        };
        let tokens = segment.tokens();
        if prediction.len() <= short_pairs::MOST && tokens <= AT_ONCE {
            interrupt.spend(2 * tokens)?;
            let mut lengths = segment.answers().map(<[u32]>::len);
            short.matches_of_each::<1, false>(segment.ids(0), prediction, segment.answers(), |[matches], _| {
                keep_better(matches as usize, lengths.next().unwrap_or_default());
            });
            return Ok(());
        }
        for reference in segment.answers() {
            interrupt.spend(10 * (prediction.len() + reference.len()))?;
            common.read(segment.cpu, segment.ids(0), prediction, reference, interrupt)?;
            keep_better(common.matches, reference.len());
        }
        Ok(())
    }

    fn scores(&self, rows: &[i32], scores: &mut [f64]) {
        one_each(self, rows, scores, |row| self.score_of(row));
    }
}

impl TokenF1 {
    /// The score of a row, by the operations of `compute_f1` in their order. Two empty texts score 1; an empty text and
    /// a text with tokens score 0.
    fn score_of(&self, row: &[i32]) -> f64 {
        let [matches, prediction, reference] = [row[0], row[1], row[2]].map(f64::from);
        if matches == 0.0 {
            return if prediction == reference && prediction == 0.0 { 1.0 } else { 0.0 };
        }
        let (precision, recall) = (matches / prediction, matches / reference);
        2.0 * precision * recall / (precision + recall)
    }
}
