//! The instructions that the compiler's target guarantees. On x86-64 these are SSE2.

use super::isa::{Isa, Kernel, LANES};
#[cfg(test)]
use super::isa::{Wide, WideKernel};
use super::keys::{Key, Keys};

/// The compiler's target.
#[derive(Clone, Copy, Debug)]
pub struct Baseline;

/// Not inlined, as `v3::call` cannot be: otherwise each caller would hold a copy of the kernel.
#[inline(never)]
pub(super) fn call<K: Kernel>(isa: Baseline, kernel: K) -> K::Output {
    kernel.run(isa)
}

#[cfg(test)]
#[inline(never)]
pub(super) fn call_wide<K: WideKernel>(isa: Baseline, kernel: K) -> K::Output {
    kernel.run(isa)
}

impl Isa for Baseline {
    type Halves = Self;
    type Register = u128;
    type Vector = [u64; LANES];
    const WORDS: usize = 4;
    const WAVEFRONT: bool = false;

    #[inline(always)]
    fn halves(self) -> Self {
        self
    }

    #[inline(always)]
    fn splat(self, number: u64) -> [u64; LANES] {
        [number; LANES]
    }

    #[inline(always)]
    fn vector(self, numbers: [u64; LANES]) -> [u64; LANES] {
        numbers
    }

    #[inline(always)]
    fn array(self, vector: [u64; LANES]) -> [u64; LANES] {
        vector
    }

    #[inline(always)]
    fn and(self, a: [u64; LANES], b: [u64; LANES]) -> [u64; LANES] {
        std::array::from_fn(|lane| a[lane] & b[lane])
    }

    #[inline(always)]
    fn or(self, a: [u64; LANES], b: [u64; LANES]) -> [u64; LANES] {
        std::array::from_fn(|lane| a[lane] | b[lane])
    }

    #[inline(always)]
    fn xor(self, a: [u64; LANES], b: [u64; LANES]) -> [u64; LANES] {
        std::array::from_fn(|lane| a[lane] ^ b[lane])
    }

    #[inline(always)]
    fn add(self, a: [u64; LANES], b: [u64; LANES]) -> [u64; LANES] {
        std::array::from_fn(|lane| a[lane].wrapping_add(b[lane]))
    }

    #[inline(always)]
    fn sub(self, a: [u64; LANES], b: [u64; LANES]) -> [u64; LANES] {
        std::array::from_fn(|lane| a[lane].wrapping_sub(b[lane]))
    }

    #[inline(always)]
    fn shift_left(self, vector: [u64; LANES], bits: u32) -> [u64; LANES] {
        vector.map(|lane| lane << bits)
    }

    #[inline(always)]
    fn shift_right(self, vector: [u64; LANES], bits: u32) -> [u64; LANES] {
        vector.map(|lane| lane >> bits)
    }

    #[inline(always)]
    fn and_not(self, a: [u64; LANES], b: [u64; LANES]) -> [u64; LANES] {
        std::array::from_fn(|lane| a[lane] & !b[lane])
    }

    #[inline(always)]
    fn is_zero(self, vector: [u64; LANES]) -> [u64; LANES] {
        vector.map(|lane| if lane == 0 { u64::MAX } else { 0 })
    }

    #[inline(always)]
    fn blend<const FROM_B: u8>(self, a: [u64; LANES], b: [u64; LANES]) -> [u64; LANES] {
        std::array::from_fn(|lane| if FROM_B >> lane & 1 == 1 { b[lane] } else { a[lane] })
    }

    #[inline(always)]
    fn shift_in(self, vector: [u64; LANES], before: [u64; LANES]) -> [u64; LANES] {
        std::array::from_fn(|lane| if lane == 0 { before[LANES - 1] } else { vector[lane - 1] })
    }

    #[inline(always)]
    fn load(self, key: &Key) -> u128 {
        u128::from_le_bytes(*key)
    }

    #[inline(always)]
    fn masked<const SET: u8>(self, key: &Key, mask: &Key) -> u128 {
        (u128::from_le_bytes(*key) | u128::from_le_bytes([SET; 16])) & u128::from_le_bytes(*mask)
    }

    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn within_any<const RANGES: usize>(self, block: &[u8; 64], ranges: [(u8, u8); RANGES]) -> u64 {
        use std::arch::x86_64::*;
        block.as_chunks::<16>().0.iter().enumerate().fold(0, |mask, (part, bytes)| {
            // SAFETY: SSE2 is in every x86-64 target; an unaligned load of 16 bytes from 16.
            let found = unsafe {
                let bytes = _mm_loadu_si128(bytes.as_ptr().cast());
                let mut found = _mm_setzero_si128();
                for (first, count) in ranges {
                    let offsets = _mm_sub_epi8(bytes, _mm_set1_epi8(first as i8));
                    let least = _mm_min_epu8(offsets, _mm_set1_epi8((count - 1) as i8));
                    found = _mm_or_si128(found, _mm_cmpeq_epi8(least, offsets));
                }
                _mm_movemask_epi8(found)
            };
            mask | u64::from(found as u32) << (part * 16)
        })
    }

