//! Prepared texts give the rows of texts that are read once, and two threads give the rows and scores of one.

use crate::{never, scored, texts};
use tricolore_core::corpus::score;
use tricolore_core::metrics::{AnyMetric, bleu, chrf, rouge, ter, token_f1};
use tricolore_core::{Job, Layout, Segments, Side, Tercom, Tokenizer};

fn metric(options: u8) -> AnyMetric {
    let smoothing = bleu::Smoothing::Exp;
    let of_bleu = |tokenizer| {
        AnyMetric::Bleu(bleu::Bleu { tokenizer, orders: 4, smoothing, effective_order: false, compensated: false })
    };
    let types = || vec![rouge::Type::N(1), rouge::Type::N(2), rouge::Type::L, rouge::Type::Lsum];
    let of_rouge = |tokenizer| AnyMetric::Rouge(rouge::Rouge::new(types(), tokenizer, rouge::MultiReference::Average));
    match options % 8 {
        0 => of_bleu(Tokenizer::T13a),
        1 => of_bleu(Tokenizer::Char),
        2 => of_rouge(Tokenizer::Rouge { stemming: true }),
        3 => of_rouge(Tokenizer::Unicode),
        4 => AnyMetric::TokenF1(token_f1::TokenF1),
        5 | 6 => AnyMetric::Chrf(chrf::Chrf {
            char_order: 6,
            word_order: usize::from(options % 8 - 5) * 2,
            factor: 4.0,
            whitespace: options & 8 != 0,
            eps_smoothing: false,
        }),
        _ => AnyMetric::Ter(ter::Ter::new(Tercom {
            lowercase: true,
            normalized: options & 8 != 0,
            no_punct: options & 16 != 0,
            asian_support: options & 32 != 0,
            twice: false,
        })),
    }
}

/// Checks one input.
pub fn check(data: &[u8]) {
    let Some((options, texts)) = texts(data) else { return };
    let metric = metric(options);
    // Each text is a prediction, and the one before it and itself are its references.
    let references: Vec<String> =
        texts.iter().enumerate().flat_map(|(i, text)| [texts[i.saturating_sub(1)].clone(), text.clone()]).collect();
    let offsets: Vec<usize> = (0..=texts.len()).map(|i| 2 * i).collect();
    let segments = Segments::of_texts(&texts, &references, Some(&offsets));
    let expected = scored(&metric, &segments);

    // A second thread takes part from 128 KB of text on, so a few inputs are scored many times over.
    if options >> 3 == 15 && data.len().is_multiple_of(32) && !texts.concat().is_empty() {
        let times = (1 << 17) / texts.concat().len() + 1;
        let many: Vec<String> = texts.iter().cycle().take(times.min(4000) * texts.len()).cloned().collect();
        let made = [1, 2].map(|threads| {
            let segments = Segments::of_texts(&many, &many, None);
            let mut rows = vec![0; metric.rows(&segments, 0..many.len()) * metric.width()];
            let mut scores = vec![0.0_f64; many.len() * metric.score_width()];
            let job = Job::new(&metric, &mut rows, &mut scores);
            score(&segments, &mut [job], threads, &|| false).expect("nothing interrupts");
            (rows, scores.iter().map(|score| score.to_bits()).collect::<Vec<_>>())
        });
        assert!(made[0] == made[1], "two threads");
    }

    let prepared = metric.prepare(&[&references[..]], &never()).expect("nothing interrupts");
    let [prepared] = &prepared[..] else { panic!("{} sides", prepared.len()) };
    let layout = Layout::Lists(&offsets);
    let segments = Segments { predictions: Side::Texts(&texts[..]), references: Side::Prepared(prepared), layout };
    assert_eq!(scored(&metric, &segments), expected, "prepared references");
}
