//! Clipped n-gram counts, for orders 1 to [`ORDERS`], of a pair with few distinct tokens, such as characters.
//! The n-grams that end at each place of both texts are sorted by their last token first, so equal n-grams are
//! adjacent.
//!
//! A number represents a place: the tokens up to it, a byte each, the last token in the top byte. One sort makes
//! places with the same n-gram adjacent, for every order at once. If the texts have an n-gram a and b times, its
//! clipped count is min(a, b) = (a + b - |a - b|) / 2. A running balance counts up for one text and down for the
//! other, and a - b is the difference of the balance between the start of the n-gram's run and the start of the
//! next run. Everything but the sort is linear.

use crate::cpu::{LANES, Wide, WideKernel};
use crate::kernels::sort_network::{self, LAST, ROWS, SortRow};

/// The number of orders that fit in a number beside the bit that marks the text.
pub(crate) const ORDERS: usize = 6;
/// Most tokens of a text. Counting this many takes some tens of milliseconds.
const MOST: usize = 1 << 19;
/// Most occurrences of a token in a text, so that the two texts' difference in a run fits in 16 bits.
const MOST_OFTEN: usize = i16::MAX as usize;
/// Texts of up to this many tokens are not worth keeping sorted. [`crate::kernels::eight_orders`] counts them.
pub(crate) const FEW: usize = 88;
/// Number of zero bytes before the first token. No token is zero.
const BEFORE: usize = 8;
/// Tokens read at once.
const CHUNK: usize = 16;
/// A bit set in every number, so that [`Wide::min_max`] can compare it as a normal double.
const NORMAL: u64 = 1 << 60;
/// Places counted at once.
const BLOCK: usize = ROWS * LANES;

/// The places of texts, sorted.
#[derive(Default)]
pub(crate) struct SortedPlaces {
    rows: Vec<SortRow>,
    /// The end of each text's rows.
    ends: Vec<usize>,
}

impl SortedPlaces {
    /// The sorted places of a text. Empty if the text was not sorted.
    #[inline(always)]
    pub fn of(&self, text: usize) -> &[SortRow] {
        let Some(&end) = self.ends.get(text) else { return &[] };
        &self.rows[text.checked_sub(1).map_or(0, |before| self.ends[before])..end]
    }

    /// Forgets all texts.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.ends.clear();
    }

    /// True if no text was sorted.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// Adds the sorted places of another text, or none if its tokens do not fit. Returns false if memory is lacking.
pub(crate) struct SortText<'a> {
    pub places: &'a mut SortedPlaces,
    pub counter: &'a mut SortedCounter,
    pub ids: &'a [u32],
}

impl WideKernel for SortText<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<I: Wide>(self, isa: I) -> bool {
        let Self { places: SortedPlaces { rows, ends }, counter: SortedCounter { bytes, .. }, ids } = self;
        let start = rows.len();
        let fits = ids.len() <= MOST;
        let count = if fits { rows_of(ids) } else { 0 };
        if rows.try_reserve(count).is_err() || ends.try_reserve(1).is_err() {
            return false;
        }
        rows.resize(start + count, LAST);
        if fits && write(isa, ids, bytes, &mut rows[start..]) {
            sort_network::sort(isa, &mut rows[start..]);
        } else {
            rows.truncate(start);
        }
        ends.push(rows.len());
        true
    }
}

/// The number of rows for a text.
fn rows_of(ids: &[u32]) -> usize {
    ids.len().div_ceil(BLOCK) * ROWS
}

/// A text with its sorted places. `places` is empty if they have not been sorted.
#[derive(Clone, Copy)]
pub(crate) struct SortedSide<'a> {
    pub ids: &'a [u32],
    pub places: &'a [SortRow],
}

/// Counts one pair at a time. Reuses its buffers.
#[derive(Default)]
pub(crate) struct SortedCounter {
    /// For each id of a pair whose ids do not fit, its new number. All zeros between pairs.
    numbers: Vec<u8>,
    renumbered: [Vec<u32>; 2],
    bytes: Vec<u8>,
    /// The sorted places of each side that came unsorted.
    side_rows: [Vec<SortRow>; 2],
    /// The sorted places of both sides.
    rows: Vec<SortRow>,
    starts: Vec<i16>,
}

