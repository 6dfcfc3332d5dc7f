//! Tercom's normalization as in sacreBLEU 2.6.0 (`tokenizer_ter.py`, to which line numbers without a file refer). Linear.

use crate::cpu::Isa;
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;
use crate::tokenize::blocks::{BLOCK, before};
use crate::tokenize::classes::PointSet;
use crate::tokenize::code_points::code_points;
use crate::tokenize::lower_case::lowered;
use crate::tokenize::parts::Role;
use crate::tokenize::t13a::{numbers, replace, replace_all, symbols, trim_end};
use crate::tokenize::whitespace;
use crate::tokenize::word_rules::{Context, Rules};

/// The options of Tercom's tokenizer. Without any, it splits at white space.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tercom {
    /// True if texts are lower-cased.
    pub lowercase: bool,
    /// True if punctuation is set apart and entities are decoded.
    pub normalized: bool,
    /// True if punctuation is removed.
    pub no_punct: bool,
    /// True if `normalized` and `no_punct` also apply to Chinese and Japanese characters.
    pub asian_support: bool,
    /// True if the tokenizer runs again over its own result, as sacreBLEU does with references (`base.py:346` and
    /// `ter.py:193`). A second pass can change the text: the first sets the full stop of "Intel's." apart, and the
    /// second then finds a possessive in front of a space.
    pub twice: bool,
}

/// The substitutions that are made first, in this order (`:25-36`).
const MARKUP: [(&[u8], &[u8]); 6] =
    [(b"\n-", b""), (b"\n", b" "), (b"&quot;", b"\""), (b"&amp;", b"&"), (b"&lt;", b"<"), (b"&gt;", b">")];

/// The text with white space between its tokens.
pub(super) fn spaced(options: Tercom, text: &[u8], interrupt: &Interrupt) -> Result<Vec<u8>, Error> {
    let lower;
    let text = if options.lowercase {
        lower = lowered(text)?;
        &lower
    } else {
        text
    };
    let once = spaced_once(options, text, interrupt)?;
    if options.twice { spaced_once(options, &joined(&once, interrupt)?, interrupt) } else { Ok(once) }
}

/// The tokens joined by single spaces, as a pass of sacreBLEU's tokenizer returns them (`:174`).
fn joined(text: &[u8], interrupt: &Interrupt) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    memory::reserve(&mut out, text.len())?;
    let token = |token: &[u8]| {
        if !out.is_empty() {
            out.push(b' ');
        }
        out.extend_from_slice(token);
        interrupt.spend(5 * token.len())
    };
    whitespace::each(text, token, || ())?;
    Ok(out)
}

fn spaced_once(options: Tercom, text: &[u8], interrupt: &Interrupt) -> Result<Vec<u8>, Error> {
    // `ter.py:126`
    let mut text = trim_end(text, interrupt)?.to_vec();
    if options.normalized {
        text = western(&text, interrupt)?;
        if options.asian_support {
            text = set_apart(&text, is_apart, interrupt)?;
        }
    }
    if options.no_punct {
        interrupt.spend(2 * text.len())?;
        text.retain(|byte| !b".,?:;!\"()".contains(byte));
        if options.asian_support {
            text = without(&text, |point| ASIAN_MARKS.has(point), interrupt)?;
        }
    }
    Ok(text)
}

/// Sets Western punctuation apart and decodes entities (`:23-57`). The original also looks for a possessive at the end
/// of the text; that rule never applies, because the text ends in an added space.
fn western(text: &[u8], interrupt: &Interrupt) -> Result<Vec<u8>, Error> {
    let text = replace_all(text, &MARKUP, interrupt)?;
    let text = symbols(&[b" ", text.as_slice(), b" "].concat(), interrupt)?;
    numbers(&replace(text, b"'s ", b" 's ", interrupt)?, interrupt)
}

/// Code points that are tokens of their own (`:65-83`). The original's rules for kana never apply: they match at
/// the start of the text, which is an added space.
static IDEOGRAPHS: PointSet = PointSet::new(&[
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x31C0, 0x31EF),
    (0x2E80, 0x2EFF),
    (0x3300, 0x33FF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    // The original's bounds: U+3200 to U+32FF were meant.
    (0x3200, 0x3F22),
]);

/// Chinese, Japanese and full-width punctuation (`:126-127`).
static ASIAN_MARKS: PointSet = PointSet::new(&[
    (0x3001, 0x3002),
    (0x3008, 0x3011),
    (0x3014, 0x301F),
    (0xFF61, 0xFF65),
    (0x30FB, 0x30FB),
    (0xFF0E, 0xFF0E),
    (0xFF0C, 0xFF0C),
    (0xFF1F, 0xFF1F),
    (0xFF1A, 0xFF1B),
    (0xFF01, 0xFF02),
    (0xFF08, 0xFF09),
]);

fn is_apart(point: u32) -> bool {
    IDEOGRAPHS.has(point) || ASIAN_MARKS.has(point)
}

/// The text with spaces around each character for which `is` is true.
fn set_apart(text: &[u8], is: impl Fn(u32) -> bool, interrupt: &Interrupt) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    memory::reserve(&mut out, text.len() * 2)?;
    for (point, bytes) in code_points(text) {
        interrupt.spend(5)?;
        let space: &[u8] = if is(point) { b" " } else { b"" };
        [space, bytes, space].into_iter().for_each(|part| out.extend_from_slice(part));
    }
    Ok(out)
}

/// The text without the characters for which `is` is true.
fn without(text: &[u8], is: impl Fn(u32) -> bool, interrupt: &Interrupt) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    memory::reserve(&mut out, text.len())?;
    for (point, bytes) in code_points(text) {
        interrupt.spend(5)?;
        if !is(point) {
            out.extend_from_slice(bytes);
        }
    }
    Ok(out)
}

/// The rules with `normalized`. A possessive is set apart only if a space or a newline follows. The text has a space added
/// at each end, and no other rule joins two words, except that a hyphen after a newline disappears with it.
pub(super) struct Western;

impl Rules for Western {
    const CONTEXT: Context = Context::After;

    #[inline(always)]
    fn decides<I: Isa>(isa: I, block: &[u8; BLOCK], after: u8) -> bool {
        isa.within(block, b'\n', 1) & before(isa, block, after, b'-', 1) == 0
    }
}

/// The rules with `normalized` and `asian_support`: words are also cut around ideographs and Asian punctuation.
pub(super) struct Asian;

impl Rules for Asian {
    const CONTEXT: Context = Context::After;
    const CUTS: bool = true;

    /// The first bytes of U+2000 to U+9FFF and of U+F000 to U+FFFF.
    #[inline(always)]
    fn cuts<I: Isa>(isa: I, block: &[u8; BLOCK], _after: u8) -> u64 {
        isa.within_any(block, [(0xE2, 8), (0xEF, 1)])
    }

    fn role(point: u32) -> Role {
        if is_apart(point) { Role::Alone } else { Role::Joins }
    }

    #[inline(always)]
    fn decides<I: Isa>(isa: I, block: &[u8; BLOCK], after: u8) -> bool {
        Western::decides(isa, block, after)
    }
}
