//! The bootstrap in one pass. A draw from Poisson(1) decides how often each segment is in each replicate, so a
//! replicate is a sum that is updated as segments arrive (Chamandy et al., "Estimating uncertainty for massive
//! data streams", Google, 2012; Hanley and MacGibbon, "Creating non-parametric bootstrap samples using Poisson
//! frequencies", 2006).
//!
//! The counter-based generator Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
//! SC 2011) computes a draw from the seed, the segment's id and the number of the replicate. So a draw is the
//! same on every machine, at any time, however often it is made. `tricolore.reference.poisson` is the definition
//! in Python.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;
use crate::parallel::{lock, share};

/// Counters processed together, in the lanes of vectors.
const COUNTERS: usize = 32;
/// Replicates per group. Each counter yields four.
const GROUP: usize = 4 * COUNTERS;
/// Segments whose draws are held at a time. Their draws and a group's sums stay in the nearest cache.
const SEGMENTS: usize = 64;
/// Columns that are summed together, in registers.
const TILE: usize = 8;
/// Replicates whose sums of a tile are held together, in registers.
const PART: usize = 8;
/// Segments after which sums in doubles are moved to integers. A draw is at most 12 and a value is below 2^31, so
/// the sums are exact until then.
const EXACT: usize = 1 << 17;

/// A draw is the number of these thresholds that 32 random bits reach. The thresholds are 2^32 times the probability
/// of a draw of 0, of at most 1, and so on, rounded. The probability beyond 12 is less than half of 2^-32.
const THRESHOLDS: [u32; 12] = [
    1_580_030_169,
    3_160_060_337,
    3_950_075_422,
    4_213_413_783,
    4_279_248_374,
    4_292_415_292,
    4_294_609_778,
    4_294_923_276,
    4_294_962_463,
    4_294_966_817,
    4_294_967_253,
    4_294_967_292,
];

/// The number of a text id, its 64-bit FNV-1a hash. If two segments' ids have the same number, the segments get the
/// same draws, which is harmless.
pub fn number_of(id: &[u8]) -> u64 {
    id.iter().fold(0xCBF2_9CE4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

/// The sums of each replicate, in one row per replicate. Each input row has an id and `width` numbers below 2^31,
/// and is added as often as it is drawn. The last number of a replicate's row is its number of draws.
pub fn sums(
    ids: &[u64],
    rows: &[f64],
    width: usize,
    seed: u64,
    replicates: usize,
    threads: usize,
    poll: &dyn Fn() -> bool,
) -> Result<Vec<i64>, Error> {
    let cpu = Cpu::detect();
    // Each row gets a column of ones, which counts the draws, and zeros to fill the last tile.
    let stride = (width + 1).next_multiple_of(TILE);
    let stop = AtomicBool::new(false);
    let interrupt = Interrupt::new(&stop, Some(poll));
    let mut padded = memory::filled(0.0, ids.len() * stride, &interrupt)?;
    for (to, from) in padded.chunks_exact_mut(stride).zip(rows.chunks_exact(width)) {
        to[..width].copy_from_slice(from);
        to[width] = 1.0;
        interrupt.spend(stride)?;
    }
    let mut sums = memory::filled(0, replicates * (width + 1), &interrupt)?;
    // One thread computes each group of replicates, so no sums need merging.
    let groups = Mutex::new(sums.chunks_mut(GROUP * (width + 1)).enumerate());
    let work = |poll: Option<&dyn Fn() -> bool>| {
        let interrupt = Interrupt::new(&stop, poll);
        let mut draws = vec![0.0; SEGMENTS * GROUP];
        let mut doubles = vec![0.0; stride * GROUP];
        loop {
            let next = lock(&groups).next();
            let Some((group, out)) = next else { return Ok(()) };
            for (ids, rows) in ids.chunks(EXACT).zip(padded.chunks(EXACT * stride)) {
                doubles.fill(0.0);
                for (ids, rows) in ids.chunks(SEGMENTS).zip(rows.chunks(SEGMENTS * stride)) {
                    interrupt.spend(ids.len() * (GROUP + stride * GROUP / 8))?;
                    cpu.call(Draws { ids, seed, group: group as u32, draws: &mut draws });
                    cpu.call(Added { rows, stride, draws: &draws, sums: &mut doubles });
                }
                for (replicate, out) in out.chunks_exact_mut(width + 1).enumerate() {
                    for (column, out) in out.iter_mut().enumerate() {
                        *out += doubles[column * GROUP + replicate] as i64;
                    }
                }
            }
        }
    };
    let threads = if ids.len() * replicates < SERIAL { 1 } else { threads.min(replicates.div_ceil(GROUP)) };
    share(threads, &stop, poll, work)?;
    if stop.load(Ordering::Relaxed) {
        return Err(Error::Interrupted);
    }
    Ok(sums)
}

/// Below this number of draws, all work stays on the caller's thread.
const SERIAL: usize = 1 << 16;

/// Philox4x32-10: four random words for a counter and a seed.
#[inline(always)]
fn philox(mut counter: [u32; 4], seed: u64) -> [u32; 4] {
    let mut key = [seed as u32, (seed >> 32) as u32];
    for _ in 0..10 {
        let product0 = 0xD251_1F53 * u64::from(counter[0]);
        let product2 = 0xCD9E_8D57 * u64::from(counter[2]);
        counter = [
            (product2 >> 32) as u32 ^ counter[1] ^ key[0],
            product2 as u32,
            (product0 >> 32) as u32 ^ counter[3] ^ key[1],
            product0 as u32,
        ];
        key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
    }
    counter
}

/// Draws how often each segment is in each replicate of a group.
struct Draws<'a> {
    ids: &'a [u64],
    seed: u64,
    group: u32,
    /// `GROUP` draws per segment.
    draws: &'a mut [f64],
}

impl Kernel for Draws<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) {
        let Self { ids, seed, group, draws } = self;
        let first = group * COUNTERS as u32;
        let mut bits = [[0_u32; COUNTERS]; 4];
        for (&id, draws) in ids.iter().zip(draws.chunks_exact_mut(GROUP)) {
            // The compiler vectorizes these plain loops over lanes, because it unrolls all loops inside them.
            let [a, b, c, d] = &mut bits;
            for (number, (((a, b), c), d)) in (first..).zip(a.iter_mut().zip(b).zip(c).zip(d)) {
                [*a, *b, *c, *d] = philox([number, 0, id as u32, (id >> 32) as u32], seed);
            }
            for (draw, &bits) in draws.iter_mut().zip(bits.as_flattened()) {
                let mut count = 0;
                for threshold in THRESHOLDS {
                    count += i32::from(bits >= threshold);
                }
                *draw = f64::from(count);
            }
        }
    }
}

