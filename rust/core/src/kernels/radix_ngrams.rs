//! Clipped n-gram counts of orders 1, 2, 3 and so on of a pair with few distinct tokens, such as
//! characters: the n-grams that end at each place of both texts are sorted, the last token first, and
//! equal ones stand together. As [`crate::kernels::sorted_ngrams`] does it with wide vectors, for processors without them.
//!
//! A place is one number: the tokens up to it, a byte each, the last one on top. A radix sort brings those
//! that end alike together, for every order at once, and one pass over the sorted numbers counts both sides
//! of each run. Linear, O(tokens x orders), and no branch depends on a token.

use crate::cpu::{Isa, Kernel};

/// Orders that fit a number beside the side.
pub(crate) const ORDERS: usize = 7;
/// Most tokens of both sides: 16 MB of numbers, some tens of milliseconds.
const MOST: usize = 1 << 20;
/// What stands before the first token of the reference, and of the prediction: they never match.
const BEFORE: [u8; 2] = [0, u8::MAX];

/// Counts one pair at a time; keeps its buffers.
#[derive(Default)]
pub(crate) struct RadixCounter {
    /// By id, zero between pairs: a number for each token of the pair, from 1.
    numbers: Vec<u8>,
    /// The tokens of the reference and then of the prediction by these numbers.
    tokens: Vec<u8>,
    places: Vec<u64>,
    sorted: Vec<u64>,
}

/// Counts orders 1 to `ORDERS` of a pair, or says that it has too many tokens or distinct ones. Ids are
/// below `ids`.
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
        // How many places have each token `back` tokens before them.
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

/// Sorts places by the byte at `shift`, which has each value as often as `counts` says; equal ones keep their
/// order.
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

/// The lesser of both sides' counts in each run of places that agree in their last tokens, by order.
#[inline(always)]
fn counted<const ORDERS: usize>(places: &[u64]) -> [u32; ORDERS] {
    let mut totals = [0u32; 8];
    // In the run at hand, by side.
    let (mut first, mut second) = ([0u32; 8], [0u32; 8]);
    let mut last = 0;
    for &place in places {
        // Tokens in which it agrees with the one before: longer runs end.
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

/// By the number of tokens that agree: all ones for the orders whose run goes on.
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
    fn what_is_too_large_is_left_alone() {
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
