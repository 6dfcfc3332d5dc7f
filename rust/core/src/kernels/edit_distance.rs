//! Edit distance within a beam around the diagonal, as TER defines it (sacreBLEU 2.6.0,
//! `lib_ter.py:307-397`), also for the prediction with two adjacent parts exchanged.
//!
//! The table has a row for each prefix of the prediction and a column for each prefix of the reference.
//! Neighbouring cells of a row differ by at most one, so two bit vectors represent a row, and the next
//! row takes a dozen word operations (Myers, JACM 1999, in the form of Hyyro, "A bit-vector algorithm
//! for computing Levenshtein and Damerau edit distances", NJC 2003). The beam is 50 columns wide, so one
//! word holds a row however long the texts are. Its lowest bit is the first column of the beam, and the
//! word shifts as the beam moves. Cells outside the beam are infinite. The cells at the beam's edges get
//! values that never win.
//!
//! If the reference is short and no sufficiently short path leaves the beam, a word holds all columns
//! and nothing shifts. The time is linear in the length of the prediction.

use crate::cpu::{Isa, LANES};
use crate::error::Error;
use crate::kernels::shared_tokens::Common;
use crate::limits::interrupt::Interrupt;

/// Columns on each side of the diagonal (`lib_ter.py:29`).
const BEAM: usize = 25;
/// Longest reference whose columns all fit in a word, including the column of the empty prefix.
const MOST_WHOLE: usize = 63;
/// Above this many reference tokens per prediction token, the beam is wider than a word.
const MOST_RATIO: f64 = 2.0 * BEAM as f64;
/// The most words of masks to build. Beyond this, tokens are compared one by one.
const MOST_WORDS: usize = 1 << 16;

/// An edit on the way from the prediction to the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The token of the prediction matches the token of the reference.
    Keep,
    /// A token of the prediction is replaced by one of the reference.
    Substitute,
    /// A token of the prediction is removed.
    Delete,
    /// A token of the reference is added.
    Insert,
}

/// An exchange of the tokens `start..middle` of the prediction with its tokens `middle..end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Exchange {
    pub start: usize,
    pub middle: usize,
    pub end: usize,
}

impl Exchange {
    /// Exchanges the two parts of `tokens`.
    pub fn apply(self, tokens: &mut [u32]) {
        tokens[self.start..self.end].rotate_left(self.middle - self.start);
    }

    /// The original position of the token that stands at `place` after the exchange. `place` is in `start..end`.
    #[inline(always)]
    fn from(self, place: usize) -> usize {
        if place < self.start + (self.end - self.middle) {
            place + (self.middle - self.start)
        } else {
            place - (self.end - self.middle)
        }
    }
}

/// The representation of the table's rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Width {
    /// A word holds all columns.
    #[default]
    Whole,
    /// A word holds the columns of the beam.
    Beam,
    /// Each cell of the beam is a number.
    Cells,
}

/// A row of the table. Bit `k` stands for the column `k` places after the first column of the beam.
#[derive(Clone, Copy, Debug, Default)]
struct BitRow {
    /// Set where a cell is one more than the cell to its left.
    plus: u64,
    /// Set where a cell is one less than the cell to its left.
    minus: u64,
    /// Set where a cell equals its diagonal neighbour, the cell above and to the left.
    same: u64,
    /// Set where a cell is one more than the cell above it.
    down: u64,
    /// Set where the row's token equals the column's token and the diagonal neighbour is in the beam.
    equal: u64,
    /// The value of the first cell.
    first: u32,
}

/// The columns of a row that are in the beam.
#[derive(Clone, Copy, Debug, Default)]
struct Band {
    start: usize,
    end: usize,
    /// The start of this row minus the start of the row above.
    moved: u32,
    /// The columns that are not in the word of the row above.
    fresh: u64,
    /// The columns whose diagonal neighbour is in the beam.
    reached: u64,
}

/// Computes the distance of a pair, before and after exchanges. Reuses its memory from pair to pair.
#[derive(Default)]
pub(crate) struct Distance {
    width: Width,
    reference: usize,
    /// The positions of each token in the reference, as bits. Empty if there would be too many words.
    masks: Vec<u64>,
    /// The number of words per token, one more than are used.
    stride: usize,
    bands: Vec<Band>,
    rows: Vec<BitRow>,
    /// [`BitRow::equal`] of each row, for several texts.
    equal: Vec<[u64; LANES]>,
    wide: CellTable,
}

