//! Explanations of the counts of one pair: see `tricolore_core::explain`. Texts come as numbers, one a token,
//! equal for equal tokens and below the number of tokens in all texts of the call.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};
use tricolore_core::explain::{self, Edit, Lines, Steps};
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

/// Does work on texts, detached.
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

/// For each of these orders the n-grams that the prediction and a reference have, in order of the prediction:
/// int32, three each, the first place in the prediction, the occurrences there and the most in a reference.
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

/// The longest run of tokens that both texts have: its first place in the prediction, the first place in the
/// reference where it stands, and its length.
#[pyfunction]
#[pyo3(signature = (prediction, reference, /))]
pub fn longest_run(prediction: &Bound<'_, PyList>, reference: &Bound<'_, PyList>) -> PyResult<(usize, usize, usize)> {
    let py = prediction.py();
    let (prediction, reference) = (numbers(prediction)?, numbers(reference)?);
    let run = on_tokens(py, &[&prediction, &reference], |interrupt| {
        explain::longest_run(&prediction, &reference, interrupt)
    })?;
    Ok(run.map_or((0, 0, 0), |run| (run.prediction, run.reference, run.length)))
}

/// The union of the LCS of lines: int32, two each, a place in the prediction and that in the reference. Ends say
/// how many tokens each line and those before it have.
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

/// TER's search: its moves, int32, four each as `TERMove` has them; where the tokens of the prediction, as
/// moved, stood before, int32; and the trace of `TERSearch`.
#[pyfunction]
#[pyo3(signature = (prediction, reference, /))]
pub fn ter_search<'py>(
    prediction: &Bound<'py, PyList>,
    reference: &Bound<'py, PyList>,
) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyBytes>, String)> {
    let py = prediction.py();
    let (prediction, reference) = (numbers(prediction)?, numbers(reference)?);
    let steps =
        on_tokens(py, &[&prediction, &reference], |interrupt| explain::ter(&prediction, &reference, interrupt))?;
    let Steps { moves, places, edits } = steps;
    let letter = |edit: &Edit| match edit {
        Edit::Keep => ' ',
        Edit::Substitute => 's',
        Edit::Delete => 'd',
        Edit::Insert => 'i',
    };
    let [moves, places] = [bytemuck::cast_slice(&moves), bytemuck::cast_slice(&places)];
    Ok((new_bytes(py, moves)?, new_bytes(py, places)?, edits.iter().map(letter).collect()))
}
