//! Turns errors and panics of the core into Python exceptions. No other module does.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::exceptions::{PyKeyboardInterrupt, PyMemoryError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use tricolore_core::Error;

/// Runs `work` and turns a panic, which is a bug in tricolore, into a `RuntimeError`. PyO3's own exception for a panic
/// derives from `BaseException`, so `except Exception` would not catch it.
pub fn guard<T>(work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(from_panic(panic.as_ref())))
}

fn from_panic(panic: &(dyn Any + Send)) -> PyErr {
    let message = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    PyRuntimeError::new_err(format!("a bug in tricolore, please report it: {message}"))
}

/// Runs `work` detached from the interpreter. `work` receives a poll that returns true once a signal handler has raised
/// an exception; that exception is then raised here.
pub fn interruptible<T: Send>(
    py: Python<'_>,
    work: impl FnOnce(&dyn Fn() -> bool) -> Result<T, Error> + Send,
) -> PyResult<T> {
    guard(|| {
        py.detach(|| {
            let raised = RefCell::new(None);
            let poll = || {
                *raised.borrow_mut() = Python::attach(|py| py.check_signals()).err();
                raised.borrow().is_some()
            };
            let result = work(&poll);
            result.map_err(|error| match error {
                Error::Interrupted => raised.take().unwrap_or_else(|| self::raised(error)),
                _ => self::raised(error),
            })
        })
    })
}

/// The exception for an error of the core.
pub fn raised(error: Error) -> PyErr {
    match error {
        Error::Interrupted => PyKeyboardInterrupt::new_err(()),
        Error::OutOfMemory(_) | Error::NoMemory(_) => PyMemoryError::new_err(error.to_string()),
        Error::TooHigh(_) | Error::TooLong(_) => PyValueError::new_err(error.to_string()),
    }
}
