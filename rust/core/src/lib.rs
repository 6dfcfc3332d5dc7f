//! Text metrics as integer statistics, without Python: text to tokens, tokens to ids, ids to
//! clipped n-gram counts, longest common subsequences and their unions, counts to one integer row
//! a segment, rows to scores.

#![deny(unsafe_code)]

pub mod corpus;
pub mod cpu;
mod error;
pub mod explain;
mod kernels;
mod limits;
mod math;
pub mod metrics;
mod parallel;
pub mod sampling;
mod seeds;
#[cfg(test)]
mod testing;
mod tokenize;

pub use corpus::prepared::Prepared;
pub use corpus::pretokenized::{Given, Texts};
pub use corpus::segments::{Layout, Segments, Side};
pub use corpus::worker::{Job, Notes, STREAMS, Segment};
pub use error::Error;
pub use limits::interrupt::Interrupt;
pub use sampling::exact_sum::ExactSum;
pub use tokenize::{Stream, Tercom, Tokenizer, UNICODE_VERSION, is_composed, stem, without_format};

/// Does what is done once a process: finds out the processor, draws the seeds.
pub fn prepare() {
    cpu::Cpu::detect();
    seeds::random_seeds();
}
