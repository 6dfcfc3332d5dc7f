//! Levenshtein distance and the alignment that rapidfuzz 3 takes among those of equal cost.
//!
//! The table has a column for each prefix of the reference and a row for each prefix of the prediction. Neighbouring
//! cells of a row differ by at most one, so two bit vectors represent a row, and the next row takes a dozen operations
//! per word (Myers, JACM 1999, in the form of Hyyro, "A bit-vector algorithm for computing Levenshtein and Damerau edit
//! distances", NJC 2003). The reference is cut into blocks of up to four words. Each block runs over the prediction and
//! leaves a carry per row for the next block. If the distance has a known bound, a block skips the rows that no path
//! within the bound reaches.
//!
//! An alignment reads the way back from stored rows. A pair whose rows would take a megabyte is split in two at the
//! middle of the prediction (Hirschberg, CACM 1975), so memory is linear in the texts. The time is O(n m / 64), and
//! O(n d / 64) for a distance d.

use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::kernels::shared_tokens::Common;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;

/// A step of an alignment, named as errors of the prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Equal tokens.
    Hit,
    /// A token of the reference became another token.
    Substitution,
    /// A token of the reference is missing.
    Deletion,
    /// A token of the prediction has no counterpart.
    Insertion,
}

/// The numbers of steps of an alignment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Edits {
    pub hits: usize,
    pub substitutions: usize,
    pub deletions: usize,
    pub insertions: usize,
}

/// A row of the columns of a word.
#[derive(Clone, Copy, Debug, Default)]
struct BitRow {
    /// Set where a cell is one more than the cell to its left.
    plus: u64,
    /// Set where a cell is one less than the cell to its left.
    minus: u64,
}

/// Where stored rows would take this many bytes, rapidfuzz splits the pair.
const MOST_STORED: usize = 1 << 20;
/// Pairs with fewer columns or rows are never split.
const FEWEST_COLUMNS: usize = 65;
const FEWEST_ROWS: usize = 10;
/// The most words of masks that are indexed by the ids of a vocabulary. Beyond this, the pair's tokens are renumbered.
const MOST_MASKS: usize = 1 << 17;
/// Rows between two checks of the interrupt.
const ROWS: usize = 1 << 12;
/// Below this bound, a band would save nothing.
const LEAST_BOUND: usize = 256;
/// The value of a cell outside the band.
const OUTSIDE: u32 = u32::MAX / 4;

/// Computes distances and alignments. Keeps its memory from pair to pair.
pub(crate) struct Levenshtein {
    common: Common,
    work: Work,
    /// See [`MOST_STORED`].
    most_stored: usize,
}

impl Default for Levenshtein {
    fn default() -> Self {
        Self { common: Common::default(), work: Work::default(), most_stored: MOST_STORED }
    }
}

impl Levenshtein {
    /// The distance of a pair.
    pub fn distance(&mut self, cpu: Cpu, pair: Pair<'_>, interrupt: &Interrupt) -> Result<usize, Error> {
        let pair = self.common.numbered(cpu, pair.trimmed().1, interrupt)?;
        self.work.distance(cpu, pair, interrupt)
    }

    /// The numbers of steps of the alignment of a pair.
    #[inline(always)]
    pub fn edits(&mut self, cpu: Cpu, pair: Pair<'_>, interrupt: &Interrupt) -> Result<Edits, Error> {
        let mut edits = Edits::default();
        self.align(cpu, pair, interrupt, &mut edits)?;
        Ok(edits)
    }

    /// The steps of the alignment of a pair, in order.
    pub fn steps(&mut self, cpu: Cpu, pair: Pair<'_>, interrupt: &Interrupt) -> Result<Vec<Step>, Error> {
        let mut steps = Vec::new();
        memory::reserve(&mut steps, pair.reference.len() + pair.prediction.len())?;
        self.align(cpu, pair, interrupt, &mut steps)?;
        Ok(steps)
    }

