//! Sums of rows that are drawn, and sums without rounding.

pub(crate) mod exact_sum;
pub mod poisson;
pub mod resample;
