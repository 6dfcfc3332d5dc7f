//! The primitive operations of an instruction set. Algorithms over them are generic functions elsewhere, so that
//! support for another processor is one file that implements [`Isa`].

use super::keys::{Key, Keys};

/// The number of 64-bit lanes of a vector.
pub const LANES: usize = 8;

/// An instruction set that the processor has.
pub trait Isa: Copy {
    /// A set of which each vector is in two registers or more; this set, if its vectors are. Moves between the lanes of a
    /// narrow register take less time, which matters to an algorithm that waits for them.
    type Halves: Isa;
    /// Sixteen bytes.
    type Register: Copy;
    /// [`LANES`] numbers of 64 bits.
    type Vector: Copy;
    /// The largest number of vectors over which counting eight orders at once is faster than the alternatives.
    const WORDS: usize;
    /// True if the LCS of long texts is faster in the lanes of a vector than in words with a carry.
    const WAVEFRONT: bool;

    /// See [`Isa::Halves`].
    fn halves(self) -> Self::Halves;

    /// The bytes of a block that are in one of these ranges, each given by its first byte and its length: one bit
    /// per byte, the first byte in the lowest bit. Joining the ranges before the bits are made saves 5 % of ROUGE on
    /// the baseline.
    fn within_any<const RANGES: usize>(self, block: &[u8; 64], ranges: [(u8, u8); RANGES]) -> u64;

    /// The bytes of a block that are in `first..first + count`.
    #[inline(always)]
    fn within(self, block: &[u8; 64], first: u8, count: u8) -> u64 {
        self.within_any(block, [(first, count)])
    }

    /// Writes `base` plus the position of each set bit of `mask`, in ascending order, and returns their number.
    /// Overwrites `places` beyond them.
    #[inline(always)]
    fn places(self, mask: u64, base: u32, places: &mut [u32; 72]) -> usize {
        let mut count = 0;
        for part in 0..8 {
            let byte = (mask >> (part * 8)) as u8;
            // Always writes eight positions and then advances by the number of set bits, which needs no
            // unpredictable branch. The mask with 63 removes a bounds check: the count is below 64 here.
            let eight = &mut places[count & 63..][..8];
            for (place, offset) in eight.iter_mut().zip(BITS[usize::from(byte)]) {
                *place = base + part * 8 + offset;
            }
            count += byte.count_ones() as usize;
        }
        count
    }

    /// Writes the bytes of a block that `mask` selects, as numbers, and returns how many there are. Overwrites
    /// `numbers` beyond them.
    #[inline(always)]
    fn kept(self, block: &[u8; 64], mask: u64, numbers: &mut [u32; 64]) -> usize {
        let mut count = 0;
        for (place, &byte) in block.iter().enumerate() {
            // Always writes, which needs no unpredictable branch. The mask with 63 removes a bounds check.
            numbers[count & 63] = u32::from(byte);
            count += (mask >> place & 1) as usize;
        }
        count
    }

    /// Loads a key.
    fn load(self, key: &Key) -> Self::Register;

    /// `(key | SET) & mask`, byte by byte.
    fn masked<const SET: u8>(self, key: &Key, mask: &Key) -> Self::Register;

    /// A hash of a key that cannot be predicted without the seeds.
    fn hash(self, key: Self::Register, seeds: [Self::Register; 2]) -> u64;

    /// The keys of a bucket that equal `key`: one bit per key.
    fn equal(self, key: Self::Register, keys: &Keys) -> u32;

    /// The same number in every lane.
    fn splat(self, number: u64) -> Self::Vector;

    /// A vector from an array.
    fn vector(self, numbers: [u64; LANES]) -> Self::Vector;

    /// An array from a vector.
    fn array(self, vector: Self::Vector) -> [u64; LANES];

