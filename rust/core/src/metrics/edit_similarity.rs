//! Edit similarity and ANLS: one minus the edit distance over the length of the longer text, bit for bit as rapidfuzz 3
//! and the script of DocVQA compute them (Biten et al., "Scene text visual question answering", ICCV 2019).
//!
//! A row holds the edit distance and the highest distance that texts of these lengths can have. With several references,
//! it holds the figures of the most similar reference, the first of equals. Scores are from 0 to 1.

use crate::cpu::Isa;
use crate::error::Error;
use crate::kernels::lcs::Lcs;
use crate::kernels::levenshtein::{Levenshtein, Pair};
use crate::kernels::shared_tokens::Common;
use crate::limits::interrupt::Interrupt;
use crate::metrics::metric::{Metric, figure, one_each};
use crate::texts::segment::{STREAMS, Segment};
use crate::tokenize::{Stream, Tokenizer};

/// The metric with its options.
#[derive(Clone, Debug, PartialEq)]
pub struct EditSimilarity {
    /// The tokenizer.
    pub tokenizer: Tokenizer,
    /// True if a token may be replaced by another in one edit. False for insertions and deletions alone.
    pub substitutions: bool,
    /// Similarities below this count 0.
    pub threshold: f64,
}

/// The kernels that count edits.
#[derive(Default)]
pub struct Kernels {
    levenshtein: Levenshtein,
    common: Common,
    lcs: Lcs,
}

impl Metric for EditSimilarity {
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
        _isa: I,
        Kernels { levenshtein, common, lcs }: &mut Kernels,
        segment: Segment<'_>,
        row: &mut [i32],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let prediction = segment.prediction(0).ids;
        let mut best = -1.0;
        for reference in segment.references() {
            interrupt.spend(prediction.len() + reference.len())?;
            let other = if self.substitutions {
                let pair = Pair { reference, prediction, ids: segment.ids(0) };
                let distance = levenshtein.distance(segment.cpu, pair, interrupt)?;
                [distance, reference.len().max(prediction.len())]
            } else {
                common.read(segment.cpu, segment.ids(0), prediction, reference, interrupt)?;
                let tokens = reference.len() + prediction.len();
                [tokens - 2 * lcs.length(segment.cpu, common, interrupt)?, tokens]
            };
            let other = [figure(other[0])?, figure(other[1])?];
            // The threshold does not decide between references.
            let similarity = similarity_of(&other);
            if similarity > best {
                best = similarity;
                row.copy_from_slice(&other);
            }
        }
        Ok(())
    }

    fn scores(&self, rows: &[i32], scores: &mut [f64]) {
        one_each(self, rows, scores, |row| {
            let similarity = similarity_of(row);
            if similarity < self.threshold { 0.0 } else { similarity }
        });
    }
}

/// The similarity of a row. Two empty texts have 1.
fn similarity_of(row: &[i32]) -> f64 {
    let [distance, most] = [row[0], row[1]].map(f64::from);
    1.0 - if most > 0.0 { distance / most } else { 0.0 }
}
