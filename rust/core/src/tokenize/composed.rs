//! A check for texts that need no normalization, and the removal of format characters.

use crate::cpu::{Cpu, Isa, Kernel};
use crate::tokenize::blocks::{BLOCK, bits, block_at};
use crate::tokenize::classes::{Classes, Composition, WordClass, blocks};
use crate::tokenize::code_points::code_points;
use crate::tokenize::composed_tables::RUNS;
use crate::tokenize::unicode::WORD_CLASSES;

static COMPOSITIONS: Classes<Composition, { blocks(&RUNS) }> = Classes::new(&RUNS);

/// True if a text certainly has no format characters and is in NFC, as is its lower case, in every version of
/// Unicode. This holds for most texts, and checking it is faster than asking the interpreter.
///
/// Unicode guarantees that assigned code points keep NFC_Quick_Check and the combining class as far as this check
/// needs them, and a version that does not know a code point leaves it unchanged.
pub fn is_composed(cpu: Cpu, text: &[u8]) -> bool {
    cpu.call(IsComposed(text))
}

struct IsComposed<'a>(&'a [u8]);

impl Kernel for IsComposed<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<I: Isa>(self, isa: I) -> bool {
        let Self(text) = self;
        for start in (0..text.len()).step_by(BLOCK) {
            let (block, _) = block_at(text, start);
            if !bits(doubtful(isa, &block)).all(|bit| stays(text, start + bit as usize)) {
                return false;
            }
        }
        true
    }
}

/// The first bytes of characters that may not be [`Composition::Still`].
#[inline(always)]
fn doubtful<I: Isa>(isa: I, block: &[u8; BLOCK]) -> u64 {
    let two_bytes = isa.within_any(block, [(0xC2, 1), (0xC4, 1), (0xCC, 3), (0xD2, 1), (0xD4, 6)]);
    two_bytes | isa.within_any(block, [(0xDB, 9), (0xEA, 1), (0xED, 19)])
}

/// True if the character at this place stays, and no mark moves past it.
#[inline]
fn stays(text: &[u8], place: usize) -> bool {
    let class = |place: usize| code_points(&text[place..]).next().map(|(point, _)| COMPOSITIONS.of(point));
    match class(place) {
        None | Some(Composition::Still) => true,
        Some(Composition::Other) => false,
        Some(Composition::Moves) => {
            let before = (0..place).rev().find(|&place| text[place] & 0xC0 != 0x80);
            before.and_then(class) != Some(Composition::Moves)
        }
    }
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
    use crate::tokenize::code_points::push_code_point;

    #[test]
    fn composed_texts() {
        for text in ["", "plain", "Wörter", "Привет", "漢字かな", "한국어", "हिन्दी", "ที่", "x\u{5B0}", "…"]
        {
            Cpu::available().into_iter().for_each(|cpu| assert!(is_composed(cpu, text.as_bytes()), "{text}"));
        }
        assert!(is_composed(Cpu::detect(), b"\xED\xA0\x80"), "a lone surrogate");
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
            Cpu::available().into_iter().for_each(|cpu| assert!(!is_composed(cpu, text.as_bytes()), "{text}"));
        }
    }

    #[test]
    fn every_other_code_point_is_looked_up() {
        struct Doubtful<'a>(&'a [u8; BLOCK]);
        impl Kernel for Doubtful<'_> {
            type Output = u64;
            #[inline(always)]
            fn run<I: Isa>(self, isa: I) -> u64 {
                doubtful(isa, self.0)
            }
        }
        for point in (0x80..=0x10_FFFF).filter(|&point| COMPOSITIONS.of(point) != Composition::Still) {
            let mut bytes = Vec::new();
            push_code_point(&mut bytes, point);
            bytes.resize(BLOCK, b' ');
            for cpu in Cpu::available() {
                let block = bytes.first_chunk().expect("a block");
                assert_eq!(cpu.call(Doubtful(block)), 1, "{point:x}");
            }
        }
    }

    #[test]
    fn a_mark_that_moves_follows_none() {
        for (text, composed) in
            [("x\u{5B0}", true), ("\u{5B0}", true), ("x\u{5B0}\u{5B0}", false), ("ש\u{5B0}ש\u{5B0}", true)]
        {
            for before in 0..BLOCK + 4 {
                let text = format!("{}{text}", "a".repeat(before));
                for cpu in Cpu::available() {
                    assert_eq!(is_composed(cpu, text.as_bytes()), composed, "{text}");
                }
            }
        }
    }

    #[test]
    fn format_characters_are_removed() {
        let text = "in\u{AD}ter\u{2060}na\u{200E}\u{FEFF}tional";
        assert_eq!(without_format(text.as_bytes()).as_deref(), Some(&b"international"[..]));
        assert_eq!(without_format("क\u{200D}ष م\u{200C}ن a\u{200B}b".as_bytes()), None);
    }
}