impl Distance {
    /// Prepares for a pair of non-empty texts and returns its distance. Linear, except for references that
    /// share many tokens with the prediction: building their masks takes up to [`MOST_WORDS`] steps.
    #[inline(always)]
    pub fn start<I: Isa>(&mut self, isa: I, pair: &Common, interrupt: &Interrupt) -> Result<u32, Error> {
        let Common { prediction, reference, .. } = pair;
        self.reference = reference.len();
        self.stride = reference.len() / 64 + 2;
        self.masks.clear();
        let words = (pair.distinct + 2) * self.stride;
        if words <= MOST_WORDS || reference.len() <= MOST_WHOLE {
            self.masks.resize(words, 0);
            for (place, &token) in reference.iter().enumerate() {
                // The mask of tokens that the prediction lacks is never read.
                self.masks[token as usize * self.stride + place / 64] |= 1 << (place % 64);
            }
            let lacking = pair.only_prediction() as usize * self.stride;
            self.masks[lacking..lacking + self.stride].fill(0);
        }
        self.rows.resize(prediction.len() + 1, BitRow::default());
        if reference.len() <= MOST_WHOLE {
            self.width = Width::Whole;
            let distance = self.extend(isa, pair, 0, interrupt)?;
            if self.beam_is_wide_enough(prediction.len(), distance) {
                return Ok(distance);
            }
        }
        self.lay_beam(prediction.len());
        self.extend(isa, pair, 0, interrupt)
    }

    /// True if every path of at most `distance` edits stays within the beam, so that the beam does not
    /// change the result. A path of `d` edits between texts whose lengths differ by `n` strays at most
    /// `(d + n) / 2` columns from the diagonal. One more column is reserved for the diagonal's rounding.
    #[inline(always)]
    pub fn beam_is_wide_enough(&self, prediction: usize, distance: u32) -> bool {
        (prediction.abs_diff(self.reference) + distance as usize) / 2 <= BEAM - 3
    }

    /// Fills in the bands (`lib_ter.py:334-350`).
    fn lay_beam(&mut self, prediction: usize) {
        let ratio = self.reference as f64 / prediction as f64;
        let beam = if (BEAM as f64) < ratio / 2.0 { (ratio / 2.0 + BEAM as f64).ceil() as usize } else { BEAM };
        self.width = if ratio > MOST_RATIO { Width::Cells } else { Width::Beam };
        let all = self.reference + 1;
        self.bands.clear();
        self.bands.push(Band { end: all, ..Band::default() });
        let mut above = self.bands[0];
        for row in 1..=prediction {
            let diagonal = (row as f64 * ratio).floor() as usize;
            let start = diagonal.saturating_sub(beam);
            let end = if row == prediction { all } else { all.min(diagonal + beam) };
            let moved = start - above.start;
            let from = |column: usize| u64::MAX.checked_shl(column.saturating_sub(start) as u32).unwrap_or(0);
            above = Band {
                start,
                end,
                moved: moved as u32,
                // Row 0 may have more columns than fit in its word.
                fresh: from(above.end.min(above.start + 64)),
                reached: !from(above.end + 1) & if moved == 0 { !1 } else { !0 },
            };
            self.bands.push(above);
        }
    }

    /// The approximate number of steps that [`Distance::places`] takes.
    pub fn steps(&self) -> usize {
        if self.masks.is_empty() { 100 } else { 5 }
    }

    /// The positions of `token` among the 64 positions of the reference that start at `first`, as bits.
    #[inline(always)]
    pub fn places(&self, pair: &Common, token: u32, first: usize) -> u64 {
        if self.masks.is_empty() {
            let rest = pair.reference.get(first..).unwrap_or(&[]);
            return rest.iter().take(64).rev().fold(0, |places, &other| places << 1 | u64::from(other == token));
        }
        let (word, bit) = (first / 64, first % 64);
        if word + 1 >= self.stride {
            return 0;
        }
        let words = &self.masks[token as usize * self.stride + word..][..2];
        words[0] >> bit | words[1] << 1 << (63 - bit)
    }