/// Counts orders 1 to [`ORDERS`] of a pair. Returns `None` if the pair has too many tokens or distinct tokens.
pub(crate) struct CountSorted<'a> {
    pub counter: &'a mut SortedCounter,
    pub prediction: SortedSide<'a>,
    pub reference: SortedSide<'a>,
}

impl WideKernel for CountSorted<'_> {
    type Output = Option<[u32; ORDERS]>;

    #[inline(always)]
    fn run<I: Wide>(self, isa: I) -> Option<[u32; ORDERS]> {
        let Self { counter, prediction, reference } = self;
        let SortedCounter { numbers, renumbered, bytes, side_rows, rows, starts } = counter;
        if prediction.ids.len().max(reference.ids.len()) > MOST {
            return None;
        }
        let mut sorted = [prediction.places, reference.places];
        let mut ids = [prediction.ids, reference.ids];
        if !write_both(isa, ids, sorted, bytes, side_rows) {
            if sorted.iter().any(|places| !places.is_empty()) || !renumber(ids, numbers, renumbered) {
                return None;
            }
            ids = [&renumbered[0], &renumbered[1]];
            write_both(isa, ids, sorted, bytes, side_rows);
        }
        if ids.iter().any(|ids| is_often(ids)) {
            return None;
        }
        for ((sorted, rows), ids) in sorted.iter_mut().zip(side_rows).zip(ids) {
            if sorted.is_empty() {
                let rows = &mut rows[..rows_of(ids)];
                sort_network::sort(isa, rows);
                *sorted = rows;
            }
        }
        // The lowest bit marks the places of the reference.
        let rows = sort_network::merged(isa, sorted, [0, 1], rows);
        let (prediction, reference) = (prediction.ids, reference.ids);
        let same = prediction.iter().zip(reference).take(ORDERS - 1).take_while(|(a, b)| a == b).count();
        Some(counted(isa, rows, prediction.len() + reference.len(), same, starts))
    }
}

/// Numbers the distinct tokens of a pair from 1. Returns false if there are too many of them.
#[cold]
#[inline(never)]
fn renumber(sides: [&[u32]; 2], numbers: &mut Vec<u8>, renumbered: &mut [Vec<u32>; 2]) -> bool {
    let ids = sides.iter().flat_map(|ids| ids.iter().max()).max().map_or(0, |&most| most as usize + 1);
    if numbers.len() < ids {
        numbers.resize(ids, 0);
    }
    let mut last = 0;
    for (ids, renumbered) in sides.into_iter().zip(renumbered) {
        renumbered.clear();
        renumbered.extend(ids.iter().map(|&id| {
            let number = &mut numbers[id as usize];
            if *number == 0 && last < u8::MAX {
                last += 1;
                *number = last;
            }
            u32::from(*number)
        }));
    }
    for &id in sides.into_iter().flatten() {
        numbers[id as usize] = 0;
    }
    last < u8::MAX
}

/// Writes the places of the sides that are not sorted. Returns true if their tokens fit.
#[inline(always)]
fn write_both<I: Wide>(
    isa: I,
    ids: [&[u32]; 2],
    sorted: [&[SortRow]; 2],
    bytes: &mut Vec<u8>,
    side_rows: &mut [Vec<SortRow>; 2],
) -> bool {
    for ((ids, sorted), rows) in ids.into_iter().zip(sorted).zip(side_rows) {
        if sorted.is_empty() {
            let count = rows_of(ids);
            if rows.len() < count {
                rows.resize(count, LAST);
            }
            if !write(isa, ids, bytes, &mut rows[..count]) {
                return false;
            }
        }
    }
    true
}

