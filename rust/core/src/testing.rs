//! Helpers that the kernels' tests share.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::AtomicBool;

use crate::limits::interrupt::Interrupt;

/// An interrupt that never occurs.
pub(crate) fn never() -> Interrupt<'static> {
    static NEVER: AtomicBool = AtomicBool::new(false);
    Interrupt::new(&NEVER, None)
}

/// A small seeded generator (splitmix64), so that a failing test fails again.
pub(crate) struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A random number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    /// Fewer than `most` random tokens, each below `vocabulary`.
    pub fn tokens(&mut self, most: usize, vocabulary: u32) -> Vec<u32> {
        (0..self.below(most)).map(|_| self.below(vocabulary as usize) as u32).collect()
    }
}

/// The clipped count of n-grams of an order, counted one by one.
pub(crate) fn clipped(first: &[u32], second: &[u32], order: usize) -> u32 {
    let mut left: HashMap<&[u32], u32> = HashMap::new();
    first.windows(order).for_each(|ngram| *left.entry(ngram).or_default() += 1);
    let mut count = 0;
    for ngram in second.windows(order) {
        if let Some(left) = left.get_mut(ngram).filter(|left| **left > 0) {
            *left -= 1;
            count += 1;
        }
    }
    count
}

/// The clipped count of the prediction's n-grams of an order, each clipped to its largest count in any reference.
pub(crate) fn clipped_to_any(prediction: &[u32], references: &[Vec<u32>], order: usize) -> u32 {
    let count = |text: &[u32], ngram: &[u32]| text.windows(order).filter(|other| *other == ngram).count();
    let distinct: HashSet<&[u32]> = prediction.windows(order).collect();
    let clip = |ngram: &[u32]| {
        let most = references.iter().map(|reference| count(reference, ngram)).max();
        most.unwrap_or(0).min(count(prediction, ngram)) as u32
    };
    distinct.into_iter().map(clip).sum()
}

/// ROUGE's longest common subsequence, by the definition's table and way back. Each pair is a place in the prediction
/// and a place in the reference, and the last pair comes first.
pub(crate) fn lcs(prediction: &[u32], reference: &[u32]) -> Vec<(usize, usize)> {
    let width = prediction.len() + 1;
    let mut t = vec![0u32; width * (reference.len() + 1)];
    for i in 1..=reference.len() {
        for j in 1..width {
            t[i * width + j] = if reference[i - 1] == prediction[j - 1] {
                t[(i - 1) * width + j - 1] + 1
            } else {
                t[(i - 1) * width + j].max(t[i * width + j - 1])
            };
        }
    }
    let (mut i, mut j, mut pairs) = (reference.len(), prediction.len(), Vec::new());
    while i > 0 && j > 0 {
        if reference[i - 1] == prediction[j - 1] {
            pairs.push((j - 1, i - 1));
            (i, j) = (i - 1, j - 1);
        } else if t[i * width + j - 1] > t[(i - 1) * width + j] {
            j -= 1;
        } else {
            i -= 1;
        }
    }
    pairs
}
