//! ROUGE-Lsum: the union, over the lines of the prediction, of its LCS with each line of the
//! reference.
//!
//! Lin, "ROUGE: a package for automatic evaluation of summaries", 2004, section 3.2, as
//! rouge_score 0.1.2 has it (`rouge_scorer.py:235-300`): which of several LCS is taken decides the
//! score, so the way back through the table is that of `_backtrack_norec` (:216). There a match
//! steps diagonally; else a strictly greater length to the left steps to the previous token of the
//! prediction, and anything else to the previous token of the reference.
//!
//! In Hyyro's columns (see `lcs.rs`) the last two are one rule: at column j, row i goes down to the
//! highest place below it that is a match in j or a zero of j, at once; a match is taken, a zero
//! goes on to column j - 1 with the place itself still open. So the way back costs a few
//! operations for each token of the prediction, and needs the columns but no table of lengths.
//!
//! Lines of at most 64 tokens are done four at a time. Longer ones go in blocks of 256 tokens of
//! the reference; the columns of a block are computed again on the way back from the carries at
//! its edge, so that a pair of lines of n and m tokens takes n m / 2,048 bytes and not n m / 8.

use crate::common::Common;
use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::memory::{self, PIECE};

/// Steps of a token, or a line, that is folded.
const FOLDED: usize = 10;
const LANES: usize = 4;
type Lanes = [u64; LANES];
/// Tokens in a block of a long line: the lanes as one number.
const BLOCK: usize = 64 * LANES;

/// Buffers of the computation.
#[derive(Default)]
pub(crate) struct Union {
    /// The lines of the prediction, runs of what the reference lacks folded to one token.
    prediction: Vec<u32>,
    prediction_ends: Vec<u32>,
    /// The lines of the reference without what the prediction lacks.
    reference: Vec<u32>,
    /// Start and end of the lines of at most 64 tokens, and of the longer ones.
    short: Vec<[u32; 2]>,
    long: Vec<[u32; 2]>,
    masks: Vec<Lanes>,
    columns: Vec<Lanes>,
    carries: Vec<Vec<u64>>,
    taken: Vec<u64>,
    left: Vec<u32>,
}

impl Union {
    /// The hits: the sum over tokens of the smaller of its count in the union and in the
    /// prediction. `lines` are the ends of the lines.
    pub fn hits(
        &mut self,
        cpu: Cpu,
        common: &Common,
        prediction_lines: &[u32],
        reference_lines: &[u32],
        interrupt: &Interrupt,
    ) -> Result<usize, Error> {
        self.fold(common, prediction_lines, reference_lines, interrupt)?;
        self.masks.clear();
        memory::resize(&mut self.masks, [0; LANES], common.distinct + 2, interrupt)?;
        self.left.clear();
        self.left.extend_from_slice(&common.prediction_counts);
        let mut hits = 0;
        let short = std::mem::take(&mut self.short);
        for lines in short.chunks(LANES) {
            interrupt.spend(8 * self.prediction.len())?;
            let union = cpu.call(ShortLines {
                lines,
                reference: &self.reference,
                prediction: &self.prediction,
                ends: &self.prediction_ends,
                masks: &mut self.masks,
                columns: &mut self.columns,
            });
            for (line, union) in lines.iter().zip(union) {
                hits += self.clip(line[0] as usize, union);
            }
        }
        self.short = short;
        let long = std::mem::take(&mut self.long);
        for line in &long {
            hits += self.long_line(cpu, *line, interrupt)?;
        }
        self.long = long;
        Ok(hits)
    }

    fn fold(
        &mut self,
        common: &Common,
        prediction_lines: &[u32],
        reference_lines: &[u32],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        memory::reserve(&mut self.prediction, common.prediction.len())?;
        memory::reserve(&mut self.reference, common.reference.len())?;
        let only_prediction = common.only_prediction();
        self.prediction.clear();
        self.prediction_ends.clear();
        let mut start = 0;
        for &end in prediction_lines {
            let from = self.prediction.len();
            // On the way back a token without a match goes down to the next zero and moves on; the
            // next such token has the same column and moves on at once. The first of a line has
            // nothing before it to go to.
            let mut before = only_prediction;
            interrupt.spend(FOLDED)?;
            for line in common.prediction[start as usize..end as usize].chunks(PIECE) {
                interrupt.spend(FOLDED * line.len())?;
                for &id in line {
                    if id != only_prediction || before != only_prediction {
                        self.prediction.push(id);
                    }
                    before = id;
                }
            }
            if self.prediction.len() > from {
                self.prediction_ends.push(self.prediction.len() as u32);
            }
            start = end;
        }
        // A token that the prediction lacks never steps the length up: the way back passes it by.
        self.reference.clear();
        self.short.clear();
        self.long.clear();
        let mut start = 0;
        for &end in reference_lines {
            let from = self.reference.len();
            let line = &common.reference[start as usize..end as usize];
            interrupt.spend(FOLDED)?;
            for line in line.chunks(PIECE) {
                interrupt.spend(FOLDED * line.len())?;
                self.reference.extend(line.iter().filter(|&&id| id != Common::ONLY_REFERENCE));
            }
            let to = self.reference.len();
            match to - from {
                0 => {}
                1..=64 => self.short.push([from as u32, to as u32]),
                _ => self.long.push([from as u32, to as u32]),
            }
            start = end;
        }
        Ok(())
    }

