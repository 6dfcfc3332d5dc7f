//! ROUGE-N, ROUGE-L, ROUGE-Lsum and the longest contiguous run.
//!
//! Lin, "ROUGE: a package for automatic evaluation of summaries", 2004; bit for bit as rouge_score 0.1.2 computes the
//! types that it has.
//!
//! A row holds `(matches, prediction total, reference total)` for each type in turn, which fit in an `i32` for texts of
//! less than 2 GiB. Scores are precision, recall and F-measure for each type.

use std::ops::Range;

use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::kernels::lcs::Lcs;
use crate::kernels::ngram::NgramCounter;
use crate::kernels::shared_tokens::Common;
use crate::kernels::short_pairs::{self, Short};
use crate::kernels::union_lcs::Union;
use crate::limits::interrupt::{AT_ONCE, Interrupt};
use crate::metrics::metric::{Metric, in_order};
use crate::sampling::exact_sum::ExactSum;
use crate::texts::segment::{STREAMS, Segment};
use crate::texts::segments::Segments;
use crate::tokenize::{Stream, Text, Tokenizer};

/// A type of ROUGE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// N-grams of this order, at least 1.
    N(u32),
    /// The longest common subsequence.
    L,
    /// The union of the longest common subsequences of lines.
    Lsum,
    /// The longest common contiguous run.
    Lsubstr,
}

/// The way in which several references are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MultiReference {
    /// For each type, the reference with the highest F-measure; the first of equally good ones.
    Best,
    /// The mean of each score over the references, from a correctly rounded sum.
    Average,
}

/// The metric with its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rouge {
    types: Vec<Type>,
    tokenizer: Tokenizer,
    multi_reference: MultiReference,
    /// The highest order of n-grams that a type counts; 0 if there is none.
    orders: u32,
    /// True if a type asks for lines.
    lines: bool,
    /// True if a type asks for the longest run.
    contiguous: bool,
    /// True if the kernel for short pairs counts all types.
    short: bool,
    /// For each type, the place of its matches among those of the kernel for short pairs, and the number by which its
    /// n-grams are fewer than the tokens.
    columns: Vec<(usize, usize)>,
}

/// The most orders that the kernel for short pairs counts.
const MOST_ORDERS: usize = 4;
/// The place of the length of the LCS, after the matches of these orders.
const LCS: usize = MOST_ORDERS;

/// The number of figures of a type in a row, and in the scores of a segment.
pub const FIGURES: usize = 3;

/// The kernels that count n-grams and subsequences.
#[derive(Default)]
pub struct Kernels {
    row: Vec<i32>,
    short: Short,
    common: Common,
    counter: NgramCounter,
    lcs: Lcs,
    union: Union,
}

impl Rouge {
    /// The metric with these options.
    pub fn new(types: Vec<Type>, tokenizer: Tokenizer, multi_reference: MultiReference) -> Self {
        let orders = types.iter().map(|t| if let Type::N(n) = t { *n } else { 0 }).max().unwrap_or(0);
        // A pretokenized text is one line.
        let lines = types.contains(&Type::Lsum) && tokenizer != Tokenizer::Pretokenized;
        let contiguous = types.contains(&Type::Lsubstr);
        let short = !contiguous && orders as usize <= MOST_ORDERS;
        let column = |kind: &Type| if let Type::N(n) = *kind { (n as usize - 1, n as usize - 1) } else { (LCS, 0) };
        let columns = types.iter().map(column).collect();
        Self { types, tokenizer, multi_reference, orders, lines, contiguous, short, columns }
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> Tokenizer {
        self.tokenizer
    }

    /// True if the kernel for short pairs takes the prediction with each of the references.
    #[inline(always)]
    fn is_short(&self, segment: &Segment<'_>) -> bool {
        self.short
            && segment.prediction(0).ids.len() <= short_pairs::MOST
            && !(self.lines && segment.has_lines())
            && segment.tokens() <= AT_ONCE
    }

    /// Fills in the rows of a segment by the kernel for short pairs: a row for each reference, or one with the figures of
    /// each type's best reference.
    #[inline(always)]
    fn short_rows<const ORDERS: usize>(&self, kernels: &mut Kernels, segment: &Segment<'_>, rows: &mut [i32]) {
        let prediction = segment.prediction(0).ids;
        let several = rows.len() > self.width();
        let mut lengths = segment.references().map(<[u32]>::len).enumerate();
        let found = |orders: [u32; ORDERS], lcs: u32| {
            let (place, reference) = lengths.next().expect("a length for each reference");
            let mut matches = [0; MOST_ORDERS + 1];
            matches[..ORDERS].copy_from_slice(&orders);
            matches[LCS] = lcs;
            let rows = &mut rows.as_chunks_mut().0[if several { place * self.types.len() } else { 0 }..];
            for (&(figure, less), best) in self.columns.iter().zip(rows) {
                let new = counts(matches[figure] as usize, prediction.len(), reference, less);
                if several || place == 0 || is_better(&new, best) {
                    *best = new;
                }
            }
        };
        kernels.short.matches_of_each::<ORDERS, true>(segment.ids(0), prediction, segment.references(), found);
    }
}

impl Metric for Rouge {
    type Kernels = Kernels;

