//! x86-64-v3 with AVX-512 F, BW, CD, VL, VBMI and VBMI2.

use super::isa::{Isa, Kernel, LANES, Wide, WideKernel};
use super::keys::{Key, Keys};
use super::v3::V3;

/// Proof that the processor has [`V3`]'s features and AVX-512 F, BW, CD, VL, VBMI and VBMI2.
#[derive(Clone, Copy, Debug)]
pub struct V4(V3);

impl V4 {
    pub(super) fn detect(v3: V3) -> Option<Self> {
        let has = std::is_x86_feature_detected!("avx512f")
            && std::is_x86_feature_detected!("avx512bw")
            && std::is_x86_feature_detected!("avx512cd")
            && std::is_x86_feature_detected!("avx512vl")
            && std::is_x86_feature_detected!("avx512vbmi")
            && std::is_x86_feature_detected!("avx512vbmi2");
        has.then_some(V4(v3))
    }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,aes,avx512f,avx512bw,avx512cd,avx512vl,avx512vbmi,avx512vbmi2")]
pub(super) fn call<K: Kernel>(isa: V4, kernel: K) -> K::Output {
    kernel.run(isa)
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,aes,avx512f,avx512bw,avx512cd,avx512vl,avx512vbmi,avx512vbmi2")]
pub(super) fn call_wide<K: WideKernel>(isa: V4, kernel: K) -> K::Output {
    kernel.run(isa)
}

impl Isa for V4 {
    type Halves = V3;
    type Register = <V3 as Isa>::Register;
    type Vector = std::arch::x86_64::__m512i;
    const WORDS: usize = 8;
    const WAVEFRONT: bool = true;

    #[inline(always)]
    fn halves(self) -> V3 {
        self.0
    }

    #[inline(always)]
    fn splat(self, number: u64) -> Self::Vector {
        // SAFETY: a `V4` proves AVX-512 F, here and below.
        unsafe { std::arch::x86_64::_mm512_set1_epi64(number as i64) }
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
        // SAFETY: AVX-512 F.
        unsafe { std::arch::x86_64::_mm512_and_si512(a, b) }
    }

    #[inline(always)]
    fn or(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: AVX-512 F.
        unsafe { std::arch::x86_64::_mm512_or_si512(a, b) }
    }

    #[inline(always)]
    fn xor(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: AVX-512 F.
        unsafe { std::arch::x86_64::_mm512_xor_si512(a, b) }
    }

    #[inline(always)]
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: AVX-512 F.
        unsafe { std::arch::x86_64::_mm512_add_epi64(a, b) }
    }

    #[inline(always)]
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: AVX-512 F.
        unsafe { std::arch::x86_64::_mm512_sub_epi64(a, b) }
    }

    #[inline(always)]
    fn shift_left(self, vector: Self::Vector, bits: u32) -> Self::Vector {
        use std::arch::x86_64::*;
        // SAFETY: AVX-512 F.
        unsafe { _mm512_sll_epi64(vector, _mm_cvtsi32_si128(bits as i32)) }
    }

    #[inline(always)]
    fn shift_right(self, vector: Self::Vector, bits: u32) -> Self::Vector {
        use std::arch::x86_64::*;
        // SAFETY: AVX-512 F.
        unsafe { _mm512_srl_epi64(vector, _mm_cvtsi32_si128(bits as i32)) }
    }

    #[inline(always)]
    fn and_not(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: AVX-512 F.
        unsafe { std::arch::x86_64::_mm512_andnot_si512(b, a) }
    }

    #[inline(always)]
    fn is_zero(self, vector: Self::Vector) -> Self::Vector {
        use std::arch::x86_64::*;
        // SAFETY: AVX-512 F.
        unsafe { _mm512_maskz_set1_epi64(_mm512_testn_epi64_mask(vector, vector), -1) }
    }

    #[inline(always)]
    fn blend<const FROM_B: u8>(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: AVX-512 F.
        unsafe { std::arch::x86_64::_mm512_mask_blend_epi64(FROM_B, a, b) }
    }

    #[inline(always)]
    fn shift_in(self, vector: Self::Vector, before: Self::Vector) -> Self::Vector {
        // SAFETY: AVX-512 F.
        unsafe { std::arch::x86_64::_mm512_alignr_epi64::<7>(vector, before) }
    }

    #[inline(always)]
    fn load(self, key: &Key) -> Self::Register {
        self.0.load(key)
    }

    #[inline(always)]
    fn masked<const SET: u8>(self, key: &Key, mask: &Key) -> Self::Register {
        self.0.masked::<SET>(key, mask)
    }