/// Adds each row as often as it was drawn.
struct Added<'a> {
    rows: &'a [f64],
    stride: usize,
    draws: &'a [f64],
    /// `GROUP` sums per column.
    sums: &'a mut [f64],
}

impl Kernel for Added<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) {
        let Self { rows, stride, draws, sums } = self;
        for part in (0..GROUP).step_by(PART) {
            for tile in (0..stride).step_by(TILE) {
                let mut tile_sums = [[0.0; PART]; TILE];
                for (row, draws) in rows.chunks_exact(stride).zip(draws.chunks_exact(GROUP)) {
                    let row: &[f64; TILE] = row[tile..].first_chunk().expect("rows have whole tiles");
                    let draws: &[f64; PART] = draws[part..].first_chunk().expect("groups have whole parts");
                    for (sums, &number) in tile_sums.iter_mut().zip(row) {
                        for (sum, &draw) in sums.iter_mut().zip(draws) {
                            *sum += draw * number;
                        }
                    }
                }
                for (column, column_sums) in tile_sums.iter().enumerate() {
                    let sums = &mut sums[(tile + column) * GROUP + part..][..PART];
                    sums.iter_mut().zip(column_sums).for_each(|(sum, added)| *sum += added);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;

    /// Known answers from `kat_vectors` of Random123.
    #[test]
    fn known_answers_of_the_generator() {
        assert_eq!(philox([0; 4], 0), [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]);
        assert_eq!(philox([u32::MAX; 4], u64::MAX), [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD]);
        let pi = [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344];
        assert_eq!(philox(pi, 0x299F_31D0_A409_3822), [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1]);
    }

    /// The published test vectors of FNV-1a.
    #[test]
    fn known_answers_of_the_hash() {
        assert_eq!(number_of(b""), 0xCBF2_9CE4_8422_2325);
        assert_eq!(number_of(b"a"), 0xAF63_DC4C_8601_EC8C);
        assert_eq!(number_of(b"foobar"), 0x8594_4171_F739_67E8);
    }

    fn poisson(ids: &[u64], rows: &[f64], width: usize, replicates: usize, threads: usize) -> Vec<i64> {
        sums(ids, rows, width, 12345, replicates, threads, &|| false).expect("not interrupted")
    }

    #[test]
    fn sums_do_not_depend_on_parts_order_or_threads() {
        let mut random = Random::new(7);
        for (count, width, replicates) in [(1, 1, 1), (5, 3, 64), (300, 10, 200), (70, 17, 65)] {
            let ids: Vec<u64> = (0..count).map(|_| random.below(usize::MAX) as u64).collect();
            let rows: Vec<f64> = (0..count * width).map(|_| random.below(1 << 31) as f64).collect();
            let all = poisson(&ids, &rows, width, replicates, 1);
            assert_eq!(poisson(&ids, &rows, width, replicates, 2), all);
            let mut added = vec![0; all.len()];
            for (id, row) in ids.iter().zip(rows.chunks(width)).rev() {
                let of_row = poisson(&[*id], row, width, replicates, 1);
                // A replicate's sums are the row times its number of draws.
                for sums in of_row.chunks(width + 1) {
                    assert!(sums.iter().zip(row).all(|(&sum, &number)| sum == sums[width] * number as i64));
                }
                added.iter_mut().zip(of_row).for_each(|(sum, more)| *sum += more);
            }
            assert_eq!(added, all);
        }
    }

    #[test]
    fn every_instruction_set_draws_alike() {
        let ids: Vec<u64> = (0..50).collect();
        let draws = |cpu: Cpu| {
            let mut draws = vec![0.0; 50 * GROUP];
            cpu.call(Draws { ids: &ids, seed: 3, group: 2, draws: &mut draws });
            draws
        };
        let expected = draws(Cpu::detect());
        for cpu in Cpu::available() {
            assert_eq!(draws(cpu), expected);
        }
    }

    #[test]
    fn draws_have_the_moments_of_the_distribution() {
        let ids: Vec<u64> = (0..1000).collect();
        let counts: Vec<f64> = ids
            .iter()
            .flat_map(|&id| poisson(&[id], &[0.0], 1, 640, 1).chunks(2).map(|sums| sums[1] as f64).collect::<Vec<_>>())
            .collect();
        let n = counts.len() as f64;
        let mean = counts.iter().sum::<f64>() / n;
        let variance = counts.iter().map(|count| (count - mean).powi(2)).sum::<f64>() / n;
        // With 640,000 draws, three standard errors are 0.004 for the mean and 0.0065 for the variance.
        assert!((mean - 1.0).abs() < 0.004, "{mean}");
        assert!((variance - 1.0).abs() < 0.0065, "{variance}");
    }
}
