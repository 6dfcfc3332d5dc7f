//! The fuzz targets, each a module whose `check` panics on a fault; their inputs, and the naive computations that kernels
//! are compared with.

pub mod alignments;
#[cfg(test)]
mod corpora;
pub mod counts;
pub mod moves;
pub mod prepared;
pub mod subsequences;
pub mod tokens;

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::AtomicBool;

use tricolore_core::corpus::score;
use tricolore_core::metrics::AnyMetric;
use tricolore_core::{Interrupt, Job, Segments};

/// White space, as Python's `str.isspace` knows it.
pub fn is_space(c: char) -> bool {
    matches!(c, '\t'..='\r' | '\u{1c}'..='\u{1f}') || (c.is_whitespace() && c != '\u{180e}')
}

/// The words between white space.
pub fn words(text: &str) -> Vec<&str> {
    text.split(is_space).filter(|word| !word.is_empty()).collect()
}

/// An interrupt that never occurs.
pub fn never() -> Interrupt<'static> {
    static NEVER: AtomicBool = AtomicBool::new(false);
    Interrupt::new(&NEVER, None)
}

/// The input of a target that compares texts: a first byte of options, then texts between zero bytes.
///
/// If the first byte is odd, each byte of a text becomes a word or the end of a line. There are few words, so most match.
pub fn texts(data: &[u8]) -> Option<(u8, Vec<String>)> {
    let (&options, rest) = data.split_first()?;
    let text = |bytes: &[u8]| {
        if options & 1 == 0 {
            return String::from_utf8_lossy(bytes).into_owned();
        }
        let word = |byte: &u8| match byte % 16 {
            0..8 => ["a", "b", "c", "the", "cat", "sat", ".", "a"][usize::from(byte % 8)].to_owned(),
            8 => "long-enough-to-be-kept-apart".repeat(1 + usize::from(byte / 16 % 3)),
            9 => "\n".to_owned(),
            _ => format!("w{byte}"),
        };
        bytes.iter().map(word).collect::<Vec<_>>().join(" ")
    };
    Some((options >> 1, rest.split(|&byte| byte == 0).map(text).collect()))
}

/// The rows of one segment: a prediction and its references.
pub fn rows(metric: &AnyMetric, prediction: &str, references: &[String]) -> Vec<i32> {
    let (predictions, offsets) = ([prediction.to_owned()], [0, references.len()]);
    scored(metric, &Segments::of_texts(&predictions, references, Some(&offsets)))
}

/// The rows of all segments.
pub fn scored<T: AsRef<[u8]> + Sync>(metric: &AnyMetric, segments: &Segments<'_, T>) -> Vec<i32> {
    let mut rows = vec![0; metric.rows(segments, 0..segments.len()) * metric.width()];
    let mut scores = vec![0.0; segments.len() * metric.score_width()];
    score(segments, &mut [Job::new(metric, &mut rows, &mut scores)], 1, &|| false).expect("nothing interrupts");
    rows
}

/// The tokens of texts as numbers. Comparing strings would take most of a target's time.
pub fn numbers<'a, T: Hash + Eq + 'a>(texts: impl IntoIterator<Item = &'a [T]>) -> Vec<Vec<u32>> {
    let mut numbers: HashMap<&T, u32> = HashMap::new();
    let mut number = |token| {
        let next = numbers.len() as u32;
        *numbers.entry(token).or_insert(next)
    };
    texts.into_iter().map(|text| text.iter().map(&mut number).collect()).collect()
}

/// The n-grams of an order with their counts, sorted. A hash table would take most of a target's time.
pub fn ngrams<T: Ord>(tokens: &[T], order: usize) -> Vec<(&[T], i32)> {
    let mut all: Vec<&[T]> = tokens.windows(order).collect();
    all.sort_unstable();
    all.chunk_by(|a, b| a == b).map(|equal| (equal[0], equal.len() as i32)).collect()
}

/// The number of the prediction's n-grams of an order, each at most as often as the reference that has it most often.
pub fn matches<T: Ord>(prediction: &[T], references: &[&[T]], order: usize) -> i32 {
    let references: Vec<_> = references.iter().map(|reference| ngrams(reference, order)).collect();
    let count = |counts: &[(&[T], i32)], ngram: &[T]| {
        counts.binary_search_by_key(&ngram, |&(ngram, _)| ngram).map_or(0, |place| counts[place].1)
    };
    let most = |ngram| references.iter().map(|counts| count(counts, ngram)).max().unwrap_or(0);
    ngrams(prediction, order).into_iter().map(|(ngram, own)| own.min(most(ngram))).sum()
}

/// The number of n-grams of an order.
pub fn total(tokens: usize, order: usize) -> i32 {
    (tokens + 1).saturating_sub(order) as i32
}

/// The length of the longest common subsequence, by the table.
pub fn lcs(prediction: &[u32], reference: &[u32]) -> i32 {
    let mut above = vec![0; prediction.len() + 1];
    for theirs in reference {
        let mut row = vec![0; prediction.len() + 1];
        for (j, ours) in prediction.iter().enumerate() {
            row[j + 1] = if ours == theirs { above[j] + 1 } else { above[j + 1].max(row[j]) };
        }
        above = row;
    }
    above[prediction.len()]
}

/// The least number of substitutions, deletions and insertions, by the table.
pub fn levenshtein(prediction: &[u32], reference: &[u32]) -> i32 {
    let mut above: Vec<i32> = (0..=prediction.len() as i32).collect();
    for (i, theirs) in reference.iter().enumerate() {
        let mut row = vec![i as i32 + 1; prediction.len() + 1];
        for (j, ours) in prediction.iter().enumerate() {
            row[j + 1] = (above[j] + i32::from(ours != theirs)).min(above[j + 1] + 1).min(row[j] + 1);
        }
        above = row;
    }
    above[prediction.len()]
}
