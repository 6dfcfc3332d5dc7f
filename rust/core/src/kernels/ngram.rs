//! Clipped n-gram counts of pairs of any length.
//!
//! Each n-gram has an exact name, a number. The name of `xy` stands for the pair of the names of `x` and
//! `y`, so the names of any order come from those of powers of two in a logarithmic number of passes
//! (Karp, Miller, Rosenberg, "Rapid identification of repeated patterns", STOC 1972). No result depends
//! on a hash. The names also give the longest common contiguous run and the n-grams that both texts have.

use std::borrow::Cow;

use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::kernels::extend::{Extend, Extender};
use crate::kernels::shared_tokens::Common;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory::{self, PIECE};
use crate::seeds::random_seeds;

/// Counts n-grams of one pair at a time. Reuses its buffers.
pub(crate) struct NgramCounter {
    dense: Vec<u16>,
    sparse: Vec<u64>,
    namer: Namer,
    counts: Vec<u32>,
    extender: Extender,
}

/// Steps per token of a plain pass.
const STEP: usize = 2;
/// Steps per token of a pass that looks tokens up in a table larger than the caches.
const FOUND: usize = 50;
/// Most distinct tokens for which bigrams are counted in a square table. The table takes 512 KB.
const MOST_DENSE: usize = 510;
/// Most distinct tokens for which bigrams are counted in a table whose keys are two 16-bit ids.
const MOST_SPARSE: usize = (1 << 16) - 3;

impl Default for NgramCounter {
    fn default() -> Self {
        Self::new()
    }
}

impl NgramCounter {
    pub fn new() -> Self {
        Self {
            dense: Vec::new(),
            sparse: Vec::new(),
            namer: Namer { pairs: PairNamer::new(), powers: Vec::new() },
            counts: Vec::new(),
            extender: Extender::default(),
        }
    }

    /// Starts another pair.
    pub fn start(&mut self) {
        self.namer.powers.clear();
    }

    /// The clipped count of n-grams of order `n`, at least 2. O(length x log n).
    pub fn matches(&mut self, cpu: Cpu, common: &Common, n: usize, interrupt: &Interrupt) -> Result<usize, Error> {
        if common.reference.len().min(common.prediction.len()) < n || common.distinct == 0 {
            return Ok(0);
        }
        if n == 2 && common.distinct <= MOST_DENSE && common.reference.len() <= usize::from(u16::MAX) {
            return cpu.call(DenseBigrams { common, table: &mut self.dense, interrupt });
        }
        if n == 2 && common.distinct <= MOST_SPARSE {
            let seed = self.namer.pairs.seeds[1];
            return cpu.call(SparseBigrams { common, table: &mut self.sparse, seed, interrupt });
        }
        let names = self.namer.names(common, n, interrupt)?;
        clip(&names, &mut self.counts, interrupt)
    }

    /// Fills `counts` with the clipped counts of orders 1, 2 and so on.
    pub fn clip_all(
        &mut self,
        cpu: Cpu,
        common: &Common,
        counts: &mut [usize],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let Some((first, more)) = counts.split_first_mut() else { return Ok(()) };
        *first = common.matches;
        if cpu.call(Extend { extender: &mut self.extender, common, matches: &mut *more, interrupt })? {
            return Ok(());
        }
        self.start();
        for (less, count) in more.iter_mut().enumerate() {
            *count = self.matches(cpu, common, less + 2, interrupt)?;
        }
        Ok(())
    }

    /// The length of the longest contiguous run of tokens that both texts have. O(n log n).
    pub fn longest_run(&mut self, common: &Common, interrupt: &Interrupt) -> Result<usize, Error> {
        Ok(self.namer.longest(common, interrupt)?.0)
    }

    /// The longest contiguous run of tokens that both texts have, or `None` if they share no token. Of several
    /// runs it is the first in the prediction, and then the first in the reference.
    pub fn first_longest_run(&mut self, common: &Common, interrupt: &Interrupt) -> Result<Option<Run>, Error> {
        let (length, names) = self.namer.longest(common, interrupt)?;
        Ok(names.prediction.iter().position(|&name| name != 0).map(|prediction| {
            let is_run = |&name: &u32| name == names.prediction[prediction];
            let reference = names.reference.iter().position(is_run).expect("the reference has the run");
            Run { prediction, reference, length }
        }))
    }

