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
pub mod explain;
mod extend;
mod given;
mod intern;
mod interrupt;
mod lanes;
mod lcs;
mod math;
mod memory;
pub mod metrics;
mod ngram;
mod places;
pub mod poisson;
mod prepared;
pub mod resample;
mod room;
mod segments;
mod shifts;
mod short;
mod sort;
mod sorted;
pub mod stem;
#[cfg(test)]
mod testing;
mod text;
mod tokenize;
mod union;
mod way_back;
mod worker;

pub use error::Error;
pub use exact_sum::ExactSum;
pub use given::{Given, Texts};
pub use interrupt::Interrupt;
pub use prepared::Prepared;
pub use segments::{Layout, Segments, Side};
pub use tokenize::{Stream, Tercom, Tokenizer, UNICODE_VERSION, is_composed, without_format};
pub use worker::{Job, Notes, STREAMS, Segment};

/// Does what is done once a process: finds out the processor, draws the seeds.
pub fn prepare() {
    cpu::Cpu::detect();
    intern::random_seeds();
}
