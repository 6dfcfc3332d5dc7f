//! Blocks of the reference in the lanes of a vector, for the LCS.
//!
//! Each lane has 64 tokens of the reference. A lane needs the carry of the lane before it at the same token of the
//! prediction, so it runs two tokens behind that lane: the carry has two steps to get there.

use crate::cpu::{Isa, LANES};

/// The number of tokens by which the last lane runs behind the first.
const LAST: usize = 2 * (LANES - 1);

/// The number of carries before and after those of the tokens to which a block may write.
pub(super) const ROOM: usize = 32;

/// Compares a block, whose masks are set, with tokens of the prediction, and updates their carries. Returns the number of
/// places of the block at which the length steps up after the last of the tokens.
///
/// The carries are in reverse order, so that the carry out of the last lane is stored with the whole vector: the other
/// lanes are written to places of later tokens, whose carries have been read and are written later. There is [`ROOM`] on
/// both sides. The carries of later tokens must be zero.
#[inline(always)]
pub(super) fn compare<I: Isa>(isa: I, masks: &[[u64; LANES]], prediction: &[u32], carries: &mut [u64]) -> usize {
    let tokens = prediction.len();
    let first = ROOM + tokens - 1;
    // Written to while the last lane has not come to the first token.
    let before: [u64; LAST] = *carries[first + 1..].first_chunk().expect("room");
    let mut column = isa.splat(u64::MAX);
    let mut carried = [isa.splat(0); 2];
    let mut skewed = Skewed::new(isa);
    for step in (0..tokens + LAST).step_by(8) {
        // Beyond the last token, masks and carries of zero leave a lane as it is.
        let mut ids = [0; 8];
        match prediction[step.min(tokens)..].first_chunk() {
            Some(all) => ids = *all,
            None => ids.iter_mut().zip(&prediction[step.min(tokens)..]).for_each(|(to, id)| *to = *id),
        }
        // The carries of these steps, first those of the last step.
        let carries: &mut [u64; 7 + LANES + LAST] =
            carries[first - step - 7 - (LANES - 1)..].first_chunk_mut().expect("room");
        for even in (0..8).step_by(2) {
            // The carries out of the last two steps, which stay in registers.
            for (odd, carried) in carried.iter_mut().enumerate() {
                let place = even + odd;
                let mask = skewed.next(isa, isa.vector(masks[ids[place] as usize]), place);
                let carry = isa.vector(*carries[7 - place..].first_chunk().expect("room"));
                let carry = isa.shift_in(*carried, carry);
                let matched = isa.and(column, mask);
                let sum = isa.add(isa.add(column, carry), matched);
                // A lane overflows if the top bit of both summands is set, or that of the column and not that of the sum.
                *carried = isa.shift_right(isa.or(matched, isa.and_not(column, sum)), 63);
                column = isa.or(sum, isa.and_not(column, mask));
                *carries[7 - place + LAST..].first_chunk_mut().expect("room") = isa.array(*carried);
            }
        }
    }
    carries[first + 1..][..LAST].copy_from_slice(&before);
    carries[..ROOM].fill(0);
    isa.array(column).iter().map(|word| word.count_zeros() as usize).sum()
}

/// The masks of the tokens at which the lanes are.
struct Skewed<I: Isa> {
    /// The masks of the last two steps.
    last: [I::Vector; 2],
    /// The masks of the last four steps, in which every second lane has the mask of two steps before.
    by_2: [I::Vector; 4],
    /// The masks of the last eight steps, in which a lane has the mask of up to six steps before, as its number says.
    by_4: [I::Vector; 8],
}

impl<I: Isa> Skewed<I> {
    #[inline(always)]
    fn new(isa: I) -> Self {
        let zero = isa.splat(0);
        Self { last: [zero; 2], by_2: [zero; 4], by_4: [zero; 8] }
    }

    /// Takes the masks of the next token. `place` is the number of tokens before it, modulo 8.
    #[inline(always)]
    fn next(&mut self, isa: I, masks: I::Vector, place: usize) -> I::Vector {
        let by_2 = isa.blend::<0b1010_1010>(masks, std::mem::replace(&mut self.last[place % 2], masks));
        let by_4 = isa.blend::<0b1100_1100>(by_2, std::mem::replace(&mut self.by_2[place % 4], by_2));
        isa.blend::<0b1111_0000>(by_4, std::mem::replace(&mut self.by_4[place], by_4))
    }
}