    #[inline(always)]
    fn align(
        &mut self,
        cpu: Cpu,
        pair: Pair<'_>,
        interrupt: &Interrupt,
        out: &mut impl Alignment,
    ) -> Result<(), Error> {
        let ([prefix, suffix], pair) = pair.trimmed();
        out.take(Step::Hit, prefix);
        let sentences = 1..=64;
        let lengths = [pair.reference.len(), pair.prediction.len()];
        if pair.ids <= MOST_MASKS && lengths.iter().all(|length| sentences.contains(length)) {
            let distance = self.work.one_word(pair, interrupt)?;
            out.read_back(pair, distance, &self.work.table);
            out.take(Step::Hit, suffix);
            return Ok(());
        }
        let pair = self.common.numbered(cpu, pair, interrupt)?;
        self.work.align(cpu, pair, usize::MAX, self.most_stored, interrupt, out)?;
        out.take(Step::Hit, suffix);
        Ok(())
    }
}

/// A pair of texts whose ids are below `ids`.
#[derive(Clone, Copy)]
pub(crate) struct Pair<'a> {
    pub reference: &'a [u32],
    pub prediction: &'a [u32],
    pub ids: usize,
}

impl Pair<'_> {
    /// The number of equal tokens at the starts and at the ends of both texts, and the rest of the texts.
    #[inline]
    fn trimmed(self) -> ([usize; 2], Self) {
        let Self { reference, prediction, ids } = self;
        let prefix = reference.iter().zip(prediction).take_while(|(a, b)| a == b).count();
        let (reference, prediction) = (&reference[prefix..], &prediction[prefix..]);
        let suffix = reference.iter().rev().zip(prediction.iter().rev()).take_while(|(a, b)| a == b).count();
        let (reference, prediction) =
            (&reference[..reference.len() - suffix], &prediction[..prediction.len() - suffix]);
        ([prefix, suffix], Self { reference, prediction, ids })
    }
}

impl Common {
    /// The pair as it is, or in new ids if masks by vocabulary would take too much memory.
    #[inline]
    fn numbered<'a>(&'a mut self, cpu: Cpu, pair: Pair<'a>, interrupt: &Interrupt) -> Result<Pair<'a>, Error> {
        if pair.ids * words(pair.reference.len()) <= MOST_MASKS {
            return Ok(pair);
        }
        self.read(cpu, pair.ids, pair.prediction, pair.reference, interrupt)?;
        Ok(Pair { reference: &self.reference, prediction: &self.prediction, ids: self.distinct + 2 })
    }
}

/// The words of a block: several words of a row can be computed at the same time.
fn words(columns: usize) -> usize {
    match columns {
        ..=64 => 1,
        65..=128 => 2,
        _ => 4,
    }
}

/// A receiver of the steps of an alignment.
trait Alignment {
    /// Takes `count` equal steps.
    fn take(&mut self, step: Step, count: usize);

    /// Takes the steps between two texts without common affixes, from stored rows.
    fn read_back(&mut self, pair: Pair<'_>, distance: usize, table: &Table);
}

impl Alignment for Edits {
    #[inline(always)]
    fn take(&mut self, step: Step, count: usize) {
        *match step {
            Step::Hit => &mut self.hits,
            Step::Substitution => &mut self.substitutions,
            Step::Deletion => &mut self.deletions,
            Step::Insertion => &mut self.insertions,
        } += count;
    }

    fn read_back(&mut self, pair: Pair<'_>, distance: usize, table: &Table) {
        let (columns, rows) = (pair.reference.len(), pair.prediction.len());
        // With at most one error beyond the difference in length, every alignment has the same numbers.
        let deletions = if distance <= columns.abs_diff(rows) + 1 {
            columns.saturating_sub(rows)
        } else {
            let mut deletions = 0;
            table.back(pair, |step, count| deletions += if step == Step::Deletion { count } else { 0 });
            deletions
        };
        // The three equations of the numbers of columns, rows and errors.
        let insertions = rows + deletions - columns;
        self.substitutions += distance - deletions - insertions;
        self.deletions += deletions;
        self.insertions += insertions;
        self.hits += rows - insertions - (distance - deletions - insertions);
    }
}

impl Alignment for Vec<Step> {
    #[inline(always)]
    fn take(&mut self, step: Step, count: usize) {
        self.extend(std::iter::repeat_n(step, count));
    }

