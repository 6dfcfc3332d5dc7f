//! The metrics that make one row of a segment: see `tricolore_core::metrics`. Their options come checked
//! from `tricolore.BLEU` and the others.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use tricolore_core::metrics::bleu::{Bleu, Smoothing};
use tricolore_core::metrics::chrf::Chrf;
use tricolore_core::metrics::exact_match::ExactMatch;
use tricolore_core::metrics::ter::Ter;
use tricolore_core::metrics::token_f1::TokenF1;
use tricolore_core::{Tercom, Tokenizer};

use crate::metric::{self, Rows};

/// One of them, with its options.
#[pyclass(frozen, module = "tricolore._core")]
pub struct RowMetric {
    metric: Metric,
    lower: bool,
}

enum Metric {
    Bleu(Bleu),
    Chrf(Chrf),
    ExactMatch(ExactMatch),
    Ter(Ter),
    TokenF1(TokenF1),
}

/// The same for whichever it is.
macro_rules! whichever {
    ($of:expr, $metric:ident => $work:expr) => {
        match $of {
            Metric::Bleu($metric) => $work,
            Metric::Chrf($metric) => $work,
            Metric::ExactMatch($metric) => $work,
            Metric::Ter($metric) => $work,
            Metric::TokenF1($metric) => $work,
        }
    };
}

#[pymethods]
impl RowMetric {
    #[staticmethod]
    #[pyo3(signature = (tokenize, lowercase, max_ngram_order, smooth_method, smooth_value, effective_order, compensated, /))]
    fn bleu(
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
        let metric = Bleu { tokenizer, orders: max_ngram_order, smoothing, effective_order, compensated };
        Ok(Self { metric: Metric::Bleu(metric), lower: lowercase })
    }

    #[staticmethod]
    #[pyo3(signature = (char_order, word_order, factor, lowercase, whitespace, eps_smoothing, /))]
    fn chrf(
        char_order: usize,
        word_order: usize,
        factor: f64,
        lowercase: bool,
        whitespace: bool,
        eps_smoothing: bool,
    ) -> Self {
        let metric = Chrf { char_order, word_order, factor, whitespace, eps_smoothing };
        Self { metric: Metric::Chrf(metric), lower: lowercase }
    }

    #[staticmethod]
    #[pyo3(signature = (squad, /))]
    fn exact_match(squad: bool) -> Self {
        Self { metric: Metric::ExactMatch(ExactMatch { squad }), lower: squad }
    }

    #[staticmethod]
    #[pyo3(signature = (normalized, no_punct, asian_support, case_sensitive, /))]
    fn ter(normalized: bool, no_punct: bool, asian_support: bool, case_sensitive: bool) -> Self {
        let metric = Ter::new(Tercom { normalized, no_punct, asian_support });
        Self { metric: Metric::Ter(metric), lower: !case_sensitive }
    }

    #[staticmethod]
    fn token_f1() -> Self {
        Self { metric: Metric::TokenF1(TokenF1), lower: true }
    }

    /// One segment: score, then row.
    #[pyo3(signature = (prediction, references, /))]
    fn score<'py>(
        &self,
        prediction: &Bound<'py, PyAny>,
        references: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        whichever!(&self.metric, metric => metric::score(metric, self.lower, prediction, references))
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
        whichever!(
            &self.metric,
            metric => metric::batch(metric, self.lower, predictions, references, num_threads, with_scores)
        )
    }

    /// The tokens of a text, of chrF the words.
    #[pyo3(signature = (text, /))]
    fn tokenize<'py>(&self, text: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyString>>> {
        let tokenizer = match &self.metric {
            Metric::Bleu(metric) => metric.tokenizer,
            Metric::Chrf(_) => Tokenizer::ChrfWords,
            Metric::Ter(metric) => metric.tokenizer,
            Metric::ExactMatch(_) | Metric::TokenF1(_) => Tokenizer::Squad,
        };
        metric::tokenize(tokenizer, self.lower, text)
    }
}
