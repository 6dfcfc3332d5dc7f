//! Classes of code points, and tables of runs that give the class of each code point.

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

/// A table of runs of code points of one class, with an index by page.
pub(super) struct Classes<C: 'static> {
    runs: &'static [(u32, C)],
    ascii: [C; 0x80],
    /// The run in which each page starts, and the last run.
    pages: [u16; PAGES + 1],
}

/// A page of letters has few runs, and a page of ideographs has one.
const PAGE_BITS: u32 = 7;
const PAGES: usize = 0x11_0000 >> PAGE_BITS;

impl<C: Copy> Classes<C> {
    /// The table of these runs, in order of their first code points; the first run starts at 0.
    pub const fn new(runs: &'static [(u32, C)]) -> Self {
        let mut ascii = [runs[0].1; 0x80];
        let (mut point, mut run) = (0, 0);
        while point < 0x80 {
            while run + 1 < runs.len() && runs[run + 1].0 <= point as u32 {
                run += 1;
            }
            ascii[point] = runs[run].1;
            point += 1;
        }
        let mut pages = [(runs.len() - 1) as u16; PAGES + 1];
        let (mut page, mut run) = (0, 0);
        while page < PAGES {
            while run + 1 < runs.len() && runs[run + 1].0 <= (page as u32) << PAGE_BITS {
                run += 1;
            }
            pages[page] = run as u16;
            page += 1;
        }
        Self { runs, ascii, pages }
    }

    /// The class of a code point.
    #[inline]
    pub fn of(&self, point: u32) -> C {
        if let Some(&class) = self.ascii.get(point as usize) {
            return class;
        }
        // Bytes that are not UTF-8 may decode to a number beyond the last code point.
        let page = (point >> PAGE_BITS).min(PAGES as u32 - 1) as usize;
        let (first, last) = (usize::from(self.pages[page]), usize::from(self.pages[page + 1]));
        let after = &self.runs[first + 1..=last];
        self.runs[first + after.partition_point(|&(start, _)| start <= point)].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_run_that_starts_at_or_before_gives_the_class() {
        static RUNS: [(u32, char); 7] =
            [(0, 'a'), (0x41, 'b'), (0x80, 'c'), (0x1FF, 'd'), (0x200, 'e'), (0x201, 'f'), (0x10_FFFF, 'g')];
        let classes = Classes::new(&RUNS);
        for point in 0..0x11_0010 {
            let class = RUNS.iter().rfind(|(start, _)| *start <= point).expect("the first starts at 0").1;
            assert_eq!(classes.of(point), class, "{point:x}");
        }
    }
}
