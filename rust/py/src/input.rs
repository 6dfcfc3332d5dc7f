//! Python's texts as bytes that outlive the list they came in.

use std::borrow::Cow;

use pyo3::Borrowed;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};
use tricolore_core as core;
use tricolore_core::{Layout, Segments};

use crate::arrow::Column;
use crate::given::{self, Ignored, Known, Numbering};
use crate::null::{is_null, null};
use crate::prepared::Prepared;

/// The UTF-8 of one `str`, in place; or a copy of its lower case, or of its WTF-8 where it has lone
/// surrogates, as three bytes each.
pub type Text<'a> = Cow<'a, [u8]>;

/// How a text is lower-cased before it falls into tokens.
#[derive(Clone, Copy, PartialEq)]
pub enum Lower {
    /// It stays as given.
    Not,
    /// `str.lower`.
    Plain,
    /// As the unicode tokenizer reads it: without format characters and in NFC, so that canonically
    /// equivalent texts are equal.
    Composed,
}

impl From<bool> for Lower {
    fn from(lower: bool) -> Self {
        if lower { Lower::Plain } else { Lower::Not }
    }
}

/// Reads a `str`; none if it is no `str`.
#[inline]
pub fn read<'a>(object: Borrowed<'a, '_, PyAny>, lower: Lower) -> PyResult<Option<Text<'a>>> {
    let text = match object.extract::<&'a str>() {
        Ok(text) if lower == Lower::Not => Cow::Borrowed(text.as_bytes()),
        // The interpreter's Unicode has no say in these.
        Ok(text) if text.is_ascii() => Cow::Owned(text.as_bytes().to_ascii_lowercase()),
        Err(_) if !object.is_instance_of::<PyString>() => return Ok(None),
        _ => Cow::Owned(converted(object, lower)?),
    };
    if text.len() > LONGEST {
        return Err(too_long());
    }
    Ok(Some(text))
}

#[cold]
fn converted(object: Borrowed<'_, '_, PyAny>, lower: Lower) -> PyResult<Vec<u8>> {
    let py = object.py();
    match lower {
        Lower::Not => encoded(&object),
        Lower::Plain => encoded(&object.call_method0(intern!(py, "lower"))?),
        Lower::Composed => composed(object),
    }
}

fn encoded(text: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let bytes = text.call_method1(intern!(text.py(), "encode"), ("utf-8", "surrogatepass"))?;
    Ok(bytes.cast::<PyBytes>()?.as_bytes().to_vec())
}

/// The interpreter composes, as it lower-cases, so that both follow one version of Unicode.
fn composed<'py>(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Vec<u8>> {
    static NORMALIZE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = object.py();
    let nfc = |text| NORMALIZE.import(py, "unicodedata", "normalize")?.call1((intern!(py, "NFC"), text));
    let given = match object.extract::<&str>() {
        Ok(text) => Cow::Borrowed(text.as_bytes()),
        Err(_) => Cow::Owned(encoded(&object)?),
    };
    if core::is_composed(&given) {
        return encoded(&object.call_method0(intern!(py, "lower"))?);
    }
    // Format characters go first: letters and marks compose only side by side.
    let kept = match core::without_format(&given) {
        Some(kept) => PyBytes::new(py, &kept).call_method1(intern!(py, "decode"), ("utf-8", "surrogatepass"))?,
        None => object.to_owned(),
    };
    // The lower case of a composed text may have more to compose: J and U+030C become U+01F0.
    encoded(&nfc(nfc(kept)?.call_method0(intern!(py, "lower"))?)?)
}

/// Counts of tokens are int32.
const LONGEST: usize = i32::MAX as usize;

/// Predictions and references of many segments as they came: tuples and columns own the texts and nobody
/// changes them, so while the work is detached another thread may do to the lists what it likes.
pub struct Sequences<'py> {
    predictions: Side<'py>,
    references: References<'py>,
}

