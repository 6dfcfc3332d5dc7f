//! The Porter stemmer as NLTK runs it by default (`NLTK_EXTENSIONS`).
//!
//! Porter, "An algorithm for suffix stripping", Program 14(3), 1980; NLTK's departures are marked. Line numbers refer
//! to `nltk/stem/porter.py` 3.10.4. The stemmer works in place on lower-case ASCII; the Python reference stems words
//! with other letters. Linear in the length of the word: a step measures at most one stem.

/// Stems a token if it is longer than 3 characters, as rouge_score does (`tokenize.py:56`).
pub fn rouge(word: &mut Vec<u8>) {
    if word.len() > 3 {
        porter(word);
    }
}

/// Stems a lower-case ASCII word.
pub fn porter(word: &mut Vec<u8>) {
    debug_assert!(word.is_ascii());
    if let Some((_, stem)) = IRREGULAR.iter().find(|(form, _)| form == word) {
        word.clear();
        word.extend_from_slice(stem);
    } else if word.len() > 2 {
        step_1a(word);
        step_1b(word);
        step_1c(word);
        step_2(word);
        step(word, &[STEP_3], |stem| measure(stem) > 0);
        step_4(word);
        step_5a(word);
        step_5b(word);
    }
}

/// NLTK: irregular forms, looked up before the rule on length (:103, :687).
const IRREGULAR: &[(&[u8], &[u8])] = &[
    (b"sky", b"sky"),
    (b"skies", b"sky"),
    (b"dying", b"die"),
    (b"lying", b"lie"),
    (b"tying", b"tie"),
    (b"news", b"news"),
    (b"innings", b"inning"),
    (b"inning", b"inning"),
    (b"outings", b"outing"),
    (b"outing", b"outing"),
    (b"cannings", b"canning"),
    (b"canning", b"canning"),
    (b"howe", b"howe"),
    (b"proceed", b"proceed"),
    (b"exceed", b"exceed"),
    (b"succeed", b"succeed"),
];

/// A suffix, and its replacement.
pub(super) type Rule = (&'static [u8], &'static [u8]);

/// The rules of step 2 on which all releases agree.
pub(super) const STEP_2: &[Rule] = &[
    (b"ational", b"ate"),
    (b"tional", b"tion"),
    (b"enci", b"ence"),
    (b"anci", b"ance"),
    (b"izer", b"ize"),
    (b"bli", b"ble"),
    (b"entli", b"ent"),
    (b"eli", b"e"),
    (b"ousli", b"ous"),
    (b"ization", b"ize"),
    (b"ation", b"ate"),
    (b"ator", b"ate"),
    (b"alism", b"al"),
    (b"iveness", b"ive"),
    (b"fulness", b"ful"),
    (b"ousness", b"ous"),
    (b"aliti", b"al"),
    (b"iviti", b"ive"),
    (b"biliti", b"ble"),
];

/// NLTK: one more rule (:530).
const NLTK_STEP_2: &[Rule] = &[(b"fulli", b"ful")];

pub(super) const STEP_3: &[Rule] = &[
    (b"icate", b"ic"),
    (b"ative", b""),
    (b"alize", b"al"),
    (b"iciti", b"ic"),
    (b"ical", b"ic"),
    (b"ful", b""),
    (b"ness", b""),
];

const STEP_4: &[&[u8]] = &[
    b"al", b"ance", b"ence", b"er", b"ic", b"able", b"ible", b"ant", b"ement", b"ment", b"ent", b"ion", b"ou", b"ism",
    b"ate", b"iti", b"ous", b"ive", b"ize",
];

fn is_vowel_letter(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u')
}

/// For each letter in turn, true if it is a consonant. `y` is a consonant unless it follows a consonant; digits are
/// consonants.
pub(super) fn consonants(word: &[u8]) -> impl Iterator<Item = bool> {
    word.iter().scan(false, |before, &letter| {
        *before = if letter == b'y' { !*before } else { !is_vowel_letter(letter) };
        Some(*before)
    })
}

