//! Pairs with a side of at most 128 tokens. One pass computes the clipped counts of several orders and the
//! length of the LCS.
//!
//! One side, the longer side if it fits, is turned into masks: `mask[t]` has a bit at each place of token
//! `t`. The pass walks the other side. At each token `t`, `(before << 1) & mask[t]` has a bit wherever the
//! bigram just read ends in the masked side, and so on for higher orders. Equal n-grams are
//! interchangeable, so using up the lowest unused place clips the count. The LCS uses Hyyro's bit-vector
//! recurrence (Hyyro, "Bit-parallel LCS-length computation revisited", AWOCA 2004) over the same masks.
//! Linear: about a nanosecond per token.
//!
//! With several references, the prediction is masked once and each reference is walked. The places that a reference uses
//! up are the first of each n-gram, so their union over all references has as many places of an n-gram as the reference
//! that has it most often: the count is clipped to the largest in any reference (Papineni et al., "BLEU", ACL 2002).

use std::ops::{BitAnd, BitOr, BitOrAssign, BitXor, Not, Shl};

/// Longest side that fits in a mask.
pub(crate) const MOST: usize = 128;
/// Longest side that fits in one word. Four orders of longer sides are counted faster in lanes, by
/// [`crate::kernels::eight_orders`].
pub(crate) const NARROW: usize = 64;

/// Masks by id. All zeros between pairs.
#[derive(Default)]
pub(crate) struct Short {
    narrow: Vec<u64>,
    wide: Vec<u128>,
}

impl Short {
    /// The clipped counts of orders 1 to `ORDERS`, and the length of the LCS, or 0 without `WITH_LCS`. One side
    /// of the pair has at most [`MOST`] tokens, and all ids are below `ids`. Must be inlined into a kernel.
    #[inline(always)]
    pub fn matches<const ORDERS: usize, const WITH_LCS: bool>(
        &mut self,
        ids: usize,
        first: &[u32],
        second: &[u32],
    ) -> ([u32; ORDERS], u32) {
        let (shorter, longer) = if first.len() <= second.len() { (first, second) } else { (second, first) };
        if longer.len() <= NARROW {
            // Walking a token costs more than masking it.
            matches::<u64, ORDERS, WITH_LCS>(&mut self.narrow, ids, longer, shorter)
        } else if shorter.len() <= NARROW {
            matches::<u64, ORDERS, WITH_LCS>(&mut self.narrow, ids, shorter, longer)
        } else {
            matches::<u128, ORDERS, WITH_LCS>(&mut self.wide, ids, shorter, longer)
        }
    }

    /// Calls `found` for each reference, with what [`Self::matches`] returns for it. The prediction has at most
    /// [`MOST`] tokens. Must be inlined into a kernel.
    #[inline(always)]
    pub fn matches_of_each<'r, const ORDERS: usize, const WITH_LCS: bool>(
        &mut self,
        ids: usize,
        prediction: &[u32],
        references: impl Iterator<Item = &'r [u32]>,
        mut found: impl FnMut([u32; ORDERS], u32),
    ) {
        if prediction.len() <= NARROW {
            walk_each::<u64, ORDERS, WITH_LCS>(&mut self.narrow, ids, prediction, references, |used, lcs| {
                found(used.map(BitSet::count), lcs);
            });
        } else {
            walk_each::<u128, ORDERS, WITH_LCS>(&mut self.wide, ids, prediction, references, |used, lcs| {
                found(used.map(BitSet::count), lcs);
            });
        }
    }

    /// The counts of orders 1 to `ORDERS`, each n-gram clipped to its largest count in any reference. The prediction has
    /// at most [`NARROW`] tokens. Must be inlined into a kernel.
    #[inline(always)]
    pub fn matches_in_any<'r, const ORDERS: usize>(
        &mut self,
        ids: usize,
        prediction: &[u32],
        references: impl Iterator<Item = &'r [u32]>,
    ) -> [u32; ORDERS] {
        let mut all = [0u64; ORDERS];
        walk_each::<u64, ORDERS, false>(&mut self.narrow, ids, prediction, references, |used, _| {
            all.iter_mut().zip(used).for_each(|(all, used)| *all |= used);
        });
        all.map(BitSet::count)
    }
}

/// A number that represents a set of places.
trait BitSet:
    Copy
    + PartialEq
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
    + BitOrAssign
    + Not<Output = Self>
    + Shl<usize, Output = Self>
{
    const NONE: Self;
    const FIRST: Self;
    fn add(self, other: Self) -> Self;
    fn less_lowest(self) -> Self;
    fn lowest(self) -> Self;
    fn count(self) -> u32;
}

