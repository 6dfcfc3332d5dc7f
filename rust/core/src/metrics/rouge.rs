//! ROUGE-N, ROUGE-L, ROUGE-Lsum and the longest contiguous run.
//!
//! Lin, "ROUGE: a package for automatic evaluation of summaries", 2004; in every bit as
//! rouge_score 0.1.2 computes it, where it has the type.
//!
//! A row holds `(matches, prediction total, reference total)` for each type in turn; texts of less
//! than 2 GiB keep them within an i32. Scores are precision, recall and F-measure for each type.

use crate::common::Common;
use crate::cpu::Cpu;
use crate::error::Error;
use crate::exact_sum::ExactSum;
use crate::intern::Vocabulary;
use crate::interrupt::Interrupt;
use crate::lcs::Lcs;
use crate::ngram::Counter;
use crate::short::{self, Short};
use crate::tokenize::{Buffers, Tokenizer, Tokens};
use crate::union::Union;

/// One of ROUGE's measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// N-grams of this order, at least 1.
    N(u32),
    /// The longest common subsequence.
    L,
    /// The union of the lines' LCS.
    Lsum,
    /// The longest common contiguous run.
    Lsubstr,
}

/// What several references come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MultiReference {
    /// For each type the reference with the highest F-measure, the first of equals.
    Best,
    /// The mean over references of each score, correctly rounded sum first.
    Average,
}

/// The metric with its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rouge {
    types: Vec<Type>,
    tokenizer: Tokenizer,
    multi_reference: MultiReference,
    /// The highest order that counts n-grams.
    orders: u32,
    /// Whether lines count.
    lines: bool,
    /// Whether the longest run counts.
    contiguous: bool,
}

/// Numbers of a type in a row, and in the scores of a segment.
pub const FIGURES: usize = 3;

/// What a thread keeps from pair to pair.
pub struct Worker {
    cpu: Cpu,
    plain: Vocabulary,
    stemmed: Vocabulary,
    buffers: Buffers,
    prediction: Tokens,
    reference: Tokens,
    row: Vec<i32>,
    kernels: Kernels,
}

struct Kernels {
    masks: Vec<u64>,
    common: Common,
    counter: Counter,
    lcs: Lcs,
    union: Union,
}

/// Texts of more tokens or bytes than these leave nothing behind.
const MOST_TOKENS: usize = 1 << 18;
const MOST_BYTES: usize = 1 << 22;

impl Default for Worker {
    fn default() -> Self {
        Self::new(Cpu::detect())
    }
}

impl Worker {
    /// A worker that runs on `cpu`.
    pub fn new(cpu: Cpu) -> Self {
        Self {
            cpu,
            plain: Vocabulary::new(cpu, false),
            stemmed: Vocabulary::new(cpu, true),
            buffers: Buffers::default(),
            prediction: Tokens::default(),
            reference: Tokens::default(),
            row: Vec::new(),
            kernels: Kernels::new(),
        }
    }

    /// Drops what is too much to keep. To be called now and then between segments.
    pub fn bound(&mut self) {
        self.plain.bound();
        self.stemmed.bound();
        let tokens = self.prediction.ids.capacity().max(self.reference.ids.capacity());
        if tokens > MOST_TOKENS || self.buffers.bytes() > MOST_BYTES {
            self.buffers = Buffers::default();
            self.prediction = Tokens::default();
            self.reference = Tokens::default();
            self.kernels = Kernels::new();
        }
    }
}

impl Kernels {
    fn new() -> Self {
        Self {
            masks: Vec::new(),
            common: Common::default(),
            counter: Counter::new(),
            lcs: Lcs::default(),
            union: Union::default(),
        }
    }
}

impl Rouge {
    /// A metric of these options.
    pub fn new(types: Vec<Type>, tokenizer: Tokenizer, multi_reference: MultiReference) -> Self {
        let orders = types.iter().map(|t| if let Type::N(n) = t { *n } else { 0 }).max().unwrap_or(0);
        let lines = types.contains(&Type::Lsum);
        let contiguous = types.contains(&Type::Lsubstr);
        Self { types, tokenizer, multi_reference, orders, lines, contiguous }
    }