pub(super) fn is_consonant(word: &[u8], place: usize) -> bool {
    // Only in a run of `y` does a letter depend on those before it.
    let run = word[..=place].iter().rev().take_while(|&&letter| letter == b'y').count();
    let before = (place + 1).checked_sub(run + 1).is_some_and(|i| !is_vowel_letter(word[i]));
    before != (run % 2 == 1)
}

/// Porter's m: the number of times that a consonant follows a vowel.
pub(super) fn measure(stem: &[u8]) -> usize {
    let mut before = true;
    let mut m = 0;
    for consonant in consonants(stem) {
        m += usize::from(consonant && !before);
        before = consonant;
    }
    m
}

/// Porter's *v*: true if the stem contains a vowel.
pub(super) fn contains_vowel(stem: &[u8]) -> bool {
    consonants(stem).any(|consonant| !consonant)
}

/// Porter's *d: true if the word ends in a double consonant.
fn ends_double_consonant(word: &[u8]) -> bool {
    matches!(word, [.., a, b] if a == b) && is_consonant(word, word.len() - 1)
}

/// Porter's *o: true if the word ends in consonant, vowel, consonant, the last not w, x or y. NLTK: also true if the
/// word is a vowel and a consonant (:259).
fn ends_cvc(word: &[u8]) -> bool {
    let n = word.len();
    if n == 2 {
        return !is_consonant(word, 0) && is_consonant(word, 1);
    }
    n >= 3
        && is_consonant(word, n - 3)
        && !is_consonant(word, n - 2)
        && is_consonant(word, n - 1)
        && !matches!(word[n - 1], b'w' | b'x' | b'y')
}

/// Applies the first rule whose suffix the word has, if the stem passes; no later rule is tried.
fn step(word: &mut Vec<u8>, rules: &[&[Rule]], passes: impl Fn(&[u8]) -> bool) {
    apply(word, rules.iter().copied().flatten().find(|(suffix, _)| word.ends_with(suffix)).copied(), passes);
}

/// Applies a rule whose suffix the word has, if the stem passes.
pub(super) fn apply(word: &mut Vec<u8>, rule: Option<Rule>, passes: impl Fn(&[u8]) -> bool) {
    let Some((suffix, replacement)) = rule else { return };
    let stem = word.len() - suffix.len();
    if passes(&word[..stem]) {
        word.truncate(stem);
        word.extend_from_slice(replacement);
    }
}

fn step_1a(word: &mut Vec<u8>) {
    if word.ends_with(b"ies") {
        // NLTK: a word of four letters keeps the e, so that dies becomes die (:318).
        word.truncate(word.len() - if word.len() == 4 { 1 } else { 2 });
    } else if word.ends_with(b"sses") {
        word.truncate(word.len() - 2);
    } else if word.ends_with(b"s") && !word.ends_with(b"ss") {
        word.pop();
    }
}

fn step_1b(word: &mut Vec<u8>) {
    let n = word.len();
    if word.ends_with(b"ied") {
        // NLTK: as in step 1a (:364).
        word.truncate(n - if n == 4 { 1 } else { 2 });
        return;
    }
    if word.ends_with(b"eed") {
        if measure(&word[..n - 3]) > 0 {
            word.pop();
        }
        return;
    }
    let stem = if word.ends_with(b"ed") {
        n - 2
    } else if word.ends_with(b"ing") {
        n - 3
    } else {
        return;
    };
    if !contains_vowel(&word[..stem]) {
        return;
    }
    word.truncate(stem);
    if word.ends_with(b"at") || word.ends_with(b"bl") || word.ends_with(b"iz") {
        word.push(b'e');
    } else if ends_double_consonant(word) {
        if !matches!(word[stem - 1], b'l' | b's' | b'z') {
            word.pop();
        }
    } else if measure(word) == 1 && ends_cvc(word) {
        word.push(b'e');
    }
}

