//! Clipped n-gram counts of a pair for consecutive orders, each computed from the order before. An n-gram
//! that both texts have begins with a shorter n-gram that both have.
//!
//! A table maps the name of an n-gram and the token after it to the name of the longer n-gram. N-grams that
//! the other text lacks are dropped before the next order. O(tokens x orders), and no branch depends on a
//! token. The table has names x distinct tokens entries, so larger pairs are left to
//! [`crate::kernels::ngram`].

use crate::cpu::{Isa, Kernel};
use crate::error::Error;
use crate::kernels::shared_tokens::Common;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory::{self, PIECE};

/// Steps per token of one pass.
const STEPS: usize = 5;
/// Most entries of the table. They take 2 MB.
const MOST: usize = 1 << 19;

/// Counts one pair at a time. Reuses its buffers.
#[derive(Default)]
pub(crate) struct Extender {
    /// The name of the longer n-gram, by name and token. All zeros between orders.
    table: Vec<u32>,
    /// The remaining count of each n-gram in the reference, by name. All zeros between orders.
    left: Vec<u32>,
    reference: Vec<Place>,
    prediction: Vec<Place>,
    /// The table index of each place of the reference.
    keys: Vec<u32>,
}

/// The start of an n-gram and its name. Names start at 1.
#[derive(Clone, Copy, Default)]
struct Place {
    start: u32,
    name: u32,
}

/// Counts the orders from 2 to `matches.len() + 1`. Returns false, without counting, if the pair is too large.
pub(crate) struct Extend<'a> {
    pub extender: &'a mut Extender,
    pub common: &'a Common,
    pub matches: &'a mut [usize],
    pub interrupt: &'a Interrupt<'a>,
}

impl Kernel for Extend<'_> {
    type Output = Result<bool, Error>;

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) -> Result<bool, Error> {
        let Self { extender, common, matches, interrupt } = self;
        let Extender { table, left, reference, prediction, keys } = extender;
        matches.fill(0);
        let width = common.distinct + 1;
        let longest = common.reference.len();
        if (longest + 1).saturating_mul(width) > MOST {
            return Ok(false);
        }
        if table.len() < (longest + 1) * width {
            table.resize((longest + 1) * width, 0);
        }
        if left.len() < longest + 1 {
            left.resize(longest + 1, 0);
        }
        keys.resize(longest.max(keys.len()), 0);
        start(&common.reference, common.distinct, reference, interrupt)?;
        start(&common.prediction, common.distinct, prediction, interrupt)?;
        let shared = |tokens: &[u32], at: usize| {
            let token = tokens.get(at).copied().unwrap_or(0) as usize;
            if token < width { token } else { 0 }
        };
        for (less, matches) in matches.iter_mut().enumerate() {
            let (mut kept, mut names) = (0, 0);
            for number in 0..reference.len() {
                let Place { start, name } = reference[number];
                let token = shared(&common.reference, start as usize + less + 1);
                let key = name as usize * width + token;
                let goes_on = u32::from(token != 0);
                names += goes_on & u32::from(table[key] == 0);
                let longer = if table[key] == 0 { names * goes_on } else { table[key] };
                table[key] = longer;
                left[longer as usize] += goes_on;
                reference[kept] = Place { start, name: longer };
                keys[kept] = key as u32;
                kept += goes_on as usize;
            }
            reference.truncate(kept);
            kept = 0;
            // The reference needs no pieces, because the size of the table bounds its length.
            for first in (0..prediction.len()).step_by(PIECE) {
                let piece = first..prediction.len().min(first + PIECE);
                interrupt.spend(STEPS * piece.len())?;
                for number in piece {
                    let Place { start, name } = prediction[number];
                    let token = shared(&common.prediction, start as usize + less + 1);
                    let longer = table[name as usize * width + token];
                    let count = &mut left[longer as usize];
                    // The top bit marks n-grams that the prediction has.
                    let matched = u32::from(*count & !SEEN > 0);
                    *matches += matched as usize;
                    *count = (*count - matched) | if longer == 0 { 0 } else { SEEN };
                    prediction[kept] = Place { start, name: longer };
                    kept += usize::from(longer != 0);
                }
            }
            prediction.truncate(kept);
            kept = 0;
            for number in 0..reference.len() {
                let place = reference[number];
                table[keys[number] as usize] = 0;
                reference[kept] = place;
                kept += usize::from(left[place.name as usize] & SEEN != 0);
            }
            reference.truncate(kept);
            left[..=names as usize].fill(0);
            if *matches == 0 {
                break;
            }
        }
        Ok(true)
    }
}

/// The bit that marks n-grams of the prediction.
const SEEN: u32 = 1 << 31;

/// Fills `places` with the places of the tokens that both texts have. A token's id, in `1..=distinct`, is its name.
fn start(tokens: &[u32], distinct: usize, places: &mut Vec<Place>, interrupt: &Interrupt) -> Result<(), Error> {
    places.clear();
    memory::resize(places, Place::default(), tokens.len() + 1, interrupt)?;
    let mut kept = 0;
    for (first, tokens) in tokens.chunks(PIECE).enumerate() {
        interrupt.spend(STEPS * tokens.len())?;
        for (start, &token) in tokens.iter().enumerate() {
            places[kept] = Place { start: (first * PIECE + start) as u32, name: token };
            kept += usize::from(token != 0 && token as usize <= distinct);
        }
    }
    places.truncate(kept);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::Cpu;
    use crate::kernels::ngram::NgramCounter;
    use crate::testing::{Random, never};

    #[test]
    fn counts_agree_with_the_ngram_counter() {
        let mut random = Random::new(9);
        let (mut common, mut counter, mut extender) = (Common::default(), NgramCounter::new(), Extender::default());
        for round in 0..800 {
            let vocabulary = [2, 5, 30, 200][round % 4];
            let prediction = random.tokens(150, vocabulary);
            let reference = random.tokens(150, vocabulary);
            for cpu in Cpu::available() {
                common.read(cpu, 200, &prediction, &reference, &never()).unwrap();
                let mut matches = [9; 7];
                let matches_of = &mut matches;
                let interrupt = &never();
                assert_eq!(
                    cpu.call(Extend { extender: &mut extender, common: &common, matches: matches_of, interrupt }),
                    Ok(true)
                );
                counter.start();
                let expected: Vec<usize> =
                    (2..9).map(|order| counter.matches(cpu, &common, order, &never()).unwrap()).collect();
                assert_eq!(matches, expected.as_slice(), "{prediction:?} {reference:?}");
            }
        }
    }

    #[test]
    fn pairs_that_are_too_large_are_not_counted() {
        let tokens: Vec<u32> = (0..1000).collect();
        let mut common = Common::default();
        common.read(Cpu::detect(), 1000, &tokens, &tokens, &never()).unwrap();
        let (mut extender, mut matches) = (Extender::default(), [0; 3]);
        let interrupt = &never();
        let extend = Extend { extender: &mut extender, common: &common, matches: &mut matches, interrupt };
        assert_eq!(Cpu::detect().call(extend), Ok(false));
    }
}
