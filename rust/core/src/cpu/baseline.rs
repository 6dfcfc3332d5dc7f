//! What the compiler's target guarantees: on x86-64 that is SSE2.

use super::*;

/// The compiler's target as it stands.
#[derive(Clone, Copy, Debug)]
pub struct Baseline;

impl Isa for Baseline {
    type Register = u128;
    type Lanes = [u64; LANES];
    const WORDS: usize = 4;

    #[inline(always)]
    fn lanes(self, number: u64) -> [u64; LANES] {
        [number; LANES]
    }

    #[inline(always)]
    fn lanes_of(self, numbers: [u64; LANES]) -> [u64; LANES] {
        numbers
    }

    #[inline(always)]
    fn unlanes(self, lanes: [u64; LANES]) -> [u64; LANES] {
        lanes
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
    fn down(self, lanes: [u64; LANES], bits: u32) -> [u64; LANES] {
        lanes.map(|lane| lane >> bits)
    }

    #[inline(always)]
    fn and_not(self, a: [u64; LANES], b: [u64; LANES]) -> [u64; LANES] {
        std::array::from_fn(|lane| a[lane] & !b[lane])
    }

    #[inline(always)]
    fn lowest(self, lanes: [u64; LANES]) -> [u64; LANES] {
        lanes.map(|lane| lane & lane.wrapping_neg())
    }

    #[inline(always)]
    fn is_zero(self, lanes: [u64; LANES]) -> [u64; LANES] {
        lanes.map(|lane| if lane == 0 { u64::MAX } else { 0 })
    }

    #[inline(always)]
    fn next_orders(self, lanes: [u64; LANES]) -> ([u64; LANES], [u64; LANES]) {
        let shifted = std::array::from_fn(|lane| if lane == 0 { u64::MAX } else { lanes[lane - 1] << 1 });
        let over = std::array::from_fn(|lane| if lane == 0 { 0 } else { lanes[lane - 1] >> 63 });
        (shifted, over)
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
    fn within(self, block: &[u8; 64], first: u8, count: u8) -> u64 {
        use std::arch::x86_64::*;
        block.as_chunks::<16>().0.iter().enumerate().fold(0, |mask, (part, bytes)| {
            // SAFETY: SSE2 is in every x86-64 target; an unaligned load of 16 bytes from 16.
            let found = unsafe {
                let bytes = _mm_sub_epi8(_mm_loadu_si128(bytes.as_ptr().cast()), _mm_set1_epi8(first as i8));
                _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8((count - 1) as i8)), bytes))
            };
            mask | u64::from(found as u32) << (part * 16)
        })
    }

    #[cfg(not(target_arch = "x86_64"))]
    #[inline(always)]
    fn within(self, block: &[u8; 64], first: u8, count: u8) -> u64 {
        within_bytewise(block, first, count)
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

    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn classify(self, block: &[u8; 64]) -> Classes {
        let mut classes = [0u64; 3];
        for part in 0..4 {
            // SSE2 is part of x86-64.
            use std::arch::x86_64::*;
            let bytes: &[u8; 16] = block[part * 16..][..16].try_into().expect("16 bytes");
            // SAFETY: an unaligned load of 16 bytes from a reference to 16 bytes.
            let bytes = unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) };
            // SAFETY: SSE2 is in every x86-64 target.
            let found = unsafe {
                let letter = _mm_sub_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8(b'a' as i8));
                let letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(25)), letter);
                let digit = _mm_sub_epi8(bytes, _mm_set1_epi8(b'0' as i8));
                let digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
                let newline = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b'\n' as i8));
                let suspect = _mm_or_si128(
                    _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0xC4_u8 as i8)),
                    _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x84_u8 as i8)),
                );
                [_mm_movemask_epi8(_mm_or_si128(letter, digit)), _mm_movemask_epi8(newline), _mm_movemask_epi8(suspect)]
            };
            for (class, bits) in classes.iter_mut().zip(found) {
                *class |= u64::from(bits as u32) << (part * 16);
            }
        }
        let [alphanumeric, newline, suspect] = classes;
        Classes { alphanumeric, newline, suspect }
    }

    #[cfg(not(target_arch = "x86_64"))]
    #[inline(always)]
    fn classify(self, block: &[u8; 64]) -> Classes {
        classify_bytewise(block)
    }
}

/// The definition, for tests.
#[cfg(test)]
impl Wide for Baseline {
    #[inline(always)]
    fn in_order(self, a: [u64; LANES], b: [u64; LANES]) -> ([u64; LANES], [u64; LANES]) {
        let less: [bool; LANES] = std::array::from_fn(|lane| f64::from_bits(a[lane]) < f64::from_bits(b[lane]));
        (
            std::array::from_fn(|lane| if less[lane] { a[lane] } else { b[lane] }),
            std::array::from_fn(|lane| if less[lane] { b[lane] } else { a[lane] }),
        )
    }

    #[inline(always)]
    fn swapped<const WITH: usize>(self, lanes: [u64; LANES]) -> [u64; LANES] {
        std::array::from_fn(|lane| lanes[lane ^ WITH])
    }

    #[inline(always)]
    fn chosen<const FROM_B: u8>(self, a: [u64; LANES], b: [u64; LANES]) -> [u64; LANES] {
        std::array::from_fn(|lane| if FROM_B >> lane & 1 == 1 { b[lane] } else { a[lane] })
    }

    #[inline(always)]
    fn transposed(self, rows: [[u64; LANES]; LANES]) -> [[u64; LANES]; LANES] {
        std::array::from_fn(|column| rows.map(|row| row[column]))
    }

    #[inline(always)]
    fn windows(self, bytes: &[u8; 16]) -> [u64; LANES] {
        let all = u128::from_le_bytes(*bytes);
        std::array::from_fn(|lane| (all >> (8 * lane)) as u64)
    }

    #[inline(always)]
    fn bytes_of(self, numbers: &[u32; 16]) -> [u8; 16] {
        numbers.map(|number| number.min(255) as u8)
    }

    #[inline(always)]
    fn agreeing(self, rows: &[[u64; LANES]; LANES], before: [u64; LANES]) -> [u8; 64] {
        let mut last = before[LANES - 1];
        std::array::from_fn(|place| {
            let number = rows[place / LANES][place % LANES];
            (number ^ std::mem::replace(&mut last, number)).leading_zeros() as u8
        })
    }

    #[inline(always)]
    fn balance(self, rows: &[[u64; LANES]; LANES]) -> ([i16; 64], i16) {
        let mut balance = 0;
        let before = std::array::from_fn(|place| {
            let odd = (rows[place / LANES][place % LANES] & 1) as i16;
            balance += 1 - 2 * odd;
            balance - 1 + 2 * odd
        });
        (before, balance)
    }

    #[inline(always)]
    fn kept_of(self, numbers: &[i16; 32], mask: u32, kept: &mut [i16; 32]) -> usize {
        let mut count = 0;
        for (place, &number) in numbers.iter().enumerate() {
            // Written in any case: no branch to miss. To say that the count is below 32 spares a check.
            kept[count & 31] = number;
            count += (mask >> place & 1) as usize;
        }
        count
    }
}
