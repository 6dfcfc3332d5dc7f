//! The positions of one longest common subsequence, chosen as ROUGE chooses it: by the way back through
//! the table of lengths in `_backtrack_norec` (rouge_score 0.1.2, `rouge_scorer.py:216`). In that function
//! a match steps diagonally. Otherwise, a strictly greater length to the left steps to the previous token
//! of the prediction, and any other case steps to the previous token of the reference.
//!
//! In Hyyro's columns (see `lcs.rs`) the last two cases are one rule: at column j, row i goes directly to
//! the highest place below it that is a match in j or a zero of j. A match is taken. A zero passes on to
//! column j - 1, with its place still open. So the way back takes a few operations per token of the
//! prediction, and needs the columns but no table of lengths.
//!
//! The reference is processed in blocks of 256 tokens. On the way back, the columns of a block are computed
//! again from the carries at its edge. The carries of 256 blocks, a group, take as much memory as the
//! columns of one block, so the carries of only one group are kept. For earlier groups they are computed
//! again from the carries at the group's edge. Texts of n and m tokens take about 64 n bytes, plus 32 bytes
//! per distinct token, plus n m / 524,288 bytes for the edges of groups.

use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;

pub(crate) const LANES: usize = 4;
/// The mask of one token, or a column, as one number of [`LANES`] words.
pub(crate) type Words = [u64; LANES];
/// Tokens of the reference per block.
const BLOCK: usize = 64 * LANES;
/// Tokens of the reference per group of blocks.
const GROUP: usize = 256 * BLOCK;

/// Buffers of the computation.
#[derive(Default)]
pub(crate) struct WayBack {
    /// All zeros between pairs.
    masks: Vec<Words>,
    columns: Vec<Words>,
    /// The carries into each block of a group and out of the last block, a bit per token of the prediction.
    carries: Vec<Vec<u64>>,
    /// The carries into each group except the last.
    edges: Vec<Vec<u64>>,
}

impl WayBack {
    /// Prepares for pairs whose tokens are all below `vocabulary`.
    pub fn start(&mut self, vocabulary: usize, interrupt: &Interrupt) -> Result<(), Error> {
        self.masks.clear();
        memory::resize(&mut self.masks, [0; LANES], vocabulary, interrupt)
    }

    /// Calls `taken` for each match on the subsequence, from the last to the first, with its places in the
    /// prediction and in the reference. O(n m / 64).
    pub fn pairs(
        &mut self,
        cpu: Cpu,
        prediction: &[u32],
        reference: &[u32],
        interrupt: &Interrupt,
        mut taken: impl FnMut(usize, usize),
    ) -> Result<(), Error> {
        self.edges.clear();
        self.enter(0, prediction.len(), interrupt)?;
        let groups = reference.chunks(GROUP);
        for group in groups.clone().take(groups.len().saturating_sub(1)) {
            self.edges.push(memory::copy(&self.carries[0])?);
            self.forward(cpu, prediction, group, interrupt)?;
            self.carries.swap(0, GROUP / BLOCK);
        }
        let mut at = prediction.len();
        for (number, group) in groups.enumerate().rev() {
            if let Some(edge) = self.edges.get(number) {
                self.carries[0].clone_from(edge);
            }
            let last = (group.len() - 1) / BLOCK * BLOCK;
            self.forward(cpu, &prediction[..at], &group[..last], interrupt)?;
            for (of_group, block) in group.chunks(BLOCK).enumerate().rev() {
                let before = number * GROUP + of_group * BLOCK;
                let taken = |place, of_block| taken(place, before + of_block);
                at = self.back(cpu, &prediction[..at], block, of_group, interrupt, taken)?;
            }
        }
        Ok(())
    }

    /// Clears the carries into a block, for a prediction of `tokens` tokens.
    fn enter(&mut self, block: usize, tokens: usize, interrupt: &Interrupt) -> Result<(), Error> {
        if self.carries.len() <= block {
            self.carries.resize(block + 1, Vec::new());
        }
        self.carries[block].clear();
        memory::resize(&mut self.carries[block], 0, tokens.div_ceil(64), interrupt)
    }

    /// Computes the carries into all blocks but the first, and out of the last block, from the carries into the
    /// first.
    fn forward(&mut self, cpu: Cpu, prediction: &[u32], blocks: &[u32], interrupt: &Interrupt) -> Result<(), Error> {
        for (number, block) in blocks.chunks(BLOCK).enumerate() {
            interrupt.spend(4 * prediction.len())?;
            self.enter(number + 1, prediction.len(), interrupt)?;
            let [carry_in, carry_out] = &mut self.carries[number..][..2] else {
                unreachable!("the slice has two elements")
            };
            cpu.call(Columns {
                block,
                prediction,
                masks: &mut self.masks,
                carry_in,
                carry_out: Some(carry_out),
                columns: None,
            });
        }
        Ok(())
    }

    /// Goes back through one block whose places are all open. Returns the number of tokens of the prediction
    /// that are left after the block.
    fn back(
        &mut self,
        cpu: Cpu,
        prediction: &[u32],
        block: &[u32],
        number: usize,
        interrupt: &Interrupt,
        taken: impl FnMut(usize, usize),
    ) -> Result<usize, Error> {
        let Self { masks, columns, carries, .. } = self;
        interrupt.spend(8 * prediction.len())?;
        columns.clear();
        memory::reserve(columns, prediction.len())?;
        cpu.call(Columns {
            block,
            prediction,
            masks,
            carry_in: &carries[number],
            carry_out: None,
            columns: Some(columns),
        });
        let left = way_back(block.len(), prediction, masks, columns, taken);
        for &id in block {
            masks[id as usize] = [0; LANES];
        }
        Ok(left)
    }
}

