//! Distinct strings, each with a number: tokens that are too long for a key, stems, and the tokens of pretokenized texts.
//!
//! All strings lie in one buffer, so that a new string needs no allocation of its own. The hash is keyed by random seeds
//! and decides only where to look, never what is equal. A lookup takes constant time on average.

use crate::error::Error;
use crate::limits::memory;
use crate::seeds::random_seeds;

/// A hash table from strings to the numbers that the caller gave them.
#[derive(Default)]
pub(crate) struct DistinctStrings {
    /// The bytes of all strings.
    bytes: Vec<u8>,
    /// The end of each string in `bytes`, and its number.
    strings: Vec<(usize, u32)>,
    /// Open addressing: the hash of a string and its place in `strings` plus 1, or zeros. At most half of the slots
    /// are used, and their number is a power of two.
    slots: Vec<(u32, u32)>,
}

const FIRST_SLOTS: usize = 64;
/// The length for which room is made before a string is known.
const USUAL_BYTES: usize = 8;

impl DistinctStrings {
    /// The number of strings.
    pub fn len(&self) -> usize {
        self.strings.len()
    }

    /// The sum of the lengths of all strings.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Each string with its number, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], u32)> {
        (0..self.strings.len()).map(|place| (self.string(place), self.strings[place].1))
    }

    /// The number of a string, if it has one.
    pub fn get(&self, string: &[u8]) -> Option<u32> {
        if self.slots.is_empty() { None } else { self.find(hash(string), string).ok() }
    }

    /// The number of a string. A new string gets `next`.
    pub fn number(&mut self, string: &[u8], next: u32) -> Result<u32, Error> {
        if 2 * self.strings.len() >= self.slots.len() {
            self.grow()?;
        }
        let hash = hash(string);
        let slot = match self.find(hash, string) {
            Ok(number) => return Ok(number),
            Err(slot) => slot,
        };
        memory::reserve(&mut self.bytes, string.len())?;
        memory::reserve(&mut self.strings, 1)?;
        self.bytes.extend_from_slice(string);
        self.strings.push((self.bytes.len(), next));
        self.slots[slot] = (hash, self.strings.len() as u32);
        Ok(next)
    }

    /// The number of a string, or the free slot in which it belongs.
    #[inline]
    fn find(&self, hash: u32, string: &[u8]) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let (own, place) = self.slots[slot];
            if place == 0 {
                return Err(slot);
            }
            let place = place as usize - 1;
            if own == hash && self.string(place) == string {
                return Ok(self.strings[place].1);
            }
            slot = (slot + 1) & mask;
        }
    }

    fn string(&self, place: usize) -> &[u8] {
        let start = place.checked_sub(1).map_or(0, |before| self.strings[before].0);
        &self.bytes[start..self.strings[place].0]
    }

    #[cold]
    fn grow(&mut self) -> Result<(), Error> {
        let count = (2 * self.slots.len()).max(FIRST_SLOTS);
        let mut slots = Vec::new();
        memory::reserve(&mut slots, count)?;
        slots.resize(count, (0, 0));
        let more = count / 2 - self.strings.len();
        memory::reserve(&mut self.strings, more)?;
        memory::reserve(&mut self.bytes, more * USUAL_BYTES)?;
        for used in self.slots.drain(..).filter(|&(_, place)| place > 0) {
            let mut slot = used.0 as usize & (count - 1);
            while slots[slot].1 > 0 {
                slot = (slot + 1) & (count - 1);
            }
            slots[slot] = used;
        }
        self.slots = slots;
        Ok(())
    }
}

/// A hash of 32 bits. Each step multiplies 8 bytes by a secret number and adds the halves of the product.
#[inline]
fn hash(string: &[u8]) -> u32 {
    let [first, factor, last, _] = random_seeds();
    let folded = |number: u64, factor: u64| {
        let product = u128::from(number) * u128::from(factor | 1);
        product as u64 ^ (product >> 64) as u64
    };
    let mut state = first;
    let rest = match string.len() {
        0 => 0,
        // The three places cover up to 3 bytes.
        count @ 1..4 => [0, count / 2, count - 1].iter().fold(0, |bytes, &at| bytes << 8 | u64::from(string[at])),
        count @ 4..8 => four_bytes(string, 0) << 32 | four_bytes(string, count - 4),
        count => {
            for start in (0..count - 8).step_by(8) {
                state = folded(state ^ (four_bytes(string, start) << 32 | four_bytes(string, start + 4)), factor);
            }
            four_bytes(string, count - 8) << 32 | four_bytes(string, count - 4)
        }
    };
    // The length is mixed in by a step of its own, because it would cancel bits of the text otherwise.
    (folded(folded(state ^ rest, factor) ^ string.len() as u64, last) >> 32) as u32
}

#[inline]
fn four_bytes(string: &[u8], start: usize) -> u64 {
    u32::from_le_bytes(*string[start..].first_chunk().expect("four bytes")).into()
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    /// Strings of all lengths up to 40, many of which differ in one byte only.
    fn strings() -> Vec<Vec<u8>> {
        let mut made = Vec::new();
        for length in 0..40 {
            for place in 0..length {
                for byte in [0, 1, 255] {
                    let mut string = vec![b'a'; length];
                    string[place] = byte;
                    made.push(string);
                }
            }
            made.push(vec![b'a'; length]);
        }
        made
    }

    #[test]
    fn equal_strings_alone_share_a_number() {
        let (mut ours, mut expected) = (DistinctStrings::default(), HashMap::new());
        assert_eq!(ours.get(b""), None);
        for (number, string) in (0..).zip(strings().iter().chain(&strings())) {
            let known = *expected.entry(string.clone()).or_insert(number);
            assert_eq!(ours.number(string, number), Ok(known));
        }
        assert!(expected.iter().all(|(string, &number)| ours.get(string) == Some(number)));
        assert_eq!(ours.get(&[b'a'; 41]), None);
    }

    #[test]
    fn every_byte_and_the_length_count() {
        let hashes: HashSet<u32> = strings().iter().map(|string| hash(string)).collect();
        assert!(hashes.len() + 3 > strings().len(), "{} of {}", hashes.len(), strings().len());
    }
}