/// Writes the places of a text as unsorted numbers, and fills the remaining rows with [`LAST`]. Returns true if
/// the text's tokens fit.
#[inline(always)]
fn write<I: Wide>(isa: I, ids: &[u32], bytes: &mut Vec<u8>, rows: &mut [SortRow]) -> bool {
    bytes.resize(BEFORE + ids.len() + 2 * BLOCK + CHUNK, 0);
    let (chunks, rest) = ids.as_chunks::<CHUNK>();
    let mut last = [0; CHUNK];
    last[..rest.len()].copy_from_slice(rest);
    for (ids, bytes) in chunks.iter().chain([&last]).zip(bytes[BEFORE..].as_chunks_mut::<CHUNK>().0) {
        *bytes = isa.saturate_to_bytes(ids);
    }
    bytes[BEFORE + CHUNK * (chunks.len() + 1)..][..BLOCK].fill(0);
    let mut fitting = 0;
    for block in bytes[BEFORE..][..ids.len().next_multiple_of(BLOCK)].as_chunks::<BLOCK>().0 {
        fitting += isa.within(block, 1, 254).count_ones() as usize;
    }
    if fitting != ids.len() {
        return false;
    }
    let (rows, rest_rows) = rows.split_at_mut(ids.len().div_ceil(LANES));
    for (number, row) in rows.iter_mut().enumerate() {
        let window = bytes[1 + number * LANES..].first_chunk().expect("`bytes` extends past the last token");
        let tokens = isa.and(isa.shift_right(isa.byte_windows(window), 8), isa.splat(!0xFF));
        row.0 = isa.array(isa.or(tokens, isa.splat(NORMAL)));
    }
    if let Some(row) = rows.last_mut() {
        let rest = (ids.len() - 1) % LANES + 1;
        row.0[rest..].copy_from_slice(&LAST.0[rest..]);
    }
    rest_rows.fill(LAST);
    true
}

/// The clipped counts of the first `places` sorted numbers, which are the places of both sides. The sides start
/// with `same` equal tokens, at most `ORDERS - 1`.
#[inline(always)]
fn counted<I: Wide>(isa: I, rows: &[SortRow], places: usize, same: usize, starts: &mut Vec<i16>) -> [u32; ORDERS] {
    let room = places.next_multiple_of(BLOCK) + 2 * BLOCK;
    if starts.len() < ORDERS * room {
        starts.resize(ORDERS * room, 0);
    }
    let mut counts = [0; ORDERS];
    let mut last = isa.splat(0);
    let mut balance = 0i16;
    for (number, rows) in rows.as_chunks::<ROWS>().0.iter().enumerate() {
        let first = number * BLOCK;
        if first >= places {
            break;
        }
        let mut vectors = [last; ROWS];
        for (vector, row) in vectors.iter_mut().zip(rows) {
            *vector = isa.vector(row.0);
        }
        let agreeing = agreeing(isa, &vectors, last);
        last = vectors[ROWS - 1];
        let (odd, all_odd) = odd_before(isa, &vectors);
        let mut ups = [0; BLOCK];
        for ((up, place), odd) in ups.iter_mut().zip(0..).zip(odd) {
            *up = balance.wrapping_add(place - 2 * i16::from(odd));
        }
        // Numbers beyond the last place belong to neither text.
        let after = balance.wrapping_add(BLOCK as i16 - 2 * all_odd);
        balance = ups.get(places - first).copied().unwrap_or(after);
        let valid = if places - first < BLOCK { (1 << (places - first)) - 1 } else { u64::MAX };
        let (low, high) = ups.split_at(BLOCK / 2);
        let (low, high) = (low.first_chunk().expect("half a block"), high.first_chunk().expect("half a block"));
        for order in 0..ORDERS {
            let mask = isa.within(&agreeing, 0, 8 * (order as u8 + 2)) & valid;
            let starts = &mut starts[order * room..][..room];
            let count = &mut counts[order];
            *count += isa.compress(low, mask as u32, starts[*count..].first_chunk_mut().expect("room for a block"));
            *count +=
                isa.compress(high, (mask >> 32) as u32, starts[*count..].first_chunk_mut().expect("room for a block"));
        }
    }
    // Finish all writes before the first read, because reading a recent write in different pieces is slow.
    for (order, &count) in counts.iter().enumerate() {
        starts[order * room + count..][..BLOCK].fill(balance);
    }
    std::array::from_fn(|order| {
        let starts = &starts[order * room..][..room];
        let count = counts[order];
        let apart = apart(starts, count, places);
        (places as u32 - apart) / 2 - same.min(order) as u32
    })
}

/// The number of leading bits that each number shares with the number before it. The last lane of `before`
/// precedes the first number.
#[inline(always)]
fn agreeing<I: Wide>(isa: I, rows: &[I::Vector; ROWS], before: I::Vector) -> [u8; BLOCK] {
    let mut zeros = *rows;
    let mut last = before;
    for (zeros, &row) in zeros.iter_mut().zip(rows) {
        *zeros = isa.leading_zeros(isa.xor(row, isa.shift_in(row, last)));
        last = row;
    }
    isa.bytes(lowest_bytes(isa, &zeros))
}

