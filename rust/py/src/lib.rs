//! The extension module `tricolore._core`: extracts Python's texts, lets the core work detached
//! from the interpreter, wraps what comes back. What users see is `python/tricolore`.

mod error;
mod input;
mod rouge;
mod wrap;

use pyo3::prelude::*;

#[pymodule]
mod _core {
    #[pymodule_export]
    use super::rouge::Rouge;
    #[pymodule_export]
    use super::{mean_columns, porter};
    #[pymodule_export]
    #[allow(non_upper_case_globals)]
    const __version__: &str = env!("CARGO_PKG_VERSION");
    #[pymodule_export]
    const UNICODE_VERSION: &str = tricolore_core::UNICODE_VERSION;
}

/// The stem of a lower-case ASCII word.
#[pyfunction]
#[pyo3(signature = (word, /))]
fn porter(word: &str) -> PyResult<String> {
    error::guard(|| {
        let mut word = word.as_bytes().to_vec();
        tricolore_core::stem::porter(&mut word);
        Ok(String::from_utf8(word).expect("ASCII stays ASCII"))
    })
}

/// The mean of each column of a row-major matrix of this width: the exact sum, rounded, over the
/// number of rows, rounded.
#[pyfunction]
#[pyo3(signature = (matrix, width, /))]
fn mean_columns(matrix: &Bound<'_, PyAny>, width: usize) -> PyResult<Vec<f64>> {
    let matrix: Vec<f64> = wrap::to_vec(matrix)?;
    error::guard(|| {
        let mut sums = vec![tricolore_core::ExactSum::default(); width];
        for row in matrix.chunks_exact(width) {
            for (sum, &value) in sums.iter_mut().zip(row) {
                sum.add(value);
            }
        }
        let rows = matrix.len() / width;
        Ok(sums.iter().map(|sum| sum.value() / rows as f64).collect())
    })
}
