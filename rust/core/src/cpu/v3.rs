//! x86-64-v3 and AES.

use super::isa::{Isa, KEPT, Kernel, LANES};
use super::keys::{Key, Keys};

/// Proof that the processor has AVX2, BMI1, BMI2, LZCNT, POPCNT and AES.
#[derive(Clone, Copy, Debug)]
pub struct V3(());

impl V3 {
    pub(super) fn detect() -> Option<Self> {
        let has = std::is_x86_feature_detected!("avx2")
            && std::is_x86_feature_detected!("bmi1")
            && std::is_x86_feature_detected!("bmi2")
            && std::is_x86_feature_detected!("lzcnt")
            && std::is_x86_feature_detected!("popcnt")
            && std::is_x86_feature_detected!("aes");
        has.then_some(V3(()))
    }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,aes")]
pub(super) fn call<K: Kernel>(isa: V3, kernel: K) -> K::Output {
    kernel.run(isa)
}

impl Isa for V3 {
    type Halves = Self;
    type Register = std::arch::x86_64::__m128i;
    /// Two halves of four lanes.
    type Vector = [std::arch::x86_64::__m256i; 2];
    const WORDS: usize = 4;
    const WAVEFRONT: bool = true;

    #[inline(always)]
    fn halves(self) -> Self {
        self
    }

    #[inline(always)]
    fn splat(self, number: u64) -> Self::Vector {
        // SAFETY: a `V3` proves AVX2, here and below.
        [unsafe { std::arch::x86_64::_mm256_set1_epi64x(number as i64) }; 2]
    }

    #[inline(always)]
    fn vector(self, numbers: [u64; LANES]) -> Self::Vector {
        // SAFETY: 64 bytes either way, and any value is valid for both.
        unsafe { std::mem::transmute(numbers) }
    }

    #[inline(always)]
    fn array(self, vector: Self::Vector) -> [u64; LANES] {
        // SAFETY: 64 bytes either way, and any value is valid for both.
        unsafe { std::mem::transmute(vector) }
    }

    #[inline(always)]
    fn and(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: AVX2.
        unsafe { [std::arch::x86_64::_mm256_and_si256(a[0], b[0]), std::arch::x86_64::_mm256_and_si256(a[1], b[1])] }
    }

    #[inline(always)]
    fn or(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: AVX2.
        unsafe { [std::arch::x86_64::_mm256_or_si256(a[0], b[0]), std::arch::x86_64::_mm256_or_si256(a[1], b[1])] }
    }

    #[inline(always)]
    fn xor(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: AVX2.
        unsafe { [std::arch::x86_64::_mm256_xor_si256(a[0], b[0]), std::arch::x86_64::_mm256_xor_si256(a[1], b[1])] }
    }

    #[inline(always)]
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: AVX2.
        unsafe { [std::arch::x86_64::_mm256_add_epi64(a[0], b[0]), std::arch::x86_64::_mm256_add_epi64(a[1], b[1])] }
    }

