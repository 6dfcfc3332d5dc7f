//! Predictions and what each is to be compared with.

use std::ops::Range;

use crate::cpu::prefetch;
use crate::error::Error;

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

    /// These segments in groups of a few kilobytes of predictions, or one segment: the group and the
    /// places of its references.
    pub(crate) fn groups(&self, which: Range<usize>) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
        let mut next = which.start;
        std::iter::from_fn(move || {
            let rest = &self.predictions[next..which.end];
            let group = next..next + if rest.is_empty() { return None } else { together(rest).len() };
            next = group.end;
            Some((group.clone(), self.start_of(group.start)..self.start_of(group.end)))
        })
    }

    /// Asks for the texts of a later group, from this segment and this reference on.
    #[inline(always)]
    pub(crate) fn prefetch(&self, segment: usize, references: Range<usize>) {
        prefetch(self.predictions.get(segment).map_or(&[], AsRef::as_ref));
        for reference in references {
            prefetch(self.references.get(reference).map_or(&[], AsRef::as_ref));
        }
    }

    /// Text in a segment.
    pub fn bytes(&self, segment: usize) -> usize {
        let references = &self.references[self.references_of(segment)];
        let references: usize = references.iter().map(|text| text.as_ref().len()).sum();
        self.predictions[segment].as_ref().len() + references
    }
}

/// Texts that are read together: those that come first and make up a few kilobytes, or one.
pub(crate) fn together<T: AsRef<[u8]>>(texts: &[T]) -> &[T] {
    let mut bytes = 0;
    let more = texts.iter().take_while(|text| {
        bytes += text.as_ref().len();
        bytes <= TOGETHER
    });
    let count = more.count();
    &texts[..count.max(1)]
}

/// Enough to pay for what is done once for all of them, little enough that their edges and ids stay
/// in the first cache.
const TOGETHER: usize = 1 << 11;

pub(crate) fn bytes<T: AsRef<[u8]>>(texts: &[T]) -> usize {
    each(texts).map(<[u8]>::len).sum()
}

pub(crate) fn each<T: AsRef<[u8]>>(texts: &[T]) -> impl Iterator<Item = &[u8]> + Clone {
    texts.iter().map(AsRef::as_ref)
}

/// Makes sure that there is memory for a pair of this size, for to run out of it in the midst of
/// the work would abort the process.
pub(crate) fn room_for(bytes: usize) -> Result<(), Error> {
    if bytes <= SMALL {
        return Ok(());
    }
    Vec::<u8>::new().try_reserve_exact(bytes.saturating_mul(MEMORY)).map_err(|_| Error::OutOfMemory(bytes))
}

/// Pairs of fewer bytes are not worth asking for.
const SMALL: usize = 1 << 24;
/// Bytes that all kernels together take for a byte of text, at most: every character a token.
const MEMORY: usize = 72;
