//! The draws of ROUGE-1.5.5's resampling: Perl's `srand(seed)`, then `int(items * rand())` for each item.
//!
//! Perl 5.20 and newer have their own generator, drand48 of POSIX: x is seed * 2^16 + 0x330E, then
//! (x * 0x5DEECE66D + 0xB) mod 2^48, and a number is x / 2^48. O(samples * items).

use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;

/// Samples that are drawn at once, because each number of a sample waits for the one before.
const LANES: usize = 16;

/// Draws as many items as there are in `items`, for each of the samples whose seeds start at `first_seed`. An item is a
/// number, and Perl's index is its place in `items`.
pub fn draws(items: &[i64], first_seed: u32, samples: usize, interrupt: &Interrupt) -> Result<Vec<i64>, Error> {
    let mut drawn = memory::filled(0, samples.saturating_mul(items.len()), interrupt)?;
    let seeds = (first_seed..).step_by(LANES);
    for (drawn, first_seed) in drawn.chunks_mut((LANES * items.len()).max(1)).zip(seeds) {
        interrupt.spend(2 * drawn.len())?;
        Cpu::detect().call(Draws { items, first_seed, drawn });
    }
    Ok(drawn)
}

struct Draws<'a> {
    items: &'a [i64],
    first_seed: u32,
    drawn: &'a mut [i64],
}

impl Kernel for Draws<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) {
        const LIMIT: u64 = 1 << 48;
        let Self { items, first_seed, drawn } = self;
        let mut states: [u64; LANES] =
            std::array::from_fn(|lane| (u64::from(first_seed.wrapping_add(lane as u32)) << 16) + 0x330E);
        let samples = drawn.len() / items.len();
        for place in 0..items.len() {
            let mut indices = [0u32; LANES];
            for (state, index) in states.iter_mut().zip(&mut indices) {
                *state = state.wrapping_mul(0x5_DEEC_E66D).wrapping_add(0xB) % LIMIT;
                *index = (items.len() as f64 * (*state as f64 / LIMIT as f64)) as u32;
            }
            for (sample, &index) in indices.iter().enumerate().take(samples) {
                drawn[sample * items.len() + place] = items[index as usize];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::never;

    /// Drawn by Perl 5.36.
    #[test]
    fn as_perl_draws() {
        let items: Vec<i64> = (0..500).collect();
        let drawn = draws(&items, 0, 20, &never()).unwrap();
        assert_eq!(drawn[..12], [85, 374, 48, 435, 288, 392, 346, 184, 436, 372, 223, 176]);
        assert_eq!(drawn[500..512], [20, 227, 417, 167, 282, 0, 93, 495, 375, 183, 175, 286]);
        // A sample does not depend on the samples beside it.
        assert_eq!(draws(&items, 17, 1, &never()).unwrap(), drawn[17 * 500..18 * 500]);
        assert_eq!(draws(&[], 0, 3, &never()).unwrap(), []);
    }
}
