//! chrF and chrF++: Popovic, WMT 2015 and WMT 2017, bit for bit as sacreBLEU 2.6.0 computes them.
//!
//! A row holds, for each order of character n-grams and then of word n-grams, the number in the prediction, the number
//! in the reference, and the clipped matches. With several references, it holds the figures of the best reference.
//! Scores are from 0 to 100. Line numbers refer to sacreBLEU's `chrf.py`.

use std::ops::Range;

use crate::cpu::{Cpu, Isa};
use crate::error::Error;
use crate::kernels::eight_orders::{self, EightOrders};
use crate::kernels::ngram::NgramCounter;
use crate::kernels::radix_ngrams::{CountByRadix, RadixCounter};
use crate::kernels::shared_tokens::Common;
use crate::kernels::short_pairs::{self, Short};
use crate::kernels::sorted_ngrams::{self, SortText, SortedCounter, SortedPlaces, SortedSide};
use crate::limits::interrupt::{AT_ONCE, Interrupt};
use crate::metrics::metric::{Metric, in_order, one_each};
use crate::texts::segment::{STREAMS, Segment};
use crate::tokenize::{Stream, Tokenizer};

/// The metric with its options.
#[derive(Clone, Debug, PartialEq)]
pub struct Chrf {
    /// The highest order of character n-grams.
    pub char_order: usize,
    /// The highest order of word n-grams; 0 for chrF.
    pub word_order: usize,
    /// The weight of recall against precision, squared.
    pub factor: f64,
    /// True if white space is among the characters.
    pub whitespace: bool,
    /// True if orders without n-grams count, with a score of 1e-16.
    pub eps_smoothing: bool,
}

/// The kernels that count n-grams.
#[derive(Default)]
pub struct Kernels {
    row: Vec<i32>,
    lanes: EightOrders,
    short: Short,
    places: SortedCounter,
    /// The sorted n-grams of a prediction that has several references.
    prediction: SortedPlaces,
    common: Common,
    counter: NgramCounter,
    sorter: RadixCounter,
    counts: Vec<usize>,
}

/// The figures of an order in a row: the n-grams of the prediction, those of the reference, and the matches.
const FIGURES: usize = 3;
/// The most orders of words that the kernel for short pairs counts.
const WORDS: usize = 2;
/// A pair whose shorter side has at most this many tokens is not sorted, unless a side is sorted already.
const UNSORTED: usize = 120;
/// Stands for zero (`chrf.py:174`).
const EPS: f64 = 1e-16;

impl Chrf {
    /// The score of a row, by the operations of `chrf.py:168-206` in their order.
    pub fn score_of(&self, row: &[i32]) -> f64 {
        let factor = self.factor;
        let (mut score, mut precisions, mut recalls) = (0.0, 0.0, 0.0);
        let mut orders = 0;
        for figures in row.as_chunks::<FIGURES>().0 {
            let [prediction, reference, matches] = figures.map(f64::from);
            let precision = if prediction > 0.0 { matches / prediction } else { EPS };
            let recall = if reference > 0.0 { matches / reference } else { EPS };
            let denominator = factor * precision + recall;
            score += if denominator > 0.0 { (1.0 + factor) * precision * recall / denominator } else { EPS };
            if prediction > 0.0 && reference > 0.0 {
                precisions += precision;
                recalls += recall;
                orders += 1;
            }
        }
        if self.eps_smoothing {
            return 100.0 * score / (self.char_order + self.word_order) as f64;
        }
        if orders > 0 {
            precisions /= f64::from(orders);
            recalls /= f64::from(orders);
        }
        if precisions + recalls == 0.0 {
            return 0.0;
        }
        100.0 * ((1.0 + factor) * precisions * recalls / (factor * precisions + recalls))
    }

    /// The orders of characters, and those of words, among all orders.
    fn orders(&self) -> [Range<usize>; STREAMS] {
        [0..self.char_order, self.char_order..self.char_order + self.word_order]
    }
}

impl Metric for Chrf {
    type Kernels = Kernels;

    fn streams(&self) -> [Option<Stream>; STREAMS] {
        let chars = Stream::of(if self.whitespace { Tokenizer::Point } else { Tokenizer::Char });
        let words = Stream::of(Tokenizer::ChrfWords);
        [(self.char_order > 0).then_some(chars), (self.word_order > 0).then_some(words)]
    }

