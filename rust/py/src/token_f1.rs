//! The F1 of tokens: see `tricolore_core::metrics::token_f1`.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use tricolore_core::Tokenizer;
use tricolore_core::metrics::token_f1;

use crate::metric::{self, Rows};

/// The metric; its options come checked from `tricolore.TokenF1`.
#[pyclass(frozen, module = "tricolore._core")]
pub struct TokenF1 {
    metric: token_f1::TokenF1,
}

#[pymethods]
impl TokenF1 {
    #[new]
    #[pyo3(signature = ())]
    fn new() -> Self {
        Self { metric: token_f1::TokenF1 }
    }

    /// One segment: score, then row.
    #[pyo3(signature = (prediction, references, /))]
    fn score<'py>(
        &self,
        prediction: &Bound<'py, PyAny>,
        references: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        metric::score(&self.metric, true, prediction, references)
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
        metric::batch(&self.metric, true, predictions, references, num_threads, with_scores)
    }

    /// The tokens of a text.
    #[pyo3(signature = (text, /))]
    fn tokenize<'py>(&self, text: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyString>>> {
        metric::tokenize(Tokenizer::Squad, true, text)
    }
}
