//! The length of the longest common subsequence (LCS), computed bit-parallel.
//!
//! The algorithm is Hyyro, "Bit-parallel LCS-length computation revisited", AWOCA 2004. A bit vector
//! represents a column of the table, with a zero wherever the length steps up. The reference is cut into
//! blocks. Each block runs over the prediction, and leaves a carry per token for the next block: a one where the
//! length at the end of the block steps up. So only the masks of one block grow with the vocabulary, and there is no
//! n x m table. O(n m / 64).
//!
//! Long pairs are compared twice. The first pass compares only places near the diagonal, which finds a common
//! subsequence, nearly always a long one. The second pass leaves out places that are not on a longer one. For translations
//! of one book, these are three fifths of the table.

use std::ops::Range;

use crate::cpu::{Cpu, Isa, Kernel, LANES};
use crate::error::Error;
use crate::kernels::lcs_wavefront::{self, ROOM};
use crate::kernels::shared_tokens::Common;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;

/// The number of blocks from which on a pair is compared twice.
const MANY: usize = 6;

/// The distance from the diagonal, in tokens, within which the first pass compares.
const NEAR: usize = 64;

/// Buffers of the computation.
#[derive(Default)]
pub(crate) struct Lcs {
    masks: Vec<u64>,
    carries: Vec<u64>,
}

impl Lcs {
    /// The length of the LCS of a pair.
    pub fn length(&mut self, cpu: Cpu, common: &Common, interrupt: &Interrupt) -> Result<usize, Error> {
        // Tokens that only one side has are on no common subsequence.
        let (mut prediction, mut reference) = (&common.shared_prediction[..], &common.shared_reference[..]);
        interrupt.spend(prediction.len())?;
        let start = prediction.iter().zip(reference).take_while(|(a, b)| a == b).count();
        (prediction, reference) = (&prediction[start..], &reference[start..]);
        let end = prediction.iter().rev().zip(reference.iter().rev()).take_while(|(a, b)| a == b).count();
        (prediction, reference) = (&prediction[..prediction.len() - end], &reference[..reference.len() - end]);
        let Self { masks, carries } = self;
        let distinct = common.distinct;
        let between = cpu.call(Between { prediction, reference, distinct, masks, carries, interrupt })?;
        Ok(start + between + end)
    }
}

/// The texts between their common ends.
struct Between<'a> {
    prediction: &'a [u32],
    reference: &'a [u32],
    /// The ids are `1..=distinct`.
    distinct: usize,
    masks: &'a mut Vec<u64>,
    carries: &'a mut Vec<u64>,
    interrupt: &'a Interrupt<'a>,
}

impl Kernel for Between<'_> {
    type Output = Result<usize, Error>;

    #[inline(always)]
    fn run<I: Isa>(self, isa: I) -> Self::Output {
        let isa = isa.halves();
        // A block in lanes takes less time than two blocks of words.
        if I::WAVEFRONT && self.reference.len() > Words::TOKENS {
            self.length::<_, Lanes, LANES>(isa)
        } else {
            self.length::<_, Words, 2>(isa)
        }
    }
}

/// A way to compare a block of the reference, whose masks have `WORDS` words.
trait Block<const WORDS: usize> {
    /// The number of tokens of a block.
    const TOKENS: usize = 64 * WORDS;

    /// Compares a block, whose masks are set, with tokens of the prediction, and updates their carries. Returns the
    /// number of places of the block at which the length steps up after the last of the tokens.
    fn compare<I: Isa>(isa: I, masks: &[[u64; WORDS]], prediction: &[u32], carries: &mut [u64]) -> usize;
}

