//! Subsequences and pairs of tokens: ROUGE-L, Lsum, Lsubstr, W, S and SU, and the ROUGE of the package `rouge`, against
//! tables and lists.

use std::collections::BTreeSet;
use std::hash::Hash;

use tricolore_core::explain::longest_run;
use tricolore_core::metrics::{AnyMetric, rouge, rouge_pltrdy, rouge155};
use tricolore_core::{Limit, Rouge155Text, SentenceEnds, Stemming, StopWords, Tokenizer};

use crate::{lcs, never, ngrams, numbers, rows, texts, words};

type Unit = Vec<u32>;

/// Checks one input.
pub fn check(data: &[u8]) {
    let Some((options, texts)) = texts(data) else { return };
    let [prediction, reference] = [&texts[0], texts.get(1).unwrap_or(&texts[0])].map(|text| text.to_ascii_lowercase());
    if !prediction.is_ascii() || !reference.is_ascii() {
        return;
    }
    let [ours, theirs] = numbered([&prediction, &reference].map(|text| lines(text)));
    let (found, wanted) = (ours.concat(), theirs.concat());
    let lengths = [found.len() as i32, wanted.len() as i32];
    let references = std::slice::from_ref(&reference);

    let types = vec![rouge::Type::L, rouge::Type::Lsum, rouge::Type::Lsubstr];
    let tokenizer = Tokenizer::Rouge { stemming: false };
    let metric = AnyMetric::Rouge(rouge::Rouge::new(types, tokenizer, rouge::MultiReference::Best));
    let in_union = clipped(union(&ours, &theirs, 1).iter().flatten().flatten().copied(), &found);
    let longest = run(&found, &wanted);
    let expected: Vec<i32> =
        [lcs(&found, &wanted), in_union, longest].into_iter().flat_map(|hits| [hits, lengths[0], lengths[1]]).collect();
    assert_eq!(rows(&metric, &prediction, references), expected, "ROUGE-L, Lsum and Lsubstr");
    let explained = longest_run(&found, &wanted, &never()).expect("nothing interrupts");
    assert_eq!(explained.map_or(0, |run| run.length as i32), longest, "the longest run");

    // Sums of squares are exact.
    let weighted = rouge155::Type::W(2.0);
    let skip = |distance, unigrams| rouge155::Type::S { distance, unigrams };
    let distance = usize::from(options % 8);
    let types = vec![rouge155::Type::L, skip(Some(distance), false), skip(None, true), weighted];
    let text =
        Rouge155Text { stemming: Stemming::None, stop_words: StopWords::of(BTreeSet::new()), limit: Limit::None };
    let metric = AnyMetric::Rouge155(rouge155::Rouge155::new(types, text, false, 0.5));
    let row = rows(&metric, &prediction, references);
    let hits = |weight| hits(&union(&ours, &theirs, weight), &found, &wanted, weight);
    assert_eq!(row[..3], [hits(1), lengths[0], lengths[1]], "ROUGE-1.5.5's L");
    for (row, (distance, unigrams)) in row[3..9].chunks(3).zip([(distance, false), (usize::MAX - 1, true)]) {
        let [ours, theirs] = [&found, &wanted].map(|tokens| pairs(tokens, distance, unigrams));
        let totals = [ours.len() as i32, theirs.len() as i32];
        assert_eq!(row, [clipped(ours.into_iter(), &theirs), totals[0], totals[1]], "ROUGE-S of {distance}");
    }
    let squares: usize = theirs.iter().map(|unit| unit.len() * unit.len()).sum();
    let expected = [f64::from(hits(2)), f64::from(lengths[0]), squares as f64].map(f64::to_ne_bytes).concat();
    assert_eq!(row[9..].iter().flat_map(|part| part.to_ne_bytes()).collect::<Vec<_>>(), expected, "ROUGE-W");

    sentences(&prediction, &reference, options & 1 == 0);
}

/// The units of both texts, with numbers as tokens.
fn numbered<T: Hash + Eq>(texts: [Vec<Vec<T>>; 2]) -> [Vec<Unit>; 2] {
    let mut units = numbers(texts.iter().flatten().map(Vec::as_slice));
    let reference = units.split_off(texts[0].len());
    [units, reference]
}

