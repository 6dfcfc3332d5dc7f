//! The longest common subsequences (LCS) of each sentence of the reference with each sentence of the prediction, as
//! `rouge` 1.0.1 unites them (`_union_lcs` in its `rouge_score.py`).
//!
//! If two sentences have several LCSs, the distinct tokens depend on the choice among them. `_recon_lcs` takes a match
//! if there is one. Otherwise a strictly greater length steps to the previous token of the reference, and any other case
//! steps to the previous token of the prediction. That is the choice of `lcs_positions.rs` with the sides exchanged, and
//! the algorithm is the same. A column of a prediction's sentence with at most 64 tokens fits in one number.

use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::kernels::lcs_positions::WayBack;
use crate::kernels::shared_tokens::Common;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;

/// Steps per pair of sentences.
const PAIR: usize = 100;
/// The most tokens of a short sentence.
const SHORT: usize = u64::BITS as usize;

/// Buffers of the computation.
#[derive(Default)]
pub(crate) struct SentenceLcs {
    way_back: WayBack,
    /// By token, its places in a short sentence of the prediction. All zeros between pairs.
    masks: Vec<u64>,
    /// By place in a sentence of the reference, the column of a short sentence.
    columns: Vec<u64>,
    /// True for each token that is in an LCS.
    taken: Vec<bool>,
}

/// The tokens of the LCSs of all pairs of sentences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct InLcs {
    /// The sum of the lengths.
    pub all: usize,
    /// The number of distinct tokens.
    pub distinct: usize,
}

impl SentenceLcs {
    /// Counts the tokens of the LCSs. `prediction_ends` and `reference_ends` are the ends of the sentences.
    /// O(n m / 64).
    pub fn count(
        &mut self,
        cpu: Cpu,
        common: &Common,
        prediction_ends: &[u32],
        reference_ends: &[u32],
        interrupt: &Interrupt,
    ) -> Result<InLcs, Error> {
        let mut found = InLcs::default();
        if common.distinct == 0 {
            return Ok(found);
        }
        let ids = common.distinct + 2;
        let Self { way_back, masks, columns, taken } = self;
        masks.clear();
        memory::resize(masks, 0, ids, interrupt)?;
        taken.clear();
        memory::resize(taken, false, ids, interrupt)?;
        let mut take = |id: u32| {
            let taken = &mut taken[id as usize];
            found.distinct += usize::from(!*taken);
            *taken = true;
            found.all += 1;
        };
        let mut is_ready = false;
        for reference in sentences(&common.reference, reference_ends) {
            for prediction in sentences(&common.prediction, prediction_ends) {
                if prediction.len() <= SHORT {
                    interrupt.spend(PAIR + 4 * reference.len())?;
                    columns.clear();
                    memory::reserve(columns, reference.len())?;
                    cpu.call(ShortSentence { prediction, reference, masks, columns, take: &mut take });
                    continue;
                }
                if !is_ready {
                    way_back.start(ids, interrupt)?;
                    is_ready = true;
                }
                interrupt.spend(PAIR)?;
                way_back.pairs(cpu, reference, prediction, interrupt, |place, _| take(reference[place]))?;
            }
        }
        Ok(found)
    }
}

/// Calls `take` for each token of the LCS, from the last to the first.
struct ShortSentence<'a, F> {
    /// At most [`SHORT`] tokens.
    prediction: &'a [u32],
    reference: &'a [u32],
    masks: &'a mut [u64],
    /// Empty, with room for the reference.
    columns: &'a mut Vec<u64>,
    take: &'a mut F,
}

impl<F: FnMut(u32)> Kernel for ShortSentence<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) {
        let Self { prediction, reference, masks, columns, take } = self;
        for (place, &id) in prediction.iter().enumerate() {
            masks[id as usize] |= 1 << place;
        }
        let mut column = u64::MAX;
        columns.extend(reference.iter().map(|&id| {
            let mask = masks[id as usize];
            column = column.wrapping_add(column & mask) | (column & !mask);
            column
        }));
        // The places of the prediction that are still open.
        let mut open = u64::MAX;
        for (&id, column) in reference.iter().zip(&*columns).rev() {
            let mask = masks[id as usize];
            let stops = (mask | !column) & open;
            if stops == 0 {
                break;
            }
            let highest = 1 << (63 - stops.leading_zeros());
            open = highest - 1;
            if mask & highest == 0 {
                open |= highest;
            } else {
                take(id);
            }
        }
        for &id in prediction {
            masks[id as usize] = 0;
        }
    }
}

fn sentences<'t>(tokens: &'t [u32], ends: &[u32]) -> impl Iterator<Item = &'t [u32]> {
    let mut start = 0;
    ends.iter().map(move |&end| {
        let sentence = &tokens[start..end as usize];
        start = end as usize;
        sentence
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::testing::{Random, never};

    /// The LCS by the table of lengths and the way back of `_recon_lcs`.
    fn recon(x: &[u32], y: &[u32]) -> Vec<u32> {
        let mut t = vec![vec![0; y.len() + 1]; x.len() + 1];
        for i in 1..=x.len() {
            for j in 1..=y.len() {
                t[i][j] = if x[i - 1] == y[j - 1] { t[i - 1][j - 1] + 1 } else { t[i - 1][j].max(t[i][j - 1]) };
            }
        }
        let (mut i, mut j, mut words) = (x.len(), y.len(), Vec::new());
        while i > 0 && j > 0 {
            if x[i - 1] == y[j - 1] {
                words.push(x[i - 1]);
                (i, j) = (i - 1, j - 1);
            } else if t[i - 1][j] > t[i][j - 1] {
                i -= 1;
            } else {
                j -= 1;
            }
        }
        words
    }

    #[test]
    fn as_by_the_table() {
        let mut random = Random::new(33);
        let mut lcs = SentenceLcs::default();
        let mut common = Common::default();
        let mut several = 0;
        for round in 0..2000 {
            let vocabulary = [2, 3, 5, 20, 300][round % 5];
            let most = [4, 20, 66, 130][round % 4] * if round % 37 == 0 { 5 } else { 1 };
            let mut text = || -> Vec<Vec<u32>> {
                (0..1 + random.below(5)).map(|_| random.tokens(most, vocabulary)).filter(|s| !s.is_empty()).collect()
            };
            let (prediction, reference) = (text(), text());
            let (tokens, others) = (prediction.concat(), reference.concat());
            let ends = |text: &[Vec<u32>]| -> Vec<u32> {
                (1..=text.len()).map(|count| text[..count].concat().len() as u32).collect()
            };
            let words: Vec<u32> = reference.iter().flat_map(|x| prediction.iter().flat_map(|y| recon(x, y))).collect();
            let distinct = words.iter().collect::<HashSet<_>>().len();
            let exchanged: HashSet<u32> =
                reference.iter().flat_map(|x| prediction.iter().flat_map(|y| recon(y, x))).collect();
            several += usize::from(exchanged.len() != distinct);
            for cpu in Cpu::available() {
                common.read(cpu, vocabulary as usize, &tokens, &others, &never()).unwrap();
                let found = lcs.count(cpu, &common, &ends(&prediction), &ends(&reference), &never()).unwrap();
                assert_eq!(found, InLcs { all: words.len(), distinct }, "{prediction:?} {reference:?}");
            }
        }
        assert!(several > 100, "texts on which the choice of an LCS decides: {several}");
    }
}
