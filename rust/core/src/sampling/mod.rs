//! Sums of drawn rows, and exact sums.

pub(crate) mod exact_sum;
pub mod perl_random;
pub mod poisson;
pub mod resample;
