//! mteval-v13a's tokenizer as in sacreBLEU 2.6.0 (`tokenizer_13a.py`, `tokenizer_re.py`).
//!
//! The original makes four substitutions that put spaces around tokens, and then splits the text at white space. Their
//! effect on a byte depends on its neighbours alone, except in a run of periods and commas that a digit follows. So
//! shifts of bit masks split 64 bytes at a time:
//!
//! - ASCII punctuation other than `'`, `-`, `.` and `,` is a token;
//! - so is `.` or `,` unless it stands between two digits;
//! - so is `-` after a digit.
//!
//! The masks cannot decide about entities, `<skipped>`, a hyphen before a newline, NUL and the runs above. Texts with
//! one of these go through the substitutions themselves. Linear either way.

use crate::cpu::Isa;
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;
use crate::tokenize::blocks::{BLOCK, Block, Buffers, PIECE, spaces};
use crate::tokenize::code_points::{code_points, is_whitespace, pieces};
use crate::tokenize::intern::{AS_IT_IS, TOKEN, Vocabulary};
use crate::tokenize::pairs::replace_pairs;
use crate::tokenize::tokens::Tokens;

/// Appends the ids of the tokens of the texts. Returns false where masks cannot decide; `out` is then incomplete.
#[inline(always)]
pub(super) fn ids<'t, I: Isa>(
    isa: I,
    texts: impl Iterator<Item = &'t [u8]>,
    vocabulary: &mut Vocabulary,
    buffers: &mut Buffers,
    interrupt: &Interrupt,
    out: &mut Tokens,
) -> Result<bool, Error> {
    buffers.copy(texts);
    let decided = read(isa, vocabulary, buffers, interrupt, out)?;
    if decided {
        buffers.close_texts(false, out);
    }
    Ok(decided)
}

/// Reads the texts in the buffers. Stops and returns false where masks cannot decide.
#[inline(always)]
fn read<I: Isa>(
    isa: I,
    vocabulary: &mut Vocabulary,
    buffers: &mut Buffers,
    interrupt: &Interrupt,
    out: &mut Tokens,
) -> Result<bool, Error> {
    let count = buffers.blocks_in_use();
    let Buffers { padded, edges, stops, blocks, .. } = buffers;
    let (mut found, mut stopped, mut started) = (0, 0, 0);
    // The classes of the byte before the block, in bit 0: every text begins as if after a space.
    let (mut word_before, mut single_before, mut digit_before, mut point_before) = (0, 0, 0, 0);
    // The bytes of a white space character that began in the previous block.
    let mut space_before = 0;
    let texts = &padded.as_chunks().0[..count];
    for (first, (texts, blocks)) in texts.chunks(PIECE).zip(blocks.chunks_mut(PIECE)).enumerate() {
        let room = (texts.len() + 2) * BLOCK;
        for places in [&mut *edges, &mut *stops] {
            if places.len() < room {
                places.resize(room, 0);
            }
        }
        for (number, (text, block)) in texts.iter().zip(blocks).enumerate() {
            let base = (first * PIECE + number) * BLOCK;
            let after = padded[base + BLOCK];
            let one = |byte| isa.within(text, byte, 1);
            let digit = isa.within(text, b'0', 10);
            let point = one(b'.') | one(b',');
            let hyphen = one(b'-');
            let letter = isa.within(text, b'a', 26) | isa.within(text, b'A', 26);
            let printing = isa.within(text, b'!', b'~' - b'!' + 1);
            let symbol = printing & !(digit | letter | point | hyphen | one(b'\''));
            let newline = one(b'\n');
            let space = spaces(isa, text, padded, base, &mut space_before);
            let next_digit = digit >> 1 | u64::from(after.is_ascii_digit()) << 63;
            let next_newline = newline >> 1 | u64::from(after == b'\n') << 63;
            let undecided = one(0) | hyphen & next_newline | point & (point << 1 | point_before) & next_digit;
            if undecided != 0 || (one(b'&') | one(b'<')) != 0 && has_markup(padded, base) {
                return Ok(false);
            }
            let digit_then = digit << 1 | digit_before;
            let single = symbol | point & !(digit_then & next_digit) | hyphen & digit_then;
            let word = !(space | single);
            let word_then = word << 1 | word_before;
            let starts = single | word & !word_then;
            let stop = (single << 1 | single_before) | word_then & !word;
            (word_before, single_before) = (word >> 63, single >> 63);
            (digit_before, point_before) = (digit >> 63, point >> 63);
            *block = Block { starts, newlines: newline, before: started };
            started += starts.count_ones();
            let window = edges[found..].first_chunk_mut().expect("room for them");
            found += isa.places(starts, base as u32, window);
            let window = stops[stopped..].first_chunk_mut().expect("room for them");
            stopped += isa.places(stop, base as u32, window);
        }
        let (starts, stops_here) = (&edges[..stopped], &stops[..stopped]);
        let pairs = |done: usize| starts[done..].iter().copied().zip(stops_here[done..].iter().copied());
        vocabulary.ids_of::<AS_IT_IS, _>(padded, stopped, pairs, &mut out.ids);
        interrupt.spend(texts.len() * BLOCK + found * TOKEN)?;
        // A token that goes on in the next piece keeps its start.
        edges[0] = edges[found.saturating_sub(1)];
        (found, stopped) = (found - stopped, 0);
    }
    Ok(true)
}