    #[inline(always)]
    fn within_any<const RANGES: usize>(self, block: &[u8; 64], ranges: [(u8, u8); RANGES]) -> u64 {
        use std::arch::x86_64::*;
        let mut mask = 0;
        for (first, count) in ranges {
            // SAFETY: a `V4` proves AVX-512 F and BW; an unaligned load of 64 bytes from 64.
            mask |= unsafe {
                let bytes = _mm512_loadu_si512(block.as_ptr().cast());
                let bytes = _mm512_sub_epi8(bytes, _mm512_set1_epi8(first as i8));
                _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(count as i8))
            };
        }
        mask
    }

    #[inline(always)]
    fn hash(self, key: Self::Register, seeds: [Self::Register; 2]) -> u64 {
        self.0.hash(key, seeds)
    }

    #[inline(always)]
    fn equal(self, key: Self::Register, keys: &Keys) -> u32 {
        self.0.equal(key, keys)
    }

    #[inline(always)]
    fn kept(self, block: &[u8; 64], mask: u64, numbers: &mut [u32; 64]) -> usize {
        use std::arch::x86_64::*;
        // SAFETY: a `V4` proves AVX-512 F and VBMI2; the load is unaligned, of 64 bytes from 64,
        // and so is each of the four stores, of 64 bytes to 256.
        unsafe {
            let kept = _mm512_maskz_compress_epi8(mask, _mm512_loadu_si512(block.as_ptr().cast()));
            let to: *mut __m512i = numbers.as_mut_ptr().cast();
            _mm512_storeu_si512(to, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(kept)));
            _mm512_storeu_si512(to.add(1), _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32::<1>(kept)));
            _mm512_storeu_si512(to.add(2), _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32::<2>(kept)));
            _mm512_storeu_si512(to.add(3), _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32::<3>(kept)));
        }
        mask.count_ones() as usize
    }

    /// Compresses the positions of all 64 bits.
    #[inline(always)]
    fn places(self, mask: u64, base: u32, places: &mut [u32; 72]) -> usize {
        use std::arch::x86_64::*;
        const ALL: [u8; 64] = {
            let mut all = [0; 64];
            let mut place = 0;
            while place < 64 {
                all[place] = place as u8;
                place += 1;
            }
            all
        };
        let count = mask.count_ones() as usize;
        // SAFETY: a `V4` proves AVX-512 F and VBMI2; the load is unaligned, of 64 bytes from 64.
        let compressed = unsafe { _mm512_maskz_compress_epi8(mask, _mm512_loadu_si512(ALL.as_ptr().cast())) };
        // SAFETY: as above; each store is unaligned, of 16 numbers to 16.
        unsafe {
            let base = _mm512_set1_epi32(base as i32);
            let mut write = |part: usize, bytes| {
                let numbers = _mm512_add_epi32(_mm512_cvtepu8_epi32(bytes), base);
                _mm512_storeu_si512(places[part * 16..][..16].as_mut_ptr().cast(), numbers);
            };
            write(0, _mm512_castsi512_si128(compressed));
            write(1, _mm512_extracti32x4_epi32::<1>(compressed));
            // Rare: text has about eleven tokens in 64 bytes.
            if count > 32 {
                write(2, _mm512_extracti32x4_epi32::<2>(compressed));
                write(3, _mm512_extracti32x4_epi32::<3>(compressed));
            }
        }
        count
    }
}

impl Wide for V4 {
    #[inline(always)]
    fn min_max(self, a: Self::Vector, b: Self::Vector) -> (Self::Vector, Self::Vector) {
        use std::arch::x86_64::*;
        // SAFETY: AVX-512 F.
        unsafe {
            let (a, b) = (_mm512_castsi512_pd(a), _mm512_castsi512_pd(b));
            (_mm512_castpd_si512(_mm512_min_pd(a, b)), _mm512_castpd_si512(_mm512_max_pd(a, b)))
        }
    }

    #[inline(always)]
    fn swap_lanes<const WITH: usize>(self, vector: Self::Vector) -> Self::Vector {
        use std::arch::x86_64::*;
        // SAFETY: AVX-512 F.
        unsafe {
            match WITH {
                1 => _mm512_shuffle_epi32::<0b01_00_11_10>(vector),
                2 => _mm512_permutex_epi64::<0b01_00_11_10>(vector),
                3 => _mm512_permutex_epi64::<0b00_01_10_11>(vector),
                4 => _mm512_shuffle_i64x2::<0b01_00_11_10>(vector, vector),
                _ => {
                    let all = std::array::from_fn(|lane| (lane ^ WITH) as u64);
                    _mm512_permutexvar_epi64(self.vector(all), vector)
                }
            }
        }
    }

    #[inline(always)]
    fn shift_in_by<const BY: usize>(self, vector: Self::Vector, before: Self::Vector) -> Self::Vector {
        use std::arch::x86_64::*;
        // SAFETY: AVX-512 F.
        unsafe {
            match BY {
                1 => _mm512_alignr_epi64::<7>(vector, before),
                2 => _mm512_alignr_epi64::<6>(vector, before),
                4 => _mm512_alignr_epi64::<4>(vector, before),
                _ => unreachable!("no algorithm moves lanes by {BY}"),
            }
        }
    }

