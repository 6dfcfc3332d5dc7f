//! A check for texts that need no normalization, and the removal of format characters.

use crate::tokenize::classes::{Classes, Composition, WordClass};
use crate::tokenize::code_points::code_points;
use crate::tokenize::composed_tables::RUNS;
use crate::tokenize::unicode::WORD_CLASSES;

static COMPOSITIONS: Classes<Composition> = Classes::new(&RUNS);

/// True if a text certainly has no format characters and is in NFC, as is its lower case, in every version of
/// Unicode. This holds for most texts, and checking it is faster than asking the interpreter.
///
/// Unicode guarantees that assigned code points keep NFC_Quick_Check and the combining class as far as this check
/// needs them, and a version that does not know a code point leaves it unchanged.
pub fn is_composed(text: &[u8]) -> bool {
    let mut before = Composition::Still;
    code_points(text).all(|(point, _)| {
        let class = COMPOSITIONS.of(point);
        let stays = class == Composition::Still || (class == Composition::Moves && before == Composition::Still);
        before = class;
        stays
    })
}

/// The text without its format characters, or `None` if it has none.
pub fn without_format(text: &[u8]) -> Option<Vec<u8>> {
    let is_format = |point| WORD_CLASSES.of(point) == WordClass::Format;
    code_points(text).any(|(point, _)| is_format(point)).then(|| {
        let kept = code_points(text).filter(|&(point, _)| !is_format(point));
        kept.flat_map(|(_, bytes)| bytes).copied().collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composed_texts() {
        for text in ["", "plain", "Wörter", "Привет", "漢字かな", "한국어", "हिन्दी", "ที่", "x\u{5B0}", "…"]
        {
            assert!(is_composed(text.as_bytes()), "{text}");
        }
        assert!(is_composed(b"\xED\xA0\x80"), "a lone surrogate");
    }

    #[test]
    fn texts_that_may_have_to_change() {
        for text in [
            "e\u{301}",
            "\u{5C1}\u{5B0}",
            "\u{1100}\u{1161}",
            "\u{AC00}\u{11A8}",
            // Ångström, and two CJK ideographs that are one.
            "\u{212B}",
            "\u{F900}",
            // Its lower case ends in a mark.
            "İ",
            "a\u{AD}b",
            // Not assigned.
            "\u{378}",
        ] {
            assert!(!is_composed(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn format_characters_are_removed() {
        let text = "in\u{AD}ter\u{2060}na\u{200E}\u{FEFF}tional";
        assert_eq!(without_format(text.as_bytes()).as_deref(), Some(&b"international"[..]));
        assert_eq!(without_format("क\u{200D}ष م\u{200C}ن a\u{200B}b".as_bytes()), None);
    }
}