    /// The n-grams of order `n` that both texts have, ordered by first occurrence in the prediction.
    pub fn shared(&mut self, common: &Common, n: usize, interrupt: &Interrupt) -> Result<Vec<Shared>, Error> {
        if common.reference.len().min(common.prediction.len()) < n || common.distinct == 0 {
            return Ok(Vec::new());
        }
        let names = self.namer.names(common, n, interrupt)?;
        interrupt.spend(50 * (names.reference.len() + names.prediction.len()))?;
        let mut in_reference = vec![0; names.distinct as usize + 1];
        for &name in &names.reference {
            in_reference[name as usize] += 1;
        }
        // For each name, its index in `shared` plus 1.
        let mut order = vec![0u32; in_reference.len()];
        let mut shared: Vec<Shared> = Vec::new();
        for (place, &name) in (0..).zip(&names.prediction) {
            if name == 0 {
                continue;
            }
            if order[name as usize] == 0 {
                shared.push(Shared { place, prediction: 0, reference: in_reference[name as usize] });
                order[name as usize] = shared.len() as u32;
            }
            shared[order[name as usize] as usize - 1].prediction += 1;
        }
        Ok(shared)
    }
}

/// A contiguous run of tokens that both texts have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The index of its first token in the prediction.
    pub prediction: usize,
    /// The index of its first token in the reference.
    pub reference: usize,
    /// The number of its tokens.
    pub length: usize,
}

/// An n-gram that both texts have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The index at which it first starts in the prediction.
    pub place: u32,
    /// The number of its occurrences in the prediction.
    pub prediction: u32,
    /// The number of its occurrences in the reference.
    pub reference: u32,
}

/// Names the n-grams of one pair at a time.
struct Namer {
    pairs: PairNamer,
    /// The names of the current pair's n-grams of orders 1, 2, 4 and so on, computed on demand.
    powers: Vec<NgramNames>,
}

impl Namer {
    /// The names of the n-grams of order `n`, at least 1.
    fn names(&mut self, common: &Common, n: usize, interrupt: &Interrupt) -> Result<Cow<'_, NgramNames>, Error> {
        let highest = n.ilog2();
        let mut order = 1 << highest;
        self.power(common, highest, interrupt)?;
        let mut names = Cow::Borrowed(&self.powers[highest as usize]);
        for step in (0..highest).rev().filter(|step| n >> step & 1 == 1) {
            names = Cow::Owned(self.pairs.join(&names, &self.powers[step as usize], order, interrupt)?);
            order += 1 << step;
        }
        Ok(names)
    }

    /// The highest order at which the texts share an n-gram, and the names of that order. If the texts share no
    /// token, 0 and the names of order 1.
    fn longest(&mut self, common: &Common, interrupt: &Interrupt) -> Result<(usize, Cow<'_, NgramNames>), Error> {
        let mut highest = 0;
        if !self.power(common, 0, interrupt)? {
            return Ok((0, Cow::Borrowed(&self.powers[0])));
        }
        while self.power(common, highest + 1, interrupt)? {
            highest += 1;
        }
        let mut length = 1 << highest;
        let mut names = Cow::Borrowed(&self.powers[highest as usize]);
        for step in (0..highest).rev() {
            let longer = self.pairs.join(&names, &self.powers[step as usize], length, interrupt)?;
            if longer.shared {
                length += 1 << step;
                names = Cow::Owned(longer);
            }
        }
        Ok((length, names))
    }

    /// Names the n-grams of order `2^power`. Returns true if the texts share one of them.
    fn power(&mut self, common: &Common, power: u32, interrupt: &Interrupt) -> Result<bool, Error> {
        if self.powers.is_empty() {
            self.powers.push(NgramNames::tokens(common, interrupt)?);
        }
        while self.powers.len() <= power as usize {
            let half = &self.powers[self.powers.len() - 1];
            let names = self.pairs.join(half, half, 1 << (self.powers.len() - 1), interrupt)?;
            self.powers.push(names);
        }
        Ok(self.powers[power as usize].shared)
    }
}

/// Counts clipped bigrams in a square table.
struct DenseBigrams<'a> {
    common: &'a Common,
    /// All zeros before and after the count.
    table: &'a mut Vec<u16>,
    interrupt: &'a Interrupt<'a>,
}

