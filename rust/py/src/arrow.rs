//! Columns by the Arrow PyCapsule protocol, in and out: no library is asked for, and no `str` is made but where
//! Python has to see one.

use std::collections::HashMap;
use std::ffi::CStr;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi_and_data_type};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::{
    ArrowPrimitiveType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, Float64Array, Int32Array, Int64Array, RecordBatch, RecordBatchIterator, RecordBatchReader,
    StringViewArray, make_array,
};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList, PyString};

use crate::arrow_checks::{self, Fault};
use crate::attached::{OBJECT, Signals};
use crate::error::guard;
use crate::input::no_reference;
use crate::null::{Nulls, null};
use crate::wrap::to_vec;

const ARRAY: &CStr = c"arrow_array";
const SCHEMA: &CStr = c"arrow_schema";
const STREAM: &CStr = c"arrow_array_stream";

pyo3::create_exception!(
    tricolore._core,
    MalformedArrowError,
    PyValueError,
    "Arrow data that contradicts itself. No other way may be tried to read it."
);

/// A column of strings, of lists of strings, or of lists of integers.
#[pyclass(frozen, module = "tricolore._core")]
pub struct Column {
    chunks: Vec<ArrayRef>,
    /// How it takes nulls.
    pub nulls: Nulls,
}

/// What an array holds at a place.
pub enum Value<'a> {
    Null,
    /// Not looked at: whoever made it may not have either.
    String(&'a [u8]),
    Integer(i64),
    /// Points to nothing, as is said.
    Damaged(String),
}

#[pymethods]
impl Column {
    /// What a method of the protocol gave: the capsule of a stream, or those of a schema and an array. Of a
    /// table its only column.
    #[new]
    #[pyo3(signature = (exported, name, nulls, /))]
    fn new(exported: &Bound<'_, PyAny>, name: &str, nulls: &str) -> PyResult<Self> {
        let nulls = Nulls::named(nulls)?;
        guard(|| Self::take(exported, name, nulls))
    }

    fn __len__(&self) -> usize {
        self.len()
    }

    /// The numbers of the segments without a reference, where nulls are none; texts may come as `tokens`.
    #[pyo3(signature = (tokens, /))]
    fn without_reference(&self, py: Python<'_>, tokens: bool) -> PyResult<Vec<usize>> {
        guard(|| {
            let signals = Signals::new(py);
            let texts = usize::from(tokens);
            let mut lacking = Vec::new();
            let mut before = 0;
            for chunk in &self.chunks {
                let several = depth_of(chunk.data_type()) > texts;
                for place in 0..chunk.len() {
                    signals.spend(OBJECT)?;
                    let has = if chunk.is_null(place) {
                        false
                    } else if let (true, Some((items, mut which))) = (several, list_of(chunk, place)) {
                        signals.spend(OBJECT * which.len())?;
                        which.any(|item| !is_null(items, item))
                    } else {
                        !is_null(chunk, place)
                    };
                    if !has {
                        lacking.push(before + place);
                    }
                }
                before += chunk.len();
            }
            Ok(lacking)
        })
    }

    /// The values as Python has them. Where nulls are empty, one is an empty text, which is an empty list if texts
    /// are `tokens`, and a list of an empty text where several texts belong. Where they are dropped, one is None, and
    /// is left out of lists of texts.
    #[pyo3(signature = (name, tokens, /))]
    fn tolist<'py>(&self, py: Python<'py>, name: &str, tokens: bool) -> PyResult<Bound<'py, PyList>> {
        guard(|| {
            let (out, signals) = (PyList::empty(py), Signals::new(py));
            for chunk in &self.chunks {
                for place in 0..chunk.len() {
                    signals.spend(OBJECT)?;
                    let index = out.len();
                    out.append(self.object(&signals, chunk, place, tokens, &|| format!("{name}[{index}]"))?)?;
                }
            }
            Ok(out)
        })
    }
}

