//! Arrow data out of capsules: C structures are moved out, checked, and become arrays.

use std::ffi::CStr;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi_and_data_type};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{Array, ArrayRef, make_array};
use arrow_schema::{ArrowError, DataType};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::arrow::checks::{self, Fault, Format};
use crate::arrow::errors::{malformed, read_before, unreadable};
use crate::attached::Signals;

const ARRAY: &CStr = c"arrow_array";
const SCHEMA: &CStr = c"arrow_schema";
/// The name of a capsule that holds a stream.
pub const STREAM: &CStr = c"arrow_array_stream";

/// The arrays that a method of the protocol exported: a stream's capsule, or the capsules of a schema and an array. A
/// table must have one column, which is returned in its place.
pub fn arrays(exported: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<ArrayRef>> {
    let signals = Signals::new(exported.py());
    let arrays = if let Ok(capsule) = exported.cast::<PyCapsule>() {
        let pointer = capsule.pointer_checked(Some(STREAM))?;
        // SAFETY: a capsule of this name holds an `ArrowArrayStream`; it is moved out, once.
        let stream = unsafe { FFI_ArrowArrayStream::from_raw(pointer.as_ptr().cast()) };
        read_stream(stream, name, &signals)?
    } else {
        let (schema, array): (Bound<'_, PyCapsule>, Bound<'_, PyCapsule>) = exported.extract()?;
        let (schema, array) = (schema.pointer_checked(Some(SCHEMA))?, array.pointer_checked(Some(ARRAY))?);
        // SAFETY: capsules of these names hold an `ArrowSchema` and an `ArrowArray`; they are moved out, once.
        let (schema, array) = unsafe {
            (FFI_ArrowSchema::from_raw(schema.as_ptr().cast()), FFI_ArrowArray::from_raw(array.as_ptr().cast()))
        };
        if array.is_released() {
            return Err(read_before(name));
        }
        // SAFETY: the array came with this schema.
        vec![unsafe { CheckedType::of(&schema, name)?.read(array, name, &signals) }?]
    };
    let mut before = 0;
    let only = |array: ArrayRef| {
        let length = array.len();
        let column = only_column(array, name, before);
        before += length;
        column
    };
    arrays.into_iter().map(only).collect()
}

/// The type of some arrays.
struct CheckedType {
    format: Format,
    data_type: DataType,
}

impl CheckedType {
    /// # Safety
    /// The schema is a schema of the C data interface.
    unsafe fn of(schema: &FFI_ArrowSchema, name: &str) -> PyResult<Self> {
        let raw: *const FFI_ArrowSchema = schema;
        // SAFETY: the caller passes a schema of the C data interface, and both types are `struct ArrowSchema`.
        let format = unsafe { checks::format_of(raw.cast()) }.map_err(|fault| refused(name, fault))?;
        Ok(Self { format, data_type: DataType::try_from(schema).map_err(|error| unreadable(name, &error))? })
    }

    /// # Safety
    /// The array is an array of the C data interface, has this type and has not been read.
    unsafe fn read(&self, array: FFI_ArrowArray, name: &str, signals: &Signals<'_>) -> PyResult<ArrayRef> {
        let raw: *const FFI_ArrowArray = &raw const array;
        // SAFETY: the caller passes an array of the C data interface and of this type; both are `struct ArrowArray`.
        unsafe { checks::check(raw.cast(), &self.format, signals) }.map_err(|fault| refused(name, fault))?;
        // SAFETY: the array has this type and has not been read.
        let data = unsafe { from_ffi_and_data_type(array, self.data_type.clone()) };
        Ok(make_array(data.map_err(|error| unreadable(name, &error))?))
    }
}

/// The arrays of a stream. `ArrayStreamReader` is not used because it reads the type unchecked.
fn read_stream(mut stream: FFI_ArrowArrayStream, name: &str, signals: &Signals<'_>) -> PyResult<Vec<ArrayRef>> {
    let (Some(get_schema), Some(get_next), Some(_)) = (stream.get_schema(), stream.get_next(), stream.release()) else {
        return Err(read_before(name));
    };
    let mut schema = FFI_ArrowSchema::empty();
    // SAFETY: the function is the stream's own, and the stream was not released.
    if unsafe { get_schema(&raw mut stream, &raw mut schema) } != 0 {
        return Err(unreadable(name, &last_error(&mut stream)));
    }
    // SAFETY: the stream filled in the schema.
    let checked_type = unsafe { CheckedType::of(&schema, name) }?;
    let mut arrays = Vec::new();
    loop {
        signals.py.check_signals()?;
        let mut array = FFI_ArrowArray::empty();
        // SAFETY: the function is the stream's own, and the stream was not released.
        if unsafe { get_next(&raw mut stream, &raw mut array) } != 0 {
            return Err(unreadable(name, &last_error(&mut stream)));
        }
        if array.is_released() {
            return Ok(arrays);
        }
        // SAFETY: the stream filled in the array and its type.
        arrays.push(unsafe { checked_type.read(array, name, signals) }?);
    }
}

/// The reason that a stream gives for its failure.
fn last_error(stream: &mut FFI_ArrowArrayStream) -> ArrowError {
    let message = stream.get_last_error().and_then(|get_last_error| {
        // SAFETY: the function is the stream's own, and the stream was not released.
        let message = unsafe { get_last_error(&raw mut *stream) };
        // SAFETY: the message is null, or a string that lives until the next call.
        (!message.is_null()).then(|| unsafe { CStr::from_ptr(message) }.to_string_lossy().into_owned())
    });
    ArrowError::CDataInterface(message.unwrap_or_else(|| "its stream failed".to_owned()))
}

fn refused(name: &str, fault: Fault) -> PyErr {
    match fault {
        Fault::Malformed(message) => malformed(name, &message),
        Fault::Raised(error) => error,
    }
}

/// The only column of a table; an array that is no table is returned unchanged. `before` is the number of rows in
/// earlier arrays.
fn only_column(array: ArrayRef, name: &str, before: usize) -> PyResult<ArrayRef> {
    let Some(table) = array.as_struct_opt() else { return Ok(array) };
    if let Some(row) = (0..table.len()).find(|&row| table.is_null(row)) {
        return Err(PyTypeError::new_err(format!("{name} is a table in which row {} is null", before + row)));
    }
    match table.columns() {
        [column] => Ok(Arc::clone(column)),
        _ => Err(PyTypeError::new_err(format!(
            "{name} is a table of the columns {}: pass one of them",
            table.column_names().join(", ")
        ))),
    }
}