impl Kernel for DenseBigrams<'_> {
    type Output = Result<usize, Error>;

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) -> Result<usize, Error> {
        let Self { common, table, interrupt } = self;
        let width = common.distinct + 2;
        if table.len() < width * width {
            table.resize(width * width, 0);
        }
        let table = &mut table[..width * width];
        let place = |pair: &[u32]| pair[0] as usize * width + pair[1] as usize;
        for pair in common.reference.windows(2) {
            table[place(pair)] += 1;
        }
        let mut matches = 0;
        for prediction in overlapping(&common.prediction) {
            interrupt.spend(STEP * prediction.len())?;
            for pair in prediction.windows(2) {
                let left = &mut table[place(pair)];
                let matched = u16::from(*left > 0);
                matches += usize::from(matched);
                *left -= matched;
            }
        }
        for pair in common.reference.windows(2) {
            table[place(pair)] = 0;
        }
        Ok(matches)
    }
}

/// Counts clipped bigrams in an open-addressing table of the reference's bigrams. The upper half of a slot
/// holds the bigram, the lower half its remaining count.
struct SparseBigrams<'a> {
    common: &'a Common,
    table: &'a mut Vec<u64>,
    seed: u64,
    interrupt: &'a Interrupt<'a>,
}

impl Kernel for SparseBigrams<'_> {
    type Output = Result<usize, Error>;

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) -> Result<usize, Error> {
        let Self { common, table, seed, interrupt } = self;
        let slots = (common.reference.len() * 2).next_power_of_two();
        table.clear();
        memory::resize(table, 0, slots, interrupt)?;
        let shift = 64 - slots.ilog2();
        let find = |table: &[u64], pair: &[u32]| {
            // Adding 1 keeps the key from being zero, which marks a free slot.
            let key = u64::from(pair[0] + 1) << 16 | u64::from(pair[1] + 1);
            let mut place = (key.wrapping_mul(seed | 1) >> shift) as usize;
            while table[place] != 0 && table[place] >> 32 != key {
                place = (place + 1) & (table.len() - 1);
            }
            (place, key << 32)
        };
        for reference in overlapping(&common.reference) {
            interrupt.spend(FOUND * reference.len())?;
            for pair in reference.windows(2) {
                let (place, key) = find(table, pair);
                table[place] = (table[place] | key) + 1;
            }
        }
        let mut matches = 0;
        for prediction in overlapping(&common.prediction) {
            interrupt.spend(FOUND * prediction.len())?;
            for pair in prediction.windows(2) {
                let (place, _) = find(table, pair);
                let left = u64::from(table[place] as u32 > 0);
                matches += left as usize;
                table[place] -= left;
            }
        }
        Ok(matches)
    }
}

/// The name of the n-gram that starts at each place of both texts. A name of zero means that the other text
/// lacks the n-gram. In the reference, such an n-gram may also have another name.
#[derive(Clone)]
struct NgramNames {
    reference: Vec<u32>,
    prediction: Vec<u32>,
    distinct: u32,
    /// True if the prediction has an n-gram of the reference.
    shared: bool,
}

impl NgramNames {
    fn tokens(common: &Common, interrupt: &Interrupt) -> Result<Self, Error> {
        let only_prediction = common.only_prediction();
        Ok(Self {
            reference: mapped(&common.reference, interrupt, |id| id)?,
            prediction: mapped(&common.prediction, interrupt, |id| if id == only_prediction { 0 } else { id })?,
            distinct: common.distinct as u32,
            shared: common.distinct > 0,
        })
    }
}

/// Applies `to` to each number.
fn mapped(numbers: &[u32], interrupt: &Interrupt, to: impl Fn(u32) -> u32) -> Result<Vec<u32>, Error> {
    let mut all = Vec::new();
    memory::reserve(&mut all, numbers.len())?;
    for numbers in numbers.chunks(PIECE) {
        interrupt.spend(STEP * numbers.len())?;
        all.extend(numbers.iter().map(|&number| to(number)));
    }
    Ok(all)
}

/// Splits `tokens` into pieces, each followed by the first token of the next piece.
fn overlapping(tokens: &[u32]) -> impl Iterator<Item = &[u32]> {
    (0..tokens.len()).step_by(PIECE).map(|start| &tokens[start..tokens.len().min(start + PIECE + 1)])
}

