//! The Poisson bootstrap, which needs one pass over the segments: see `tricolore_core::sampling::poisson`.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyInt, PyString};
use tricolore_core::sampling::poisson;

use crate::arrow::column::Column;
use crate::arrow::errors::{malformed, other_type};
use crate::arrow::values::{Value, values};
use crate::attached::{OBJECT, Signals, reserve};
use crate::error::{guard, interruptible};
use crate::lists::take_items;
use crate::wrap::{new_bytes, to_vec};

/// A uint64 for each segment's id. Ids are a list or tuple of `str` or `int`, or a column of strings or integers. A
/// negative integer becomes its two's complement.
#[pyfunction]
#[pyo3(signature = (ids, /))]
pub fn segment_ids<'py>(ids: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    let numbers = guard(|| {
        let signals = Signals::new(ids.py());
        let mut numbers = Vec::new();
        if let Ok(column) = ids.cast::<Column>() {
            of_column(column.get(), &signals, &mut numbers)?;
        } else {
            let mut items = Vec::new();
            take_items(ids, &|| "ids".to_owned(), &signals, &mut items)?;
            reserve(&mut numbers, items.len())?;
            for (index, id) in items.iter().enumerate() {
                signals.spend(OBJECT)?;
                numbers.push(of_object(index, id)?);
            }
        }
        Ok(numbers)
    })?;
    new_bytes(ids.py(), bytemuck::cast_slice(&numbers))
}

fn of_object(index: usize, id: &Bound<'_, PyAny>) -> PyResult<u64> {
    if let Ok(text) = id.cast::<PyString>() {
        let text = text.to_str().map_err(|_| PyValueError::new_err(format!("ids[{index}] has a lone surrogate")))?;
        return Ok(poisson::number_of(text.as_bytes()));
    }
    if !id.is_instance_of::<PyBool>() {
        if let Ok(number) = id.extract::<i64>() {
            return Ok(number as u64);
        }
        if id.is_instance_of::<PyInt>() || id.hasattr("__index__")? {
            return Err(PyValueError::new_err(format!("ids[{index}] is beyond int64")));
        }
    }
    let kind = id.get_type().name()?;
    Err(PyTypeError::new_err(format!("ids[{index}] is of type {kind}: an id is a str or an int")))
}

fn of_column(column: &Column, signals: &Signals<'_>, numbers: &mut Vec<u64>) -> PyResult<()> {
    reserve(numbers, column.len())?;
    for chunk in column.chunks() {
        values(chunk, 0..chunk.len(), &mut |_, value| {
            let number = match value {
                Some(Value::String(text)) => poisson::number_of(text),
                Some(Value::Integer(number)) => number as u64,
                Some(Value::Null) => {
                    return Err(PyTypeError::new_err(format!(
                        "ids[{}] is null: each segment has an id",
                        numbers.len()
                    )));
                }
                Some(Value::Malformed(fault)) => return Err(malformed(&format!("ids[{}]", numbers.len()), &fault)),
                None => return Err(other_type(&format!("ids[{}]", numbers.len()), chunk, "strings or int64")),
            };
            signals.spend(OBJECT)?;
            numbers.push(number);
            Ok(())
        })?;
    }
    Ok(())
}

/// The sums of each replicate, int64, a row per replicate: the sum of each column of `rows` and, last, the number of
/// draws. `rows` is a row-major float64 matrix of whole numbers from 0 to 2^31 - 1; `ids` come from `segment_ids`.
#[pyfunction]
#[pyo3(signature = (ids, rows, width, seed, replicates, num_threads, /))]
pub fn poisson_sums<'py>(
    ids: &Bound<'py, PyAny>,
    rows: &Bound<'py, PyAny>,
    width: usize,
    seed: u64,
    replicates: usize,
    num_threads: usize,
) -> PyResult<Bound<'py, PyBytes>> {
    let py = ids.py();
    let (ids, rows): (Vec<u64>, Vec<f64>) = (to_vec(ids)?, to_vec(rows)?);
    if ids.len() * width != rows.len() {
        return Err(PyValueError::new_err("ids and rows differ in number"));
    }
    let sums = interruptible(py, |poll| poisson::sums(&ids, &rows, width, seed, replicates, num_threads, poll))?;
    new_bytes(py, bytemuck::cast_slice(&sums))
}
