//! Numbers across the boundary: `bytes` out, which numpy reads in place and nobody can change;
//! any contiguous buffer of the right type in.

use bytemuck::Pod;
use pyo3::buffer::{Element, PyBuffer};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// New `bytes` of `len` numbers that `fill` writes, and what it gives.
pub fn fill_bytes<'py, T: Pod, R>(
    py: Python<'py>,
    len: usize,
    fill: impl FnOnce(&mut [T]) -> PyResult<R>,
) -> PyResult<(Bound<'py, PyBytes>, R)> {
    let mut result = None;
    let bytes = PyBytes::new_with(py, len * size_of::<T>(), |bytes| {
        // CPython's bytes are aligned enough, but promise nothing.
        if let Ok(numbers) = bytemuck::try_cast_slice_mut(bytes) {
            result = Some(fill(numbers)?);
        } else {
            let mut numbers = vec![T::zeroed(); len];
            result = Some(fill(&mut numbers)?);
            bytes.copy_from_slice(bytemuck::cast_slice(&numbers));
        }
        Ok(())
    })?;
    Ok((bytes, result.expect("filled")))
}

/// A copy of a buffer's numbers in C order.
pub fn to_vec<T: Element>(buffer: &Bound<'_, PyAny>) -> PyResult<Vec<T>> {
    PyBuffer::get(buffer)?.to_vec(buffer.py())
}
