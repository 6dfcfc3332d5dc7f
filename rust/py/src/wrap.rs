//! Numbers across the boundary: `bytes` out, which numpy reads in place and nobody can change;
//! any contiguous buffer of the right type in.

use pyo3::buffer::{Element, PyBuffer};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// A number with eight bytes.
pub trait Eight: Copy {
    fn bytes(self) -> [u8; 8];
}

impl Eight for i64 {
    fn bytes(self) -> [u8; 8] {
        self.to_ne_bytes()
    }
}

impl Eight for f64 {
    fn bytes(self) -> [u8; 8] {
        self.to_ne_bytes()
    }
}

/// The numbers in native byte order.
pub fn to_bytes<'py, T: Eight>(py: Python<'py>, numbers: &[T]) -> PyResult<Bound<'py, PyBytes>> {
    PyBytes::new_with(py, numbers.len() * 8, |bytes| {
        for (bytes, number) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(numbers) {
            *bytes = number.bytes();
        }
        Ok(())
    })
}

/// A copy of a buffer's numbers in C order.
pub fn to_vec<T: Element>(buffer: &Bound<'_, PyAny>) -> PyResult<Vec<T>> {
    PyBuffer::get(buffer)?.to_vec(buffer.py())
}
