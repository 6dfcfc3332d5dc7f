//! ROUGE as Lin's Perl script computes it, release 1.5.5: ROUGE-N, L, W, S and SU.
//!
//! Lin, "ROUGE: a package for automatic evaluation of summaries", 2004. Line numbers (L) refer to ROUGE-1.5.5.pl.
//!
//! A segment has a row for each reference. A row holds `(matches, prediction total, reference total)` for each type in
//! turn. Those of ROUGE-W are float64, each in two places of the row. Scores are precision, recall and F-measure for each
//! type, rounded to five places as the script prints them.

use std::ops::Range;

use crate::cpu::Isa;
use crate::error::Error;
use crate::kernels::lcs::Lcs;
use crate::kernels::ngram::NgramCounter;
use crate::kernels::shared_tokens::Common;
use crate::kernels::short_pairs::{self, Short};
use crate::kernels::skip_bigrams::{SkipBigrams, total};
use crate::kernels::union_lcs::Union;
use crate::kernels::weighted_lcs::{self, Matches, WeightedLcs, power};
use crate::limits::interrupt::{AT_ONCE, Interrupt};
use crate::metrics::metric::{Metric, figure, in_order};
use crate::texts::segment::{STREAMS, Segment};
use crate::texts::segments::Segments;
use crate::tokenize::{Limit, Rouge155Text, Stream, Text, Tokenizer};

/// A type of ROUGE.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Type {
    /// N-grams of this order, at least 1.
    N(usize),
    /// The longest common subsequence.
    L,
    /// The weighted longest common subsequence, with this weight.
    W(f64),
    /// Pairs of tokens in their order.
    S {
        /// The most tokens between the two, or None for any number.
        distance: Option<usize>,
        /// True if all tokens but the last count too.
        unigrams: bool,
    },
}

/// The number of scores of a type.
const FIGURES: usize = 3;
/// Places of a row that a float takes.
const FLOAT: usize = size_of::<f64>() / size_of::<i32>();
/// The most orders that the kernel for short pairs counts.
const MOST_ORDERS: usize = 4;

impl Type {
    /// The number of places of a row that the type takes.
    fn width(self) -> usize {
        if let Type::W(_) = self { FIGURES * FLOAT } else { FIGURES }
    }
}

/// The metric with its options.
#[derive(Clone, Debug, PartialEq)]
pub struct Rouge155 {
    types: Vec<Type>,
    text: Rouge155Text,
    /// True to score the reference with the highest recall, false to add up the counts of all.
    best: bool,
    /// The weight of precision in the F-measure, from 0 to 1.
    alpha: f64,
    /// True if a type compares lines.
    lines: bool,
    /// The highest order of n-grams.
    orders: usize,
}

/// The kernels that count.
#[derive(Default)]
pub struct Kernels {
    short: Short,
    common: Common,
    /// The tokens of the flat texts, if the texts are cut to bytes.
    flat: Common,
    counter: NgramCounter,
    lcs: Lcs,
    union: Union,
    skip_bigrams: SkipBigrams,
    weighted: WeightedLcs,
}

/// A text as the script reads it.
#[derive(Clone, Copy)]
struct Views<'a> {
    /// The tokens of the flat text.
    flat: &'a [u32],
    /// The tokens of the units, after those of the flat text if these are others.
    all: &'a [u32],
    /// The ends of the units that have tokens.
    lines: &'a [u32],
}

impl<'a> Views<'a> {
    /// The text in the ids of [`Common`], given all its tokens in these.
    fn read(self, all: &'a [u32]) -> weighted_lcs::Read<'a> {
        // The tokens of the flat text come first, if they are others than those of the units.
        let skipped = all.len() - self.lines.last().map_or(0, |&end| end as usize);
        weighted_lcs::Read { tokens: &all[skipped..], lines: self.lines, flat: &all[..self.flat.len()] }
    }
}

impl Rouge155 {
    /// The metric with these options.
    pub fn new(types: Vec<Type>, text: Rouge155Text, best: bool, alpha: f64) -> Self {
        let lines = types.iter().any(|kind| matches!(kind, Type::L | Type::W(_)));
        let orders = types.iter().map(|kind| if let Type::N(n) = *kind { n } else { 0 }).max().unwrap_or(0);
        Self { types, text, best, alpha, lines, orders }
    }