    /// Its tokenizer.
    pub fn tokenizer(&self) -> Tokenizer {
        self.tokenizer
    }

    /// Numbers in a row, and in the scores of a segment.
    pub fn width(&self) -> usize {
        self.types.len() * FIGURES
    }

    /// Rows that a segment with this many references takes.
    pub fn rows_of(&self, references: usize) -> usize {
        match self.multi_reference {
            MultiReference::Best => 1,
            MultiReference::Average => references,
        }
    }

    /// Scores one segment: its rows and its scores. `rows` has room for [`Rouge::rows_of`] the
    /// references; `scores`, if wanted, for [`Rouge::width`] numbers. Says whether the prediction has a token.
    pub fn segment<'t>(
        &self,
        worker: &mut Worker,
        prediction: &[u8],
        references: impl IntoIterator<Item = &'t [u8]>,
        rows: &mut [i32],
        scores: &mut [f64],
        interrupt: &Interrupt,
    ) -> Result<bool, Error> {
        let scored = self.rows(worker, prediction, references, rows, interrupt)?;
        self.scores(rows, scores);
        Ok(scored)
    }

    /// Whether the prediction has a token.
    #[inline]
    fn rows<'t>(
        &self,
        worker: &mut Worker,
        prediction: &[u8],
        references: impl IntoIterator<Item = &'t [u8]>,
        rows: &mut [i32],
        interrupt: &Interrupt,
    ) -> Result<bool, Error> {
        let width = self.width();
        let vocabulary = if self.tokenizer.stems() { &mut worker.stemmed } else { &mut worker.plain };
        let (cpu, lines) = (worker.cpu, self.lines);
        room_for(prediction.len())?;
        self.tokenizer.ids(prediction, lines, vocabulary, &mut worker.buffers, interrupt, &mut worker.prediction)?;
        for (number, reference) in references.into_iter().enumerate() {
            room_for(prediction.len() + reference.len())?;
            self.tokenizer.ids(reference, lines, vocabulary, &mut worker.buffers, interrupt, &mut worker.reference)?;
            interrupt.spend(100 + (prediction.len() + reference.len()))?;
            let matches = Pair {
                rouge: self,
                cpu,
                prediction: &worker.prediction,
                reference: &worker.reference,
                vocabulary: vocabulary.ids(),
            };
            match self.multi_reference {
                MultiReference::Average => {
                    matches.row(&mut worker.kernels, &mut rows[number * width..][..width], interrupt)?;
                }
                MultiReference::Best if number == 0 => {
                    matches.row(&mut worker.kernels, rows, interrupt)?;
                }
                MultiReference::Best => {
                    worker.row.resize(width, 0);
                    matches.row(&mut worker.kernels, &mut worker.row, interrupt)?;
                    for (best, new) in rows.as_chunks_mut().0.iter_mut().zip(worker.row.as_chunks().0) {
                        if figures(new)[2] > figures(best)[2] {
                            *best = *new;
                        }
                    }
                }
            }
        }
        Ok(!worker.prediction.ids.is_empty())
    }

    /// The scores of a segment from its rows.
    pub fn scores(&self, rows: &[i32], scores: &mut [f64]) {
        let width = self.width();
        if rows.len() == width {
            for (row, scores) in rows.as_chunks().0.iter().zip(scores.as_chunks_mut().0) {
                *scores = figures(row);
            }
            return;
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

/// Makes sure that there is memory for a pair of this size, for to run out of it in the midst of
/// the work would abort the process.
fn room_for(bytes: usize) -> Result<(), Error> {
    if bytes <= SMALL {
        return Ok(());
    }
    Vec::<u8>::new().try_reserve_exact(bytes.saturating_mul(MEMORY)).map_err(|_| Error::OutOfMemory(bytes))
}

/// Pairs of fewer bytes are not worth asking for.
const SMALL: usize = 1 << 24;
/// Bytes that all kernels together take for a byte of text, at most.
const MEMORY: usize = 32;

/// Precision, recall and F-measure, in the order of operations of `scoring.py:164` and
/// `rouge_scorer.py:330-334`. What has no tokens scores 0.
#[inline]
fn figures(&[matches, prediction, reference]: &[i32; FIGURES]) -> [f64; FIGURES] {
    let [matches, prediction, reference] = [matches, prediction.max(1), reference.max(1)].map(f64::from);
    let (precision, recall) = (matches / prediction, matches / reference);
    let sum = precision + recall;
    [precision, recall, if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 }]
}

struct Pair<'a> {
    rouge: &'a Rouge,
    cpu: Cpu,
    prediction: &'a Tokens,
    reference: &'a Tokens,
    vocabulary: usize,
}

