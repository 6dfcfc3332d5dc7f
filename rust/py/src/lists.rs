//! The items of Python lists and tuples.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::attached::{OBJECT, Signals, reserve};

/// Items taken between two checks for signals.
const PIECE: usize = 1 << 12;

/// True if an object is a list or a tuple.
pub fn is_list(object: &Bound<'_, PyAny>) -> bool {
    object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>()
}

/// Appends the items of a list or tuple to `items`.
pub fn take_items<'py>(
    list: &Bound<'py, PyAny>,
    name: &dyn Fn() -> String,
    signals: &Signals<'py>,
    items: &mut Vec<Bound<'py, PyAny>>,
) -> PyResult<()> {
    let Ok(list) = list.cast::<PyList>() else {
        let tuple = list.cast::<PyTuple>()?;
        reserve(items, tuple.len())?;
        for item in tuple.iter_borrowed() {
            signals.spend(OBJECT)?;
            items.push(item.to_owned());
        }
        return Ok(());
    };
    let count = list.len();
    reserve(items, count)?;
    for first in (0..count).step_by(PIECE) {
        let piece = first..count.min(first + PIECE);
        signals.spend(OBJECT * piece.len())?;
        for index in piece {
            // A signal handler may have shortened the list.
            let Ok(item) = list.get_item(index) else { break };
            items.push(item);
        }
    }
    if list.len() == count {
        return Ok(());
    }
    Err(PyRuntimeError::new_err(format!("{} changed its length while it was read", name())))
}
