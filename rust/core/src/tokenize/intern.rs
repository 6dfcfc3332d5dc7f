//! The vocabulary: tokens to dense ids, by equality.
//!
//! A token of at most 16 bytes, padded with zeros, is its own key. The open-addressing table compares whole keys, so
//! the hash decides only where to look, never what is equal, and random seeds drawn once a process keep an attacker
//! from aiming at one bucket. Longer tokens, and tokens with a NUL (which padding could not be told from), go to an
//! ordinary map.
//!
//! Three keys share a cache line and are compared at once. This spares a branch on which of them is equal, which would
//! be mispredicted too often, and few tokens of real text have to be looked for in a second bucket.
//!
//! Ids are given in the order in which tokens are first seen. Frequent tokens therefore have small ids, and tables
//! indexed by id stay in the cache.

use crate::cpu::{Cpu, Isa, Kernel, Key, Keys};
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;
use crate::seeds::random_seeds;
use crate::tokenize::distinct_strings::DistinctStrings;
use crate::tokenize::stem;

/// The key of a token, or `None` if the token is empty, longer than 16 bytes or contains a NUL.
fn key_of(token: &[u8]) -> Option<Key> {
    if token.is_empty() || token.len() > 16 || token.contains(&0) {
        return None;
    }
    let mut key = FREE;
    key[..token.len()].copy_from_slice(token);
    Some(key)
}

/// The token of a key.
fn token_of(key: &Key) -> &[u8] {
    &key[..key.iter().position(|&byte| byte == 0).unwrap_or(key.len())]
}

/// The key of a free entry: the key of no token.
const FREE: Key = [0; 16];

/// A hash table from keys to ids. The bucket of a key depends on the instruction set, so a table is used with one only.
struct Table {
    /// Each has three entries, which are filled in order.
    buckets: Vec<Keys>,
    used: usize,
    seeds: [Key; 2],
}

/// The number of entries in a bucket.
const ENTRIES: usize = 3;
const FIRST_BUCKETS: usize = 1 << 10;

impl Table {
    fn new() -> Self {
        let [a, b, c, d] = random_seeds().map(u128::from);
        let seeds = [a << 64 | b, c << 64 | d].map(u128::to_le_bytes);
        Self { buckets: vec![Keys::of(FREE); FIRST_BUCKETS], used: 0, seeds }
    }

    /// The first bucket in which a key may be.
    #[inline(always)]
    fn home<I: Isa>(&self, isa: I, key: I::Register) -> usize {
        isa.hash(key, self.seeds.map(|seed| isa.load(&seed))) as usize & (self.buckets.len() - 1)
    }

    /// The id of a key, or `None` if the table does not have it.
    #[inline(always)]
    fn get<I: Isa>(&self, isa: I, key: I::Register) -> Option<u32> {
        let mut place = self.home(isa, key);
        loop {
            let bucket = &self.buckets[place];
            let equal = isa.equal(key, bucket);
            if equal != 0 {
                return Some(bucket.ids[equal.trailing_zeros() as usize]);
            }
            if bucket.get(ENTRIES - 1) == FREE {
                return None;
            }
            place = (place + 1) & (self.buckets.len() - 1);
        }
    }

    /// Adds a key that the table does not have. Returns false if there is no memory for it.
    fn insert<I: Isa>(&mut self, isa: I, key: Key, id: u32) -> bool {
        if self.used >= self.buckets.len() {
            let (mut wider, mut entries) = (Vec::new(), Vec::new());
            let count = self.buckets.len() * 2;
            if wider.try_reserve_exact(count).is_err() || entries.try_reserve_exact(self.used).is_err() {
                return false;
            }
            wider.resize(count, Keys::of(FREE));
            let narrow = std::mem::replace(&mut self.buckets, wider);
            let all = narrow.iter().flat_map(|bucket| (0..ENTRIES).map(|entry| (bucket.ids[entry], bucket.get(entry))));
            entries.extend(all.filter(|(_, key)| *key != FREE));
            // The oldest go first: tokens seen early are frequent and should be found in their first bucket.
            entries.sort_unstable_by_key(|&(id, _)| id);
            entries.into_iter().for_each(|(id, key)| self.place(isa, key, id));
        }
        self.used += 1;
        self.place(isa, key, id);
        true
    }

    /// Puts a key into the first free entry.
    fn place<I: Isa>(&mut self, isa: I, key: Key, id: u32) {
        let mut place = self.home(isa, isa.load(&key));
        loop {
            let bucket = &mut self.buckets[place];
            if let Some(free) = (0..ENTRIES).find(|&entry| bucket.get(entry) == FREE) {
                bucket.set(free, key);
                bucket.ids[free] = id;
                return;
            }
            place = (place + 1) & (self.buckets.len() - 1);
        }
    }
}

