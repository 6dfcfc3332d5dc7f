//! Exact match: whether the prediction is one of the references.
//!
//! A row holds 1 or 0 and the number 1, so that the sum of rows is a share. Scores are from 0 to 1.

use super::Metric;
use crate::corpus::worker::{STREAMS, Segment};
use crate::cpu::Isa;
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::tokenize::{Stream, Tokenizer};

/// The metric with its options.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactMatch {
    /// Whether texts are compared as SQuAD does (Rajpurkar et al., EMNLP 2016), by their tokens; else
    /// by their code points.
    pub squad: bool,
}

impl Metric for ExactMatch {
    type Kernels = ();

    fn kernels(all: &mut super::Kernels) -> &mut () {
        &mut all.none
    }

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
        super::one_each(self, rows, scores, |row| self.score_of(row));
    }
}

impl ExactMatch {
    fn score_of(&self, row: &[i32]) -> f64 {
        f64::from(row[0])
    }
}
