//! Run-time choice of instruction set, and the byte classification that depends on it.
//!
//! The only module with `unsafe`: a function compiled for more than the baseline may be called
//! only on a processor that has it. The proof is a value ([`V3`]) that detection alone makes, so
//! no caller can get it wrong. Gain over the baseline, `benches/side_by_side.py` with
//! `TRICOLORE_CPU=baseline` beside the default: see `docs/speed.md`.

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

/// An instruction set that the processor at hand has.
pub trait Isa: Copy {
    /// Sixteen bytes in a register.
    type Register: Copy;

    /// Classifies one block.
    fn classify(self, block: &[u8; 64]) -> Classes;

    /// A key in a register.
    fn load(self, key: &Key) -> Self::Register;

    /// The bytes of `key`, each with bit 0x20 set, where `mask` is all ones, and zeros elsewhere.
    fn lower(self, key: &Key, mask: &Key) -> Self::Register;

    /// A number that spreads keys evenly, for whoever does not know the seeds.
    fn hash(self, key: Self::Register, seeds: &[Key; 2]) -> u64;

    /// Whether two keys are the same.
    fn same(self, key: Self::Register, other: &Key) -> bool;

    /// The key out of a register.
    fn store(self, key: Self::Register) -> Key;
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
}

impl Cpu {
    /// The best set of this processor; `TRICOLORE_CPU=baseline` in the environment holds it down.
    pub fn detect() -> Self {
        static CPU: std::sync::OnceLock<Cpu> = std::sync::OnceLock::new();
        *CPU.get_or_init(|| {
            let all = Self::available();
            if std::env::var_os("TRICOLORE_CPU").is_some_and(|name| name == "baseline") {
                all[0]
            } else {
                all[all.len() - 1]
            }
        })
    }

    /// Every set that this processor can run, the baseline first.
    pub fn available() -> Vec<Self> {
        #[allow(unused_mut)]
        let mut all = vec![Cpu::Baseline(Baseline)];
        #[cfg(target_arch = "x86_64")]
        all.extend(V3::detect().map(Cpu::V3));
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

    #[inline(always)]
    fn load(self, key: &Key) -> u128 {
        u128::from_le_bytes(*key)
    }

    #[inline(always)]
    fn lower(self, key: &Key, mask: &Key) -> u128 {
        (u128::from_le_bytes(*key) | u128::from_le_bytes([0x20; 16])) & u128::from_le_bytes(*mask)
    }

    /// A folded product, as in wyhash.
    #[inline(always)]
    fn hash(self, key: u128, seeds: &[Key; 2]) -> u64 {
        let key = key ^ u128::from_le_bytes(seeds[0]);
        let product = (key & u128::from(u64::MAX)) * (key >> 64);
        product as u64 ^ (product >> 64) as u64
    }

    #[inline(always)]
    fn same(self, key: u128, other: &Key) -> bool {
        key == u128::from_le_bytes(*other)
    }

    #[inline(always)]
    fn store(self, key: u128) -> Key {
        key.to_le_bytes()
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

    #[inline(always)]
    fn load(self, key: &Key) -> Self::Register {
        // SAFETY: SSE2 is in every x86-64 target; an unaligned load from a reference to 16 bytes.
        unsafe { std::arch::x86_64::_mm_loadu_si128(key.as_ptr().cast()) }
    }

    #[inline(always)]
    fn lower(self, key: &Key, mask: &Key) -> Self::Register {
        use std::arch::x86_64::*;
        let (key, mask) = (self.load(key), self.load(mask));
        // SAFETY: SSE2 is in every x86-64 target.
        unsafe { _mm_and_si128(_mm_or_si128(key, _mm_set1_epi8(0x20)), mask) }
    }

    /// Two rounds of AES, after which every byte has had a part in every other.
    #[inline(always)]
    fn hash(self, key: Self::Register, seeds: &[Key; 2]) -> u64 {
        use std::arch::x86_64::*;
        let [first, second] = [self.load(&seeds[0]), self.load(&seeds[1])];
        // SAFETY: a `V3` proves AES.
        unsafe {
            _mm_cvtsi128_si64(_mm_aesenc_si128(_mm_aesenc_si128(_mm_xor_si128(key, first), second), first)) as u64
        }
    }

    #[inline(always)]
    fn same(self, key: Self::Register, other: &Key) -> bool {
        use std::arch::x86_64::*;
        let other = self.load(other);
        // SAFETY: SSE2 is in every x86-64 target.
        unsafe { _mm_movemask_epi8(_mm_cmpeq_epi8(key, other)) == 0xFFFF }
    }

    #[inline(always)]
    fn store(self, key: Self::Register) -> Key {
        // SAFETY: sixteen bytes either way, and any value is one of `[u8; 16]`.
        unsafe { std::mem::transmute(key) }
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

#[cfg(test)]
mod tests {
    use super::*;

    struct Classify<'a>(&'a [u8; 64]);
    impl Kernel for Classify<'_> {
        type Output = Classes;
        #[inline(always)]
        fn run<I: Isa>(self, isa: I) -> Classes {
            isa.classify(self.0)
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
