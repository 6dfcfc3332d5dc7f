//! A pair of texts reduced to the tokens that both have.
//!
//! Tokens that only one side has match nothing, in any kernel. Shared tokens get new dense ids, so tables
//! over a pair are small, no matter how large the vocabulary is.

use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory::{self, PIECE};

/// Steps per token of one pass.
const STEPS: usize = 2;

/// The two texts of a pair in new ids: `1..=distinct` for tokens that both have, and
/// [`Common::ONLY_REFERENCE`] or [`Common::only_prediction`] for the others. These two ids differ, so no
/// n-gram with such a token is on both sides.
#[derive(Default)]
pub(crate) struct Common {
    /// The new id of each token of the reference.
    pub reference: Vec<u32>,
    /// The new id of each token of the prediction.
    pub prediction: Vec<u32>,
    /// `reference` without the tokens that the prediction lacks.
    pub shared_reference: Vec<u32>,
    /// `prediction` without the tokens that the reference lacks.
    pub shared_prediction: Vec<u32>,
    /// The number of distinct tokens that both have.
    pub distinct: usize,
    /// The number of occurrences in the prediction, for new ids up to `distinct`.
    pub prediction_counts: Vec<u32>,
    /// The clipped count of unigrams.
    pub matches: usize,
    /// For each vocabulary id, its rank by first occurrence in the reference, from 1. All zeros between pairs.
    order: Vec<u32>,
    /// For each rank, the numbers of occurrences in the reference and in the prediction.
    counts: Vec<[u32; 2]>,
    /// For each rank, the new id.
    ids: Vec<u32>,
    /// For each vocabulary id, its places in a reference of at most 64 tokens. All zeros between pairs.
    places: Vec<u64>,
}

impl Common {
    /// The id of a token that the prediction lacks.
    pub const ONLY_REFERENCE: u32 = 0;

    /// The id of a token that the reference lacks.
    pub fn only_prediction(&self) -> u32 {
        self.distinct as u32 + 1
    }

    /// The number of edits that no order of the prediction's tokens falls below, counting each insertion, deletion and
    /// substitution as one.
    pub fn least_edits(&self) -> u32 {
        (self.prediction.len().max(self.reference.len()) - self.matches) as u32
    }

    /// Reads a pair whose reference has at most 64 tokens, faster. The id of a token of the reference is its first place
    /// there plus 1, also if the prediction lacks it, and `distinct` is the length of the reference. The fields
    /// `shared_reference`, `shared_prediction` and `prediction_counts` are left as they are.
    #[inline(always)]
    pub fn read_short(&mut self, vocabulary: usize, prediction: &[u32], reference: &[u32]) {
        let places = &mut self.places;
        if places.len() < vocabulary {
            places.resize(vocabulary, 0);
        }
        for (place, &id) in reference.iter().enumerate() {
            places[id as usize] |= 1 << place;
        }
        let first = |places: u64| places.trailing_zeros() + 1;
        self.reference.clear();
        self.reference.extend(reference.iter().map(|&id| first(places[id as usize])));
        let mut used = 0;
        let none = reference.len() as u32 + 1;
        self.prediction.clear();
        self.prediction.extend(prediction.iter().map(|&id| {
            let places = places[id as usize];
            let free = places & !used;
            used |= free & free.wrapping_neg();
            if places == 0 { none } else { first(places) }
        }));
        self.distinct = reference.len();
        self.matches = used.count_ones() as usize;
        for &id in reference {
            places[id as usize] = 0;
        }
    }

    /// Reads a pair whose ids are all below `vocabulary`. Linear. After an error `self` must not be used again.
    pub fn read(
        &mut self,
        cpu: Cpu,
        vocabulary: usize,
        prediction: &[u32],
        reference: &[u32],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        if self.order.len() < vocabulary {
            memory::resize(&mut self.order, 0, vocabulary, interrupt)?;
        } else if self.order.len() > vocabulary * 4 + (1 << 16) {
            // The vocabulary was started again after it had grown very large.
            self.order.truncate(vocabulary);
            self.order.shrink_to_fit();
        }
        cpu.call(ReadPair { common: self, vocabulary, prediction, reference, interrupt })
    }
}

struct ReadPair<'a> {
    common: &'a mut Common,
    vocabulary: usize,
    prediction: &'a [u32],
    reference: &'a [u32],
    interrupt: &'a Interrupt<'a>,
}