impl Pair<'_> {
    #[inline]
    fn row(&self, kernels: &mut Kernels, row: &mut [i32], interrupt: &Interrupt) -> Result<(), Error> {
        let shorter = self.prediction.ids.len().min(self.reference.ids.len());
        let one_line = self.prediction.lines.len() <= 1 && self.reference.lines.len() <= 1;
        let Rouge { orders, lines, contiguous, .. } = *self.rouge;
        if shorter > short::MOST || orders as usize > short::MOST_ORDERS || contiguous || (lines && !one_line) {
            return self.long_row(kernels, row, one_line, interrupt);
        }
        // The union of one line is its LCS.
        let (counts, lcs) = match orders {
            0 | 1 => self.short::<1>(kernels),
            2 => self.short::<2>(kernels),
            3 => self.short::<3>(kernels),
            _ => self.short::<4>(kernels),
        };
        self.write(row, |kind| Ok(if let Type::N(n) = kind { counts[n as usize - 1] } else { lcs } as usize))
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
        interrupt.spend(50 * (prediction.ids.len() + reference.ids.len()))?;
        common.read(self.cpu, self.vocabulary, &prediction.ids, &reference.ids);
        counter.start();
        let mut length = None;
        self.write(row, |kind| match kind {
            Type::N(1) => Ok(common.matches),
            Type::N(n) => counter.matches(self.cpu, common, n as usize, interrupt),
            Type::Lsubstr => counter.longest_run(common, interrupt),
            Type::Lsum if !one_line => union.hits(self.cpu, common, &prediction.lines, &reference.lines, interrupt),
            Type::L | Type::Lsum => match length {
                Some(length) => Ok(length),
                None => Ok(*length.insert(lcs.length(self.cpu, common, interrupt)?)),
            },
        })
    }

    #[inline]
    fn write(&self, row: &mut [i32], mut matches: impl FnMut(Type) -> Result<usize, Error>) -> Result<(), Error> {
        let (prediction, reference) = (self.prediction.ids.len(), self.reference.ids.len());
        for (&kind, row) in self.rouge.types.iter().zip(row.as_chunks_mut::<FIGURES>().0) {
            let less = if let Type::N(n) = kind { n as usize - 1 } else { 0 };
            let totals = [prediction.saturating_sub(less), reference.saturating_sub(less)];
            *row = [matches(kind)? as i32, totals[0] as i32, totals[1] as i32];
        }
        Ok(())
    }

    #[inline]
    fn short<const ORDERS: usize>(&self, kernels: &mut Kernels) -> ([u32; short::MOST_ORDERS], u32) {
        let masks = &mut kernels.masks;
        if masks.len() < self.vocabulary {
            masks.resize(self.vocabulary, 0);
        }
        let (mut masked, mut walked) = (&*self.reference.ids, &*self.prediction.ids);
        if masked.len() > short::MOST {
            std::mem::swap(&mut masked, &mut walked);
        }
        let (counts, length) = self.cpu.call(Short::<ORDERS> { masks, masked, walked });
        let mut all = [0; short::MOST_ORDERS];
        all[..ORDERS].copy_from_slice(&counts);
        (all, length)
    }
}
