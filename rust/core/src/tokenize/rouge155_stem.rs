//! The Porter stemmer of ROUGE-1.5.5, and the irregular forms of WordNet that the script looks up first.
//!
//! Porter, "An algorithm for suffix stripping", Program 14(3), 1980. Line numbers (L) refer to ROUGE-1.5.5.pl, whose step
//! 4 is not Porter's. Linear in the length of the word.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::tokenize::stem::{Rule, STEP_2, STEP_3, apply, consonants, contains_vowel, is_consonant, measure};

/// The treatment of a token of more than three characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stemming {
    /// None.
    None,
    /// The stemmer.
    Porter,
    /// The irregular form's base form as WordNet has it, or else the stemmer.
    WordNet,
}

impl Stemming {
    /// Stems a lower-case token of ASCII letters and digits (L2577).
    pub(super) fn stem(self, word: &mut Vec<u8>) {
        if self == Stemming::None || word.len() <= 3 {
            return;
        }
        match base_form(word).filter(|_| self == Stemming::WordNet) {
            Some(form) => {
                word.clear();
                word.extend_from_slice(form);
            }
            None => porter(word),
        }
    }
}

/// The base form of an irregular form. Base forms are not stemmed.
fn base_form(word: &[u8]) -> Option<&'static [u8]> {
    static FORMS: OnceLock<HashMap<&[u8], &[u8]>> = OnceLock::new();
    let forms = FORMS.get_or_init(|| {
        let lines = include_str!("wordnet_exceptions.txt").lines();
        lines.filter_map(|line| line.split_once(' ')).map(|(form, base)| (form.as_bytes(), base.as_bytes())).collect()
    });
    forms.get(word).copied()
}

/// The rules of step 2 that this release has besides [`STEP_2`].
const OWN_STEP_2: &[Rule] = &[(b"alli", b"al"), (b"logi", b"log")];

const STEP_4: &[&[u8]] = &[
    b"al", b"ance", b"ence", b"er", b"ic", b"able", b"ible", b"ant", b"ement", b"ou", b"ism", b"ate", b"iti", b"ous",
    b"ive", b"ize",
];

/// Stems a lower-case ASCII word of at least three characters (L3203).
fn porter(word: &mut Vec<u8>) {
    step_1a(word);
    step_1b(word);
    step(word, &[&[(b"y", b"i")]], contains_vowel);
    step(word, &[STEP_2, OWN_STEP_2], |stem| measure(stem) > 0);
    step(word, &[STEP_3], |stem| measure(stem) > 0);
    step_4(word);
    step_5(word);
}

/// Applies the first rule whose suffix the word has after at least one character, if the stem passes. Among the rules, a
/// suffix comes before its own ends.
fn step(word: &mut Vec<u8>, rules: &[&[Rule]], passes: impl Fn(&[u8]) -> bool) {
    apply(word, rules.iter().copied().flatten().find(|(suffix, _)| has(word, suffix)).copied(), passes);
}

/// True if the word has this suffix after at least one character.
fn has(word: &[u8], suffix: &[u8]) -> bool {
    word.len() > suffix.len() && word.ends_with(suffix)
}

fn step_1a(word: &mut Vec<u8>) {
    if word.ends_with(b"sses") || word.ends_with(b"ies") {
        word.truncate(word.len() - 2);
    } else if word.ends_with(b"s") && !word.ends_with(b"ss") {
        word.pop();
    }
}

fn step_1b(word: &mut Vec<u8>) {
    if word.ends_with(b"eed") {
        return step(word, &[&[(b"eed", b"ee")]], |stem| measure(stem) > 0);
    }
    let before = word.len();
    step(word, &[&[(b"ed", b""), (b"ing", b"")]], contains_vowel);
    if word.len() == before {
        return;
    }
    if word.ends_with(b"at") || word.ends_with(b"bl") || word.ends_with(b"iz") {
        word.push(b'e');
    } else if matches!(word[..], [.., a, b] if a == b && !b"aeiouylsz".contains(&b)) {
        word.pop();
    } else if is_cvc(word) {
        word.push(b'e');
    }
}

/// Each rule applies to the result of the rules before it, against the comment in the script.
fn step_4(word: &mut Vec<u8>) {
    let passes = |stem: &[u8]| measure(stem) > 1;
    let suffix = STEP_4.iter().find(|suffix| has(word, suffix));
    apply(word, suffix.map(|&suffix| (suffix, &b""[..])), passes);
    step(word, &[&[(b"ment", b"")]], passes);
    if word.ends_with(b"ent") {
        step(word, &[&[(b"ent", b"")]], passes);
    } else if word.ends_with(b"sion") || word.ends_with(b"tion") {
        step(word, &[&[(b"ion", b"")]], passes);
    }
}

fn step_5(word: &mut Vec<u8>) {
    if let [stem @ .., b'e'] = word.as_slice() {
        let m = measure(stem);
        if m > 1 || (m == 1 && !is_cvc(stem)) {
            word.pop();
        }
    }
    if word.ends_with(b"ll") && measure(word) > 1 {
        word.pop();
    }
}

/// True if the word is a run of consonants, a vowel and a consonant, the last not w, x or y.
fn is_cvc(word: &[u8]) -> bool {
    let n = word.len();
    n >= 3
        && consonants(word).take(n - 2).all(|consonant| consonant)
        && !is_consonant(word, n - 2)
        && is_consonant(word, n - 1)
        && !matches!(word[n - 1], b'w' | b'x' | b'y')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stem(word: &str, stemming: Stemming) -> String {
        let mut word = word.as_bytes().to_vec();
        stemming.stem(&mut word);
        String::from_utf8(word).unwrap()
    }

    /// Stems that differ from Porter's, and base forms. `tests/parity/test_rouge155.py` holds a dictionary to the
    /// definition.
    #[test]
    fn words() {
        for (word, porter, wordnet) in [
            ("always", "alwai", "alwai"),
            ("element", "elem", "elem"),
            ("agreement", "agreem", "agreem"),
            ("argument", "argum", "argum"),
            ("environmental", "environ", "environ"),
            ("conditioner", "condit", "condit"),
            ("affectionate", "affect", "affect"),
            ("ization", "izat", "izat"),
            ("was", "was", "was"),
            ("best", "best", "well"),
            ("comics", "comic", "comic_strip"),
            ("went", "went", "go"),
        ] {
            assert_eq!(stem(word, Stemming::Porter), porter, "{word}");
            assert_eq!(stem(word, Stemming::WordNet), wordnet, "{word}");
            assert_eq!(stem(word, Stemming::None), word);
        }
    }
}
