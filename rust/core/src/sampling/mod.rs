//! Sums of drawn rows, and exact sums.

pub(crate) mod exact_sum;
pub mod poisson;
pub mod resample;
