//! Classes of code points, by the first code point of each run of one class.

/// A table of runs, with the places in it where pages of code points start.
pub(super) struct Classes<C: 'static> {
    runs: &'static [(u32, C)],
    ascii: [C; 0x80],
    /// The run that each page starts in, and the last run.
    pages: [u16; PAGES + 1],
}

/// A page of letters has few runs, and a page of ideographs has one.
const PAGE_BITS: u32 = 7;
const PAGES: usize = 0x11_0000 >> PAGE_BITS;

impl<C: Copy> Classes<C> {
    /// Of runs in order, the first from 0 on.
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
        // Bytes that are no UTF-8 may come as a number beyond the last code point.
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
    fn the_class_is_that_of_the_last_run_that_starts_at_or_before() {
        static RUNS: [(u32, char); 7] =
            [(0, 'a'), (0x41, 'b'), (0x80, 'c'), (0x1FF, 'd'), (0x200, 'e'), (0x201, 'f'), (0x10_FFFF, 'g')];
        let classes = Classes::new(&RUNS);
        for point in 0..0x11_0010 {
            let class = RUNS.iter().rfind(|(start, _)| *start <= point).expect("the first starts at 0").1;
            assert_eq!(classes.of(point), class, "{point:x}");
        }
    }
}