/// The words of each line.
fn lines(text: &str) -> Vec<Vec<&str>> {
    let words = |line| str::split(line, |c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    text.split('\n').map(words).collect()
}

/// For each unit of the reference, its tokens, of which those outside all subsequences with units of the prediction are
/// None.
fn union(prediction: &[Unit], reference: &[Unit], weight: u32) -> Vec<Vec<Option<u32>>> {
    let marked = |unit: &Unit| {
        let mut marked = vec![None; unit.len()];
        for (place, _) in prediction.iter().flat_map(|other| subsequence(unit, other, weight)) {
            marked[place] = Some(unit[place]);
        }
        marked
    };
    reference.iter().map(marked).collect()
}

/// The places of a common subsequence in both units, by the table and the way back of rouge_score and of the Perl script
/// (L2275, L2383).
fn subsequence(unit: &[u32], other: &[u32], weight: u32) -> Vec<(usize, usize)> {
    let mut best = vec![vec![0; other.len() + 1]; unit.len() + 1];
    let mut runs = best.clone();
    for (i, token) in unit.iter().enumerate() {
        for (j, own) in other.iter().enumerate() {
            if token == own {
                let run: u64 = runs[i][j];
                best[i + 1][j + 1] = best[i][j] + (run + 1).pow(weight) - run.pow(weight);
                runs[i + 1][j + 1] = run + 1;
            } else {
                best[i + 1][j + 1] = best[i][j + 1].max(best[i + 1][j]);
            }
        }
    }
    let (mut i, mut j, mut pairs) = (unit.len(), other.len(), Vec::new());
    while i > 0 && j > 0 {
        if unit[i - 1] == other[j - 1] {
            (i, j) = (i - 1, j - 1);
            pairs.push((i, j));
        } else if best[i - 1][j] >= best[i][j - 1] {
            i -= 1;
        } else {
            j -= 1;
        }
    }
    pairs
}

/// The number of items, each at most as often as in the list.
fn clipped<T: Ord + Copy>(items: impl Iterator<Item = T>, list: &[T]) -> i32 {
    let mut left = list.to_vec();
    left.sort_unstable();
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    let (mut hits, mut place) = (0, 0);
    for item in items {
        while place < left.len() && left[place] < item {
            place += 1;
        }
        if place < left.len() && left[place] == item {
            (hits, place) = (hits + 1, place + 1);
        }
    }
    hits
}

/// The matches of ROUGE-1.5.5's L and W: the tokens in the union, clipped to those of both texts, as runs (L2450).
fn hits(union: &[Vec<Option<u32>>], found: &[u32], wanted: &[u32], weight: u32) -> i32 {
    let (mut found, mut wanted) = (found.to_vec(), wanted.to_vec());
    let mut hits = 0;
    for unit in union {
        let mut run = 0_i32;
        for (place, token) in unit.iter().enumerate() {
            let &Some(token) = token else { continue };
            let places = [&found, &wanted].map(|text| text.iter().position(|&other| other == token));
            let [Some(ours), Some(theirs)] = places else { continue };
            found.swap_remove(ours);
            wanted.swap_remove(theirs);
            run += 1;
            if weight == 1 {
                hits += 1;
            } else if unit.get(place + 1).is_none_or(Option::is_none) {
                hits += run.pow(weight);
                run = 0;
            }
        }
    }
    hits
}

/// All pairs of tokens with at most this many between, and all tokens but the last if `unigrams` is true.
///
/// A token alone is a pair with `u32::MAX`.
fn pairs(tokens: &[u32], distance: usize, unigrams: bool) -> Vec<u64> {
    let pair = |first, second| u64::from(first) << 32 | u64::from(second);
    let mut pairs = Vec::new();
    for place in 0..tokens.len().saturating_sub(1) {
        if unigrams {
            pairs.push(pair(tokens[place], u32::MAX));
        }
        pairs.extend(tokens[place + 1..].iter().take(distance + 1).map(|&other| pair(tokens[place], other)));
    }
    pairs
}

/// The length of the longest run of tokens that both texts have.
fn run(prediction: &[u32], reference: &[u32]) -> i32 {
    let mut above = vec![0; prediction.len() + 1];
    let mut longest = 0;
    for theirs in reference {
        let mut row = vec![0; prediction.len() + 1];
        for (j, ours) in prediction.iter().enumerate() {
            row[j + 1] = if ours == theirs { above[j] + 1 } else { 0 };
            longest = longest.max(row[j + 1]);
        }
        above = row;
    }
    longest
}

/// Checks the ROUGE of the package `rouge` (rouge.py:115, rouge_score.py:316-319).
fn sentences(prediction: &str, reference: &str, exclusive: bool) {
    let sentences = |text: &str| -> Vec<Vec<String>> {
        let words = |part: &str| {
            let words: Vec<String> = words(part).into_iter().map(str::to_owned).collect();
            if words.is_empty() { vec![String::new()] } else { words }
        };
        text.split('.').filter(|part| !part.is_empty()).map(words).collect()
    };
    let [ours, theirs] = numbered([sentences(prediction), sentences(reference)]);
    if ours.is_empty() || theirs.is_empty() {
        return;
    }
    let (found, wanted) = (ours.concat(), theirs.concat());
    let mut expected = Vec::new();
    for order in 1..=3 {
        let (ours, theirs) = (ngrams(&found, order), ngrams(&wanted, order));
        let both = |&&(ngram, count): &&(&[u32], i32)| {
            let other = theirs.iter().find(|(other, _)| *other == ngram).map_or(0, |&(_, count)| count);
            if exclusive { other.min(1) } else { other.min(count) }
        };
        let total = |all: &[(&[u32], i32)]| {
            if exclusive { all.len() as i32 } else { all.iter().map(|(_, count)| count).sum() }
        };
        expected.extend([ours.iter().map(|ngram| both(&ngram)).sum(), total(&ours), total(&theirs)]);
    }
    let pairs = theirs.iter().flat_map(|unit| ours.iter().map(move |other| (unit, other)));
    // The way back is that of rouge_score with the sides exchanged (:185-192).
    let in_lcs: Vec<u32> =
        pairs.flat_map(|(unit, other)| subsequence(other, unit, 1).into_iter().map(|(_, place)| unit[place])).collect();
    let count = |tokens: Vec<u32>| {
        if exclusive { tokens.into_iter().collect::<BTreeSet<_>>().len() as i32 } else { tokens.len() as i32 }
    };
    expected.extend([count(in_lcs), count(found), count(wanted)]);
    let types = (1..=3).map(rouge_pltrdy::Type::N).chain([rouge_pltrdy::Type::L]).collect();
    let metric = AnyMetric::RougePltrdy(rouge_pltrdy::RougePltrdy { types, ends: SentenceEnds::FullStops, exclusive });
    assert_eq!(rows(&metric, prediction, &[reference.to_owned()]), expected, "the package rouge");
}
