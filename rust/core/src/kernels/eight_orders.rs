//! Clipped counts of up to eight orders at once, for chrF. The pass is that of [`crate::kernels::short_pairs`], with
//! an order in each lane of a vector and a place in each of `64 * W` bits.
//!
//! An instruction set without wide vectors processes the lanes one after the other. Linear in the longer side.

use crate::cpu::Isa;

/// The number of orders that are counted.
pub(crate) const ORDERS: usize = 8;
/// Longest side for which the masks pay off, on any instruction set.
const MOST: usize = 512;

/// Masks by id, for each width. All zeros between pairs.
#[derive(Default)]
pub(crate) struct EightOrders {
    one: Vec<[u64; 1]>,
    two: Vec<[u64; 2]>,
    four: Vec<[u64; 4]>,
    eight: Vec<[u64; 8]>,
}

impl EightOrders {
    /// True if a side of this many tokens is short enough.
    #[inline(always)]
    pub fn takes<I: Isa>(_isa: I, shorter: usize) -> bool {
        shorter <= MOST.min(64 * I::WORDS)
    }

    /// The clipped counts of a pair with a side of at most [`MOST`] tokens. All ids are below `ids`.
    #[inline(always)]
    pub fn matches<I: Isa>(&mut self, isa: I, ids: usize, first: &[u32], second: &[u32]) -> [u32; ORDERS] {
        let (masked, walked) = if first.len() <= second.len() { (first, second) } else { (second, first) };
        let mut counts = [0; ORDERS];
        self.matches_of_each(isa, ids, masked, std::iter::once(walked), |found| counts = found);
        counts
    }

    /// Calls `found` for each walked text, with the clipped counts of the pair that it forms with the masked text. The
    /// masked text has at most [`MOST`] tokens. All ids are below `ids`.
    #[inline(always)]
    pub fn matches_of_each<'r, I: Isa>(
        &mut self,
        isa: I,
        ids: usize,
        masked: &[u32],
        walked: impl Iterator<Item = &'r [u32]>,
        found: impl FnMut([u32; ORDERS]),
    ) {
        self.walk_each::<I, false>(isa, ids, masked, walked, found);
    }

    /// The counts of the prediction's n-grams, each clipped to its largest count in any reference, as in
    /// [`crate::kernels::short_pairs`]. The prediction has at most [`MOST`] tokens. All ids are below `ids`.
    #[inline(always)]
    pub fn matches_in_any<'r, I: Isa>(
        &mut self,
        isa: I,
        ids: usize,
        prediction: &[u32],
        references: impl Iterator<Item = &'r [u32]>,
    ) -> [u32; ORDERS] {
        let mut counts = [0; ORDERS];
        self.walk_each::<I, true>(isa, ids, prediction, references, |found| counts = found);
        counts
    }

    #[inline(always)]
    fn walk_each<'r, I: Isa, const UNITE: bool>(
        &mut self,
        isa: I,
        ids: usize,
        masked: &[u32],
        walked: impl Iterator<Item = &'r [u32]>,
        found: impl FnMut([u32; ORDERS]),
    ) {
        match masked.len() {
            0..=64 => walk_each::<I, 1, UNITE>(isa, &mut self.one, ids, masked, walked, found),
            65..=128 => walk_each::<I, 2, UNITE>(isa, &mut self.two, ids, masked, walked, found),
            129..=256 => walk_each::<I, 4, UNITE>(isa, &mut self.four, ids, masked, walked, found),
            _ => walk_each::<I, 8, UNITE>(isa, &mut self.eight, ids, masked, walked, found),
        }
    }
}

