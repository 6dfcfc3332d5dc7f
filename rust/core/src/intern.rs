//! Tokens to dense ids, by equality.
//!
//! A token of at most 16 bytes is its own key: two words, zero-padded. The open-addressing table
//! compares the whole key, so the hash decides only where to look, never what is equal, and the
//! random multipliers of the process keep an attacker from aiming at one place. Longer tokens, and
//! those with a NUL (which padding could not be told from), go to an ordinary map.
//!
//! Ids are handed out in order of first sight, so frequent tokens have small ones and tables
//! indexed by id stay warm.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

use crate::stem;

/// A token of 1 to 16 bytes without NUL, zero-padded, little-endian.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// Bytes 0 to 7.
    pub low: u64,
    /// Bytes 8 to 15.
    pub high: u64,
}

impl Key {
    /// The key of `token`, or none where it is empty, longer than 16 bytes or holds a NUL.
    pub fn new(token: &[u8]) -> Option<Self> {
        if token.is_empty() || token.len() > 16 || token.contains(&0) {
            return None;
        }
        let mut bytes = [0; 16];
        bytes[..token.len()].copy_from_slice(token);
        let key = u128::from_le_bytes(bytes);
        Some(Key { low: key as u64, high: (key >> 64) as u64 })
    }

    fn bytes(self) -> ([u8; 16], usize) {
        let key = u128::from(self.high) << 64 | u128::from(self.low);
        (key.to_le_bytes(), 16 - key.leading_zeros() as usize / 8)
    }
}

/// Two odd numbers drawn once a process.
pub(crate) fn random_multipliers() -> [u64; 2] {
    static MULTIPLIERS: OnceLock<[u64; 2]> = OnceLock::new();
    *MULTIPLIERS.get_or_init(|| {
        let state = RandomState::new();
        [state.hash_one(0u8) | 1, state.hash_one(1u8) | 1]
    })
}

/// Spreads two words over 64 bits: a folded 128-bit product, as in wyhash.
#[inline(always)]
pub(crate) fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a).wrapping_mul(u128::from(b));
    product as u64 ^ (product >> 64) as u64
}

/// One entry. The all-zero key is free: no token is empty.
#[derive(Clone, Copy, Default)]
#[repr(align(32))]
struct Slot {
    key: Key,
    id: u32,
}

/// A cache line of entries, looked at together: a branch for each would be missed too often.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Bucket([Slot; 2]);

impl Bucket {
    #[inline(always)]
    fn get(&self, key: Key) -> Option<u32> {
        let [first, second] = &self.0;
        let differs = |slot: &Slot| (slot.key.low ^ key.low) | (slot.key.high ^ key.high);
        let (first_differs, second_differs) = (differs(first), differs(second));
        let id = if first_differs == 0 { first.id } else { second.id };
        (first_differs == 0 || second_differs == 0).then_some(id)
    }
}

struct Table {
    buckets: Vec<Bucket>,
    used: usize,
    seeds: [u64; 2],
}

const FIRST_BUCKETS: usize = 1 << 11;

impl Table {
    fn new() -> Self {
        Self { buckets: vec![Bucket::default(); FIRST_BUCKETS], used: 0, seeds: random_multipliers() }
    }

    /// Where `key` would like to be.
    #[inline(always)]
    fn home(&self, key: Key) -> usize {
        fold(key.low ^ self.seeds[0], key.high ^ self.seeds[1]) as usize & (self.buckets.len() - 1)
    }

    /// The id of `key` wherever it is.
    fn get(&self, key: Key) -> Option<u32> {
        let mut place = self.home(key);
        loop {
            let bucket = &self.buckets[place];
            if let Some(id) = bucket.get(key) {
                return Some(id);
            }
            if bucket.0[1].key == Key::default() {
                return None;
            }
            place = (place + 1) & (self.buckets.len() - 1);
        }
    }

    /// Adds a key that is not there.
    fn insert(&mut self, slot: Slot) {
        self.used += 1;
        if self.used > self.buckets.len() {
            let wider = vec![Bucket::default(); self.buckets.len() * 2];
            let narrow = std::mem::replace(&mut self.buckets, wider);
            let mut slots: Vec<Slot> = narrow.iter().flat_map(|bucket| bucket.0).collect();
            slots.retain(|slot| slot.key != Key::default());
            // The oldest first: what was seen early is frequent, and should be found at once.
            slots.sort_unstable_by_key(|slot| slot.id);
            slots.into_iter().for_each(|slot| self.place(slot));
        }
        self.place(slot);
    }

    fn place(&mut self, slot: Slot) {
        let mut place = self.home(slot.key);
        loop {
            if let Some(free) = self.buckets[place].0.iter_mut().find(|slot| slot.key == Key::default()) {
                *free = slot;
                return;
            }
            place = (place + 1) & (self.buckets.len() - 1);
        }
    }
}