/// The number of odd numbers before each number, and the total number of odd numbers.
#[inline(always)]
fn odd_before<I: Wide>(isa: I, rows: &[I::Vector; ROWS]) -> ([u8; BLOCK], i16) {
    let mut odd = *rows;
    for row in &mut odd {
        *row = isa.and(*row, isa.splat(1));
    }
    // Prefix sums of bytes, first within each lane and then over the lanes. None exceeds 64, so bytes never carry.
    let odd = lowest_bytes(isa, &odd);
    let sums = isa.add(odd, isa.shift_left(odd, 8));
    let sums = isa.add(sums, isa.shift_left(sums, 16));
    let sums = isa.add(sums, isa.shift_left(sums, 32));
    let none = isa.splat(0);
    let lanes = isa.shift_right(sums, 56);
    let lanes = isa.add(lanes, isa.shift_in_by::<1>(lanes, none));
    let lanes = isa.add(lanes, isa.shift_in_by::<2>(lanes, none));
    let lanes = isa.add(lanes, isa.shift_in_by::<4>(lanes, none));
    let earlier = isa.repeat_lowest_byte(isa.shift_in(lanes, none));
    let before = isa.add(isa.sub(sums, odd), earlier);
    (isa.bytes(before), isa.array(lanes)[LANES - 1] as i16)
}

/// The lowest byte of each number, in the order of the numbers. The other bytes are zero.
#[inline(always)]
fn lowest_bytes<I: Wide>(isa: I, rows: &[I::Vector; ROWS]) -> I::Vector {
    let mut columns = rows[0];
    for (row, place) in rows[1..].iter().zip(1..) {
        columns = isa.or(columns, isa.shift_left(*row, 8 * place));
    }
    isa.transpose_bytes(columns)
}

/// The sum of the absolute differences between each of the first `count` numbers and the next. At most `most`.
#[inline(always)]
fn apart(starts: &[i16], count: usize, most: usize) -> u32 {
    let mut all = 0;
    // As many numbers as keep a sum of differences within 16 bits.
    let together = if most <= usize::from(u16::MAX) { count } else { BLOCK / 2 };
    let mut first = 0;
    while first < count {
        let mut sums = [0u16; BLOCK / 2];
        let end = count.min(first + together);
        while first < end {
            let numbers: &[i16; BLOCK / 2] = starts[first..].first_chunk().expect("room for a block");
            let next: &[i16; BLOCK / 2] = starts[first + 1..].first_chunk().expect("room for a block");
            for (sum, (number, next)) in sums.iter_mut().zip(numbers.iter().zip(next)) {
                *sum += next.wrapping_sub(*number).unsigned_abs();
            }
            first += BLOCK / 2;
        }
        all += sums.iter().map(|&sum| u32::from(sum)).sum::<u32>();
    }
    all
}