/// Calls `found` with the counts of each walked text, or once with those of all if `UNITE`.
#[inline(always)]
fn walk_each<'r, I: Isa, const W: usize, const UNITE: bool>(
    isa: I,
    masks: &mut Vec<[u64; W]>,
    ids: usize,
    masked: &[u32],
    walked: impl Iterator<Item = &'r [u32]>,
    mut found: impl FnMut([u32; ORDERS]),
) {
    if masks.len() < ids {
        masks.resize(ids, [0; W]);
    }
    for (place, &id) in masked.iter().enumerate() {
        masks[id as usize][place / 64 % W] |= 1 << (place % 64);
    }
    let mut united = [isa.splat(0); W];
    for walked in walked {
        // The places where the n-gram just read ends, for each order.
        let mut ends = [isa.splat(0); W];
        // The places that are used up, for each order.
        let mut used = [isa.splat(0); W];
        for &id in walked {
            let mask = masks[id as usize];
            let mut carried = isa.splat(0);
            let mut none = isa.splat(u64::MAX);
            for word in 0..W {
                let (longer, over) = isa.next_orders(ends[word]);
                // A unigram ends wherever its token stands.
                let here = isa.and(isa.or(longer, carried), isa.splat(mask[word]));
                carried = over;
                ends[word] = here;
                let free = isa.and_not(here, used[word]);
                used[word] = isa.or(used[word], isa.and(isa.lowest(free), none));
                if word + 1 < W {
                    none = isa.and(none, isa.is_zero(free));
                }
            }
        }
        if UNITE {
            for word in 0..W {
                united[word] = isa.or(united[word], used[word]);
            }
        } else {
            found(counts(isa, &used));
        }
    }
    if UNITE {
        found(counts(isa, &united));
    }
    for &id in masked {
        masks[id as usize] = [0; W];
    }
}

/// The number of places that are used up, for each order.
#[inline(always)]
fn counts<I: Isa, const W: usize>(isa: I, used: &[I::Vector; W]) -> [u32; ORDERS] {
    let mut counts = [0; ORDERS];
    for &word in used {
        for (count, lane) in counts.iter_mut().zip(isa.array(word)) {
            *count += lane.count_ones();
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::{Cpu, Kernel};
    use crate::testing::{Random, clipped, clipped_to_any};

    struct CountOrders<'a> {
        lanes: &'a mut EightOrders,
        ids: usize,
        first: &'a [u32],
        second: &'a [u32],
    }

    impl Kernel for CountOrders<'_> {
        type Output = [u32; ORDERS];

        #[inline(always)]
        fn run<I: Isa>(self, isa: I) -> [u32; ORDERS] {
            self.lanes.matches(isa, self.ids, self.first, self.second)
        }
    }

    struct CountInAny<'a>(&'a mut EightOrders, usize, &'a [u32], &'a [Vec<u32>]);

    impl Kernel for CountInAny<'_> {
        type Output = [u32; ORDERS];

        #[inline(always)]
        fn run<I: Isa>(self, isa: I) -> [u32; ORDERS] {
            let Self(lanes, ids, prediction, references) = self;
            lanes.matches_in_any(isa, ids, prediction, references.iter().map(Vec::as_slice))
        }
    }

    #[test]
    fn several_references_are_clipped_to_the_largest_count() {
        let mut random = Random::new(9);
        let mut lanes = EightOrders::default();
        for round in 0..200 {
            let vocabulary = [2, 5, 40][round % 3];
            let prediction = random.tokens([8, 65, 129, 257, MOST + 1][round % 5], vocabulary);
            let references: Vec<Vec<u32>> = (0..random.below(4)).map(|_| random.tokens(300, vocabulary)).collect();
            let expected: [u32; ORDERS] =
                std::array::from_fn(|order| clipped_to_any(&prediction, &references, order + 1));
            for cpu in Cpu::available() {
                assert_eq!(cpu.call(CountInAny(&mut lanes, 40, &prediction, &references)), expected, "{cpu:?}");
            }
        }
    }

    #[test]
    fn masks_of_every_width_count_as_tables_do() {
        let mut random = Random::new(8);
        let mut lanes = EightOrders::default();
        for round in 0..600 {
            let most = [8, 65, 129, 257, MOST + 1][round % 5];
            let vocabulary = [2, 5, 40][round % 3];
            let first = random.tokens(most, vocabulary);
            let second = random.tokens(600, vocabulary);
            let expected: [u32; ORDERS] = std::array::from_fn(|order| clipped(&first, &second, order + 1));
            for cpu in Cpu::available() {
                for (first, second) in [(&first, &second), (&second, &first)] {
                    let count = CountOrders { lanes: &mut lanes, ids: 40, first, second };
                    assert_eq!(cpu.call(count), expected, "{cpu:?}");
                }
            }
        }
    }
}
