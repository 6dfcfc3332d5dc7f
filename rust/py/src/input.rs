//! Python's texts as bytes that outlive the list they came in.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};

/// One text, kept alive by a reference of ours: while the work is detached, another thread may do
/// to the list what it likes.
pub enum Text {
    Utf8(PyBackedStr),
    /// With lone surrogates, as three bytes each.
    Wtf8(PyBackedBytes),
}

impl AsRef<[u8]> for Text {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        match self {
            Text::Utf8(text) => text.as_bytes(),
            Text::Wtf8(text) => text,
        }
    }
}

impl Text {
    /// Reads a `str`, in lower case if `lower`; none if `object` is something else.
    #[inline]
    pub fn read(object: &Bound<'_, PyAny>, lower: bool) -> PyResult<Option<Self>> {
        let Ok(text) = object.cast::<PyString>() else { return Ok(None) };
        if lower {
            let lowered = text.call_method0(intern!(text.py(), "lower"))?;
            return Self::of(lowered.cast::<PyString>()?).map(Some);
        }
        Self::of(text).map(Some)
    }

    #[inline]
    fn of(text: &Bound<'_, PyString>) -> PyResult<Self> {
        match PyBackedStr::try_from(text.clone()) {
            Ok(text) => Ok(Text::Utf8(text)),
            // UTF-8 has no lone surrogates.
            Err(_) => {
                let encoded = text.call_method1("encode", ("utf-8", "surrogatepass"))?;
                Ok(Text::Wtf8(PyBackedBytes::from(encoded.cast_into::<PyBytes>()?)))
            }
        }
    }
}

/// Predictions and references of many segments.
pub struct Batch {
    pub predictions: Vec<Text>,
    pub references: Vec<Text>,
    /// Where the references of each segment start; none if they came as one `str` each.
    pub offsets: Option<Vec<usize>>,
}

impl Batch {
    /// Reads a list or tuple of str, and one of str or of lists or tuples of str.
    pub fn read(predictions: &Bound<'_, PyAny>, references: &Bound<'_, PyAny>, lower: bool) -> PyResult<Self> {
        let mut batch = Batch { predictions: Vec::new(), references: Vec::new(), offsets: None };
        let expected = predictions.len()?;
        batch.predictions.reserve_exact(expected);
        each(predictions, |index, item| {
            let text = Text::read(item, lower)?;
            batch.predictions.push(text.ok_or_else(|| not_a_str(&format!("predictions[{index}]"), item))?);
            Ok(())
        })?;
        batch.references.reserve(expected);
        each(references, |index, item| {
            if let Some(text) = Text::read(item, lower)? {
                if batch.offsets.is_some() {
                    return Err(PyTypeError::new_err(format!(
                        "references[{index}] is a str and references[0] a list: give every segment a list of str"
                    )));
                }
                batch.references.push(text);
                return Ok(());
            }
            if index > 0 && batch.offsets.is_none() || !is_sequence(item) {
                return Err(not_a_str(&format!("references[{index}]"), item));
            }
            batch.offsets.get_or_insert_default().push(batch.references.len());
            let before = batch.references.len();
            each(item, |place, item| {
                let text = Text::read(item, lower)?;
                let text = text.ok_or_else(|| not_a_str(&format!("references[{index}][{place}]"), item))?;
                batch.references.push(text);
                Ok(())
            })?;
            if batch.references.len() == before {
                return Err(PyValueError::new_err(format!("references[{index}] is empty: a segment needs a reference")));
            }
            Ok(())
        })?;
        let end = batch.references.len();
        let given = batch.offsets.as_ref().map_or(end, Vec::len);
        if given != batch.predictions.len() {
            return Err(batch.lengths_differ(given));
        }
        if let Some(offsets) = &mut batch.offsets {
            offsets.push(end);
        }
        Ok(batch)
    }

    fn lengths_differ(&self, given: usize) -> PyErr {
        let predictions = self.predictions.len();
        let mut message = format!("{predictions} predictions, but references for {given}");
        if let Some(offsets) = &self.offsets {
            let ends = offsets.iter().copied().skip(1).chain([self.references.len()]);
            if offsets.iter().zip(ends).all(|(start, end)| end - start == predictions) {
                message += "; a list for each stream, as sacreBLEU has them, goes through tricolore.from_streams";
            }
        }
        PyValueError::new_err(message)
    }
}

/// Reads one segment's references: a str, or a list or tuple of str.
pub fn references(object: &Bound<'_, PyAny>, lower: bool) -> PyResult<Vec<Text>> {
    if let Some(text) = Text::read(object, lower)? {
        return Ok(vec![text]);
    }
    let mut texts = Vec::new();
    each(object, |index, item| {
        texts.push(Text::read(item, lower)?.ok_or_else(|| not_a_str(&format!("references[{index}]"), item))?);
        Ok(())
    })?;
    if texts.is_empty() {
        return Err(PyValueError::new_err("references is empty: a segment needs a reference"));
    }
    Ok(texts)
}

/// The `TypeError` for what stands where a str belongs.
pub fn not_a_str(what: &str, object: &Bound<'_, PyAny>) -> PyErr {
    let kind = object.get_type().name().map_or_else(|_| "something else".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("{what} is not a str but of type {kind}"))
}

fn is_sequence(object: &Bound<'_, PyAny>) -> bool {
    object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>()
}

fn each<'py>(
    sequence: &Bound<'py, PyAny>,
    mut item: impl FnMut(usize, &Bound<'py, PyAny>) -> PyResult<()>,
) -> PyResult<()> {
    if let Ok(list) = sequence.cast::<PyList>() {
        list.iter().enumerate().try_for_each(|(index, object)| item(index, &object))
    } else {
        let tuple = sequence.cast::<PyTuple>()?;
        tuple.iter().enumerate().try_for_each(|(index, object)| item(index, &object))
    }
}
