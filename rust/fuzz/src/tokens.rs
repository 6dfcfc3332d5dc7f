//! Every tokenizer: against a short definition where there is one. The other ones must give no empty token, and the same
//! with every instruction set.

use std::sync::LazyLock;

use crate::{is_space, never, words};
use regex::Regex;
use tricolore_core::cpu::Cpu;
use tricolore_core::{SentenceEnds, Tercom, Tokenizer};

/// The tokens of a text by one instruction set.
fn tokens(tokenizer: Tokenizer, cpu: Cpu, text: &str) -> Vec<String> {
    let tokens = tokenizer.tokens(cpu, text.as_bytes(), &never()).expect("nothing interrupts");
    tokens.into_iter().map(|token| String::from_utf8(token).expect("tokens of UTF-8 are UTF-8")).collect()
}

/// sacreBLEU's tokenizer_re.py:13-22.
fn western(text: &str) -> Vec<String> {
    static RULES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        [
            (r"([ -&(-+/:-@\[-`{-~])", " $1 "),
            (r"((?s:[^0-9]))([.,])", "$1 $2 "),
            (r"([.,])((?s:[^0-9]))", " $1 $2"),
            (r"([0-9])-", "$1 - "),
        ]
        .map(|(rule, by)| (Regex::new(rule).expect("a rule"), by))
        .into()
    });
    let text = RULES.iter().fold(text.to_owned(), |text, (rule, by)| rule.replace_all(&text, *by).into_owned());
    words(&text).into_iter().map(str::to_owned).collect()
}

/// sacreBLEU's tokenizer_13a.py:24-32.
fn t13a(text: &str) -> Vec<String> {
    let text = text.trim_end_matches(is_space);
    let text = text.replace("<skipped>", "").replace("-\n", "").replace('\n', " ");
    let text = text.replace("&quot;", "\"").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
    western(&format!(" {text} "))
}

/// Checks one input.
pub fn check(data: &[u8]) {
    let Some((&options, text)) = data.split_first() else { return };
    let text = &*String::from_utf8_lossy(text);
    let tercom = Tercom {
        lowercase: options & 16 != 0,
        normalized: options & 32 != 0,
        no_punct: options & 64 != 0,
        asian_support: options & 128 != 0,
        twice: false,
    };
    let tokenizer = match options & 15 {
        0 => Tokenizer::Rouge { stemming: options & 16 != 0 },
        1 => Tokenizer::Whitespace,
        2 => Tokenizer::Char,
        3 => Tokenizer::Point,
        4 => Tokenizer::Stripped,
        5 => Tokenizer::Joined,
        6 => Tokenizer::SpacedWords,
        7 => Tokenizer::Unicode,
        8 => Tokenizer::T13a,
        9 => Tokenizer::Intl,
        10 => Tokenizer::Zh,
        11 => Tokenizer::ChrfWords,
        12 => Tokenizer::Squad,
        13 => Tokenizer::Sentences(SentenceEnds::FullStops),
        _ => Tokenizer::Tercom(tercom),
    };
    let found: Vec<Vec<String>> = Cpu::available().into_iter().map(|cpu| tokens(tokenizer, cpu, text)).collect();
    assert!(found.iter().all(|own| own == &found[0]), "{tokenizer:?}: instruction sets differ");
    let found = &found[0];
    assert!(found.iter().all(|token| !token.is_empty()), "{tokenizer:?}: an empty token");
    let points = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
    let expected = match tokenizer {
        Tokenizer::Rouge { stemming: false } if text.is_ascii() => {
            let lower = text.to_ascii_lowercase();
            let runs = lower.split(|c: char| !c.is_ascii_alphanumeric());
            runs.filter(|token| !token.is_empty()).map(str::to_owned).collect()
        }
        Tokenizer::Whitespace => words(text).into_iter().map(str::to_owned).collect(),
        Tokenizer::Char => text.chars().filter(|&c| !is_space(c)).map(String::from).collect(),
        Tokenizer::Point => points(text),
        Tokenizer::Stripped => points(text.trim_matches(is_space)),
        Tokenizer::Joined => points(&words(text).join(" ")),
        Tokenizer::T13a => t13a(text),
        _ => return,
    };
    assert_eq!(found, &expected, "{tokenizer:?}");
}