impl Between<'_> {
    /// The length of the LCS.
    #[inline(always)]
    fn length<I: Isa, B: Block<WORDS>, const WORDS: usize>(self, isa: I) -> Result<usize, Error> {
        let Self { prediction, reference, distinct, masks, carries, interrupt } = self;
        masks.clear();
        memory::resize(masks, 0, (distinct + 1) * WORDS, interrupt)?;
        let masks = masks.as_chunks_mut().0;
        let many = reference.len() >= MANY * B::TOKENS;
        let mut compared = if many { Compared::NearDiagonal } else { Compared::Longer(0) };
        loop {
            carries.clear();
            memory::resize(carries, 0, prediction.len() + 2 * ROOM, interrupt)?;
            let mut length = 0;
            let mut rows = 0;
            for block in reference.chunks(B::TOKENS) {
                let steps = &carries[ROOM..][..prediction.len()];
                let columns = compared.columns(steps, reference.len(), rows..rows + block.len());
                rows += block.len();
                interrupt.spend(prediction.len() / 16 + columns.len() * WORDS / 2)?;
                for (place, &id) in block.iter().enumerate() {
                    masks[id as usize][place / 64] |= 1 << (place % 64);
                }
                if !columns.is_empty() {
                    let carries = &mut carries[prediction.len() - columns.end..][..columns.len() + 2 * ROOM];
                    length += B::compare(isa, masks, &prediction[columns], carries);
                }
                for &id in block {
                    masks[id as usize] = [0; WORDS];
                }
            }
            match compared {
                Compared::NearDiagonal => compared = Compared::Longer(length),
                Compared::Longer(found) => return Ok(found.max(length)),
            }
        }
    }
}

/// The places of the table that a pass compares.
#[derive(Clone, Copy)]
enum Compared {
    /// Places at most [`NEAR`] tokens away from the diagonal.
    NearDiagonal,
    /// Every place of every common subsequence that is longer than this, the length of one that was found.
    Longer(usize),
}

impl Compared {
    /// The tokens of the prediction that are compared with these tokens of the reference, given the carries of all tokens,
    /// in reverse order, and the length of the reference. The ends of the ranges grow from block to block, so carries
    /// beyond an end are zero.
    #[inline(always)]
    fn columns(self, carries: &[u64], height: usize, rows: Range<usize>) -> Range<usize> {
        let width = carries.len();
        match self {
            Self::NearDiagonal => {
                let diagonal = |row: usize| (row as u64 * width as u64 / height as u64) as usize;
                diagonal(rows.start).saturating_sub(NEAR)..(diagonal(rows.end) + NEAR).min(width)
            }
            Self::Longer(length) => {
                // The carries before a token add up to the length of an LCS, of the rows above and the columns before it.
                // A subsequence through a place in these rows and its column is at most as long as this LCS and all rows
                // from here on.
                let fewest = (length + rows.start + 1).saturating_sub(height);
                let mut walk = Walk { carries, place: 0, steps: 0 };
                walk.go_to(|_, steps| steps >= fewest);
                let start = walk.place;
                // It is also at most as long as this LCS, these rows, and all columns from here on.
                let most = rows.len() + width;
                walk.go_to(|place, steps| steps + most <= length + place);
                start..walk.place
            }
        }
    }
}

/// A place between the tokens of the prediction.
struct Walk<'a> {
    /// The carries of all tokens, in reverse order.
    carries: &'a [u64],
    place: usize,
    /// The sum of the carries before the place.
    steps: usize,
}

impl Walk<'_> {
    /// Goes on to the first place for which `is` holds, or to the end. From that place on `is` must hold.
    #[inline(always)]
    fn go_to(&mut self, is: impl Fn(usize, usize) -> bool) {
        let after = &self.carries[..self.carries.len() - self.place];
        for chunk in after.rchunks(64) {
            let steps = self.steps + chunk.iter().sum::<u64>() as usize;
            if is(self.place + chunk.len(), steps) {
                break;
            }
            (self.place, self.steps) = (self.place + chunk.len(), steps);
        }
        while self.place < self.carries.len() && !is(self.place, self.steps) {
            self.place += 1;
            self.steps += self.carries[self.carries.len() - self.place] as usize;
        }
    }
}

/// Blocks of two words, added as one number: LLVM moves the words of longer numbers to vector lanes and back, which is
/// twice as slow on the baseline.
struct Words;

