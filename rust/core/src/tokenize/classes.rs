//! Classes of code points, by the first code point of each run of one class.

/// A table of runs, those of ASCII looked up at once.
pub(super) struct Classes<C: 'static> {
    runs: &'static [(u32, C)],
    ascii: [C; 0x80],
}

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
        Self { runs, ascii }
    }

    /// The class of a code point.
    #[inline]
    pub fn of(&self, point: u32) -> C {
        match self.ascii.get(point as usize) {
            Some(&class) => class,
            None => self.runs[self.runs.partition_point(|&(start, _)| start <= point) - 1].1,
        }
    }
}
