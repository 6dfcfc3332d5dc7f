//! ROUGE: see `tricolore_core::metrics::rouge`.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use tricolore_core::metrics::Metric;
use tricolore_core::metrics::rouge::{self, MultiReference, Type};
use tricolore_core::{Interrupt, Tokenizer};

use crate::error::interruptible;
use crate::metric::{self, Rows};
use crate::wrap::{fill_bytes, to_vec};

/// The metric; its options come checked from `tricolore.ROUGE`.
#[pyclass(frozen, module = "tricolore._core")]
pub struct Rouge {
    metric: rouge::Rouge,
    lower: bool,
}

#[pymethods]
impl Rouge {
    #[new]
    #[pyo3(signature = (types, tokenizer, use_stemmer, multi_reference, /))]
    fn new(types: Vec<String>, tokenizer: &str, use_stemmer: bool, multi_reference: &str) -> PyResult<Self> {
        let unknown = |what: &str| PyValueError::new_err(format!("no such option: {what}"));
        let types = types.iter().map(|name| parse(name).ok_or_else(|| unknown(name))).collect::<PyResult<_>>()?;
        let tokenizer = match tokenizer {
            "default" => Tokenizer::Rouge { stemming: use_stemmer },
            "whitespace" => Tokenizer::Whitespace,
            "char" => Tokenizer::Char,
            "unicode" => Tokenizer::Unicode,
            _ => return Err(unknown(tokenizer)),
        };
        let multi_reference = match multi_reference {
            "best" => MultiReference::Best,
            "average" => MultiReference::Average,
            _ => return Err(unknown(multi_reference)),
        };
        // Lower case is the interpreter's own, which follows its Unicode.
        let lower = tokenizer == Tokenizer::Unicode;
        Ok(Self { metric: rouge::Rouge::new(types, tokenizer, multi_reference), lower })
    }

    /// One segment: scores, then rows.
    #[pyo3(signature = (prediction, references, /))]
    fn score<'py>(
        &self,
        prediction: &Bound<'py, PyAny>,
        references: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        metric::score(&self.metric, self.lower, prediction, references)
    }

    /// Many segments.
    #[pyo3(signature = (predictions, references, num_threads, /))]
    fn batch<'py>(
        &self,
        predictions: &Bound<'py, PyAny>,
        references: &Bound<'py, PyAny>,
        num_threads: usize,
    ) -> PyResult<Rows<'py>> {
        metric::batch(&self.metric, self.lower, predictions, references, num_threads, true)
    }

    /// The scores of segments from their rows.
    #[pyo3(signature = (rows, offsets, /))]
    fn scores<'py>(
        &self,
        rows: &Bound<'py, PyAny>,
        offsets: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let py = rows.py();
        let width = self.metric.row_width();
        let rows: Vec<i32> = to_vec(rows)?;
        let offsets: Option<Vec<i64>> = offsets.map(to_vec).transpose()?;
        let segments = offsets.as_ref().map_or(rows.len() / width, |offsets| offsets.len().saturating_sub(1));
        let (bytes, ()) = fill_bytes(py, segments * width, |scores| {
            interruptible(py, |poll| {
                let stop = false.into();
                let interrupt = Interrupt::new(&stop, Some(poll));
                for (segment, scores) in scores.chunks_exact_mut(width).enumerate() {
                    let (start, end) = match &offsets {
                        Some(offsets) => (offsets[segment] as usize, offsets[segment + 1] as usize),
                        None => (segment, segment + 1),
                    };
                    self.metric.scores(&rows[start * width..end * width], scores);
                    interrupt.spend(20 * width)?;
                }
                Ok(())
            })
        })?;
        Ok(bytes)
    }

    /// The tokens of a text.
    #[pyo3(signature = (text, /))]
    fn tokenize<'py>(&self, text: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyString>>> {
        metric::tokenize(self.metric.tokenizer(), self.lower, text)
    }
}

fn parse(name: &str) -> Option<Type> {
    match name.strip_prefix("rouge")? {
        "L" => Some(Type::L),
        "Lsum" => Some(Type::Lsum),
        "Lsubstr" => Some(Type::Lsubstr),
        order => order.parse().ok().filter(|&n| n > 0).map(Type::N),
    }
}
