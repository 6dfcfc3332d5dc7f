//! Texts copied one after the other to where they are read 64 bytes at a time, and what is found in
//! each block: where tokens start, so that it is known which tokens are of which text.

use std::ops::Range;

use super::Tokens;
use crate::cpu::Isa;

pub(super) const BLOCK: usize = 64;
/// Bytes that a key may read past the end of a token.
const KEY: usize = 16;
/// Blocks done at a time: their edges stay in the cache.
pub(super) const PIECE: usize = 1 << 10;
/// Most text that is read together: its tokens fit a row.
const LONGEST: usize = i32::MAX as usize;

/// What tokenizing needs and keeps from text to text.
#[derive(Default)]
pub(super) struct Buffers {
    /// The texts, a space after each.
    pub padded: Vec<u8>,
    /// Where each text ends in it.
    pub ends: Vec<u32>,
    /// Where the tokens of some blocks start, and end if that is not in `stops`.
    pub edges: Vec<u32>,
    pub stops: Vec<u32>,
    /// Where parts of words start and end.
    pub parts: Vec<[u32; 2]>,
    pub blocks: Vec<Block>,
}

/// What 64 bytes hold, a bit a byte.
#[derive(Clone, Copy, Default)]
pub(super) struct Block {
    /// Where a token starts.
    pub starts: u64,
    pub newlines: u64,
    /// Tokens that start before the block.
    pub before: u32,
}

impl Buffers {
    /// Memory that they keep, about.
    pub fn bytes(&self) -> usize {
        let numbers = self.edges.capacity() + self.stops.capacity() + self.ends.capacity() + 2 * self.parts.capacity();
        self.padded.capacity() + 4 * numbers + size_of::<Block>() * self.blocks.capacity()
    }

    /// Copies the texts to where one may read past the end of each, a space after it. The last
    /// block is whole, and there are spaces for a key behind it.
    #[inline(always)]
    pub fn copy<'t>(&mut self, texts: impl Iterator<Item = &'t [u8]>) {
        let Self { padded, ends, blocks, .. } = self;
        ends.clear();
        let mut end = 0;
        for text in texts {
            let room = end + text.len() + 1 + BLOCK + KEY;
            if padded.len() < room {
                padded.resize(room, 0);
            }
            padded[end..][..text.len()].copy_from_slice(text);
            end += text.len();
            // A fixed length is a few stores.
            *padded[end..].first_chunk_mut().expect("room for it") = [b' '; 1 + BLOCK + KEY];
            ends.push(end as u32);
            end += 1;
        }
        assert!(end <= LONGEST + 1, "texts of 2 GiB or more");
        if blocks.len() < end.div_ceil(BLOCK) {
            blocks.resize(end.div_ceil(BLOCK), Block::default());
        }
    }

    /// How many blocks the texts at hand take.
    #[inline(always)]
    pub fn blocks_in_use(&self) -> usize {
        self.ends.last().map_or(0, |&end| end as usize / BLOCK + 1)
    }

    /// Notes in `out` where each text ends, and its lines if `lines`.
    #[inline(always)]
    pub fn close_texts(&self, lines: bool, out: &mut Tokens) {
        let mut start = 0;
        for &end in &self.ends {
            if lines {
                for newline in self.newlines(start..end) {
                    out.close_line(self.tokens_before(newline));
                }
            }
            out.close_text(lines, self.tokens_before(end));
            start = end;
        }
    }

    /// Tokens that start before this byte.
    #[inline(always)]
    fn tokens_before(&self, byte: u32) -> u32 {
        let Block { starts, before, .. } = self.blocks[byte as usize / BLOCK];
        before + (starts & !(u64::MAX << (byte % BLOCK as u32))).count_ones()
    }

    /// Where newlines are among these bytes.
    fn newlines(&self, bytes: Range<u32>) -> impl Iterator<Item = u32> {
        let first = bytes.start as usize / BLOCK;
        let blocks = &self.blocks[first..(bytes.end as usize).div_ceil(BLOCK)];
        blocks.iter().enumerate().flat_map(move |(number, block)| {
            let base = ((first + number) * BLOCK) as u32;
            bits(block.newlines).map(move |bit| base + bit).filter({
                let bytes = bytes.clone();
                move |place| bytes.contains(place)
            })
        })
    }
}

/// Where `str.split` splits a block: a bit for each byte of white space. `padded` goes on behind the
/// block, which starts at `base`; `goes_on` is what a character of the block before has in this
/// one, and becomes what one of this has in the next.
#[inline(always)]
pub(super) fn spaces<I: Isa>(isa: I, text: &[u8; BLOCK], padded: &[u8], base: usize, goes_on: &mut u64) -> u64 {
    let mut space = isa.within(text, b'\t', 5) | isa.within(text, 0x1C, 5) | std::mem::take(goes_on);
    for place in bits(isa.within(text, 0xC2, 1) | isa.within(text, 0xE1, 3)) {
        let wide = ((1_u128 << space_at(&padded[base + place as usize..])) - 1) << place;
        space |= wide as u64;
        *goes_on |= (wide >> 64) as u64;
    }
    space
}

/// The length of the white space beyond ASCII that a text starts with, 0 if there is none.
#[inline(always)]
fn space_at(text: &[u8]) -> usize {
    match text {
        [0xC2, 0x85 | 0xA0, ..] => 2,
        [0xE1, 0x9A, 0x80, ..] | [0xE2, 0x80, 0x80..=0x8A | 0xA8 | 0xA9 | 0xAF, ..] => 3,
        [0xE2, 0x81, 0x9F, ..] | [0xE3, 0x80, 0x80, ..] => 3,
        _ => 0,
    }
}

/// The places of a mask's bits, the lowest first.
fn bits(mut mask: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = (mask != 0).then(|| mask.trailing_zeros());
        mask &= mask.wrapping_sub(1);
        bit
    })
}
