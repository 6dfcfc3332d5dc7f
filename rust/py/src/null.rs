//! Texts that are missing: how they are taken, and the error for one.

use pyo3::Borrowed;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyFloat;

/// How a column takes its nulls.
#[derive(Clone, Copy, PartialEq)]
pub enum Nulls {
    /// As an error.
    Error,
    /// As empty texts.
    Empty,
    /// As references that are not there.
    Drop,
}

impl Nulls {
    /// The choice of this name.
    pub fn named(name: &str) -> PyResult<Self> {
        match name {
            "error" => Ok(Nulls::Error),
            "empty" => Ok(Nulls::Empty),
            "drop" | "drop_segment" => Ok(Nulls::Drop),
            _ => Err(PyValueError::new_err(format!("no such option: {name}"))),
        }
    }
}

/// The error for a text that is missing, which names the choices that there are for its argument.
pub fn null(what: &str) -> PyErr {
    let choices = if what.starts_with("references") || what.starts_with("streams") {
        "; nulls=\"drop\" leaves out such references, nulls=\"drop_segment\" leaves out segments without a reference \
         too, nulls=\"empty\" takes them as empty texts"
    } else if what.starts_with("predictions") {
        "; nulls=\"empty\" takes it as an empty text"
    } else {
        ""
    };
    PyTypeError::new_err(format!("{what} is null{choices}"))
}

/// True if an object stands for a text that is missing: None, NaN, and pandas' names for them.
pub fn is_null(object: Borrowed<'_, '_, PyAny>) -> bool {
    if let Ok(number) = object.cast::<PyFloat>() {
        return number.extract::<f64>().is_ok_and(f64::is_nan);
    }
    object.is_none() || object.get_type().name().is_ok_and(|name| matches!(name.to_str(), Ok("NAType" | "NaTType")))
}