/// The texts of a side.
enum Side<'py> {
    Strings(Bound<'py, PyTuple>),
    Column(Bound<'py, Column>),
}

enum References<'py> {
    /// One each; or an Arrow list each.
    Each(Side<'py>),
    /// Several each.
    Lists(Vec<Bound<'py, PyTuple>>),
    Prepared(Bound<'py, Prepared>),
}

impl<'py> Side<'py> {
    fn take(object: &Bound<'py, PyAny>) -> PyResult<Self> {
        match object.cast::<Column>() {
            Ok(column) => Ok(Side::Column(column.clone())),
            Err(_) => Ok(Side::Strings(tuple(object)?)),
        }
    }

    fn len(&self) -> usize {
        match self {
            Side::Strings(texts) => texts.len(),
            Side::Column(column) => column.get().len(),
        }
    }

    /// The texts, and where those of each segment start if they are lists. Whether those of columns are UTF-8
    /// is looked at if `check`: the format promises it, and the core reads any bytes, so a batch is not to pay.
    fn texts(&self, lower: Lower, check: bool, name: &str) -> PyResult<(Vec<Text<'_>>, Option<Vec<usize>>)> {
        let mut texts = Vec::with_capacity(self.len());
        let mut offsets = None;
        match self {
            Side::Strings(strings) => {
                append(strings, lower, &mut texts, |index, object| not_a_text(&format!("{name}[{index}]"), object))?;
            }
            Side::Column(column) if column.get().depth() == 0 => {
                let py = column.py();
                column.get().strings(name, check || lower != Lower::Not, |text| {
                    texts.push(read_utf8(py, text, lower)?);
                    Ok(())
                })?;
            }
            Side::Column(column) => {
                let (py, column) = (column.py(), column.get());
                let mut starts = vec![0];
                column.lists(name, |index, list| {
                    column.texts_of(list, name, index, check || lower != Lower::Not, |text| {
                        texts.push(read_utf8(py, text, lower)?);
                        Ok(())
                    })?;
                    if starts.last() == Some(&texts.len()) {
                        return Err(no_reference(index));
                    }
                    starts.push(texts.len());
                    Ok(())
                })?;
                offsets = Some(starts);
            }
        }
        Ok((texts, offsets))
    }
}

impl<'py> Sequences<'py> {
    /// Takes a list or tuple, or a column, of texts, and of texts or of lists or tuples of them, or what was
    /// prepared. Texts are str; or else, if `tokens`, sequences of tokens.
    pub fn take(predictions: &Bound<'py, PyAny>, references: &Bound<'py, PyAny>, tokens: bool) -> PyResult<Self> {
        let predictions = Side::take(predictions)?;
        if let Ok(prepared) = references.cast::<Prepared>() {
            return Ok(Self { predictions, references: References::Prepared(prepared.clone()) });
        }
        Ok(Self { predictions, references: References::take(references, tokens)? })
    }
}

impl<'py> References<'py> {
    fn take(references: &Bound<'py, PyAny>, tokens: bool) -> PyResult<Self> {
        let side = Side::take(references)?;
        let Side::Strings(references) = &side else { return Ok(References::Each(side)) };
        let nested = if tokens {
            given::are_lists(references)?
        } else {
            references.get_borrowed_item(0).is_ok_and(|first| is_sequence(&first))
        };
        if !nested {
            return Ok(References::Each(side));
        }
        let list = |(index, segment): (usize, Borrowed<'_, 'py, PyAny>)| {
            if segment.is_instance_of::<PyString>() {
                Err(PyTypeError::new_err(format!(
                    "references[{index}] is a str and references[0] a list: give every segment a list of str"
                )))
            } else if tokens {
                given::items(&segment)?.ok_or_else(|| not_a_text(&format!("references[{index}]"), &segment))
            } else if is_sequence(&segment) {
                tuple(&segment)
            } else {
                Err(not_a_text(&format!("references[{index}]"), &segment))
            }
        };
        Ok(References::Lists(references.iter_borrowed().enumerate().map(list).collect::<PyResult<_>>()?))
    }

    /// Segments that they are for.
    fn len(&self) -> usize {
        match self {
            References::Each(side) => side.len(),
            References::Lists(lists) => lists.len(),
            References::Prepared(prepared) => prepared.get().len(),
        }
    }

    /// The texts, and where those of each segment start if there may be several.
    fn texts(&self, lower: Lower, check: bool) -> PyResult<(Vec<Text<'_>>, Option<Vec<usize>>)> {
        let lists = match self {
            References::Each(side) => return side.texts(lower, check, "references"),
            References::Prepared(_) => unreachable!("they have no texts"),
            References::Lists(lists) => lists,
        };
        let mut texts = Vec::new();
        let mut starts = Vec::with_capacity(lists.len() + 1);
        for (index, list) in lists.iter().enumerate() {
            starts.push(texts.len());
            append(list, lower, &mut texts, |place, object| {
                not_a_text(&format!("references[{index}][{place}]"), object)
            })?;
            if list.is_empty() {
                return Err(no_reference(index));
            }
        }
        starts.push(texts.len());
        Ok((texts, Some(starts)))
    }

    /// The same of texts that are tokens.
    fn tokens(&self, numbering: &mut Numbering<'_>) -> PyResult<(core::Prepared, Option<Vec<usize>>)> {
        let lists = match self {
            References::Each(side) => return tokens(side, "references", numbering),
            References::Prepared(_) => unreachable!("they have no texts"),
            References::Lists(lists) => lists,
        };
        let mut texts = core::Texts::default();
        let mut starts = vec![0];
        for (index, list) in lists.iter().enumerate() {
            for (place, text) in list.iter_borrowed().enumerate() {
                numbering.text(&text, &|| format!("references[{index}][{place}]"), &mut texts)?;
            }
            if list.is_empty() {
                return Err(no_reference(index));
            }
            starts.push(texts.len());
        }
        Ok((numbering.prepared(texts), Some(starts)))
    }
}

fn tokens(
    side: &Side<'_>,
    name: &str,
    numbering: &mut Numbering<'_>,
) -> PyResult<(core::Prepared, Option<Vec<usize>>)> {
    let mut texts = core::Texts::default();
    let offsets = match side {
        Side::Strings(given) => {
            for (index, text) in given.iter_borrowed().enumerate() {
                numbering.text(&text, &|| format!("{name}[{index}]"), &mut texts)?;
            }
            None
        }
        Side::Column(column) => numbering.column(column.get(), name, &mut texts)?,
    };
    Ok((numbering.prepared(texts), offsets))
}

/// The segments of a call.
pub struct Batch<'a> {
    predictions: Own<'a>,
    references: Own<'a>,
    prepared: Option<&'a Prepared>,
    /// Where the references of each segment start; none if they came as one each.
    pub offsets: Option<Vec<usize>>,
}

/// What was read of a side.
enum Own<'a> {
    Texts(Vec<Text<'a>>),
    Tokens(core::Prepared),
}

impl<'a> Batch<'a> {
    /// Reads them for metrics that see texts alike before they fall into tokens, and references then as these streams.
    pub fn read(sequences: &'a Sequences<'_>, seen: &Seen, streams: &[core::Stream]) -> PyResult<Self> {
        let Sequences { predictions, references } = sequences;
        if let References::Prepared(prepared) = references {
            let prepared = prepared.get();
            if prepared.lower != seen.lower || !prepared.texts.has(streams.iter().copied()) {
                return Err(PyValueError::new_err(
                    "references were prepared by a metric that sees other tokens: prepare them by this one",
                ));
            }
            let predictions = match &prepared.known {
                Some(known) => {
                    Own::Tokens(flat("predictions", tokens(predictions, "predictions", &mut Numbering::Of(known))?)?)
                }
                None => Own::Texts(flat("predictions", predictions.texts(seen.lower, false, "predictions")?)?),
            };
            return Ok(Self {
                predictions,
                references: Own::Texts(Vec::new()),
                prepared: Some(prepared),
                offsets: None,
            });
        }
        let (predictions, (references, offsets)) = if seen.tokens {
            let mut known = Known::new(&seen.ignored);
            let mut numbering = Numbering::New(&mut known);
            let predictions = flat("predictions", tokens(predictions, "predictions", &mut numbering)?)?;
            let (references, offsets) = references.tokens(&mut numbering)?;
            (Own::Tokens(predictions), (Own::Tokens(references), offsets))
        } else {
            let predictions = flat("predictions", predictions.texts(seen.lower, false, "predictions")?)?;
            let (references, offsets) = references.texts(seen.lower, false)?;
            (Own::Texts(predictions), (Own::Texts(references), offsets))
        };
        let batch = Batch { predictions, references, prepared: None, offsets };
        let given = sequences.references.len();
        if given != batch.predictions.len() { Err(batch.lengths_differ(given)) } else { Ok(batch) }
    }

    /// The segments.
    pub fn segments(&self) -> PyResult<Segments<'_, Text<'a>>> {
        let (references, layout) = match self.prepared {
            Some(prepared) => (core::Side::Prepared(&prepared.texts), prepared.layout(self.predictions.len())?),
            None => (self.references.side(), self.offsets.as_deref().map_or(Layout::One(0), Layout::Lists)),
        };
        Ok(Segments { predictions: self.predictions.side(), references, layout })
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

impl<'a> Own<'a> {
    fn len(&self) -> usize {
        match self {
            Own::Texts(texts) => texts.len(),
            Own::Tokens(texts) => texts.len(),
        }
    }

    fn side(&self) -> core::Side<'_, Text<'a>> {
        match self {
            Own::Texts(texts) => core::Side::Texts(texts),
            Own::Tokens(texts) => core::Side::Prepared(texts),
        }
    }
}

/// How texts come to a metric.
#[derive(Clone, PartialEq)]
pub struct Seen {
    /// How they are lower-cased.
    pub lower: Lower,
    /// As tokens.
    pub tokens: bool,
    /// Integers that are left out of tokens.
    pub ignored: Ignored,
}

impl Seen {
    /// As texts.
    pub fn text(lower: Lower) -> Self {
        Self { lower, tokens: false, ignored: Ignored::default() }
    }
}

/// References by themselves: the texts, where those of each segment start, and what their tokens are.
pub fn prepare<'py>(
    references: &Bound<'py, PyAny>,
    seen: &Seen,
    read: impl FnOnce(&[Text<'_>]) -> PyResult<core::Prepared>,
) -> PyResult<Prepared> {
    let references = References::take(references, seen.tokens)?;
    if seen.tokens {
        let mut known = Known::new(&seen.ignored);
        let (texts, offsets) = references.tokens(&mut Numbering::New(&mut known))?;
        return Ok(Prepared::new(texts, offsets, seen.lower, Some(known)));
    }
    let (texts, offsets) = references.texts(seen.lower, true)?;
    Ok(Prepared::new(read(&texts)?, offsets, seen.lower, None))
}

/// Two flat sides that are compared with each other.
pub fn prepare_pairs<'py>(
    sides: [&Bound<'py, PyAny>; 2],
    seen: &Seen,
    read: impl FnOnce(&[&[Text<'_>]]) -> PyResult<Vec<core::Prepared>>,
) -> PyResult<Vec<core::Prepared>> {
    let [predictions, references] = sides;
    let [predictions, references] = [Side::take(predictions)?, Side::take(references)?];
    if seen.tokens {
        let mut known = Known::new(&seen.ignored);
        let mut numbering = Numbering::New(&mut known);
        return Ok(vec![
            flat("predictions", tokens(&predictions, "predictions", &mut numbering)?)?,
            flat("references", tokens(&references, "references", &mut numbering)?)?,
        ]);
    }
    let predictions = flat("predictions", predictions.texts(seen.lower, true, "predictions")?)?;
    let references = flat("references", references.texts(seen.lower, true, "references")?)?;
    read(&[&predictions, &references])
}

/// What has one text a segment.
fn flat<T>(name: &str, (texts, offsets): (T, Option<Vec<usize>>)) -> PyResult<T> {
    match offsets {
        None => Ok(texts),
        Some(_) => Err(PyTypeError::new_err(format!("{name} is an Arrow column of lists where one text each belongs"))),
    }
}

/// The error for a segment with nothing to be compared with.
pub fn no_reference(index: usize) -> PyErr {
    PyValueError::new_err(format!("references[{index}] is empty: a segment needs a reference"))
}

/// One segment's references, a str, or a list or tuple of str, as a tuple.
pub fn references<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
    if object.is_instance_of::<PyString>() { PyTuple::new(object.py(), [object]) } else { tuple(object) }
}

/// Reads them.
pub fn read_references<'a>(references: &'a Bound<'_, PyTuple>, lower: Lower) -> PyResult<Vec<Text<'a>>> {
    let mut texts = Vec::new();
    append(references, lower, &mut texts, |index, object| not_a_str(&format!("references[{index}]"), object))?;
    if texts.is_empty() {
        return Err(PyValueError::new_err("references is empty: a segment needs a reference"));
    }
    Ok(texts)
}

/// Text that did not come as a `str`.
#[inline]
fn read_utf8<'a>(py: Python<'_>, text: &'a [u8], lower: Lower) -> PyResult<Text<'a>> {
    if text.len() > LONGEST {
        return Err(too_long());
    }
    Ok(match text {
        _ if lower == Lower::Not => Cow::Borrowed(text),
        _ if text.is_ascii() => Cow::Owned(text.to_ascii_lowercase()),
        _ => {
            let text = std::str::from_utf8(text).expect("checked");
            Cow::Owned(converted(PyString::new(py, text).as_any().as_borrowed(), lower)?)
        }
    })
}

fn too_long() -> PyErr {
    PyValueError::new_err("a text of 2 GiB or more cannot be scored")
}

/// The `TypeError` for what stands where a str belongs.
pub fn not_a_str(what: &str, object: &Bound<'_, PyAny>) -> PyErr {
    let kind = object.get_type().name().map_or_else(|_| "something else".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("{what} is not a str but of type {kind}"))
}

/// The same of a call that has `nulls`.
fn not_a_text(what: &str, object: &Bound<'_, PyAny>) -> PyErr {
    if is_null(object.as_borrowed()) { null(what) } else { not_a_str(what, object) }
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
    lower: Lower,
    texts: &mut Vec<Text<'a>>,
    wrong: impl Fn(usize, &Bound<'_, PyAny>) -> PyErr,
) -> PyResult<()> {
    texts.reserve(sequence.len());
    for (index, object) in sequence.iter_borrowed().enumerate() {
        // Reading strings holds the interpreter, so this is where Ctrl-C is seen.
        if index % (1 << 16) == (1 << 16) - 1 {
            sequence.py().check_signals()?;
        }
        texts.push(read(object, lower)?.ok_or_else(|| wrong(index, &object))?);
    }
    Ok(())
}