    fn read_back(&mut self, pair: Pair<'_>, _distance: usize, table: &Table) {
        let before = self.len();
        table.back(pair, |step, count| self.take(step, count));
        self[before..].reverse();
    }
}

/// The stored rows of a pair.
#[derive(Default)]
struct Table {
    rows: Vec<BitRow>,
    /// For each block, the place of its first stored row, and the row's number.
    blocks: Vec<[usize; 2]>,
    /// The words of a block are two to this power.
    shift: u32,
}

impl Table {
    /// The row after `row` tokens of the prediction, at a column, as its word and the column's bit. All zeros above the
    /// rows that are stored: no path within the bound goes there.
    #[inline(always)]
    fn at(&self, row: usize, column: usize) -> (BitRow, u64) {
        let [start, first] = self.blocks[(column / 64) >> self.shift];
        if row <= first {
            return (BitRow::default(), 0);
        }
        let word = (column / 64) & ((1 << self.shift) - 1);
        (self.rows[start + ((row - 1 - first) << self.shift) + word], 1 << (column % 64))
    }

    /// Passes the steps of the alignment on, the last one first. A deletion is taken before an insertion, and an
    /// insertion before a pair of tokens, as rapidfuzz's `recover_alignment` takes them.
    #[inline(always)]
    fn back(&self, Pair { reference, prediction, .. }: Pair<'_>, mut push: impl FnMut(Step, usize)) {
        let (mut column, mut row) = (reference.len(), prediction.len());
        while row > 0 && column > 0 {
            let (word, bit) = self.at(row, column - 1);
            if word.plus & bit != 0 {
                column -= 1;
                push(Step::Deletion, 1);
                continue;
            }
            row -= 1;
            let (word, bit) = self.at(row, column - 1);
            if word.minus & bit != 0 {
                push(Step::Insertion, 1);
                continue;
            }
            column -= 1;
            push(if reference[column] == prediction[row] { Step::Hit } else { Step::Substitution }, 1);
        }
        push(Step::Deletion, column);
        push(Step::Insertion, row);
    }
}

/// The parts of a table to keep.
enum Keep<'a> {
    /// The distance alone.
    Nothing,
    /// All rows.
    Rows(&'a mut Table),
    /// The values of the last row.
    Last(&'a mut Vec<u32>),
}

/// The buffers of one computation.
#[derive(Default)]
struct Work {
    /// For each id, the places of the token in the block's part of the reference, as bits. All zeros between blocks.
    masks: Vec<u64>,
    /// For each row, the difference to the row above in the last column of the block before: 1 for plus, 2 for minus.
    carries: Vec<u8>,
    table: Table,
}

const PLUS: u8 = 1;
const MINUS: u8 = 2;

impl Work {
    /// The distance of a pair. Starts with a narrow band if the texts are long, and widens it until it holds.
    fn distance(&mut self, cpu: Cpu, pair: Pair<'_>, interrupt: &Interrupt) -> Result<usize, Error> {
        let lengths = [pair.reference.len(), pair.prediction.len()];
        let most = lengths[0].max(lengths[1]);
        let mut bound = LEAST_BOUND.max(2 * lengths[0].abs_diff(lengths[1]));
        loop {
            let distance = self.run(cpu, pair, bound.min(most), &mut Keep::Nothing, interrupt)?;
            if distance <= bound || bound >= most {
                return Ok(distance);
            }
            bound = bound.saturating_mul(4);
        }
    }

    /// Computes all rows of a pair of at most 64 tokens a side, which most sentences are. Returns the distance.
    #[inline(always)]
    fn one_word(&mut self, pair: Pair<'_>, interrupt: &Interrupt) -> Result<usize, Error> {
        let Pair { reference, prediction, ids } = pair;
        self.make_room(ids, interrupt)?;
        self.table.rows.clear();
        memory::reserve(&mut self.table.rows, prediction.len())?;
        self.table.blocks.clear();
        self.table.blocks.push([0, 0]);
        self.table.shift = 0;
        for (place, &id) in reference.iter().enumerate() {
            self.masks[id as usize] |= 1 << place;
        }
        let mut row = [BitRow { plus: u64::MAX, minus: 0 }];
        self.table.rows.extend(prediction.iter().map(|&token| {
            next(&mut row, [self.masks[token as usize]], PLUS);
            row[0]
        }));
        for &id in reference {
            self.masks[id as usize] = 0;
        }
        let columns = u64::MAX >> (64 - reference.len());
        let count = |bits: u64| (bits & columns).count_ones() as usize;
        Ok(prediction.len() + count(row[0].plus) - count(row[0].minus))
    }

    /// Makes room for the masks of this many ids of a word each.
    #[inline(always)]
    fn make_room(&mut self, words: usize, interrupt: &Interrupt) -> Result<(), Error> {
        if self.masks.len() < words {
            memory::resize(&mut self.masks, 0, words, interrupt)?;
        } else if self.masks.len() > 4 * MOST_MASKS.max(words) {
            self.masks.truncate(words);
            self.masks.shrink_to_fit();
        }
        Ok(())
    }

    /// Aligns a pair. Splits it where rapidfuzz does: `most` is the highest distance that its caller knows of.
    fn align(
        &mut self,
        cpu: Cpu,
        pair: Pair<'_>,
        most: usize,
        most_stored: usize,
        interrupt: &Interrupt,
        out: &mut impl Alignment,
    ) -> Result<(), Error> {
        let ([prefix, suffix], pair) = pair.trimmed();
        let Pair { reference, prediction, .. } = pair;
        interrupt.spend(prefix + suffix)?;
        out.take(Step::Hit, prefix);
        let (columns, rows) = (reference.len(), prediction.len());
        let most = most.min(columns.max(rows));
        let stored = columns.min(2 * most + 1).saturating_mul(rows) / 4;
        if columns == 0 || rows == 0 {
            out.take(Step::Deletion, columns);
            out.take(Step::Insertion, rows);
        } else if stored < most_stored || columns < FEWEST_COLUMNS || rows < FEWEST_ROWS {
            let mut table = std::mem::take(&mut self.table);
            let distance = self.run(cpu, pair, most, &mut Keep::Rows(&mut table), interrupt)?;
            interrupt.spend(2 * (columns + rows))?;
            out.read_back(pair, distance, &table);
            self.table = table;
        } else {
            let known = if most < columns.max(rows) { most } else { self.distance(cpu, pair, interrupt)? };
            let (column, scores) = self.split(cpu, pair, known, interrupt)?;
            let (first, second) = (prediction.split_at(rows / 2), reference.split_at(column));
            let parts = [(second.0, first.0), (second.1, first.1)];
            for ((reference, prediction), score) in parts.into_iter().zip(scores) {
                self.align(cpu, Pair { reference, prediction, ..pair }, score, most_stored, interrupt, out)?;
            }
        }
        out.take(Step::Hit, suffix);
        Ok(())
    }

    /// The column at which a shortest path crosses the middle row, the first if there are several, and the distances on
    /// both sides of it. No path is longer than `most`.
    fn split(
        &mut self,
        cpu: Cpu,
        Pair { reference, prediction, ids }: Pair<'_>,
        most: usize,
        interrupt: &Interrupt,
    ) -> Result<(usize, [usize; 2]), Error> {
        let (upper, lower) = prediction.split_at(prediction.len() / 2);
        let mut left = Vec::new();
        let pair = Pair { reference, prediction: upper, ids };
        self.run(cpu, pair, most, &mut Keep::Last(&mut left), interrupt)?;
        let [mut backward, mut lower] = [memory::copy(reference)?, memory::copy(lower)?];
        backward.reverse();
        lower.reverse();
        let mut right = Vec::new();
        let pair = Pair { reference: &backward, prediction: &lower, ids };
        self.run(cpu, pair, most, &mut Keep::Last(&mut right), interrupt)?;
        interrupt.spend(left.len())?;
        let sums = left.iter().zip(right.iter().rev()).map(|(left, right)| left + right);
        let (column, _) = sums.enumerate().min_by_key(|&(_, sum)| sum).expect("a row has a cell");
        Ok((column, [left[column] as usize, right[reference.len() - column] as usize]))
    }

    /// Runs over all blocks. The result is the distance if it is at most `bound`, and otherwise any number above.
    fn run(
        &mut self,
        cpu: Cpu,
        pair: Pair<'_>,
        bound: usize,
        keep: &mut Keep<'_>,
        interrupt: &Interrupt,
    ) -> Result<usize, Error> {
        match words(pair.reference.len()) {
            1 => self.blocks::<1>(cpu, pair, bound, keep, interrupt),
            2 => self.blocks::<2>(cpu, pair, bound, keep, interrupt),
            _ => self.blocks::<4>(cpu, pair, bound, keep, interrupt),
        }
    }

    fn blocks<const WORDS: usize>(
        &mut self,
        cpu: Cpu,
        Pair { reference, prediction, ids }: Pair<'_>,
        bound: usize,
        keep: &mut Keep<'_>,
        interrupt: &Interrupt,
    ) -> Result<usize, Error> {
        let (width, rows) = (64 * WORDS, prediction.len());
        if reference.is_empty() {
            if let Keep::Last(last) = keep {
                last.push(rows as u32);
            }
            return Ok(rows);
        }
        self.make_room(ids * WORDS, interrupt)?;
        self.carries.clear();
        memory::resize(&mut self.carries, PLUS, rows, interrupt)?;
        match keep {
            Keep::Nothing => {}
            Keep::Rows(table) => {
                table.rows.clear();
                table.blocks.clear();
                table.shift = WORDS.trailing_zeros();
            }
            Keep::Last(last) => {
                memory::resize(last, OUTSIDE, reference.len() + 1, interrupt)?;
                last[0] = rows as u32;
            }
        }
        // The value of the cell in the row above the block and in the last column before the block.
        let mut corner = 0;
        let mut start = 0;
        for (number, reference) in reference.chunks(width).enumerate() {
            let column = number * width;
            let first = rows.min(column.saturating_sub(bound));
            let end = rows.min((column + reference.len()).saturating_add(bound));
            corner += total(&self.carries[start..first]);
            start = first;
            for (place, &id) in reference.iter().enumerate() {
                self.masks[id as usize * WORDS + place / 64] |= 1 << (place % 64);
            }
            let mut block = Block { row: [BitRow { plus: u64::MAX, minus: 0 }; WORDS], last: reference.len() - 1 };
            let mut stored: &mut [BitRow] = &mut [];
            if let Keep::Rows(table) = keep {
                let before = table.rows.len();
                table.blocks.push([before, start]);
                memory::resize(&mut table.rows, BitRow::default(), before + (end - start) * WORDS, interrupt)?;
                stored = &mut table.rows[before..];
            }
            let mut done = start;
            while done < end {
                let next = end.min(done + ROWS);
                interrupt.spend((next - done) * WORDS * 2)?;
                let part = Rows {
                    block: &mut block,
                    masks: &self.masks,
                    prediction: &prediction[done..next],
                    carries: &mut self.carries[done..next],
                    stored: if stored.is_empty() { &mut [] } else { &mut stored[(done - start) * WORDS..] },
                };
                cpu.call(part);
                done = next;
            }
            for &id in reference {
                self.masks[id as usize * WORDS..][..WORDS].fill(0);
            }
            corner += reference.len() as i64;
            if let Keep::Last(last) = keep
                && end == rows
            {
                let mut value = corner + total(&self.carries[start..]);
                for place in (0..reference.len()).rev() {
                    last[column + place + 1] = value as u32;
                    let (word, bit) = (block.row[place / 64], 1 << (place % 64));
                    value += i64::from(word.minus & bit != 0) - i64::from(word.plus & bit != 0);
                }
            }
        }
        Ok((corner + total(&self.carries[start..])) as usize)
    }
}

/// The sum of the differences of some rows.
fn total(carries: &[u8]) -> i64 {
    carries.iter().map(|&carry| i64::from(carry & PLUS) - i64::from(carry / MINUS)).sum()
}

/// The columns of a block.
struct Block<const WORDS: usize> {
    row: [BitRow; WORDS],
    /// The place of the last column.
    last: usize,
}

/// Some rows of a block.
struct Rows<'a, const WORDS: usize> {
    block: &'a mut Block<WORDS>,
    masks: &'a [u64],
    prediction: &'a [u32],
    carries: &'a mut [u8],
    stored: &'a mut [BitRow],
}

impl<const WORDS: usize> Kernel for Rows<'_, WORDS> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) {
        let Self { block: Block { row, last }, masks, prediction, carries, stored } = self;
        let mut stored = stored.as_chunks_mut::<WORDS>().0.iter_mut();
        let masks = masks.as_chunks::<WORDS>().0;
        for (&token, carry) in prediction.iter().zip(carries) {
            let mask = masks[token as usize];
            let down = next(row, mask, *carry)[*last / 64];
            *carry = (down.plus >> (*last % 64) & 1) as u8 * PLUS + (down.minus >> (*last % 64) & 1) as u8 * MINUS;
            if let Some(stored) = stored.next() {
                *stored = *row;
            }
        }
    }
}