    /// The tokenizer, without limits.
    pub fn tokenizer(&self) -> Tokenizer {
        Tokenizer::Rouge155(Rouge155Text { limit: Limit::None, ..self.text })
    }

    /// True if flat texts differ from units.
    fn cuts_bytes(&self) -> bool {
        matches!(self.text.limit, Limit::Bytes(_))
    }

    fn views<'a>(&self, text: Text<'a>, lines: &'a mut Vec<u32>) -> Views<'a> {
        if !self.cuts_bytes() {
            return Views { flat: text.ids, all: text.ids, lines: text.lines };
        }
        // The first line is a token without a meaning, and the flat text.
        let (&end, units) = text.lines.split_first().expect("the first line has a token");
        lines.clear();
        lines.extend(units.iter().map(|line| line - end));
        Views { flat: &text.ids[1..end as usize], all: &text.ids[1..], lines }
    }

    /// The scores of a type from its counts with each reference, which start at `place` in the rows. They are NaN where the
    /// script divides by zero: for ROUGE-W and a reference without a token (L2450).
    fn figures(&self, kind: Type, place: usize, rows: &[i32]) -> [f64; FIGURES] {
        let each = rows.chunks_exact(self.width()).map(|row| counts_in(kind, &row[place..]));
        if let Type::W(_) = kind
            && each.clone().any(|counts| counts[2] == 0.0)
        {
            return [f64::NAN; FIGURES];
        }
        let counts = |counts: [f64; FIGURES]| match kind {
            // Totals are weighted again (L1562).
            Type::W(weight) => [counts[0], power(counts[1], weight), power(counts[2], weight)],
            _ => counts,
        };
        let sums = if self.best {
            let mut best = [0.0; FIGURES];
            let mut highest = -1.0;
            for one in each {
                let recall = ratio(one[0], one[2]);
                // Recalls are rounded before they are compared, except in L and W (L2236).
                let recall = if let Type::L | Type::W(_) = kind { recall } else { rounded(recall) };
                if recall > highest {
                    (best, highest) = (one, recall);
                }
            }
            counts(best)
        } else {
            // No jackknifing (L103): a micro-average (L1167).
            each.map(counts).fold([0.0; FIGURES], |sums, one| std::array::from_fn(|place| sums[place] + one[place]))
        };
        let share = |total: f64| match kind {
            Type::W(weight) => rounded(power(ratio(sums[0], total), 1.0 / weight)),
            _ => rounded(ratio(sums[0], total)),
        };
        // F comes from the rounded precision and recall (L1210).
        let (precision, recall) = (share(sums[1]), share(sums[2]));
        let divisor = (1.0 - self.alpha) * precision + self.alpha * recall;
        [precision, recall, if divisor > 0.0 { rounded(precision * recall / divisor) } else { 0.0 }]
    }

