//! Scores two files line by line, without Python.
//!
//! ```text
//! cargo run --release -p tricolore-core --example score_files -- bleu examples/predictions.txt examples/references.txt
//! ```
//!
//! Prints the sums of the rows, and a number that changes with any bit of any row or score: it compares processors and
//! instruction sets (`TRICOLORE_CPU`). A fourth argument repeats the work, so that instructions can be counted without
//! those of the start.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use tricolore_core::corpus::score;
use tricolore_core::metrics::{AnyMetric, bleu, chrf, rouge, ter, token_f1};
use tricolore_core::{Job, Segments, Tercom, Tokenizer};

/// The metric of this name, with the options that people report.
fn metric(name: &str) -> Option<AnyMetric> {
    let bleu = |tokenizer| {
        let smoothing = bleu::Smoothing::Exp;
        AnyMetric::Bleu(bleu::Bleu { tokenizer, orders: 4, smoothing, effective_order: false, compensated: false })
    };
    let chrf = |word_order| {
        let (whitespace, eps_smoothing) = (false, false);
        AnyMetric::Chrf(chrf::Chrf { char_order: 6, word_order, factor: 4.0, whitespace, eps_smoothing })
    };
    let rouge = |tokenizer| {
        let types = vec![rouge::Type::N(1), rouge::Type::N(2), rouge::Type::L, rouge::Type::Lsum];
        AnyMetric::Rouge(rouge::Rouge::new(types, tokenizer, rouge::MultiReference::Best))
    };
    let ter = |normalized| {
        let tercom = Tercom { lowercase: true, normalized, no_punct: false, asian_support: false, twice: false };
        AnyMetric::Ter(ter::Ter::new(tercom))
    };
    Some(match name {
        "bleu" => bleu(Tokenizer::T13a),
        "bleu-intl" => bleu(Tokenizer::Intl),
        "bleu-zh" => bleu(Tokenizer::Zh),
        "bleu-char" => bleu(Tokenizer::Char),
        "chrf" => chrf(0),
        "chrf++" => chrf(2),
        "rouge" => rouge(Tokenizer::Rouge { stemming: false }),
        "rouge-stemmed" => rouge(Tokenizer::Rouge { stemming: true }),
        "rouge-unicode" => rouge(Tokenizer::Unicode),
        "ter" => ter(false),
        "ter-normalized" => ter(true),
        "token-f1" => AnyMetric::TokenF1(token_f1::TokenF1),
        _ => return None,
    })
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, predictions, references, rounds @ ..] = &arguments[..] else {
        return Err("give a metric, a file of predictions and a file of references".into());
    };
    let metric = metric(name).ok_or_else(|| format!("no metric is named {name}"))?;
    let rounds: usize = rounds.first().map_or(Ok(1), |rounds| rounds.parse())?;
    let (predictions, references) = (std::fs::read_to_string(predictions)?, std::fs::read_to_string(references)?);
    let predictions: Vec<&str> = predictions.lines().collect();
    let references: Vec<&str> = references.lines().collect();
    if predictions.len() != references.len() {
        return Err(format!("{} predictions and {} references", predictions.len(), references.len()).into());
    }
    tricolore_core::prepare();
    let segments = Segments::of_texts(&predictions, &references, None);
    let mut rows = vec![0; metric.rows(&segments, 0..segments.len()) * metric.width()];
    let mut scores = vec![0.0; segments.len() * metric.score_width()];
    for _ in 0..rounds {
        score(&segments, &mut [Job::new(&metric, &mut rows, &mut scores)], 1, &|| false)?;
    }
    let mut sums = vec![0_i64; metric.width()];
    for row in rows.chunks(metric.width()) {
        sums.iter_mut().zip(row).for_each(|(sum, &figure)| *sum += i64::from(figure));
    }
    // This hasher has fixed keys.
    let mut hasher = DefaultHasher::new();
    rows.hash(&mut hasher);
    scores.iter().for_each(|score| score.to_bits().hash(&mut hasher));
    println!("{name} {sums:?} {:016x}", hasher.finish());
    Ok(())
}