impl Kernel for ReadPair<'_> {
    type Output = Result<(), Error>;

    /// No branch depends on a token, because about half of such branches would be mispredicted.
    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) -> Result<(), Error> {
        let Self { common, vocabulary, prediction, reference, interrupt } = self;
        let order = &mut common.order[..vocabulary];
        // Rank 0 counts the tokens that only the prediction has.
        let counts = &mut common.counts;
        counts.clear();
        memory::resize(counts, [0, 0], reference.len() + 1, interrupt)?;
        let mut seen = 0;
        common.reference.clear();
        memory::reserve(&mut common.reference, reference.len())?;
        for reference in reference.chunks(PIECE) {
            interrupt.spend(STEPS * reference.len())?;
            common.reference.extend(reference.iter().map(|&id| {
                let known = order[id as usize];
                seen += u32::from(known == 0);
                let place = if known == 0 { seen } else { known };
                order[id as usize] = place;
                counts[place as usize][0] += 1;
                place
            }));
        }
        common.prediction.clear();
        memory::reserve(&mut common.prediction, prediction.len())?;
        for prediction in prediction.chunks(PIECE) {
            interrupt.spend(STEPS * prediction.len())?;
            common.prediction.extend(prediction.iter().map(|&id| {
                let place = order[id as usize];
                counts[place as usize][1] += 1;
                place
            }));
        }
        for reference in reference.chunks(PIECE) {
            interrupt.spend(STEPS * reference.len())?;
            for &id in reference {
                order[id as usize] = 0;
            }
        }
        let mut distinct = 0;
        let mut matches = 0;
        common.prediction_counts.clear();
        memory::resize(&mut common.prediction_counts, 0, seen as usize + 2, interrupt)?;
        common.ids.clear();
        memory::reserve(&mut common.ids, seen as usize + 1)?;
        interrupt.spend(STEPS * seen as usize)?;
        common.ids.extend(counts[..=seen as usize].iter().map(|&[in_reference, in_prediction]| {
            let both = in_reference.min(in_prediction);
            matches += both as usize;
            let shared = both > 0;
            distinct += u32::from(shared);
            common.prediction_counts[distinct as usize + usize::from(!shared)] = in_prediction;
            if shared { distinct } else { Common::ONLY_REFERENCE }
        }));
        common.matches = matches;
        common.distinct = distinct as usize;
        common.prediction_counts.truncate(distinct as usize + 1);
        common.prediction_counts[0] = 0;
        let (tokens, shared) = (&mut common.reference, &mut common.shared_reference);
        rename(tokens, &common.ids, shared, interrupt, |id| id != Common::ONLY_REFERENCE)?;
        let only_prediction = common.only_prediction();
        common.ids[0] = only_prediction;
        let (tokens, shared) = (&mut common.prediction, &mut common.shared_prediction);
        rename(tokens, &common.ids, shared, interrupt, |id| id != only_prediction)
    }
}

#[inline(always)]
fn rename(
    tokens: &mut [u32],
    ids: &[u32],
    shared: &mut Vec<u32>,
    interrupt: &Interrupt,
    is_shared: impl Fn(u32) -> bool,
) -> Result<(), Error> {
    shared.clear();
    memory::resize(shared, 0, tokens.len() + 1, interrupt)?;
    let mut kept = 0;
    for tokens in tokens.chunks_mut(PIECE) {
        interrupt.spend(STEPS * tokens.len())?;
        for token in tokens {
            *token = ids[*token as usize];
            shared[kept] = *token;
            kept += usize::from(is_shared(*token));
        }
    }
    shared.truncate(kept);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Random, never};

    #[test]
    fn a_short_reference_is_read_as_a_long_one_is() {
        let mut random = Random::new(15);
        let (mut common, mut short) = (Common::default(), Common::default());
        for round in 0..500 {
            let vocabulary = [2, 10, 60][round % 3];
            let (prediction, reference) = (random.tokens(100, vocabulary), random.tokens(65, vocabulary));
            common.read(Cpu::detect(), 60, &prediction, &reference, &never()).unwrap();
            short.read_short(60, &prediction, &reference);
            assert_eq!(short.matches, common.matches);
            for (a, &id) in short.prediction.iter().zip(&prediction) {
                assert_eq!(*a == short.only_prediction(), !reference.contains(&id));
                for (b, other) in short.reference.iter().zip(&reference) {
                    assert_eq!(a == b, id == *other);
                }
            }
            assert!(short.reference.iter().all(|id| (1..=short.distinct as u32).contains(id)));
        }
    }

    #[test]
    fn tokens_that_both_texts_have() {
        for cpu in Cpu::available() {
            let mut common = Common::default();
            for _ in 0..2 {
                common.read(cpu, 10, &[5, 7, 5, 9], &[1, 5, 9, 9, 3], &never()).unwrap();
                assert_eq!(common.reference, [0, 1, 2, 2, 0]);
                assert_eq!(common.prediction, [1, 3, 1, 2]);
                assert_eq!(common.shared_reference, [1, 2, 2]);
                assert_eq!(common.shared_prediction, [1, 1, 2]);
                assert_eq!(common.prediction_counts, [0, 2, 1]);
                assert_eq!((common.distinct, common.matches), (2, 2));
            }
            common.read(cpu, 10, &[], &[1], &never()).unwrap();
            assert_eq!((common.distinct, common.matches), (0, 0));
            common.read(cpu, 10, &[1], &[], &never()).unwrap();
            assert_eq!((common.distinct, common.matches), (0, 0));
        }
    }
}
