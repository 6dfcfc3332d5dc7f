//! Texts that come as tokens: strings, or integers such as the ids of a language model.
//!
//! By equality, like all interning here. Integers below a few million find theirs in a table.

use std::collections::HashMap;

use crate::corpus::prepared::Prepared;
use crate::error::Error;
use crate::limits::memory;
use crate::tokenize::Tokens;

/// Numbers tokens in the order in which they are first seen.
#[derive(Default)]
pub struct Given {
    strings: HashMap<Box<[u8]>, u32>,
    /// By integer, 1 more.
    small: Vec<u32>,
    integers: HashMap<i64, u32>,
    ids: u32,
}

/// Integers below this have a place in a table.
const SMALL: usize = 1 << 22;
/// What a token costs about as much as, in bytes of text.
const BYTES: usize = 4;

/// Texts in the making.
#[derive(Default)]
pub struct Texts {
    tokens: Tokens,
    ends: Vec<usize>,
    length: usize,
    longest: usize,
}

impl Texts {
    /// Makes room for so many more tokens, and for a text.
    pub fn reserve(&mut self, tokens: usize) -> Result<(), Error> {
        self.tokens.reserve(tokens)?;
        memory::reserve(&mut self.ends, 1)
    }

    /// Adds a token to the text at hand.
    pub fn push(&mut self, id: u32) {
        self.tokens.push(id);
        self.length += BYTES;
    }

    /// Ends the text at hand.
    pub fn close(&mut self) {
        self.tokens.close();
        let before = self.ends.last().copied().unwrap_or(0);
        self.longest = self.longest.max(self.length - before);
        self.ends.push(self.length);
    }

    /// Whether they can be counted: a text in 31 bits, all in 32.
    pub fn fit(&self) -> bool {
        self.longest / BYTES <= i32::MAX as usize && self.length / BYTES <= u32::MAX as usize
    }

    /// How many were ended.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

impl Given {
    /// The id of a string.
    pub fn string(&mut self, token: &[u8]) -> Result<u32, Error> {
        if let Some(&id) = self.strings.get(token) {
            return Ok(id);
        }
        let own = memory::copy(token)?;
        memory::reserve_keys(&mut self.strings, 1)?;
        self.ids += 1;
        self.strings.insert(own.into(), self.ids - 1);
        Ok(self.ids - 1)
    }

    /// The id of an integer.
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

    /// The id of a string if it was seen, or else one that no text has yet.
    pub fn known_string(&self, token: &[u8]) -> u32 {
        self.strings.get(token).copied().unwrap_or(self.ids)
    }

    /// The same of an integer.
    pub fn known_integer(&self, token: i64) -> u32 {
        let small = usize::try_from(token).ok().and_then(|small| self.small.get(small)).map_or(0, |id| *id);
        let known = if small > 0 { Some(small - 1) } else { self.integers.get(&token).copied() };
        known.unwrap_or(self.ids)
    }

    /// Texts of tokens that this numbered, with those that it did not know.
    pub fn prepared(&self, texts: Texts) -> Prepared {
        Prepared::of_tokens(texts.tokens, texts.ends, self.ids as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_tokens_alone_share_an_id() {
        let mut given = Given::default();
        let integers = [0, 1, -1, 5_000_000, i64::MIN, i64::MAX, 127, 1];
        let ids = integers.map(|integer| given.integer(integer).unwrap());
        assert_eq!(ids, [0, 1, 2, 3, 4, 5, 6, 1]);
        assert_eq!(given.string(b"1"), Ok(7));
        assert_eq!(given.string(b""), Ok(8));
        assert_eq!(given.string(b"1"), Ok(7));
        assert_eq!(integers.map(|integer| given.known_integer(integer)), ids);
        assert_eq!([given.known_string(b"1"), given.known_string(b"2")], [7, 9]);
        assert_eq!([2, -2, SMALL as i64 + 7].map(|integer| given.known_integer(integer)), [9, 9, 9]);
    }
}
