//! Segments on their way through the metrics: what is compared with what, texts read once, threads.

pub(crate) mod prepared;
pub(crate) mod pretokenized;
pub(crate) mod segments;
pub(crate) mod threads;
pub(crate) mod worker;

pub use crate::parallel::forked;
pub use threads::{score, score_one, score_some};
