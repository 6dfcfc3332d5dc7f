//! Sorts numbers in the lanes of vectors, without branches that depend on the numbers.
//!
//! Columns of up to sixteen rows are sorted by the smallest known network for their length (Knuth, The Art of
//! Computer Programming 3, 5.3.4: 60 exchanges for sixteen). Batcher's bitonic network (AFIPS 1968) then merges
//! them in pairs. Every exchange puts the lesser number first, so absent numbers act like numbers greater than
//! all others, and no length need be a power of two. O(n log^2 n).

use crate::cpu::{LANES, Wide};

/// Eight numbers that [`Wide::min_max`] can compare. A row fills a cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(crate) struct SortRow(pub [u64; LANES]);

/// A row of numbers greater than all others.
pub(crate) static LAST: SortRow = SortRow([0x7FE0_0000_0000_0000; LANES]);
/// The number of rows in a block. One or two blocks are sorted in registers.
pub(crate) const ROWS: usize = 8;

/// Sorts the numbers of all rows. The order runs through each row and then on to the next row. The number of rows
/// is a multiple of [`ROWS`].
#[inline(always)]
pub(crate) fn sort<I: Wide>(isa: I, rows: &mut [SortRow]) {
    let (sixteens, rest) = rows.as_chunks_mut();
    for rows in sixteens {
        sort_sixteen(isa, rows);
    }
    if let Some(rows) = rest.first_chunk_mut() {
        sort_eight(isa, rows);
    }
    let mut width = 2 * ROWS;
    while width < rows.len() {
        for both in rows.chunks_mut(2 * width).filter(|both| both.len() > width) {
            merge(isa, both, width);
        }
        width *= 2;
    }
}

/// Merges two sorted sides, with the bits of `marks` set in the numbers of each side. The number of rows of each side
/// is a multiple of [`ROWS`], and so is that of the result. The result may end with additional numbers, greater than
/// all others.
#[inline(always)]
pub(crate) fn merged<'a, I: Wide>(
    isa: I,
    sides: [&[SortRow]; 2],
    marks: [u64; 2],
    rows: &'a mut Vec<SortRow>,
) -> &'a [SortRow] {
    let ([mut first, mut second], [mut first_mark, mut second_mark]) = (sides, marks.map(|mark| isa.splat(mark)));
    if first.len() < second.len() {
        (first, second) = (second, first);
        (first_mark, second_mark) = (second_mark, first_mark);
    }
    let width = first.len().next_power_of_two().max(ROWS);
    let count = width + second.len();
    if rows.len() < count {
        rows.resize(count, LAST);
    }
    let rows = &mut rows[..count];
    let (lessers, greaters) = rows.split_at_mut(width);
    let (alone, meeting) = lessers.split_at_mut(width - second.len());
    for (row, place) in alone.iter_mut().zip(0..) {
        row.0 = isa.array(isa.or(isa.vector(first.get(place).unwrap_or(&LAST).0), first_mark));
    }
    for ((place, lesser), (second, greater)) in (alone.len()..width).zip(meeting).rev().zip(second.iter().zip(greaters))
    {
        let first = isa.or(isa.vector(first.get(place).unwrap_or(&LAST).0), first_mark);
        let second = isa.or(isa.vector(second.0), second_mark);
        let (least, most) = isa.min_max(first, isa.swap_lanes::<7>(second));
        lesser.0 = isa.array(least);
        greater.0 = isa.array(isa.swap_lanes::<7>(most));
    }
    finish(isa, rows, width);
    rows
}

/// Merges the first `width` rows with the remaining rows. Both parts are sorted. `width` is a power of two and at
/// least [`ROWS`]. The number of remaining rows is a multiple of [`ROWS`] and at most `width`.
#[inline(always)]
fn merge<I: Wide>(isa: I, rows: &mut [SortRow], width: usize) {
    let (first, second) = rows.split_at_mut(width);
    for (first, second) in first.iter_mut().rev().zip(second) {
        let other = isa.swap_lanes::<7>(isa.vector(second.0));
        let (lesser, greater) = isa.min_max(isa.vector(first.0), other);
        first.0 = isa.array(lesser);
        second.0 = isa.array(isa.swap_lanes::<7>(greater));
    }
    finish(isa, rows, width);
}

/// Sorts the first `width` rows, and separately the remaining rows. Both parts are bitonic, and no number of the
/// remaining rows is less than a number of the first part.
#[inline(always)]
fn finish<I: Wide>(isa: I, rows: &mut [SortRow], width: usize) {
    let mut distance = width / 2;
    while distance >= 4 * ROWS {
        // One pass through memory does two steps.
        for rows in rows.chunks_mut(2 * distance) {
            if rows.len() == 2 * distance {
                quarters(isa, rows);
            } else {
                at_half(isa, rows, distance);
                for rows in rows.chunks_mut(distance) {
                    at_half(isa, rows, distance / 2);
                }
            }
        }
        distance /= 4;
    }
    if distance == 2 * ROWS {
        for rows in rows.chunks_mut(2 * distance) {
            at_half(isa, rows, distance);
        }
    }
    // From here on, the parts fit in registers.
    if width == ROWS {
        for rows in rows.as_chunks_mut::<ROWS>().0 {
            clean(isa, rows);
        }
        return;
    }
    let (sixteens, rest) = rows.as_chunks_mut::<{ 2 * ROWS }>();
    for rows in sixteens {
        clean(isa, rows);
    }
    if let Some(rows) = rest.first_chunk_mut::<ROWS>() {
        clean(isa, rows);
    }
}

