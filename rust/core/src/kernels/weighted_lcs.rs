//! ROUGE-W: the weighted longest common subsequence, in which a run of k consecutive matches counts k^w (Lin, "ROUGE: a
//! package for automatic evaluation of summaries", 2004, section 4), united over lines and clipped as ROUGE-1.5.5 does.
//! Line numbers (L) refer to ROUGE-1.5.5.pl.
//!
//! Two lines of n and m tokens take O(n * m) time, O(m) memory, and a bit for each cell of the table.

use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;

/// A text in the ids of a [`Common`](crate::kernels::shared_tokens::Common), in the two ways in which the script reads it.
#[derive(Clone, Copy)]
pub(crate) struct Read<'a> {
    /// The tokens of all lines.
    pub tokens: &'a [u32],
    /// The end of each line that has a token.
    pub lines: &'a [u32],
    /// The tokens to whose counts matches are clipped. They differ from `tokens` if the text is cut.
    pub flat: &'a [u32],
}

/// The tokens that match.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Matches {
    /// Their number.
    pub tokens: usize,
    /// The sum, over their runs, of the length to the power of the weight.
    pub weighted: f64,
}

/// Compares lines by their tables. Keeps its buffers.
#[derive(Default)]
pub(crate) struct WeightedLcs {
    /// The numbers up to some length to the power of `weight`.
    powers: Vec<f64>,
    weight: f64,
    /// The current row: the highest sum, and the length of the run that ends in the cell.
    row: Vec<(f64, u32)>,
    /// For each cell, true if the way back goes up, to the row before.
    up: Vec<u64>,
    /// For each token of a line of the reference, true if it is on some subsequence.
    marked: Vec<bool>,
    /// The number of times that each token may still match, in the prediction and in the reference.
    left: [Vec<u32>; 2],
}

impl WeightedLcs {
    /// The sum of the lengths of these lines to the power of `weight`, line by line.
    pub fn total(&mut self, weight: f64, lines: &[u32], interrupt: &Interrupt) -> Result<f64, Error> {
        self.fill_powers(weight, longest(lines), interrupt)?;
        // The sum of no floats is -0.0.
        Ok(lengths(lines).fold(0.0, |sum, length| sum + self.powers[length]))
    }

    /// The matches of a pair in the ids of a `Common` with this many distinct tokens.
    pub fn matches(
        &mut self,
        weight: f64,
        distinct: usize,
        prediction: Read<'_>,
        reference: Read<'_>,
        interrupt: &Interrupt,
    ) -> Result<Matches, Error> {
        self.fill_powers(weight, longest(prediction.lines).max(longest(reference.lines)), interrupt)?;
        for (left, read) in self.left.iter_mut().zip([prediction, reference]) {
            left.clear();
            memory::resize(left, 0, distinct + 2, interrupt)?;
            interrupt.spend(read.flat.len())?;
            read.flat.iter().for_each(|&token| left[token as usize] += 1);
        }
        let mut all = Matches::default();
        for line in each(reference) {
            self.marked.clear();
            memory::resize(&mut self.marked, false, line.len(), interrupt)?;
            for other in each(prediction) {
                self.mark(line, other, interrupt)?;
            }
            self.clip(line, &mut all);
        }
        Ok(all)
    }

    /// Makes sure that the powers of all numbers up to `most` are known.
    fn fill_powers(&mut self, weight: f64, most: usize, interrupt: &Interrupt) -> Result<(), Error> {
        if self.weight != weight {
            self.powers.clear();
            self.weight = weight;
        }
        let known = self.powers.len();
        memory::reserve(&mut self.powers, (most + 1).saturating_sub(known))?;
        for number in known..=most {
            interrupt.spend(50)?;
            self.powers.push(power(number as f64, weight));
        }
        Ok(())
    }

    /// Marks the tokens of `line` on one subsequence with another line (L2383, L2519).
    fn mark(&mut self, line: &[u32], other: &[u32], interrupt: &Interrupt) -> Result<(), Error> {
        let Self { powers, row, up, marked, .. } = self;
        let words = other.len().div_ceil(64);
        row.clear();
        memory::resize(row, (0.0, 0), other.len() + 1, interrupt)?;
        up.clear();
        memory::resize(up, 0, words * line.len(), interrupt)?;
        for (&token, up) in line.iter().zip(up.chunks_exact_mut(words.max(1))) {
            interrupt.spend(3 * other.len())?;
            // The cell to the upper left, which the row no longer has.
            let mut before = row[0];
            for (place, &other_token) in other.iter().enumerate() {
                let above = row[place + 1];
                row[place + 1] = if token == other_token {
                    let run = before.1 as usize;
                    (before.0 + powers[run + 1] - powers[run], before.1 + 1)
                } else if above.0 >= row[place].0 {
                    up[place / 64] |= 1 << (place % 64);
                    (above.0, 0)
                } else {
                    (row[place].0, 0)
                };
                before = above;
            }
        }
        let (mut i, mut j) = (line.len(), other.len());
        while i > 0 && j > 0 {
            if line[i - 1] == other[j - 1] {
                (i, j) = (i - 1, j - 1);
                marked[i] = true;
            } else if up[(i - 1) * words + (j - 1) / 64] >> ((j - 1) % 64) & 1 == 1 {
                i -= 1;
            } else {
                j -= 1;
            }
        }
        Ok(())
    }

