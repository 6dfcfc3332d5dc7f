//! Every prediction against every reference: scores without rows, in blocks that the caller chooses.

use bumpalo::Bump;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tricolore_core::metrics::AnyMetric;
use tricolore_core::{Job, Layout, Prepared as PreparedTexts, Segments, Side, corpus};

use crate::attached::zeros;
use crate::error::interruptible;
use crate::pretokenized::{Numbering, Vocabulary};
use crate::reading::Reading;
use crate::source::Source;
use crate::text::{Text, TextReader};
use crate::wrap::fill_bytes;

/// Predictions and references that a metric has read.
#[pyclass(frozen, module = "tricolore._core")]
pub struct Pairs {
    metric: AnyMetric,
    predictions: PreparedTexts,
    references: PreparedTexts,
}

impl Pairs {
    /// Reads one text per prediction and reference. `tokenized` makes the tokens of both sides if texts are not
    /// pretokenized.
    pub fn read(
        metric: AnyMetric,
        predictions: &Bound<'_, PyAny>,
        references: &Bound<'_, PyAny>,
        reading: &Reading,
        tokenized: impl FnOnce(&[&[Text<'_>]]) -> PyResult<Vec<PreparedTexts>>,
    ) -> PyResult<Self> {
        let predictions = Source::take(predictions, "predictions")?;
        let references = Source::take(references, "references")?;
        let [predictions, references] = if reading.pretokenized {
            let mut vocabulary = Vocabulary::new(&reading.ignored);
            let mut numbering = Numbering::Assign(&mut vocabulary);
            [predictions.read_flat("predictions", &mut numbering)?, references.read_flat("references", &mut numbering)?]
        } else {
            let copies = Bump::new();
            let mut reader = TextReader { lowercase: reading.lowercase, copies: &copies };
            let predictions = predictions.read_flat("predictions", &mut reader)?;
            let references = references.read_flat("references", &mut reader)?;
            let sides = tokenized(&[&predictions, &references])?;
            <[PreparedTexts; 2]>::try_from(sides).unwrap_or_else(|_| panic!("two sides"))
        };
        Ok(Self { metric, predictions, references })
    }
}

#[pymethods]
impl Pairs {
    /// The scores of predictions `start` to `stop`, float64: one `bytes` per figure, which is the metric's score or the
    /// F-measure of a ROUGE type. Each prediction is scored against every reference; or, if `others`, once against all
    /// references except the one with its own number.
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
        let (predictions, references) = (Side::Prepared(&self.predictions), Side::Prepared(&self.references));
        let segments: Segments<'_, &[u8]> = Segments { predictions, references, layout };
        let width = self.metric.score_width();
        let mut scores = zeros(py, segments.len() * width)?;
        interruptible(py, |poll| {
            corpus::score(&segments, &mut [Job::new(&self.metric, &mut [], &mut scores)], num_threads, poll)
        })?;
        let which = if let AnyMetric::Rouge(_) | AnyMetric::RougePltrdy(_) | AnyMetric::Rouge155(_) = self.metric {
            (2..width).step_by(3)
        } else {
            (0..width).step_by(1)
        };
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
