//! Pretokenized texts: the caller passes tokens, which are strings, or integers such as the ids of a language model.
//!
//! Tokens are interned by equality. Integers below a few million are looked up in a table.

use std::collections::HashMap;

use crate::error::Error;
use crate::limits::memory;
use crate::texts::prepared::Prepared;
use crate::tokenize::{DistinctStrings, Tokens};

/// The vocabulary of pretokenized texts: numbers tokens in the order in which they are first seen.
#[derive(Default)]
pub struct PretokenizedVocabulary {
    strings: DistinctStrings,
    /// By integer below [`SMALL`], its id plus 1, or 0 if the integer has no id.
    small: Vec<u32>,
    integers: HashMap<i64, u32>,
    ids: u32,
}

/// Integers below this are looked up in a table.
const SMALL: usize = 1 << 22;
/// A token takes about as much work as this many bytes of text.
const BYTES: usize = 4;

/// A builder of pretokenized texts, token by token.
#[derive(Default)]
pub struct PretokenizedTexts {
    tokens: Tokens,
    ends: Vec<usize>,
    length: usize,
    longest: usize,
}

impl PretokenizedTexts {
    /// Makes room for this many more tokens, and for the end of one text.
    pub fn reserve(&mut self, tokens: usize) -> Result<(), Error> {
        self.tokens.reserve(tokens)?;
        memory::reserve(&mut self.ends, 1)
    }

    /// Adds a token to the current text.
    pub fn push(&mut self, id: u32) {
        self.tokens.push(id);
        self.length += BYTES;
    }

    /// Ends the current text.
    pub fn close(&mut self) {
        self.tokens.close();
        let before = self.ends.last().copied().unwrap_or(0);
        self.longest = self.longest.max(self.length - before);
        self.ends.push(self.length);
    }

    /// True if the number of tokens of each text fits in 31 bits, and that of all texts in 32.
    pub fn fit(&self) -> bool {
        self.longest / BYTES <= i32::MAX as usize && self.length / BYTES <= u32::MAX as usize
    }

    /// The number of texts that were ended.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True if no text was ended.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

impl PretokenizedVocabulary {
    /// The id of a string, which is added if it is new.
    pub fn string(&mut self, token: &[u8]) -> Result<u32, Error> {
        let id = self.strings.number(token, self.ids)?;
        self.ids += u32::from(id == self.ids);
        Ok(id)
    }

    /// The id of an integer, which is added if it is new.
    pub fn integer(&mut self, token: i64) -> Result<u32, Error> {
        let next = self.ids;
        let id = match usize::try_from(token) {
            Ok(small) if small < SMALL => {
                if self.small.len() <= small {
                    let count = (small + 1).next_power_of_two();
                    let more = count - self.small.len();
                    memory::reserve(&mut self.small, more)?;
                    self.small.resize(count, 0);
                }
                let id = &mut self.small[small];
                if *id == 0 {
                    *id = next + 1;
                }
                *id - 1
            }
            _ => {
                memory::reserve_keys(&mut self.integers, 1)?;
                *self.integers.entry(token).or_insert(next)
            }
        };
        self.ids += u32::from(id == next);
        Ok(id)
    }

    /// The id of a string, or an id above all others if the string is unknown.
    pub fn known_string(&self, token: &[u8]) -> u32 {
        self.strings.get(token).unwrap_or(self.ids)
    }

    /// The id of an integer, or an id above all others if the integer is unknown.
    pub fn known_integer(&self, token: i64) -> u32 {
        let small = usize::try_from(token).ok().and_then(|small| self.small.get(small)).map_or(0, |id| *id);
        let known = if small > 0 { Some(small - 1) } else { self.integers.get(&token).copied() };
        known.unwrap_or(self.ids)
    }

    /// These texts, whose ids come from this vocabulary, as prepared texts.
    pub fn prepared(&self, texts: PretokenizedTexts) -> Prepared {
        Prepared::of_pretokenized(texts.tokens, texts.ends, self.ids as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_tokens_alone_share_an_id() {
        let mut vocabulary = PretokenizedVocabulary::default();
        let integers = [0, 1, -1, 5_000_000, i64::MIN, i64::MAX, 127, 1];
        let ids = integers.map(|integer| vocabulary.integer(integer).unwrap());
        assert_eq!(ids, [0, 1, 2, 3, 4, 5, 6, 1]);
        assert_eq!(vocabulary.string(b"1"), Ok(7));
        assert_eq!(vocabulary.string(b""), Ok(8));
        assert_eq!(vocabulary.string(b"1"), Ok(7));
        assert_eq!(integers.map(|integer| vocabulary.known_integer(integer)), ids);
        assert_eq!([vocabulary.known_string(b"1"), vocabulary.known_string(b"2")], [7, 9]);
        assert_eq!([2, -2, SMALL as i64 + 7].map(|integer| vocabulary.known_integer(integer)), [9, 9, 9]);
    }
}
