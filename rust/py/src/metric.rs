//! What every metric does at the boundary: extract, detach, wrap.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use tricolore_core::cpu::Cpu;
use tricolore_core::metrics::Metric;
use tricolore_core::{Interrupt, Segments, Tokenizer, corpus};

use crate::error::{guard, interruptible};
use crate::input::{self, Batch, Sequences, not_a_str};
use crate::wrap::fill_bytes;

/// Rows, scores, where the rows of each segment start, and how many predictions that are not empty
/// the tokenizer leaves nothing of, with the number of those.
pub type Rows<'py> = (Bound<'py, PyBytes>, Bound<'py, PyBytes>, Option<Bound<'py, PyBytes>>, (usize, usize));

/// Text in one pair that is not worth detaching for.
const ATTACHED_BYTES: usize = 1 << 14;

/// One segment: its float64 scores and then its int32 rows, as bytes: a tuple of numbers would cost
/// more than they do. Texts are lower-cased first if `lower`.
pub fn score<'py, M: Metric>(
    metric: &M,
    lower: bool,
    prediction: &Bound<'py, PyAny>,
    references: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    let py = prediction.py();
    let text = input::read(prediction.as_borrowed(), lower)?.ok_or_else(|| not_a_str("prediction", prediction))?;
    let references = input::references(references)?;
    let references = input::read_references(&references, lower)?;
    let offsets = [0, references.len()];
    let segments =
        Segments { predictions: std::slice::from_ref(&text), references: &references, offsets: Some(&offsets) };
    let mut rows = vec![0i32; metric.rows(&segments, 0..1) * metric.row_width()];
    let mut scores = vec![0f64; metric.score_width()];
    let bytes = segments.bytes(0);
    let mut work = |poll: &dyn Fn() -> bool| {
        let stop = false.into();
        let interrupt = Interrupt::new(&stop, Some(poll));
        corpus::with_worker::<M, _>(|worker| {
            metric.score(worker, &segments, 0..1, &mut rows, &mut scores, &interrupt).map(|_| ())
        })
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

/// Many segments: int32 rows and, if asked for, float64 scores, both row-major; where the rows of
/// each segment start, if it may have several.
pub fn batch<'py, M: Metric>(
    metric: &M,
    lower: bool,
    predictions: &Bound<'py, PyAny>,
    references: &Bound<'py, PyAny>,
    num_threads: usize,
    with_scores: bool,
) -> PyResult<Rows<'py>> {
    let py = predictions.py();
    let sequences = Sequences::take(predictions, references)?;
    let batch = Batch::read(&sequences, lower)?;
    let segments =
        Segments { predictions: &batch.predictions, references: &batch.references, offsets: batch.offsets.as_deref() };
    let count = batch.predictions.len();
    let numbers = metric.rows(&segments, 0..count) * metric.row_width();
    let (rows, (scores, emptied)) = fill_bytes(py, numbers, |rows| {
        fill_bytes(py, if with_scores { count * metric.score_width() } else { 0 }, |scores| {
            interruptible(py, |poll| corpus::score(metric, &segments, num_threads, rows, scores, poll))
        })
    })?;
    let offsets = batch.offsets.as_deref().map(|offsets| offsets_to_bytes(py, offsets));
    let filled = batch.predictions.iter().filter(|text| !text.is_empty()).count();
    Ok((rows, scores, offsets, (emptied, filled)))
}

/// Where the references of each segment start, if they may have several.
pub fn offsets_to_bytes<'py>(py: Python<'py>, offsets: &[usize]) -> Bound<'py, PyBytes> {
    let offsets: Vec<i64> = offsets.iter().map(|&offset| offset as i64).collect();
    PyBytes::new(py, bytemuck::cast_slice(&offsets))
}

/// The tokens of a text.
pub fn tokenize<'py>(
    tokenizer: Tokenizer,
    lower: bool,
    text: &Bound<'py, PyAny>,
) -> PyResult<Vec<Bound<'py, PyString>>> {
    let py = text.py();
    let read = input::read(text.as_borrowed(), lower)?.ok_or_else(|| not_a_str("text", text))?;
    let tokens = interruptible(py, |poll| {
        let stop = false.into();
        tokenizer.tokens(Cpu::detect(), &read, &Interrupt::new(&stop, Some(poll)))
    })?;
    tokens.iter().map(|token| decode(py, token)).collect()
}

fn decode<'py>(py: Python<'py>, token: &[u8]) -> PyResult<Bound<'py, PyString>> {
    match std::str::from_utf8(token) {
        Ok(token) => Ok(PyString::new(py, token)),
        Err(_) => Ok(PyBytes::new(py, token).call_method1("decode", ("utf-8", "surrogatepass"))?.cast_into()?),
    }
}
