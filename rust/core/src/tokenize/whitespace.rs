//! `str.split()`: maximal runs of characters that are not white space, unchanged.
//!
//! Where lines are not asked for, runs are found 64 bytes at a time. Linear.

use crate::cpu::Isa;
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::tokenize::blocks::{BLOCK, Buffers, PIECE, bits, spaces};
use crate::tokenize::code_points::{code_points, is_whitespace};
use crate::tokenize::intern::{AS_IT_IS, TOKEN, Vocabulary};
use crate::tokenize::tokens::Tokens;

/// The words of some blocks of the texts in the buffers.
pub(super) struct Piece<'a> {
    pub padded: &'a [u8],
    /// The start and the end of each word.
    pub starts: &'a [u32],
    pub stops: &'a [u32],
    /// The places that [`Words::marks`] asked for.
    pub marks: &'a [u32],
    /// The places of newlines, if [`Words::lines`].
    pub newlines: &'a [u32],
    /// The number of bytes of `padded` up to the end of these blocks.
    pub read: u32,
    /// The end of each text in `padded`.
    pub ends: &'a [u32],
    /// Room for parts of words.
    pub parts: &'a mut Vec<[u32; 2]>,
}

/// A receiver of words.
pub(super) trait Words {
    /// True if [`Self::marks`] asks for anything.
    const MARKS: bool = false;

    /// True if the receiver needs the places of newlines.
    #[inline(always)]
    fn lines(&self) -> bool {
        false
    }

    /// False if the receiver cannot take the words of this block. `after` is the byte that follows the block.
    #[inline(always)]
    fn decides<I: Isa>(&self, _isa: I, _block: &[u8; BLOCK], _after: u8) -> bool {
        true
    }

    /// The bytes of a block whose places the receiver needs. `after` is the byte that follows the block.
    #[inline(always)]
    fn marks<I: Isa>(&self, _isa: I, _block: &[u8; BLOCK], _after: u8) -> u64 {
        0
    }

    /// Takes the words of some blocks.
    fn piece(&mut self, piece: Piece<'_>, interrupt: &Interrupt) -> Result<(), Error>;
}

/// Finds the words of the texts in the buffers. Returns false if a text has a NUL, which keys cannot hold, or if the
/// receiver cannot take the words of a block.
#[inline(always)]
pub(super) fn words<I: Isa, W: Words>(
    isa: I,
    buffers: &mut Buffers,
    interrupt: &Interrupt,
    out: &mut W,
) -> Result<bool, Error> {
    let count = buffers.blocks_in_use();
    let Buffers { padded, ends, edges, stops, marks, newlines, parts, .. } = buffers;
    let lines = out.lines();
    let (mut found, mut stopped) = (0, 0);
    let (mut word_before, mut space_before) = (0, 0);
    let texts = &padded.as_chunks().0[..count];
    for (first, texts) in texts.chunks(PIECE).enumerate() {
        let room = (texts.len() + 2) * BLOCK;
        for places in [&mut *edges, &mut *stops, &mut *marks] {
            if places.len() < room {
                places.resize(room, 0);
            }
        }
        newlines.clear();
        let mut marked = 0;
        for (number, text) in texts.iter().enumerate() {
            let base = (first * PIECE + number) * BLOCK;
            let after = padded[base + BLOCK];
            if isa.within(text, 0, 1) != 0 || !out.decides(isa, text, after) {
                return Ok(false);
            }
            let space = spaces(isa, text, padded, base, &mut space_before);
            let word = !space;
            let word_then = word << 1 | word_before;
            word_before = word >> 63;
            let window = edges[found..].first_chunk_mut().expect("room for them");
            found += isa.places(word & !word_then, base as u32, window);
            let window = stops[stopped..].first_chunk_mut().expect("room for them");
            stopped += isa.places(word_then & !word, base as u32, window);
            if W::MARKS {
                let window = marks[marked..].first_chunk_mut().expect("room for them");
                marked += isa.places(out.marks(isa, text, after), base as u32, window);
            }
            if lines {
                newlines.extend(bits(isa.within(text, b'\n', 1)).map(|bit| base as u32 + bit));
            }
        }
        let piece = Piece {
            padded,
            starts: &edges[..stopped],
            stops: &stops[..stopped],
            marks: &marks[..marked],
            newlines,
            read: ((first * PIECE + texts.len()) * BLOCK) as u32,
            ends,
            parts,
        };
        out.piece(piece, interrupt)?;
        interrupt.spend(texts.len() * BLOCK + found * TOKEN)?;
        // A word that goes on in the next piece keeps its start.
        edges[0] = edges[found.saturating_sub(1)];
        (found, stopped) = (found - stopped, 0);
    }
    Ok(true)
}

/// Appends the ids of the words of the texts, each split in two where `cut` says. Returns false if a text has a NUL;
/// `out` is then incomplete.
#[inline(always)]
pub(super) fn ids<'t, I: Isa>(
    isa: I,
    texts: impl Iterator<Item = &'t [u8]>,
    cut: impl Fn(&[u8], u32, u32) -> u32,
    vocabulary: &mut Vocabulary,
    buffers: &mut Buffers,
    interrupt: &Interrupt,
    out: &mut Tokens,
) -> Result<bool, Error> {
    buffers.copy(texts);
    words(isa, buffers, interrupt, &mut Cut { cut, vocabulary, out, closed: 0 })
}

