//! Columns of numbers out, as an Arrow table.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{
    Array, ArrayRef, Float64Array, Int32Array, Int64Array, RecordBatch, RecordBatchIterator, RecordBatchReader,
};
use arrow_schema::{Field, Schema};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::arrow::capsules::STREAM;
use crate::wrap::to_vec;

/// A table of float64, int64 or int32 columns, as the capsule of a stream of one batch. Columns are pairs of a name
/// and a buffer. The metadata goes to the schema and to each field: a column keeps its own when it is taken out of
/// the table.
#[pyfunction]
#[pyo3(signature = (columns, metadata, /))]
pub fn arrow_stream<'py>(
    py: Python<'py>,
    columns: Vec<(String, Bound<'py, PyAny>)>,
    metadata: HashMap<String, String>,
) -> PyResult<Bound<'py, PyCapsule>> {
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (name, column) in columns {
        let array: ArrayRef = if let Ok(numbers) = to_vec::<f64>(&column) {
            Arc::new(Float64Array::from(numbers))
        } else if let Ok(numbers) = to_vec::<i64>(&column) {
            Arc::new(Int64Array::from(numbers))
        } else {
            Arc::new(Int32Array::from(to_vec::<i32>(&column)?))
        };
        fields.push(Field::new(name, array.data_type().clone(), false).with_metadata(metadata.clone()));
        arrays.push(array);
    }
    let schema = Arc::new(Schema::new(fields).with_metadata(metadata));
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays)
        .map_err(|error| PyValueError::new_err(format!("these columns make no table: {error}")))?;
    let reader: Box<dyn RecordBatchReader + Send> = Box::new(RecordBatchIterator::new([Ok(batch)], schema));
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(reader), STREAM)
}
