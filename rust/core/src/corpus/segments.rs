//! Predictions and what each is to be compared with.

use std::ops::Range;

use crate::corpus::prepared::Prepared;
use crate::cpu::prefetch;

/// Many segments.
pub struct Segments<'a, T> {
    /// What is scored.
    pub predictions: Side<'a, T>,
    /// Prepared where predictions are, with them.
    pub references: Side<'a, T>,
    /// Which of them go together.
    pub layout: Layout<'a>,
}

/// The predictions or the references.
pub enum Side<'a, T> {
    /// As bytes.
    Texts(&'a [T]),
    /// As tokens.
    Prepared(&'a Prepared),
}

/// Which prediction and which references make up a segment.
#[derive(Clone)]
pub enum Layout<'a> {
    /// The prediction of its number, and the reference that is this many further on.
    One(usize),
    /// The prediction of its number, and the references that follow each other from a place on, up to that
    /// where those of the next segment start; the number of all at the end.
    Lists(&'a [usize]),
    /// The prediction of its number, and always these references.
    Shared(Range<usize>),
    /// Each of these predictions with the first reference, with the second, and so on.
    Product(Range<usize>),
    /// Each of these predictions with all references but that of its number.
    Others(Range<usize>),
}

/// References of a segment: these, but for one.
#[derive(Clone)]
pub(crate) struct Which {
    pub range: Range<usize>,
    pub but: usize,
}

/// What no reference is.
const NONE: usize = usize::MAX;

impl<T: AsRef<[u8]>> Side<'_, T> {
    fn len(&self) -> usize {
        match self {
            Side::Texts(texts) => texts.len(),
            Side::Prepared(prepared) => prepared.len(),
        }
    }

    /// Text in these.
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
    /// Texts with a reference each, or with those between two offsets.
    pub fn of_texts(predictions: &'a [T], references: &'a [T], offsets: Option<&'a [usize]>) -> Self {
        let layout = offsets.map_or(Layout::One(0), Layout::Lists);
        Self { predictions: Side::Texts(predictions), references: Side::Texts(references), layout }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match &self.layout {
            Layout::One(_) | Layout::Lists(_) | Layout::Shared(_) => self.predictions.len(),
            Layout::Product(predictions) => predictions.len() * self.references.len(),
            Layout::Others(predictions) => predictions.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The place of a segment's prediction.
    #[inline(always)]
    pub(crate) fn prediction_of(&self, segment: usize) -> usize {
        match &self.layout {
            Layout::One(_) | Layout::Lists(_) | Layout::Shared(_) => segment,
            Layout::Product(predictions) => predictions.start + segment / self.references.len(),
            Layout::Others(predictions) => predictions.start + segment,
        }
    }

    /// The places of a segment's references.
    #[inline(always)]
    pub(crate) fn references_of(&self, segment: usize) -> Which {
        let range = match &self.layout {
            Layout::One(further) => segment + further..segment + further + 1,
            Layout::Lists(offsets) => offsets[segment]..offsets[segment + 1],
            Layout::Shared(range) => range.clone(),
            Layout::Product(_) => {
                let place = segment % self.references.len();
                place..place + 1
            }
            Layout::Others(predictions) => {
                return Which { range: 0..self.references.len(), but: predictions.start + segment };
            }
        };
        Which { range, but: NONE }
    }

    /// How many references these segments have.
    pub fn count_references(&self, which: Range<usize>) -> usize {
        match &self.layout {
            Layout::One(_) | Layout::Product(_) => which.len(),
            Layout::Lists(offsets) => offsets[which.end] - offsets[which.start],
            Layout::Shared(range) => which.len() * range.len(),
            Layout::Others(_) => which.len() * (self.references.len() - 1),
        }
    }

    /// The places of the texts of references of these segments, where references are texts.
    fn references_between(&self, which: Range<usize>) -> Range<usize> {
        match &self.layout {
            Layout::Lists(offsets) => offsets[which.start]..offsets[which.end],
            _ => which,
        }
    }

    /// These segments in groups that are read together: a few kilobytes of predictions, or one segment; all
    /// where nothing is to be read. The group and the places of its references.
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

    /// Asks for the texts of a segment that is `group` segments and `of_group` references further on.
    #[inline(always)]
    pub(crate) fn prefetch(&self, segment: usize, group: usize, references: &Range<usize>, of_group: usize) {
        self.predictions.prefetch(segment + group);
        if let Side::Texts(_) = self.references {
            for reference in references.clone() {
                self.references.prefetch(reference + of_group);
            }
        }
    }

    /// The most bytes of text that one segment of a group can have.
    pub(crate) fn most_bytes(&self, group: &Range<usize>, of_group: &Range<usize>) -> usize {
        let predictions = match &self.predictions {
            Side::Texts(texts) => bytes(&texts[group.clone()]),
            Side::Prepared(prepared) => prepared.most_bytes(),
        };
        let references = match (&self.references, &self.layout) {
            (Side::Texts(texts), _) => bytes(&texts[of_group.clone()]),
            (Side::Prepared(prepared), Layout::One(_) | Layout::Product(_)) => prepared.most_bytes(),
            (side, Layout::Lists(offsets)) => side.bytes(offsets[group.start]..offsets[group.end]),
            (side, Layout::Shared(range)) => side.bytes(range.clone()),
            (side, Layout::Others(_)) => side.bytes(0..side.len()),
        };
        predictions + references
    }

    /// Text in a segment.
    pub fn bytes(&self, segment: usize) -> usize {
        let prediction = self.prediction_of(segment);
        self.predictions.bytes(prediction..prediction + 1) + self.references.bytes(self.references_of(segment).range)
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
const TOGETHER: usize = 1 << 13;

#[inline(always)]
pub(crate) fn bytes<T: AsRef<[u8]>>(texts: &[T]) -> usize {
    each(texts).map(<[u8]>::len).sum()
}

pub(crate) fn each<T: AsRef<[u8]>>(texts: &[T]) -> impl Iterator<Item = &[u8]> + Clone {
    texts.iter().map(AsRef::as_ref)
}
