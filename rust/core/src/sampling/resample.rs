//! Sums of rows that are drawn with replacement, for the bootstrap (Efron, 1979; Koehn, EMNLP 2004), or
//! selected by coin flips, for approximate randomization (Riezler and Maxwell, ACL-W 2005).
//!
//! A sample is a list of rows with the number of times that each is taken. Its sum is the product of a vector
//! and a matrix, so no matrix of samples and segments is needed. Columns are summed in tiles that stay in
//! registers.

use std::ops::{Add, Mul};

use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;
use crate::sampling::perl_random;

/// A number that can be summed.
pub trait Number: Copy + Default + Add<Output = Self> + Mul<Output = Self> {
    /// Converts the number of times that a row is taken.
    fn of(count: u32) -> Self;
}

impl Number for f32 {
    fn of(count: u32) -> Self {
        count as f32
    }
}

impl Number for f64 {
    fn of(count: u32) -> Self {
        f64::from(count)
    }
}

/// The most columns that are summed together.
const WIDEST: usize = 32;

/// The number of columns that are summed together if this many are left: the rest of a row is padded to it.
fn tile(left: usize) -> usize {
    left.next_power_of_two().clamp(8, WIDEST)
}

/// A matrix from which rows are drawn.
pub struct Rows<T> {
    count: usize,
    width: usize,
    /// The length of a row, padded to whole tiles (see [`tile`]).
    stride: usize,
    numbers: Vec<T>,
}

impl<T: Number> Rows<T> {
    /// Copies `numbers`, which has rows of `width` numbers one after the other.
    pub fn new(numbers: &[T], width: usize) -> Result<Self, Error> {
        let count = numbers.len() / width;
        let left = width % WIDEST;
        let stride = width - left + if left == 0 { 0 } else { tile(left) };
        let mut padded = Vec::new();
        memory::reserve(&mut padded, count * stride)?;
        padded.resize(count * stride, T::default());
        for (to, from) in padded.chunks_exact_mut(stride).zip(numbers.chunks_exact(width)) {
            to[..width].copy_from_slice(from);
        }
        Ok(Self { count, width, stride, numbers: padded })
    }

    /// The sum of each sample. A sample has as many draws as there are rows, and each draw is the index of a row.
    /// If `in_order`, rows are added in the order of the draws. Otherwise each row is multiplied by its number of
    /// draws and added in the order of the rows, which is faster and gives the same result if sums are exact.
    ///
    /// # Panics
    /// If a draw is not the index of a row.
    pub fn drawn(&self, draws: &[i64], in_order: bool, interrupt: &Interrupt) -> Result<Vec<T>, Error> {
        if in_order {
            let mut sums = self.room_for_sums(draws.len() / self.count)?;
            for sample in draws.chunks_exact(self.count) {
                self.add(Cpu::detect(), sample.iter().map(|&row| (row as u32, T::of(1))), &mut sums, interrupt)?;
            }
            return Ok(sums);
        }
        let mut counts = memory::filled(0_u32, self.count, interrupt)?;
        self.sums(draws, interrupt, |sample, picks| {
            counts.fill(0);
            sample.iter().for_each(|&row| counts[row as usize] += 1);
            keep_taken(picks, counts.iter().copied());
        })
    }

    /// The sum of each sample. A sample has a byte for each row, which is nonzero if the row is taken.
    pub fn selected(&self, selections: &[u8], interrupt: &Interrupt) -> Result<Vec<T>, Error> {
        self.sums(selections, interrupt, |sample, picks| {
            keep_taken(picks, sample.iter().map(|&taken| u32::from(taken != 0)));
        })
    }

    /// The sum of each sample that ROUGE-1.5.5 draws, with the seeds 0, 1, 2 and so on. Rows are added in the order of the
    /// draws, and there are fewer than 2^31 of them.
    pub fn drawn_by_perl(&self, samples: u32, interrupt: &Interrupt) -> Result<Vec<T>, Error> {
        if self.count == 0 {
            return Ok(Vec::new());
        }
        let (cpu, count) = (Cpu::detect(), self.count);
        let mut sums = self.room_for_sums(samples as usize)?;
        let mut drawn = memory::filled(0, perl_random::LANES * count, interrupt)?;
        for first in (0..samples).step_by(perl_random::LANES) {
            let drawn = &mut drawn[..perl_random::LANES.min((samples - first) as usize) * count];
            interrupt.spend(2 * drawn.len())?;
            perl_random::draw(cpu, count, first, drawn);
            for sample in drawn.chunks_exact(count) {
                self.add(cpu, sample.iter().map(|&row| (row, T::of(1))), &mut sums, interrupt)?;
            }
        }
        Ok(sums)
    }

    fn room_for_sums(&self, samples: usize) -> Result<Vec<T>, Error> {
        let mut sums = Vec::new();
        memory::reserve(&mut sums, samples.saturating_mul(self.width))?;
        Ok(sums)
    }

