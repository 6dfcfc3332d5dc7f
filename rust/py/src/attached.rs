//! Work that holds the interpreter: it checks for signals regularly, and allocates by means that can fail.

use std::cell::Cell;

use pyo3::exceptions::PyMemoryError;
use pyo3::prelude::*;

/// Steps of about a nanosecond between two checks for signals.
const STEPS: usize = 1 << 20;
/// The steps that reading one object takes.
pub const OBJECT: usize = 64;

/// Checks for signals once enough work was done since the last check.
pub struct Signals<'py> {
    pub py: Python<'py>,
    spent: Cell<usize>,
}

impl<'py> Signals<'py> {
    pub fn new(py: Python<'py>) -> Self {
        Self { py, spent: Cell::new(0) }
    }

    /// Accounts for `steps`, and raises what a signal handler raises.
    #[inline]
    pub fn spend(&self, steps: usize) -> PyResult<()> {
        let spent = self.spent.get() + steps;
        self.spent.set(spent);
        if spent < STEPS { Ok(()) } else { self.check() }
    }

    #[cold]
    fn check(&self) -> PyResult<()> {
        self.spent.set(0);
        self.py.check_signals()
    }
}

/// Makes room for `more` items, or raises `MemoryError`.
#[inline]
pub fn reserve<T>(items: &mut Vec<T>, more: usize) -> PyResult<()> {
    items.try_reserve(more).map_err(|_| no_memory(more.saturating_mul(size_of::<T>())))
}

/// Returns `count` zeros, or raises `MemoryError`.
pub fn zeros<T: bytemuck::Zeroable + Clone>(py: Python<'_>, count: usize) -> PyResult<Vec<T>> {
    let signals = Signals::new(py);
    let mut numbers = Vec::new();
    numbers.try_reserve_exact(count).map_err(|_| no_memory(count.saturating_mul(size_of::<T>())))?;
    while numbers.len() + STEPS < count {
        numbers.resize(numbers.len() + STEPS, T::zeroed());
        signals.spend(STEPS)?;
    }
    numbers.resize(count, T::zeroed());
    Ok(numbers)
}

/// The error for bytes that cannot be allocated.
#[cold]
pub fn no_memory(bytes: usize) -> PyErr {
    PyMemoryError::new_err(format!("not enough memory for {bytes} bytes"))
}
