//! The length of the longest common subsequence (LCS), computed bit-parallel.
//!
//! The algorithm is Hyyro, "Bit-parallel LCS-length computation revisited", AWOCA 2004. A bit vector
//! represents a column of the table, with a zero wherever the length steps up. The reference is cut into
//! blocks of [`WORDS`] words. Each block runs over the whole prediction, and leaves a carry per token for
//! the next block. So only the masks of one block grow with the vocabulary, and there is no n x m table.
//! O(n m / 64).

use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::kernels::shared_tokens::Common;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;

const WORDS: usize = 3;
const BLOCK: usize = WORDS * 64;

/// Buffers of the computation.
#[derive(Default)]
pub(crate) struct Lcs {
    masks: Vec<[u64; WORDS]>,
    carries: Vec<u8>,
}

impl Lcs {
    /// The length of the LCS of a pair.
    pub fn length(&mut self, cpu: Cpu, common: &Common, interrupt: &Interrupt) -> Result<usize, Error> {
        // Tokens that only one side has are on no common subsequence.
        let (reference, prediction) = (&common.shared_reference, &common.shared_prediction);
        self.masks.clear();
        memory::resize(&mut self.masks, [0; WORDS], common.distinct + 1, interrupt)?;
        self.carries.clear();
        memory::resize(&mut self.carries, 0, prediction.len(), interrupt)?;
        let mut length = 0;
        for reference in reference.chunks(BLOCK) {
            interrupt.spend(2 * prediction.len())?;
            length += cpu.call(LcsBlock { reference, prediction, masks: &mut self.masks, carries: &mut self.carries });
        }
        Ok(length)
    }
}

struct LcsBlock<'a> {
    reference: &'a [u32],
    prediction: &'a [u32],
    masks: &'a mut [[u64; WORDS]],
    carries: &'a mut [u8],
}

impl Kernel for LcsBlock<'_> {
    type Output = usize;

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) -> usize {
        let Self { reference, prediction, masks, carries } = self;
        for (place, &id) in reference.iter().enumerate() {
            masks[id as usize][place / 64] |= 1 << (place % 64);
        }
        let mut column = [u64::MAX; WORDS];
        for (&id, carry) in prediction.iter().zip(carries) {
            let mask = &masks[id as usize];
            let mut carried = *carry != 0;
            for (word, mask) in column.iter_mut().zip(mask) {
                let sum;
                (sum, carried) = word.carrying_add(*word & mask, carried);
                *word = sum | (*word & !mask);
            }
            *carry = u8::from(carried);
        }
        for &id in reference {
            masks[id as usize] = [0; WORDS];
        }
        column.iter().map(|word| word.count_zeros() as usize).sum()
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
}