    /// Counts what is in the union from `start` on and still left in the prediction.
    fn clip(&mut self, start: usize, mut union: u64) -> usize {
        let mut hits = 0;
        while union != 0 {
            let left = &mut self.left[self.reference[start + union.trailing_zeros() as usize] as usize];
            hits += usize::from(*left > 0);
            *left = left.saturating_sub(1);
            union &= union - 1;
        }
        hits
    }

    fn long_line(&mut self, cpu: Cpu, [start, end]: [u32; 2], interrupt: &Interrupt) -> Result<usize, Error> {
        let line = start as usize..end as usize;
        let blocks = line.len().div_ceil(BLOCK);
        self.taken.clear();
        self.taken.resize(blocks * LANES, 0);
        if self.carries.len() < blocks {
            self.carries.resize(blocks, Vec::new());
        }
        let mut from = 0;
        for index in 0..self.prediction_ends.len() {
            let to = self.prediction_ends[index] as usize;
            let prediction = &self.prediction[from..to];
            from = to;
            // Forward: the carry into each block at each token.
            let words = prediction.len().div_ceil(64);
            self.carries[0].clear();
            memory::resize(&mut self.carries[0], 0, words, interrupt)?;
            for (number, block) in self.reference[line.clone()].chunks(BLOCK).enumerate().take(blocks - 1) {
                interrupt.spend(4 * prediction.len())?;
                let (carries, next) = self.carries[number..].split_first_mut().expect("a block");
                next[0].clear();
                memory::resize(&mut next[0], 0, words, interrupt)?;
                cpu.call(LongLine {
                    block,
                    prediction,
                    masks: &mut self.masks,
                    carry_in: carries,
                    carry_out: Some(&mut next[0]),
                    columns: None,
                    unmask: true,
                });
            }
            // Back: the columns of each block, from the last, and the way through them.
            let mut at = prediction.len();
            for (number, block) in self.reference[line.clone()].chunks(BLOCK).enumerate().rev() {
                interrupt.spend(8 * at)?;
                self.columns.clear();
                memory::reserve(&mut self.columns, at)?;
                cpu.call(LongLine {
                    block,
                    prediction: &prediction[..at],
                    masks: &mut self.masks,
                    carry_in: &self.carries[number],
                    carry_out: None,
                    columns: Some(&mut self.columns),
                    unmask: false,
                });
                let taken = &mut self.taken[number * LANES..][..LANES];
                at = way_back(block.len(), &prediction[..at], &self.masks, &self.columns, taken);
                for &id in block {
                    self.masks[id as usize] = [0; LANES];
                }
            }
        }
        let mut hits = 0;
        for word in 0..blocks * LANES {
            hits += self.clip(line.start + word * 64, self.taken[word]);
        }
        Ok(hits)
    }
}

/// Up to four lines of the reference against every line of the prediction: their unions.
struct ShortLines<'a> {
    lines: &'a [[u32; 2]],
    reference: &'a [u32],
    prediction: &'a [u32],
    ends: &'a [u32],
    /// Zero before and after.
    masks: &'a mut [Lanes],
    columns: &'a mut Vec<Lanes>,
}

impl Kernel for ShortLines<'_> {
    type Output = Lanes;

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) -> Lanes {
        let Self { lines, reference, prediction, ends, masks, columns } = self;
        let mut whole = [0; LANES];
        for (lane, &[start, end]) in lines.iter().enumerate() {
            for (place, &id) in reference[start as usize..end as usize].iter().enumerate() {
                masks[id as usize][lane] |= 1 << place;
                whole[lane] |= 1 << place;
            }
        }
        let mut union = [0; LANES];
        let mut start = 0;
        for &end in ends {
            let line = &prediction[start..end as usize];
            start = end as usize;
            columns.clear();
            let mut column = [u64::MAX; LANES];
            columns.extend(line.iter().map(|&id| {
                let mask = masks[id as usize];
                for lane in 0..LANES {
                    let (word, mask) = (column[lane], mask[lane]);
                    column[lane] = word.wrapping_add(word & mask) | (word & !mask);
                }
                column
            }));
            // Places still open.
            let mut open = whole;
            for (&id, column) in line.iter().zip(&*columns).rev() {
                let mask = masks[id as usize];
                let mut any = 0;
                for lane in 0..LANES {
                    let zeros = !column[lane] & open[lane];
                    any |= zeros;
                    let highest = (1u64 << 63) >> ((zeros | (mask[lane] & open[lane])) | 1).leading_zeros();
                    // Without a zero the length is 0: nothing is left to take, nothing to close.
                    let highest = if zeros == 0 { 0 } else { highest };
                    union[lane] |= highest & mask[lane];
                    open[lane] &= highest.wrapping_sub(1) | (highest & !mask[lane]);
                }
                if any == 0 {
                    break;
                }
            }
        }
        for &[start, end] in lines {
            for &id in &reference[start as usize..end as usize] {
                masks[id as usize] = [0; LANES];
            }
        }
        union
    }
}

