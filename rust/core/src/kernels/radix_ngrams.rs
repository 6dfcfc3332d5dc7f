//! Clipped n-gram counts, for consecutive orders from 1, of a pair with few distinct tokens, such as
//! characters. Used on processors without wide vectors, in place of [`crate::kernels::sorted_ngrams`]. The
//! n-grams that end at each place of both texts are sorted by their last token first, so equal n-grams are
//! adjacent.
//!
//! A number represents a place: the tokens up to it, a byte each, the last token in the top byte. A radix
//! sort makes places with the same n-gram adjacent, for every order at once. One pass over the sorted numbers
//! counts both sides of each run. Linear, O(tokens x orders), and no branch depends on a token.

use crate::cpu::{Isa, Kernel};

/// The number of orders that fit in a number beside the byte that marks the text.
pub(crate) const ORDERS: usize = 7;
/// Most tokens of both sides together. Counting this many takes 16 MB of numbers and some tens of milliseconds.
const MOST: usize = 1 << 20;
/// The bytes that pad the reference and the prediction before their first tokens. They never match.
const BEFORE: [u8; 2] = [0, u8::MAX];

/// Counts one pair at a time. Reuses its buffers.
#[derive(Default)]
pub(crate) struct RadixCounter {
    /// For each id of the pair, its number from 1. All zeros between pairs.
    numbers: Vec<u8>,
    /// The numbers of the tokens of the reference, and then of the prediction.
    tokens: Vec<u8>,
    places: Vec<u64>,
    sorted: Vec<u64>,
}

/// Counts orders 1 to `ORDERS` of a pair. Returns `None` if the pair has too many tokens or distinct tokens. All ids
/// are below `ids`.
pub(crate) struct CountByRadix<'a, const ORDERS: usize> {
    pub sorter: &'a mut RadixCounter,
    pub ids: usize,
    pub reference: &'a [u32],
    pub prediction: &'a [u32],
}

impl<const ORDERS: usize> Kernel for CountByRadix<'_, ORDERS> {
    type Output = Option<[u32; ORDERS]>;

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) -> Option<[u32; ORDERS]> {
        const { assert!(ORDERS <= self::ORDERS) };
        let Self { sorter, ids, reference, prediction } = self;
        let RadixCounter { numbers, tokens, places, sorted } = sorter;
        let both = reference.len() + prediction.len();
        if both > MOST {
            return None;
        }
        if numbers.len() < ids {
            numbers.resize(ids, 0);
        }
        let mut distinct = 0u32;
        tokens.clear();
        tokens.extend(reference.iter().chain(prediction).map(|&id| {
            let number = &mut numbers[id as usize];
            let new = u32::from(*number == 0);
            distinct += new;
            *number |= (distinct * new) as u8;
            *number
        }));
        for &id in reference.iter().chain(prediction) {
            numbers[id as usize] = 0;
        }
        if distinct >= u32::from(u8::MAX) {
            return None;
        }
        let sides = tokens.split_at(reference.len());
        let sides = [sides.0, sides.1];
        places.resize(both, 0);
        sorted.resize(both, 0);
        // For each token, the number of places that have it `back` tokens before them.
        let mut counts = [0u32; 256];
        tokens.iter().for_each(|&token| counts[usize::from(token)] += 1);
        for (side, before) in sides.iter().zip(BEFORE) {
            for back in 0..ORDERS - 1 {
                counts[usize::from(before)] += 1;
                counts[usize::from(side.len().checked_sub(back + 1).map_or(before, |place| side[place]))] -= 1;
            }
        }
        let mut place = places.iter_mut();
        for (flag, (side, before)) in sides.iter().zip(BEFORE).enumerate() {
            let mut read = u64::from_be_bytes([before; 8]);
            for (&token, place) in side.iter().zip(&mut place) {
                read = read >> 8 | u64::from(token) << 56;
                *place = read & !0xFF | flag as u64;
            }
        }
        for back in (0..ORDERS).rev() {
            by_token(56 - 8 * back, &counts, places, sorted);
            std::mem::swap(places, sorted);
            for (side, before) in sides.iter().zip(BEFORE) {
                if back > 0 {
                    counts[usize::from(side.len().checked_sub(back).map_or(before, |place| side[place]))] += 1;
                    counts[usize::from(before)] -= 1;
                }
            }
        }
        Some(counted(places))
    }
}