    /// Appends the sum of these rows, each multiplied by its number.
    fn add(
        &self,
        cpu: Cpu,
        picks: impl ExactSizeIterator<Item = (u32, T)> + Clone,
        sums: &mut Vec<T>,
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        interrupt.spend(picks.len() * self.stride / 8)?;
        let mut start = 0;
        while start < self.width {
            let (rows, picks, left) = (self, picks.clone(), self.width - start);
            match tile(left) {
                8 => sums.extend(cpu.call(Tile::<_, _, 8> { rows, start, picks }).iter().take(left)),
                16 => sums.extend(cpu.call(Tile::<_, _, 16> { rows, start, picks }).iter().take(left)),
                _ => sums.extend(cpu.call(Tile::<_, _, WIDEST> { rows, start, picks }).iter().take(left)),
            }
            start += tile(left);
        }
        Ok(())
    }

    fn sums<S>(
        &self,
        samples: &[S],
        interrupt: &Interrupt,
        mut pick: impl FnMut(&[S], &mut Vec<(u32, T)>),
    ) -> Result<Vec<T>, Error> {
        let cpu = Cpu::detect();
        let mut picks = Vec::new();
        memory::reserve(&mut picks, self.count)?;
        let mut sums = self.room_for_sums(samples.len() / self.count)?;
        for sample in samples.chunks_exact(self.count) {
            picks.clear();
            pick(sample, &mut picks);
            self.add(cpu, picks.iter().copied(), &mut sums, interrupt)?;
        }
        Ok(sums)
    }
}

/// Fills `picks` with the rows that are taken at least once, and their counts. There is no branch, because it would be
/// mispredicted a third of the time.
fn keep_taken<T: Number>(picks: &mut Vec<(u32, T)>, counts: impl ExactSizeIterator<Item = u32>) {
    picks.resize(counts.len(), (0, T::default()));
    let mut taken = 0;
    for (row, count) in counts.enumerate() {
        picks[taken] = (row as u32, T::of(count));
        taken += usize::from(count > 0);
    }
    picks.truncate(taken);
}

/// Sums `WIDTH` columns of some rows, from the column `start` on.
struct Tile<'a, T, P, const WIDTH: usize> {
    rows: &'a Rows<T>,
    start: usize,
    picks: P,
}

impl<T: Number, P: Iterator<Item = (u32, T)>, const WIDTH: usize> Kernel for Tile<'_, T, P, WIDTH> {
    type Output = [T; WIDTH];

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) -> [T; WIDTH] {
        let Self { rows, start, picks } = self;
        let mut sum = [T::default(); WIDTH];
        for (row, count) in picks {
            let numbers: &[T; WIDTH] =
                rows.numbers[row as usize * rows.stride + start..].first_chunk().expect("rows have whole tiles");
            for (sum, &number) in sum.iter_mut().zip(numbers) {
                *sum = *sum + count * number;
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Random, never};

    #[test]
    fn sums_of_drawn_rows() {
        let mut random = Random::new(5);
        for (count, width) in [(1, 1), (7, 3), (12, 9), (5, 16), (40, 32), (100, 33), (30, 50), (9, 70)] {
            let numbers: Vec<f64> = (0..count * width).map(|_| random.below(1000) as f64).collect();
            let rows = Rows::new(&numbers, width).unwrap();
            let draws: Vec<i64> = (0..count * 5).map(|_| random.below(count) as i64).collect();
            let selections: Vec<u8> = (0..count * 5).map(|_| random.below(2) as u8).collect();
            let at = |row: usize, column: usize| numbers[row * width + column];
            let by_draw = draws.chunks(count).flat_map(|sample| {
                (0..width).map(move |column| sample.iter().map(|&row| at(row as usize, column)).sum::<f64>())
            });
            let by_draw: Vec<f64> = by_draw.collect();
            for in_order in [false, true] {
                assert_eq!(rows.drawn(&draws, in_order, &never()), Ok(by_draw.clone()));
            }
            let by_selection = selections.chunks(count).flat_map(|sample| {
                let taken = move || sample.iter().enumerate().filter(|(_, taken)| **taken == 1);
                (0..width).map(move |column| taken().map(|(row, _)| at(row, column)).sum::<f64>())
            });
            assert_eq!(rows.selected(&selections, &never()), Ok(by_selection.collect()));
        }
    }

    #[test]
    fn samples_of_perl() {
        let numbers: Vec<f64> = (0..500 * 9).map(f64::from).collect();
        let rows = Rows::new(&numbers, 9).unwrap();
        let sums = rows.drawn_by_perl(37, &never()).unwrap();
        assert_eq!(sums.len(), 37 * 9);
        let mut drawn = vec![0; 37 * 500];
        for (seed, drawn) in drawn.chunks_exact_mut(500).enumerate() {
            perl_random::draw(Cpu::detect(), 500, seed as u32, drawn);
        }
        let drawn: Vec<i64> = drawn.into_iter().map(i64::from).collect();
        assert_eq!(rows.drawn(&drawn, true, &never()), Ok(sums));
        assert_eq!(Rows::<f64>::new(&[], 3).unwrap().drawn_by_perl(5, &never()), Ok(vec![]));
    }

    #[test]
    fn in_order_is_the_order_of_the_draws() {
        let rows = Rows::new(&[16_777_216.0_f32, 1.0, 3.0], 1).unwrap();
        let sums = |draws: &[i64]| rows.drawn(draws, true, &never()).expect("not interrupted");
        // In float32, 2^24 + 1 rounds to 2^24, but 1 + 3 + 2^24 is greater.
        assert_eq!(sums(&[0, 1, 1]), [16_777_216.0]);
        assert_eq!(sums(&[1, 2, 0]), [16_777_220.0]);
    }
}
