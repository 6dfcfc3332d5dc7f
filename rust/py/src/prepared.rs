//! Texts that are read once: see `tricolore_core::Prepared`.

use std::sync::Arc;

use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tricolore_core::{Layout, Prepared as Texts};

use crate::given::Known;
use crate::metric::offsets_to_bytes;

/// The references of some segments, or of one.
#[pyclass(frozen, module = "tricolore._core")]
pub struct Prepared {
    pub texts: Arc<Texts>,
    /// Where those of each segment start among all, and where the last end.
    offsets: Arc<Vec<usize>>,
    /// The segments meant.
    start: usize,
    stop: usize,
    /// Whether texts were lower-cased first.
    pub lower: bool,
    /// What they are tokens of, where texts come as tokens.
    pub known: Option<Arc<Known>>,
}

impl Prepared {
    pub fn new(texts: Texts, offsets: Option<Vec<usize>>, lower: bool, known: Option<Known>) -> Self {
        let offsets = offsets.unwrap_or_else(|| (0..=texts.len()).collect());
        let stop = offsets.len() - 1;
        Self { texts: Arc::new(texts), offsets: Arc::new(offsets), start: 0, stop, lower, known: known.map(Arc::new) }
    }

    /// Segments that they are for.
    pub fn len(&self) -> usize {
        self.stop - self.start
    }

    /// Which of them belong to each of so many predictions: one segment serves any number.
    pub fn layout(&self, predictions: usize) -> PyResult<Layout<'_>> {
        let segments = self.len();
        if segments == predictions {
            Ok(Layout::Lists(&self.offsets[self.start..=self.stop]))
        } else if segments == 1 {
            Ok(Layout::Shared(self.offsets[self.start]..self.offsets[self.stop]))
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
        if start > stop || self.start + stop > self.stop {
            return Err(PyIndexError::new_err("no such segments"));
        }
        Ok(Self {
            texts: Arc::clone(&self.texts),
            offsets: Arc::clone(&self.offsets),
            start: self.start + start,
            stop: self.start + stop,
            lower: self.lower,
            known: self.known.clone(),
        })
    }

    /// Where the references of each segment start, as int64, and where the last end.
    fn offsets<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let offsets = &self.offsets[self.start..=self.stop];
        let offsets: Vec<usize> = offsets.iter().map(|offset| offset - offsets[0]).collect();
        offsets_to_bytes(py, &offsets)
    }
}
