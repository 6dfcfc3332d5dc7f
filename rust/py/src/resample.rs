//! Resampling: see `tricolore_core::sampling::resample`.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tricolore_core::sampling::resample::Rows;
use tricolore_core::{Error, Interrupt};

use crate::error::{interruptible, raised};
use crate::wrap::{new_bytes, to_vec};

/// Rows to draw samples from, as float32 or, if `double`, as float64.
#[pyclass(frozen, module = "tricolore._core")]
pub struct Samples {
    count: usize,
    numbers: Numbers,
}

enum Numbers {
    Single(Rows<f32>),
    Double(Rows<f64>),
}

#[pymethods]
impl Samples {
    #[new]
    #[pyo3(signature = (rows, width, double, /))]
    fn new(rows: &Bound<'_, PyAny>, width: usize, double: bool) -> PyResult<Self> {
        let (length, numbers) = if double {
            let rows: Vec<f64> = to_vec(rows)?;
            (rows.len(), Numbers::Double(Rows::new(&rows, width).map_err(raised)?))
        } else {
            let rows: Vec<f32> = to_vec(rows)?;
            (rows.len(), Numbers::Single(Rows::new(&rows, width).map_err(raised)?))
        };
        Ok(Self { count: length / width, numbers })
    }

    /// The sums of the rows that each sample draws, a row per sample. `draws` is int64: row numbers, as many per sample
    /// as there are rows.
    #[pyo3(signature = (draws, in_order, /))]
    fn drawn<'py>(&self, draws: &Bound<'py, PyAny>, in_order: bool) -> PyResult<Bound<'py, PyBytes>> {
        let py = draws.py();
        let draws: Vec<i64> = to_vec(draws)?;
        if draws.iter().any(|&row| usize::try_from(row).map_or(true, |row| row >= self.count)) {
            return Err(PyValueError::new_err("a draw is not the number of a row"));
        }
        match &self.numbers {
            Numbers::Single(rows) => sums(py, |interrupt| rows.drawn(&draws, in_order, interrupt)),
            Numbers::Double(rows) => sums(py, |interrupt| rows.drawn(&draws, in_order, interrupt)),
        }
    }

    /// The sums of the rows that ROUGE-1.5.5 draws with the seeds 0, 1, 2 and so on, a row per sample, each added in the
    /// order of its draws.
    #[pyo3(signature = (samples, /))]
    fn drawn_by_perl<'py>(&self, py: Python<'py>, samples: u32) -> PyResult<Bound<'py, PyBytes>> {
        match &self.numbers {
            Numbers::Single(rows) => sums(py, |interrupt| rows.drawn_by_perl(samples, interrupt)),
            Numbers::Double(rows) => sums(py, |interrupt| rows.drawn_by_perl(samples, interrupt)),
        }
    }

    /// The sums of the rows that each sample selects, a row per sample. `selections` is uint8: for each sample and row, 1
    /// if the row is selected and 0 if not.
    #[pyo3(signature = (selections, /))]
    fn selected<'py>(&self, selections: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let py = selections.py();
        let selections: Vec<u8> = to_vec(selections)?;
        match &self.numbers {
            Numbers::Single(rows) => sums(py, |interrupt| rows.selected(&selections, interrupt)),
            Numbers::Double(rows) => sums(py, |interrupt| rows.selected(&selections, interrupt)),
        }
    }
}

fn sums<'py, T: bytemuck::Pod + Send>(
    py: Python<'py>,
    work: impl FnOnce(&Interrupt) -> Result<Vec<T>, Error> + Send,
) -> PyResult<Bound<'py, PyBytes>> {
    let sums = interruptible(py, |poll| {
        let stop = false.into();
        work(&Interrupt::new(&stop, Some(poll)))
    })?;
    new_bytes(py, bytemuck::cast_slice(&sums))
}
