//! Explanations of the counts of one pair of texts: the matching n-grams, the aligned tokens and the moves.
//! The kernels that score also explain, so an explanation takes a few times as long as a score.
//!
//! A number represents a token. Equal tokens have equal numbers, and all numbers are below the number of tokens in
//! all texts of the call.

use std::ops::Range;

use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::kernels::lcs_positions::WayBack;
use crate::kernels::levenshtein::{Levenshtein, Pair};
use crate::kernels::ngram::NgramCounter;
use crate::kernels::shared_tokens::Common;
use crate::kernels::ter_shifts::Shifts;
use crate::limits::interrupt::Interrupt;
use crate::limits::room::AtWork;

pub use crate::kernels::edit_distance::Edit;
pub use crate::kernels::levenshtein::Step;
pub use crate::kernels::ngram::{Run, Shared};
pub use crate::kernels::ter_shifts::Steps;

/// A text as tokens.
pub type Tokens<'a> = &'a [u32];

/// A text of several lines, as tokens.
#[derive(Clone, Copy)]
pub struct Lines<'a> {
    /// The tokens of all lines.
    pub tokens: Tokens<'a>,
    /// For each line, the number of tokens up to its end.
    pub ends: &'a [u32],
}

/// Bytes per token, to estimate the memory that a pair takes.
const BYTES: usize = size_of::<u32>();

fn read_pair(prediction: Tokens<'_>, reference: Tokens<'_>, interrupt: &Interrupt) -> Result<(AtWork, Common), Error> {
    read(prediction, reference, prediction.len() + reference.len(), interrupt)
}

/// Reads a pair of texts whose tokens are all below `vocabulary`. The first result counts the memory.
fn read(
    prediction: Tokens<'_>,
    reference: Tokens<'_>,
    vocabulary: usize,
    interrupt: &Interrupt,
) -> Result<(AtWork, Common), Error> {
    let tokens = prediction.len() + reference.len();
    let at_work = AtWork::start(BYTES * tokens, Some(interrupt))?;
    interrupt.spend(50 * tokens)?;
    let mut common = Common::default();
    common.read(Cpu::detect(), vocabulary, prediction, reference, interrupt)?;
    Ok((at_work, common))
}

/// For each of the `orders`, the n-grams that the prediction shares with a reference, ordered by first occurrence in
/// the prediction. The reference count of an n-gram is its largest count in any reference.
pub fn ngrams(
    prediction: Tokens<'_>,
    references: &[Vec<u32>],
    orders: &[usize],
    interrupt: &Interrupt,
) -> Result<Vec<Vec<Shared>>, Error> {
    let vocabulary = prediction.len() + references.iter().map(Vec::len).sum::<usize>();
    let mut all: Vec<Vec<Shared>> = vec![Vec::new(); orders.len()];
    let mut counter = NgramCounter::new();
    for reference in references {
        let (_at_work, common) = read(prediction, reference, vocabulary, interrupt)?;
        counter.start();
        for (&order, all) in orders.iter().zip(&mut all) {
            all.extend(counter.shared(&common, order, interrupt)?);
        }
    }
    if references.len() > 1 {
        for all in &mut all {
            interrupt.spend(50 * all.len())?;
            all.sort_unstable_by_key(|ngram| (ngram.place, std::cmp::Reverse(ngram.reference)));
            all.dedup_by_key(|ngram| ngram.place);
        }
    }
    Ok(all)
}

/// The longest contiguous run of tokens that both texts have, or `None` if they share no token. Of several runs it is
/// the first in the prediction, and then the first in the reference.
pub fn longest_run(prediction: Tokens<'_>, reference: Tokens<'_>, interrupt: &Interrupt) -> Result<Option<Run>, Error> {
    let (_at_work, common) = read_pair(prediction, reference, interrupt)?;
    NgramCounter::new().first_longest_run(&common, interrupt)
}

/// The steps of the alignment that WER counts, in order.
pub fn alignment(prediction: Tokens<'_>, reference: Tokens<'_>, interrupt: &Interrupt) -> Result<Vec<Step>, Error> {
    let tokens = prediction.len() + reference.len();
    let _at_work = AtWork::start(BYTES * tokens, Some(interrupt))?;
    Levenshtein::default().steps(Cpu::detect(), Pair { reference, prediction, ids: tokens }, interrupt)
}

/// The moves and edits that TER counts. A move has at most `most_moved` tokens: 10 in TER, 0 for the edit distance
/// within TER's beam.
pub fn ter(
    prediction: Tokens<'_>,
    reference: Tokens<'_>,
    most_moved: usize,
    interrupt: &Interrupt,
) -> Result<Steps, Error> {
    let (_at_work, mut common) = read_pair(prediction, reference, interrupt)?;
    let mut steps = Steps::default();
    Cpu::detect().call(Search { most_moved, common: &mut common, steps: &mut steps, interrupt })?;
    Ok(steps)
}

struct Search<'a> {
    most_moved: usize,
    common: &'a mut Common,
    steps: &'a mut Steps,
    interrupt: &'a Interrupt<'a>,
}

