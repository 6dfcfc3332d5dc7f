//! The check that finds texts that need no normalization, and the removal of format characters.

use super::classes::Classes;
use super::composed_tables::CLASSES;
use super::unicode;
use crate::tokenize::code_points::code_points;

/// The behaviour of a code point when a text is composed (NFC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Class {
    /// It may change, is a format character, or is not assigned.
    Other,
    /// It stays and lets no mark pass (combining class 0), and so does its lower case.
    Still,
    /// It stays, but may change places with another mark of this class.
    Moves,
}

static KINDS: Classes<Class> = Classes::new(&CLASSES);

/// True if a text surely has no format characters and is in NFC, and its lower case too, by any
/// version of Unicode. Most texts are so, and this is faster than to ask the interpreter.
///
/// Unicode promises that assigned code points keep NFC_Quick_Check and combining class as far as this
/// needs them; and a version that does not know a code point leaves it alone.
pub fn is_composed(text: &[u8]) -> bool {
    let mut before = Class::Still;
    code_points(text).all(|(point, _)| {
        let class = KINDS.of(point);
        let stays = class == Class::Still || (class == Class::Moves && before == Class::Still);
        before = class;
        stays
    })
}

/// The text without format characters; none if it has none.
pub fn without_format(text: &[u8]) -> Option<Vec<u8>> {
    let is_format = |point| unicode::KINDS.of(point) == unicode::Class::Format;
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
    fn format_characters_go() {
        let text = "in\u{AD}ter\u{2060}na\u{200E}\u{FEFF}tional";
        assert_eq!(without_format(text.as_bytes()).as_deref(), Some(&b"international"[..]));
        assert_eq!(without_format("क\u{200D}ष م\u{200C}ن a\u{200B}b".as_bytes()), None);
    }
}
