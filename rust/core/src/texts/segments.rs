//! Segments: predictions, and the references that each is compared with.

use std::ops::Range;

use crate::cpu::prefetch;
use crate::texts::prepared::Prepared;
use crate::texts::slices::{bytes, together};

/// The segments of a call.
pub struct Segments<'a, T> {
    /// The texts that are scored.
    pub predictions: Side<'a, T>,
    /// The texts that predictions are compared with. If predictions are prepared, references are prepared with them.
    pub references: Side<'a, T>,
    /// The assignment of predictions and references to segments.
    pub layout: Layout<'a>,
}

/// The predictions or the references of a call.
pub enum Side<'a, T> {
    /// Texts, as bytes.
    Texts(&'a [T]),
    /// Prepared texts, as tokens.
    Prepared(&'a Prepared),
}

/// The prediction and the references of each segment, by the segment's number.
#[derive(Clone)]
pub enum Layout<'a> {
    /// Segment `i` has prediction `i` and reference `i + offset`.
    One(usize),
    /// Segment `i` has prediction `i` and the references from `offsets[i]` up to `offsets[i + 1]`. There is one more
    /// offset than there are segments.
    Lists(&'a [usize]),
    /// Segment `i` has prediction `i`; all segments have these references.
    Shared(Range<usize>),
    /// Each of these predictions forms a segment with the first reference, then with the second, and so on.
    Product(Range<usize>),
    /// Each of these predictions forms a segment with all references except the one of its own number.
    Others(Range<usize>),
}

/// The numbers of the references of a segment: a range without one number.
#[derive(Clone)]
pub(crate) struct References {
    pub range: Range<usize>,
    /// The number that is left out; [`NONE`] leaves out no number.
    pub except: usize,
}

/// The number of no reference.
const NONE: usize = usize::MAX;

impl<T: AsRef<[u8]>> Side<'_, T> {
    fn len(&self) -> usize {
        match self {
            Side::Texts(texts) => texts.len(),
            Side::Prepared(prepared) => prepared.len(),
        }
    }

    /// The number of bytes of these texts.
    #[inline(always)]
    pub(crate) fn bytes(&self, which: Range<usize>) -> usize {
        match self {
            Side::Texts(texts) => bytes(&texts[which]),
            Side::Prepared(prepared) => prepared.bytes(which),
        }
    }

    #[inline(always)]
    fn prefetch(&self, place: usize) {
        if let Side::Texts(texts) = self {
            prefetch(texts.get(place).map_or(&[], AsRef::as_ref));
        }
    }
}

impl<'a, T: AsRef<[u8]>> Segments<'a, T> {
    /// Segments of texts: one reference each, or the references between two offsets.
    pub fn of_texts(predictions: &'a [T], references: &'a [T], offsets: Option<&'a [usize]>) -> Self {
        let layout = offsets.map_or(Layout::One(0), Layout::Lists);
        Self { predictions: Side::Texts(predictions), references: Side::Texts(references), layout }
    }

    /// The number of segments.
    pub fn len(&self) -> usize {
        match &self.layout {
            Layout::One(_) | Layout::Lists(_) | Layout::Shared(_) => self.predictions.len(),
            Layout::Product(predictions) => predictions.len() * self.references.len(),
            Layout::Others(predictions) => predictions.len(),
        }
    }

    /// True if there are no segments.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of the prediction of a segment.
    #[inline(always)]
    pub(crate) fn prediction_of(&self, segment: usize) -> usize {
        match &self.layout {
            Layout::One(_) | Layout::Lists(_) | Layout::Shared(_) => segment,
            Layout::Product(predictions) => predictions.start + segment / self.references.len(),
            Layout::Others(predictions) => predictions.start + segment,
        }
    }

    /// The numbers of the references of a segment.
    #[inline(always)]
    pub(crate) fn references_of(&self, segment: usize) -> References {
        let range = match &self.layout {
            Layout::One(offset) => segment + offset..segment + offset + 1,
            Layout::Lists(offsets) => offsets[segment]..offsets[segment + 1],
            Layout::Shared(range) => range.clone(),
            Layout::Product(_) => {
                let number = segment % self.references.len();
                number..number + 1
            }
            Layout::Others(predictions) => {
                return References { range: 0..self.references.len(), except: predictions.start + segment };
            }
        };
        References { range, except: NONE }
    }

    /// The total number of references of these segments.
    pub fn count_references(&self, which: Range<usize>) -> usize {
        match &self.layout {
            Layout::One(_) | Layout::Product(_) => which.len(),
            Layout::Lists(offsets) => offsets[which.end] - offsets[which.start],
            Layout::Shared(range) => which.len() * range.len(),
            Layout::Others(_) => which.len() * (self.references.len() - 1),
        }
    }

    /// The numbers of the references of these segments, where references are texts.
    fn references_between(&self, which: Range<usize>) -> Range<usize> {
        match &self.layout {
            Layout::Lists(offsets) => offsets[which.start]..offsets[which.end],
            _ => which,
        }
    }

    /// These segments in groups that are read together, and the numbers of the references of each group. A group has a
    /// few kilobytes of predictions, but at least one segment; if predictions are prepared, all segments are a group.
    pub(crate) fn groups(&self, which: Range<usize>) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
        let mut next = which.start;
        std::iter::from_fn(move || {
            let rest = next..which.end;
            let group = match (&self.predictions, rest.is_empty()) {
                (_, true) => return None,
                (Side::Texts(texts), _) => next..next + together(&texts[rest]).len(),
                (Side::Prepared(_), _) => rest,
            };
            next = group.end;
            Some((group.clone(), self.references_between(group)))
        })
    }

    /// Prefetches the texts `ahead` predictions after those of a segment, and `references_ahead` references after
    /// its references.
    #[inline(always)]
    pub(crate) fn prefetch(&self, segment: usize, ahead: usize, references: &Range<usize>, references_ahead: usize) {
        self.predictions.prefetch(segment + ahead);
        if let Side::Texts(_) = self.references {
            for reference in references.clone() {
                self.references.prefetch(reference + references_ahead);
            }
        }
    }

    /// An upper bound on the bytes of a segment of a group; `references` are the numbers of the group's references.
    pub(crate) fn most_bytes(&self, group: &Range<usize>, references: &Range<usize>) -> usize {
        let of_predictions = match &self.predictions {
            Side::Texts(texts) => bytes(&texts[group.clone()]),
            Side::Prepared(prepared) => prepared.most_bytes(),
        };
        let of_references = match (&self.references, &self.layout) {
            (Side::Texts(texts), _) => bytes(&texts[references.clone()]),
            (Side::Prepared(prepared), Layout::One(_) | Layout::Product(_)) => prepared.most_bytes(),
            (side, Layout::Lists(offsets)) => side.bytes(offsets[group.start]..offsets[group.end]),
            (side, Layout::Shared(range)) => side.bytes(range.clone()),
            (side, Layout::Others(_)) => side.bytes(0..side.len()),
        };
        of_predictions + of_references
    }

    /// The number of bytes of a segment's texts.
    pub fn bytes(&self, segment: usize) -> usize {
        let prediction = self.prediction_of(segment);
        self.predictions.bytes(prediction..prediction + 1) + self.references.bytes(self.references_of(segment).range)
    }
}
