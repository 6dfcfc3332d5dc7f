//! One metric a file: what to tokenize, a row a segment, rows to scores.

pub mod bleu;
mod by_tokens;
pub mod chrf;
pub mod exact_match;
pub mod rouge;
pub mod ter;
pub mod token_f1;

use std::ops::Range;

use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::segments::Segments;

/// What a metric is to the loop over a corpus.
pub trait Metric: Sync {
    /// What a thread keeps from call to call.
    type Worker: Default;

    /// Where a thread keeps it.
    fn slot(workers: &mut Workers) -> &mut Option<Box<Self::Worker>>;

    /// Drops what is too much to keep. Is called now and then between segments.
    fn bound(worker: &mut Self::Worker);

    /// Numbers in a row.
    fn row_width(&self) -> usize;

    /// Numbers in the scores of a segment.
    fn score_width(&self) -> usize;

    /// Rows that these segments take.
    fn rows<T: AsRef<[u8]>>(&self, segments: &Segments<'_, T>, which: Range<usize>) -> usize;

    /// Scores these segments: their rows, and their scores unless `scores` is empty. Gives the
    /// number of predictions that are not empty and have no token.
    fn score<T: AsRef<[u8]>>(
        &self,
        worker: &mut Self::Worker,
        segments: &Segments<'_, T>,
        which: Range<usize>,
        rows: &mut [i32],
        scores: &mut [f64],
        interrupt: &Interrupt,
    ) -> Result<usize, Error>;
}

/// The workers of a thread, made when first needed.
#[derive(Default)]
pub struct Workers {
    bleu: Option<Box<by_tokens::Worker<bleu::Kernels>>>,
    chrf: Option<Box<chrf::Worker>>,
    exact_match: Option<Box<by_tokens::Worker<()>>>,
    rouge: Option<Box<rouge::Worker>>,
    ter: Option<Box<by_tokens::Worker<ter::Kernels>>>,
    token_f1: Option<Box<by_tokens::Worker<token_f1::Kernels>>>,
}
