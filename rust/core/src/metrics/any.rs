//! All metrics as one type.

use std::ops::Range;

use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::metrics::metric::Metric;
use crate::metrics::{
    bleu, chrf, edit_similarity, error_rate, exact_match, gleu, rouge, rouge_pltrdy, rouge155, ter, token_f1,
};
use crate::texts::prepared::Prepared;
use crate::texts::segments::Segments;
use crate::tokenize::Stream;

/// The kernels of a thread, for every metric.
#[derive(Default)]
pub(crate) struct AllKernels {
    bleu: bleu::Kernels,
    chrf: chrf::Kernels,
    edit_similarity: edit_similarity::Kernels,
    error_rate: error_rate::Kernels,
    gleu: gleu::Kernels,
    rouge: rouge::Kernels,
    rouge_pltrdy: rouge_pltrdy::Kernels,
    rouge155: rouge155::Kernels,
    ter: ter::Kernels,
    token_f1: token_f1::Kernels,
    exact_match: (),
}

/// A metric whose kernels are among those of a thread.
pub(crate) trait HasKernels: Metric {
    /// The kernels of this metric.
    fn kernels(all: &mut AllKernels) -> &mut Self::Kernels;
}

macro_rules! has_kernels {
    ($($metric:ty: $field:ident),*) => {
        $(impl HasKernels for $metric {
            fn kernels(all: &mut AllKernels) -> &mut Self::Kernels {
                &mut all.$field
            }
        })*
    };
}

has_kernels! {
    bleu::Bleu: bleu,
    chrf::Chrf: chrf,
    edit_similarity::EditSimilarity: edit_similarity,
    error_rate::ErrorRate: error_rate,
    exact_match::ExactMatch: exact_match,
    gleu::Gleu: gleu,
    rouge::Rouge: rouge,
    rouge_pltrdy::RougePltrdy: rouge_pltrdy,
    rouge155::Rouge155: rouge155,
    ter::Ter: ter,
    token_f1::TokenF1: token_f1
}

/// The number of metrics.
pub(crate) const KINDS: usize = 11;

/// Any metric.
#[derive(Clone, Debug, PartialEq)]
pub enum AnyMetric {
    /// BLEU.
    Bleu(bleu::Bleu),
    /// chrF and chrF++.
    Chrf(chrf::Chrf),
    /// Edit similarity and ANLS.
    EditSimilarity(edit_similarity::EditSimilarity),
    /// WER and CER.
    ErrorRate(error_rate::ErrorRate),
    /// Exact match.
    ExactMatch(exact_match::ExactMatch),
    /// GLEU.
    Gleu(gleu::Gleu),
    /// ROUGE.
    Rouge(rouge::Rouge),
    /// ROUGE of the packages `rouge` and rouge_chinese.
    RougePltrdy(rouge_pltrdy::RougePltrdy),
    /// ROUGE of Lin's Perl script.
    Rouge155(rouge155::Rouge155),
    /// TER.
    Ter(ter::Ter),
    /// The F1 of bags of tokens.
    TokenF1(token_f1::TokenF1),
}

/// Does the same work with the metric, as its own type.
macro_rules! match_metric {
    ($of:expr, $metric:ident => $work:expr) => {
        match $of {
            AnyMetric::Bleu($metric) => $work,
            AnyMetric::Chrf($metric) => $work,
            AnyMetric::EditSimilarity($metric) => $work,
            AnyMetric::ErrorRate($metric) => $work,
            AnyMetric::ExactMatch($metric) => $work,
            AnyMetric::Gleu($metric) => $work,
            AnyMetric::Rouge($metric) => $work,
            AnyMetric::RougePltrdy($metric) => $work,
            AnyMetric::Rouge155($metric) => $work,
            AnyMetric::Ter($metric) => $work,
            AnyMetric::TokenF1($metric) => $work,
        }
    };
}
pub(crate) use match_metric;

impl AnyMetric {
    /// The number of the metric, below [`KINDS`].
    pub(crate) fn kind(&self) -> usize {
        match self {
            AnyMetric::Bleu(_) => 0,
            AnyMetric::Chrf(_) => 1,
            AnyMetric::EditSimilarity(_) => 2,
            AnyMetric::ErrorRate(_) => 3,
            AnyMetric::ExactMatch(_) => 4,
            AnyMetric::Gleu(_) => 5,
            AnyMetric::Rouge(_) => 6,
            AnyMetric::RougePltrdy(_) => 7,
            AnyMetric::Rouge155(_) => 8,
            AnyMetric::Ter(_) => 9,
            AnyMetric::TokenF1(_) => 10,
        }
    }

    /// The streams of predictions.
    pub fn streams(&self) -> impl Iterator<Item = Stream> {
        match_metric!(self, metric => metric.streams()).into_iter().flatten()
    }

    /// The streams of references, in the same order.
    pub fn reference_streams(&self) -> impl Iterator<Item = Stream> {
        match_metric!(self, metric => metric.reference_streams()).into_iter().flatten()
    }

    /// Reads references for this metric, and predictions too if there are two `sides`, predictions first. Both sides
    /// share a vocabulary and may be compared with each other.
    pub fn prepare<T: AsRef<[u8]>>(&self, sides: &[&[T]], interrupt: &Interrupt) -> Result<Vec<Prepared>, Error> {
        let sorts = |stream| match_metric!(self, metric => metric.sorts(stream));
        Prepared::read(self.streams().zip(self.reference_streams()), sorts, sides, interrupt)
    }

    /// The number of figures in a row.
    pub fn width(&self) -> usize {
        match_metric!(self, metric => metric.width())
    }

    /// The number of figures in the scores of a segment.
    pub fn score_width(&self) -> usize {
        match_metric!(self, metric => metric.score_width())
    }

    /// The number of rows of these segments.
    pub fn rows<T: AsRef<[u8]>>(&self, segments: &Segments<'_, T>, which: Range<usize>) -> usize {
        match_metric!(self, metric => metric.rows(segments, which))
    }

    /// Fills in the scores of segments with one row each, or of one segment with several rows.
    pub fn scores(&self, rows: &[i32], scores: &mut [f64]) {
        match_metric!(self, metric => metric.scores(rows, scores));
    }
}
