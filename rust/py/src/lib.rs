//! The extension module `tricolore._core`: extracts Python's texts, lets the core work detached
//! from the interpreter, wraps what comes back. What users see is `python/tricolore`.

mod arrow;
mod arrow_checks;
mod attached;
mod error;
mod given;
mod input;
mod metric;
mod pairs;
mod poisson;
mod prepared;
mod resample;
mod wrap;

use bumpalo::Bump;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use tricolore_core::ExactSum;

use crate::input::{Batch, Seen, Sequences};

#[pymodule]
mod _core {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::arrow::{Column, arrow_stream};
    #[pymodule_export]
    use super::metric::{Metric, batch};
    #[pymodule_export]
    use super::pairs::Pairs;
    #[pymodule_export]
    use super::poisson::{poisson_sums, segment_ids};
    #[pymodule_export]
    use super::prepared::Prepared;
    #[pymodule_export]
    use super::resample::Samples;
    #[pymodule_export]
    use super::{check, forked, porter, sum_columns};
    #[pymodule_export]
    #[allow(non_upper_case_globals)]
    const __version__: &str = env!("CARGO_PKG_VERSION");
    #[pymodule_export]
    const UNICODE_VERSION: &str = tricolore_core::UNICODE_VERSION;

    /// What is found out once is found out now: a fork in the midst of it would leave it so.
    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        tricolore_core::prepare();
        module.add("MalformedArrowError", module.py().get_type::<super::arrow::MalformedArrowError>())
    }
}

/// To be called in the child after a fork.
#[pyfunction]
fn forked() {
    tricolore_core::corpus::forked();
}

/// Where the references of each segment start, if they may have several: for errors in the input
/// before anything is done with it.
#[pyfunction]
#[pyo3(signature = (predictions, references, /))]
fn check<'py>(
    predictions: &Bound<'py, PyAny>,
    references: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyBytes>>> {
    let sequences = Sequences::take(predictions, references, false)?;
    let copies = Bump::new();
    let batch = error::guard(|| Batch::read(&sequences, Seen { lower: false, tokens: false }, &[], &copies))?;
    let offsets = |offsets: &Vec<usize>| wrap::int64_bytes(predictions.py(), offsets.iter().copied());
    batch.offsets.as_ref().map(offsets).transpose()
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

/// The exact sum of each column of a row-major matrix of this width, in units of 2^-1074, as the bytes of
/// a signed integer, the lowest first.
#[pyfunction]
#[pyo3(signature = (matrix, width, /))]
fn sum_columns<'py>(matrix: &Bound<'py, PyAny>, width: usize) -> PyResult<Vec<Bound<'py, PyBytes>>> {
    let py = matrix.py();
    let numbers: Vec<f64> = wrap::to_vec(matrix)?;
    let sums = error::interruptible(py, |poll| {
        let stop = false.into();
        let interrupt = tricolore_core::Interrupt::new(&stop, Some(poll));
        let mut sums = vec![ExactSum::default(); width];
        for row in numbers.chunks_exact(width) {
            for (sum, &value) in sums.iter_mut().zip(row) {
                sum.add(value);
            }
            interrupt.spend(10 * width)?;
        }
        Ok(sums)
    })?;
    sums.iter().map(|sum| wrap::new_bytes(py, &sum.to_le_bytes())).collect()
}
