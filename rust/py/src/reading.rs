//! How a metric reads texts.

use crate::pretokenized::Ignored;
use crate::text::Lowercase;

/// How a metric reads texts before its tokenizer sees them. Metrics that read alike share one pass over the texts.
#[derive(Clone, PartialEq)]
pub struct Reading {
    pub lowercase: Lowercase,
    /// True if texts come as tokens.
    pub pretokenized: bool,
    /// Integers that are not tokens, for pretokenized texts.
    pub ignored: Ignored,
}

impl Reading {
    /// Reads each text as a `str`.
    pub fn of_text(lowercase: Lowercase) -> Self {
        Self { lowercase, pretokenized: false, ignored: Ignored::default() }
    }
}