/// One block of a long line of the reference against one line of the prediction.
struct LongLine<'a> {
    block: &'a [u32],
    prediction: &'a [u32],
    masks: &'a mut [Lanes],
    /// A bit a token of the prediction.
    carry_in: &'a [u64],
    carry_out: Option<&'a mut [u64]>,
    columns: Option<&'a mut Vec<Lanes>>,
    /// Whether to leave the masks zero.
    unmask: bool,
}

impl Kernel for LongLine<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) {
        let Self { block, prediction, masks, carry_in, mut carry_out, mut columns, unmask } = self;
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
        if unmask {
            for &id in block {
                masks[id as usize] = [0; LANES];
            }
        }
    }
}

/// Goes back through one block, all of whose `open` places are open. Gives how many tokens of the
/// prediction are left when the block is passed.
fn way_back(open: usize, prediction: &[u32], masks: &[Lanes], columns: &[Lanes], taken: &mut [u64]) -> usize {
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
                taken[word] |= 1 << place;
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
    use crate::testing::{Random, never};
    use std::collections::{BTreeSet, HashMap};

    /// The table and the way back as the definition has them.
    fn lcs_places(reference: &[u32], prediction: &[u32]) -> Vec<usize> {
        let mut t = vec![vec![0; prediction.len() + 1]; reference.len() + 1];
        for i in 1..=reference.len() {
            for j in 1..=prediction.len() {
                t[i][j] = if reference[i - 1] == prediction[j - 1] {
                    t[i - 1][j - 1] + 1
                } else {
                    t[i - 1][j].max(t[i][j - 1])
                };
            }
        }
        let (mut i, mut j, mut places) = (reference.len(), prediction.len(), Vec::new());
        while i > 0 && j > 0 {
            if reference[i - 1] == prediction[j - 1] {
                places.push(i - 1);
                (i, j) = (i - 1, j - 1);
            } else if t[i][j - 1] > t[i - 1][j] {
                j -= 1;
            } else {
                i -= 1;
            }
        }
        places
    }

    fn hits(prediction: &[Vec<u32>], reference: &[Vec<u32>]) -> usize {
        let mut left: HashMap<u32, usize> = HashMap::new();
        for &id in prediction.iter().flatten() {
            *left.entry(id).or_default() += 1;
        }
        let mut hits = 0;
        for line in reference {
            let union: BTreeSet<usize> = prediction.iter().flat_map(|other| lcs_places(line, other)).collect();
            for place in union {
                let left = left.entry(line[place]).or_default();
                hits += usize::from(*left > 0);
                *left = left.saturating_sub(1);
            }
        }
        hits
    }

    fn ends(lines: &[Vec<u32>]) -> Vec<u32> {
        let mut end = 0;
        let mut ends = Vec::new();
        for line in lines.iter().filter(|line| !line.is_empty()) {
            end += line.len() as u32;
            ends.push(end);
        }
        ends
    }

    #[test]
    fn as_by_the_table() {
        let mut random = Random::new(4);
        let mut union = Union::default();
        let mut common = Common::default();
        for round in 0..2000 {
            let vocabulary = [1, 2, 3, 5, 20, 300][round % 6];
            let most = [4, 20, 40, 66, 130, 600][round % 5 + usize::from(round % 31 == 0)];
            let mut lines =
                || -> Vec<Vec<u32>> { (0..1 + random.below(9)).map(|_| random.tokens(most, vocabulary)).collect() };
            let (prediction, reference) = (lines(), lines());
            common
                .read(Cpu::detect(), vocabulary as usize, &prediction.concat(), &reference.concat(), &never())
                .unwrap();
            let expected = hits(&prediction, &reference);
            for cpu in Cpu::available() {
                let found = union.hits(cpu, &common, &ends(&prediction), &ends(&reference), &never());
                assert_eq!(found.unwrap(), expected, "{prediction:?} {reference:?}");
            }
        }
    }
}
