//! Answers as SQuAD compares them (Rajpurkar et al., EMNLP 2016; `normalize_answer` of its evaluation script):
//! the text is lower-cased, ASCII punctuation and the words a, an and the are removed, and the rest is split at white
//! space.
//!
//! A word is a run of letters and numbers, as `\b` of Python's `re` delimits it. The classes come from one fixed
//! Unicode version, independent of the interpreter's. Linear.

use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;
use crate::tokenize::classes::WordClass;
use crate::tokenize::code_points::{code_points, pieces};
use crate::tokenize::lower_case::lowered;
use crate::tokenize::unicode::WORD_CLASSES;

/// Steps that a byte takes.
const STEPS: usize = 5;

const ARTICLES: [&[u8]; 3] = [b"a", b"an", b"the"];

/// The text with white space between its tokens.
pub(super) fn spaced(text: &[u8], interrupt: &Interrupt) -> Result<Vec<u8>, Error> {
    let lowered = lowered(text)?;
    let mut kept = Vec::new();
    memory::reserve(&mut kept, text.len() + 1)?;
    let mut word = 0;
    // A space after the text ends its last word.
    for piece in pieces(&lowered).chain([b" ".as_slice()]) {
        interrupt.spend(STEPS * piece.len())?;
        for (point, bytes) in code_points(piece) {
            if u8::try_from(point).is_ok_and(|byte| byte.is_ascii_punctuation()) {
                continue;
            }
            if !matches!(WORD_CLASSES.of(point), WordClass::Word | WordClass::Single) {
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