/// Interns words, each split in two where `cut` says.
struct Cut<'a, F> {
    cut: F,
    vocabulary: &'a mut Vocabulary,
    out: &'a mut Tokens,
    /// The number of texts that have ended.
    closed: usize,
}

impl<F: Fn(&[u8], u32, u32) -> u32> Words for Cut<'_, F> {
    #[inline(always)]
    fn piece(&mut self, piece: Piece<'_>, _interrupt: &Interrupt) -> Result<(), Error> {
        let Self { cut, vocabulary, out, closed } = self;
        let Piece { padded, starts, stops, read, ends, parts, .. } = piece;
        // A word has one part or two. Two are always written, which spares a branch that would be mispredicted.
        parts.resize(2 * stops.len(), [0; 2]);
        let mut kept = 0;
        for (&start, &stop) in starts.iter().zip(stops) {
            let cut = cut(padded, start, stop);
            parts[kept] = [start, cut];
            parts[kept + 1] = [cut, stop];
            kept += 1 + usize::from(cut < stop);
        }
        let parts = &parts[..kept];
        let before = out.ids.len();
        let pairs = |done: usize| parts[done..].iter().map(|&[start, end]| (start, end));
        vocabulary.ids_of::<AS_IT_IS, _>(padded, kept, pairs, &mut out.ids);
        for &end in ends[*closed..].iter().take_while(|&&end| end < read) {
            out.close_text(false, (before + parts.partition_point(|&[start, _]| start < end)) as u32);
            *closed += 1;
        }
        Ok(())
    }
}

/// Splits no word: for [`ids`].
#[inline(always)]
pub(super) fn whole(_text: &[u8], _start: u32, stop: u32) -> u32 {
    stop
}

/// Calls `token` for each word of a text and `newline` at each line end, in order.
pub(super) fn each<'a, E>(
    text: &'a [u8],
    mut token: impl FnMut(&'a [u8]) -> Result<(), E>,
    mut newline: impl FnMut(),
) -> Result<(), E> {
    let mut start = 0;
    let mut place = 0;
    for (point, bytes) in code_points(text) {
        if is_whitespace(point) {
            if place > start {
                token(&text[start..place])?;
            }
            start = place + bytes.len();
            if point == u32::from(b'\n') {
                newline();
            }
        }
        place += bytes.len();
    }
    if place > start {
        token(&text[start..])?;
    }
    Ok(())
}
