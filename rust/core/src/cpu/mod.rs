//! Run-time choice of instruction set, and the byte classification that depends on it.
//!
//! The only module with `unsafe`: a function compiled for more than the baseline may be called
//! only on a processor that has it. The proof is a value ([`V3`], [`V4`]) that detection alone
//! makes, so no caller can get it wrong. What each gains, by `benches/side_by_side.py` with
//! `TRICOLORE_CPU` in the environment: see `docs/speed.md`.

#![allow(unsafe_code)]

mod baseline;
#[cfg(target_arch = "x86_64")]
mod v3;
#[cfg(target_arch = "x86_64")]
mod v4;

pub use baseline::Baseline;
#[cfg(target_arch = "x86_64")]
pub use v3::V3;
#[cfg(target_arch = "x86_64")]
pub use v4::V4;

/// What one block of 64 bytes holds, a bit a byte, the first byte in the lowest bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Classes {
    /// ASCII letters and digits.
    pub alphanumeric: u64,
    /// `\n`.
    pub newline: u64,
    /// 0xC4 and 0x84: without one of them neither U+0130 nor U+212A can be there.
    pub suspect: u64,
}

/// Sixteen bytes that are compared and hashed as one.
pub type Key = [u8; 16];

/// Three keys by halves, to be compared at once, and what goes with each: a line of the cache.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub struct Keys {
    lows: [u64; 3],
    highs: [u64; 3],
    /// One a key.
    pub ids: [u32; 4],
}

impl Keys {
    /// Three times the same key.
    pub const fn of(key: Key) -> Self {
        let [low, high] = halves(key);
        Self { lows: [low; 3], highs: [high; 3], ids: [0; 4] }
    }

    /// A key.
    pub fn get(&self, place: usize) -> Key {
        (u128::from(self.highs[place]) << 64 | u128::from(self.lows[place])).to_le_bytes()
    }

    /// Replaces a key.
    pub fn set(&mut self, place: usize, key: Key) {
        [self.lows[place], self.highs[place]] = halves(key);
    }
}

const fn halves(key: Key) -> [u64; 2] {
    let key = u128::from_le_bytes(key);
    [key as u64, (key >> 64) as u64]
}

/// An instruction set that the processor at hand has.
pub trait Isa: Copy {
    /// Sixteen bytes in a register.
    type Register: Copy;
    /// [`LANES`] numbers.
    type Lanes: Copy;
    /// Up to how many words of lanes at once pay.
    const WORDS: usize;

    /// Classifies one block.
    fn classify(self, block: &[u8; 64]) -> Classes;

    /// Writes the places of the bits of `mask`, `base` added, the lowest first, and gives their
    /// number; what is behind them in `places` is overwritten.
    #[inline(always)]
    fn places(self, mask: u64, base: u32, places: &mut [u32; 72]) -> usize {
        let mut count = 0;
        for part in 0..8 {
            let byte = (mask >> (part * 8)) as u8;
            // Eight are written and as many kept as there are: no branch to miss. The count is
            // below 64 here; to say so spares a check.
            let eight = &mut places[count & 63..][..8];
            for (place, offset) in eight.iter_mut().zip(BITS[usize::from(byte)]) {
                *place = base + part * 8 + offset;
            }
            count += byte.count_ones() as usize;
        }
        count
    }

    /// Writes the bytes of a block that `mask` names as numbers, and gives how many; what is behind
    /// them is overwritten.
    #[inline(always)]
    fn kept(self, block: &[u8; 64], mask: u64, numbers: &mut [u32; 64]) -> usize {
        let mut count = 0;
        for (place, &byte) in block.iter().enumerate() {
            // Written in any case: no branch to miss. To say that the count is below 64 spares a check.
            numbers[count & 63] = u32::from(byte);
            count += (mask >> place & 1) as usize;
        }
        count
    }

    /// A key in a register.
    fn load(self, key: &Key) -> Self::Register;

    /// The bytes of `key`, each with the bits of `SET`, where `mask` is all ones, and zeros elsewhere.
    fn masked<const SET: u8>(self, key: &Key, mask: &Key) -> Self::Register;

    /// Which bytes of a block are one of `count` from `first` on.
    fn within(self, block: &[u8; 64], first: u8, count: u8) -> u64;

    /// A number that spreads keys evenly, for whoever does not know the seeds.
    fn hash(self, key: Self::Register, seeds: [Self::Register; 2]) -> u64;

    /// Which of three keys it is: a bit for each.
    fn equal(self, key: Self::Register, keys: &Keys) -> u32;

    /// The same number in each lane.
    fn lanes(self, number: u64) -> Self::Lanes;

