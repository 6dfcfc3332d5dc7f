//! References that are read once and scored against many times: see `tricolore_core::Prepared`.

use std::sync::Arc;

use bumpalo::Bump;
use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use tricolore_core::{Layout, Prepared as PreparedTexts, Stream};

use crate::pretokenized::{Numbering, Vocabulary};
use crate::reading::Reading;
use crate::references::SegmentReferences;
use crate::text::{Lowercase, Text, TextReader};

/// The prepared references of one segment or of several.
#[pyclass(frozen, module = "tricolore._core")]
pub struct Prepared {
    texts: Arc<PreparedTexts>,
    /// The index of each segment's first reference and, last, the number of references; none if each segment has
    /// one.
    starts: Option<Arc<Vec<usize>>>,
    /// The first segment of this slice.
    start: usize,
    /// The segment after the last one of this slice.
    stop: usize,
    lowercase: Lowercase,
    /// The tokens of pretokenized references.
    vocabulary: Option<Arc<Vocabulary>>,
}

impl Prepared {
    /// Reads references; `tokenized` makes tokens of texts that are not pretokenized.
    pub fn read<'py>(
        references: &Bound<'py, PyAny>,
        reading: &Reading,
        tokenized: impl FnOnce(&[Text<'_>]) -> PyResult<PreparedTexts>,
    ) -> PyResult<Self> {
        let references = SegmentReferences::take(references, reading.pretokenized)?;
        let lowercase = reading.lowercase;
        let (texts, starts, vocabulary) = if reading.pretokenized {
            let mut vocabulary = Vocabulary::new(&reading.ignored);
            let (texts, starts) = references.read(&mut Numbering::Assign(&mut vocabulary))?;
            (texts, starts, Some(Arc::new(vocabulary)))
        } else {
            let copies = Bump::new();
            let (texts, starts) = references.read(&mut TextReader { lowercase, copies: &copies })?;
            (tokenized(&texts)?, starts, None)
        };
        let stop = starts.as_ref().map_or(texts.len(), |starts| starts.len() - 1);
        Ok(Self { texts: Arc::new(texts), starts: starts.map(Arc::new), start: 0, stop, lowercase, vocabulary })
    }

    /// The number of segments.
    pub fn len(&self) -> usize {
        self.stop - self.start
    }

    pub fn texts(&self) -> &PreparedTexts {
        &self.texts
    }

    /// The tokens of pretokenized references.
    pub fn vocabulary(&self) -> Option<&Vocabulary> {
        self.vocabulary.as_deref()
    }

    /// Raises an error unless a metric that reads like this prepared these streams.
    pub fn require(&self, reading: &Reading, streams: &[Stream]) -> PyResult<()> {
        if self.lowercase == reading.lowercase && self.texts.has(streams.iter().copied()) {
            return Ok(());
        }
        Err(PyValueError::new_err(
            "references were prepared by a metric that sees other tokens: prepare them by this one",
        ))
    }

    /// Assigns references to this many predictions. The references of a single segment serve any number of
    /// predictions.
    pub fn layout(&self, predictions: usize) -> PyResult<Layout<'_>> {
        let segments = self.len();
        if segments == predictions {
            Ok(match &self.starts {
                Some(starts) => Layout::Lists(&starts[self.start..=self.stop]),
                None => Layout::One(self.start),
            })
        } else if segments == 1 {
            let place = |segment: usize| self.starts.as_ref().map_or(segment, |starts| starts[segment]);
            Ok(Layout::Shared(place(self.start)..place(self.stop)))
        } else {
            Err(PyValueError::new_err(format!(
                "{predictions} predictions, but references were prepared for {segments} segments; the references of \
                 one segment serve any number of predictions"
            )))
        }
    }
}

#[pymethods]
impl Prepared {
    fn __len__(&self) -> usize {
        self.len()
    }

    /// The references of some segments; the tokens are shared.
    #[pyo3(signature = (start, stop, /))]
    fn slice(&self, start: usize, stop: usize) -> PyResult<Self> {
        if start > stop || stop > self.len() {
            return Err(PyIndexError::new_err("no such segments"));
        }
        Ok(Self {
            texts: Arc::clone(&self.texts),
            starts: self.starts.clone(),
            start: self.start + start,
            stop: self.start + stop,
            lowercase: self.lowercase,
            vocabulary: self.vocabulary.clone(),
        })
    }
}
