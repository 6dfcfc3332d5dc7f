//! N-grams of words and characters, clipped and united: BLEU, GLEU, chrF, ROUGE and token F1 against counts one by one.

use tricolore_core::Tokenizer;
use tricolore_core::cpu::Cpu;
use tricolore_core::metrics::{AnyMetric, bleu, chrf, gleu, rouge, token_f1};

use crate::{is_space, lcs, matches, never, numbers, rows, texts, total, words};

/// Checks one input.
pub fn check(data: &[u8]) {
    let Some((options, texts)) = texts(data) else { return };
    let (prediction, references) = texts.split_first().expect("split gives one text or more");
    let references = if references.is_empty() { &texts[..] } else { references };
    let split: Vec<Vec<&str>> = std::iter::once(prediction).chain(references).map(|text| words(text)).collect();
    let numbers = numbers(split.iter().map(Vec::as_slice));
    let (ours, theirs) = numbers.split_first().expect("the prediction");
    let orders = 1 + usize::from(options % 9);

    let smoothing = bleu::Smoothing::Exp;
    let tokenizer = Tokenizer::Whitespace;
    let metric =
        AnyMetric::Bleu(bleu::Bleu { tokenizer, orders, smoothing, effective_order: false, compensated: false });
    let closest = theirs.iter().map(Vec::len).min_by_key(|&length| (length.abs_diff(ours.len()), length));
    let mut expected = vec![ours.len() as i32, closest.expect("a reference") as i32];
    let all: Vec<&[u32]> = theirs.iter().map(Vec::as_slice).collect();
    expected.extend((1..=orders).map(|order| matches(ours, &all, order)));
    expected.extend((1..=orders).map(|order| total(ours.len(), order)));
    assert_eq!(rows(&metric, prediction, references), expected, "BLEU");

    // One reference alone: with several, their scores decide which one counts.
    let (reference, theirs) = (&references[..1], &theirs[0]);
    let shared: Vec<i32> = (1..=orders).map(|n| matches(ours, &[theirs], n)).collect();
    let sum = |count: &dyn Fn(usize) -> i32| (1..=orders).map(count).sum::<i32>();
    let longer = sum(&|n| total(ours.len(), n)).max(sum(&|n| total(theirs.len(), n)));
    let metric = AnyMetric::Gleu(gleu::Gleu { tokenizer, orders: 1..=orders });
    assert_eq!(rows(&metric, prediction, reference), [shared.iter().sum(), longer], "GLEU");

    let types: Vec<rouge::Type> = (1..=orders as u32).map(rouge::Type::N).chain([rouge::Type::L]).collect();
    let metric = AnyMetric::Rouge(rouge::Rouge::new(types, tokenizer, rouge::MultiReference::Best));
    let mut expected = Vec::new();
    for n in 1..=orders {
        expected.extend([shared[n - 1], total(ours.len(), n), total(theirs.len(), n)]);
    }
    expected.extend([lcs(ours, theirs), ours.len() as i32, theirs.len() as i32]);
    assert_eq!(rows(&metric, prediction, reference), expected, "ROUGE");

    let squad =
        |text: &str| Tokenizer::Squad.tokens(Cpu::detect(), text.as_bytes(), &never()).expect("nothing interrupts");
    let (own, other) = (squad(prediction), squad(&reference[0]));
    let expected = [matches(&own, &[&other], 1), own.len() as i32, other.len() as i32];
    assert_eq!(rows(&AnyMetric::TokenF1(token_f1::TokenF1), prediction, reference), expected, "token F1");

    let characters = |text: &str| text.chars().filter(|&c| !is_space(c)).collect::<Vec<_>>();
    let (own, other) = (characters(prediction), characters(&reference[0]));
    let metric = chrf::Chrf { char_order: orders, word_order: 0, factor: 4.0, whitespace: false, eps_smoothing: false };
    let mut expected = Vec::new();
    for n in 1..=orders {
        expected.extend([total(own.len(), n), total(other.len(), n), matches(&own, &[&other], n)]);
    }
    let found = rows(&AnyMetric::Chrf(metric), prediction, reference);
    assert_eq!(found.len(), expected.len(), "chrF");
    // Without n-grams of an order on one side, the row keeps no count of the other (sacreBLEU's chrf.py).
    for (found, expected) in found.chunks(3).zip(expected.chunks(3)) {
        assert!(found == expected || (expected[0] * expected[1] == 0 && found[2] == 0), "chrF: {found:?} {expected:?}");
    }
}
