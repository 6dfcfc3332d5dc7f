//! TER: see `tricolore_core::metrics::ter`.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use tricolore_core::Tercom;
use tricolore_core::metrics::ter;

use crate::metric::{self, Rows};

/// The metric; its options come checked from `tricolore.TER`.
#[pyclass(frozen, module = "tricolore._core")]
pub struct Ter {
    metric: ter::Ter,
    lower: bool,
}

#[pymethods]
impl Ter {
    #[new]
    #[pyo3(signature = (normalized, no_punct, asian_support, case_sensitive, /))]
    fn new(normalized: bool, no_punct: bool, asian_support: bool, case_sensitive: bool) -> Self {
        Self { metric: ter::Ter::new(Tercom { normalized, no_punct, asian_support }), lower: !case_sensitive }
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

    /// The tokens of a text.
    #[pyo3(signature = (text, /))]
    fn tokenize<'py>(&self, text: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyString>>> {
        metric::tokenize(self.metric.tokenizer, self.lower, text)
    }
}
