//! Edits and alignments: WER, edit similarity and ROUGE's ways back against tables.

use crate::{lcs, levenshtein, never, numbers, rows, texts, words};
use tricolore_core::Tokenizer;
use tricolore_core::explain::{Step, alignment};
use tricolore_core::metrics::{AnyMetric, edit_similarity, error_rate};

/// Checks one input.
pub fn check(data: &[u8]) {
    let Some((options, texts)) = texts(data) else { return };
    let (prediction, reference) = (&texts[0], texts.get(1).unwrap_or(&texts[0]));
    let characters = options & 1 != 0;
    // The tables of longer texts would take most of the time.
    let most = if characters { 150 } else { usize::MAX };
    let [prediction, reference] = [prediction, reference].map(|text| text.chars().take(most).collect::<String>());
    let references = std::slice::from_ref(&reference);
    let (tokenizer, ours, theirs): (_, Vec<String>, Vec<String>) = if characters {
        let points = |text: &str| text.chars().map(String::from).collect();
        (Tokenizer::Point, points(&prediction), points(&reference))
    } else {
        let words = |text: &str| words(text).into_iter().map(str::to_owned).collect();
        (Tokenizer::Whitespace, words(&prediction), words(&reference))
    };
    let numbers = numbers([&ours[..], &theirs]);
    let [own, other] = &numbers[..] else { unreachable!() };
    let edits = levenshtein(own, other);

    let metric = AnyMetric::ErrorRate(error_rate::ErrorRate { tokenizer });
    let row = rows(&metric, &prediction, references);
    let [hits, substitutions, deletions, insertions] = row[..] else { panic!("a row of {}", row.len()) };
    assert_eq!(substitutions + deletions + insertions, edits, "WER");
    assert_eq!(hits + substitutions + deletions, theirs.len() as i32, "the reference's tokens");
    assert_eq!(hits + substitutions + insertions, ours.len() as i32, "the prediction's tokens");

    for substitutions in [true, false] {
        let metric = edit_similarity::EditSimilarity { tokenizer, substitutions, threshold: 0.0 };
        let (distance, most) = if substitutions {
            (edits, ours.len().max(theirs.len()))
        } else {
            let both = ours.len() + theirs.len();
            (both as i32 - 2 * lcs(own, other), both)
        };
        assert_eq!(rows(&AnyMetric::EditSimilarity(metric), &prediction, references), [distance, most as i32]);
    }

    // The steps turn the prediction into the reference, with the counts of the row.
    let steps = alignment(own, other, &never()).expect("nothing interrupts");
    let (mut i, mut j, mut counts) = (0, 0, [0; 4]);
    for step in steps {
        match step {
            Step::Hit => assert_eq!(own[i], other[j]),
            Step::Substitution => assert_ne!(own[i], other[j]),
            Step::Deletion | Step::Insertion => {}
        }
        counts[step as usize] += 1;
        i += usize::from(step != Step::Deletion);
        j += usize::from(step != Step::Insertion);
    }
    assert_eq!((i, j), (own.len(), other.len()), "the ends of the alignment");
    assert_eq!(&counts[..], &row[..], "the counts of the alignment");
}
