//! Python's texts as bytes that outlive the list they came in.

use std::borrow::Cow;

use pyo3::Borrowed;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};

/// The UTF-8 of one `str`, in place; or a copy of its lower case, or of its WTF-8 where it has lone
/// surrogates, as three bytes each.
pub type Text<'a> = Cow<'a, [u8]>;

/// Reads a `str`, in lower case if `lower`; none if it is no `str`.
#[inline]
pub fn read<'a>(object: Borrowed<'a, '_, PyAny>, lower: bool) -> PyResult<Option<Text<'a>>> {
    let text = match object.extract::<&'a str>() {
        Ok(text) if !lower => Cow::Borrowed(text.as_bytes()),
        // The interpreter's Unicode has no say in these.
        Ok(text) if text.is_ascii() => Cow::Owned(text.as_bytes().to_ascii_lowercase()),
        Err(_) if !object.is_instance_of::<PyString>() => return Ok(None),
        _ => Cow::Owned(converted(object, lower)?),
    };
    if text.len() > LONGEST {
        return Err(PyValueError::new_err("a text of 2 GiB or more cannot be scored"));
    }
    Ok(Some(text))
}

#[cold]
fn converted(object: Borrowed<'_, '_, PyAny>, lower: bool) -> PyResult<Vec<u8>> {
    let py = object.py();
    let text = if lower { object.call_method0(intern!(py, "lower"))? } else { object.to_owned() };
    let bytes = text.call_method1(intern!(py, "encode"), ("utf-8", "surrogatepass"))?;
    Ok(bytes.cast::<PyBytes>()?.as_bytes().to_vec())
}

/// Counts of tokens are int32.
const LONGEST: usize = i32::MAX as usize;

/// Predictions and references of many segments, as tuples: they own the texts and nobody changes
/// them, so while the work is detached another thread may do to the lists what it likes.
pub struct Sequences<'py> {
    predictions: Bound<'py, PyTuple>,
    references: Bound<'py, PyTuple>,
    /// The references of each segment, if they did not come as one `str` each.
    lists: Option<Vec<Bound<'py, PyTuple>>>,
}

impl<'py> Sequences<'py> {
    /// Takes a list or tuple of str, and one of str or of lists or tuples of str.
    pub fn take(predictions: &Bound<'py, PyAny>, references: &Bound<'py, PyAny>) -> PyResult<Self> {
        let (predictions, references) = (tuple(predictions)?, tuple(references)?);
        let nested = references.get_borrowed_item(0).is_ok_and(|first| is_sequence(&first));
        let list = |(index, segment): (usize, Borrowed<'_, 'py, PyAny>)| {
            if segment.is_instance_of::<PyString>() {
                Err(PyTypeError::new_err(format!(
                    "references[{index}] is a str and references[0] a list: give every segment a list of str"
                )))
            } else if is_sequence(&segment) {
                tuple(&segment)
            } else {
                Err(not_a_str(&format!("references[{index}]"), &segment))
            }
        };
        let lists = nested.then(|| references.iter_borrowed().enumerate().map(list).collect()).transpose()?;
        Ok(Self { predictions, references, lists })
    }
}

/// The texts of many segments.
pub struct Batch<'a> {
    pub predictions: Vec<Text<'a>>,
    pub references: Vec<Text<'a>>,
    /// Where the references of each segment start; none if they came as one `str` each.
    pub offsets: Option<Vec<usize>>,
}

impl<'a> Batch<'a> {
    /// Reads them.
    pub fn read(sequences: &'a Sequences<'_>, lower: bool) -> PyResult<Self> {
        let mut predictions = Vec::new();
        append(&sequences.predictions, lower, &mut predictions, |index| format!("predictions[{index}]"))?;
        let mut references = Vec::new();
        let mut offsets = None;
        if let Some(lists) = &sequences.lists {
            let mut starts = Vec::with_capacity(lists.len() + 1);
            for (index, list) in lists.iter().enumerate() {
                starts.push(references.len());
                append(list, lower, &mut references, |place| format!("references[{index}][{place}]"))?;
                if list.is_empty() {
                    return Err(PyValueError::new_err(format!(
                        "references[{index}] is empty: a segment needs a reference"
                    )));
                }
            }
            starts.push(references.len());
            offsets = Some(starts);
        } else {
            append(&sequences.references, lower, &mut references, |index| format!("references[{index}]"))?;
        }
        let batch = Batch { predictions, references, offsets };
        let given = sequences.references.len();
        if given != batch.predictions.len() { Err(batch.lengths_differ(given)) } else { Ok(batch) }
    }

    fn lengths_differ(&self, given: usize) -> PyErr {
        let predictions = self.predictions.len();
        let mut message = format!("{predictions} predictions, but references for {given}");
        if self.offsets.as_ref().is_some_and(|offsets| offsets.windows(2).all(|two| two[1] - two[0] == predictions)) {
            message += "; a list for each stream, as sacreBLEU has them, goes through tricolore.from_streams";
        }
        PyValueError::new_err(message)
    }
}

/// One segment's references, a str, or a list or tuple of str, as a tuple.
pub fn references<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
    if object.is_instance_of::<PyString>() { PyTuple::new(object.py(), [object]) } else { tuple(object) }
}

/// Reads them.
pub fn read_references<'a>(references: &'a Bound<'_, PyTuple>, lower: bool) -> PyResult<Vec<Text<'a>>> {
    let mut texts = Vec::new();
    append(references, lower, &mut texts, |index| format!("references[{index}]"))?;
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

fn tuple<'py>(sequence: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
    match sequence.cast::<PyList>() {
        Ok(list) => Ok(list.to_tuple()),
        Err(_) => Ok(sequence.cast::<PyTuple>()?.clone()),
    }
}

#[inline]
fn append<'a>(
    sequence: &'a Bound<'_, PyTuple>,
    lower: bool,
    texts: &mut Vec<Text<'a>>,
    name: impl Fn(usize) -> String,
) -> PyResult<()> {
    texts.reserve(sequence.len());
    for (index, object) in sequence.iter_borrowed().enumerate() {
        // Reading strings holds the interpreter, so this is where Ctrl-C is seen.
        if index % (1 << 16) == (1 << 16) - 1 {
            sequence.py().check_signals()?;
        }
        texts.push(read(object, lower)?.ok_or_else(|| not_a_str(&name(index), &object))?);
    }
    Ok(())
}
