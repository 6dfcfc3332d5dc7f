//! The contract of a metric with the loop over segments.

use std::ops::Range;

use crate::cpu::Isa;
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::texts::segment::{STREAMS, Segment};
use crate::texts::segments::Segments;
use crate::tokenize::Stream;

/// A metric as the loop over segments sees it.
pub(crate) trait Metric {
    /// The kernels that it counts with, kept from segment to segment.
    type Kernels;

    /// The streams of predictions. The place in this list is the number of the stream in a [`Segment`].
    fn streams(&self) -> [Option<Stream>; STREAMS];

    /// The streams of references, in the same places and with ids of the same vocabularies.
    fn reference_streams(&self) -> [Option<Stream>; STREAMS] {
        self.streams()
    }

    /// True if the metric counts by sorting the n-grams of this stream.
    fn sorts(&self, _stream: Stream) -> bool {
        false
    }

    /// The number of figures in a row.
    fn width(&self) -> usize;

    /// The number of figures in the scores of a segment.
    fn score_width(&self) -> usize {
        1
    }

    /// The number of rows of these segments: one per segment, unless a metric has one per reference.
    fn rows<T: AsRef<[u8]>>(&self, _segments: &Segments<'_, T>, which: Range<usize>) -> usize {
        which.len()
    }

    /// Fills in the rows of a segment. Must be `#[inline(always)]`, like the kernels that call it.
    fn row<I: Isa>(
        &self,
        isa: I,
        kernels: &mut Self::Kernels,
        segment: Segment<'_>,
        rows: &mut [i32],
        interrupt: &Interrupt,
    ) -> Result<(), Error>;

    /// Fills in the scores of segments with one row each, or of one segment with several rows.
    fn scores(&self, rows: &[i32], scores: &mut [f64]);
}

/// A count as a figure of a row.
#[inline(always)]
pub(super) fn figure(count: usize) -> Result<i32, Error> {
    i32::try_from(count).map_err(|_| Error::TooHigh(count))
}

/// The lesser and the greater of two numbers.
#[inline(always)]
pub(super) fn in_order(a: usize, b: usize) -> (usize, usize) {
    (a.min(b), a.max(b))
}

/// Fills in the score of each row.
pub(super) fn one_each<M: Metric>(metric: &M, rows: &[i32], scores: &mut [f64], score_of: impl Fn(&[i32]) -> f64) {
    for (row, score) in rows.chunks_exact(metric.width()).zip(scores) {
        *score = score_of(row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_count_of_a_row() {
        assert_eq!(figure((1 << 31) - 1), Ok(i32::MAX));
        assert_eq!(figure(1 << 31), Err(Error::TooHigh(1 << 31)));
    }
}
