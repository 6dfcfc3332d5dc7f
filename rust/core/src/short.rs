//! Pairs of which one side has at most 128 tokens: one pass gives the clipped counts of several
//! orders and the length of the LCS.
//!
//! Let `mask[t]` have a bit at each place of the shorter side where token `t` stands. Walking the
//! other side, `(before << 1) & mask[t]` has a bit wherever the bigram just read ends, and so on
//! by order. Equal n-grams are interchangeable, so to use up the lowest place not yet used is to
//! clip. The LCS is Hyyro's bit-vector recurrence (Hyyro, "Bit-parallel LCS-length computation
//! revisited", AWOCA 2004) over the same masks. Linear: about a nanosecond a token.

use std::ops::{BitAnd, BitOr, BitOrAssign, BitXor, Not, Shl};

/// Longest side that fits the masks.
pub(crate) const MOST: usize = 128;
/// Highest order of n-grams that the pass counts.
pub(crate) const MOST_ORDERS: usize = 4;

/// Clipped counts by order, and the length of the LCS at [`LCS`].
pub(crate) type Matches = [u32; MOST_ORDERS + 1];
/// Where the length of the LCS is.
pub(crate) const LCS: usize = MOST_ORDERS;

/// Masks by vocabulary id: zero between pairs.
#[derive(Default)]
pub(crate) struct Short {
    narrow: Vec<u64>,
    wide: Vec<u128>,
}

impl Short {
    /// Counts the matches of a pair of which one side has at most [`MOST`] tokens, orders above
    /// `ORDERS`, and the LCS if it is not asked for, left at zero; ids are below `vocabulary`. To be inlined into a kernel.
    #[inline(always)]
    pub fn matches<const ORDERS: usize, const WITH_LCS: bool>(
        &mut self,
        vocabulary: usize,
        first: &[u32],
        second: &[u32],
    ) -> Matches {
        let (shorter, longer) = if first.len() <= second.len() { (first, second) } else { (second, first) };
        if shorter.len() <= u64::BITS as usize {
            matches::<u64, ORDERS, WITH_LCS>(&mut self.narrow, vocabulary, shorter, longer)
        } else {
            matches::<u128, ORDERS, WITH_LCS>(&mut self.wide, vocabulary, shorter, longer)
        }
    }
}

/// A number as a set of places.
trait Places:
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
        impl Places for $number {
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
fn matches<P: Places, const ORDERS: usize, const WITH_LCS: bool>(
    masks: &mut Vec<P>,
    vocabulary: usize,
    masked: &[u32],
    walked: &[u32],
) -> Matches {
    if masks.len() < vocabulary {
        masks.resize(vocabulary, P::NONE);
    }
    for (place, &id) in masked.iter().enumerate() {
        masks[id as usize] |= P::FIRST << place;
    }
    let mut used = [P::NONE; ORDERS];
    // Where the n-gram of each order that was just read ends.
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
            // The lowest bit. Two spellings, or LLVM puts the orders into vector lanes, which
            // have no instruction for it: 1.4 times slower.
            used[order] |= if order % 2 == 0 { free.lowest() } else { free ^ free.less_lowest() };
        }
        if WITH_LCS {
            lcs = lcs.add(lcs & mask) | (lcs & !mask);
        }
    }
    for &id in masked {
        masks[id as usize] = P::NONE;
    }
    let mut matches = [0; MOST_ORDERS + 1];
    matches[..ORDERS].copy_from_slice(&used.map(P::count));
    matches[LCS] = (!lcs).count();
    matches
}