/// Replaces a row by the next one, given the places of its token and the carry from the block before. Returns the cells
/// that are one more and one less than the cell above them.
#[inline(always)]
fn next<const WORDS: usize>(row: &mut [BitRow; WORDS], mask: [u64; WORDS], carry: u8) -> [BitRow; WORDS] {
    let (mut plus, mut minus) = (u64::from(carry & PLUS), u64::from(carry / MINUS));
    let mut downs = [BitRow::default(); WORDS];
    for ((word, mask), down) in row.iter_mut().zip(mask).zip(&mut downs) {
        let equal = mask | minus;
        let same = ((equal & word.plus).wrapping_add(word.plus) ^ word.plus) | equal | word.minus;
        *down = BitRow { plus: word.minus | !(same | word.plus), minus: same & word.plus };
        let (left_plus, left_minus) = (down.plus << 1 | plus, down.minus << 1 | minus);
        (plus, minus) = (down.plus >> 63, down.minus >> 63);
        *word = BitRow { plus: left_minus | !(same | left_plus), minus: left_plus & same };
    }
    downs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Random, never};

    /// The full table.
    fn table(a: &[u32], b: &[u32]) -> Vec<Vec<usize>> {
        let mut rows = vec![(0..=a.len()).collect::<Vec<_>>()];
        for (i, y) in b.iter().enumerate() {
            let mut row = vec![i + 1];
            for (j, x) in a.iter().enumerate() {
                row.push((rows[i][j] + usize::from(x != y)).min(rows[i][j + 1] + 1).min(row[j] + 1));
            }
            rows.push(row);
        }
        rows
    }

    /// The alignment by its definition, split where `most_stored` says.
    fn aligned(a: &[u32], b: &[u32], most: usize, most_stored: usize, out: &mut Vec<Step>) {
        let ([prefix, suffix], trimmed) = Pair { reference: a, prediction: b, ids: 0 }.trimmed();
        let (a, b) = (trimmed.reference, trimmed.prediction);
        out.extend(std::iter::repeat_n(Step::Hit, prefix));
        let most = most.min(a.len().max(b.len()));
        let split = a.len().min(2 * most + 1) * b.len() / 4 >= most_stored && a.len() >= 65 && b.len() >= 10;
        if split {
            let (upper, lower) = b.split_at(b.len() / 2);
            let reversed = |tokens: &[u32]| tokens.iter().rev().copied().collect::<Vec<_>>();
            let [left, right] =
                [table(a, upper), table(&reversed(a), &reversed(lower))].map(|rows| rows[rows.len() - 1].clone());
            let column = (0..=a.len()).min_by_key(|&column| left[column] + right[a.len() - column]).unwrap();
            let [left, right] = [left[column], right[a.len() - column]];
            aligned(&a[..column], upper, left, most_stored, out);
            aligned(&a[column..], lower, right, most_stored, out);
        } else {
            let cells = table(a, b);
            let (mut i, mut j, mut steps) = (b.len(), a.len(), Vec::new());
            while i > 0 || j > 0 {
                if i == 0 || j > 0 && cells[i][j] == cells[i][j - 1] + 1 {
                    j -= 1;
                    steps.push(Step::Deletion);
                } else if j == 0 || i > 1 && cells[i - 1][j] + 1 == cells[i - 1][j - 1] {
                    i -= 1;
                    steps.push(Step::Insertion);
                } else {
                    (i, j) = (i - 1, j - 1);
                    steps.push(if a[j] == b[i] { Step::Hit } else { Step::Substitution });
                }
            }
            out.extend(steps.iter().rev());
        }
        out.extend(std::iter::repeat_n(Step::Hit, suffix));
    }

    fn counted(steps: &[Step]) -> Edits {
        let count = |wanted| steps.iter().filter(|&&step| step == wanted).count();
        Edits {
            hits: count(Step::Hit),
            substitutions: count(Step::Substitution),
            deletions: count(Step::Deletion),
            insertions: count(Step::Insertion),
        }
    }

    #[test]
    fn as_by_the_table() {
        let mut random = Random::new(17);
        let mut kernel = Levenshtein::default();
        for round in 0..2000 {
            let vocabulary = [1, 2, 3, 30, 400][round % 5];
            let most = [6, 40, 80, 150, 300, 600][round % 6];
            let reference = random.tokens(most, vocabulary);
            let prediction = random.tokens([most, 12][round % 7 / 6], vocabulary + 1);
            let ids = if round % 2 == 0 { 401 } else { MOST_MASKS + 1 };
            let pair = Pair { reference: &reference, prediction: &prediction, ids };
            let distance = table(&reference, &prediction)[prediction.len()][reference.len()];
            let mut expected = Vec::new();
            aligned(&reference, &prediction, usize::MAX, usize::MAX, &mut expected);
            for cpu in Cpu::available() {
                let edits = kernel.edits(cpu, pair, &never()).unwrap();
                assert_eq!(edits, counted(&expected), "{reference:?} {prediction:?}");
                assert_eq!(edits.substitutions + edits.deletions + edits.insertions, distance);
                assert_eq!(kernel.distance(cpu, pair, &never()).unwrap(), distance);
                assert_eq!(kernel.steps(cpu, pair, &never()).unwrap(), expected);
            }
        }
        assert!(kernel.work.masks.iter().all(|&mask| mask == 0));
    }

    #[test]
    fn bands_change_nothing() {
        let mut random = Random::new(18);
        let mut kernel = Levenshtein::default();
        for round in 0..60 {
            let mut tokens = || (0..1500).map(|_| random.below(50) as u32).collect::<Vec<_>>();
            let (reference, other) = (tokens(), tokens());
            let mut prediction = reference.clone();
            for _ in 0..round * 20 {
                let place = random.below(prediction.len());
                match random.below(3) {
                    0 => prediction[place] = random.below(50) as u32,
                    1 => drop(prediction.remove(place)),
                    _ => prediction.insert(place, random.below(50) as u32),
                }
            }
            prediction.extend(&other[..round * 17]);
            let pair = Pair { reference: &reference, prediction: &prediction, ids: 50 };
            let mut run =
                |bound, keep: &mut Keep<'_>| kernel.work.run(Cpu::detect(), pair, bound, keep, &never()).unwrap();
            let distance = run(usize::MAX, &mut Keep::Nothing);
            for bound in [0, 1, 64, 200, 300, distance.saturating_sub(1), distance, distance + 1, distance + 300] {
                let found = run(bound, &mut Keep::Nothing);
                assert!(
                    if bound >= distance { found == distance } else { found > bound },
                    "{found} {bound} {distance}"
                );
            }
            let (mut all, mut some) = (Table::default(), Table::default());
            run(usize::MAX, &mut Keep::Rows(&mut all));
            run(distance, &mut Keep::Rows(&mut some));
            let (mut expected, mut steps) = (Vec::new(), Vec::new());
            all.back(pair, |step, count| expected.take(step, count));
            some.back(pair, |step, count| steps.take(step, count));
            assert_eq!(steps, expected);
            assert_eq!(kernel.distance(Cpu::detect(), pair, &never()).unwrap(), distance);
        }
    }

    #[test]
    fn pairs_are_split_by_the_definition() {
        let mut random = Random::new(19);
        let mut kernel = Levenshtein { most_stored: 2000, ..Levenshtein::default() };
        let mut splits = 0;
        for round in 0..200 {
            let vocabulary = [2, 4, 30][round % 3];
            let reference = random.tokens(400, vocabulary);
            let prediction = random.tokens(400, vocabulary);
            let (mut expected, mut whole) = (Vec::new(), Vec::new());
            aligned(&reference, &prediction, usize::MAX, 2000, &mut expected);
            aligned(&reference, &prediction, usize::MAX, usize::MAX, &mut whole);
            splits += usize::from(expected != whole);
            let pair = Pair { reference: &reference, prediction: &prediction, ids: 30 };
            let steps = kernel.steps(Cpu::detect(), pair, &never()).unwrap();
            assert_eq!(steps, expected);
            let edits = kernel.edits(Cpu::detect(), pair, &never()).unwrap();
            assert_eq!(edits, counted(&expected));
        }
        assert!(splits > 20, "{splits} alignments depend on the split");
    }
}