    #[cfg(not(target_arch = "x86_64"))]
    #[inline(always)]
    fn within_any<const RANGES: usize>(self, block: &[u8; 64], ranges: [(u8, u8); RANGES]) -> u64 {
        let is_within = |byte: u8| ranges.iter().any(|&(first, count)| byte.wrapping_sub(first) < count);
        block.iter().enumerate().fold(0, |mask, (place, &byte)| mask | u64::from(is_within(byte)) << place)
    }

    /// A folded product, as in wyhash.
    #[inline(always)]
    fn hash(self, key: u128, seeds: [u128; 2]) -> u64 {
        let key = key ^ seeds[0];
        let product = (key & u128::from(u64::MAX)) * (key >> 64);
        product as u64 ^ (product >> 64) as u64
    }

    #[inline(always)]
    fn equal(self, key: u128, keys: &Keys) -> u32 {
        let equal = |place: usize| u32::from(key == u128::from_le_bytes(keys.get(place)));
        equal(0) | equal(1) << 1 | equal(2) << 2
    }
}

/// The definition that wide sets are tested against.
#[cfg(test)]
impl Wide for Baseline {
    #[inline(always)]
    fn min_max(self, a: [u64; LANES], b: [u64; LANES]) -> ([u64; LANES], [u64; LANES]) {
        let less: [bool; LANES] = std::array::from_fn(|lane| f64::from_bits(a[lane]) < f64::from_bits(b[lane]));
        (
            std::array::from_fn(|lane| if less[lane] { a[lane] } else { b[lane] }),
            std::array::from_fn(|lane| if less[lane] { b[lane] } else { a[lane] }),
        )
    }

    #[inline(always)]
    fn swap_lanes<const WITH: usize>(self, vector: [u64; LANES]) -> [u64; LANES] {
        std::array::from_fn(|lane| vector[lane ^ WITH])
    }

    #[inline(always)]
    fn shift_in_by<const BY: usize>(self, vector: [u64; LANES], before: [u64; LANES]) -> [u64; LANES] {
        std::array::from_fn(|lane| if lane < BY { before[LANES - BY + lane] } else { vector[lane - BY] })
    }

    #[inline(always)]
    fn transpose(self, rows: [[u64; LANES]; LANES]) -> [[u64; LANES]; LANES] {
        std::array::from_fn(|column| rows.map(|row| row[column]))
    }

    #[inline(always)]
    fn transpose_bytes(self, vector: [u64; LANES]) -> [u64; LANES] {
        let rows = vector.map(u64::to_le_bytes);
        std::array::from_fn(|column| u64::from_le_bytes(rows.map(|row| row[column])))
    }

    #[inline(always)]
    fn repeat_lowest_byte(self, vector: [u64; LANES]) -> [u64; LANES] {
        vector.map(|lane| u64::from_le_bytes([lane as u8; 8]))
    }

    #[inline(always)]
    fn leading_zeros(self, vector: [u64; LANES]) -> [u64; LANES] {
        vector.map(|lane| u64::from(lane.leading_zeros()))
    }

    #[inline(always)]
    fn bytes(self, vector: [u64; LANES]) -> [u8; 64] {
        std::array::from_fn(|place| vector[place / 8].to_le_bytes()[place % 8])
    }

    #[inline(always)]
    fn byte_windows(self, bytes: &[u8; 16]) -> [u64; LANES] {
        let all = u128::from_le_bytes(*bytes);
        std::array::from_fn(|lane| (all >> (8 * lane)) as u64)
    }

    #[inline(always)]
    fn saturate_to_bytes(self, numbers: &[u32; 16]) -> [u8; 16] {
        numbers.map(|number| number.min(255) as u8)
    }

    #[inline(always)]
    fn compress(self, numbers: &[i16; 32], mask: u32, kept: &mut [i16; 32]) -> usize {
        let mut count = 0;
        for (place, &number) in numbers.iter().enumerate() {
            // Always writes. The mask with 31 removes a bounds check.
            kept[count & 31] = number;
            count += (mask >> place & 1) as usize;
        }
        count
    }
}
