//! Scores segments: the loop of one thread over its segments, and the threads that share them.

pub(crate) mod threads;
pub(crate) mod worker;

pub use crate::parallel::forked;
pub use threads::{score, score_one, score_some};