    /// A number for each lane.
    fn lanes_of(self, numbers: [u64; LANES]) -> Self::Lanes;

    /// The lanes, the first order's first.
    fn unlanes(self, lanes: Self::Lanes) -> [u64; LANES];

    /// Lane by lane.
    fn and(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;

    /// Lane by lane.
    fn or(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;

    /// Lane by lane.
    fn xor(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;

    /// Lane by lane, wrapping.
    fn add(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;

    /// Lane by lane, wrapping.
    fn sub(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;

    /// Each lane shifted right by less than 64.
    fn down(self, lanes: Self::Lanes, bits: u32) -> Self::Lanes;

    /// What of `a` is not in `b`.
    fn and_not(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;

    /// The lowest bit of each lane.
    fn lowest(self, lanes: Self::Lanes) -> Self::Lanes;

    /// All ones where a lane is zero.
    fn is_zero(self, lanes: Self::Lanes) -> Self::Lanes;

    /// Each lane moved to the next and shifted left by one, all ones in the first; and the bits
    /// that were shifted out, likewise moved, with none in the first.
    fn next_orders(self, lanes: Self::Lanes) -> (Self::Lanes, Self::Lanes);
}

/// Eight numbers of 64 bits.
pub const LANES: usize = 8;

/// An instruction set that sorting pays on.
pub trait Wide: Isa {
    /// The lesser and the greater, lane by lane. The numbers are compared as `f64`, which has instructions for
    /// it: bits of positive, normal ones compare as they do.
    fn in_order(self, a: Self::Lanes, b: Self::Lanes) -> (Self::Lanes, Self::Lanes);

    /// Each lane where that of the number `lane ^ WITH` was.
    fn swapped<const WITH: usize>(self, lanes: Self::Lanes) -> Self::Lanes;

    /// The lanes of `a`, and those of `b` where `FROM_B` has a bit.
    fn chosen<const FROM_B: u8>(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;

    /// Rows for columns.
    fn transposed(self, rows: [Self::Lanes; LANES]) -> [Self::Lanes; LANES];

    /// The numbers of eight bytes from each of the first eight places on, the lowest byte first.
    fn windows(self, bytes: &[u8; 16]) -> Self::Lanes;

    /// Numbers as bytes, 255 for those that are greater.
    fn bytes_of(self, numbers: &[u32; 16]) -> [u8; 16];

    /// For each of eight rows of numbers, how many bits from the highest on are those of the number before it;
    /// that of the first is the last of `before`.
    fn agreeing(self, rows: &[Self::Lanes; LANES], before: Self::Lanes) -> [u8; 64];

    /// For each of eight rows of numbers, by how many those before it that are even outnumber the odd ones; and
    /// by how many they do after all.
    fn balance(self, rows: &[Self::Lanes; LANES]) -> ([i16; 64], i16);

    /// Writes the numbers that `mask` names, and gives how many; what is behind them is overwritten.
    fn kept_of(self, numbers: &[i16; 32], mask: u32, kept: &mut [i16; 32]) -> usize;
}

/// A piece of work for those alone; see [`Kernel`].
pub trait WideKernel {
    /// What the work gives.
    type Output;
    /// Does the work.
    fn run<I: Wide>(self, isa: I) -> Self::Output;
}

/// A piece of work compiled once for each instruction set. `run` must be `#[inline(always)]`:
/// inlining is what gives it the instructions of its caller.
pub trait Kernel {
    /// What the work gives.
    type Output;
    /// Does the work.
    fn run<I: Isa>(self, isa: I) -> Self::Output;
}

/// The instruction set in use.
#[derive(Clone, Copy, Debug)]
pub enum Cpu {
    /// What the compiler's target guarantees.
    Baseline(Baseline),
    /// AVX2, BMI1, BMI2, LZCNT and POPCNT of x86-64-v3, and AES.
    #[cfg(target_arch = "x86_64")]
    V3(V3),
    /// The same with AVX-512 F, BW, CD, VL, VBMI and VBMI2.
    #[cfg(target_arch = "x86_64")]
    V4(V4),
}

impl Cpu {
    /// The best set of this processor, or the one that `TRICOLORE_CPU` in the environment names.
    pub fn detect() -> Self {
        static CPU: std::sync::OnceLock<Cpu> = std::sync::OnceLock::new();
        *CPU.get_or_init(|| {
            let all = Self::available();
            let named = std::env::var("TRICOLORE_CPU").ok();
            let named = named.and_then(|name| all.iter().find(|cpu| cpu.name() == name));
            *named.unwrap_or(&all[all.len() - 1])
        })
    }

    /// What `TRICOLORE_CPU` calls it.
    pub fn name(self) -> &'static str {
        match self {
            Cpu::Baseline(_) => "baseline",
            #[cfg(target_arch = "x86_64")]
            Cpu::V3(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Cpu::V4(_) => "avx512",
        }
    }

    /// Every set that this processor can run, the baseline first.
    pub fn available() -> Vec<Self> {
        #[allow(unused_mut)]
        let mut all = vec![Cpu::Baseline(Baseline)];
        #[cfg(target_arch = "x86_64")]
        if let Some(v3) = V3::detect() {
            all.push(Cpu::V3(v3));
            all.extend(V4::detect(v3).map(Cpu::V4));
        }
        all
    }

    /// Whether it is [`Wide`].
    pub fn is_wide(self) -> bool {
        match self {
            Cpu::Baseline(_) => false,
            #[cfg(target_arch = "x86_64")]
            Cpu::V3(_) => false,
            #[cfg(target_arch = "x86_64")]
            Cpu::V4(_) => true,
        }
    }

    /// Runs `kernel` as compiled for this set, which is [`Wide`]; in tests on any, to hold one to the other.
    #[inline(always)]
    pub fn call_wide<K: WideKernel>(self, kernel: K) -> K::Output {
        match self {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as in `call`.
            Cpu::V4(isa) => unsafe { v4::call_wide(isa, kernel) },
            #[cfg(test)]
            _ => kernel.run(Baseline),
            #[cfg(not(test))]
            _ => unreachable!("it is not wide"),
        }
    }

    /// Runs `kernel` as compiled for this set.
    #[inline(always)]
    pub fn call<K: Kernel>(self, kernel: K) -> K::Output {
        match self {
            Cpu::Baseline(isa) => kernel.run(isa),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a `V3` exists only after `V3::detect` found every feature that `call_v3` is
            // compiled for.
            Cpu::V3(isa) => unsafe { v3::call(isa, kernel) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: likewise a `V4`.
            Cpu::V4(isa) => unsafe { v4::call(isa, kernel) },
        }
    }
}

/// Asks for the first lines of a text, which will be read soon.
#[inline(always)]
pub fn prefetch(text: &[u8]) {
    #[cfg(target_arch = "x86_64")]
    for line in text.chunks(64).take(32) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: SSE is in every x86-64 target, and a prefetch of memory that is borrowed here.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = text;
}

/// The definition, for targets without a vector form and for the test of those with one.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn classify_bytewise(block: &[u8; 64]) -> Classes {
    let mask =
        |is: fn(u8) -> bool| block.iter().enumerate().fold(0, |mask, (i, &byte)| mask | u64::from(is(byte)) << i);
    Classes {
        alphanumeric: mask(|b| b.is_ascii_alphanumeric()),
        newline: mask(|b| b == b'\n'),
        suspect: mask(|b| b == 0xC4 || b == 0x84),
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
fn within_bytewise(block: &[u8; 64], first: u8, count: u8) -> u64 {
    let within = |byte: u8| u64::from(byte.wrapping_sub(first) < count);
    block.iter().enumerate().fold(0, |mask, (place, &byte)| mask | within(byte) << place)
}

/// Which bits of a byte are set, the lowest first.
static BITS: [[u32; 8]; 256] = {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;

    struct Classify<'a>(&'a [u8; 64]);
    impl Kernel for Classify<'_> {
        type Output = Classes;
        #[inline(always)]
        fn run<I: Isa>(self, isa: I) -> Classes {
            isa.classify(self.0)
        }
    }

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
            let (a, b) = (isa.lanes_of(self.0), isa.lanes_of(self.1));
            let (next, over) = isa.next_orders(a);
            let binary = [isa.and(a, b), isa.or(a, b), isa.xor(a, b), isa.add(a, b), isa.sub(a, b), isa.and_not(a, b)];
            let unary =
                [isa.lowest(a), isa.is_zero(isa.and(a, b)), isa.down(a, self.2), next, over, isa.lanes(self.0[1])];
            binary.into_iter().chain(unary).map(|lanes| isa.unlanes(lanes)).collect()
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
                    for cpu in Cpu::available() {
                        let found = cpu.call(Within(&block, first, count));
                        assert_eq!(found, within_bytewise(&block, first, count), "{cpu:?} {first} {count}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_set_classifies_every_byte_at_every_place() {
        for cpu in Cpu::available() {
            for place in 0..64 {
                for byte in 0..=255 {
                    for rest in [b' ', b'a'] {
                        let mut block = [rest; 64];
                        block[place] = byte;
                        assert_eq!(cpu.call(Classify(&block)), classify_bytewise(&block), "{cpu:?} {byte}");
                    }
                }
            }
        }
    }
}
