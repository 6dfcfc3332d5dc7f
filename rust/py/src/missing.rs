//! Missing texts and references: how nulls are read, and the errors for what is missing or is not a text.

use pyo3::Borrowed;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyFloat;

/// How the nulls of a column are read.
#[derive(Clone, Copy, PartialEq)]
pub enum Nulls {
    /// A null raises an error.
    Error,
    /// A null is an empty text.
    Empty,
    /// A null is a reference that does not exist.
    Drop,
}

impl Nulls {
    /// The choice that the option `nulls` names.
    pub fn named(name: &str) -> PyResult<Self> {
        match name {
            "error" => Ok(Nulls::Error),
            "empty" => Ok(Nulls::Empty),
            "drop" | "drop_segment" => Ok(Nulls::Drop),
            _ => Err(PyValueError::new_err(format!("no such option: {name}"))),
        }
    }
}

/// The error for a missing text. It lists the choices that its argument has.
pub fn null(name: &str) -> PyErr {
    let choices = if name.starts_with("references") || name.starts_with("streams") {
        "; nulls=\"drop\" leaves out such references, nulls=\"drop_segment\" leaves out segments without a reference \
         too, nulls=\"empty\" takes them as empty texts"
    } else if name.starts_with("predictions") {
        "; nulls=\"empty\" takes it as an empty text"
    } else {
        ""
    };
    PyTypeError::new_err(format!("{name} is null{choices}"))
}

/// True if an object stands for a missing text: None, NaN, or pandas' NA or NaT.
pub fn is_null(object: Borrowed<'_, '_, PyAny>) -> bool {
    if let Ok(number) = object.cast::<PyFloat>() {
        return number.extract::<f64>().is_ok_and(f64::is_nan);
    }
    object.is_none() || object.get_type().name().is_ok_and(|name| matches!(name.to_str(), Ok("NAType" | "NaTType")))
}

/// The error for a segment without a reference.
pub fn no_reference(index: usize) -> PyErr {
    PyValueError::new_err(format!("references[{index}] is empty: a segment needs a reference"))
}

/// The error for an object that is not a `str`, from a function without the option `nulls`.
pub fn not_a_str(name: &str, object: &Bound<'_, PyAny>) -> PyErr {
    PyTypeError::new_err(format!("{name} is not a str but of type {}", type_name(object)))
}

/// The error for an object that is not a `str`, from a function with the option `nulls`.
pub fn not_a_text(name: &str, object: &Bound<'_, PyAny>) -> PyErr {
    if is_null(object.as_borrowed()) { null(name) } else { not_a_str(name, object) }
}

/// The name of an object's type, for an error message.
pub fn type_name(object: &Bound<'_, PyAny>) -> String {
    object.get_type().name().map_or_else(|_| "something else".to_owned(), |name| name.to_string())
}