/// Computes the columns and carries of one block of the reference with the prediction.
struct Columns<'a> {
    block: &'a [u32],
    prediction: &'a [u32],
    masks: &'a mut [Words],
    /// A bit per token of the prediction.
    carry_in: &'a [u64],
    carry_out: Option<&'a mut [u64]>,
    columns: Option<&'a mut Vec<Words>>,
}

impl Kernel for Columns<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) {
        let Self { block, prediction, masks, carry_in, mut carry_out, mut columns } = self;
        for (place, &id) in block.iter().enumerate() {
            masks[id as usize][place / 64] |= 1 << (place % 64);
        }
        let mut column = [u64::MAX; LANES];
        for (token, &id) in prediction.iter().enumerate() {
            let mut carry = carry_in[token / 64] >> (token % 64) & 1 == 1;
            for (word, mask) in column.iter_mut().zip(masks[id as usize]) {
                let (sum, over) = word.overflowing_add(*word & mask);
                let (sum, over_again) = sum.overflowing_add(u64::from(carry));
                carry = over | over_again;
                *word = sum | (*word & !mask);
            }
            if let Some(carries) = &mut carry_out {
                carries[token / 64] |= u64::from(carry) << (token % 64);
            }
            if let Some(columns) = &mut columns {
                columns.push(column);
            }
        }
        if columns.is_none() {
            for &id in block {
                masks[id as usize] = [0; LANES];
            }
        }
    }
}

/// See [`WayBack::back`].
fn way_back(
    open: usize,
    prediction: &[u32],
    masks: &[Words],
    columns: &[Words],
    mut taken: impl FnMut(usize, usize),
) -> usize {
    let mut open = open;
    for (at, (&id, column)) in prediction.iter().zip(columns).enumerate().rev() {
        let mask = masks[id as usize];
        loop {
            if open == 0 {
                return at + 1;
            }
            let word = (open - 1) / 64;
            let below = u64::MAX >> (63 - (open - 1) % 64);
            let stops = (mask[word] | !column[word]) & below;
            if stops == 0 {
                open = word * 64;
                continue;
            }
            let place = 63 - stops.leading_zeros() as usize;
            if mask[word] >> place & 1 == 1 {
                taken(at, word * 64 + place);
                open = word * 64 + place;
            } else {
                open = word * 64 + place + 1;
            }
            break;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Random, lcs, never};

    fn pairs(way_back: &mut WayBack, cpu: Cpu, prediction: &[u32], reference: &[u32]) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        let taken = |place, other| pairs.push((place, other));
        way_back.pairs(cpu, prediction, reference, &never(), taken).expect("not interrupted");
        pairs
    }

    #[test]
    fn as_by_the_table() {
        let mut random = Random::new(21);
        let mut way_back = WayBack::default();
        for round in 0..1500 {
            let vocabulary = [1, 2, 3, 5, 20, 300][round % 6];
            let most = [3, 20, 66, 130, 260, 600][round / 6 % 6];
            let (prediction, reference) = (random.tokens(most, vocabulary), random.tokens(most, vocabulary));
            let expected = lcs(&prediction, &reference);
            way_back.start(vocabulary as usize, &never()).unwrap();
            for cpu in Cpu::available() {
                let found = pairs(&mut way_back, cpu, &prediction, &reference);
                assert_eq!(found, expected, "{cpu:?} {prediction:?} {reference:?}");
            }
        }
    }

    #[test]
    fn every_length_about_the_edges_of_words_and_blocks() {
        let mut random = Random::new(22);
        let mut way_back = WayBack::default();
        let token = |random: &mut Random| random.below(3) as u32;
        for edge in [64, 128, 256, 512] {
            for (n, m) in (0..9).map(|pair| (edge - 1 + pair / 3, edge - 1 + pair % 3)) {
                let prediction: Vec<u32> = (0..n).map(|_| token(&mut random)).collect();
                let reference: Vec<u32> = (0..m).map(|_| token(&mut random)).collect();
                way_back.start(3, &never()).unwrap();
                for cpu in Cpu::available() {
                    let found = pairs(&mut way_back, cpu, &prediction, &reference);
                    assert_eq!(found, lcs(&prediction, &reference), "{cpu:?} {n} {m}");
                }
            }
        }
    }

    /// The prediction's tokens are spread over the reference, some of them twice, so that the way back passes
    /// every group.
    #[test]
    fn several_groups() {
        let mut random = Random::new(23);
        let mut way_back = WayBack::default();
        for groups in [2, 3] {
            let mut reference = vec![0; groups * GROUP - GROUP / 3];
            let mut prediction: Vec<u32> = (0..150).collect();
            for token in 1..150 {
                let place = token * reference.len() / 150;
                let another = (place + random.below(3 * GROUP / 2)) % reference.len();
                reference[place] = token as u32;
                reference[another] = token as u32;
                prediction.swap(token, token - random.below(2));
            }
            way_back.start(150, &never()).unwrap();
            let expected = lcs(&prediction, &reference);
            assert!(expected.iter().any(|&(_, place)| place < GROUP / 2));
            assert!(expected.iter().any(|&(_, place)| place > (groups - 1) * GROUP));
            for cpu in Cpu::available() {
                assert_eq!(pairs(&mut way_back, cpu, &prediction, &reference), expected, "{cpu:?} {groups}");
            }
        }
    }
}
