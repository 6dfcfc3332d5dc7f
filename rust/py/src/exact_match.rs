//! Exact match: see `tricolore_core::metrics::exact_match`.

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use tricolore_core::metrics::exact_match;

use crate::metric::{self, Rows};

/// The metric; its options come checked from `tricolore.ExactMatch`.
#[pyclass(frozen, module = "tricolore._core")]
pub struct ExactMatch {
    metric: exact_match::ExactMatch,
}

#[pymethods]
impl ExactMatch {
    #[new]
    #[pyo3(signature = (squad, /))]
    fn new(squad: bool) -> Self {
        Self { metric: exact_match::ExactMatch { squad } }
    }

    /// One segment: score, then row.
    #[pyo3(signature = (prediction, references, /))]
    fn score<'py>(
        &self,
        prediction: &Bound<'py, PyAny>,
        references: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        metric::score(&self.metric, self.metric.squad, prediction, references)
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
        metric::batch(&self.metric, self.metric.squad, predictions, references, num_threads, with_scores)
    }
}