/// Orders each of the first `distance` rows with the row `distance` rows later.
#[inline(always)]
fn at_half<I: Wide>(isa: I, rows: &mut [SortRow], distance: usize) {
    let (first, second) = rows.split_at_mut(distance.min(rows.len()));
    for (first, second) in first.iter_mut().zip(second) {
        let (lesser, greater) = isa.min_max(isa.vector(first.0), isa.vector(second.0));
        (first.0, second.0) = (isa.array(lesser), isa.array(greater));
    }
}

/// Orders rows that are half of all rows apart, and then rows that are a quarter apart.
#[inline(always)]
fn quarters<I: Wide>(isa: I, rows: &mut [SortRow]) {
    let (first, second) = rows.split_at_mut(rows.len() / 2);
    let (a, b) = first.split_at_mut(first.len() / 2);
    let (c, d) = second.split_at_mut(second.len() / 2);
    for ((a, b), (c, d)) in a.iter_mut().zip(b).zip(c.iter_mut().zip(d)) {
        let (first, third) = isa.min_max(isa.vector(a.0), isa.vector(c.0));
        let (second, fourth) = isa.min_max(isa.vector(b.0), isa.vector(d.0));
        let ((first, second), (third, fourth)) = (isa.min_max(first, second), isa.min_max(third, fourth));
        (a.0, b.0) = (isa.array(first), isa.array(second));
        (c.0, d.0) = (isa.array(third), isa.array(fourth));
    }
}

/// Sorts bitonic rows.
#[inline(always)]
fn clean<I: Wide, const N: usize>(isa: I, rows: &mut [SortRow; N]) {
    let mut vectors = loaded(isa, rows);
    halves(isa, &mut vectors);
    for vector in &mut vectors {
        *vector = exchanged::<I, 4, 0b1111_0000>(isa, *vector);
    }
    for vector in &mut vectors {
        *vector = exchanged::<I, 2, 0b1100_1100>(isa, *vector);
    }
    for vector in &mut vectors {
        *vector = exchanged::<I, 1, 0b1010_1010>(isa, *vector);
    }
    for (row, vector) in rows.iter_mut().zip(vectors) {
        row.0 = isa.array(vector);
    }
}

#[inline(always)]
fn loaded<I: Wide, const N: usize>(isa: I, rows: &[SortRow; N]) -> [I::Vector; N] {
    let mut vectors = [isa.splat(0); N];
    for (vector, row) in vectors.iter_mut().zip(rows) {
        *vector = isa.vector(row.0);
    }
    vectors
}

/// Orders each lane with the lane whose number differs by the bits of `WITH`. The greater number goes to the lane
/// whose bit is set in `GREATER`.
#[inline(always)]
fn exchanged<I: Wide, const WITH: usize, const GREATER: u8>(isa: I, lanes: I::Vector) -> I::Vector {
    let (lesser, greater) = isa.min_max(lanes, isa.swap_lanes::<WITH>(lanes));
    isa.blend::<GREATER>(lesser, greater)
}

/// Orders rows that are half of all rows apart, then rows that are a quarter apart, and so on.
#[inline(always)]
fn halves<I: Wide, const N: usize>(isa: I, rows: &mut [I::Vector; N]) {
    const { assert!(N == ROWS || N == 2 * ROWS) };
    if N > ROWS {
        at_distance::<I, N>(isa, rows, 8);
    }
    at_distance::<I, N>(isa, rows, 4);
    at_distance::<I, N>(isa, rows, 2);
    at_distance::<I, N>(isa, rows, 1);
}

#[inline(always)]
fn at_distance<I: Wide, const N: usize>(isa: I, rows: &mut [I::Vector; N], distance: usize) {
    for row in 0..N {
        if row & distance == 0 {
            (rows[row], rows[row + distance]) = isa.min_max(rows[row], rows[row + distance]);
        }
    }
}

/// Merges sorted columns: each group of lanes with the group beside it, until all lanes are one group.
#[inline(always)]
fn merge_columns<I: Wide, const N: usize>(isa: I, rows: &mut [I::Vector; N]) {
    flip::<I, N, 1, 0b1010_1010>(isa, rows);
    halves(isa, rows);
    flip::<I, N, 3, 0b1100_1100>(isa, rows);
    for row in &mut *rows {
        *row = exchanged::<I, 1, 0b1010_1010>(isa, *row);
    }
    halves(isa, rows);
    flip::<I, N, 7, 0b1111_0000>(isa, rows);
    for row in &mut *rows {
        *row = exchanged::<I, 2, 0b1100_1100>(isa, *row);
    }
    for row in &mut *rows {
        *row = exchanged::<I, 1, 0b1010_1010>(isa, *row);
    }
    halves(isa, rows);
}

