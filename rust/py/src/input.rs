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
    /// Reads a `str`, in lower case if `lower`; what is none comes back.
    #[inline]
    pub fn read<'py>(object: Bound<'py, PyAny>, lower: bool) -> PyResult<Result<Self, Bound<'py, PyAny>>> {
        // Most are str and not of a subclass, which is quicker to see.
        let text = if object.is_exact_instance_of::<PyString>() {
            object.cast_into::<PyString>()?
        } else {
            match object.cast_into::<PyString>() {
                Ok(text) => text,
                Err(error) => return Ok(Err(error.into_inner())),
            }
        };
        let text = if lower { text.call_method0(intern!(text.py(), "lower"))?.cast_into()? } else { text };
        let text = match PyBackedStr::try_from(text.clone()) {
            Ok(text) => Text::Utf8(text),
            // UTF-8 has no lone surrogates.
            Err(_) => {
                let encoded = text.call_method1("encode", ("utf-8", "surrogatepass"))?;
                Text::Wtf8(PyBackedBytes::from(encoded.cast_into::<PyBytes>()?))
            }
        };
        if text.as_ref().len() > LONGEST {
            return Err(PyValueError::new_err("a text of 2 GiB or more cannot be scored"));
        }
        Ok(Ok(text))
    }
}

/// Counts of tokens are int32.
const LONGEST: usize = i32::MAX as usize;

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
            batch.predictions.push(text.map_err(|item| not_a_str(&format!("predictions[{index}]"), &item))?);
            Ok(())
        })?;
        batch.references.reserve(expected);
        each(references, |index, item| {
            let item = match Text::read(item, lower)? {
                Ok(text) if batch.offsets.is_none() => {
                    batch.references.push(text);
                    return Ok(());
                }
                Ok(_) => {
                    return Err(PyTypeError::new_err(format!(
                        "references[{index}] is a str and references[0] a list: give every segment a list of str"
                    )));
                }
                Err(item) => item,
            };
            if index > 0 && batch.offsets.is_none() || !is_sequence(&item) {
                return Err(not_a_str(&format!("references[{index}]"), &item));
            }
            let before = batch.references.len();
            batch.offsets.get_or_insert_default().push(before);
            each(&item, |place, item| {
                let text = Text::read(item, lower)?;
                batch.references.push(text.map_err(|item| not_a_str(&format!("references[{index}][{place}]"), &item))?);
                Ok(())
            })?;
            if batch.references.len() == before {
                return Err(PyValueError::new_err(format!(
                    "references[{index}] is empty: a segment needs a reference"
                )));
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
    let object = match Text::read(object.clone(), lower)? {
        Ok(text) => return Ok(vec![text]),
        Err(object) => object,
    };
    let mut texts = Vec::new();
    each(&object, |index, item| {
        let text = Text::read(item, lower)?;
        texts.push(text.map_err(|item| not_a_str(&format!("references[{index}]"), &item))?);
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
    mut item: impl FnMut(usize, Bound<'py, PyAny>) -> PyResult<()>,
) -> PyResult<()> {
    let mut item = |(index, object)| {
        // Reading strings holds the interpreter, so this is where Ctrl-C is seen.
        if index % (1 << 16) == (1 << 16) - 1 {
            sequence.py().check_signals()?;
        }
        item(index, object)
    };
    if let Ok(list) = sequence.cast::<PyList>() {
        list.iter().enumerate().try_for_each(&mut item)
    } else {
        sequence.cast::<PyTuple>()?.iter().enumerate().try_for_each(&mut item)
    }
}
