//! Sums of drawn rows, and exact sums.

pub(crate) mod exact_sum;
mod perl_random;
pub mod poisson;
pub mod resample;
