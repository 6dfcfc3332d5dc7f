//! Text metrics as integer statistics, without Python: text to tokens, tokens to ids, ids to
//! clipped n-gram counts, longest common subsequences and their unions, counts to one integer row
//! a segment, rows to scores.

#![deny(unsafe_code)]

mod clip;
mod common;
pub mod corpus;
pub mod cpu;
mod edit;
mod error;
mod exact_sum;
mod extend;
mod intern;
mod interrupt;
mod lanes;
mod lcs;
mod math;
pub mod metrics;
mod ngram;
pub mod resample;
mod segments;
mod shifts;
mod short;
pub mod stem;
#[cfg(test)]
mod testing;
mod text;
mod tokenize;
mod union;

pub use error::Error;
pub use exact_sum::ExactSum;
pub use interrupt::Interrupt;
pub use segments::Segments;
pub use tokenize::{Tercom, Tokenizer, UNICODE_VERSION};

/// Does what is done once a process: finds out the processor, draws the seeds.
pub fn prepare() {
    cpu::Cpu::detect();
    intern::random_seeds();
}
