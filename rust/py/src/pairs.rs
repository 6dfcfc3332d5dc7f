//! Every text with every other: scores without rows, in blocks that the caller chooses.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tricolore_core::metrics::AnyMetric;
use tricolore_core::{Job, Layout, Prepared, Segments, Source, corpus};

use crate::attached::zeros;
use crate::error::interruptible;
use crate::wrap::fill_bytes;

/// Texts that were read once, by a metric.
#[pyclass(frozen, module = "tricolore._core")]
pub struct Pairs {
    metric: AnyMetric,
    predictions: Prepared,
    references: Prepared,
}

impl Pairs {
    /// Predictions, and references of the same vocabulary.
    pub fn new(metric: AnyMetric, sides: Vec<Prepared>) -> Self {
        let [predictions, references] = <[Prepared; 2]>::try_from(sides).unwrap_or_else(|_| panic!("two sides"));
        Self { metric, predictions, references }
    }
}

#[pymethods]
impl Pairs {
    /// The figures that are one number each, the score, or of ROUGE the F-measure of each type, as float64: of
    /// each of these predictions with every reference; or, if `others`, with all at once but that of its number.
    #[pyo3(signature = (start, stop, others, num_threads, /))]
    fn block<'py>(
        &self,
        py: Python<'py>,
        start: usize,
        stop: usize,
        others: bool,
        num_threads: usize,
    ) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        let layout = if others { Layout::Others(start..stop) } else { Layout::Product(start..stop) };
        let (predictions, references) = (Source::Prepared(&self.predictions), Source::Prepared(&self.references));
        let segments: Segments<'_, &[u8]> = Segments { predictions, references, layout };
        let width = self.metric.score_width();
        let mut scores = zeros(py, segments.len() * width)?;
        interruptible(py, |poll| {
            corpus::score(&segments, &mut [Job::new(&self.metric, &mut [], &mut scores)], num_threads, poll)
        })?;
        let which = if let AnyMetric::Rouge(_) = self.metric { (2..width).step_by(3) } else { (0..width).step_by(1) };
        let column = |figure: usize| {
            let scores = scores.iter().skip(figure).step_by(width);
            let fill = |column: &mut [f64]| {
                column.iter_mut().zip(scores).for_each(|(to, score)| *to = *score);
                Ok(())
            };
            Ok(fill_bytes(py, segments.len(), fill)?.0)
        };
        which.map(column).collect()
    }
}