    fn sorts(&self, stream: Stream) -> bool {
        self.char_order <= sorted_ngrams::ORDERS && stream.tokenizer != Tokenizer::ChrfWords
    }

    fn width(&self) -> usize {
        FIGURES * (self.char_order + self.word_order)
    }

    #[inline(always)]
    fn row<I: Isa>(
        &self,
        isa: I,
        kernels: &mut Kernels,
        segment: Segment<'_>,
        row: &mut [i32],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let streams = || self.orders().into_iter().enumerate().filter(|(_, orders)| !orders.is_empty());
        if segment.count() <= 1 {
            for (stream, orders) in streams() {
                for reference in segment.numbers() {
                    let figures = &mut row.as_chunks_mut().0[orders.clone()];
                    Pair::of(&segment, stream, reference).fill(isa, segment.cpu, kernels, figures, interrupt)?;
                }
            }
            return Ok(());
        }
        let mut rows = std::mem::take(&mut kernels.row);
        rows.resize(segment.count() * row.len(), 0);
        for orders in streams() {
            fill_each(isa, kernels, &segment, orders, &mut rows, interrupt)?;
        }
        let mut best = -1.0;
        for other in rows.chunks_exact(row.len()) {
            // Of equally good references, the first is taken (`chrf.py:279`).
            let score = self.score_of(other);
            if score > best {
                best = score;
                row.copy_from_slice(other);
            }
        }
        kernels.row = rows;
        Ok(())
    }

    fn scores(&self, rows: &[i32], scores: &mut [f64]) {
        one_each(self, rows, scores, |row| self.score_of(row));
    }
}

/// Fills in the figures of `orders`, those of one stream, in the row of each of several references. Where it can, it reads
/// the prediction once for all references.
#[inline(always)]
fn fill_each<I: Isa>(
    isa: I,
    kernels: &mut Kernels,
    segment: &Segment<'_>,
    (stream, orders): (usize, Range<usize>),
    rows: &mut [i32],
    interrupt: &Interrupt,
) -> Result<(), Error> {
    let width = rows.len() / segment.count();
    let pairs = segment.numbers().map(|reference| Pair::of(segment, stream, reference));
    let references = pairs.clone().map(|pair| pair.reference.ids);
    let prediction = segment.prediction_places(stream);
    let (tokens, longest) = (prediction.ids.len(), references.clone().map(<[u32]>::len).max().unwrap_or(0));
    let Kernels { lanes, short, places, prediction: sorted, .. } = kernels;
    let pays = |pair: Pair<'_>| pair.sort_pays(segment.cpu, tokens.min(pair.reference.ids.len()));
    let sorts = stream == 0 && orders.len() <= sorted_ngrams::ORDERS && pairs.clone().any(pays);
    let lanes_take = stream == 0 && EightOrders::takes(isa, tokens) && orders.len() <= eight_orders::ORDERS;
    let short_takes = stream != 0 && tokens <= short_pairs::MOST && orders.len() <= WORDS;
    if !sorts && (lanes_take || short_takes) && longest <= AT_ONCE {
        let mut rows = rows.chunks_exact_mut(width).zip(pairs).map(|(row, pair)| {
            let figures = &mut row.as_chunks_mut().0[orders.clone()];
            pair.totals(figures);
            figures
        });
        let mut found = |counts: &[u32]| {
            let figures = rows.next().expect("a row for each reference");
            figures.iter_mut().zip(counts).for_each(|(figures, &count)| figures[2] = count as i32);
        };
        let ids = segment.ids(stream);
        if lanes_take {
            lanes.matches_of_each(isa, ids, prediction.ids, references, |counts| found(&counts));
        } else {
            short.matches_of_each::<WORDS, false>(ids, prediction.ids, references, |counts, _| found(&counts));
        }
        return Ok(());
    }
    let mut sorted = std::mem::take(sorted);
    sorted.clear();
    if sorts && prediction.places.is_empty() {
        let text = SortText { places: &mut sorted, counter: places, ids: prediction.ids };
        if !segment.cpu.call_wide(text) {
            sorted.clear();
        }
    }
    for (row, mut pair) in rows.chunks_exact_mut(width).zip(pairs) {
        if !sorted.is_empty() {
            pair.prediction.places = sorted.of(0);
        }
        pair.fill(isa, segment.cpu, kernels, &mut row.as_chunks_mut().0[orders.clone()], interrupt)?;
    }
    kernels.prediction = sorted;
    Ok(())
}

