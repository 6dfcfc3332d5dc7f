//! Numbers across the boundary. They leave as `bytes`, which NumPy reads in place and nobody can change; they arrive in
//! any contiguous buffer of the right type.

use bytemuck::Pod;
use pyo3::buffer::{Element, PyBuffer};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::attached::{Signals, zeros};

/// Returns new `bytes` of `len` numbers that `fill` writes, and the result of `fill`.
pub fn fill_bytes<'py, T: Pod, R>(
    py: Python<'py>,
    len: usize,
    fill: impl FnOnce(&mut [T]) -> PyResult<R>,
) -> PyResult<(Bound<'py, PyBytes>, R)> {
    let mut result = None;
    let bytes = PyBytes::new_with(py, len * size_of::<T>(), |bytes| {
        // CPython's bytes happen to be aligned, but alignment is not guaranteed.
        if let Ok(numbers) = bytemuck::try_cast_slice_mut(bytes) {
            result = Some(fill(numbers)?);
        } else {
            let mut numbers = zeros(py, len)?;
            result = Some(fill(&mut numbers)?);
            bytes.copy_from_slice(bytemuck::cast_slice(&numbers));
        }
        Ok(())
    })?;
    Ok((bytes, result.expect("filled")))
}

/// Returns a copy as `bytes`. `PyBytes::new` is not used because it panics when memory runs out.
pub fn new_bytes<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    PyBytes::new_with(py, bytes.len(), |copy| {
        copy.copy_from_slice(bytes);
        Ok(())
    })
}

/// Returns numbers as `bytes` of int64.
pub fn int64_bytes(py: Python<'_>, numbers: impl ExactSizeIterator<Item = usize>) -> PyResult<Bound<'_, PyBytes>> {
    let (signals, count) = (Signals::new(py), numbers.len());
    let fill = |out: &mut [i64]| {
        for (to, number) in out.iter_mut().zip(numbers) {
            signals.spend(1)?;
            *to = number as i64;
        }
        Ok(())
    };
    Ok(fill_bytes(py, count, fill)?.0)
}

/// Returns a copy of a buffer's numbers in C order.
pub fn to_vec<T: Element + Pod>(buffer: &Bound<'_, PyAny>) -> PyResult<Vec<T>> {
    let (py, buffer) = (buffer.py(), PyBuffer::<T>::get(buffer)?);
    let mut copy = zeros(py, buffer.item_count())?;
    buffer.copy_to_slice(py, &mut copy)?;
    Ok(copy)
}
