//! The errors for Arrow data that cannot be read.

use arrow_array::{Array, ArrayRef};
use arrow_schema::ArrowError;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

pyo3::create_exception!(
    tricolore._core,
    MalformedArrowError,
    PyValueError,
    "Arrow data that contradicts itself. The caller must not try to read it in another way."
);

/// The error for data that contradicts itself.
pub fn malformed(name: &str, fault: &str) -> PyErr {
    MalformedArrowError::new_err(format!("{name} is malformed Arrow data: {fault}"))
}

/// The error for data that the Arrow reader or its producer refuses.
pub fn unreadable(name: &str, error: &ArrowError) -> PyErr {
    PyValueError::new_err(format!("{name} cannot be read as Arrow data: {error}"))
}

/// The error for a capsule that is empty, because its data was moved out.
pub fn read_before(name: &str) -> PyErr {
    PyValueError::new_err(format!("{name} gave Arrow data that was read before"))
}

/// The error for bytes that are not UTF-8.
pub fn not_utf8(name: &str) -> PyErr {
    PyValueError::new_err(format!("{name} is not UTF-8"))
}

/// The error for an array of an unexpected type.
pub fn other_type(name: &str, array: &ArrayRef, expected: &str) -> PyErr {
    PyTypeError::new_err(format!("{name} is of the Arrow type {}: {expected} belong there", array.data_type()))
}