/// A vocabulary from tokens to ids. If it stems, the id of a token is the id of its stem.
pub(super) struct Vocabulary {
    cpu: Cpu,
    tokens: Table,
    long: DistinctStrings,
    /// The id of each stem, if tokens are stemmed. The stemmer runs once for each distinct token.
    stems: Option<DistinctStrings>,
    ids: u32,
    /// True if there was no memory for a token: ids given since are invalid.
    starved: bool,
    scratch: Vec<u8>,
    /// The number of tokens, and of bytes of long tokens, allowed beyond the bounds.
    room: (usize, usize),
}

/// Steps that the slowest token takes: one that is new and is stemmed.
pub(super) const TOKEN: usize = 200;
/// Steps that copying a name takes.
const NAMED: usize = 100;
/// With more tokens than this, a vocabulary is cleared at the next block: 8 MB of table per thread.
const MOST_TOKENS: usize = 120_000;
/// Bytes that a long token takes beside its own.
const LONG: usize = 64;
/// With more bytes of long tokens than this, a vocabulary is cleared at the next block.
const MOST_LONG_BYTES: usize = 1 << 22;

impl Vocabulary {
    /// An empty vocabulary, for one instruction set.
    pub fn new(cpu: Cpu, stemming: bool) -> Self {
        Self {
            cpu,
            tokens: Table::new(),
            long: DistinctStrings::default(),
            stems: stemming.then(DistinctStrings::default),
            ids: 0,
            starved: false,
            scratch: Vec::new(),
            room: (0, 0),
        }
    }

    /// Clears the vocabulary if it has grown past its bounds, and returns true if it did. Ids given before become
    /// invalid.
    pub fn bound(&mut self) -> bool {
        let (tokens, long_bytes) = self.room;
        let forget = self.tokens.used > MOST_TOKENS + tokens || self.long_bytes() > MOST_LONG_BYTES + long_bytes;
        if forget {
            self.clear();
        }
        forget
    }

    /// Forgets all tokens. Ids given before become invalid.
    pub fn clear(&mut self) {
        *self = Self::new(self.cpu, self.stems.is_some());
    }

    /// Allows these tokens beyond the bounds. Otherwise they would be forgotten after every block.
    pub fn make_room(&mut self, names: &[Box<[u8]>]) {
        let long = names.iter().filter(|name| key_of(name).is_none()).map(|name| LONG + name.len()).sum();
        self.room = (names.len(), long);
    }

    /// A token of each id, in the order of ids.
    pub fn names(&self, interrupt: &Interrupt) -> Result<Vec<Box<[u8]>>, Error> {
        let mut names = Vec::new();
        memory::reserve(&mut names, self.ids())?;
        names.resize(self.ids(), Box::default());
        for bucket in &self.tokens.buckets {
            interrupt.spend(NAMED)?;
            for entry in (0..ENTRIES).filter(|&entry| bucket.get(entry) != FREE) {
                names[bucket.ids[entry] as usize] = token_of(&bucket.get(entry)).into();
            }
        }
        for (token, id) in self.long.iter() {
            interrupt.spend(NAMED)?;
            names[id as usize] = token.into();
        }
        Ok(names)
    }

    /// Returns an error if there was no memory for a token: ids given since are invalid.
    pub fn require(&self) -> Result<(), Error> {
        if self.starved { Err(Error::NoMemory(self.tokens.buckets.len() * 2 * size_of::<Keys>())) } else { Ok(()) }
    }

    /// A number above every id given so far.
    #[inline(always)]
    pub fn ids(&self) -> usize {
        self.ids as usize
    }

    /// Appends the ids of `count` tokens to `out`. `edges(n)` gives the start and end of each token from the `n`th
    /// on. 16 bytes of `text` are read from each start, and `CASE`, which is [`LOWER`] or [`AS_IT_IS`], is or-ed to
    /// those before the end. Tokens contain no NUL.
    pub fn ids_of<const CASE: u8, E: Iterator<Item = (u32, u32)>>(
        &mut self,
        text: &[u8],
        count: usize,
        edges: impl Fn(usize) -> E,
        out: &mut Vec<u32>,
    ) {
        let before = out.len();
        if out.try_reserve(count).is_err() {
            self.starved = true;
            return;
        }
        out.resize(before + count, 0);
        let ids = &mut out[before..];
        let mut done = 0;
        loop {
            done += self.cpu.call(Known::<CASE, _> {
                table: &self.tokens,
                long: &self.long,
                text,
                edges: edges(done),
                ids: &mut ids[done..],
            });
            let Some((start, end)) = edges(done).next() else { return };
            let token = &text[start as usize..end as usize];
            ids[done] = if CASE == LOWER { self.lower_id(token) } else { self.id_of(token) };
            done += 1;
        }
    }

    /// The id of a token, which is not empty.
    pub fn id_of(&mut self, token: &[u8]) -> u32 {
        debug_assert!(!token.is_empty());
        if let Some(key) = key_of(token) {
            return self.cpu.call(IdOf { vocabulary: self, key });
        }
        if let Some(id) = self.long.get(token) {
            return id;
        }
        let id = self.new_id(token);
        self.starved |= self.long.number(token, id).is_err();
        id
    }