fn step_1c(word: &mut [u8]) {
    // NLTK: the stem must be longer than one letter and end in a consonant (:425).
    if let [stem @ .., last @ b'y'] = word
        && stem.len() > 1
        && is_consonant(stem, stem.len() - 1)
    {
        *last = b'i';
    }
}

fn step_2(word: &mut Vec<u8>) {
    // NLTK: alli comes before bli, and after it the step starts again (:490).
    while word.ends_with(b"alli") {
        if measure(&word[..word.len() - 4]) == 0 {
            return;
        }
        word.truncate(word.len() - 2);
    }
    if word.ends_with(b"logi") {
        // NLTK: the l counts as part of the stem (:532).
        if measure(&word[..word.len() - 3]) > 0 {
            word.pop();
        }
    } else {
        step(word, &[STEP_2, NLTK_STEP_2], |stem| measure(stem) > 0);
    }
}

fn step_4(word: &mut Vec<u8>) {
    if let Some(suffix) = STEP_4.iter().find(|suffix| word.ends_with(suffix)) {
        let stem = &word[..word.len() - suffix.len()];
        if measure(stem) > 1 && (*suffix != b"ion" || matches!(stem[stem.len() - 1], b's' | b't')) {
            word.truncate(stem.len());
        }
    }
}

fn step_5a(word: &mut Vec<u8>) {
    if let [stem @ .., b'e'] = word.as_slice() {
        let m = measure(stem);
        if m > 1 || (m == 1 && !ends_cvc(stem)) {
            word.pop();
        }
    }
}

fn step_5b(word: &mut Vec<u8>) {
    if word.ends_with(b"ll") && measure(&word[..word.len() - 1]) > 1 {
        word.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stem(word: &str) -> String {
        let mut word = word.as_bytes().to_vec();
        porter(&mut word);
        String::from_utf8(word).unwrap()
    }

    /// Porter's own examples where NLTK keeps them, and NLTK's departures. The whole of an English
    /// dictionary is held to NLTK by `tests/parity/test_porter.py`.
    #[test]
    fn words() {
        for (word, expected) in [
            ("caresses", "caress"),
            ("ponies", "poni"),
            ("cats", "cat"),
            ("feed", "feed"),
            ("agreed", "agre"),
            ("plastered", "plaster"),
            ("bled", "bled"),
            ("motoring", "motor"),
            ("sing", "sing"),
            ("conflated", "conflat"),
            ("hopping", "hop"),
            ("falling", "fall"),
            ("filing", "file"),
            ("happy", "happi"),
            ("relational", "relat"),
            ("triplicate", "triplic"),
            ("revival", "reviv"),
            ("adoption", "adopt"),
            ("probate", "probat"),
            ("controll", "control"),
            ("roll", "roll"),
            // NLTK's.
            ("dies", "die"),
            ("died", "die"),
            ("skies", "sky"),
            ("dying", "die"),
            ("enjoy", "enjoy"),
            ("spy", "spi"),
            ("geology", "geolog"),
            ("sky", "sky"),
        ] {
            assert_eq!(stem(word), expected, "{word}");
        }
    }

    #[test]
    fn y_is_a_consonant_unless_it_follows_one() {
        for word in ["y", "yy", "syzygy", "toy", "yyyyy", "ayyyb", "byyya", "9y", "y9y"] {
            let word = word.as_bytes();
            let direct: Vec<bool> = (0..word.len()).map(|i| is_consonant(word, i)).collect();
            assert_eq!(direct, consonants(word).collect::<Vec<_>>());
        }
        assert_eq!(measure(b"syzygy"), 2);
    }

    #[test]
    fn no_stem_is_empty() {
        // Every word over a few letters that make up the suffixes, up to six long.
        let letters = b"aeilnosty";
        let mut words: Vec<Vec<u8>> = vec![vec![]];
        for _ in 0..6 {
            words = words.iter().flat_map(|w| letters.iter().map(move |&l| [w.as_slice(), &[l]].concat())).collect();
            for word in &words {
                let mut word = word.clone();
                porter(&mut word);
                assert!(!word.is_empty());
            }
        }
    }
}