    /// Adds the marked tokens of a line that are left on both sides. A token that is clipped does not count, and the run
    /// goes on after it. At the end of the line, a run that did not count yet is lost.
    fn clip(&mut self, line: &[u32], all: &mut Matches) {
        let Self { powers, marked, left: [prediction, reference], .. } = self;
        let mut run = 0;
        for (place, &token) in line.iter().enumerate().filter(|(place, _)| marked[*place]) {
            let (in_prediction, in_reference) = (&mut prediction[token as usize], &mut reference[token as usize]);
            if *in_prediction == 0 || *in_reference == 0 {
                continue;
            }
            *in_prediction -= 1;
            *in_reference -= 1;
            all.tokens += 1;
            run += 1;
            if marked.get(place + 1) != Some(&true) {
                all.weighted += powers[run];
                run = 0;
            }
        }
    }
}

/// A number to a power, by the platform's libm, which Perl calls too.
pub(crate) fn power(number: f64, weight: f64) -> f64 {
    number.powf(weight)
}

/// The length of each line.
fn lengths(lines: &[u32]) -> impl Iterator<Item = usize> {
    let starts = std::iter::once(0).chain(lines.iter().copied());
    starts.zip(lines).map(|(start, &end)| (end - start) as usize)
}

fn longest(lines: &[u32]) -> usize {
    lengths(lines).max().unwrap_or(0)
}

/// Each line of a text.
fn each(read: Read<'_>) -> impl Iterator<Item = &[u32]> {
    let mut start = 0;
    read.lines.iter().map(move |&end| &read.tokens[std::mem::replace(&mut start, end as usize)..end as usize])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::Cpu;
    use crate::kernels::shared_tokens::Common;
    use crate::kernels::union_lcs::Union;
    use crate::testing::{Random, never};

    fn matches(prediction: &[&[u32]], reference: &[&[u32]], weight: f64) -> Matches {
        let ends = |lines: &[&[u32]]| -> Vec<u32> {
            let mut end = 0;
            let add = |line: &&[u32]| {
                end += line.len() as u32;
                end
            };
            lines.iter().map(add).collect()
        };
        let (lines, other_lines) = (ends(prediction), ends(reference));
        let mut common = Common::default();
        common.read(Cpu::detect(), 100, &prediction.concat(), &reference.concat(), &never()).unwrap();
        let read = |tokens, lines| Read { tokens, lines, flat: tokens };
        let (prediction, reference) = (read(&common.prediction[..], &lines[..]), read(&common.reference, &other_lines));
        WeightedLcs::default().matches(weight, common.distinct, prediction, reference, &never()).unwrap()
    }

    #[test]
    fn without_a_line_the_total_is_a_positive_zero() {
        let total = WeightedLcs::default().total(2.0, &[], &never()).unwrap();
        assert_eq!(total.to_bits(), 0.0_f64.to_bits());
    }

    /// Runs are those of the reference: gaps in the prediction do not end one.
    #[test]
    fn runs_count_more() {
        let reference: &[&[u32]] = &[&[1, 2, 3, 4, 5, 6, 7]];
        assert_eq!(matches(&[&[1, 2, 3, 4, 8, 9, 10]], reference, 2.0), Matches { tokens: 4, weighted: 16.0 });
        assert_eq!(matches(&[&[1, 8, 2, 9, 3, 10, 4]], reference, 2.0), Matches { tokens: 4, weighted: 16.0 });
        assert_eq!(matches(&[&[1, 2, 3, 4]], &[&[1, 8, 2, 9, 3, 10, 4]], 2.0), Matches { tokens: 4, weighted: 4.0 });
    }

    #[test]
    fn a_clipped_token_neither_counts_nor_ends_a_run() {
        // The only 1 of the prediction is used up in the first line. The run of the second is 5, 6.
        let found = matches(&[&[5, 1, 6]], &[&[1], &[5, 1, 6]], 2.0);
        assert_eq!(found, Matches { tokens: 3, weighted: 1.0 + 4.0 });
        // A run that ends in a clipped token is lost.
        let found = matches(&[&[5, 1]], &[&[1], &[5, 1]], 2.0);
        assert_eq!(found, Matches { tokens: 2, weighted: 1.0 });
    }

    #[test]
    fn without_weight_it_is_the_union_of_lcs() {
        let mut random = Random::new(22);
        let (mut common, mut union, mut weighted) = (Common::default(), Union::default(), WeightedLcs::default());
        for round in 0..300 {
            let vocabulary = [1, 2, 5, 30][round % 4];
            let mut text = || {
                let tokens = random.tokens(90, vocabulary);
                let mut ends: Vec<u32> = (0..4).map(|_| random.below(tokens.len() + 1) as u32).collect();
                ends.push(tokens.len() as u32);
                ends.sort_unstable();
                ends.dedup();
                ends.retain(|&end| end > 0);
                (tokens, ends)
            };
            let ((prediction, lines), (reference, other_lines)) = (text(), text());
            common.read(Cpu::detect(), vocabulary as usize, &prediction, &reference, &never()).unwrap();
            let hits = union.hits(Cpu::detect(), &common, &lines, &other_lines, &never()).unwrap();
            let read = |tokens, lines| Read { tokens, lines, flat: tokens };
            let (prediction, reference) =
                (read(&common.prediction[..], &lines[..]), read(&common.reference, &other_lines));
            let found = weighted.matches(1.0, common.distinct, prediction, reference, &never()).unwrap();
            assert_eq!(found.tokens, hits);
        }
    }
}