impl Column {
    fn take(exported: &Bound<'_, PyAny>, name: &str, nulls: Nulls) -> PyResult<Self> {
        let signals = Signals::new(exported.py());
        let chunks = if let Ok(capsule) = exported.cast::<PyCapsule>() {
            let pointer = capsule.pointer_checked(Some(STREAM))?;
            // SAFETY: a capsule of this name holds an `ArrowArrayStream`; it is moved out, once.
            let stream = unsafe { FFI_ArrowArrayStream::from_raw(pointer.as_ptr().cast()) };
            read_stream(stream, name, &signals)?
        } else {
            let (schema, array): (Bound<'_, PyCapsule>, Bound<'_, PyCapsule>) = exported.extract()?;
            let (schema, array) = (schema.pointer_checked(Some(SCHEMA))?, array.pointer_checked(Some(ARRAY))?);
            // SAFETY: capsules of these names hold an `ArrowSchema` and an `ArrowArray`; they are moved out,
            // once.
            let (schema, array) = unsafe {
                (FFI_ArrowSchema::from_raw(schema.as_ptr().cast()), FFI_ArrowArray::from_raw(array.as_ptr().cast()))
            };
            if array.is_released() {
                return Err(read_before(name));
            }
            // SAFETY: the array came with that schema.
            vec![unsafe { Kind::of(&schema, name)?.read(array, name, &signals) }?]
        };
        let mut before = 0;
        let only = |chunk: ArrayRef| {
            let length = chunk.len();
            let column = only_column(chunk, name, before);
            before += length;
            column
        };
        let chunks = chunks.into_iter().map(only).collect::<PyResult<_>>()?;
        Ok(Self { chunks, nulls })
    }
}

/// The type of some arrays.
struct Kind {
    checked: arrow_checks::Type,
    kind: DataType,
}

impl Kind {
    /// # Safety
    /// The schema is one of the C data interface.
    unsafe fn of(schema: &FFI_ArrowSchema, name: &str) -> PyResult<Self> {
        let raw: *const FFI_ArrowSchema = schema;
        // SAFETY: the caller gives a schema of the C data interface, and both types are `struct ArrowSchema`.
        let checked = unsafe { arrow_checks::type_of(raw.cast()) }.map_err(|fault| refused(name, fault))?;
        Ok(Self { checked, kind: DataType::try_from(schema).map_err(|error| failed(name, &error))? })
    }

    /// # Safety
    /// The array is one of the C data interface and of this type, and was not read before.
    unsafe fn read(&self, array: FFI_ArrowArray, name: &str, signals: &Signals<'_>) -> PyResult<ArrayRef> {
        let raw: *const FFI_ArrowArray = &raw const array;
        // SAFETY: the caller gives an array of the C data interface and of this type; both are `struct ArrowArray`.
        unsafe { arrow_checks::check(raw.cast(), &self.checked, signals) }.map_err(|fault| refused(name, fault))?;
        // SAFETY: it is of that type and was not read before.
        let data = unsafe { from_ffi_and_data_type(array, self.kind.clone()) };
        Ok(make_array(data.map_err(|error| failed(name, &error))?))
    }
}

/// The arrays of a stream. Not by `ArrayStreamReader`, which reads its type without a look at it.
fn read_stream(mut stream: FFI_ArrowArrayStream, name: &str, signals: &Signals<'_>) -> PyResult<Vec<ArrayRef>> {
    let (Some(get_schema), Some(get_next), Some(_)) = (stream.get_schema(), stream.get_next(), stream.release()) else {
        return Err(read_before(name));
    };
    let mut schema = FFI_ArrowSchema::empty();
    // SAFETY: it is the stream's own, and was not released.
    if unsafe { get_schema(&raw mut stream, &raw mut schema) } != 0 {
        return Err(failed(name, &last_error(&mut stream)));
    }
    // SAFETY: the stream gave it.
    let kind = unsafe { Kind::of(&schema, name) }?;
    let mut arrays = Vec::new();
    loop {
        signals.py.check_signals()?;
        let mut array = FFI_ArrowArray::empty();
        // SAFETY: it is the stream's own, and was not released.
        if unsafe { get_next(&raw mut stream, &raw mut array) } != 0 {
            return Err(failed(name, &last_error(&mut stream)));
        }
        if array.is_released() {
            return Ok(arrays);
        }
        // SAFETY: the stream gave it, and its type.
        arrays.push(unsafe { kind.read(array, name, signals) }?);
    }
}

/// The reason that a stream gives for its failure.
fn last_error(stream: &mut FFI_ArrowArrayStream) -> ArrowError {
    let message = stream.get_last_error().and_then(|get_last_error| {
        // SAFETY: it is the stream's own, and was not released.
        let message = unsafe { get_last_error(&raw mut *stream) };
        // SAFETY: it is null, or a string until the next call.
        (!message.is_null()).then(|| unsafe { CStr::from_ptr(message) }.to_string_lossy().into_owned())
    });
    ArrowError::CDataInterface(message.unwrap_or_else(|| "its stream failed".to_owned()))
}