    /// The columns of `row` whose token is `token`, as bits.
    #[inline(always)]
    fn equal_in<const WHOLE: bool>(&self, pair: &Common, token: u32, row: usize) -> u64 {
        if WHOLE {
            return self.masks[token as usize * self.stride] << 1;
        }
        let band = &self.bands[row];
        let places = match band.start.checked_sub(1) {
            Some(first) => self.places(pair, token, first),
            None => self.places(pair, token, 0) << 1,
        };
        places & band.reached
    }

    /// Returns the distance of a text whose first `from` tokens equal those of the text measured last.
    /// The rows up to `from` are reused.
    #[inline(always)]
    pub fn extend<I: Isa>(&mut self, isa: I, pair: &Common, from: usize, interrupt: &Interrupt) -> Result<u32, Error> {
        interrupt.spend((20 + self.steps()) * (pair.prediction.len() - from))?;
        match self.width {
            Width::Whole => Ok(self.extend_words::<I, true>(isa, pair, from)),
            Width::Beam => Ok(self.extend_words::<I, false>(isa, pair, from)),
            Width::Cells => self.wide.distance(&self.bands, &pair.prediction, &pair.reference, interrupt),
        }
    }

    #[inline(always)]
    fn extend_words<I: Isa, const WHOLE: bool>(&mut self, _isa: I, pair: &Common, from: usize) -> u32 {
        if from == 0 {
            // The virtual column before the first has a value that never wins.
            self.rows[0] = BitRow { plus: !1, minus: 1, ..BitRow::default() };
        }
        let mut above = self.rows[from];
        for (row, &token) in (from + 1..).zip(&pair.prediction[from..]) {
            let equal = self.equal_in::<WHOLE>(pair, token, row);
            let BitRow { mut plus, mut minus, mut first, .. } = above;
            if !WHOLE {
                let band = &self.bands[row];
                for bit in 1..band.moved {
                    first = first + (plus >> bit & 1) as u32 - (minus >> bit & 1) as u32;
                }
                plus = plus >> band.moved | band.fresh;
                minus = minus >> band.moved & !band.fresh;
                if band.moved == 0 {
                    (plus, minus) = (plus & !1, minus | 1);
                }
            }
            let same = ((equal & plus).wrapping_add(plus) ^ plus) | equal | minus;
            let down = minus | !(same | plus);
            let up = same & plus;
            let (left_down, left_up) = (down << 1 | 1, up << 1);
            let straight = WHOLE || self.bands[row].moved == 0;
            first += if straight { 1 } else { 1 - (same & 1) as u32 };
            above = BitRow { plus: left_up | !(same | left_down), minus: left_down & same, same, down, equal, first };
            self.rows[row] = above;
        }
        self.last_cell::<WHOLE>(above.plus, above.minus, above.first)
    }

    /// The value of the last cell of the last row.
    #[inline(always)]
    fn last_cell<const WHOLE: bool>(&self, plus: u64, minus: u64, first: u32) -> u32 {
        let start = if WHOLE { 0 } else { self.bands[self.bands.len() - 1].start };
        // The columns after the first.
        let steps = (2_u64 << (self.reference - start)).wrapping_sub(2);
        first + (plus & steps).count_ones() - (minus & steps).count_ones()
    }

    /// Calls `edit` for each edit of the text measured last, from the end to the start. The arguments are
    /// the edit and the lengths of the two prefixes, of prediction and reference, that end with it
    /// (`lib_ter.py:379-395`).
    #[inline(always)]
    pub fn trace(&self, prediction: usize, mut edit: impl FnMut(Edit, usize, usize)) {
        let (mut row, mut column) = (prediction, self.reference);
        while row > 0 || column > 0 {
            let this = self.edit_at(row, column);
            edit(this, row, column);
            row -= usize::from(this != Edit::Insert);
            column -= usize::from(this != Edit::Delete);
        }
    }