/// The substitutions that are made first, in this order (`tokenizer_13a.py:24-32`).
const MARKUP: [(&[u8], &[u8]); 7] = [
    (b"<skipped>", b""),
    (b"-\n", b""),
    (b"\n", b" "),
    (b"&quot;", b"\""),
    (b"&amp;", b"&"),
    (b"&lt;", b"<"),
    (b"&gt;", b">"),
];

/// True if markup starts in the block that begins at this place.
#[cold]
fn has_markup(padded: &[u8], block: usize) -> bool {
    (block..block + BLOCK).any(|place| {
        let rest = &padded[place..];
        MARKUP.iter().any(|(markup, _)| markup.len() > 2 && rest.starts_with(markup))
    })
}

/// The text with white space between its tokens.
pub(super) fn spaced(text: &[u8], interrupt: &Interrupt) -> Result<Vec<u8>, Error> {
    // `bleu.py:302` strips the text first, which keeps a hyphen at its end.
    let text = replace_all(trim_end(text, interrupt)?, &MARKUP, interrupt)?;
    numbers(&symbols(&[b" ", text.as_slice(), b" "].concat(), interrupt)?, interrupt)
}

/// The text after these substitutions, made one after the other.
pub(super) fn replace_all(
    text: &[u8],
    substitutions: &[(&[u8], &[u8])],
    interrupt: &Interrupt,
) -> Result<Vec<u8>, Error> {
    substitutions.iter().try_fold(text.to_vec(), |text, (what, with)| replace(text, what, with, interrupt))
}

/// The text with ASCII punctuation set apart, except for the apostrophe, the hyphen, the period and the comma.
pub(super) fn symbols(text: &[u8], interrupt: &Interrupt) -> Result<Vec<u8>, Error> {
    let is_symbol = |byte: u8| byte.is_ascii_punctuation() && !b"'-.,".contains(&byte);
    let mut spaced = Vec::new();
    memory::reserve(&mut spaced, text.len() * 2)?;
    for &byte in text {
        interrupt.spend(2)?;
        if is_symbol(byte) { spaced.extend([b' ', byte, b' ']) } else { spaced.push(byte) }
    }
    Ok(spaced)
}

/// The text with periods, commas and hyphens set apart, depending on the digits beside them.
pub(super) fn numbers(text: &[u8], interrupt: &Interrupt) -> Result<Vec<u8>, Error> {
    let is_point = |byte: u8| byte == b'.' || byte == b',';
    let is_digit = |byte: u8| byte.is_ascii_digit();
    // Bytes may stand for characters: a pair needs the last byte of its first character and the first of its second.
    let spaced = replace_pairs(text, |byte| !is_digit(byte), is_point, |a, b| [a, b' ', b, b' '], interrupt)?;
    let spaced = replace_pairs(&spaced, is_point, |byte| !is_digit(byte), |a, b| [b' ', a, b' ', b], interrupt)?;
    replace_pairs(&spaced, is_digit, |byte| byte == b'-', |a, b| [a, b' ', b, b' '], interrupt)
}

/// The text with `what` replaced by `with`: `str.replace`.
pub(super) fn replace(text: Vec<u8>, what: &[u8], with: &[u8], interrupt: &Interrupt) -> Result<Vec<u8>, Error> {
    if !text.contains(&what[0]) {
        return Ok(text);
    }
    let mut out = Vec::new();
    memory::reserve(&mut out, text.len() + text.len() / 8)?;
    let mut rest = text.as_slice();
    while let Some((&byte, after)) = rest.split_first() {
        interrupt.spend(2)?;
        if let Some(after) = rest.strip_prefix(what) {
            out.extend_from_slice(with);
            rest = after;
        } else {
            out.push(byte);
            rest = after;
        }
    }
    Ok(out)
}

/// The text without trailing white space: `str.rstrip()`.
pub(super) fn trim_end<'t>(text: &'t [u8], interrupt: &Interrupt) -> Result<&'t [u8], Error> {
    let mut end = 0;
    let mut place = 0;
    for piece in pieces(text) {
        interrupt.spend(2 * piece.len())?;
        for (point, bytes) in code_points(piece) {
            place += bytes.len();
            if !is_whitespace(point) {
                end = place;
            }
        }
    }
    Ok(&text[..end])
}
