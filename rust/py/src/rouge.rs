//! ROUGE: see `tricolore_core::metrics::rouge`.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use tricolore_core::corpus;
use tricolore_core::cpu::Cpu;
use tricolore_core::metrics::rouge::{self, MultiReference, Type};
use tricolore_core::{Interrupt, Segments, Tokenizer};

use crate::error::{guard, interruptible};
use crate::input::{self, Batch, Sequences, not_a_str};
use crate::wrap::{fill_bytes, to_vec};

/// The metric; its options come checked from `tricolore.ROUGE`.
#[pyclass(frozen, module = "tricolore._core")]
pub struct Rouge {
    metric: rouge::Rouge,
    lower: bool,
}

/// Text in one pair that is not worth detaching for.
const ATTACHED_BYTES: usize = 1 << 14;

type Rows<'py> = (Bound<'py, PyBytes>, Bound<'py, PyBytes>, Option<Bound<'py, PyBytes>>, (usize, usize));

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

    /// One segment: its float64 scores and then its int32 rows, as bytes: a tuple of numbers would
    /// cost more than they do.
    #[pyo3(signature = (prediction, references, /))]
    fn score<'py>(
        &self,
        prediction: &Bound<'py, PyAny>,
        references: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let py = prediction.py();
        let text =
            input::read(prediction.as_borrowed(), self.lower)?.ok_or_else(|| not_a_str("prediction", prediction))?;
        let references = input::references(references)?;
        let references = input::read_references(&references, self.lower)?;
        let offsets = [0, references.len()];
        let segments =
            Segments { predictions: std::slice::from_ref(&text), references: &references, offsets: Some(&offsets) };
        let mut rows = vec![0i32; self.metric.rows(&segments, 0..1) * self.metric.width()];
        let mut scores = vec![0f64; self.metric.width()];
        let bytes = segments.bytes(0);
        let mut work = |poll: &dyn Fn() -> bool| {
            let stop = false.into();
            let interrupt = Interrupt::new(&stop, Some(poll));
            corpus::with_worker(|worker| self.metric.score(worker, &segments, 0..1, &mut rows, &mut scores, &interrupt))
        };
        if bytes <= ATTACHED_BYTES {
            guard(|| Ok(work(&|| false)))?.expect("too short to be interrupted");
        } else {
            interruptible(py, work)?;
        }
        let (scores, rows) = (bytemuck::cast_slice(&scores), bytemuck::cast_slice(&rows));
        PyBytes::new_with(py, scores.len() + rows.len(), |bytes| {
            bytes[..scores.len()].copy_from_slice(scores);
            bytes[scores.len()..].copy_from_slice(rows);
            Ok(())
        })
    }

    /// Many segments: int32 rows, float64 scores, both row-major; where the rows of each segment
    /// start, if it may have several; and of how many predictions that are not empty the tokenizer
    /// leaves nothing, with the number of those.
    #[pyo3(signature = (predictions, references, num_threads, /))]
    fn batch<'py>(
        &self,
        predictions: &Bound<'py, PyAny>,
        references: &Bound<'py, PyAny>,
        num_threads: usize,
    ) -> PyResult<Rows<'py>> {
        let py = predictions.py();
        let sequences = Sequences::take(predictions, references)?;
        let batch = Batch::read(&sequences, self.lower)?;
        let segments = Segments {
            predictions: &batch.predictions,
            references: &batch.references,
            offsets: batch.offsets.as_deref(),
        };
        let width = self.metric.width();
        let (rows, (scores, emptied)) =
            fill_bytes(py, self.metric.rows(&segments, 0..batch.predictions.len()) * width, |rows| {
                fill_bytes(py, batch.predictions.len() * width, |scores| {
                    interruptible(py, |poll| corpus::score(&self.metric, &segments, num_threads, rows, scores, poll))
                })
            })?;
        let offsets = batch.offsets.as_deref().map(|offsets| offsets_to_bytes(py, offsets));
        let filled = batch.predictions.iter().filter(|text| !text.is_empty()).count();
        Ok((rows, scores, offsets, (emptied, filled)))
    }

    /// Where the references of each segment start, if they may have several: for errors in the
    /// input before anything is done with it.
    #[pyo3(signature = (predictions, references, /))]
    fn check<'py>(
        &self,
        predictions: &Bound<'py, PyAny>,
        references: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let sequences = Sequences::take(predictions, references)?;
        let batch = Batch::read(&sequences, false)?;
        Ok(batch.offsets.as_deref().map(|offsets| offsets_to_bytes(predictions.py(), offsets)))
    }

    /// The scores of segments from their rows.
    #[pyo3(signature = (rows, offsets, /))]
    fn scores<'py>(
        &self,
        rows: &Bound<'py, PyAny>,
        offsets: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let py = rows.py();
        let width = self.metric.width();
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
        let py = text.py();
        let read = input::read(text.as_borrowed(), self.lower)?.ok_or_else(|| not_a_str("text", text))?;
        let tokens = interruptible(py, |poll| {
            let stop = false.into();
            self.metric.tokenizer().tokens(Cpu::detect(), &read, &Interrupt::new(&stop, Some(poll)))
        })?;
        tokens.iter().map(|token| decode(py, token)).collect()
    }
}

fn offsets_to_bytes<'py>(py: Python<'py>, offsets: &[usize]) -> Bound<'py, PyBytes> {
    let offsets: Vec<i64> = offsets.iter().map(|&offset| offset as i64).collect();
    PyBytes::new(py, bytemuck::cast_slice(&offsets))
}

fn decode<'py>(py: Python<'py>, token: &[u8]) -> PyResult<Bound<'py, PyString>> {
    match std::str::from_utf8(token) {
        Ok(token) => Ok(PyString::new(py, token)),
        Err(_) => Ok(PyBytes::new(py, token).call_method1("decode", ("utf-8", "surrogatepass"))?.cast_into()?),
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