    #[inline(always)]
    fn edit_at(&self, row: usize, column: usize) -> Edit {
        if row == 0 {
            return Edit::Insert;
        }
        let start = match self.width {
            Width::Whole => 0,
            Width::Beam if column > self.bands[row - 1].end => return Edit::Insert,
            Width::Beam => self.bands[row].start,
            Width::Cells => return self.wide.edit_at(&self.bands, row, column),
        };
        let BitRow { same, down, equal, .. } = self.rows[row];
        let is = |bits: u64| bits >> (column - start) & 1 != 0;
        if !is(same) {
            Edit::Substitute
        } else if is(equal) {
            Edit::Keep
        } else if is(down) {
            Edit::Delete
        } else {
            Edit::Insert
        }
    }

    /// The distance of the text measured last after each of the `exchanges`, applied separately. There are
    /// at most [`LANES`] exchanges.
    #[inline(always)]
    pub fn exchanged<I: Isa>(
        &mut self,
        isa: I,
        pair: &Common,
        exchanges: &[Exchange],
        interrupt: &Interrupt,
    ) -> Result<[u32; LANES], Error> {
        interrupt.spend(50 * pair.prediction.len())?;
        match self.width {
            Width::Whole => Ok(self.exchanged_words::<I, true>(isa, pair, exchanges)),
            Width::Beam => Ok(self.exchanged_words::<I, false>(isa, pair, exchanges)),
            Width::Cells => {
                let mut distances = [u32::MAX; LANES];
                for (distance, exchange) in distances.iter_mut().zip(exchanges) {
                    let mut prediction = pair.prediction.clone();
                    exchange.apply(&mut prediction);
                    *distance = CellTable::default().distance(&self.bands, &prediction, &pair.reference, interrupt)?;
                }
                Ok(distances)
            }
        }
    }

    #[inline(always)]
    fn exchanged_words<I: Isa, const WHOLE: bool>(
        &mut self,
        isa: I,
        pair: &Common,
        exchanges: &[Exchange],
    ) -> [u32; LANES] {
        let from = exchanges.iter().map(|exchange| exchange.start).min().unwrap_or(0);
        let to = exchanges.iter().map(|exchange| exchange.end).max().unwrap_or(0);
        let mut all = std::mem::take(&mut self.equal);
        all.clear();
        all.extend(self.rows[from + 1..=to].iter().map(|row| [row.equal; LANES]));
        for (lane, exchange) in exchanges.iter().enumerate() {
            for place in exchange.start..exchange.end {
                let token = pair.prediction[exchange.from(place)];
                all[place - from][lane] = self.equal_in::<WHOLE>(pair, token, place + 1);
            }
        }
        let row = self.rows[from];
        let mut lanes = VectorRow {
            plus: isa.splat(row.plus),
            minus: isa.splat(row.minus),
            first: isa.splat(u64::from(row.first)),
        };
        let bands = if WHOLE { &[] } else { &self.bands[from + 1..] };
        let band_of = |row: usize| if WHOLE { &NO_BAND } else { &bands[row] };
        for (row, &equal) in all.iter().enumerate() {
            lanes.step::<I, WHOLE>(isa, isa.vector(equal), band_of(row));
        }
        for (row, BitRow { equal, .. }) in self.rows[to + 1..].iter().enumerate() {
            lanes.step::<I, WHOLE>(isa, isa.splat(*equal), band_of(to - from + row));
        }
        self.equal = all;
        let [plus, minus, first] = [lanes.plus, lanes.minus, lanes.first].map(|lanes| isa.array(lanes));
        std::array::from_fn(|lane| {
            let first = if WHOLE { pair.prediction.len() as u32 } else { first[lane] as u32 };
            self.last_cell::<WHOLE>(plus[lane], minus[lane], first)
        })
    }
}

/// A row of several texts, a lane per text. See [`BitRow`].
struct VectorRow<L> {
    plus: L,
    minus: L,
    first: L,
}

