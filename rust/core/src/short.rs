//! Pairs of which one side has at most 64 tokens: one pass gives the clipped counts of several
//! orders and the length of the LCS.
//!
//! Let `mask[t]` have a bit at each place of the shorter side where token `t` stands. Walking the
//! other side, `(before << 1) & mask[t]` has a bit wherever the bigram just read ends, and so on
//! by order. Equal n-grams are interchangeable, so to use up the lowest place not yet used is to
//! clip. The LCS is Hyyro's bit-vector recurrence (Hyyro, "Bit-parallel LCS-length computation
//! revisited", AWOCA 2004) over the same masks. Linear: about a nanosecond a token.

use crate::cpu::{Isa, Kernel};

/// Longest side that fits the masks.
pub(crate) const MOST: usize = 64;
/// Highest order of n-grams that the pass counts.
pub(crate) const MOST_ORDERS: usize = 4;

/// One pair. `run` gives the clipped counts of orders 1 to `ORDERS` and the length of the LCS.
pub(crate) struct Short<'a, const ORDERS: usize> {
    /// By vocabulary id; zero before and after.
    pub masks: &'a mut [u64],
    /// At most [`MOST`] tokens.
    pub masked: &'a [u32],
    /// Any number of them.
    pub walked: &'a [u32],
}

impl<const ORDERS: usize> Kernel for Short<'_, ORDERS> {
    type Output = ([u32; ORDERS], u32);

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) -> Self::Output {
        let Self { masks, masked, walked } = self;
        debug_assert!(masked.len() <= MOST);
        for (place, &id) in masked.iter().enumerate() {
            masks[id as usize] |= 1 << place;
        }
        let mut used = [0u64; ORDERS];
        // Where the n-gram of each order that was just read ends.
        let mut ends = [0u64; ORDERS];
        let mut lcs = u64::MAX;
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
                let rest = free & free.wrapping_sub(1);
                used[order] |= if order % 2 == 0 { free & free.wrapping_neg() } else { free ^ rest };
            }
            lcs = lcs.wrapping_add(lcs & mask) | (lcs & !mask);
        }
        for &id in masked {
            masks[id as usize] = 0;
        }
        (used.map(u64::count_ones), lcs.count_zeros())
    }
}