    fn streams(&self) -> [Option<Stream>; STREAMS] {
        [Some(Stream { tokenizer: self.tokenizer, lines: self.lines }), None]
    }

    fn width(&self) -> usize {
        self.types.len() * FIGURES
    }

    fn score_width(&self) -> usize {
        self.width()
    }

    fn rows<T: AsRef<[u8]>>(&self, segments: &Segments<'_, T>, which: Range<usize>) -> usize {
        match self.multi_reference {
            MultiReference::Best => which.len(),
            MultiReference::Average => segments.count_references(which),
        }
    }

    #[inline(always)]
    fn row<I: Isa>(
        &self,
        _isa: I,
        kernels: &mut Kernels,
        segment: Segment<'_>,
        rows: &mut [i32],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let width = self.width();
        let several = rows.len() > width;
        if segment.count() > 1 && self.is_short(&segment) {
            interrupt.spend(segment.tokens())?;
            segment.cpu.call(ShortRows { rouge: self, kernels, segment: &segment, rows });
            return Ok(());
        }
        for (place, reference) in segment.numbers().enumerate() {
            let pair = Pair {
                rouge: self,
                cpu: segment.cpu,
                prediction: segment.prediction(0),
                reference: segment.reference(0, reference),
                vocabulary: segment.ids(0),
            };
            if several {
                pair.row(kernels, &mut rows[place * width..][..width], interrupt)?;
            } else if place == 0 {
                pair.row(kernels, rows, interrupt)?;
            } else {
                interrupt.spend(100)?;
                pair.better_row(kernels, rows, interrupt)?;
            }
        }
        Ok(())
    }

    fn scores(&self, rows: &[i32], scores: &mut [f64]) {
        let width = self.width();
        if rows.len() == scores.len() {
            return figures_of(rows, scores);
        }
        for (place, score) in scores.iter_mut().enumerate() {
            let mut sum = ExactSum::default();
            for row in rows.chunks_exact(width) {
                sum.add(figures(&row.as_chunks().0[place / FIGURES])[place % FIGURES]);
            }
            *score = sum.value() / (rows.len() / width) as f64;
        }
    }
}

/// See [`Rouge::short_rows`]. It is compiled on its own, to keep the loop over segments with one reference small.
struct ShortRows<'a, 's> {
    rouge: &'a Rouge,
    kernels: &'a mut Kernels,
    segment: &'a Segment<'s>,
    rows: &'a mut [i32],
}

impl Kernel for ShortRows<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) {
        let Self { rouge, kernels, segment, rows } = self;
        match rouge.orders {
            0 | 1 => rouge.short_rows::<1>(kernels, segment, rows),
            2 => rouge.short_rows::<2>(kernels, segment, rows),
            3 => rouge.short_rows::<3>(kernels, segment, rows),
            _ => rouge.short_rows::<4>(kernels, segment, rows),
        }
    }
}

#[inline(always)]
fn figures_of(rows: &[i32], scores: &mut [f64]) {
    for (row, scores) in rows.as_chunks().0.iter().zip(scores.as_chunks_mut().0) {
        *scores = figures(row);
    }
}

/// True if the F-measure of these figures is higher. Two F-measures that differ as fractions of counts below [`SMALL`]
/// differ by far more than their rounding, so they need not be computed.
#[inline(always)]
fn is_better(new: &[i32; FIGURES], best: &[i32; FIGURES]) -> bool {
    const SMALL: i32 = 1 << 20;
    let cross = |a: &[i32; FIGURES], b: &[i32; FIGURES]| i64::from(a[0]) * i64::from(b[1].max(1) + b[2].max(1));
    if new.iter().chain(best).all(|&count| count < SMALL) {
        let (new, best) = (cross(new, best), cross(best, new));
        if new != best {
            return new > best;
        }
    }
    figures(new)[2] > figures(best)[2]
}

/// The figures of a type in a row. `less` is the number by which its n-grams are fewer than the tokens.
#[inline(always)]
fn counts(matches: usize, prediction: usize, reference: usize, less: usize) -> [i32; FIGURES] {
    [matches, prediction.saturating_sub(less), reference.saturating_sub(less)].map(|count| count as i32)
}