fn clip(names: &NgramNames, counts: &mut Vec<u32>, interrupt: &Interrupt) -> Result<usize, Error> {
    counts.clear();
    memory::resize(counts, 0, names.distinct as usize + 1, interrupt)?;
    for reference in names.reference.chunks(PIECE) {
        interrupt.spend(FOUND * reference.len())?;
        for &name in reference {
            counts[name as usize] += 1;
        }
    }
    counts[0] = 0;
    let mut matches = 0;
    for prediction in names.prediction.chunks(PIECE) {
        interrupt.spend(FOUND * prediction.len())?;
        for &name in prediction {
            let left = &mut counts[name as usize];
            matches += usize::from(*left > 0);
            *left = left.saturating_sub(1);
        }
    }
    Ok(matches)
}

/// Names pairs of names, in an open-addressing table that compares whole pairs.
struct PairNamer {
    slots: Vec<(u64, u32)>,
    seeds: [u64; 2],
}

impl PairNamer {
    fn new() -> Self {
        Self { slots: Vec::new(), seeds: [random_seeds()[0], random_seeds()[1]] }
    }

    /// The names of the n-grams made of an n-gram of `first` and, `distance` tokens later, one of `second`.
    fn join(
        &mut self,
        first: &NgramNames,
        second: &NgramNames,
        distance: usize,
        interrupt: &Interrupt,
    ) -> Result<NgramNames, Error> {
        let pairs = |first: &[u32], second: &[u32]| -> Result<Vec<u64>, Error> {
            let second = second.get(distance..).unwrap_or(&[]);
            let both = |(&a, &b): (&u32, &u32)| if a == 0 || b == 0 { 0 } else { u64::from(a) << 32 | u64::from(b) };
            let mut all = Vec::new();
            memory::reserve(&mut all, second.len())?;
            for (first, second) in first.chunks(PIECE).zip(second.chunks(PIECE)) {
                interrupt.spend(STEP * second.len())?;
                all.extend(first.iter().zip(second).map(both));
            }
            Ok(all)
        };
        let reference = pairs(&first.reference, &second.reference)?;
        let prediction = pairs(&first.prediction, &second.prediction)?;
        self.slots.clear();
        memory::resize(&mut self.slots, (0, 0), (reference.len() * 2).next_power_of_two().max(2), interrupt)?;
        let mut names = NgramNames { reference: Vec::new(), prediction: Vec::new(), distinct: 0, shared: false };
        memory::reserve(&mut names.reference, reference.len())?;
        memory::reserve(&mut names.prediction, prediction.len())?;
        for pairs in reference.chunks(PIECE) {
            interrupt.spend(FOUND * pairs.len())?;
            names.reference.extend(pairs.iter().map(|&pair| {
                if pair == 0 {
                    return 0;
                }
                let slot = self.find(pair);
                if self.slots[slot].0 == 0 {
                    names.distinct += 1;
                    self.slots[slot] = (pair, names.distinct);
                }
                self.slots[slot].1
            }));
        }
        for pairs in prediction.chunks(PIECE) {
            interrupt.spend(FOUND * pairs.len())?;
            names.prediction.extend(pairs.iter().map(|&pair| {
                let name = if pair == 0 { 0 } else { self.slots[self.find(pair)].1 };
                names.shared |= name != 0;
                name
            }));
        }
        Ok(names)
    }