    /// The approximate number of bytes that long tokens take.
    fn long_bytes(&self) -> usize {
        self.long.bytes() + LONG * self.long.len()
    }

    #[cold]
    #[inline(never)]
    fn lower_id(&mut self, token: &[u8]) -> u32 {
        let mut key: Key = [0; 16];
        let Some(start) = key.get_mut(..token.len()) else { return self.id_of(&token.to_ascii_lowercase()) };
        start.copy_from_slice(token);
        start.make_ascii_lowercase();
        self.cpu.call(IdOf { vocabulary: self, key })
    }

    fn new_id(&mut self, token: &[u8]) -> u32 {
        let Some(stems) = &mut self.stems else {
            self.ids += 1;
            return self.ids - 1;
        };
        self.scratch.clear();
        self.scratch.extend_from_slice(token);
        stem::rouge(&mut self.scratch);
        match stems.number(&self.scratch, self.ids) {
            Ok(id) => {
                self.ids += u32::from(id == self.ids);
                id
            }
            Err(_) => {
                self.starved = true;
                0
            }
        }
    }
}

/// The bit that turns an ASCII letter into lower case; digits have it set.
pub(super) const LOWER: u8 = 0x20;
/// Changes no byte.
pub(super) const AS_IT_IS: u8 = 0;

/// The id of a key, which is added if the vocabulary does not have it.
struct IdOf<'a> {
    vocabulary: &'a mut Vocabulary,
    key: Key,
}

impl Kernel for IdOf<'_> {
    type Output = u32;

    #[inline(always)]
    fn run<I: Isa>(self, isa: I) -> u32 {
        let Self { vocabulary, key } = self;
        vocabulary.tokens.get(isa, isa.load(&key)).unwrap_or_else(|| {
            let id = vocabulary.new_id(token_of(&key));
            if !vocabulary.tokens.insert(isa, key, id) {
                vocabulary.starved = true;
            }
            id
        })
    }
}

/// Writes the ids of tokens, up to the first token that is new or not in its first bucket, and returns their number.
struct Known<'a, const CASE: u8, E> {
    table: &'a Table,
    long: &'a DistinctStrings,
    text: &'a [u8],
    edges: E,
    ids: &'a mut [u32],
}

impl<const CASE: u8, E: Iterator<Item = (u32, u32)>> Kernel for Known<'_, CASE, E> {
    type Output = usize;

    /// The loop cannot change the table, so the table's fields stay in registers.
    #[inline(always)]
    fn run<I: Isa>(self, isa: I) -> usize {
        let Self { table, long, text, edges, ids } = self;
        let buckets = table.buckets.as_slice();
        let seeds = table.seeds.map(|seed| isa.load(&seed));
        let count = ids.len();
        for (done, ((start, end), id)) in edges.zip(ids).enumerate() {
            let (start, end) = (start as usize, end as usize);
            let Some(mask) = MASKS.get(end - start) else {
                // A long token must be lower-cased before it is looked up.
                match if CASE == AS_IT_IS { long.get(&text[start..end]) } else { None } {
                    Some(found) => *id = found,
                    None => return done,
                }
                continue;
            };
            let key = isa.masked::<CASE>(text[start..start + 16].first_chunk().expect("16 of 16"), mask);
            let bucket = &buckets[isa.hash(key, seeds) as usize & (buckets.len() - 1)];
            let equal = isa.equal(key, bucket);
            if equal == 0 {
                return done;
            }
            *id = bucket.ids[equal.trailing_zeros() as usize & 3];
        }
        count
    }
}

/// For each length of a token, the bytes of the key that belong to the token.
static MASKS: [Key; 17] = {
    let mut masks = [[0; 16]; 17];
    let mut length = 0;
    while length <= 16 {
        let mut byte = 0;
        while byte < length {
            masks[length][byte] = 0xFF;
            byte += 1;
        }
        length += 1;
    }
    masks
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_tokens_alone_share_an_id() {
        Cpu::available().into_iter().for_each(equal_tokens_alone_share_an_id_on);
    }

    fn equal_tokens_alone_share_an_id_on(cpu: Cpu) {
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
        let mut vocabulary = Vocabulary::new(cpu, false);
        let first: Vec<u32> = tokens.iter().map(|token| vocabulary.id_of(token)).collect();
        let again: Vec<u32> = tokens.iter().map(|token| vocabulary.id_of(token)).collect();
        assert_eq!(first, again);
        assert_eq!(first, (0..tokens.len() as u32).collect::<Vec<_>>());
    }

    #[test]
    fn stems_share_an_id() {
        let mut vocabulary = Vocabulary::new(Cpu::detect(), true);
        let run = vocabulary.id_of(b"run");
        assert_eq!(vocabulary.id_of(b"running"), run);
        assert_ne!(vocabulary.id_of(b"ran"), run);
        assert_eq!(vocabulary.ids(), 2);
    }

    #[test]
    fn a_vocabulary_is_bounded() {
        let mut vocabulary = Vocabulary::new(Cpu::detect(), false);
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