impl Block<2> for Words {
    #[inline(always)]
    fn compare<I: Isa>(_isa: I, masks: &[[u64; 2]], prediction: &[u32], carries: &mut [u64]) -> usize {
        let mut column = u128::MAX;
        for (&id, carry) in prediction.iter().zip(carries[ROOM..][..prediction.len()].iter_mut().rev()) {
            let [low, high] = masks[id as usize].map(u128::from);
            let matched = column & (high << 64 | low);
            let (sum, carried) = column.carrying_add(matched, *carry != 0);
            column = sum | (column ^ matched);
            *carry = u64::from(carried);
        }
        column.count_zeros() as usize
    }
}

/// Blocks in the lanes of a vector.
struct Lanes;

impl Block<LANES> for Lanes {
    #[inline(always)]
    fn compare<I: Isa>(isa: I, masks: &[[u64; LANES]], prediction: &[u32], carries: &mut [u64]) -> usize {
        lcs_wavefront::compare(isa, masks, prediction, carries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Random, never};

    fn by_table(a: &[u32], b: &[u32]) -> usize {
        let mut row = vec![0; b.len() + 1];
        for x in a {
            let mut diagonal = 0;
            for j in 0..b.len() {
                let up = row[j + 1];
                row[j + 1] = if *x == b[j] { diagonal + 1 } else { up.max(row[j]) };
                diagonal = up;
            }
        }
        row[b.len()]
    }

    #[test]
    fn as_by_the_table() {
        let mut random = Random::new(3);
        let mut lcs = Lcs::default();
        let mut common = Common::default();
        for round in 0..1500 {
            let vocabulary = [1, 2, 4, 30, 500][round % 5];
            let most = [10, 70, 200, 700][round % 4];
            let prediction = random.tokens(most, vocabulary);
            let reference = random.tokens(most, vocabulary);
            common.read(Cpu::detect(), vocabulary as usize, &prediction, &reference, &never()).unwrap();
            let expected = by_table(&prediction, &reference);
            for cpu in Cpu::available() {
                assert_eq!(lcs.length(cpu, &common, &never()).unwrap(), expected);
            }
        }
    }

    /// A text and a copy of it with this share of its tokens replaced, and a part of it moved.
    fn related(random: &mut Random, tokens: usize, vocabulary: u32, replaced: usize) -> (Vec<u32>, Vec<u32>) {
        let reference: Vec<u32> = (0..tokens).map(|_| random.below(vocabulary as usize) as u32).collect();
        let mut prediction = reference.clone();
        for token in &mut prediction {
            if random.below(100) < replaced {
                *token = random.below(vocabulary as usize) as u32;
            }
        }
        let moved = random.below(tokens / 2);
        let (from, to) = (random.below(tokens - moved), random.below(tokens - moved));
        let part: Vec<u32> = prediction.drain(from..from + moved).collect();
        prediction.splice(to..to, part);
        prediction.truncate(tokens - random.below(tokens / 4));
        (prediction, reference)
    }

    #[test]
    fn pairs_that_are_compared_twice() {
        let mut random = Random::new(4);
        let mut lcs = Lcs::default();
        let mut common = Common::default();
        for round in 0..24 {
            // Only the words of the baseline compare the shorter of these twice.
            let tokens = if round % 4 == 0 { 3500 } else { 1300 } + random.below(200);
            let vocabulary = [2, 40, 800][round % 3];
            let (prediction, reference) = related(&mut random, tokens, vocabulary, [5, 30, 90][round / 3 % 3]);
            common.read(Cpu::detect(), vocabulary as usize, &prediction, &reference, &never()).unwrap();
            let expected = by_table(&prediction, &reference);
            for cpu in Cpu::available() {
                assert_eq!(lcs.length(cpu, &common, &never()).unwrap(), expected, "{cpu:?} {round}");
            }
        }
    }

    #[test]
    fn places_that_are_left_out_are_on_no_longer_subsequence() {
        // The steps of a row of the table, in reverse order.
        let carries = [1, 0, 0, 0, 1, 1, 0, 1];
        for (length, rows, expected) in [
            (0, 0..1, 0..8),
            // With 4 of 10 rows left, a subsequence of 6 needs 2 steps before. At the last column, 3 steps, this row and
            // one column make 5.
            (5, 6..7, 3..7),
        ] {
            let columns = Compared::Longer(length).columns(&carries, 10, rows);
            assert_eq!(columns, expected);
        }
    }
}