    #[inline(always)]
    fn pair(
        &self,
        segment: &Segment<'_>,
        kernels: &mut Kernels,
        [prediction, reference]: [Views<'_>; 2],
        row: &mut [i32],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let Kernels { short, common, flat, counter, lcs, union, skip_bigrams, weighted } = kernels;
        let (cpu, vocabulary) = (segment.cpu, segment.ids(0));
        let (found, wanted) = (prediction.flat.len(), reference.flat.len());
        let one_line = prediction.lines.len() <= 1 && reference.lines.len() <= 1 && !self.cuts_bytes();
        // The matches of each order and the length of the LCS, from the kernel for short pairs.
        let (shorter, longer) = in_order(found, wanted);
        let is_short = shorter <= short_pairs::MOST && longer <= AT_ONCE && self.orders <= MOST_ORDERS;
        let counted = is_short.then(|| short.matches::<MOST_ORDERS, true>(vocabulary, reference.flat, prediction.flat));
        interrupt.spend(shorter + longer)?;
        let simple = |kind: &Type| matches!(kind, Type::N(_)) || *kind == Type::L && one_line;
        if counted.is_none() || !self.types.iter().all(simple) {
            common.read(cpu, vocabulary, prediction.all, reference.all, interrupt)?;
            counter.start();
            if self.cuts_bytes() {
                flat.read(cpu, vocabulary, prediction.flat, reference.flat, interrupt)?;
            }
        }
        let flat = if self.cuts_bytes() { &*flat } else { &*common };
        let views = [prediction, reference];
        let mut rest = row;
        for &kind in &self.types {
            let (row, after) = std::mem::take(&mut rest).split_at_mut(kind.width());
            rest = after;
            let counts = match kind {
                Type::N(n) => {
                    let matches = match counted {
                        Some((orders, _)) => orders[n - 1] as usize,
                        None if n == 1 => flat.matches,
                        None => counter.matches(cpu, flat, n, interrupt)?,
                    };
                    [matches, (found + 1).saturating_sub(n), (wanted + 1).saturating_sub(n)]
                }
                Type::L => {
                    let matches = match counted {
                        _ if self.cuts_bytes() => matches_of_units(weighted, 1.0, common, views, interrupt)?.tokens,
                        Some((_, length)) if one_line => length as usize,
                        None if one_line => lcs.length(cpu, common, interrupt)?,
                        _ => union.hits(cpu, common, prediction.lines, reference.lines, interrupt)?,
                    };
                    [matches, found, reference.lines.last().map_or(0, |&end| end as usize)]
                }
                Type::W(weight) => {
                    let matches = matches_of_units(weighted, weight, common, views, interrupt)?.weighted;
                    let counts = [matches, found as f64, weighted.total(weight, reference.lines, interrupt)?];
                    for (row, part) in row.iter_mut().zip(counts.iter().flat_map(|count| parts(*count))) {
                        *row = part;
                    }
                    continue;
                }
                Type::S { distance, unigrams } => {
                    let (found, wanted) = (total(found, distance), total(wanted, distance));
                    figure(found.max(wanted))?;
                    let pairs = skip_bigrams.matches(cpu, flat, distance, interrupt)?;
                    let singles = if unigrams { but_last(flat) } else { [0; FIGURES] };
                    std::array::from_fn(|place| [pairs, found, wanted][place] + singles[place])
                }
            };
            for (row, count) in row.iter_mut().zip(counts) {
                *row = figure(count)?;
            }
        }
        Ok(())
    }
}

/// The matches of the units of a pair whose tokens are in `common`.
fn matches_of_units(
    weighted: &mut WeightedLcs,
    weight: f64,
    common: &Common,
    [prediction, reference]: [Views<'_>; 2],
    interrupt: &Interrupt,
) -> Result<Matches, Error> {
    let (prediction, reference) = (prediction.read(&common.prediction), reference.read(&common.reference));
    weighted.matches(weight, common.distinct, prediction, reference, interrupt)
}

/// The matches and totals of the unigrams of both texts, without the last token of each (L2658).
fn but_last(common: &Common) -> [usize; FIGURES] {
    let (Some((&a, prediction)), Some((&b, reference))) =
        (common.prediction.split_last(), common.reference.split_last())
    else {
        return [0, common.prediction.len().saturating_sub(1), common.reference.len().saturating_sub(1)];
    };
    let count = |text: &[u32], token| text.iter().filter(|&&other| other == token).count();
    let lost = |token| {
        let before = count(&common.prediction, token).min(count(&common.reference, token));
        before - count(prediction, token).min(count(reference, token))
    };
    let lost = lost(a) + if a == b { 0 } else { lost(b) };
    [common.matches - lost, prediction.len(), reference.len()]
}

/// The counts of a type at the start of a part of a row.
fn counts_in(kind: Type, row: &[i32]) -> [f64; FIGURES] {
    if let Type::W(_) = kind {
        return std::array::from_fn(|place| float([row[FLOAT * place], row[FLOAT * place + 1]]));
    }
    std::array::from_fn(|place| f64::from(row[place]))
}

/// A float as the two places of a row that it takes, in the order of its bytes.
fn parts(number: f64) -> [i32; FLOAT] {
    let bytes = number.to_ne_bytes();
    let (parts, _) = bytes.as_chunks();
    [i32::from_ne_bytes(parts[0]), i32::from_ne_bytes(parts[1])]
}

/// The float that takes these places.
fn float([first, second]: [i32; FLOAT]) -> f64 {
    let mut bytes = [0; size_of::<f64>()];
    bytes[..4].copy_from_slice(&first.to_ne_bytes());
    bytes[4..].copy_from_slice(&second.to_ne_bytes());
    f64::from_ne_bytes(bytes)
}

/// A share, or 0 if there is nothing to share.
fn ratio(matches: f64, total: f64) -> f64 {
    if total > 0.0 { matches / total } else { 0.0 }
}

/// The number as `%7.5f` prints it: its exact value rounded to five places, ties to even.
fn rounded(number: f64) -> f64 {
    const SCALE: f64 = 1e5;
    let scaled = number * SCALE;
    let nearest = scaled.round_ties_even();
    // The product is off by less than 2^-53 of itself. So close to a tie, the decimal digits decide.
    if ((scaled - nearest).abs() - 0.5).abs() < 1e-9 {
        return format!("{number:.5}").parse().expect("a number");
    }
    nearest / SCALE
}

impl Metric for Rouge155 {
    type Kernels = Kernels;

    fn streams(&self) -> [Option<Stream>; STREAMS] {
        [Some(Stream { tokenizer: Tokenizer::Rouge155(self.text), lines: self.lines || self.cuts_bytes() }), None]
    }

    fn width(&self) -> usize {
        self.types.iter().map(|kind| kind.width()).sum()
    }

    fn score_width(&self) -> usize {
        self.types.len() * FIGURES
    }

    fn rows<T: AsRef<[u8]>>(&self, segments: &Segments<'_, T>, which: Range<usize>) -> usize {
        segments.count_references(which)
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
        let (mut lines, mut other_lines) = (Vec::new(), Vec::new());
        let prediction = self.views(segment.prediction(0), &mut lines);
        for (row, number) in rows.chunks_exact_mut(self.width()).zip(segment.numbers()) {
            let reference = self.views(segment.reference(0, number), &mut other_lines);
            self.pair(&segment, kernels, [prediction, reference], row, interrupt)?;
        }
        Ok(())
    }

    fn scores(&self, rows: &[i32], scores: &mut [f64]) {
        let each = rows.len() / (scores.len() / self.score_width()).max(1);
        for (rows, scores) in rows.chunks_exact(each.max(1)).zip(scores.chunks_exact_mut(self.score_width())) {
            let mut place = 0;
            for (&kind, scores) in self.types.iter().zip(scores.as_chunks_mut().0) {
                *scores = self.figures(kind, place, rows);
                place += kind.width();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_that_of_decimal_digits() {
        let mut numbers = vec![1.0 / 64.0, 0.5, 0.000005, 0.000015, 1.0 / 3.0, 2.0 / 3.0, 1.0, 0.0, 1.5, 0.999995];
        numbers.extend((0..2000).map(|k| f64::from(k) * 1e-5 + 5e-6));
        numbers.extend((0..2000).map(|k| (f64::from(k) * 1e-5 + 5e-6).next_up()));
        numbers.extend((1..300).flat_map(|n| (0..=n).map(move |k| f64::from(k) / f64::from(n))));
        for number in numbers {
            assert_eq!(rounded(number), format!("{number:.5}").parse().unwrap(), "{number:?}");
        }
    }
}
