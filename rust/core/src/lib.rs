//! Text metrics as integer statistics, without Python. Texts become tokens, tokens become ids, ids become clipped n-gram
//! counts, longest common subsequences and edits, counts become integer rows, one or more per segment, and rows become
//! scores.

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
mod texts;
mod tokenize;

pub use corpus::worker::{Job, Notes};
pub use error::Error;
pub use kernels::extended_edit_distance::{ExtendedCosts, extended_edit_distance};
pub use limits::interrupt::Interrupt;
pub use sampling::exact_sum::ExactSum;
pub use texts::prepared::Prepared;
pub use texts::pretokenized::{PretokenizedTexts, PretokenizedVocabulary};
pub use texts::segments::{Layout, Segments, Side};
pub use tokenize::{
    Limit, LowerCase, Rouge155Text, SentenceEnds, Stemming, StopWords, Stream, Tercom, Tokenizer, UNICODE_VERSION,
    is_composed, stem, without_format,
};

/// Detects the processor and draws the random seeds, once a process.
pub fn prepare() {
    cpu::Cpu::detect();
    seeds::random_seeds();
}
