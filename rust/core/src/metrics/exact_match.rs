//! Exact match: the share of predictions that equal one of their references.
//!
//! A row holds 1 for a match or 0, and the number 1, so that the sum of rows is a share. Scores are from 0 to 1.

use crate::cpu::Isa;
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::metrics::metric::{Metric, one_each};
use crate::texts::segment::{STREAMS, Segment};
use crate::tokenize::{Stream, Tokenizer};

/// The metric with its options.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactMatch {
    /// True if texts are compared by their tokens, as SQuAD does (Rajpurkar et al., EMNLP 2016); false if by their code
    /// points.
    pub squad: bool,
}

impl Metric for ExactMatch {
    type Kernels = ();

    fn streams(&self) -> [Option<Stream>; STREAMS] {
        [Some(Stream::of(if self.squad { Tokenizer::Squad } else { Tokenizer::Point })), None]
    }

    fn width(&self) -> usize {
        2
    }

    #[inline(always)]
    fn row<I: Isa>(
        &self,
        _isa: I,
        _kernels: &mut (),
        segment: Segment<'_>,
        row: &mut [i32],
        _interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let is_it = |reference: &[u32]| reference == segment.prediction(0).ids;
        let matches = if self.squad { segment.answers().any(is_it) } else { segment.references().any(is_it) };
        row.copy_from_slice(&[i32::from(matches), 1]);
        Ok(())
    }

    fn scores(&self, rows: &[i32], scores: &mut [f64]) {
        one_each(self, rows, scores, |row| self.score_of(row));
    }
}

impl ExactMatch {
    fn score_of(&self, row: &[i32]) -> f64 {
        f64::from(row[0])
    }
}