impl<L: Copy> VectorRow<L> {
    /// Advances to the next row. See [`Distance::extend_words`].
    #[inline(always)]
    fn step<I: Isa<Vector = L>, const WHOLE: bool>(&mut self, isa: I, equal: L, band: &Band) {
        let Self { mut plus, mut minus, mut first } = *self;
        let (one, all) = (isa.splat(1), isa.splat(u64::MAX));
        if !WHOLE {
            for bit in 1..band.moved {
                first = isa.add(first, isa.and(isa.shift_right(plus, bit), one));
                first = isa.sub(first, isa.and(isa.shift_right(minus, bit), one));
            }
            plus = isa.or(isa.shift_right(plus, band.moved), isa.splat(band.fresh));
            minus = isa.and_not(isa.shift_right(minus, band.moved), isa.splat(band.fresh));
            if band.moved == 0 {
                (plus, minus) = (isa.and_not(plus, one), isa.or(minus, one));
            }
        }
        let carried = isa.xor(isa.add(isa.and(equal, plus), plus), plus);
        let same = isa.or(isa.or(carried, equal), minus);
        let down = isa.or(minus, isa.and_not(all, isa.or(same, plus)));
        let up = isa.and(same, plus);
        let (left_down, left_up) = (isa.or(isa.add(down, down), one), isa.add(up, up));
        self.plus = isa.or(left_up, isa.and_not(all, isa.or(same, left_down)));
        self.minus = isa.and(left_down, same);
        if !WHOLE {
            first = isa.add(first, one);
            self.first = if band.moved == 0 { first } else { isa.sub(first, isa.and(same, one)) };
        }
    }
}

static NO_BAND: Band = Band { start: 0, end: 0, moved: 0, fresh: 0, reached: 0 };

/// The table with a number per cell, computed by the definition within the beam. Used where the beam is
/// wider than a word, when the reference is more than fifty times as long as the prediction.
#[derive(Default)]
struct CellTable {
    edits: Vec<Edit>,
    /// The index at which the edits of each row start.
    starts: Vec<usize>,
}

const INFINITE: u32 = u32::MAX / 2;

impl CellTable {
    fn distance(
        &mut self,
        bands: &[Band],
        prediction: &[u32],
        reference: &[u32],
        interrupt: &Interrupt,
    ) -> Result<u32, Error> {
        self.edits.clear();
        self.starts.clear();
        self.starts.push(0);
        let mut above: Vec<u32> = (0..=reference.len() as u32).collect();
        let mut row = Vec::new();
        for (token, bands) in prediction.iter().zip(bands.windows(2)) {
            let [over, band] = bands else { unreachable!("a window has two bands") };
            interrupt.spend(5 * (band.end - band.start))?;
            self.starts.push(self.edits.len());
            row.clear();
            let above_at = |column: usize| {
                let inside = (over.start..over.end).contains(&column);
                if inside { above[column - over.start] } else { INFINITE }
            };
            let mut left = INFINITE;
            for column in band.start..band.end {
                let mut best = (INFINITE, Edit::Substitute);
                // On a tie the first edit wins (`lib_ter.py:366-376`).
                let mut offer = |cost, edit| {
                    if cost < best.0 {
                        best = (cost, edit);
                    }
                };
                if column > 0 {
                    let kept = *token == reference[column - 1];
                    let (cost, edit) = if kept { (0, Edit::Keep) } else { (1, Edit::Substitute) };
                    offer(above_at(column - 1) + cost, edit);
                }
                offer(above_at(column) + 1, Edit::Delete);
                offer(left + 1, Edit::Insert);
                left = best.0;
                row.push(left);
                self.edits.push(best.1);
            }
            std::mem::swap(&mut row, &mut above);
        }
        Ok(above[above.len() - 1])
    }

    fn edit_at(&self, bands: &[Band], row: usize, column: usize) -> Edit {
        self.edits[self.starts[row] + column - bands[row].start]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::{Cpu, Kernel};
    use crate::testing::{Random, never};

    struct Both<'a>(&'a mut Distance, &'a Common, &'a [Exchange]);

    type Edits = Vec<(Edit, usize, usize)>;

    impl Kernel for Both<'_> {
        type Output = (u32, Edits, Vec<u32>);

