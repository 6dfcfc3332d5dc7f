//! WER and CER: the errors of an alignment per token of the reference, bit for bit as jiwer 4.0 computes them.
//!
//! A row holds the hits, substitutions, deletions and insertions of the alignment that rapidfuzz takes. With several
//! references, it holds the figures of the reference with the lowest rate, the first of equals. Scores are from 0
//! upwards and may exceed 1.

use crate::cpu::Isa;
use crate::error::Error;
use crate::kernels::levenshtein::{Levenshtein, Pair};
use crate::limits::interrupt::Interrupt;
use crate::metrics::metric::{Metric, one_each};
use crate::texts::segment::{STREAMS, Segment};
use crate::tokenize::{Stream, Tokenizer};

/// The metric with its options.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorRate {
    /// The tokenizer: of words for WER, of characters for CER.
    pub tokenizer: Tokenizer,
}

/// The kernel that aligns.
#[derive(Default)]
pub struct Kernels {
    levenshtein: Levenshtein,
}

impl Metric for ErrorRate {
    type Kernels = Kernels;

    fn streams(&self) -> [Option<Stream>; STREAMS] {
        [Some(Stream::of(self.tokenizer)), None]
    }

    fn width(&self) -> usize {
        4
    }

    #[inline(always)]
    fn row<I: Isa>(
        &self,
        _isa: I,
        Kernels { levenshtein }: &mut Kernels,
        segment: Segment<'_>,
        row: &mut [i32],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let prediction = segment.prediction(0).ids;
        let mut lowest = f64::INFINITY;
        for reference in segment.references() {
            interrupt.spend(prediction.len() + reference.len())?;
            let edits =
                levenshtein.edits(segment.cpu, Pair { reference, prediction, ids: segment.ids(0) }, interrupt)?;
            let other = [edits.hits, edits.substitutions, edits.deletions, edits.insertions].map(|count| count as i32);
            let score = score_of(&other);
            if score < lowest {
                lowest = score;
                row.copy_from_slice(&other);
            }
        }
        Ok(())
    }

    fn scores(&self, rows: &[i32], scores: &mut [f64]) {
        one_each(self, rows, scores, score_of);
    }
}

/// The rate of a row; for an empty reference the number of insertions (jiwer's `process.py`).
fn score_of(row: &[i32]) -> f64 {
    let [hits, substitutions, deletions, insertions] = [row[0], row[1], row[2], row[3]].map(f64::from);
    let reference = hits + substitutions + deletions;
    if reference == 0.0 { insertions } else { (substitutions + deletions + insertions) / reference }
}