/// Precision, recall and F-measure, by the operations of `scoring.py:164` and `rouge_scorer.py:330-334` in their order.
/// A pair in which a text has no tokens scores 0.
#[inline(always)]
fn figures(&[matches, prediction, reference]: &[i32; FIGURES]) -> [f64; FIGURES] {
    let [matches, prediction, reference] = [matches, prediction.max(1), reference.max(1)].map(f64::from);
    let (precision, recall) = (matches / prediction, matches / reference);
    let sum = precision + recall;
    [precision, recall, if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 }]
}

/// A prediction and a reference.
struct Pair<'a> {
    rouge: &'a Rouge,
    cpu: Cpu,
    prediction: Text<'a>,
    reference: Text<'a>,
    /// A number above every id.
    vocabulary: usize,
}

impl Pair<'_> {
    /// Fills in a row.
    #[inline(always)]
    fn row(&self, kernels: &mut Kernels, row: &mut [i32], interrupt: &Interrupt) -> Result<(), Error> {
        let (shorter, longer) = in_order(self.prediction.ids.len(), self.reference.ids.len());
        let one_line = self.prediction.lines.len() <= 1 && self.reference.lines.len() <= 1;
        let Rouge { orders, lines, short, .. } = *self.rouge;
        if shorter > short_pairs::MOST || longer > AT_ONCE || !short || (lines && !one_line) {
            return self.long_row(kernels, row, one_line, interrupt);
        }
        interrupt.spend(shorter + longer)?;
        // With one line on each side, the union is the LCS.
        let mut matches = [0; MOST_ORDERS + 1];
        matches[LCS] = match orders {
            0 | 1 => self.short::<1>(kernels, &mut matches),
            2 => self.short::<2>(kernels, &mut matches),
            3 => self.short::<3>(kernels, &mut matches),
            _ => self.short::<4>(kernels, &mut matches),
        };
        for (&(figure, less), row) in self.rouge.columns.iter().zip(row.as_chunks_mut().0) {
            *row = self.figures(matches[figure] as usize, less);
        }
        Ok(())
    }

    /// Writes the clipped counts of `ORDERS` orders, and returns the length of the LCS.
    #[inline(always)]
    fn short<const ORDERS: usize>(&self, kernels: &mut Kernels, matches: &mut [u32; MOST_ORDERS + 1]) -> u32 {
        let (prediction, reference) = (self.prediction.ids, self.reference.ids);
        let (counts, length) = kernels.short.matches::<ORDERS, true>(self.vocabulary, reference, prediction);
        matches[..ORDERS].copy_from_slice(&counts);
        length
    }

    /// The part of a row for a type.
    #[inline(always)]
    fn figures(&self, matches: usize, less: usize) -> [i32; FIGURES] {
        counts(matches, self.prediction.ids.len(), self.reference.ids.len(), less)
    }

    /// Replaces the figures of each type by this pair's if these are better.
    fn better_row(&self, kernels: &mut Kernels, best: &mut [i32], interrupt: &Interrupt) -> Result<(), Error> {
        let mut row = std::mem::take(&mut kernels.row);
        row.resize(best.len(), 0);
        self.row(kernels, &mut row, interrupt)?;
        for (best, new) in best.as_chunks_mut().0.iter_mut().zip(row.as_chunks().0) {
            if is_better(new, best) {
                *best = *new;
            }
        }
        kernels.row = row;
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn long_row(
        &self,
        kernels: &mut Kernels,
        row: &mut [i32],
        one_line: bool,
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let Kernels { common, counter, lcs, union, .. } = kernels;
        let (prediction, reference) = (self.prediction, self.reference);
        common.read(self.cpu, self.vocabulary, prediction.ids, reference.ids, interrupt)?;
        counter.start();
        let mut length = None;
        for ((&kind, &(_, less)), row) in self.rouge.types.iter().zip(&self.rouge.columns).zip(row.as_chunks_mut().0) {
            let matches = match kind {
                Type::N(1) => common.matches,
                Type::N(n) => counter.matches(self.cpu, common, n as usize, interrupt)?,
                Type::Lsubstr => counter.longest_run(common, interrupt)?,
                Type::Lsum if !one_line => {
                    union.hits(self.cpu, common, prediction.lines, reference.lines, interrupt)?
                }
                Type::L | Type::Lsum => match length {
                    Some(length) => length,
                    None => *length.insert(lcs.length(self.cpu, common, interrupt)?),
                },
            };
            *row = self.figures(matches, less);
        }
        Ok(())
    }
}