fn failed(name: &str, error: &ArrowError) -> PyErr {
    PyValueError::new_err(format!("{name} cannot be read as Arrow data: {error}"))
}

fn read_before(name: &str) -> PyErr {
    PyValueError::new_err(format!("{name} gave Arrow data that was read before"))
}

fn refused(name: &str, fault: Fault) -> PyErr {
    match fault {
        Fault::Malformed(message) => damaged(name, &message),
        Fault::Raised(error) => error,
    }
}

impl Column {
    fn object<'py>(
        &self,
        signals: &Signals<'py>,
        array: &ArrayRef,
        place: usize,
        tokens: bool,
        named: &dyn Fn() -> String,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = signals.py;
        signals.spend(OBJECT)?;
        let depth = depth_of(array.data_type());
        if is_null(array, place) {
            return match (depth.checked_sub(usize::from(tokens)), self.nulls) {
                (Some(lists), Nulls::Empty) => {
                    let text = if tokens { PyList::empty(py).into_any() } else { PyString::new(py, "").into_any() };
                    (0..lists).try_fold(text, |text, _| Ok(PyList::new(py, [text])?.into_any()))
                }
                (Some(_), Nulls::Drop) => Ok(py.None().into_bound(py)),
                _ => Err(null(&named())),
            };
        }
        if let Some((items, which)) = list_of(array, place) {
            let out = PyList::empty(py);
            for (number, place) in which.enumerate() {
                let item = self.object(signals, items, place, tokens, &|| format!("{}[{number}]", named()))?;
                if !item.is_none() {
                    out.append(item)?;
                }
            }
            return Ok(out.into_any());
        }
        let mut object = None;
        values(array, place..place + 1, &mut |_, value| {
            object = Some(match value {
                Some(Value::String(text)) => match std::str::from_utf8(text) {
                    Ok(text) => PyString::new(py, text).into_any(),
                    Err(_) => return Err(not_utf8(&named())),
                },
                Some(Value::Integer(number)) => number.into_pyobject(py)?.into_any(),
                Some(Value::Null) => return Err(null(&named())),
                Some(Value::Damaged(fault)) => return Err(damaged(&named(), &fault)),
                None => return Err(other_type(&named(), array, "strings")),
            });
            Ok(())
        })?;
        Ok(object.expect("one value"))
    }
}

/// True if there is nothing at a place; of a dictionary, also where its entry is null.
fn is_null(array: &ArrayRef, place: usize) -> bool {
    if array.is_null(place) {
        return true;
    }
    let mut null = false;
    if let DataType::Dictionary(..) | DataType::Null = array.data_type() {
        let see = &mut |_, value| {
            null = matches!(value, Some(Value::Null));
            Ok(())
        };
        values(array, place..place + 1, see).expect("one value");
    }
    null
}

fn depth_of(mut kind: &DataType) -> usize {
    let mut depth = 0;
    while let DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _) = kind {
        kind = field.data_type();
        depth += 1;
    }
    depth
}

/// Of the columns of a table the only one.
fn only_column(chunk: ArrayRef, name: &str, before: usize) -> PyResult<ArrayRef> {
    let Some(table) = chunk.as_struct_opt() else { return Ok(chunk) };
    if let Some(row) = (0..table.len()).find(|&row| table.is_null(row)) {
        return Err(PyTypeError::new_err(format!("{name} is a table of which row {} is null", before + row)));
    }
    match table.columns() {
        [column] => Ok(Arc::clone(column)),
        _ => Err(PyTypeError::new_err(format!(
            "{name} is a table of the columns {}: pass one of them",
            table.column_names().join(", ")
        ))),
    }
}

impl Column {
    /// How many lists are around each value.
    pub fn depth(&self) -> usize {
        self.chunks.first().map_or(0, |chunk| depth_of(chunk.data_type()))
    }

    /// Its pieces.
    pub fn chunks(&self) -> &[ArrayRef] {
        &self.chunks
    }