    /// `a & b`.
    fn and(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// `a | b`.
    fn or(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// `a ^ b`.
    fn xor(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// `a & !b`.
    fn and_not(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// `a + b` in each lane, wrapping.
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// `a - b` in each lane, wrapping.
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// Each lane shifted left by `bits`, below 64.
    fn shift_left(self, vector: Self::Vector, bits: u32) -> Self::Vector;

    /// Each lane shifted right by `bits`, below 64.
    fn shift_right(self, vector: Self::Vector, bits: u32) -> Self::Vector;

    /// All ones in each lane that is zero, and zero in the others.
    fn is_zero(self, vector: Self::Vector) -> Self::Vector;

    /// The lanes of `b` where `FROM_B` has a bit, and those of `a` elsewhere.
    fn blend<const FROM_B: u8>(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// Each lane moved to the next, with the last lane of `before` in the first.
    fn shift_in(self, vector: Self::Vector, before: Self::Vector) -> Self::Vector;

    /// Each lane moved to the next and shifted left by one, with all ones in the first; and the bits shifted out,
    /// moved in the same way, with zero in the first.
    #[inline(always)]
    fn next_orders(self, vector: Self::Vector) -> (Self::Vector, Self::Vector) {
        let shifted = self.shift_in(self.shift_left(vector, 1), self.splat(u64::MAX));
        let over = self.shift_in(self.shift_right(vector, 63), self.splat(0));
        (shifted, over)
    }

    /// The lowest set bit of each lane.
    #[inline(always)]
    fn lowest(self, vector: Self::Vector) -> Self::Vector {
        self.and(vector, self.sub(self.splat(0), vector))
    }
}

/// An instruction set with vectors wide enough that counting n-grams by sorting is
/// faster than the alternatives.
pub trait Wide: Isa {
    /// The smaller and the larger number of each lane. Lanes are compared as `f64`, because there are instructions
    /// for it; the bits of positive normal doubles compare as the doubles do.
    fn min_max(self, a: Self::Vector, b: Self::Vector) -> (Self::Vector, Self::Vector);

    /// Lane `lane ^ WITH` in each lane.
    fn swap_lanes<const WITH: usize>(self, vector: Self::Vector) -> Self::Vector;

    /// Each lane moved up by `BY`, with the last lanes of `before` in the first `BY`.
    fn shift_in_by<const BY: usize>(self, vector: Self::Vector, before: Self::Vector) -> Self::Vector;

    /// The transpose of an 8 x 8 matrix.
    fn transpose(self, rows: [Self::Vector; LANES]) -> [Self::Vector; LANES];

    /// The transpose of the 8 x 8 matrix of the bytes of a vector, a row in each lane.
    fn transpose_bytes(self, vector: Self::Vector) -> Self::Vector;

    /// The lowest byte of each lane in all bytes of the lane.
    fn repeat_lowest_byte(self, vector: Self::Vector) -> Self::Vector;

    /// The number of leading zero bits of each lane.
    fn leading_zeros(self, vector: Self::Vector) -> Self::Vector;

    /// The bytes of a vector, the lowest byte of the first lane first.
    fn bytes(self, vector: Self::Vector) -> [u8; 64];

    /// The eight bytes from each of the first eight positions on, as little-endian numbers.
    fn byte_windows(self, bytes: &[u8; 16]) -> Self::Vector;

    /// Numbers as bytes, with 255 for larger numbers.
    fn saturate_to_bytes(self, numbers: &[u32; 16]) -> [u8; 16];

    /// Writes the numbers that `mask` selects, and returns how many there are. Overwrites `kept` beyond them.
    fn compress(self, numbers: &[i16; 32], mask: u32, kept: &mut [i16; 32]) -> usize;
}

/// The positions of the set bits of each byte, in ascending order.
pub(super) static BITS: [[u32; 8]; 256] = {
    let mut table = [[0; 8]; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut bit, mut count) = (0, 0);
        while bit < 8 {
            if byte >> bit & 1 == 1 {
                table[byte][count] = bit;
                count += 1;
            }
            bit += 1;
        }
        byte += 1;
    }
    table
};

/// [`BITS`], as bytes: the places of a shuffle that moves the bytes of a mask to the front.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(super) static KEPT: [[u8; 8]; 256] = {
    let mut table = [[0; 8]; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut place = 0;
        while place < 8 {
            table[byte][place] = BITS[byte][place] as u8;
            place += 1;
        }
        byte += 1;
    }
    table
};

/// Work compiled once for each instruction set. `run` must be `#[inline(always)]`: inlining gives it
/// the instructions of its caller.
pub trait Kernel {
    /// The result.
    type Output;
    /// Does the work.
    fn run<I: Isa>(self, isa: I) -> Self::Output;
}

/// Work for [`Wide`] instruction sets only; see [`Kernel`].
pub trait WideKernel {
    /// The result.
    type Output;
    /// Does the work.
    fn run<I: Wide>(self, isa: I) -> Self::Output;
}
