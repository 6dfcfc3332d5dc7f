//! Predictions and what each is to be compared with.

use std::ops::Range;

/// The texts of many segments, as bytes.
pub struct Segments<'a, T> {
    /// One a segment.
    pub predictions: &'a [T],
    /// Those of the first segment, then of the second, and so on.
    pub references: &'a [T],
    /// Where the references of each segment start, and their number at the end; none if every
    /// segment has one.
    pub offsets: Option<&'a [usize]>,
}

impl<T: AsRef<[u8]>> Segments<'_, T> {
    /// The places of a segment's references.
    #[inline]
    pub fn references_of(&self, segment: usize) -> Range<usize> {
        self.start_of(segment)..self.start_of(segment + 1)
    }

    /// Where the references of a segment start, or end if it is the one after the last.
    #[inline]
    pub fn start_of(&self, segment: usize) -> usize {
        self.offsets.map_or(segment, |offsets| offsets[segment])
    }

    /// Text in a segment.
    pub fn bytes(&self, segment: usize) -> usize {
        let references = &self.references[self.references_of(segment)];
        let references: usize = references.iter().map(|text| text.as_ref().len()).sum();
        self.predictions[segment].as_ref().len() + references
    }
}