macro_rules! places {
    ($number:ty) => {
        impl BitSet for $number {
            const NONE: Self = 0;
            const FIRST: Self = 1;
            #[inline(always)]
            fn add(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn less_lowest(self) -> Self {
                self & self.wrapping_sub(1)
            }
            #[inline(always)]
            fn lowest(self) -> Self {
                self & self.wrapping_neg()
            }
            #[inline(always)]
            fn count(self) -> u32 {
                self.count_ones()
            }
        }
    };
}

places!(u64);
places!(u128);

#[inline(always)]
fn matches<P: BitSet, const ORDERS: usize, const WITH_LCS: bool>(
    masks: &mut Vec<P>,
    ids: usize,
    masked: &[u32],
    walked: &[u32],
) -> ([u32; ORDERS], u32) {
    let mut matches = ([0; ORDERS], 0);
    walk_each::<P, ORDERS, WITH_LCS>(masks, ids, masked, std::iter::once(walked), |used, lcs| {
        matches = (used.map(P::count), lcs);
    });
    matches
}

/// Calls `found` for each walked side, with the places of the masked side that it uses up, by order, and the length of
/// the LCS.
#[inline(always)]
fn walk_each<'r, P: BitSet, const ORDERS: usize, const WITH_LCS: bool>(
    masks: &mut Vec<P>,
    ids: usize,
    masked: &[u32],
    walked: impl Iterator<Item = &'r [u32]>,
    mut found: impl FnMut([P; ORDERS], u32),
) {
    if masks.len() < ids {
        masks.resize(ids, P::NONE);
    }
    for (place, &id) in masked.iter().enumerate() {
        masks[id as usize] |= P::FIRST << place;
    }
    for walked in walked {
        let mut used = [P::NONE; ORDERS];
        // The places where the n-gram just read ends, for each order.
        let mut ends = [P::NONE; ORDERS];
        let mut lcs = !P::NONE;
        for &id in walked {
            let mask = masks[id as usize];
            for order in (1..ORDERS).rev() {
                ends[order] = (ends[order - 1] << 1) & mask;
            }
            ends[0] = mask;
            for order in 0..ORDERS {
                let free = ends[order] & !used[order];
                // The lowest bit, computed in two ways alternately. Otherwise LLVM puts the orders into vector
                // lanes, which have no instruction for the lowest bit, and the loop is 1.4 times slower.
                used[order] |= if order % 2 == 0 { free.lowest() } else { free ^ free.less_lowest() };
            }
            if WITH_LCS {
                lcs = lcs.add(lcs & mask) | (lcs & !mask);
            }
        }
        found(used, (!lcs).count());
    }
    for &id in masked {
        masks[id as usize] = P::NONE;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Random, clipped, clipped_to_any};

    fn lcs(first: &[u32], second: &[u32]) -> u32 {
        let mut row = vec![0; second.len() + 1];
        for a in first {
            let mut diagonal = 0;
            for (j, b) in second.iter().enumerate() {
                let longest = if a == b { diagonal + 1 } else { row[j].max(row[j + 1]) };
                diagonal = std::mem::replace(&mut row[j + 1], longest);
            }
        }
        row[second.len()]
    }

    #[test]
    fn masks_of_every_width_count_as_tables_do() {
        let mut random = Random::new(6);
        let mut short = Short::default();
        for round in 0..600 {
            let most = [8, 65, 100, 129][round % 4];
            let vocabulary = [2, 5, 40][round % 3];
            let first = random.tokens(most, vocabulary);
            let second = random.tokens(600, vocabulary);
            let expected: [u32; 6] = std::array::from_fn(|order| clipped(&first, &second, order + 1));
            for (a, b) in [(&first, &second), (&second, &first)] {
                let (counts, length) = short.matches::<6, true>(40, a, b);
                assert_eq!(counts, expected);
                assert_eq!(length, lcs(a, b));
                assert_eq!(short.matches::<6, false>(40, a, b), (expected, 0));
            }
        }
    }

    #[test]
    fn several_references_are_clipped_to_the_largest_count() {
        let mut random = Random::new(7);
        let mut short = Short::default();
        for round in 0..300 {
            let vocabulary = [2, 5, 40][round % 3];
            let prediction = random.tokens([8, 65, 66, 129][round % 4], vocabulary);
            let count = random.below(5);
            let references: Vec<Vec<u32>> =
                (0..count).map(|_| random.tokens([10, 100, 200][round % 3], vocabulary)).collect();
            let texts = || references.iter().map(Vec::as_slice);
            let expected: [u32; 4] = std::array::from_fn(|order| clipped_to_any(&prediction, &references, order + 1));
            if prediction.len() <= NARROW {
                assert_eq!(short.matches_in_any(40, &prediction, texts()), expected);
            }
            let mut each = Vec::new();
            short.matches_of_each::<4, true>(40, &prediction, texts(), |counts, lcs| each.push((counts, lcs)));
            let alone = texts().map(|reference| short.matches::<4, true>(40, &prediction, reference));
            assert_eq!(each, alone.collect::<Vec<_>>());
        }
    }
}