/// Token to id; where it stems, the id of the token's stem.
pub struct Vocabulary {
    tokens: Table,
    long: HashMap<Box<[u8]>, u32>,
    long_bytes: usize,
    /// Stem to id, where tokens are stemmed: the rules run once for each distinct token.
    stems: Option<HashMap<Box<[u8]>, u32>>,
    ids: u32,
    scratch: Vec<u8>,
}

/// Above this many tokens a vocabulary starts again at the next pair: 8 MB of table a thread.
const MOST_TOKENS: usize = 1 << 17;
/// The same for the text of long tokens.
const MOST_LONG_BYTES: usize = 1 << 22;

impl Vocabulary {
    /// An empty vocabulary.
    pub fn new(stemming: bool) -> Self {
        Self {
            tokens: Table::new(),
            long: HashMap::new(),
            long_bytes: 0,
            stems: stemming.then(HashMap::new),
            ids: 0,
            scratch: Vec::new(),
        }
    }

    /// Forgets everything if that has grown past the bound. Ids given before are void then.
    pub fn bound(&mut self) {
        if self.tokens.used > MOST_TOKENS || self.long_bytes > MOST_LONG_BYTES {
            *self = Self::new(self.stems.is_some());
        }
    }

    /// Ids given so far are below this.
    #[inline(always)]
    pub fn ids(&self) -> usize {
        self.ids as usize
    }

    /// The id of a token that is its own key.
    #[inline(always)]
    pub fn id(&mut self, key: Key) -> u32 {
        match self.tokens.buckets[self.tokens.home(key)].get(key) {
            Some(id) => id,
            None => self.id_elsewhere(key),
        }
    }

    #[cold]
    #[inline(never)]
    fn id_elsewhere(&mut self, key: Key) -> u32 {
        self.tokens.get(key).unwrap_or_else(|| {
            let (bytes, length) = key.bytes();
            let id = self.new_id(&bytes[..length]);
            self.tokens.insert(Slot { key, id });
            id
        })
    }

    /// The id of any token, the empty one excepted.
    pub fn id_of(&mut self, token: &[u8]) -> u32 {
        debug_assert!(!token.is_empty());
        if let Some(key) = Key::new(token) {
            return self.id(key);
        }
        if let Some(&id) = self.long.get(token) {
            return id;
        }
        let id = self.new_id(token);
        self.long.insert(token.into(), id);
        self.long_bytes += token.len() + 64;
        id
    }

    fn new_id(&mut self, token: &[u8]) -> u32 {
        let Some(stems) = &mut self.stems else {
            self.ids += 1;
            return self.ids - 1;
        };
        self.scratch.clear();
        self.scratch.extend_from_slice(token);
        stem::rouge(&mut self.scratch);
        if let Some(&id) = stems.get(self.scratch.as_slice()) {
            return id;
        }
        stems.insert(self.scratch.as_slice().into(), self.ids);
        self.ids += 1;
        self.ids - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_tokens_alone_share_an_id() {
        let mut tokens: Vec<Vec<u8>> = Vec::new();
        for length in 1..40 {
            for fill in [b'a', b'b', 0, 0xFF] {
                tokens.push(vec![fill; length]);
                let mut other = vec![fill; length];
                other[length - 1] = 0;
                tokens.push(other);
            }
        }
        for number in 0..20_000u32 {
            tokens.push(format!("w{number}").into_bytes());
        }
        tokens.sort();
        tokens.dedup();
        let mut vocabulary = Vocabulary::new(false);
        let first: Vec<u32> = tokens.iter().map(|token| vocabulary.id_of(token)).collect();
        let again: Vec<u32> = tokens.iter().map(|token| vocabulary.id_of(token)).collect();
        assert_eq!(first, again);
        assert_eq!(first, (0..tokens.len() as u32).collect::<Vec<_>>());
    }

    #[test]
    fn stems_share_an_id() {
        let mut vocabulary = Vocabulary::new(true);
        let run = vocabulary.id_of(b"run");
        assert_eq!(vocabulary.id_of(b"running"), run);
        assert_ne!(vocabulary.id_of(b"ran"), run);
        assert_eq!(vocabulary.ids(), 2);
    }

    #[test]
    fn a_vocabulary_is_bounded() {
        let mut vocabulary = Vocabulary::new(false);
        for number in 0..=MOST_TOKENS {
            vocabulary.id_of(format!("{number}").as_bytes());
        }
        vocabulary.bound();
        assert_eq!(vocabulary.ids(), 0);
        for number in 0..MOST_LONG_BYTES / 1000 {
            vocabulary.id_of(format!("{number:01000}").as_bytes());
        }
        vocabulary.bound();
        assert_eq!(vocabulary.ids(), 0);
    }
}
