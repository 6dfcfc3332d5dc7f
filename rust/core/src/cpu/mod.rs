//! Run-time choice of instruction set.
//!
//! The only module with `unsafe`: a function compiled for more than the baseline may be called
//! only on a processor that supports it. The proof is a value ([`V3`], [`V4`]) that only detection
//! can make, so no caller can get it wrong. `docs/speed.md` has the gain of each set, measured by
//! `benches/side_by_side.py` with `TRICOLORE_CPU` in the environment.

#![allow(unsafe_code)]

mod baseline;
mod byte_classes;
mod isa;
mod keys;
#[cfg(target_arch = "aarch64")]
mod neon;
#[cfg(target_arch = "x86_64")]
mod v3;
#[cfg(target_arch = "x86_64")]
mod v4;

pub use baseline::Baseline;
pub use byte_classes::ByteClasses;
pub use isa::{Isa, Kernel, LANES, Wide, WideKernel};
pub use keys::{Key, Keys};
#[cfg(target_arch = "aarch64")]
pub use neon::Neon;
#[cfg(target_arch = "x86_64")]
pub use v3::V3;
#[cfg(target_arch = "x86_64")]
pub use v4::V4;

/// The instruction set in use.
#[derive(Clone, Copy, Debug)]
pub enum Cpu {
    /// The instructions that the compiler's target guarantees.
    Baseline(Baseline),
    /// AVX2, BMI1, BMI2, LZCNT and POPCNT of x86-64-v3, and AES.
    #[cfg(target_arch = "x86_64")]
    V3(V3),
    /// [`Cpu::V3`] with AVX-512 F, BW, CD, VL, VBMI and VBMI2.
    #[cfg(target_arch = "x86_64")]
    V4(V4),
    /// NEON.
    #[cfg(target_arch = "aarch64")]
    Neon(Neon),
}

impl Cpu {
    /// Returns the best set of this processor, or the one named by the environment variable `TRICOLORE_CPU`.
    pub fn detect() -> Self {
        static CPU: std::sync::OnceLock<Cpu> = std::sync::OnceLock::new();
        *CPU.get_or_init(|| {
            let all = Self::available();
            let named = std::env::var("TRICOLORE_CPU").ok();
            let named = named.and_then(|name| all.iter().find(|cpu| cpu.name() == name));
            *named.unwrap_or(&all[all.len() - 1])
        })
    }

    /// The name of the set in `TRICOLORE_CPU`.
    pub fn name(self) -> &'static str {
        match self {
            Cpu::Baseline(_) => "baseline",
            #[cfg(target_arch = "x86_64")]
            Cpu::V3(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Cpu::V4(_) => "avx512",
            #[cfg(target_arch = "aarch64")]
            Cpu::Neon(_) => "neon",
        }
    }

    /// Every set that this processor supports, in ascending order from the baseline.
    pub fn available() -> Vec<Self> {
        #[allow(unused_mut)]
        let mut all = vec![Cpu::Baseline(Baseline)];
        #[cfg(target_arch = "x86_64")]
        if let Some(v3) = V3::detect() {
            all.push(Cpu::V3(v3));
            all.extend(V4::detect(v3).map(Cpu::V4));
        }
        #[cfg(target_arch = "aarch64")]
        all.push(Cpu::Neon(Neon));
        all
    }

    /// True if the set is [`Wide`].
    pub fn is_wide(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Cpu::V4(_) => true,
            _ => false,
        }
    }

    /// Runs `kernel` as compiled for this set, which must be [`Wide`]. In tests other sets run it on the baseline.
    #[inline(always)]
    pub fn call_wide<K: WideKernel>(self, kernel: K) -> K::Output {
        match self {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as in `call`.
            Cpu::V4(isa) => unsafe { v4::call_wide(isa, kernel) },
            #[cfg(test)]
            _ => baseline::call_wide(Baseline, kernel),
            #[cfg(not(test))]
            _ => {
                let _ = kernel;
                unreachable!("the instruction set is not wide")
            }
        }
    }

    /// Runs `kernel` as compiled for this set.
    #[inline(always)]
    pub fn call<K: Kernel>(self, kernel: K) -> K::Output {
        match self {
            Cpu::Baseline(isa) => baseline::call(isa, kernel),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a `V3` exists only after `V3::detect` found every feature that `v3::call` is
            // compiled for.
            Cpu::V3(isa) => unsafe { v3::call(isa, kernel) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the same holds for `V4` and `v4::call`.
            Cpu::V4(isa) => unsafe { v4::call(isa, kernel) },
            #[cfg(target_arch = "aarch64")]
            Cpu::Neon(isa) => neon::call(isa, kernel),
        }
    }
}