/// A prediction and a reference in one stream.
struct Pair<'a> {
    prediction: SortedSide<'a>,
    reference: SortedSide<'a>,
    /// A number above every id.
    ids: usize,
    /// True if the tokens are characters.
    chars: bool,
}

impl<'a> Pair<'a> {
    /// The prediction of a segment and its reference of this number, in one stream.
    #[inline(always)]
    fn of(segment: &Segment<'a>, stream: usize, reference: usize) -> Self {
        Self {
            prediction: segment.prediction_places(stream),
            reference: segment.reference_places(stream, reference),
            ids: segment.ids(stream),
            chars: stream == 0,
        }
    }

    /// True if sorting, as [`sorted_ngrams`] does, is the least work.
    #[inline(always)]
    fn sort_pays(&self, cpu: Cpu, shorter: usize) -> bool {
        let any_sorted = !self.prediction.places.is_empty() || !self.reference.places.is_empty();
        cpu.is_wide() && shorter > if any_sorted { sorted_ngrams::FEW } else { UNSORTED }
    }

    /// Fills in the numbers of n-grams of orders 1, 2 and so on.
    #[inline(always)]
    fn totals(&self, figures: &mut [[i32; FIGURES]]) {
        for (order, figures) in figures.iter_mut().enumerate() {
            let totals = [self.prediction, self.reference].map(|side| side.ids.len().saturating_sub(order) as i32);
            // N-grams of the prediction do not count if the reference has none of the order (`chrf.py:126`).
            *figures = [if totals[1] > 0 { totals[0] } else { 0 }, totals[1], 0];
        }
    }

    /// Fills in the figures of orders 1, 2 and so on.
    #[inline(always)]
    fn fill<I: Isa>(
        &self,
        isa: I,
        cpu: Cpu,
        kernels: &mut Kernels,
        figures: &mut [[i32; FIGURES]],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let (prediction, reference) = (self.prediction.ids, self.reference.ids);
        interrupt.spend(500 + 20 * (prediction.len() + reference.len()))?;
        self.totals(figures);
        let chars = self.chars;
        let (shorter, longer) = in_order(prediction.len(), reference.len());
        if chars && self.sort_pays(cpu, shorter) && figures.len() <= sorted_ngrams::ORDERS {
            let Self { prediction, reference, .. } = *self;
            let count = sorted_ngrams::CountSorted { counter: &mut kernels.places, prediction, reference };
            if let Some(counts) = cpu.call_wide(count) {
                figures.iter_mut().zip(counts).for_each(|(figures, count)| figures[2] = count as i32);
                return Ok(());
            }
        }
        if longer > AT_ONCE {
            return self.fill_long(cpu, kernels, figures, interrupt);
        }
        if EightOrders::takes(isa, shorter) && chars && figures.len() <= eight_orders::ORDERS {
            let counts = kernels.lanes.matches(isa, self.ids, reference, prediction);
            figures.iter_mut().zip(counts).for_each(|(figures, count)| figures[2] = count as i32);
            Ok(())
        } else if shorter <= short_pairs::MOST && !chars && figures.len() <= WORDS {
            let (counts, _) = kernels.short.matches::<WORDS, false>(self.ids, reference, prediction);
            figures.iter_mut().zip(counts).for_each(|(figures, count)| figures[2] = count as i32);
            Ok(())
        } else {
            self.fill_long(cpu, kernels, figures, interrupt)
        }
    }

    #[cold]
    #[inline(never)]
    fn fill_long(
        &self,
        cpu: Cpu,
        kernels: &mut Kernels,
        figures: &mut [[i32; FIGURES]],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let Kernels { common, counter, counts, sorter, .. } = kernels;
        let (prediction, reference) = (self.prediction.ids, self.reference.ids);
        if figures.len() <= sorted_ngrams::ORDERS
            && let Some(counts) =
                cpu.call(CountByRadix::<{ sorted_ngrams::ORDERS }> { sorter, ids: self.ids, reference, prediction })
        {
            figures.iter_mut().zip(counts).for_each(|(figures, count)| figures[2] = count as i32);
            return Ok(());
        }
        common.read(cpu, self.ids, prediction, reference, interrupt)?;
        counts.resize(figures.len(), 0);
        counter.clip_all(cpu, common, counts, interrupt)?;
        figures.iter_mut().zip(counts).for_each(|(figures, count)| figures[2] = *count as i32);
        Ok(())
    }
}
