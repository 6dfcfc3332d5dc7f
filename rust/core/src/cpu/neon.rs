//! NEON, which every 64-bit Arm processor has. Keys are compared and hashed as the baseline does it, in pairs of general
//! registers: that takes fewer instructions than NEON's.

use std::arch::aarch64::*;

use super::baseline::Baseline;
use super::isa::{BITS, Isa, KEPT, Kernel, LANES};
use super::keys::{Key, Keys};

/// NEON is part of the target, so the value proves nothing.
#[derive(Clone, Copy, Debug)]
pub struct Neon;

/// Not inlined; see `baseline::call`.
#[inline(never)]
pub(super) fn call<K: Kernel>(isa: Neon, kernel: K) -> K::Output {
    kernel.run(isa)
}

/// The ones of each byte of `mask`, added up from the lowest byte to each byte.
#[inline(always)]
fn ones_up_to(mask: u64) -> u64 {
    // SAFETY: NEON is part of the target, here and below.
    let ones = unsafe { vget_lane_u64::<0>(vreinterpret_u64_u8(vcnt_u8(vcreate_u8(mask)))) };
    // No sum overflows its byte, because there are 64 bits.
    ones.wrapping_mul(0x0101_0101_0101_0101)
}

macro_rules! lane_by_lane {
    ($($name:ident: $instruction:ident),*) => {
        $(#[inline(always)]
        fn $name(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
            // SAFETY: NEON.
            std::array::from_fn(|part| unsafe { $instruction(a[part], b[part]) })
        })*
    };
}

impl Isa for Neon {
    type Halves = Self;
    type Register = u128;
    type Vector = [uint64x2_t; 4];
    const WORDS: usize = 4;
    const WAVEFRONT: bool = true;

    #[inline(always)]
    fn halves(self) -> Self {
        self
    }

    #[inline(always)]
    fn splat(self, number: u64) -> Self::Vector {
        // SAFETY: NEON.
        [unsafe { vdupq_n_u64(number) }; 4]
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

    lane_by_lane! { and: vandq_u64, or: vorrq_u64, xor: veorq_u64, and_not: vbicq_u64, add: vaddq_u64, sub: vsubq_u64 }

    #[inline(always)]
    fn shift_left(self, vector: Self::Vector, bits: u32) -> Self::Vector {
        // SAFETY: NEON.
        vector.map(|part| unsafe { vshlq_u64(part, vdupq_n_s64(i64::from(bits))) })
    }

    #[inline(always)]
    fn shift_right(self, vector: Self::Vector, bits: u32) -> Self::Vector {
        // SAFETY: NEON.
        vector.map(|part| unsafe { vshlq_u64(part, vdupq_n_s64(-i64::from(bits))) })
    }

    #[inline(always)]
    fn is_zero(self, vector: Self::Vector) -> Self::Vector {
        // SAFETY: NEON.
        vector.map(|part| unsafe { vceqzq_u64(part) })
    }

    #[inline(always)]
    fn blend<const FROM_B: u8>(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        match FROM_B {
            // SAFETY: NEON.
            0b1010_1010 => std::array::from_fn(|part| unsafe { vcopyq_laneq_u64::<1, 1>(a[part], b[part]) }),
            0b1100_1100 => [a[0], b[1], a[2], b[3]],
            0b1111_0000 => [a[0], a[1], b[2], b[3]],
            _ => unreachable!("no algorithm blends lanes by {FROM_B}"),
        }
    }

    #[inline(always)]
    fn shift_in(self, vector: Self::Vector, before: Self::Vector) -> Self::Vector {
        let [a, b, c, d] = vector;
        // SAFETY: NEON.
        unsafe { [vextq_u64::<1>(before[3], a), vextq_u64::<1>(a, b), vextq_u64::<1>(b, c), vextq_u64::<1>(c, d)] }
    }

    #[inline(always)]
    fn within_any<const RANGES: usize>(self, block: &[u8; 64], ranges: [(u8, u8); RANGES]) -> u64 {
        // SAFETY: NEON; 64 bytes either way, and any value is valid for both.
        unsafe {
            let parts: [uint8x16_t; 4] = std::mem::transmute(*block);
            // The bit of each of eight bytes, which then add up to one byte.
            let weights = vreinterpretq_u8_u64(vdupq_n_u64(0x8040_2010_0804_0201));
            let [a, b, c, d] = parts.map(|bytes| {
                let mut found = vdupq_n_u8(0);
                for (first, count) in ranges {
                    let offsets = vsubq_u8(bytes, vdupq_n_u8(first));
                    found = vorrq_u8(found, vcleq_u8(offsets, vdupq_n_u8(count - 1)));
                }
                vandq_u8(found, weights)
            });
            let sums = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
            vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)))
        }
    }

    /// As the default does it, but counts the ones of all bytes at once: there is no instruction for a general register.
    #[inline(always)]
    fn places(self, mask: u64, base: u32, places: &mut [u32; 72]) -> usize {
        let ends = ones_up_to(mask);
        for part in 0..8 {
            let count = (ends << 8 >> (part * 8)) as usize & 63;
            let offsets = BITS[usize::from((mask >> (part * 8)) as u8)];
            for (place, offset) in places[count..][..8].iter_mut().zip(offsets) {
                *place = base + part * 8 + offset;
            }
        }
        (ends >> 56) as usize
    }

    #[inline(always)]
    fn kept(self, block: &[u8; 64], mask: u64, numbers: &mut [u32; 64]) -> usize {
        let ends = ones_up_to(mask);
        for (part, bytes) in block.as_chunks::<8>().0.iter().enumerate() {
            // At most 8 for each part before, so there is room for eight numbers.
            let count = ((ends << 8 >> (part * 8)) as usize & 63).min(56);
            let places = u64::from_le_bytes(KEPT[usize::from((mask >> (part * 8)) as u8)]);
            // SAFETY: NEON; 32 bytes either way, and any value is valid for both.
            let kept: [u32; 8] = unsafe {
                let kept = vmovl_u8(vtbl1_u8(vcreate_u8(u64::from_le_bytes(*bytes)), vcreate_u8(places)));
                std::mem::transmute([vmovl_u16(vget_low_u16(kept)), vmovl_u16(vget_high_u16(kept))])
            };
            numbers[count..][..8].copy_from_slice(&kept);
        }
        (ends >> 56) as usize
    }

    #[inline(always)]
    fn load(self, key: &Key) -> u128 {
        Baseline.load(key)
    }

    #[inline(always)]
    fn masked<const SET: u8>(self, key: &Key, mask: &Key) -> u128 {
        Baseline.masked::<SET>(key, mask)
    }

    #[inline(always)]
    fn hash(self, key: u128, seeds: [u128; 2]) -> u64 {
        Baseline.hash(key, seeds)
    }

    #[inline(always)]
    fn equal(self, key: u128, keys: &Keys) -> u32 {
        Baseline.equal(key, keys)
    }
}
