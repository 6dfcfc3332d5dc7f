//! The draws of ROUGE-1.5.5's resampling: Perl's `srand(seed)`, then `int(items * rand())` for each item.
//!
//! Perl 5.20 and newer have their own generator, drand48 of POSIX: x is seed * 2^16 + 0x330E, then
//! (x * 0x5DEECE66D + 0xB) mod 2^48, and a number is x / 2^48. O(samples * items).

use crate::cpu::{Cpu, Isa, Kernel};

/// Samples that are drawn at once, because each number of a sample waits for the one before.
pub(super) const LANES: usize = 16;

/// Fills `drawn` with samples of as many draws as there are items, below 2^31, one sample after the other. There are at
/// most [`LANES`] samples, and their seeds start at `first_seed`.
pub(super) fn draw(cpu: Cpu, items: usize, first_seed: u32, drawn: &mut [u32]) {
    cpu.call(Draw { items, first_seed, drawn });
}

struct Draw<'a> {
    items: usize,
    first_seed: u32,
    drawn: &'a mut [u32],
}

impl Kernel for Draw<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) {
        let Self { items, first_seed, drawn } = self;
        let mut states: [u64; LANES] =
            std::array::from_fn(|lane| (u64::from(first_seed.wrapping_add(lane as u32)) << 16) + 0x330E);
        let samples = drawn.len() / items;
        for place in 0..items {
            let mut indices = [0; LANES];
            for (state, index) in states.iter_mut().zip(&mut indices) {
                *state = state.wrapping_mul(0x5_DEEC_E66D).wrapping_add(0xB) % (1 << 48);
                *index = floor(items as f64 * (as_float(*state) / (1_u64 << 48) as f64));
            }
            for (sample, &index) in indices.iter().enumerate().take(samples) {
                drawn[sample * items + place] = index;
            }
        }
    }
}

/// 2^52. A float from here up to 2^53 has the bits of this one plus its distance to it.
const WHOLE: f64 = 4_503_599_627_370_496.0;

/// A number below 2^52 as a float. Unlike `as`, this is one operation in the lanes of a vector on every processor.
#[inline(always)]
fn as_float(number: u64) -> f64 {
    f64::from_bits(number | WHOLE.to_bits()) - WHOLE
}

/// The whole part of a number below 2^32, also in the lanes of a vector.
#[inline(always)]
fn floor(number: f64) -> u32 {
    let nearest = number + WHOLE;
    (nearest.to_bits() as u32).wrapping_sub(u32::from(nearest - WHOLE > number))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Drawn by Perl 5.36.
    #[test]
    fn as_perl_draws() {
        for cpu in Cpu::available() {
            let mut drawn = vec![0; LANES * 500];
            draw(cpu, 500, 0, &mut drawn);
            assert_eq!(drawn[..12], [85, 374, 48, 435, 288, 392, 346, 184, 436, 372, 223, 176]);
            assert_eq!(drawn[500..512], [20, 227, 417, 167, 282, 0, 93, 495, 375, 183, 175, 286]);
            // A sample does not depend on the samples beside it.
            let mut alone = vec![0; 500];
            draw(cpu, 500, 15, &mut alone);
            assert_eq!(alone, drawn[15 * 500..]);
        }
    }

    #[test]
    fn whole_parts() {
        for number in [0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.5, 4_294_967_295.0, 4_294_967_295.0_f64.next_down(), 7.999] {
            assert_eq!(floor(number), number as u32, "{number}");
            assert_eq!(as_float(number as u64), number.trunc());
        }
        assert_eq!(as_float((1 << 48) - 1), ((1_u64 << 48) - 1) as f64);
    }
}
