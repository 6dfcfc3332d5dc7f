//! Explanations of one pair's counts: see `tricolore_core::explain`. A text is a list of numbers, one per token. Equal
//! tokens have equal numbers, and numbers are below the number of tokens in all texts of the call.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};
use tricolore_core::explain::{self, Edit, Lines, Step, Steps};
use tricolore_core::{Error, Interrupt};

use crate::attached::{OBJECT, Signals, reserve};
use crate::error::interruptible;
use crate::wrap::new_bytes;

/// Reads the numbers of a list.
fn numbers(list: &Bound<'_, PyList>) -> PyResult<Vec<u32>> {
    let signals = Signals::new(list.py());
    let mut numbers = Vec::new();
    reserve(&mut numbers, list.len())?;
    for number in list {
        signals.spend(OBJECT)?;
        numbers.push(number.extract()?);
    }
    Ok(numbers)
}

/// Runs `work` detached from the interpreter, after a check of the texts' numbers.
fn on_tokens<T: Send>(
    py: Python<'_>,
    texts: &[&[u32]],
    work: impl FnOnce(&Interrupt<'_>) -> Result<T, Error> + Send,
) -> PyResult<T> {
    let tokens: usize = texts.iter().map(|text| text.len()).sum();
    if let Some(id) = texts.iter().copied().flatten().find(|&&id| id as usize >= tokens) {
        return Err(PyValueError::new_err(format!("a token is {id}: tokens are numbered below their count, {tokens}")));
    }
    interruptible(py, |poll| {
        let stop = false.into();
        work(&Interrupt::new(&stop, Some(poll)))
    })
}

/// The n-grams that the prediction shares with a reference, for each of these orders, sorted by their places in the
/// prediction. Each n-gram is three int32: its first place in the prediction, its count in the prediction and its
/// highest count in a reference.
#[pyfunction]
#[pyo3(signature = (prediction, references, orders, /))]
pub fn shared_ngrams<'py>(
    prediction: &Bound<'py, PyList>,
    references: Vec<Bound<'py, PyList>>,
    orders: Vec<usize>,
) -> PyResult<Vec<Bound<'py, PyBytes>>> {
    let py = prediction.py();
    let prediction = numbers(prediction)?;
    let references = references.iter().map(numbers).collect::<PyResult<Vec<_>>>()?;
    if orders.contains(&0) {
        return Err(PyValueError::new_err("orders are at least 1"));
    }
    let texts: Vec<&[u32]> = std::iter::once(&prediction).chain(&references).map(Vec::as_slice).collect();
    let shared = on_tokens(py, &texts, |interrupt| explain::ngrams(&prediction, &references, &orders, interrupt))?;
    let bytes = shared.into_iter().map(|shared| {
        let numbers: Vec<[u32; 3]> =
            shared.iter().map(|ngram| [ngram.place, ngram.prediction, ngram.reference]).collect();
        new_bytes(py, bytemuck::cast_slice(&numbers))
    });
    bytes.collect()
}

/// A run of tokens that both texts have.
#[pyclass(frozen, get_all, module = "tricolore._core")]
#[derive(Default)]
pub struct Run {
    /// Its first place in the prediction.
    prediction: usize,
    /// Its first place in the reference.
    reference: usize,
    /// The number of its tokens.
    length: usize,
}

/// The longest contiguous run of tokens that both texts have; its length is 0 if they share no token.
#[pyfunction]
#[pyo3(signature = (prediction, reference, /))]
pub fn longest_run(prediction: &Bound<'_, PyList>, reference: &Bound<'_, PyList>) -> PyResult<Run> {
    let py = prediction.py();
    let (prediction, reference) = (numbers(prediction)?, numbers(reference)?);
    let run = on_tokens(py, &[&prediction, &reference], |interrupt| {
        explain::longest_run(&prediction, &reference, interrupt)
    })?;
    Ok(run.map_or_else(Run::default, |run| Run {
        prediction: run.prediction,
        reference: run.reference,
        length: run.length,
    }))
}

/// ROUGE-Lsum's union of the lines' LCS. Each token is two int32: its place in the prediction and its place in the
/// reference. `prediction_ends` and `reference_ends` have, for each line, the number of tokens up to its end.
#[pyfunction]
#[pyo3(signature = (prediction, prediction_ends, reference, reference_ends, /))]
pub fn lcs_union<'py>(
    prediction: &Bound<'py, PyList>,
    prediction_ends: Vec<u32>,
    reference: &Bound<'py, PyList>,
    reference_ends: Vec<u32>,
) -> PyResult<Bound<'py, PyBytes>> {
    let py = prediction.py();
    let (prediction, reference) = (numbers(prediction)?, numbers(reference)?);
    let pairs = on_tokens(py, &[&prediction, &reference], |interrupt| {
        let prediction = Lines { tokens: &prediction, ends: &prediction_ends };
        explain::union(prediction, Lines { tokens: &reference, ends: &reference_ends }, interrupt)
    })?;
    new_bytes(py, bytemuck::cast_slice(&pairs))
}

/// The steps of the alignment that WER counts: a space for a hit, `s`, `d` or `i` for an error.
#[pyfunction]
#[pyo3(signature = (prediction, reference, /))]
pub fn alignment(prediction: &Bound<'_, PyList>, reference: &Bound<'_, PyList>) -> PyResult<String> {
    let py = prediction.py();
    let (prediction, reference) = (numbers(prediction)?, numbers(reference)?);
    let steps =
        on_tokens(py, &[&prediction, &reference], |interrupt| explain::alignment(&prediction, &reference, interrupt))?;
    let letter = |step: &Step| match step {
        Step::Hit => ' ',
        Step::Substitution => 's',
        Step::Deletion => 'd',
        Step::Insertion => 'i',
    };
    Ok(steps.iter().map(letter).collect())
}

/// The result of TER's search.
#[pyclass(frozen, get_all, module = "tricolore._core")]
pub struct TERSteps {
    /// int32, four per move: the fields of `TERMove`.
    moves: Py<PyBytes>,
    /// int32: for each token of the moved prediction, its place before the moves.
    places: Py<PyBytes>,
    /// A letter per edit: the trace of `TERSearch`.
    trace: String,
}

/// TER's search for the moves and edits that turn the prediction into the reference. A move has at most `most_moved`
/// tokens.
#[pyfunction]
#[pyo3(signature = (prediction, reference, most_moved, /))]
pub fn ter_search(
    prediction: &Bound<'_, PyList>,
    reference: &Bound<'_, PyList>,
    most_moved: usize,
) -> PyResult<TERSteps> {
    let py = prediction.py();
    let (prediction, reference) = (numbers(prediction)?, numbers(reference)?);
    let steps = on_tokens(py, &[&prediction, &reference], |interrupt| {
        explain::ter(&prediction, &reference, most_moved, interrupt)
    })?;
    let Steps { moves, places, edits } = steps;
    let letter = |edit: &Edit| match edit {
        Edit::Keep => ' ',
        Edit::Substitute => 's',
        Edit::Delete => 'd',
        Edit::Insert => 'i',
    };
    let [moves, places] = [bytemuck::cast_slice(&moves), bytemuck::cast_slice(&places)];
    Ok(TERSteps {
        moves: new_bytes(py, moves)?.unbind(),
        places: new_bytes(py, places)?.unbind(),
        trace: edits.iter().map(letter).collect(),
    })
}