/// True if a token occurs more than [`MOST_OFTEN`] times. Ids are less than 256.
fn is_often(ids: &[u32]) -> bool {
    ids.len() > MOST_OFTEN && {
        let mut counts = [0; 256];
        ids.iter().for_each(|&id| counts[id as usize & 255] += 1);
        counts.iter().any(|&count| count > MOST_OFTEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::Cpu;
    use crate::testing::{Random, clipped};

    #[test]
    fn as_counted_one_by_one() {
        let mut random = Random::new(11);
        let mut counter = SortedCounter::default();
        for round in 0..900 {
            let vocabulary = [1, 2, 5, 40, 253][round % 5];
            // Ids that fit, ids that are too large, and an id that is too small.
            let first = [1, 1, 200, 0][round % 4];
            let most = [3, 8, 200, 900, 300][round / 4 % 5];
            let mut texts = || -> Vec<u32> { random.tokens(most, vocabulary).iter().map(|id| id + first).collect() };
            let (prediction, reference) = (texts(), texts());
            let expected = std::array::from_fn(|less| clipped(&prediction, &reference, less + 1));
            for cpu in Cpu::available() {
                let mut places = SortedPlaces::default();
                for ids in [&prediction, &reference] {
                    assert!(cpu.call_wide(SortText { places: &mut places, counter: &mut counter, ids }));
                }
                for sorted in 0..4 {
                    let side = |text: usize, ids| SortedSide {
                        ids,
                        places: if sorted >> text & 1 == 1 { places.of(text) } else { &[] },
                    };
                    let (prediction, reference) = (side(0, &prediction), side(1, &reference));
                    let count = cpu.call_wide(CountSorted { counter: &mut counter, prediction, reference });
                    let fit =
                        [prediction, reference].iter().all(|side| side.ids.iter().all(|id| (1..=254).contains(id)));
                    let numbered_apart = [prediction, reference].iter().any(|side| !side.places.is_empty()) && !fit;
                    assert_eq!(
                        count,
                        (!numbered_apart).then_some(expected),
                        "{cpu:?} {:?} {:?}",
                        prediction.ids,
                        reference.ids
                    );
                }
            }
        }
    }

    #[test]
    fn long_texts() {
        let mut random = Random::new(12);
        let mut counter = SortedCounter::default();
        for length in [2100, 5000, 9000, 17_000, 40_000] {
            let mut text = |length| -> Vec<u32> { (0..length).map(|_| 1 + random.below(40) as u32).collect() };
            let (prediction, reference) = (text(length), text(length / 3 + 70));
            let expected = std::array::from_fn(|less| clipped(&prediction, &reference, less + 1));
            let side = |ids| SortedSide { ids, places: &[] };
            for (prediction, reference) in [(&prediction, &reference), (&reference, &prediction)] {
                for cpu in Cpu::available() {
                    let (prediction, reference) = (side(prediction), side(reference));
                    let count = cpu.call_wide(CountSorted { counter: &mut counter, prediction, reference });
                    assert_eq!(count, Some(expected), "{cpu:?} {length}");
                }
            }
        }
    }

    #[test]
    fn texts_that_repeat_a_token() {
        let mut counter = SortedCounter::default();
        let side = |ids| SortedSide { ids, places: &[] };
        let (most, fewer) = (vec![1; MOST_OFTEN], [vec![1; 10], vec![2; 3 * MOST_OFTEN / 2]].concat());
        let (fewer, more) = fewer.split_at(10 + MOST_OFTEN);
        let long = [fewer, more, &most].concat();
        for cpu in Cpu::available() {
            let mut count = |prediction, reference| {
                cpu.call_wide(CountSorted {
                    counter: &mut counter,
                    prediction: side(prediction),
                    reference: side(reference),
                })
            };
            assert_eq!(count(&most, fewer), Some([10, 9, 8, 7, 6, 5]));
            assert_eq!(count(fewer, &most), Some([10, 9, 8, 7, 6, 5]));
            assert_eq!(count(&most, &most), Some([0, 1, 2, 3, 4, 5].map(|less| MOST_OFTEN as u32 - less)));
            assert_eq!(count(&long, &most), None);
        }
    }

    #[test]
    fn texts_that_do_not_fit_are_not_counted() {
        let cpu = Cpu::detect();
        let mut counter = SortedCounter::default();
        let fit = vec![3];
        for unfit in [vec![3, 0], vec![255, 3], vec![3; MOST + 1]] {
            let mut places = SortedPlaces::default();
            for ids in [&unfit, &fit] {
                assert!(cpu.call_wide(SortText { places: &mut places, counter: &mut counter, ids }));
            }
            assert!(places.of(0).is_empty());
            let [unfit, fit] = [(&unfit, 0), (&fit, 1)].map(|(ids, text)| SortedSide { ids, places: places.of(text) });
            let mut count =
                |prediction, reference| cpu.call_wide(CountSorted { counter: &mut counter, prediction, reference });
            assert_eq!((count(unfit, fit), count(fit, unfit)), (None, None));
            assert_eq!(count(fit, fit), Some([1, 0, 0, 0, 0, 0]));
        }
        let distinct: Vec<u32> = (1000..1255).collect();
        let side = |ids| SortedSide { ids, places: &[] };
        for (ids, expected) in [(&distinct[..], None), (&distinct[1..], Some([254, 253, 252, 251, 250, 249]))] {
            let count = CountSorted { counter: &mut counter, prediction: side(ids), reference: side(ids) };
            assert_eq!(cpu.call_wide(count), expected);
        }
    }
}
