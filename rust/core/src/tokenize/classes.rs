//! Classes and sets of code points, as tables.

/// The class of a code point for the unicode tokenizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum WordClass {
    /// Ends a token and belongs to none.
    Separator,
    /// A letter or number of a script that separates words by spaces.
    Word,
    /// A letter or number of a script without spaces.
    Single,
    /// Belongs to the character before it (UAX #29, WB4): `\p{M}`, ZWJ, ZWNJ and the like.
    Mark,
    /// Lays text out and belongs to no word, though it may stand inside one: the soft hyphen.
    Format,
}

/// The class of a code point for the intl tokenizer: its general category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Category {
    Other,
    Number,
    Punctuation,
    Symbol,
}

/// The behaviour of a code point when a text is composed (NFC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Composition {
    /// It may change, is a format character, or is not assigned.
    Other,
    /// It stays, has combining class 0, so that no mark moves past it, and the same holds for its lower case.
    Still,
    /// It stays, but may change places with another mark of this class.
    Moves,
}

/// The class of each code point, by page.
pub(super) struct Classes<C: 'static, const BLOCKS: usize> {
    /// The place in `blocks` of each page.
    pages: [u16; PAGES],
    blocks: [[C; PAGE]; BLOCKS],
}

/// Code points of a page.
const PAGE: usize = 64;
const PAGES: usize = 0x11_0000 / PAGE;

/// The block of each page, and the number of blocks. Pages that one run fills share a block with the page before.
const fn numbered<C>(runs: &[(u32, C)]) -> ([u16; PAGES], usize) {
    let mut pages = [0; PAGES];
    let (mut page, mut run, mut used) = (0, 0, 0);
    // The run that fills the last block.
    let mut filling = usize::MAX;
    while page < PAGES {
        let first = (page * PAGE) as u32;
        while run + 1 < runs.len() && runs[run + 1].0 <= first {
            run += 1;
        }
        let fills = run + 1 == runs.len() || runs[run + 1].0 >= first + PAGE as u32;
        if !fills || filling != run {
            filling = if fills { run } else { usize::MAX };
            used += 1;
        }
        pages[page] = used as u16 - 1;
        page += 1;
    }
    (pages, used)
}

/// The number of blocks that these runs take.
pub(super) const fn blocks<C>(runs: &[(u32, C)]) -> usize {
    numbered(runs).1
}

impl<C: Copy, const BLOCKS: usize> Classes<C, BLOCKS> {
    /// The table of these runs, in order of their first code points; the first run starts at 0.
    pub const fn new(runs: &'static [(u32, C)]) -> Self {
        let pages = numbered(runs).0;
        let mut blocks = [[runs[0].1; PAGE]; BLOCKS];
        let (mut page, mut run, mut filled) = (0, 0, 0);
        while page < PAGES {
            if pages[page] as usize == filled {
                let mut place = 0;
                while place < PAGE {
                    while run + 1 < runs.len() && runs[run + 1].0 <= (page * PAGE + place) as u32 {
                        run += 1;
                    }
                    blocks[filled][place] = runs[run].1;
                    place += 1;
                }
                filled += 1;
            }
            page += 1;
        }
        Self { pages, blocks }
    }

    /// The class of a code point.
    #[inline(always)]
    pub fn of(&self, point: u32) -> C {
        // Bytes that are not UTF-8 may decode to a number beyond the last code point.
        let point = point.min(0x10_FFFF) as usize;
        self.blocks[usize::from(self.pages[point / PAGE])][point % PAGE]
    }
}

/// A set of code points below U+10000.
pub(super) struct PointSet([u64; 0x1_0000 / 64]);

impl PointSet {
    /// The code points of these ranges, each given by its first and last.
    pub const fn new(ranges: &[(u32, u32)]) -> Self {
        let mut bits = [0; 0x1_0000 / 64];
        let mut range = 0;
        while range < ranges.len() {
            let (mut point, last) = ranges[range];
            while point <= last {
                bits[point as usize / 64] |= 1 << (point % 64);
                point += 1;
            }
            range += 1;
        }
        Self(bits)
    }

    /// True if the set has this code point.
    #[inline(always)]
    pub fn has(&self, point: u32) -> bool {
        self.0.get(point as usize / 64).is_some_and(|bits| bits >> (point % 64) & 1 != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_run_that_starts_at_or_before_gives_the_class() {
        const RUNS: [(u32, char); 7] =
            [(0, 'a'), (0x41, 'b'), (0x80, 'c'), (0x1FF, 'd'), (0x200, 'e'), (0x201, 'f'), (0x10_FFFF, 'g')];
        let classes = Classes::<char, { blocks(&RUNS) }>::new(&RUNS);
        for point in 0..0x11_0010 {
            let class = RUNS.iter().rfind(|(start, _)| *start <= point).expect("the first starts at 0").1;
            assert_eq!(classes.of(point), class, "{point:x}");
        }
    }

    #[test]
    fn a_set_has_the_code_points_of_its_ranges() {
        let ranges = [(0x41, 0x5A), (0x7F, 0x80), (0xFFFF, 0xFFFF)];
        let set = PointSet::new(&ranges);
        for point in 0..0x11_0010 {
            let has = ranges.iter().any(|&(first, last)| (first..=last).contains(&point));
            assert_eq!(set.has(point), has, "{point:x}");
        }
    }
}