/// Prefetches the first cache lines of a text that will be read soon.
#[inline(always)]
pub fn prefetch(text: &[u8]) {
    #[cfg(target_arch = "x86_64")]
    for line in text.chunks(64).take(32) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: SSE is in every x86-64 target, and the memory is borrowed here.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = text;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;

    struct Places(u64, u32);
    impl Kernel for Places {
        type Output = Vec<u32>;
        #[inline(always)]
        fn run<I: Isa>(self, isa: I) -> Vec<u32> {
            let mut places = [0; 72];
            let count = isa.places(self.0, self.1, &mut places);
            places[..count].to_vec()
        }
    }

    #[test]
    fn every_set_finds_the_places_of_bits() {
        let mut random = Random::new(1);
        let bits = |random: &mut Random| (0..4).fold(0, |bits, _| bits << 16 | random.below(1 << 16) as u64);
        for round in 0..2000 {
            let (a, b) = (bits(&mut random), bits(&mut random));
            let mask = [a, a & b, a | b, 0, u64::MAX, 1 << 63][round % 6];
            let expected: Vec<u32> = (0..64).filter(|bit| mask >> bit & 1 == 1).map(|bit| 1000 + bit).collect();
            for cpu in Cpu::available() {
                assert_eq!(cpu.call(Places(mask, 1000)), expected, "{cpu:?} {mask:x}");
            }
        }
    }

    struct Kept<'a>(&'a [u8; 64], u64);
    impl Kernel for Kept<'_> {
        type Output = Vec<u32>;
        #[inline(always)]
        fn run<I: Isa>(self, isa: I) -> Vec<u32> {
            let mut numbers = [0; 64];
            let count = isa.kept(self.0, self.1, &mut numbers);
            numbers[..count].to_vec()
        }
    }

    #[test]
    fn every_set_keeps_the_bytes_of_a_mask() {
        let mut random = Random::new(2);
        for round in 0..500 {
            let block: [u8; 64] = std::array::from_fn(|_| random.below(256) as u8);
            let bits = (0..4).fold(0, |bits, _| bits << 16 | random.below(1 << 16) as u64);
            let mask = [bits, 0, u64::MAX, 1 << 63][round % 4];
            let expected = block.iter().enumerate().filter(|(place, _)| mask >> place & 1 == 1);
            let expected: Vec<u32> = expected.map(|(_, &byte)| u32::from(byte)).collect();
            for cpu in Cpu::available() {
                assert_eq!(cpu.call(Kept(&block, mask)), expected, "{cpu:?}");
            }
        }
    }

    struct Equal<'a>(Key, &'a Keys);
    impl Kernel for Equal<'_> {
        type Output = u32;
        #[inline(always)]
        fn run<I: Isa>(self, isa: I) -> u32 {
            isa.equal(isa.load(&self.0), self.1)
        }
    }

    #[test]
    fn every_set_compares_whole_keys() {
        // Halves that are equal across keys, and across a key and what lies beside it.
        let halves = [*b"12345678", *b"abcdefgh", [0; 8]];
        let all = halves.map(|low| halves.map(|high| [low, high].concat().try_into().expect("16 of 16")));
        let all: Vec<Key> = all.concat();
        for number in 0..all.len().pow(4) {
            let [a, b, c, key] = [1, 9, 81, 729].map(|digit| all[number / digit % 9]);
            let mut keys = Keys::of(a);
            keys.set(1, b);
            keys.set(2, c);
            keys.ids = [a, b, c, key].map(|key| u32::from_le_bytes(*key.first_chunk().expect("4 of 16")));
            let expected = u32::from(a == key) | u32::from(b == key) << 1 | u32::from(c == key) << 2;
            for cpu in Cpu::available() {
                assert_eq!(cpu.call(Equal(key, &keys)), expected, "{cpu:?} {keys:?} {key:?}");
            }
        }
    }

    struct LaneByLane([u64; LANES], [u64; LANES], u32);
    impl Kernel for LaneByLane {
        type Output = Vec<[u64; LANES]>;
        #[inline(always)]
        fn run<I: Isa>(self, isa: I) -> Vec<[u64; LANES]> {
            let (a, b) = (isa.vector(self.0), isa.vector(self.1));
            let binary = [isa.and(a, b), isa.or(a, b), isa.xor(a, b), isa.add(a, b), isa.sub(a, b), isa.and_not(a, b)];
            let unary = [
                isa.lowest(a),
                isa.is_zero(isa.and(a, b)),
                isa.shift_left(a, self.2),
                isa.shift_right(a, self.2),
                isa.splat(self.0[1]),
            ];
            binary
                .into_iter()
                .chain(unary)
                .chain([isa.shift_in(a, b), isa.next_orders(a).0, isa.next_orders(a).1])
                .chain([isa.blend::<0b1010_1010>(a, b), isa.blend::<0b1100_1100>(a, b)])
                .chain([isa.blend::<0b1111_0000>(a, b)])
                .map(|vector| isa.array(vector))
                .collect()
        }
    }

    #[test]
    fn every_set_does_lanes_as_the_baseline_does() {
        let mut random = Random::new(3);
        for round in 0..2000 {
            let mut lanes = || -> [u64; LANES] {
                let number = |random: &mut Random| (0..4).fold(0, |bits, _| bits << 16 | random.below(1 << 16) as u64);
                std::array::from_fn(|_| [number(&mut random), 0, u64::MAX, 1 << 63, 1][random.below(5)])
            };
            let (a, b) = (lanes(), lanes());
            let expected = Cpu::Baseline(Baseline).call(LaneByLane(a, b, round % 64));
            for cpu in Cpu::available() {
                assert_eq!(cpu.call(LaneByLane(a, b, round % 64)), expected, "{cpu:?} {a:x?} {b:x?}");
            }
        }
    }

    struct WideLanes([u64; LANES], [u64; LANES]);
    impl WideKernel for WideLanes {
        type Output = Vec<[u64; LANES]>;
        #[inline(always)]
        fn run<I: Wide>(self, isa: I) -> Vec<[u64; LANES]> {
            let (a, b) = (isa.vector(self.0), isa.vector(self.1));
            let mut rows = [a; LANES];
            for (row, number) in rows.iter_mut().zip(0..) {
                *row = isa.add(isa.shift_in(b, a), isa.splat(number));
            }
            let moved = [isa.shift_in_by::<1>(a, b), isa.shift_in_by::<2>(a, b), isa.shift_in_by::<4>(a, b)];
            let swapped = [isa.swap_lanes::<1>(a), isa.swap_lanes::<2>(a), isa.swap_lanes::<3>(a)];
            let swapped_more = [isa.swap_lanes::<4>(a), isa.swap_lanes::<7>(a), isa.blend::<0b1010_0110>(a, b)];
            let bytes = [isa.transpose_bytes(a), isa.repeat_lowest_byte(a), isa.leading_zeros(a)];
            let all = moved.into_iter().chain(swapped).chain(swapped_more).chain(bytes).chain(isa.transpose(rows));
            let mut all: Vec<_> = all.map(|vector| isa.array(vector)).collect();
            all.push(std::array::from_fn(|lane| u64::from(isa.bytes(a)[lane * 9 % 64])));
            all
        }
    }

    #[test]
    fn wide_sets_move_lanes_as_the_baseline_does() {
        let mut random = Random::new(4);
        for _ in 0..500 {
            let mut lanes = || -> [u64; LANES] {
                std::array::from_fn(|_| {
                    let bits = (0..4).fold(0, |bits, _| bits << 16 | random.below(1 << 16) as u64);
                    bits >> random.below(64)
                })
            };
            let (a, b) = (lanes(), lanes());
            let expected = Cpu::Baseline(Baseline).call_wide(WideLanes(a, b));
            for cpu in Cpu::available() {
                assert_eq!(cpu.call_wide(WideLanes(a, b)), expected, "{cpu:?} {a:x?} {b:x?}");
            }
        }
    }

    struct Within<'a>(&'a [u8; 64], u8, u8);
    impl Kernel for Within<'_> {
        type Output = u64;
        #[inline(always)]
        fn run<I: Isa>(self, isa: I) -> u64 {
            isa.within(self.0, self.1, self.2)
        }
    }

    #[test]
    fn every_set_finds_the_bytes_of_a_range() {
        for start in (0..=255).step_by(64) {
            let block: [u8; 64] = std::array::from_fn(|place| (start + place) as u8);
            for first in 0..=255 {
                for count in [1, 2, 10, 26, 94, 255] {
                    let is_within = |byte: u8| byte.wrapping_sub(first) < count;
                    let expected = (0..64).fold(0, |mask, place| mask | u64::from(is_within(block[place])) << place);
                    for cpu in Cpu::available() {
                        let found = cpu.call(Within(&block, first, count));
                        assert_eq!(found, expected, "{cpu:?} {first} {count}");
                    }
                }
            }
        }
    }
}