    pub fn len(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.len()).sum()
    }

    /// The texts of a column of strings, which are refused where they are not UTF-8.
    pub fn strings<'a>(&'a self, name: &str, mut each: impl FnMut(&'a [u8]) -> PyResult<()>) -> PyResult<()> {
        let mut before = 0;
        for chunk in &self.chunks {
            let named = |place| format!("{name}[{}]", before + place);
            let null = |place| match self.nulls {
                Nulls::Error => Err(null(&named(place))),
                Nulls::Empty => Ok(true),
                // The caller has left these segments out: see `without_reference`.
                Nulls::Drop => Err(no_reference(before + place)),
            };
            strings_of((chunk, 0..chunk.len()), &named, null, &mut each)?;
            before += chunk.len();
        }
        Ok(())
    }

    /// The lists of a column: the array of their values, and which of these belong to each; none for a
    /// null that is an empty text.
    pub fn lists<'a>(
        &'a self,
        name: &str,
        mut each: impl FnMut(usize, Option<(&'a ArrayRef, Range<usize>)>) -> PyResult<()>,
    ) -> PyResult<()> {
        let mut index = 0;
        for chunk in &self.chunks {
            for place in 0..chunk.len() {
                if chunk.is_null(place) {
                    match self.nulls {
                        Nulls::Error => return Err(null(&format!("{name}[{index}]"))),
                        Nulls::Empty => each(index, None)?,
                        Nulls::Drop => return Err(no_reference(index)),
                    }
                } else {
                    each(index, Some(list_of(chunk, place).ok_or_else(|| other_type(name, chunk, "lists"))?))?;
                }
                index += 1;
            }
        }
        Ok(())
    }

    /// The texts of a list that `lists` gave.
    pub fn texts_of<'a>(
        &self,
        list: Option<(&'a ArrayRef, Range<usize>)>,
        name: &str,
        index: usize,
        mut each: impl FnMut(&'a [u8]) -> PyResult<()>,
    ) -> PyResult<()> {
        match list {
            Some(list) => {
                let named = |place| format!("{name}[{index}][{place}]");
                let null = |place| match self.nulls {
                    Nulls::Error => Err(null(&named(place))),
                    Nulls::Empty => Ok(true),
                    Nulls::Drop => Ok(false),
                };
                strings_of(list, &named, null, each)
            }
            None => each(b""),
        }
    }
}

/// Some strings of an array; `null` says whether one is an empty text or not there at all.
fn strings_of<'a>(
    (array, which): (&'a ArrayRef, Range<usize>),
    named: &impl Fn(usize) -> String,
    null: impl Fn(usize) -> PyResult<bool>,
    mut each: impl FnMut(&'a [u8]) -> PyResult<()>,
) -> PyResult<()> {
    let start = which.start;
    values(array, which, &mut |place, value| match value {
        Some(Value::String(text)) if std::str::from_utf8(text).is_err() => Err(not_utf8(&named(place - start))),
        Some(Value::String(text)) => each(text),
        Some(Value::Null) => {
            if null(place - start)? {
                each(b"")?;
            }
            Ok(())
        }
        Some(Value::Damaged(fault)) => Err(damaged(&named(place - start), &fault)),
        _ => Err(other_type(&named(place - start), array, "strings")),
    })
}

/// The values of the list at a place.
pub fn list_of(array: &ArrayRef, place: usize) -> Option<(&ArrayRef, Range<usize>)> {
    if let Some(list) = array.as_list_opt::<i32>() {
        let offsets = list.value_offsets();
        return Some((list.values(), offsets[place] as usize..offsets[place + 1] as usize));
    }
    if let Some(list) = array.as_list_opt::<i64>() {
        let offsets = list.value_offsets();
        return Some((list.values(), offsets[place] as usize..offsets[place + 1] as usize));
    }
    let list = array.as_fixed_size_list_opt()?;
    let start = list.value_offset_at(place);
    Some((list.values(), start..start + list.value_length() as usize))
}

/// Hands out some values in order, with their places; none for what is neither a string nor an integer.
pub fn values<'a>(
    array: &'a ArrayRef,
    which: Range<usize>,
    each: &mut dyn FnMut(usize, Option<Value<'a>>) -> PyResult<()>,
) -> PyResult<()> {
    // Offsets were looked at when the array came; a view is looked at here, for that of a null may be anything.
    macro_rules! texts {
        ($kind:ty) => {{
            let array = array.as_string::<$kind>();
            let (offsets, data) = (array.value_offsets(), array.value_data());
            for place in which {
                if array.is_null(place) {
                    each(place, Some(Value::Null))?;
                } else {
                    each(place, Some(Value::String(&data[offsets[place] as usize..offsets[place + 1] as usize])))?;
                }
            }
        }};
    }
    macro_rules! integers {
        ($kind:ty) => {{
            let array = array.as_primitive::<$kind>();
            for place in which {
                let value = if array.is_null(place) { Some(Value::Null) } else { integer::<$kind>(array.value(place)) };
                each(place, value)?;
            }
        }};
    }
    match array.data_type() {
        DataType::Utf8 => texts!(i32),
        DataType::LargeUtf8 => texts!(i64),
        DataType::Utf8View => {
            let array = array.as_string_view();
            for place in which {
                let value = if array.is_null(place) { Value::Null } else { view(array, place) };
                each(place, Some(value))?;
            }
        }
        DataType::Int8 => integers!(Int8Type),
        DataType::Int16 => integers!(Int16Type),
        DataType::Int32 => integers!(Int32Type),
        DataType::Int64 => integers!(Int64Type),
        DataType::UInt8 => integers!(UInt8Type),
        DataType::UInt16 => integers!(UInt16Type),
        DataType::UInt32 => integers!(UInt32Type),
        DataType::UInt64 => integers!(UInt64Type),
        DataType::Null => which.into_iter().try_for_each(|place| each(place, Some(Value::Null)))?,
        DataType::Dictionary(kind, _) => {
            let dictionary = array.as_any_dictionary();
            let (keys, entries) = (dictionary.keys(), dictionary.values());
            for place in which {
                if keys.is_null(place) {
                    each(place, Some(Value::Null))?;
                    continue;
                }
                let key = match **kind {
                    DataType::Int8 => keys.as_primitive::<Int8Type>().value(place) as usize,
                    DataType::Int16 => keys.as_primitive::<Int16Type>().value(place) as usize,
                    DataType::Int32 => keys.as_primitive::<Int32Type>().value(place) as usize,
                    DataType::Int64 => keys.as_primitive::<Int64Type>().value(place) as usize,
                    DataType::UInt8 => keys.as_primitive::<UInt8Type>().value(place) as usize,
                    DataType::UInt16 => keys.as_primitive::<UInt16Type>().value(place) as usize,
                    DataType::UInt32 => keys.as_primitive::<UInt32Type>().value(place) as usize,
                    _ => keys.as_primitive::<UInt64Type>().value(place) as usize,
                };
                if key >= entries.len() {
                    let fault = format!("a dictionary of {} has no entry {key}", entries.len());
                    each(place, Some(Value::Damaged(fault)))?;
                    continue;
                }
                values(entries, key..key + 1, &mut |_, value| each(place, value))?;
            }
        }
        _ => {
            for place in which {
                each(place, array.is_null(place).then_some(Value::Null))?;
            }
        }
    }
    Ok(())
}

/// The bytes of a view: its own if they are few, or those of a buffer.
fn view(array: &StringViewArray, place: usize) -> Value<'_> {
    let view = &array.views()[place];
    let [length, _, buffer, start] = bytemuck::cast::<u128, [u32; 4]>(*view).map(|number| number as usize);
    if length <= MOST_INLINE {
        return Value::String(&bytemuck::bytes_of(view)[size_of::<u32>()..][..length]);
    }
    match array.data_buffers().get(buffer).and_then(|buffer| buffer.get(start..start + length)) {
        Some(bytes) => Value::String(bytes),
        None => Value::Damaged(format!("a view of {length} bytes from {start} of buffer {buffer} is beyond it")),
    }
}

/// Bytes that a view holds itself.
const MOST_INLINE: usize = 12;

fn integer<'a, T: ArrowPrimitiveType>(value: T::Native) -> Option<Value<'a>>
where
    T::Native: TryInto<i64>,
{
    value.try_into().ok().map(Value::Integer)
}

/// The error for what points to nothing.
pub fn damaged(what: &str, fault: &str) -> PyErr {
    MalformedArrowError::new_err(format!("{what} is malformed Arrow data: {fault}"))
}

/// The error for bytes that are no text.
pub fn not_utf8(what: &str) -> PyErr {
    PyValueError::new_err(format!("{what} is not UTF-8"))
}

/// The error for an array of something else.
pub fn other_type(what: &str, array: &ArrayRef, expected: &str) -> PyErr {
    PyTypeError::new_err(format!("{what} is of the Arrow type {}: {expected} belong there", array.data_type()))
}

/// A table of float64, int64 or int32 columns as a stream of one batch, in a capsule. Names, buffers, and
/// the metadata of the schema, which each field carries too: a column keeps its own when it goes elsewhere.
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
