//! Every target accepts the inputs of its corpus, without libFuzzer.

use crate::{alignments, counts, moves, prepared, subsequences, tokens};

/// Checks the inputs of a corpus: a line of hexadecimal digits for each.
fn replay(corpus: &str, check: fn(&[u8])) {
    let byte = |digits: &[u8]| {
        let digits = std::str::from_utf8(digits).expect("digits");
        u8::from_str_radix(digits, 16).expect("a byte")
    };
    let inputs: Vec<Vec<u8>> = corpus.lines().map(|line| line.as_bytes().chunks(2).map(byte).collect()).collect();
    assert!(inputs.len() > 50, "{} inputs", inputs.len());
    for input in inputs {
        // Shown if the check panics.
        println!("{input:?}");
        check(&input);
    }
}

macro_rules! corpora {
    ($($target:ident)*) => {$(
        #[test]
        fn $target() {
            replay(include_str!(concat!("../corpora/", stringify!($target), ".hex")), $target::check);
        }
    )*};
}

corpora!(alignments counts moves prepared subsequences tokens);
