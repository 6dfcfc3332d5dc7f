//! Texts that are read once: see `tricolore_core::Prepared`.

use std::sync::Arc;

use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use tricolore_core::{Layout, Prepared as Texts};

use crate::given::Known;
use crate::input::Lower;

/// The references of some segments, or of one.
#[pyclass(frozen, module = "tricolore._core")]
pub struct Prepared {
    pub texts: Arc<Texts>,
    /// Where those of each segment start among all, and where the last end; none if there is one each.
    offsets: Option<Arc<Vec<usize>>>,
    /// The segments meant.
    start: usize,
    stop: usize,
    /// How texts were lower-cased first.
    pub lower: Lower,
    /// What they are tokens of, where texts come as tokens.
    pub known: Option<Arc<Known>>,
}

impl Prepared {
    pub fn new(texts: Texts, offsets: Option<Vec<usize>>, lower: Lower, known: Option<Known>) -> Self {
        let stop = offsets.as_ref().map_or(texts.len(), |offsets| offsets.len() - 1);
        let (texts, offsets, known) = (Arc::new(texts), offsets.map(Arc::new), known.map(Arc::new));
        Self { texts, offsets, start: 0, stop, lower, known }
    }

    /// Segments that they are for.
    pub fn len(&self) -> usize {
        self.stop - self.start
    }

    /// Which of them belong to each of so many predictions: one segment serves any number.
    pub fn layout(&self, predictions: usize) -> PyResult<Layout<'_>> {
        let segments = self.len();
        if segments == predictions {
            Ok(match &self.offsets {
                Some(offsets) => Layout::Lists(&offsets[self.start..=self.stop]),
                None => Layout::One(self.start),
            })
        } else if segments == 1 {
            let place = |segment: usize| self.offsets.as_ref().map_or(segment, |offsets| offsets[segment]);
            Ok(Layout::Shared(place(self.start)..place(self.stop)))
        } else {
            Err(PyValueError::new_err(format!(
                "{predictions} predictions, but references were prepared for {segments} segments; those of one \
                 segment serve any number of predictions"
            )))
        }
    }
}

#[pymethods]
impl Prepared {
    fn __len__(&self) -> usize {
        self.len()
    }

    /// These segments of them.
    #[pyo3(signature = (start, stop, /))]
    fn slice(&self, start: usize, stop: usize) -> PyResult<Self> {
        if start > stop || stop > self.len() {
            return Err(PyIndexError::new_err("no such segments"));
        }
        Ok(Self {
            texts: Arc::clone(&self.texts),
            offsets: self.offsets.clone(),
            start: self.start + start,
            stop: self.start + stop,
            lower: self.lower,
            known: self.known.clone(),
        })
    }
}
