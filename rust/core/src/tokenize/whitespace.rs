//! `str.split()`: maximal runs of characters that are not white space, unchanged.
//!
//! Where lines are not asked for, runs are found 64 bytes at a time. Linear.

use crate::cpu::Isa;
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::tokenize::blocks::{BLOCK, Buffers, PIECE, spaces};
use crate::tokenize::code_points::{code_points, is_whitespace};
use crate::tokenize::intern::{AS_IT_IS, TOKEN, Vocabulary};
use crate::tokenize::tokens::Tokens;

/// Appends the ids of the words of the texts, each split in two where `cut` says. Returns false if a text has a NUL,
/// which keys cannot hold; `out` is then incomplete.
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
    let count = buffers.blocks_in_use();
    let Buffers { padded, ends, edges, stops, parts, .. } = buffers;
    let mut ends = ends.iter().copied().peekable();
    let (mut found, mut stopped) = (0, 0);
    let (mut word_before, mut space_before) = (0, 0);
    let texts = &padded.as_chunks().0[..count];
    for (first, texts) in texts.chunks(PIECE).enumerate() {
        let room = (texts.len() + 2) * BLOCK;
        for places in [&mut *edges, &mut *stops] {
            if places.len() < room {
                places.resize(room, 0);
            }
        }
        for (number, text) in texts.iter().enumerate() {
            let base = (first * PIECE + number) * BLOCK;
            if isa.within(text, 0, 1) != 0 {
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
        }
        // A word has one part or two. Two are always written, which spares a branch that would be mispredicted.
        parts.resize(2 * stopped, [0; 2]);
        let mut kept = 0;
        for (&start, &stop) in edges[..stopped].iter().zip(&stops[..stopped]) {
            let cut = cut(padded, start, stop);
            parts[kept] = [start, cut];
            parts[kept + 1] = [cut, stop];
            kept += 1 + usize::from(cut < stop);
        }
        let parts = &parts[..kept];
        let before = out.ids.len();
        let pairs = |done: usize| parts[done..].iter().map(|&[start, end]| (start, end));
        vocabulary.ids_of::<AS_IT_IS, _>(padded, kept, pairs, &mut out.ids);
        let read = ((first * PIECE + texts.len()) * BLOCK) as u32;
        while let Some(end) = ends.next_if(|&end| end < read) {
            out.close_text(false, (before + parts.partition_point(|&[start, _]| start < end)) as u32);
        }
        interrupt.spend(texts.len() * BLOCK + found * TOKEN)?;
        // A word that goes on in the next piece keeps its start.
        edges[0] = edges[found.saturating_sub(1)];
        (found, stopped) = (found - stopped, 0);
    }
    Ok(true)
}

/// Splits no word: for [`ids`].
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
