//! Clipped counts of skip-bigrams: pairs of tokens in their order, at most some distance apart (Lin and Och, ACL 2004).
//!
//! There are about (distance + 1) * tokens pairs, and tokens^2 / 2 without a bound. Near pairs are listed by their first
//! token, in O(tokens * distance) time and O(tokens) memory. Far ones are never listed: a walk from the end of a text
//! keeps, for [`LANES`] second tokens at a time, their counts within reach, and adds these at each first token. This takes
//! O(tokens * distinct / LANES) time and O(distinct * LANES) memory, where `distinct` is the number of distinct tokens that
//! both texts have.

use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::kernels::shared_tokens::Common;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;

/// Second tokens that are counted at once.
const LANES: usize = 16;
/// Pairs are listed if this many times the distance is less than the number of blocks of second tokens.
const LISTED: usize = 4;

type Counts = [u32; LANES];

/// Counts skip-bigrams. Keeps its tables from pair to pair.
#[derive(Default)]
pub(crate) struct SkipBigrams {
    /// For each first token, the counts of a block of second tokens, in the reference and in the prediction.
    reference: Vec<Counts>,
    prediction: Vec<Counts>,
    /// For each token, its places in a text, one token after the other, and the end of each token's places.
    places: [Vec<u32>; 2],
    ends: [Vec<u32>; 2],
    /// The counts of second tokens after one first token. All zeros between first tokens.
    seconds: Vec<u32>,
}

/// The number of skip-bigrams of a text: of pairs with at most `distance` tokens between them, or of all pairs.
pub(crate) fn total(tokens: usize, distance: Option<usize>) -> usize {
    let longest = tokens.saturating_sub(1);
    let reach = distance.map_or(longest, |distance| distance.saturating_add(1).min(longest));
    // Tokens near the end have fewer after them.
    let (all, fewer) = ((tokens as u128) * reach as u128, (reach as u128) * (reach as u128 + 1) / 2);
    usize::try_from(all - fewer).unwrap_or(usize::MAX)
}

impl SkipBigrams {
    /// The clipped count of pairs with at most `distance` tokens between them, or of all pairs. There must be fewer than
    /// 2^32 of them in each text.
    pub fn matches(
        &mut self,
        cpu: Cpu,
        common: &Common,
        distance: Option<usize>,
        interrupt: &Interrupt,
    ) -> Result<usize, Error> {
        let longer = common.reference.len().max(common.prediction.len());
        let reach = distance.map_or(longer, |distance| distance.saturating_add(1).min(longer));
        if reach * LISTED < common.distinct.div_ceil(LANES) {
            return self.listed(common, reach, interrupt);
        }
        memory::resize(&mut self.reference, [0; LANES], common.distinct + 1, interrupt)?;
        memory::resize(&mut self.prediction, [0; LANES], common.distinct + 1, interrupt)?;
        let mut matches = 0;
        for block in (1..=common.distinct as u32).step_by(LANES) {
            interrupt.spend(4 * (common.reference.len() + common.prediction.len() + common.distinct))?;
            matches += if distance.is_some() {
                cpu.call(Block { counter: self, common, reach, block })
            } else {
                cpu.call(Everywhere { counter: self, common, block })
            };
        }
        Ok(matches)
    }

    fn listed(&mut self, common: &Common, reach: usize, interrupt: &Interrupt) -> Result<usize, Error> {
        let texts = [&common.reference, &common.prediction];
        for ((text, places), ends) in texts.iter().zip(&mut self.places).zip(&mut self.ends) {
            interrupt.spend(4 * text.len() + common.distinct)?;
            by_token(text, common.distinct, places, ends, interrupt)?;
        }
        memory::resize(&mut self.seconds, 0, common.distinct + 2, interrupt)?;
        let Self { places: [in_reference, in_prediction], ends: [reference_ends, prediction_ends], seconds, .. } = self;
        let mut matches = 0;
        for token in 1..=common.distinct {
            let in_reference = &in_reference[reference_ends[token - 1] as usize..reference_ends[token] as usize];
            let in_prediction = &in_prediction[prediction_ends[token - 1] as usize..prediction_ends[token] as usize];
            interrupt.spend(2 * reach * (2 * in_reference.len() + in_prediction.len()))?;
            for &place in in_reference {
                for &second in within(&common.reference, place, reach) {
                    seconds[second as usize] += 1;
                }
            }
            // No token of the prediction has this id.
            seconds[Common::ONLY_REFERENCE as usize] = 0;
            for &place in in_prediction {
                for &second in within(&common.prediction, place, reach) {
                    let left = &mut seconds[second as usize];
                    matches += usize::from(*left > 0);
                    *left = left.saturating_sub(1);
                }
            }
            for &place in in_reference {
                for &second in within(&common.reference, place, reach) {
                    seconds[second as usize] = 0;
                }
            }
        }
        Ok(matches)
    }
}

/// The tokens after a place that are within reach.
#[inline(always)]
fn within(text: &[u32], place: u32, reach: usize) -> &[u32] {
    let next = place as usize + 1;
    &text[next..text.len().min(next + reach)]
}