/// Sorts places by the byte at `shift`. `counts` has the number of places for each value of the byte. The sort is
/// stable.
#[inline(always)]
fn by_token(shift: usize, counts: &[u32; 256], places: &[u64], sorted: &mut [u64]) {
    let mut next = 0;
    let mut starts = counts.map(|count| {
        next += count;
        next - count
    });
    for &place in places {
        let start = &mut starts[usize::from((place >> shift) as u8)];
        sorted[*start as usize] = place;
        *start += 1;
    }
}

/// The clipped counts of sorted places: for each order, the sum over runs of places that agree in that many tokens
/// of the lesser of both sides' counts.
#[inline(always)]
fn counted<const ORDERS: usize>(places: &[u64]) -> [u32; ORDERS] {
    let mut totals = [0u32; 8];
    // Each side's counts in the current run.
    let (mut first, mut second) = ([0u32; 8], [0u32; 8]);
    let mut last = 0;
    for &place in places {
        // The number of tokens in which a place agrees with the place before it. Runs of higher orders end here.
        let agreeing = (((place ^ last) & !0xFF).leading_zeros() / 8) as usize;
        let goes_on = &GOES_ON[agreeing];
        let (is_first, is_second) = ((place as u32 & 1) ^ 1, place as u32 & 1);
        for order in 0..8 {
            totals[order] += first[order].min(second[order]) & !goes_on[order];
            first[order] = (first[order] & goes_on[order]) + is_first;
            second[order] = (second[order] & goes_on[order]) + is_second;
        }
        last = place;
    }
    std::array::from_fn(|order| totals[order] + first[order].min(second[order]))
}

/// For each number of agreeing tokens, all ones for the orders whose run continues.
static GOES_ON: [[u32; 8]; 9] = {
    let mut table = [[0; 8]; 9];
    let mut agreeing = 0;
    while agreeing <= 8 {
        let mut order = 0;
        while order < agreeing {
            table[agreeing][order] = u32::MAX;
            order += 1;
        }
        agreeing += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::Cpu;
    use crate::testing::{Random, clipped};

    #[test]
    fn as_counted_one_by_one() {
        let mut random = Random::new(11);
        let mut sorter = RadixCounter::default();
        for round in 0..900 {
            let vocabulary = [1, 2, 5, 40, 250][round % 5];
            let most = [3, 8, 200][round % 3];
            let (reference, prediction) = (random.tokens(most, vocabulary), random.tokens(most, vocabulary));
            let expected = std::array::from_fn(|less| clipped(&prediction, &reference, less + 1));
            for cpu in Cpu::available() {
                let kernel =
                    CountByRadix::<7> { sorter: &mut sorter, ids: 250, reference: &reference, prediction: &prediction };
                assert_eq!(cpu.call(kernel), Some(expected), "{prediction:?} {reference:?}");
                let kernel =
                    CountByRadix::<2> { sorter: &mut sorter, ids: 250, reference: &reference, prediction: &prediction };
                assert_eq!(cpu.call(kernel).unwrap(), expected[..2]);
            }
        }
    }

    #[test]
    fn pairs_that_are_too_large_are_not_counted() {
        let mut sorter = RadixCounter::default();
        let call = |sorter: &mut RadixCounter, reference: &[u32], prediction: &[u32]| {
            Cpu::detect().call(CountByRadix::<3> { sorter, ids: 300, reference, prediction })
        };
        let distinct: Vec<u32> = (0..255).collect();
        assert_eq!(call(&mut sorter, &distinct, &[0]), None);
        assert_eq!(call(&mut sorter, &distinct[1..], &[3, 4]), Some([2, 1, 0]));
        assert_eq!(call(&mut sorter, &vec![0; MOST], &[0]), None);
    }
}
