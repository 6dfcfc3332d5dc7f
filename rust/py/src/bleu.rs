//! BLEU: see `tricolore_core::metrics::bleu`.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use tricolore_core::Tokenizer;
use tricolore_core::metrics::bleu::{self, Smoothing};

use crate::metric::{self, Rows};

/// The metric; its options come checked from `tricolore.BLEU`.
#[pyclass(frozen, module = "tricolore._core")]
pub struct Bleu {
    metric: bleu::Bleu,
    lower: bool,
}

#[pymethods]
impl Bleu {
    #[new]
    #[pyo3(signature = (tokenize, lowercase, max_ngram_order, smooth_method, smooth_value, effective_order, compensated, /))]
    fn new(
        tokenize: &str,
        lowercase: bool,
        max_ngram_order: usize,
        smooth_method: &str,
        smooth_value: f64,
        effective_order: bool,
        compensated: bool,
    ) -> PyResult<Self> {
        let unknown = |what: &str| PyValueError::new_err(format!("no such option: {what}"));
        let tokenizer = match tokenize {
            "13a" => Tokenizer::T13a,
            "intl" => Tokenizer::Intl,
            "zh" => Tokenizer::Zh,
            "char" => Tokenizer::Char,
            "none" => Tokenizer::Whitespace,
            _ => return Err(unknown(tokenize)),
        };
        let smoothing = match smooth_method {
            "none" => Smoothing::None,
            "floor" => Smoothing::Floor(smooth_value),
            "add-k" => Smoothing::AddK(smooth_value),
            "exp" => Smoothing::Exp,
            _ => return Err(unknown(smooth_method)),
        };
        let metric = bleu::Bleu { tokenizer, orders: max_ngram_order, smoothing, effective_order, compensated };
        Ok(Self { metric, lower: lowercase })
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