/// Orders the first number of a group of columns with the last, the second with the last but one, and so on.
#[inline(always)]
fn flip<I: Wide, const N: usize, const WITH: usize, const GREATER: u8>(isa: I, rows: &mut [I::Vector; N]) {
    for row in 0..N / 2 {
        let (a, b) = (rows[row], rows[N - 1 - row]);
        let (lesser, greater) = isa.min_max(a, isa.swap_lanes::<WITH>(b));
        rows[row] = isa.blend::<GREATER>(lesser, greater);
        let (lesser, greater) = isa.min_max(b, isa.swap_lanes::<WITH>(a));
        rows[N - 1 - row] = isa.blend::<GREATER>(lesser, greater);
    }
}

macro_rules! exchange {
    ($isa:ident, $rows:ident: $($a:literal $b:literal),* $(,)?) => {
        $(($rows[$a], $rows[$b]) = $isa.min_max($rows[$a], $rows[$b]);)*
    };
}

#[inline(always)]
fn sort_eight<I: Wide>(isa: I, rows: &mut [SortRow; 8]) {
    let mut vectors = loaded(isa, rows);
    exchange!(isa, vectors:
        0 2, 1 3, 4 6, 5 7,
        0 4, 1 5, 2 6, 3 7,
        0 1, 2 3, 4 5, 6 7,
        2 4, 3 5,
        1 4, 3 6,
        1 2, 3 4, 5 6,
    );
    merge_columns(isa, &mut vectors);
    for (row, vector) in rows.iter_mut().zip(isa.transpose(vectors)) {
        row.0 = isa.array(vector);
    }
}

#[inline(always)]
fn sort_sixteen<I: Wide>(isa: I, rows: &mut [SortRow; 16]) {
    let mut vectors = loaded(isa, rows);
    exchange!(isa, vectors:
        0 1, 2 3, 4 5, 6 7, 8 9, 10 11, 12 13, 14 15,
        0 2, 1 3, 4 6, 5 7, 8 10, 9 11, 12 14, 13 15,
        0 4, 1 5, 2 6, 3 7, 8 12, 9 13, 10 14, 11 15,
        0 8, 1 9, 2 10, 3 11, 4 12, 5 13, 6 14, 7 15,
        5 10, 6 9, 3 12, 13 14, 4 8, 7 11, 1 2,
        1 4, 7 13, 2 8, 11 14,
        2 4, 5 6, 9 10, 11 13, 3 8, 7 12,
        6 8, 10 12, 3 5, 7 9,
        3 4, 5 6, 7 8, 9 10, 11 12,
        6 7, 8 9,
    );
    merge_columns(isa, &mut vectors);
    let [first, second] = vectors.as_chunks::<8>().0 else { unreachable!("sixteen vectors are two chunks of eight") };
    let (first, second) = (isa.transpose(*first), isa.transpose(*second));
    for ([even, odd], (first, second)) in rows.as_chunks_mut().0.iter_mut().zip(first.into_iter().zip(second)) {
        (even.0, odd.0) = (isa.array(first), isa.array(second));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::{Cpu, WideKernel};
    use crate::testing::Random;

    struct SortRows<'a>(&'a mut [SortRow]);
    impl WideKernel for SortRows<'_> {
        type Output = ();
        #[inline(always)]
        fn run<I: Wide>(self, isa: I) {
            sort(isa, self.0);
        }
    }

    fn number(random: &mut Random, most: usize) -> u64 {
        1 << 60 | (random.below(most) as u64) << 20
    }

    #[test]
    fn any_number_of_rows_is_sorted() {
        let mut random = Random::new(5);
        for round in 0..400 {
            let most = [2, 10, 1 << 30][round % 3];
            let rows = ROWS * (1 + round % 23);
            let numbers: Vec<u64> = (0..rows * LANES).map(|_| number(&mut random, most)).collect();
            let mut expected = numbers.clone();
            expected.sort_unstable();
            for cpu in Cpu::available() {
                let mut rows: Vec<SortRow> = numbers.as_chunks().0.iter().map(|row| SortRow(*row)).collect();
                cpu.call_wide(SortRows(&mut rows));
                let sorted: Vec<u64> = rows.iter().flat_map(|row| row.0).collect();
                assert_eq!(sorted, expected, "{cpu:?} {}", rows.len());
            }
        }
    }

    #[test]
    fn every_choice_of_zeros_and_ones_is_sorted_in_columns() {
        // A network that sorts every sequence of zeros and ones sorts every sequence (Knuth, 5.3.4, theorem Z).
        for numbers in 0..1u64 << 16 {
            let mut rows = [LAST; 16];
            for (place, row) in rows.iter_mut().enumerate() {
                row.0[0] = 1 << 60 | (numbers >> place & 1) << 20;
            }
            let mut expected: Vec<u64> = rows.iter().flat_map(|row| row.0).collect();
            expected.sort_unstable();
            Cpu::detect().call_wide(SortRows(&mut rows));
            assert_eq!(rows.iter().flat_map(|row| row.0).collect::<Vec<_>>(), expected);
        }
    }
}