/// The places of each token up to `distinct`, by a counting sort.
fn by_token(
    text: &[u32],
    distinct: usize,
    places: &mut Vec<u32>,
    ends: &mut Vec<u32>,
    interrupt: &Interrupt,
) -> Result<(), Error> {
    ends.clear();
    memory::resize(ends, 0, distinct + 2, interrupt)?;
    let shared = |token: u32| (1..=distinct as u32).contains(&token);
    for &token in text.iter().filter(|&&token| shared(token)) {
        ends[token as usize + 1] += 1;
    }
    for token in 1..ends.len() {
        ends[token] += ends[token - 1];
    }
    // Filling moves each start to the end of its token's places, where the start of the next token was.
    places.clear();
    memory::resize(places, 0, ends[distinct + 1] as usize, interrupt)?;
    for (place, &token) in text.iter().enumerate().filter(|(_, token)| shared(**token)) {
        let to = &mut ends[token as usize];
        places[*to as usize] = place as u32;
        *to += 1;
    }
    Ok(())
}

/// Counts the pairs whose second token is in a block, at any distance. Tokens of one text alone do not matter then.
struct Everywhere<'a> {
    counter: &'a mut SkipBigrams,
    common: &'a Common,
    block: u32,
}

impl Kernel for Everywhere<'_> {
    type Output = usize;

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) -> usize {
        let Self { counter: SkipBigrams { reference, prediction, .. }, common, block } = self;
        let texts = [(&common.shared_reference, &mut *reference), (&common.shared_prediction, &mut *prediction)];
        for (text, counts) in texts {
            counts.fill([0; LANES]);
            let mut after: Counts = [0; LANES];
            for &token in text.iter().rev() {
                add(&mut counts[token as usize], &after);
                if let Some(lane) = after.get_mut(token.wrapping_sub(block) as usize) {
                    *lane += 1;
                }
            }
        }
        clipped(reference, prediction)
    }
}

/// Counts the pairs whose second token is in a block and within reach of the first.
struct Block<'a> {
    counter: &'a mut SkipBigrams,
    common: &'a Common,
    reach: usize,
    block: u32,
}

impl Kernel for Block<'_> {
    type Output = usize;

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) -> usize {
        let Self { counter: SkipBigrams { reference, prediction, .. }, common, reach, block } = self;
        let distinct = common.distinct as u32;
        let texts = [(&common.reference, &mut *reference), (&common.prediction, &mut *prediction)];
        for (text, counts) in texts {
            counts.fill([0; LANES]);
            let mut after: Counts = [0; LANES];
            for (place, &token) in text.iter().enumerate().rev() {
                // Tokens of one text alone are in row 0 and match nothing.
                let row = if token <= distinct { token } else { 0 };
                add(&mut counts[row as usize], &after);
                if let Some(lane) = after.get_mut(token.wrapping_sub(block) as usize) {
                    *lane += u32::from(token <= distinct);
                }
                if let Some(&left) = text.get(place + reach)
                    && left <= distinct
                    && let Some(lane) = after.get_mut(left.wrapping_sub(block) as usize)
                {
                    *lane -= 1;
                }
            }
        }
        reference[Common::ONLY_REFERENCE as usize] = [0; LANES];
        clipped(reference, prediction)
    }
}

#[inline(always)]
fn add(to: &mut Counts, more: &Counts) {
    for (to, &more) in to.iter_mut().zip(more) {
        *to += more;
    }
}

#[inline(always)]
fn clipped(reference: &[Counts], prediction: &[Counts]) -> usize {
    let mut matches = 0;
    for (reference, prediction) in reference.iter().zip(prediction) {
        let mut least = 0;
        for (&a, &b) in reference.iter().zip(prediction) {
            least += u64::from(a.min(b));
        }
        matches += least as usize;
    }
    matches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Random, never};
    use std::collections::HashMap;

    fn by_list(prediction: &[u32], reference: &[u32], distance: Option<usize>) -> usize {
        let pairs = |text: &[u32]| {
            let mut counts: HashMap<(u32, u32), usize> = HashMap::new();
            for (place, &first) in text.iter().enumerate() {
                let reach = distance.map_or(text.len(), |distance| distance + 1);
                for &second in text[place + 1..].iter().take(reach) {
                    *counts.entry((first, second)).or_default() += 1;
                }
            }
            counts
        };
        let (found, wanted) = (pairs(prediction), pairs(reference));
        found.iter().map(|(pair, &count)| count.min(wanted.get(pair).copied().unwrap_or(0))).sum()
    }

    #[test]
    fn as_listed() {
        let mut random = Random::new(21);
        let (mut common, mut counter) = (Common::default(), SkipBigrams::default());
        for round in 0..600 {
            let vocabulary = [1, 2, 5, 40, 400][round % 5];
            let most = [3, 20, 90, 400][round % 4];
            let (prediction, reference) = (random.tokens(most, vocabulary), random.tokens(most, vocabulary));
            for distance in [Some(0), Some(1), Some(4), Some(50), None] {
                for cpu in Cpu::available() {
                    common.read(cpu, vocabulary as usize, &prediction, &reference, &never()).unwrap();
                    let found = counter.matches(cpu, &common, distance, &never());
                    assert_eq!(found, Ok(by_list(&prediction, &reference, distance)), "{distance:?}");
                    let longer = prediction.len().max(reference.len());
                    let reach = distance.map_or(longer, |distance| (distance + 1).min(longer));
                    assert_eq!(counter.listed(&common, reach, &never()), found, "{distance:?}");
                }
            }
        }
    }

    #[test]
    fn totals() {
        for tokens in 0..9 {
            for distance in [Some(0), Some(2), Some(6), Some(usize::MAX), None] {
                let text: Vec<u32> = (0..tokens as u32).collect();
                assert_eq!(total(tokens, distance), by_list(&text, &text, distance.map(|d| d.min(99))));
            }
        }
        assert_eq!(total(usize::MAX, None), usize::MAX);
    }
}