impl Kernel for Search<'_> {
    type Output = Result<(), Error>;

    #[inline(always)]
    fn run<I: Isa>(self, isa: I) -> Self::Output {
        Shifts::moving(self.most_moved).steps(isa, self.common, self.interrupt, self.steps)
    }
}

/// For each line of the reference, the union of its LCSs with the lines of the prediction. The result has a pair of
/// places for each reference token in a union: the place in the prediction, in the first line whose LCS has the
/// reference token, and the place in the reference. For texts of one line the result is their LCS.
pub fn union(prediction: Lines<'_>, reference: Lines<'_>, interrupt: &Interrupt) -> Result<Vec<[u32; 2]>, Error> {
    const NONE: u32 = u32::MAX;
    let (_at_work, common) = read_pair(prediction.tokens, reference.tokens, interrupt)?;
    let mut way_back = WayBack::default();
    way_back.start(common.distinct + 2, interrupt)?;
    let (mut union, mut first) = (Vec::new(), Vec::new());
    for to in lines(reference.ends) {
        first.clear();
        first.resize(to.len(), NONE);
        for from in lines(prediction.ends) {
            interrupt.spend(50)?;
            let (start, texts) = (from.start as u32, [&common.prediction[from], &common.reference[to.clone()]]);
            way_back.pairs(Cpu::detect(), texts[0], texts[1], interrupt, |place, of_line| {
                if first[of_line] == NONE {
                    first[of_line] = start + place as u32;
                }
            })?;
        }
        let taken = first.iter().zip(to).filter(|(from, _)| **from != NONE);
        union.extend(taken.map(|(&from, to)| [from, to as u32]));
    }
    Ok(union)
}

/// The range of token places of each line.
fn lines(ends: &[u32]) -> impl Iterator<Item = Range<usize>> {
    std::iter::once(&0).chain(ends).zip(ends).map(|(&start, &end)| start as usize..end as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Random, lcs, never};
    use std::collections::BTreeMap;

    /// Renumbers tokens from 0, as the functions require.
    fn numbered(texts: &mut [&mut Vec<u32>]) {
        let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
        for id in texts.iter_mut().flat_map(|text| text.iter_mut()) {
            let next = numbers.len() as u32;
            *id = *numbers.entry(*id).or_insert(next);
        }
    }

    #[test]
    fn unions_by_the_table() {
        let mut random = Random::new(41);
        for round in 0..1000 {
            let vocabulary = [1, 2, 3, 5, 20, 300][round % 6];
            let most = [4, 20, 66, 130, 600][round % 5];
            let lines = [1, 2, 6][round % 3];
            let mut text = || -> Vec<Vec<u32>> { (0..lines).map(|_| random.tokens(most, vocabulary)).collect() };
            let (mut prediction, mut reference) = (text(), text());
            // Some tokens that the other side lacks, also in runs.
            reference.iter_mut().flatten().filter(|id| **id % 4 == 1).for_each(|id| *id = 1000);
            prediction.iter_mut().flatten().filter(|id| **id % 4 == 2).for_each(|id| *id = 1001);
            numbered(&mut prediction.iter_mut().chain(&mut reference).collect::<Vec<_>>());
            let mut expected: BTreeMap<u32, u32> = BTreeMap::new();
            let mut line_start = 0;
            for line in &reference {
                let mut other_start = 0;
                for other in &prediction {
                    for (i, j) in lcs(other, line) {
                        expected.entry(line_start + j as u32).or_insert(other_start + i as u32);
                    }
                    other_start += other.len() as u32;
                }
                line_start += line.len() as u32;
            }
            let expected: Vec<[u32; 2]> = expected.into_iter().map(|(to, from)| [from, to]).collect();
            let ends = |text: &[Vec<u32>]| -> Vec<u32> {
                let mut end = 0;
                let add = |line: &Vec<u32>| {
                    end += line.len() as u32;
                    end
                };
                text.iter().map(add).collect()
            };
            let texts = [prediction, reference].map(|text| (text.concat(), ends(&text)));
            let [prediction, reference] = [&texts[0], &texts[1]].map(|(tokens, ends)| Lines { tokens, ends });
            assert_eq!(union(prediction, reference, &never()).unwrap(), expected, "{texts:?}");
        }
    }

    #[test]
    fn several_references_give_the_largest_count() {
        // The prediction is "a b a c", the references are "b a b" and "a a a d".
        let references = [vec![1, 0, 1], vec![0, 0, 0, 3]];
        let found = ngrams(&[0, 1, 0, 2], &references, &[1, 2], &never()).unwrap();
        let shared = |place, prediction, reference| Shared { place, prediction, reference };
        assert_eq!(found, [vec![shared(0, 2, 3), shared(1, 1, 2)], vec![shared(0, 1, 1), shared(1, 1, 1)]]);
        assert_eq!(ngrams(&[], &[vec![]], &[1], &never()).unwrap(), [vec![]]);
    }
}
