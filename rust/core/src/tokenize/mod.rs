//! Tokenizers, one file each, and the reader that turns texts into token ids.
//!
//! A text is UTF-8 in which a lone surrogate of a Python `str` may stand as three bytes (WTF-8). A line ends at
//! `\n` and nowhere else, except in `sentences.rs`, and no tokenizer joins text across a line end.

mod blocks;
mod chars;
mod chrf_words;
mod classes;
mod code_points;
mod composed;
mod composed_tables;
mod distinct_strings;
mod intern;
mod intl;
mod intl_tables;
mod lower_case;
mod pairs;
mod parts;
mod prepared_tokens;
mod reader;
mod rouge;
mod rouge155;
mod rouge155_stem;
mod sentences;
mod spaced_words;
mod split_words;
mod squad;
pub mod stem;
mod stop_words;
mod stripped;
mod t13a;
mod tercom;
mod tokenizer;
mod tokens;
mod translation;
mod unicode;
mod unicode_tables;
mod whitespace;
mod word_rules;
mod zh;

pub use composed::{is_composed, without_format};
pub(crate) use distinct_strings::DistinctStrings;
pub use lower_case::LowerCase;
pub(crate) use prepared_tokens::{Names, PreparedTokens};
pub(crate) use reader::Reader;
pub use rouge155::{Limit, Rouge155Text};
pub use rouge155_stem::Stemming;
pub use sentences::SentenceEnds;
pub use stop_words::StopWords;
pub use tercom::Tercom;
pub use tokenizer::{Stream, Tokenizer};
pub(crate) use tokens::{Text, Tokens};
pub use unicode_tables::UNICODE_VERSION;
