//! Run-time choice of instruction set, and the byte classification that depends on it.
//!
//! The only module with `unsafe`: a function compiled for more than the baseline may be called
//! only on a processor that has it. The proof is a value ([`V3`], [`V4`]) that detection alone
//! makes, so no caller can get it wrong. What each gains, by `benches/side_by_side.py` with
//! `TRICOLORE_CPU` in the environment: see `docs/speed.md`.

#![allow(unsafe_code)]

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

    /// The lanes, the first order's first.
    fn unlanes(self, lanes: Self::Lanes) -> [u64; LANES];

    /// Lane by lane.
    fn and(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;

    /// Lane by lane.
    fn or(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;

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

/// The lanes of instruction sets that do them one by one, as far as the compiler does not join them.
macro_rules! scalar_lanes {
    () => {
        type Lanes = [u64; LANES];
        const WORDS: usize = 4;

        #[inline(always)]
        fn lanes(self, number: u64) -> [u64; LANES] {
            [number; LANES]
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
    };
}

/// Eight numbers of 64 bits.
pub const LANES: usize = 8;

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
    /// The same with AVX-512 F, BW, VL and VBMI2.
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

    /// Runs `kernel` as compiled for this set.
    #[inline(always)]
    pub fn call<K: Kernel>(self, kernel: K) -> K::Output {
        match self {
            Cpu::Baseline(isa) => kernel.run(isa),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a `V3` exists only after `V3::detect` found every feature that `call_v3` is
            // compiled for.
            Cpu::V3(isa) => unsafe { call_v3(isa, kernel) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: likewise a `V4`.
            Cpu::V4(isa) => unsafe { call_v4(isa, kernel) },
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

/// The compiler's target as it stands.
#[derive(Clone, Copy, Debug)]
pub struct Baseline;

impl Isa for Baseline {
    type Register = u128;

    scalar_lanes!();

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

/// Proof that the processor has what [`Cpu::V3`] names.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug)]
pub struct V3(());

#[cfg(target_arch = "x86_64")]
impl V3 {
    fn detect() -> Option<Self> {
        let has = std::is_x86_feature_detected!("avx2")
            && std::is_x86_feature_detected!("bmi1")
            && std::is_x86_feature_detected!("bmi2")
            && std::is_x86_feature_detected!("lzcnt")
            && std::is_x86_feature_detected!("popcnt")
            && std::is_x86_feature_detected!("aes");
        has.then_some(V3(()))
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,aes")]
fn call_v3<K: Kernel>(isa: V3, kernel: K) -> K::Output {
    kernel.run(isa)
}

#[cfg(target_arch = "x86_64")]
impl Isa for V3 {
    type Register = std::arch::x86_64::__m128i;

    scalar_lanes!();

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
    fn within(self, block: &[u8; 64], first: u8, count: u8) -> u64 {
        use std::arch::x86_64::*;
        block.as_chunks::<32>().0.iter().enumerate().fold(0, |mask, (part, bytes)| {
            // SAFETY: a `V3` proves AVX2; an unaligned load of 32 bytes from 32.
            let found = unsafe {
                let bytes = _mm256_sub_epi8(_mm256_loadu_si256(bytes.as_ptr().cast()), _mm256_set1_epi8(first as i8));
                _mm256_movemask_epi8(_mm256_cmpeq_epi8(
                    _mm256_min_epu8(bytes, _mm256_set1_epi8((count - 1) as i8)),
                    bytes,
                ))
            };
            mask | u64::from(found as u32) << (part * 32)
        })
    }

    /// Two rounds of AES, after which every byte has had a part in every other.
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
        // SAFETY: a `V3` proves AVX2; the loads are unaligned, of 32 bytes from 0 and from 24 on
        // in the 64 of the reference. The fourth of each is not of a key, and masked away.
        unsafe {
            let lows = _mm256_cmpeq_epi64(_mm256_broadcastq_epi64(key), _mm256_loadu_si256(keys.cast()));
            let high = _mm256_permute4x64_epi64::<0b01_01_01_01>(_mm256_castsi128_si256(key));
            let highs = _mm256_cmpeq_epi64(high, _mm256_loadu_si256(keys.byte_add(24).cast()));
            _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_and_si256(lows, highs))) as u32 & 7
        }
    }

    #[inline(always)]
    fn classify(self, block: &[u8; 64]) -> Classes {
        use std::arch::x86_64::*;
        let mut classes = [0u64; 3];
        for part in 0..2 {
            let bytes: &[u8; 32] = block[part * 32..][..32].try_into().expect("32 bytes");
            // SAFETY: a `V3` proves AVX2; the load is unaligned, of 32 bytes from a reference to
            // 32 bytes.
            let found = unsafe {
                let bytes = _mm256_loadu_si256(bytes.as_ptr().cast());
                let letter =
                    _mm256_sub_epi8(_mm256_or_si256(bytes, _mm256_set1_epi8(0x20)), _mm256_set1_epi8(b'a' as i8));
                let letter = _mm256_cmpeq_epi8(_mm256_min_epu8(letter, _mm256_set1_epi8(25)), letter);
                let digit = _mm256_sub_epi8(bytes, _mm256_set1_epi8(b'0' as i8));
                let digit = _mm256_cmpeq_epi8(_mm256_min_epu8(digit, _mm256_set1_epi8(9)), digit);
                let newline = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(b'\n' as i8));
                let suspect = _mm256_or_si256(
                    _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(0xC4_u8 as i8)),
                    _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(0x84_u8 as i8)),
                );
                [
                    _mm256_movemask_epi8(_mm256_or_si256(letter, digit)),
                    _mm256_movemask_epi8(newline),
                    _mm256_movemask_epi8(suspect),
                ]
            };
            for (class, bits) in classes.iter_mut().zip(found) {
                *class |= u64::from(bits as u32) << (part * 32);
            }
        }
        let [alphanumeric, newline, suspect] = classes;
        Classes { alphanumeric, newline, suspect }
    }
}

/// Proof that the processor has what [`Cpu::V4`] names.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug)]
pub struct V4(V3);

#[cfg(target_arch = "x86_64")]
impl V4 {
    fn detect(v3: V3) -> Option<Self> {
        let has = std::is_x86_feature_detected!("avx512f")
            && std::is_x86_feature_detected!("avx512bw")
            && std::is_x86_feature_detected!("avx512vl")
            && std::is_x86_feature_detected!("avx512vbmi2");
        has.then_some(V4(v3))
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,aes,avx512f,avx512bw,avx512vl,avx512vbmi2")]
fn call_v4<K: Kernel>(isa: V4, kernel: K) -> K::Output {
    kernel.run(isa)
}

#[cfg(target_arch = "x86_64")]
impl Isa for V4 {
    type Register = <V3 as Isa>::Register;
    type Lanes = std::arch::x86_64::__m512i;
    const WORDS: usize = 8;

    #[inline(always)]
    fn lanes(self, number: u64) -> Self::Lanes {
        // SAFETY: a `V4` proves AVX-512 F, here and in all of these.
        unsafe { std::arch::x86_64::_mm512_set1_epi64(number as i64) }
    }

    #[inline(always)]
    fn unlanes(self, lanes: Self::Lanes) -> [u64; LANES] {
        // SAFETY: 64 bytes either way, and any value is one of `[u64; 8]`.
        unsafe { std::mem::transmute(lanes) }
    }

    #[inline(always)]
    fn and(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
        // SAFETY: AVX-512 F.
        unsafe { std::arch::x86_64::_mm512_and_si512(a, b) }
    }

    #[inline(always)]
    fn or(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
        // SAFETY: AVX-512 F.
        unsafe { std::arch::x86_64::_mm512_or_si512(a, b) }
    }

    #[inline(always)]
    fn and_not(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
        // SAFETY: AVX-512 F.
        unsafe { std::arch::x86_64::_mm512_andnot_si512(b, a) }
    }

    #[inline(always)]
    fn lowest(self, lanes: Self::Lanes) -> Self::Lanes {
        use std::arch::x86_64::*;
        // SAFETY: AVX-512 F.
        unsafe { _mm512_and_si512(lanes, _mm512_sub_epi64(_mm512_setzero_si512(), lanes)) }
    }

    #[inline(always)]
    fn is_zero(self, lanes: Self::Lanes) -> Self::Lanes {
        use std::arch::x86_64::*;
        // SAFETY: AVX-512 F.
        unsafe { _mm512_maskz_set1_epi64(_mm512_testn_epi64_mask(lanes, lanes), -1) }
    }

    #[inline(always)]
    fn next_orders(self, lanes: Self::Lanes) -> (Self::Lanes, Self::Lanes) {
        use std::arch::x86_64::*;
        // SAFETY: AVX-512 F.
        unsafe {
            let shifted = _mm512_slli_epi64::<1>(lanes);
            let over = _mm512_srli_epi64::<63>(lanes);
            // Seven lanes move up; what comes in is the last lane of the other operand.
            (
                _mm512_alignr_epi64::<7>(shifted, _mm512_set1_epi64(-1)),
                _mm512_alignr_epi64::<7>(over, _mm512_setzero_si512()),
            )
        }
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
    fn within(self, block: &[u8; 64], first: u8, count: u8) -> u64 {
        use std::arch::x86_64::*;
        // SAFETY: a `V4` proves AVX-512 F and BW; an unaligned load of 64 bytes from 64.
        unsafe {
            let bytes = _mm512_loadu_si512(block.as_ptr().cast());
            let bytes = _mm512_sub_epi8(bytes, _mm512_set1_epi8(first as i8));
            _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(count as i8))
        }
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
    fn classify(self, block: &[u8; 64]) -> Classes {
        use std::arch::x86_64::*;
        // SAFETY: a `V4` proves AVX-512 F and BW; the load is unaligned, of 64 bytes from a
        // reference to 64 bytes.
        unsafe {
            let bytes = _mm512_loadu_si512(block.as_ptr().cast());
            let letter = _mm512_sub_epi8(_mm512_or_si512(bytes, _mm512_set1_epi8(0x20)), _mm512_set1_epi8(b'a' as i8));
            let digit = _mm512_sub_epi8(bytes, _mm512_set1_epi8(b'0' as i8));
            Classes {
                alphanumeric: _mm512_cmplt_epu8_mask(letter, _mm512_set1_epi8(26))
                    | _mm512_cmplt_epu8_mask(digit, _mm512_set1_epi8(10)),
                newline: _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(b'\n' as i8)),
                suspect: _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(0xC4_u8 as i8))
                    | _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(0x84_u8 as i8)),
            }
        }
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

    /// The places are compressed out of those of all 64 bits.
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
            // Text has some eleven tokens in 64 bytes.
            if count > 32 {
                write(2, _mm512_extracti32x4_epi32::<2>(compressed));
                write(3, _mm512_extracti32x4_epi32::<3>(compressed));
            }
        }
        count
    }
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