    #[inline]
    fn find(&self, pair: u64) -> usize {
        let mask = self.slots.len() - 1;
        // Multiply and fold, as wyhash does.
        let product = u128::from(pair ^ self.seeds[0]) * u128::from(self.seeds[1] | 1);
        let mut place = (product as u64 ^ (product >> 64) as u64) as usize & mask;
        while self.slots[place].0 != pair && self.slots[place].0 != 0 {
            place = (place + 1) & mask;
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Random, never};
    use std::collections::HashMap;

    fn clipped(prediction: &[u32], reference: &[u32], n: usize) -> usize {
        let count = |text: &[u32]| {
            let mut counts: HashMap<Vec<u32>, usize> = HashMap::new();
            for gram in text.windows(n) {
                *counts.entry(gram.to_vec()).or_default() += 1;
            }
            counts
        };
        let reference = count(reference);
        count(prediction).iter().map(|(gram, &n)| n.min(reference.get(gram).copied().unwrap_or(0))).sum()
    }

    /// The longest run by the definition: first in the prediction, then first in the reference.
    fn longest_run(prediction: &[u32], reference: &[u32]) -> Option<Run> {
        let mut best: Option<Run> = None;
        let mut row = vec![0; reference.len() + 1];
        for (i, x) in prediction.iter().enumerate() {
            let above = row.clone();
            for j in 0..reference.len() {
                row[j + 1] = if *x == reference[j] { above[j] + 1 } else { 0 };
                let length = row[j + 1];
                if length > best.map_or(0, |best| best.length) {
                    best = Some(Run { prediction: i + 1 - length, reference: j + 1 - length, length });
                }
            }
        }
        best
    }

    /// The shared n-grams, counted one by one.
    fn shared(prediction: &[u32], reference: &[u32], n: usize) -> Vec<Shared> {
        let count = |text: &[u32], gram: &[u32]| text.windows(n).filter(|other| *other == gram).count() as u32;
        let mut all = Vec::new();
        for (place, gram) in prediction.windows(n).enumerate() {
            let first = !prediction.windows(n).take(place).any(|other| other == gram);
            let counts = (count(prediction, gram), count(reference, gram));
            if first && counts.1 > 0 {
                all.push(Shared { place: place as u32, prediction: counts.0, reference: counts.1 });
            }
        }
        all
    }

    #[test]
    fn as_counted_one_by_one() {
        let mut random = Random::new(1);
        let mut common = Common::default();
        let mut counter = NgramCounter::new();
        for round in 0..3000 {
            let vocabulary = [1, 2, 3, 10, 700][round % 5];
            let prediction = random.tokens(100, vocabulary);
            let reference = random.tokens(100, vocabulary);
            common.read(Cpu::detect(), vocabulary as usize, &prediction, &reference, &never()).unwrap();
            counter.start();
            assert_eq!(common.matches, clipped(&prediction, &reference, 1));
            for n in 2..12 {
                assert_eq!(
                    counter.matches(Cpu::detect(), &common, n, &never()).unwrap(),
                    clipped(&prediction, &reference, n)
                );
            }
            let run = longest_run(&prediction, &reference);
            assert_eq!(counter.longest_run(&common, &never()).unwrap(), run.map_or(0, |run| run.length));
            assert_eq!(counter.first_longest_run(&common, &never()).unwrap(), run, "{prediction:?} {reference:?}");
            let n = 1 + round % 7;
            assert_eq!(counter.shared(&common, n, &never()).unwrap(), shared(&prediction, &reference, n));
        }
    }

    #[test]
    fn more_distinct_tokens_than_the_square_table_takes() {
        let mut random = Random::new(2);
        let mut common = Common::default();
        let mut counter = NgramCounter::new();
        for _ in 0..5 {
            let reference = random.tokens(9000, 900);
            let prediction = random.tokens(9000, 900);
            common.read(Cpu::detect(), 900, &prediction, &reference, &never()).unwrap();
            counter.start();
            for n in [2, 3] {
                assert_eq!(
                    counter.matches(Cpu::detect(), &common, n, &never()).unwrap(),
                    clipped(&prediction, &reference, n)
                );
            }
        }
    }

    #[test]
    fn more_distinct_tokens_than_16_bits() {
        let mut common = Common::default();
        let mut counter = NgramCounter::new();
        let reference: Vec<u32> = (0..70_000).collect();
        let mut prediction = reference.clone();
        prediction.extend([5, 6, 69_998, 69_999]);
        common.read(Cpu::detect(), 70_000, &prediction, &reference, &never()).unwrap();
        counter.start();
        assert_eq!(counter.matches(Cpu::detect(), &common, 2, &never()).unwrap(), 69_999);
    }

    #[test]
    fn one_token_repeated_beyond_16_bits() {
        let mut common = Common::default();
        let mut counter = NgramCounter::new();
        let (prediction, reference) = (vec![0; 70_000], vec![0; 69_000]);
        common.read(Cpu::detect(), 1, &prediction, &reference, &never()).unwrap();
        counter.start();
        assert_eq!(common.matches, 69_000);
        assert_eq!(counter.matches(Cpu::detect(), &common, 2, &never()).unwrap(), 68_999);
        assert_eq!(counter.matches(Cpu::detect(), &common, 60_000, &never()).unwrap(), 9_001);
        assert_eq!(counter.longest_run(&common, &never()).unwrap(), 69_000);
    }
}
