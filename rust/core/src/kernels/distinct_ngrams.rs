//! The numbers of distinct n-grams of a pair, for consecutive orders from 1: ROUGE-N over sets.
//!
//! Each n-gram has an exact name, a number. An open-addressing table, which compares whole keys, maps the name of the
//! n-gram of the order before and the token after it to the name of the longer n-gram. No result depends on a hash.
//! O(tokens x orders).

use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory::{self, PIECE};
use crate::seeds::random_seeds;

/// Steps per n-gram, which is looked up in a table that may be larger than the caches.
const FOUND: usize = 50;

/// The numbers of distinct n-grams of one order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Distinct {
    /// The n-grams that both texts have.
    pub both: usize,
    pub prediction: usize,
    pub reference: usize,
}

/// An entry of the table.
#[derive(Clone, Copy, Default)]
struct Slot {
    /// The name of the n-gram without its last token, and the last token.
    key: u64,
    /// The name, from 1; 0 if the slot is free.
    name: u32,
    /// True if both texts have the n-gram.
    shared: bool,
}

/// Counts one pair at a time. Reuses its buffers.
#[derive(Default)]
pub(crate) struct DistinctNgrams {
    slots: Vec<Slot>,
    /// The names of the n-grams that start at each place.
    reference: Vec<u32>,
    prediction: Vec<u32>,
}

impl DistinctNgrams {
    /// Fills `counts` with the counts of orders 1, 2 and so on.
    pub fn count(
        &mut self,
        prediction: &[u32],
        reference: &[u32],
        counts: &mut [Distinct],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let Self { slots, reference: in_reference, prediction: in_prediction } = self;
        for (names, tokens) in [(&mut *in_reference, reference), (&mut *in_prediction, prediction)] {
            names.clear();
            memory::resize(names, 0, tokens.len(), interrupt)?;
        }
        for (less, count) in counts.iter_mut().enumerate() {
            let size = (2 * (in_reference.len() + in_prediction.len())).next_power_of_two().max(2);
            slots.clear();
            memory::resize(slots, Slot::default(), size, interrupt)?;
            let mut table = Table { slots, seeds: random_seeds(), shift: 64 - size.ilog2(), names: 0 };
            *count = Distinct::default();
            longer(in_reference, reference, less, interrupt, |key| {
                let (slot, _) = table.slot(key);
                slot.name
            })?;
            count.reference = table.names as usize;
            longer(in_prediction, prediction, less, interrupt, |key| {
                let (slot, is_new) = table.slot(key);
                if !is_new && slot.name <= count.reference as u32 && !slot.shared {
                    slot.shared = true;
                    count.both += 1;
                }
                slot.name
            })?;
            count.prediction = table.names as usize - count.reference + count.both;
        }
        Ok(())
    }
}

/// Replaces the name of each n-gram of order `less` by the name of the n-gram that is one token longer. The last
/// n-gram is dropped if no token follows it.
fn longer(
    names: &mut Vec<u32>,
    tokens: &[u32],
    less: usize,
    interrupt: &Interrupt,
    mut name_of: impl FnMut(u64) -> u32,
) -> Result<(), Error> {
    let last = tokens.get(less..).unwrap_or(&[]);
    names.truncate(last.len());
    for (names, last) in names.chunks_mut(PIECE).zip(last.chunks(PIECE)) {
        interrupt.spend(FOUND * names.len())?;
        for (name, &token) in names.iter_mut().zip(last) {
            *name = name_of(u64::from(*name) << 32 | u64::from(token));
        }
    }
    Ok(())
}

struct Table<'a> {
    slots: &'a mut [Slot],
    seeds: [u64; 4],
    shift: u32,
    /// The number of names given.
    names: u32,
}

impl Table<'_> {
    /// The slot of a key, which gets the next name if the table does not have it, and true if it did not.
    #[inline(always)]
    fn slot(&mut self, key: u64) -> (&mut Slot, bool) {
        let [first, second, ..] = self.seeds;
        let mut place = ((key ^ first).wrapping_mul(second | 1) >> self.shift) as usize;
        while self.slots[place].name != 0 && self.slots[place].key != key {
            place = (place + 1) & (self.slots.len() - 1);
        }
        let slot = &mut self.slots[place];
        let is_new = slot.name == 0;
        if is_new {
            self.names += 1;
            *slot = Slot { key, name: self.names, shared: false };
        }
        (slot, is_new)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::testing::{Random, never};

    fn by_sets(prediction: &[u32], reference: &[u32], order: usize) -> Distinct {
        let [p, r] = [prediction, reference].map(|tokens| tokens.windows(order).collect::<HashSet<_>>());
        Distinct { both: p.intersection(&r).count(), prediction: p.len(), reference: r.len() }
    }

    #[test]
    fn as_by_sets() {
        let mut random = Random::new(32);
        let mut ngrams = DistinctNgrams::default();
        for round in 0..2000 {
            let vocabulary = [1, 2, 3, 5, 30, 500][round % 6];
            let most = [3, 9, 40, 200, 700][round % 5];
            let (prediction, reference) = (random.tokens(most, vocabulary), random.tokens(most, vocabulary));
            let mut counts = [Distinct::default(); 5];
            ngrams.count(&prediction, &reference, &mut counts, &never()).unwrap();
            for (less, count) in counts.iter().enumerate() {
                assert_eq!(*count, by_sets(&prediction, &reference, less + 1), "{prediction:?} {reference:?}");
            }
        }
    }

    #[test]
    fn the_largest_ids() {
        let tokens = [u32::MAX, 0, u32::MAX, u32::MAX];
        let mut counts = [Distinct::default(); 2];
        DistinctNgrams::default().count(&tokens, &[0, u32::MAX], &mut counts, &never()).unwrap();
        assert_eq!(counts[0], Distinct { both: 2, prediction: 2, reference: 2 });
        assert_eq!(counts[1], Distinct { both: 1, prediction: 3, reference: 1 });
    }
}
