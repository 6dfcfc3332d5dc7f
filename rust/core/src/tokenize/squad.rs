//! Answers as SQuAD compares them (Rajpurkar et al., EMNLP 2016; `normalize_answer` of its evaluation
//! script): without ASCII punctuation and the words a, an and the, split at white space. The text
//! comes lower-cased.
//!
//! A word is what `\b` of Python's `re` sees as one: a run of letters and numbers, of one Unicode
//! version whatever the interpreter's. Linear.

use super::unicode::{Class, KINDS};
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;
use crate::tokenize::code_points::{code_points, pieces};

/// Steps of a byte.
const STEPS: usize = 5;

const ARTICLES: [&[u8]; 3] = [b"a", b"an", b"the"];

/// The text with white space between its tokens.
pub(super) fn spaced(text: &[u8], interrupt: &Interrupt) -> Result<Vec<u8>, Error> {
    let mut kept = Vec::new();
    memory::reserve(&mut kept, text.len() + 1)?;
    let mut word = 0;
    // A space after the text ends its last word.
    for piece in pieces(text).chain([b" ".as_slice()]) {
        interrupt.spend(STEPS * piece.len())?;
        for (point, bytes) in code_points(piece) {
            if u8::try_from(point).is_ok_and(|byte| byte.is_ascii_punctuation()) {
                continue;
            }
            if !matches!(KINDS.of(point), Class::Word | Class::Single) {
                if ARTICLES.contains(&&kept[word..]) {
                    kept.truncate(word);
                    kept.push(b' ');
                }
                word = kept.len() + bytes.len();
            }
            kept.extend_from_slice(bytes);
        }
    }
    Ok(kept)
}