    #[inline(always)]
    fn transpose(self, rows: [Self::Vector; LANES]) -> [Self::Vector; LANES] {
        use std::arch::x86_64::*;
        let [a, b, c, d, e, f, g, h] = rows;
        // SAFETY: AVX-512 F.
        let (even, odd) = unsafe {
            (
                [
                    _mm512_unpacklo_epi64(a, b),
                    _mm512_unpacklo_epi64(c, d),
                    _mm512_unpacklo_epi64(e, f),
                    _mm512_unpacklo_epi64(g, h),
                ],
                [
                    _mm512_unpackhi_epi64(a, b),
                    _mm512_unpackhi_epi64(c, d),
                    _mm512_unpackhi_epi64(e, f),
                    _mm512_unpackhi_epi64(g, h),
                ],
            )
        };
        let (even, odd) = (pairs_transposed(even), pairs_transposed(odd));
        [even[0], odd[0], even[1], odd[1], even[2], odd[2], even[3], odd[3]]
    }

    #[inline(always)]
    fn transpose_bytes(self, vector: Self::Vector) -> Self::Vector {
        use std::arch::x86_64::*;
        const PLACES: [u8; 64] = {
            let mut places = [0; 64];
            let mut place = 0;
            while place < 64 {
                places[place] = (place % 8 * 8 + place / 8) as u8;
                place += 1;
            }
            places
        };
        // SAFETY: AVX-512 F and VBMI; an unaligned load of 64 bytes from 64.
        unsafe { _mm512_permutexvar_epi8(_mm512_loadu_si512(PLACES.as_ptr().cast()), vector) }
    }

    #[inline(always)]
    fn repeat_lowest_byte(self, vector: Self::Vector) -> Self::Vector {
        use std::arch::x86_64::*;
        // SAFETY: AVX-512 F and BW.
        unsafe {
            // The lowest byte of each of the two lanes of 16 bytes.
            let lowest = _mm512_broadcast_i32x4(_mm_set_epi64x(0x0808_0808_0808_0808, 0));
            _mm512_shuffle_epi8(vector, lowest)
        }
    }

    #[inline(always)]
    fn leading_zeros(self, vector: Self::Vector) -> Self::Vector {
        // SAFETY: AVX-512 CD.
        unsafe { std::arch::x86_64::_mm512_lzcnt_epi64(vector) }
    }

    #[inline(always)]
    fn bytes(self, vector: Self::Vector) -> [u8; 64] {
        // SAFETY: 64 bytes either way, and any value is valid for both.
        unsafe { std::mem::transmute(vector) }
    }

    #[inline(always)]
    fn byte_windows(self, bytes: &[u8; 16]) -> Self::Vector {
        use std::arch::x86_64::*;
        const PLACES: [u8; 64] = {
            let mut places = [0; 64];
            let mut place = 0;
            while place < 64 {
                places[place] = (place / 8 + place % 8) as u8;
                place += 1;
            }
            places
        };
        // SAFETY: AVX-512 F and BW; unaligned loads, of 16 bytes from 16 and of 64 from 64.
        unsafe {
            let bytes = _mm512_broadcast_i32x4(_mm_loadu_si128(bytes.as_ptr().cast()));
            _mm512_shuffle_epi8(bytes, _mm512_loadu_si512(PLACES.as_ptr().cast()))
        }
    }

    #[inline(always)]
    fn saturate_to_bytes(self, numbers: &[u32; 16]) -> [u8; 16] {
        use std::arch::x86_64::*;
        // SAFETY: AVX-512 F; an unaligned load of 64 bytes from 64; any 16 bytes are a valid array.
        unsafe { std::mem::transmute(_mm512_cvtusepi32_epi8(_mm512_loadu_si512(numbers.as_ptr().cast()))) }
    }

    #[inline(always)]
    fn compress(self, numbers: &[i16; 32], mask: u32, kept: &mut [i16; 32]) -> usize {
        use std::arch::x86_64::*;
        // SAFETY: AVX-512 VBMI2; unaligned, of 64 bytes from and to 64.
        unsafe {
            let numbers = _mm512_maskz_compress_epi16(mask, _mm512_loadu_si512(numbers.as_ptr().cast()));
            _mm512_storeu_si512(kept.as_mut_ptr().cast(), numbers);
        }
        mask.count_ones() as usize
    }
}

/// The transpose of a 4 x 4 matrix of pairs of lanes.
#[inline(always)]
fn pairs_transposed([a, b, c, d]: [std::arch::x86_64::__m512i; 4]) -> [std::arch::x86_64::__m512i; 4] {
    use std::arch::x86_64::*;
    const EVEN: i32 = 0b10_00_10_00;
    const ODD: i32 = 0b11_01_11_01;
    // SAFETY: AVX-512 F, which a `V4` proves; only its methods call this function.
    unsafe {
        let (ab, cd) = (_mm512_shuffle_i64x2::<EVEN>(a, b), _mm512_shuffle_i64x2::<EVEN>(c, d));
        let (other_ab, other_cd) = (_mm512_shuffle_i64x2::<ODD>(a, b), _mm512_shuffle_i64x2::<ODD>(c, d));
        [
            _mm512_shuffle_i64x2::<EVEN>(ab, cd),
            _mm512_shuffle_i64x2::<EVEN>(other_ab, other_cd),
            _mm512_shuffle_i64x2::<ODD>(ab, cd),
            _mm512_shuffle_i64x2::<ODD>(other_ab, other_cd),
        ]
    }
}
