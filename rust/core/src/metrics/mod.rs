//! One metric a file: what to tokenize, rows of a segment, rows to scores.

pub mod bleu;
pub mod chrf;
pub mod exact_match;
pub mod rouge;
pub mod ter;
pub mod token_f1;

use std::ops::Range;

use crate::corpus::segments::Segments;
use crate::corpus::worker::{STREAMS, Segment};
use crate::cpu::Isa;
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::tokenize::Stream;

/// What a metric is to the loop over segments.
pub trait Metric {
    /// What it counts with, kept from segment to segment.
    type Kernels;

    /// Where a thread keeps it.
    fn kernels(all: &mut Kernels) -> &mut Self::Kernels;

    /// How it sees predictions: a segment's tokens are asked for by the place in this list.
    fn streams(&self) -> [Option<Stream>; STREAMS];

    /// How it sees references, in the same places: with ids of the same vocabulary.
    fn reference_streams(&self) -> [Option<Stream>; STREAMS] {
        self.streams()
    }

    /// Whether it counts by sorting what it sees of a text so.
    fn sorts(&self, _stream: Stream) -> bool {
        false
    }

    /// Numbers in a row.
    fn width(&self) -> usize;

    /// Numbers in the scores of a segment.
    fn score_width(&self) -> usize {
        1
    }

    /// Rows that these segments take: one each, unless there is one for each reference.
    fn rows<T: AsRef<[u8]>>(&self, _segments: &Segments<'_, T>, which: Range<usize>) -> usize {
        which.len()
    }

    /// Fills in the rows of a segment. To be inlined.
    fn row<I: Isa>(
        &self,
        isa: I,
        kernels: &mut Self::Kernels,
        segment: Segment<'_>,
        rows: &mut [i32],
        interrupt: &Interrupt,
    ) -> Result<(), Error>;

    /// The scores of segments of one row each, or of one segment with several.
    fn scores(&self, rows: &[i32], scores: &mut [f64]);
}

/// The lesser and the greater of two numbers.
#[inline(always)]
fn in_order(a: usize, b: usize) -> (usize, usize) {
    (a.min(b), a.max(b))
}

/// The score of each row.
fn one_each<M: Metric>(metric: &M, rows: &[i32], scores: &mut [f64], score_of: impl Fn(&[i32]) -> f64) {
    for (row, score) in rows.chunks_exact(metric.width()).zip(scores) {
        *score = score_of(row);
    }
}

/// What a thread counts with.
#[derive(Default)]
pub struct Kernels {
    bleu: bleu::Kernels,
    chrf: chrf::Kernels,
    rouge: rouge::Kernels,
    ter: ter::Kernels,
    token_f1: token_f1::Kernels,
    none: (),
}

/// How many there are.
pub(crate) const KINDS: usize = 6;

/// Any of them.
#[derive(Clone, Debug, PartialEq)]
pub enum AnyMetric {
    /// BLEU.
    Bleu(bleu::Bleu),
    /// chrF and chrF++.
    Chrf(chrf::Chrf),
    /// Exact match.
    ExactMatch(exact_match::ExactMatch),
    /// ROUGE.
    Rouge(rouge::Rouge),
    /// TER.
    Ter(ter::Ter),
    /// The F1 of bags of tokens.
    TokenF1(token_f1::TokenF1),
}

/// The same of whichever it is.
macro_rules! whichever {
    ($of:expr, $metric:ident => $work:expr) => {
        match $of {
            AnyMetric::Bleu($metric) => $work,
            AnyMetric::Chrf($metric) => $work,
            AnyMetric::ExactMatch($metric) => $work,
            AnyMetric::Rouge($metric) => $work,
            AnyMetric::Ter($metric) => $work,
            AnyMetric::TokenF1($metric) => $work,
        }
    };
}
pub(crate) use whichever;

impl AnyMetric {
    /// A number that metrics of other kernels do not have, below [`KINDS`].
    pub(crate) fn kind(&self) -> usize {
        match self {
            AnyMetric::Bleu(_) => 0,
            AnyMetric::Chrf(_) => 1,
            AnyMetric::ExactMatch(_) => 2,
            AnyMetric::Rouge(_) => 3,
            AnyMetric::Ter(_) => 4,
            AnyMetric::TokenF1(_) => 5,
        }
    }

    /// How it sees predictions.
    pub fn streams(&self) -> impl Iterator<Item = Stream> {
        whichever!(self, metric => metric.streams()).into_iter().flatten()
    }

    /// How it sees references, in the same order.
    pub fn reference_streams(&self) -> impl Iterator<Item = Stream> {
        whichever!(self, metric => metric.reference_streams()).into_iter().flatten()
    }

    /// Whether it counts by sorting what it sees of a text so.
    pub(crate) fn sorts(&self, stream: Stream) -> bool {
        whichever!(self, metric => metric.sorts(stream))
    }

    /// Numbers in a row.
    pub fn width(&self) -> usize {
        whichever!(self, metric => metric.width())
    }

    /// Numbers in the scores of a segment.
    pub fn score_width(&self) -> usize {
        whichever!(self, metric => metric.score_width())
    }

    /// Rows that these segments take.
    pub fn rows<T: AsRef<[u8]>>(&self, segments: &Segments<'_, T>, which: Range<usize>) -> usize {
        whichever!(self, metric => metric.rows(segments, which))
    }

    /// The scores of segments of one row each, or of one segment with several.
    pub fn scores(&self, rows: &[i32], scores: &mut [f64]) {
        whichever!(self, metric => metric.scores(rows, scores));
    }
}