        #[inline(always)]
        fn run<I: Isa>(self, isa: I) -> Self::Output {
            let Self(distance, pair, exchanges) = self;
            let whole = distance.start(isa, pair, &never()).expect("not interrupted");
            let mut edits = Vec::new();
            distance.trace(pair.prediction.len(), |edit, row, column| edits.push((edit, row, column)));
            let exchanged = exchanges.chunks(LANES).flat_map(|chunk| {
                let all = distance.exchanged(isa, pair, chunk, &never()).expect("not interrupted");
                all[..chunk.len()].to_vec()
            });
            let exchanged = exchanged.collect();
            (whole, edits, exchanged)
        }
    }

    /// The distance and the edits by the definition.
    fn expected(prediction: &[u32], reference: &[u32]) -> (u32, Edits) {
        let mut distance = Distance { reference: reference.len(), ..Distance::default() };
        distance.lay_beam(prediction.len());
        distance.width = Width::Cells;
        let whole = distance.wide.distance(&distance.bands, prediction, reference, &never()).expect("not interrupted");
        let mut edits = Vec::new();
        distance.trace(prediction.len(), |edit, row, column| edits.push((edit, row, column)));
        (whole, edits)
    }

    #[test]
    fn words_agree_with_the_definition() {
        let mut random = Random::new(11);
        let mut distance = Distance::default();
        let mut seen = [0; 3];
        for round in 0..3000 {
            let most = [(8, 8), (30, 30), (64, 64), (66, 66), (120, 120), (5, 200), (200, 20), (3, 400)][round % 8];
            let vocabulary = [2, 6, 40][round % 3];
            let mut prediction = random.tokens(most.0, vocabulary);
            prediction.push(0);
            let mut reference = random.tokens(most.1, vocabulary);
            reference.push(1);
            if round % 5 == 0 {
                // Similar texts, so that the beam is wide enough.
                reference = prediction.clone();
                for _ in 0..random.below(12) {
                    let (from, to) = (random.below(reference.len()), random.below(reference.len()));
                    let token = reference.remove(from);
                    reference.insert(to, token);
                }
            }
            let exchanges: Vec<Exchange> = (0..random.below(20))
                .map(|_| {
                    let mut places: [usize; 3] = std::array::from_fn(|_| random.below(prediction.len() + 1));
                    places.sort_unstable();
                    Exchange { start: places[0], middle: places[1], end: places[2] }
                })
                .collect();
            let (whole, edits) = expected(&prediction, &reference);
            let exchanged: Vec<u32> = exchanges
                .iter()
                .map(|exchange| {
                    let mut prediction = prediction.clone();
                    exchange.apply(&mut prediction);
                    expected(&prediction, &reference).0
                })
                .collect();
            let mut pair = Common::default();
            pair.read(Cpu::detect(), 64, &prediction, &reference, &never()).unwrap();
            for cpu in Cpu::available() {
                let found = cpu.call(Both(&mut distance, &pair, &exchanges));
                assert_eq!(found.0, whole, "{cpu:?} {prediction:?} {reference:?}");
                assert_eq!(found.1, edits, "{cpu:?} {prediction:?} {reference:?}");
                for ((&found, &expected), exchange) in found.2.iter().zip(&exchanged).zip(&exchanges) {
                    // No caller uses a distance that exceeds the distance of the unchanged text.
                    let same = found == expected || found.min(expected) >= whole;
                    assert!(same, "{cpu:?} {prediction:?} {reference:?} {exchange:?} {found} {expected}");
                }
            }
            seen[distance.width as usize] += 1;
        }
        assert!(seen.iter().all(|&count| count > 100), "{seen:?}");
    }

    #[test]
    fn tokens_without_masks_are_found_one_by_one() {
        let mut random = Random::new(12);
        let reference: Vec<u32> = (0..5000).map(|_| random.below(3000) as u32).collect();
        let prediction: Vec<u32> = (0..5000).map(|_| random.below(3000) as u32).collect();
        let mut pair = Common::default();
        pair.read(Cpu::detect(), 3000, &prediction, &reference, &never()).unwrap();
        let mut distance = Distance::default();
        let exchanges = [Exchange { start: 100, middle: 103, end: 130 }];
        let found = Cpu::detect().call(Both(&mut distance, &pair, &exchanges));
        assert!(distance.masks.is_empty());
        let (whole, edits) = expected(&prediction, &reference);
        assert_eq!((found.0, found.1), (whole, edits));
        let mut prediction = prediction;
        exchanges[0].apply(&mut prediction);
        assert_eq!(found.2, [expected(&prediction, &reference).0]);
    }
}
