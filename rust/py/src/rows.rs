//! The result of scoring a batch.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tricolore_core::{Layout, Notes, Segments, Side};

use crate::text::Text;
use crate::wrap::int64_bytes;

/// The rows and scores of many segments.
#[pyclass(frozen, get_all, module = "tricolore._core")]
pub struct Rows {
    /// int32, row-major.
    rows: Py<PyBytes>,
    /// float64, row-major; empty if no scores were asked for.
    scores: Py<PyBytes>,
    /// int64: the index of each segment's first reference and, last, the number of references; None if each segment
    /// has one.
    starts: Option<Py<PyBytes>>,
    /// The number of predictions that are not empty and have no token.
    emptied: usize,
    /// The number of predictions that are not empty, if texts are not pretokenized.
    filled: usize,
    /// The number of segments in which a text has several lines, if the metric reads lines.
    lined: usize,
}

impl Rows {
    pub fn of(
        segments: &Segments<'_, Text<'_>>,
        rows: Bound<'_, PyBytes>,
        scores: Bound<'_, PyBytes>,
        notes: Notes,
    ) -> PyResult<Self> {
        let starts = starts(rows.py(), segments)?.map(Bound::unbind);
        let filled = match &segments.predictions {
            Side::Texts(texts) => texts.iter().filter(|text| !text.is_empty()).count(),
            Side::Prepared(_) => 0,
        };
        let Notes { emptied, lined } = notes;
        Ok(Self { rows: rows.unbind(), scores: scores.unbind(), starts, emptied, filled, lined })
    }
}

#[pymethods]
impl Rows {
    #[new]
    fn new(
        rows: Py<PyBytes>,
        scores: Py<PyBytes>,
        starts: Option<Py<PyBytes>>,
        emptied: usize,
        filled: usize,
        lined: usize,
    ) -> Self {
        Self { rows, scores, starts, emptied, filled, lined }
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let size = |bytes: &Py<PyBytes>| format!("<{} bytes>", bytes.as_bytes(py).len());
        let starts = self.starts.as_ref().map_or_else(|| "None".to_owned(), size);
        let (rows, scores) = (size(&self.rows), size(&self.scores));
        let Self { emptied, filled, lined, .. } = self;
        format!(
            "Rows(rows={rows}, scores={scores}, starts={starts}, emptied={emptied}, filled={filled}, lined={lined})"
        )
    }
}

fn starts<'py>(py: Python<'py>, segments: &Segments<'_, Text<'_>>) -> PyResult<Option<Bound<'py, PyBytes>>> {
    match &segments.layout {
        Layout::Lists(starts) => int64_bytes(py, starts.iter().map(|start| start - starts[0])).map(Some),
        Layout::Shared(range) => {
            // An inclusive range does not know its length.
            int64_bytes(py, (0..segments.len() + 1).map(|segment| segment * range.len())).map(Some)
        }
        _ => Ok(None),
    }
}
