//! Metrics, one file each: the streams of tokens that a metric asks for, the rows of a segment, and scores from rows.

mod any;
pub mod bleu;
pub mod chrf;
pub mod edit_similarity;
pub mod error_rate;
pub mod exact_match;
pub mod gleu;
mod metric;
pub mod rouge;
pub mod rouge155;
pub mod rouge_pltrdy;
pub mod ter;
pub mod token_f1;

pub use any::AnyMetric;
pub(crate) use any::{AllKernels, HasKernels, KINDS, match_metric};
pub(crate) use metric::Metric;
