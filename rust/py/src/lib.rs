//! The extension module `tricolore._core`: extracts Python's texts, runs the core detached from the interpreter and wraps
//! its results. The public API is `python/tricolore`.

mod arrow;
mod attached;
mod batch;
mod error;
mod explain;
mod lists;
mod metric;
mod missing;
mod pairs;
mod poisson;
mod prepared;
mod pretokenized;
mod reading;
mod references;
mod resample;
mod rows;
mod source;
mod text;
mod wrap;

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use tricolore_core::ExactSum;

#[pymodule]
mod _core {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::arrow::column::Column;
    #[pymodule_export]
    use super::arrow::table::arrow_stream;
    #[pymodule_export]
    use super::batch::check;
    #[pymodule_export]
    use super::explain::{Run, TERSteps, alignment, lcs_union, longest_run, shared_ngrams, ter_search};
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
    use super::rows::Rows;
    #[pymodule_export]
    use super::{extended_edit_distance, forked, porter, sum_columns};
    #[pymodule_export]
    const UNICODE_VERSION: &str = tricolore_core::UNICODE_VERSION;

    /// Lazy values are initialized now, because a fork during their initialization would leave them locked.
    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        tricolore_core::prepare();
        // Cargo's 1.0.0-rc.1 is 1.0.0rc1 in Python (PEP 440). A hyphen would end the field in signatures.
        module.add("__version__", env!("CARGO_PKG_VERSION").replacen("-rc.", "rc", 1))?;
        module.add("MalformedArrowError", module.py().get_type::<super::arrow::errors::MalformedArrowError>())
    }
}

/// Tells the core that this process is the child of a fork.
#[pyfunction]
fn forked() {
    tricolore_core::corpus::forked();
}

/// The cost and the visits of the cheapest alignment of two texts, from which torchmetrics computes their extended edit
/// distance. Costs are finite and not negative.
#[pyfunction]
#[pyo3(signature = (prediction, reference, jump, deletion, insertion, /))]
fn extended_edit_distance(
    py: Python<'_>,
    prediction: &str,
    reference: &str,
    jump: f64,
    deletion: f64,
    insertion: f64,
) -> PyResult<(f64, u64)> {
    let costs = tricolore_core::ExtendedCosts { jump, deletion, insertion };
    error::interruptible(py, |poll| {
        let stop = false.into();
        let interrupt = tricolore_core::Interrupt::new(&stop, Some(poll));
        tricolore_core::extended_edit_distance(prediction, reference, costs, &interrupt)
    })
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

/// The exact sum of each column of a row-major matrix of this width, in units of 2^-1074: the little-endian bytes of a
/// signed integer.
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
