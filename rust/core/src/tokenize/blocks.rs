//! Buffers in which texts stand one after the other, to be read in blocks of 64 bytes. Each block notes where tokens
//! start, which tells the texts' tokens apart.

use std::ops::Range;

use crate::cpu::Isa;
use crate::tokenize::tokens::Tokens;

/// Bytes of a block.
pub(super) const BLOCK: usize = 64;
/// Bytes that a key may read past the end of a token.
const KEY: usize = 16;
/// Blocks that are read together: their edges stay in the cache.
pub(super) const PIECE: usize = 1 << 10;
/// The most bytes of text read together: the number of their tokens fits in an `i32` of a row.
const LONGEST: usize = i32::MAX as usize;

/// The buffers of the tokenizers, kept from text to text.
#[derive(Default)]
pub(super) struct Buffers {
    /// The texts, each followed by a space.
    pub padded: Vec<u8>,
    /// The end of each text in `padded`.
    pub ends: Vec<u32>,
    /// The starts of the tokens of some blocks; also their ends, where `stops` is not used.
    pub edges: Vec<u32>,
    /// The ends of the tokens of some blocks.
    pub stops: Vec<u32>,
    /// Other places in some blocks.
    pub marks: Vec<u32>,
    /// The places of newlines in some blocks.
    pub newlines: Vec<u32>,
    /// The start and end of each part of a word.
    pub parts: Vec<[u32; 2]>,
    /// The blocks of `padded`.
    pub blocks: Vec<Block>,
}

/// Facts about the 64 bytes of a block: one bit per byte in each mask.
#[derive(Clone, Copy, Default)]
pub(super) struct Block {
    /// The bytes at which a token starts.
    pub starts: u64,
    /// The bytes that are `\n`.
    pub newlines: u64,
    /// The number of tokens that start before the block.
    pub before: u32,
}

impl Buffers {
    /// The approximate number of bytes that the buffers take.
    pub fn bytes(&self) -> usize {
        let places = self.edges.capacity() + self.stops.capacity() + self.marks.capacity() + self.ends.capacity();
        let numbers = places + 2 * self.parts.capacity();
        self.padded.capacity() + 4 * numbers + size_of::<Block>() * self.blocks.capacity()
    }

    /// Copies the texts into `padded`, each followed by a space, so that bytes past the end of each may be read. The
    /// last block is whole and followed by as many spaces as a key reads.
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
            // With a fixed length this compiles to a few stores.
            *padded[end..].first_chunk_mut().expect("room for it") = [b' '; 1 + BLOCK + KEY];
            ends.push(end as u32);
            end += 1;
        }
        assert!(end <= LONGEST + 1, "texts of 2 GiB or more");
        if blocks.len() < end.div_ceil(BLOCK) {
            blocks.resize(end.div_ceil(BLOCK), Block::default());
        }
    }

    /// The number of blocks that the current texts take.
    #[inline(always)]
    pub fn blocks_in_use(&self) -> usize {
        self.ends.last().map_or(0, |&end| end as usize / BLOCK + 1)
    }

    /// Notes the end of each text in `out`, and the ends of its lines if `lines`.
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

    /// The number of tokens that start before this byte.
    #[inline(always)]
    fn tokens_before(&self, byte: u32) -> u32 {
        let Block { starts, before, .. } = self.blocks[byte as usize / BLOCK];
        before + (starts & !(u64::MAX << (byte % BLOCK as u32))).count_ones()
    }

    /// The places of the newlines among these bytes.
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

/// The block of a text that begins at this place, filled up with spaces at the text's end, and the byte that follows it.
#[inline(always)]
pub(super) fn block_at(text: &[u8], place: usize) -> ([u8; BLOCK], u8) {
    let rest = &text[place..];
    let block = rest.first_chunk().copied().unwrap_or_else(|| {
        let mut padded = [b' '; BLOCK];
        padded[..rest.len()].copy_from_slice(rest);
        padded
    });
    (block, rest.get(BLOCK).copied().unwrap_or(b' '))
}

/// The bytes of a block that a byte of `first..first + count` follows. `after` is the byte that follows the block.
#[inline(always)]
pub(super) fn before<I: Isa>(isa: I, block: &[u8; BLOCK], after: u8, first: u8, count: u8) -> u64 {
    isa.within(block, first, count) >> 1 | u64::from(after.wrapping_sub(first) < count) << 63
}

/// The white space at which `str.split` splits a block, one bit per byte. The block starts at `base` in `padded`.
/// `goes_on` holds the bits of a character that began in the previous block; it is replaced by the bits, in the next
/// block, of a character that begins in this one.
#[inline(always)]
pub(super) fn spaces<I: Isa>(isa: I, text: &[u8; BLOCK], padded: &[u8], base: usize, goes_on: &mut u64) -> u64 {
    let mut space = isa.within(text, b'\t', 5) | isa.within(text, 0x1C, 5) | std::mem::take(goes_on);
    let leads = isa.within_any(text, [(0xC2, 1), (0xE1, 3)]);
    if leads == 0 {
        return space;
    }
    // In Chinese and Japanese these are the first bytes of every other character, so the second bytes are compared too.
    let after = padded[base + BLOCK];
    let maybe = isa.within(text, 0xE1, 1) & before(isa, text, after, 0x9A, 1)
        | isa.within(text, 0xE2, 1) & before(isa, text, after, 0x80, 2)
        | isa.within(text, 0xE3, 1) & before(isa, text, after, 0x80, 1)
        | isa.within(text, 0xC2, 1);
    for place in bits(maybe) {
        let wide = ((1_u128 << space_at(&padded[base + place as usize..])) - 1) << place;
        space |= wide as u64;
        *goes_on |= (wide >> 64) as u64;
    }
    space
}

/// The length in bytes of the non-ASCII white space character at the start of the text, or 0 if there is none.
#[inline(always)]
fn space_at(text: &[u8]) -> usize {
    match text {
        [0xC2, 0x85 | 0xA0, ..] => 2,
        [0xE1, 0x9A, 0x80, ..] | [0xE2, 0x80, 0x80..=0x8A | 0xA8 | 0xA9 | 0xAF, ..] => 3,
        [0xE2, 0x81, 0x9F, ..] | [0xE3, 0x80, 0x80, ..] => 3,
        _ => 0,
    }
}

/// The places of the bits of a mask, the lowest first.
#[inline(always)]
pub(super) fn bits(mut mask: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = (mask != 0).then(|| mask.trailing_zeros());
        mask &= mask.wrapping_sub(1);
        bit
    })
}
