//! The tokens of texts that are read once, in ids of a vocabulary of their own.

use crate::tokenize::tokens::Tokens;

/// The tokens of prepared texts, as one stream reads them.
pub(crate) struct PreparedTokens {
    pub tokens: Tokens,
    pub names: Names,
    /// A number above every id.
    pub ids: usize,
    /// A number that no other prepared tokens have.
    pub number: u64,
}

/// The token of each id.
pub(crate) enum Names {
    /// Code points beyond ASCII, in the order of their ids. The id of an ASCII character is its code point.
    Points(Vec<u32>),
    /// Tokens of a vocabulary, in the order of their ids.
    Tokens(Vec<Box<[u8]>>),
}
