//! ROUGE-Lsum: for each line of the reference, the union of its LCSs with the lines of the prediction.
//!
//! Defined by Lin, "ROUGE: a package for automatic evaluation of summaries", 2004, section 3.2, and
//! implemented as in rouge_score 0.1.2 (`rouge_scorer.py:235-300`). If two lines have several LCSs, the
//! score depends on the choice among them. `lcs_positions.rs` describes the choice and the algorithm.
//!
//! Reference lines of at most 64 tokens are processed four at a time, longer lines one by one.

use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::kernels::lcs_positions::{LANES, WayBack, Words};
use crate::kernels::shared_tokens::Common;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory::{self, PIECE};

/// Steps per token, and per line, of folding.
const FOLDED: usize = 10;

/// Buffers of the computation.
#[derive(Default)]
pub(crate) struct Union {
    /// The lines of the prediction. Each run of tokens that the reference lacks is folded to one token.
    prediction: Vec<u32>,
    prediction_ends: Vec<u32>,
    /// The lines of the reference, without the tokens that the prediction lacks.
    reference: Vec<u32>,
    /// Start and end of each reference line of at most 64 tokens.
    short: Vec<[u32; 2]>,
    /// Start and end of each longer reference line.
    long: Vec<[u32; 2]>,
    masks: Vec<Words>,
    columns: Vec<Words>,
    way_back: WayBack,
    taken: Vec<u64>,
    left: Vec<u32>,
}

impl Union {
    /// The number of hits: the sum, over distinct tokens, of the smaller of the token's counts in the union
    /// and in the prediction. `prediction_lines` and `reference_lines` are the ends of the lines.
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
        if !long.is_empty() {
            self.way_back.start(common.distinct + 2, interrupt)?;
        }
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
        let only_prediction = common.only_prediction();
        self.prediction.clear();
        memory::reserve(&mut self.prediction, common.prediction.len())?;
        self.prediction_ends.clear();
        let mut start = 0;
        for &end in prediction_lines {
            let from = self.prediction.len();
            // On the way back, an unmatched token goes down to the next zero and passes on to the token
            // before it. If that token is unmatched too, its column is the same, so it passes on without
            // going down. Unmatched tokens at the start of a line have no token to pass on to.
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
        // At a token that the prediction lacks the LCS length never steps up, so the way back skips it.
        self.reference.clear();
        memory::reserve(&mut self.reference, common.reference.len())?;
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

    /// Counts the tokens of the union that are still left in the prediction, and subtracts them from `left`.
    /// Bit `k` of `union` stands for the reference token at `start + k`.
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
        let Self { reference, prediction, prediction_ends, way_back, taken, .. } = self;
        let line = &reference[start as usize..end as usize];
        taken.clear();
        taken.resize(line.len().div_ceil(64), 0);
        let mut from = 0;
        for &to in &*prediction_ends {
            let prediction = &prediction[from..to as usize];
            from = to as usize;
            way_back.pairs(cpu, prediction, line, interrupt, |_, place| taken[place / 64] |= 1 << (place % 64))?;
        }
        let mut hits = 0;
        for word in 0..self.taken.len() {
            hits += self.clip(start as usize + word * 64, self.taken[word]);
        }
        Ok(hits)
    }
}

/// Computes the unions of up to four lines of the reference with all lines of the prediction.
struct ShortLines<'a> {
    lines: &'a [[u32; 2]],
    reference: &'a [u32],
    prediction: &'a [u32],
    ends: &'a [u32],
    /// All zeros before and after the computation.
    masks: &'a mut [Words],
    columns: &'a mut Vec<Words>,
}

impl Kernel for ShortLines<'_> {
    type Output = Words;

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) -> Words {
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
            // The places that are still open.
            let mut open = whole;
            for (&id, column) in line.iter().zip(&*columns).rev() {
                let mask = masks[id as usize];
                let mut any = 0;
                for lane in 0..LANES {
                    let zeros = !column[lane] & open[lane];
                    any |= zeros;
                    let highest = (1u64 << 63) >> ((zeros | (mask[lane] & open[lane])) | 1).leading_zeros();
                    // Without a zero the LCS length is 0, so there is nothing left to take or to close.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Random, lcs, never};
    use std::collections::{BTreeSet, HashMap};

    fn hits(prediction: &[Vec<u32>], reference: &[Vec<u32>]) -> usize {
        let mut left: HashMap<u32, usize> = HashMap::new();
        for &id in prediction.iter().flatten() {
            *left.entry(id).or_default() += 1;
        }
        let mut hits = 0;
        for line in reference {
            let union: BTreeSet<usize> =
                prediction.iter().flat_map(|other| lcs(other, line)).map(|(_, place)| place).collect();
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
