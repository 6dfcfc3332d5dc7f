//! chrF and chrF++: see `tricolore_core::metrics::chrf`.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tricolore_core::metrics::chrf;

use crate::metric::{self, Rows};

/// The metric; its options come checked from `tricolore.CHRF`.
#[pyclass(frozen, module = "tricolore._core")]
pub struct Chrf {
    metric: chrf::Chrf,
    lower: bool,
}

#[pymethods]
impl Chrf {
    #[new]
    #[pyo3(signature = (char_order, word_order, factor, lowercase, whitespace, eps_smoothing, /))]
    fn new(
        char_order: usize,
        word_order: usize,
        factor: f64,
        lowercase: bool,
        whitespace: bool,
        eps_smoothing: bool,
    ) -> Self {
        Self { metric: chrf::Chrf { char_order, word_order, factor, whitespace, eps_smoothing }, lower: lowercase }
    }

    /// One segment: score, then row.
    #[pyo3(signature = (prediction, references, /))]
    fn score<'py>(
        &self,
        prediction: &Bound<'py, PyAny>,
        references: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        metric::score(&self.metric, self.lower, prediction, references)
    }

    /// Many segments.
    #[pyo3(signature = (predictions, references, num_threads, with_scores, /))]
    fn batch<'py>(
        &self,
        predictions: &Bound<'py, PyAny>,
        references: &Bound<'py, PyAny>,
        num_threads: usize,
        with_scores: bool,
    ) -> PyResult<Rows<'py>> {
        metric::batch(&self.metric, self.lower, predictions, references, num_threads, with_scores)
    }
}