    #[inline(always)]
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: AVX2.
        unsafe { [std::arch::x86_64::_mm256_sub_epi64(a[0], b[0]), std::arch::x86_64::_mm256_sub_epi64(a[1], b[1])] }
    }

    #[inline(always)]
    fn shift_left(self, vector: Self::Vector, bits: u32) -> Self::Vector {
        use std::arch::x86_64::*;
        // SAFETY: AVX2.
        unsafe {
            let bits = _mm_cvtsi32_si128(bits as i32);
            [_mm256_sll_epi64(vector[0], bits), _mm256_sll_epi64(vector[1], bits)]
        }
    }

    #[inline(always)]
    fn shift_right(self, vector: Self::Vector, bits: u32) -> Self::Vector {
        use std::arch::x86_64::*;
        // SAFETY: AVX2.
        unsafe {
            let bits = _mm_cvtsi32_si128(bits as i32);
            [_mm256_srl_epi64(vector[0], bits), _mm256_srl_epi64(vector[1], bits)]
        }
    }

    #[inline(always)]
    fn and_not(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: AVX2.
        unsafe {
            [std::arch::x86_64::_mm256_andnot_si256(b[0], a[0]), std::arch::x86_64::_mm256_andnot_si256(b[1], a[1])]
        }
    }

    #[inline(always)]
    fn is_zero(self, vector: Self::Vector) -> Self::Vector {
        use std::arch::x86_64::*;
        // SAFETY: AVX2.
        unsafe {
            let zero = _mm256_setzero_si256();
            [_mm256_cmpeq_epi64(vector[0], zero), _mm256_cmpeq_epi64(vector[1], zero)]
        }
    }

    #[inline(always)]
    fn blend<const FROM_B: u8>(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        use std::arch::x86_64::*;
        // SAFETY: AVX2.
        unsafe {
            match FROM_B {
                0b1010_1010 => {
                    [_mm256_blend_epi32::<0b1100_1100>(a[0], b[0]), _mm256_blend_epi32::<0b1100_1100>(a[1], b[1])]
                }
                0b1100_1100 => {
                    [_mm256_blend_epi32::<0b1111_0000>(a[0], b[0]), _mm256_blend_epi32::<0b1111_0000>(a[1], b[1])]
                }
                0b1111_0000 => [a[0], b[1]],
                _ => unreachable!("no algorithm blends lanes by {FROM_B}"),
            }
        }
    }

    #[inline(always)]
    fn shift_in(self, vector: Self::Vector, before: Self::Vector) -> Self::Vector {
        use std::arch::x86_64::*;
        const NEXT: i32 = 0b10_01_00_11;
        // SAFETY: AVX2.
        unsafe {
            // Each half rotated by one lane. The first lane of each is then taken from the half before it.
            let before = _mm256_permute4x64_epi64::<NEXT>(before[1]);
            let low = _mm256_permute4x64_epi64::<NEXT>(vector[0]);
            let high = _mm256_permute4x64_epi64::<NEXT>(vector[1]);
            [_mm256_blend_epi32::<0b11>(low, before), _mm256_blend_epi32::<0b11>(high, low)]
        }
    }

    /// By hand, because composing primitives in the kernel made chrF of sentences 1.7 times slower (1.85 to
    /// 3.16 microseconds a pair).
    #[inline(always)]
    fn next_orders(self, vector: Self::Vector) -> (Self::Vector, Self::Vector) {
        use std::arch::x86_64::*;
        const NEXT: i32 = 0b10_01_00_11;
        // SAFETY: AVX2.
        unsafe {
            let low = _mm256_permute4x64_epi64::<NEXT>(vector[0]);
            let high = _mm256_blend_epi32::<0b11>(_mm256_permute4x64_epi64::<NEXT>(vector[1]), low);
            let shifted = _mm256_blend_epi32::<0b11>(_mm256_slli_epi64::<1>(low), _mm256_set1_epi64x(-1));
            let over = _mm256_blend_epi32::<0b11>(_mm256_srli_epi64::<63>(low), _mm256_setzero_si256());
            ([shifted, _mm256_slli_epi64::<1>(high)], [over, _mm256_srli_epi64::<63>(high)])
        }
    }

    #[inline(always)]
    fn load(self, key: &Key) -> Self::Register {
        // SAFETY: SSE2 is in every x86-64 target; an unaligned load from a reference to 16 bytes.
        unsafe { std::arch::x86_64::_mm_loadu_si128(key.as_ptr().cast()) }
    }

    #[inline(always)]
    fn masked<const SET: u8>(self, key: &Key, mask: &Key) -> Self::Register {
        use std::arch::x86_64::*;
        let (key, mask) = (self.load(key), self.load(mask));
        // SAFETY: SSE2 is in every x86-64 target.
        unsafe { _mm_and_si128(_mm_or_si128(key, _mm_set1_epi8(SET as i8)), mask) }
    }

    #[inline(always)]
    fn within_any<const RANGES: usize>(self, block: &[u8; 64], ranges: [(u8, u8); RANGES]) -> u64 {
        use std::arch::x86_64::*;
        let mut mask = 0;
        // Not closures, which would be compiled without this instruction set and call a function per intrinsic.
        for part in 0..2 {
            // SAFETY: a `V3` proves AVX2; an unaligned load of 32 bytes from one of the two halves of 64.
            let found = unsafe {
                let bytes = _mm256_loadu_si256(block.as_ptr().cast::<__m256i>().add(part));
                let mut found = _mm256_setzero_si256();
                for (first, count) in ranges {
                    let offsets = _mm256_sub_epi8(bytes, _mm256_set1_epi8(first as i8));
                    let least = _mm256_min_epu8(offsets, _mm256_set1_epi8((count - 1) as i8));
                    found = _mm256_or_si256(found, _mm256_cmpeq_epi8(least, offsets));
                }
                _mm256_movemask_epi8(found)
            };
            mask |= u64::from(found as u32) << (part * 32);
        }
        mask
    }

    /// With a shuffle of eight bytes at a time. `pext` would do it too, but takes hundreds of cycles before Zen 3.
    #[inline(always)]
    fn kept(self, block: &[u8; 64], mask: u64, numbers: &mut [u32; 64]) -> usize {
        use std::arch::x86_64::*;
        let mut count = 0;
        for (part, bytes) in block.as_chunks::<8>().0.iter().enumerate() {
            let byte = (mask >> (part * 8)) as u8;
            let places = KEPT[usize::from(byte)];
            // SAFETY: AVX2; 32 bytes either way, and any value is valid for both.
            let kept: [u32; 8] = unsafe {
                let [bytes, places] = [*bytes, places].map(|eight| u64::from_le_bytes(eight) as i64);
                let kept = _mm_shuffle_epi8(_mm_cvtsi64_si128(bytes), _mm_cvtsi64_si128(places));
                std::mem::transmute(_mm256_cvtepu8_epi32(kept))
            };
            // At most 8 for each part before, so there is room.
            numbers[count.min(56)..][..8].copy_from_slice(&kept);
            count += byte.count_ones() as usize;
        }
        count
    }

    /// Two rounds of AES, after which every byte depends on every other.
    #[inline(always)]
    fn hash(self, key: Self::Register, [first, second]: [Self::Register; 2]) -> u64 {
        use std::arch::x86_64::*;
        // SAFETY: a `V3` proves AES.
        unsafe {
            _mm_cvtsi128_si64(_mm_aesenc_si128(_mm_aesenc_si128(_mm_xor_si128(key, first), second), first)) as u64
        }
    }

    #[inline(always)]
    fn equal(self, key: Self::Register, keys: &Keys) -> u32 {
        use std::arch::x86_64::*;
        let keys: *const Keys = keys;
        // SAFETY: a `V3` proves AVX2; the loads are unaligned, of 32 bytes at offsets 0 and 24 of
        // the 64 referenced. The fourth lane of each is not part of a key, and is masked away.
        unsafe {
            let lows = _mm256_cmpeq_epi64(_mm256_broadcastq_epi64(key), _mm256_loadu_si256(keys.cast()));
            let high = _mm256_permute4x64_epi64::<0b01_01_01_01>(_mm256_castsi128_si256(key));
            let highs = _mm256_cmpeq_epi64(high, _mm256_loadu_si256(keys.byte_add(24).cast()));
            _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_and_si256(lows, highs))) as u32 & 7
        }
    }
}
