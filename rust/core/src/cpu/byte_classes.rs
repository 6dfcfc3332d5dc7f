//! The classes of bytes that ROUGE's tokenizer asks for.

use super::Isa;

/// The classes of the bytes of one block of 64 bytes: one bit per byte, the first byte in the lowest bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteClasses {
    /// ASCII letters and digits.
    pub alphanumeric: u64,
    /// `\n`.
    pub newline: u64,
    /// 0xC4 and 0x84. A block without either contains neither U+0130 nor U+212A.
    pub suspect: u64,
}

impl ByteClasses {
    /// Classifies one block.
    #[inline(always)]
    pub fn of<I: Isa>(isa: I, block: &[u8; 64]) -> Self {
        Self {
            alphanumeric: isa.within_any(block, [(b'a', 26), (b'A', 26), (b'0', 10)]),
            newline: isa.within(block, b'\n', 1),
            suspect: isa.within_any(block, [(0xC4, 1), (0x84, 1)]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::{Cpu, Kernel};

    struct Classify<'a>(&'a [u8; 64]);
    impl Kernel for Classify<'_> {
        type Output = ByteClasses;
        #[inline(always)]
        fn run<I: Isa>(self, isa: I) -> ByteClasses {
            ByteClasses::of(isa, self.0)
        }
    }

    fn by_definition(block: &[u8; 64]) -> ByteClasses {
        let mask =
            |is: fn(u8) -> bool| block.iter().enumerate().fold(0, |mask, (i, &byte)| mask | u64::from(is(byte)) << i);
        ByteClasses {
            alphanumeric: mask(|b| b.is_ascii_alphanumeric()),
            newline: mask(|b| b == b'\n'),
            suspect: mask(|b| b == 0xC4 || b == 0x84),
        }
    }

    #[test]
    fn every_set_classifies_every_byte_at_every_place() {
        for cpu in Cpu::available() {
            for place in 0..64 {
                for byte in 0..=255 {
                    for rest in *b" a" {
                        let mut block = [rest; 64];
                        block[place] = byte;
                        assert_eq!(cpu.call(Classify(&block)), by_definition(&block), "{cpu:?} {byte}");
                    }
                }
            }
        }
    }
}
