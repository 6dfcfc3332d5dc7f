//! Pairs with a side of at most 128 tokens. One pass computes the clipped counts of several orders and the
//! length of the LCS.
//!
//! One side, the longer side if it fits, is turned into masks: `mask[t]` has a bit at each place of token
//! `t`. The pass walks the other side. At each token `t`, `(before << 1) & mask[t]` has a bit wherever the
//! bigram just read ends in the masked side, and so on for higher orders. Equal n-grams are
//! interchangeable, so using up the lowest unused place clips the count. The LCS uses Hyyro's bit-vector
//! recurrence (Hyyro, "Bit-parallel LCS-length computation revisited", AWOCA 2004) over the same masks.
//! Linear: about a nanosecond per token.

use std::ops::{BitAnd, BitOr, BitOrAssign, BitXor, Not, Shl};

/// Longest side that fits in a mask.
pub(crate) const MOST: usize = 128;

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
        if longer.len() <= u64::BITS as usize {
            // Walking a token costs more than masking it.
            matches::<u64, ORDERS, WITH_LCS>(&mut self.narrow, ids, longer, shorter)
        } else if shorter.len() <= u64::BITS as usize {
            matches::<u64, ORDERS, WITH_LCS>(&mut self.narrow, ids, shorter, longer)
        } else {
            matches::<u128, ORDERS, WITH_LCS>(&mut self.wide, ids, shorter, longer)
        }
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
    if masks.len() < ids {
        masks.resize(ids, P::NONE);
    }
    for (place, &id) in masked.iter().enumerate() {
        masks[id as usize] |= P::FIRST << place;
    }
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
    for &id in masked {
        masks[id as usize] = P::NONE;
    }
    (used.map(P::count), (!lcs).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Random, clipped};

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
}
