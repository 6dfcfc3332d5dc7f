//! Python's texts as bytes that outlive the list they came in.

use bumpalo::Bump;
use pyo3::Borrowed;
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};
use tricolore_core as core;
use tricolore_core::{Layout, Segments};

use crate::arrow::Column;
use crate::attached::{OBJECT, Signals, no_memory, reserve};
use crate::given::{self, Ignored, Known, Numbering};
use crate::null::{is_null, null};
use crate::prepared::Prepared;

/// The UTF-8 of one `str`, in place; or a copy of its lower case, or of its WTF-8 where it has lone
/// surrogates, as three bytes each.
pub type Text<'a> = &'a [u8];

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

/// Reads a `str`; none if it is no `str`. Copies are made in `copies`.
#[inline]
pub fn read<'a>(object: Borrowed<'a, '_, PyAny>, lower: Lower, copies: &'a Bump) -> PyResult<Option<Text<'a>>> {
    let text = match object.extract::<&'a str>() {
        Ok(text) if lower == Lower::Not => text.as_bytes(),
        // The interpreter's Unicode has no say in these.
        Ok(text) if text.is_ascii() => ascii_lowercase(text.as_bytes(), copies)?,
        Err(_) if !object.is_instance_of::<PyString>() => return Ok(None),
        _ => converted(object, lower, copies)?,
    };
    if text.len() > LONGEST {
        return Err(too_long());
    }
    Ok(Some(text))
}

fn ascii_lowercase<'a>(text: &[u8], copies: &'a Bump) -> PyResult<Text<'a>> {
    let copy = copies.try_alloc_slice_copy(text).map_err(|_| no_memory(text.len()))?;
    copy.make_ascii_lowercase();
    Ok(copy)
}

#[cold]
fn converted<'a>(object: Borrowed<'_, '_, PyAny>, lower: Lower, copies: &'a Bump) -> PyResult<Text<'a>> {
    let py = object.py();
    let bytes = match lower {
        Lower::Not => encoded(&object)?,
        Lower::Plain => encoded(&object.call_method0(intern!(py, "lower"))?)?,
        Lower::Composed => composed(object)?,
    };
    let bytes = bytes.as_bytes();
    Ok(copies.try_alloc_slice_copy(bytes).map_err(|_| no_memory(bytes.len()))?)
}

fn encoded<'py>(text: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    Ok(text.call_method1(intern!(text.py(), "encode"), ("utf-8", "surrogatepass"))?.cast_into()?)
}

/// The interpreter composes, as it lower-cases, so that both follow one version of Unicode.
fn composed<'py>(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    static NORMALIZE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = object.py();
    let nfc = |text| NORMALIZE.import(py, "unicodedata", "normalize")?.call1((intern!(py, "NFC"), text));
    let with_surrogates;
    let given = match object.extract::<&str>() {
        Ok(text) => text.as_bytes(),
        Err(_) => {
            with_surrogates = encoded(&object)?;
            with_surrogates.as_bytes()
        }
    };
    if core::is_composed(given) {
        return encoded(&object.call_method0(intern!(py, "lower"))?);
    }
    // Format characters go first: letters and marks compose only side by side.
    let kept = match core::without_format(given) {
        Some(kept) => PyBytes::new(py, &kept).call_method1(intern!(py, "decode"), ("utf-8", "surrogatepass"))?,
        None => object.to_owned(),
    };
    // The lower case of a composed text may have more to compose: J and U+030C become U+01F0.
    encoded(&nfc(nfc(kept)?.call_method0(intern!(py, "lower"))?)?)
}

/// Counts of tokens are int32.
const LONGEST: usize = i32::MAX as usize;

/// Predictions and references of many segments. These own the texts, so while the work is detached another thread
/// may do to the lists what it likes.
pub struct Sequences<'py> {
    predictions: Side<'py>,
    references: References<'py>,
}

/// The texts of a side.
enum Side<'py> {
    Strings(Vec<Bound<'py, PyAny>>),
    Column(Bound<'py, Column>),
}

enum References<'py> {
    /// One each; or an Arrow list each.
    Each(Side<'py>),
    /// Several each: all of them, and where those of each segment start. A tuple for each would be a tuple for
    /// the garbage collector to visit.
    Lists {
        texts: Vec<Bound<'py, PyAny>>,
        starts: Vec<usize>,
    },
    Prepared(Bound<'py, Prepared>),
}

impl<'py> Side<'py> {
    fn take(object: &Bound<'py, PyAny>, name: &str) -> PyResult<Self> {
        if let Ok(column) = object.cast::<Column>() {
            return Ok(Side::Column(column.clone()));
        }
        let mut items = Vec::new();
        take_items(object, &|| name.to_owned(), &Signals::new(object.py()), &mut items)?;
        Ok(Side::Strings(items))
    }

    fn len(&self) -> usize {
        match self {
            Side::Strings(texts) => texts.len(),
            Side::Column(column) => column.get().len(),
        }
    }

    /// The texts, and where those of each segment start if they are lists.
    fn texts<'a>(
        &'a self,
        lower: Lower,
        name: &str,
        copies: &'a Bump,
    ) -> PyResult<(Vec<Text<'a>>, Option<Vec<usize>>)> {
        let mut texts = Vec::new();
        reserve(&mut texts, self.len())?;
        let mut offsets = None;
        match self {
            Side::Strings(strings) => {
                let wrong = |index, object: &Bound<'_, PyAny>| not_a_text(&format!("{name}[{index}]"), object);
                append(strings, lower, copies, &mut texts, wrong)?;
            }
            Side::Column(column) if column.get().depth() == 0 => {
                let signals = Signals::new(column.py());
                column.get().strings(name, |text| {
                    texts.push(read_utf8(text, lower, copies, &signals)?);
                    Ok(())
                })?;
            }
            Side::Column(column) => {
                let (signals, column) = (Signals::new(column.py()), column.get());
                let mut starts = Vec::new();
                reserve(&mut starts, self.len() + 1)?;
                starts.push(0);
                column.lists(name, |index, list| {
                    column.texts_of(list, name, index, |text| {
                        reserve(&mut texts, 1)?;
                        texts.push(read_utf8(text, lower, copies, &signals)?);
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
        let predictions = Side::take(predictions, "predictions")?;
        if let Ok(prepared) = references.cast::<Prepared>() {
            return Ok(Self { predictions, references: References::Prepared(prepared.clone()) });
        }
        Ok(Self { predictions, references: References::take(references, tokens)? })
    }
}

impl<'py> References<'py> {
    fn take(references: &Bound<'py, PyAny>, tokens: bool) -> PyResult<Self> {
        let side = Side::take(references, "references")?;
        let Side::Strings(segments) = &side else { return Ok(References::Each(side)) };
        let nested = if tokens { given::are_lists(segments)? } else { segments.first().is_some_and(is_sequence) };
        if !nested {
            return Ok(References::Each(side));
        }
        let signals = Signals::new(references.py());
        let (mut texts, mut starts) = (Vec::new(), Vec::new());
        reserve(&mut starts, segments.len() + 1)?;
        starts.push(0);
        for (index, segment) in segments.iter().enumerate() {
            let named = || format!("references[{index}]");
            if segment.is_instance_of::<PyString>() {
                return Err(PyTypeError::new_err(format!(
                    "references[{index}] is a str and references[0] a list: give every segment a list of str"
                )));
            } else if tokens {
                let items = given::items(segment)?.ok_or_else(|| not_a_text(&named(), segment))?;
                take_items(&items, &named, &signals, &mut texts)?;
            } else if is_sequence(segment) {
                take_items(segment, &named, &signals, &mut texts)?;
            } else {
                return Err(not_a_text(&named(), segment));
            }
            if starts.last() == Some(&texts.len()) {
                return Err(no_reference(index));
            }
            starts.push(texts.len());
        }
        Ok(References::Lists { texts, starts })
    }

    /// Segments that they are for.
    fn len(&self) -> usize {
        match self {
            References::Each(side) => side.len(),
            References::Lists { starts, .. } => starts.len() - 1,
            References::Prepared(prepared) => prepared.get().len(),
        }
    }

    /// The texts, and where those of each segment start if there may be several.
    fn texts<'a>(&'a self, lower: Lower, copies: &'a Bump) -> PyResult<(Vec<Text<'a>>, Option<Vec<usize>>)> {
        let (lists, starts) = match self {
            References::Each(side) => return side.texts(lower, "references", copies),
            References::Prepared(_) => unreachable!("they have no texts"),
            References::Lists { texts, starts } => (texts, starts),
        };
        let mut texts = Vec::new();
        append(lists, lower, copies, &mut texts, |number, object| not_a_text(&named_in(starts, number), object))?;
        Ok((texts, Some(copy_of(starts)?)))
    }

    /// The same of texts that are tokens.
    fn tokens(&self, numbering: &mut Numbering<'_>) -> PyResult<(core::Prepared, Option<Vec<usize>>)> {
        let (lists, starts) = match self {
            References::Each(side) => return tokens(side, "references", numbering),
            References::Prepared(_) => unreachable!("they have no texts"),
            References::Lists { texts, starts } => (texts, starts),
        };
        let mut texts = core::PretokenizedTexts::default();
        for (number, text) in lists.iter().enumerate() {
            numbering.text(text, &|| named_in(starts, number), &mut texts)?;
        }
        Ok((numbering.prepared(texts), Some(copy_of(starts)?)))
    }
}

/// The name of a reference by its number among all.
#[cold]
fn named_in(starts: &[usize], number: usize) -> String {
    let index = starts.partition_point(|&start| start <= number) - 1;
    format!("references[{index}][{}]", number - starts[index])
}

fn copy_of(numbers: &[usize]) -> PyResult<Vec<usize>> {
    let mut copy = Vec::new();
    reserve(&mut copy, numbers.len())?;
    copy.extend_from_slice(numbers);
    Ok(copy)
}

fn tokens(
    side: &Side<'_>,
    name: &str,
    numbering: &mut Numbering<'_>,
) -> PyResult<(core::Prepared, Option<Vec<usize>>)> {
    let mut texts = core::PretokenizedTexts::default();
    let offsets = match side {
        Side::Strings(given) => {
            for (index, text) in given.iter().enumerate() {
                numbering.text(text, &|| format!("{name}[{index}]"), &mut texts)?;
            }
            None
        }
        Side::Column(column) => numbering.column(column.get(), name, &Signals::new(column.py()), &mut texts)?,
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
    /// Copies are made in `copies`.
    pub fn read(
        sequences: &'a Sequences<'_>,
        seen: &Seen,
        streams: &[core::Stream],
        copies: &'a Bump,
    ) -> PyResult<Self> {
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
                None => Own::Texts(flat("predictions", predictions.texts(seen.lower, "predictions", copies)?)?),
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
            let predictions = flat("predictions", predictions.texts(seen.lower, "predictions", copies)?)?;
            let (references, offsets) = references.texts(seen.lower, copies)?;
            (Own::Texts(predictions), (Own::Texts(references), offsets))
        };
        let batch = Batch { predictions, references, prepared: None, offsets };
        let given = sequences.references.len();
        if given != batch.predictions.len() { Err(batch.lengths_differ(given)) } else { Ok(batch) }
    }

    /// The segments.
    pub fn segments(&self) -> PyResult<Segments<'_, Text<'a>>> {
        let (references, layout) = match self.prepared {
            Some(prepared) => (core::Source::Prepared(&prepared.texts), prepared.layout(self.predictions.len())?),
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

    fn side(&self) -> core::Source<'_, Text<'a>> {
        match self {
            Own::Texts(texts) => core::Source::Texts(texts),
            Own::Tokens(texts) => core::Source::Prepared(texts),
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
    let copies = Bump::new();
    let (texts, offsets) = references.texts(seen.lower, &copies)?;
    Ok(Prepared::new(read(&texts)?, offsets, seen.lower, None))
}

/// Two flat sides that are compared with each other.
pub fn prepare_pairs<'py>(
    sides: [&Bound<'py, PyAny>; 2],
    seen: &Seen,
    read: impl FnOnce(&[&[Text<'_>]]) -> PyResult<Vec<core::Prepared>>,
) -> PyResult<Vec<core::Prepared>> {
    let [predictions, references] = sides;
    let [predictions, references] = [Side::take(predictions, "predictions")?, Side::take(references, "references")?];
    if seen.tokens {
        let mut known = Known::new(&seen.ignored);
        let mut numbering = Numbering::New(&mut known);
        return Ok(vec![
            flat("predictions", tokens(&predictions, "predictions", &mut numbering)?)?,
            flat("references", tokens(&references, "references", &mut numbering)?)?,
        ]);
    }
    let copies = Bump::new();
    let predictions = flat("predictions", predictions.texts(seen.lower, "predictions", &copies)?)?;
    let references = flat("references", references.texts(seen.lower, "references", &copies)?)?;
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

/// One segment's references, a str, or a list or tuple of str.
pub fn references<'py>(object: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    if object.is_instance_of::<PyString>() {
        return Ok(vec![object.clone()]);
    }
    let mut items = Vec::new();
    take_items(object, &|| "references".to_owned(), &Signals::new(object.py()), &mut items)?;
    Ok(items)
}

/// Reads them.
pub fn read_references<'a>(
    references: &'a [Bound<'_, PyAny>],
    lower: Lower,
    copies: &'a Bump,
) -> PyResult<Vec<Text<'a>>> {
    let mut texts = Vec::new();
    let wrong = |index, object: &Bound<'_, PyAny>| not_a_str(&format!("references[{index}]"), object);
    append(references, lower, copies, &mut texts, wrong)?;
    if texts.is_empty() {
        return Err(PyValueError::new_err("references is empty: a segment needs a reference"));
    }
    Ok(texts)
}

/// Text that did not come as a `str`, and is UTF-8.
#[inline]
fn read_utf8<'a>(text: &'a [u8], lower: Lower, copies: &'a Bump, signals: &Signals<'_>) -> PyResult<Text<'a>> {
    signals.spend(OBJECT + text.len())?;
    if text.len() > LONGEST {
        return Err(too_long());
    }
    match text {
        _ if lower == Lower::Not => Ok(text),
        _ if text.is_ascii() => ascii_lowercase(text, copies),
        _ => {
            let text = PyString::from_bytes(signals.py, text)?;
            converted(text.as_any().as_borrowed(), lower, copies)
        }
    }
}

fn too_long() -> PyErr {
    PyValueError::new_err("a text of 2 GiB or more cannot be scored")
}

/// The `TypeError` for what stands where a str belongs.
pub fn not_a_str(what: &str, object: &Bound<'_, PyAny>) -> PyErr {
    let kind = object.get_type().name().map_or_else(|_| "something else".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("{what} is not a str but of type {kind}"))
}

/// The error of a call that has `nulls`.
fn not_a_text(what: &str, object: &Bound<'_, PyAny>) -> PyErr {
    if is_null(object.as_borrowed()) { null(what) } else { not_a_str(what, object) }
}

fn is_sequence(object: &Bound<'_, PyAny>) -> bool {
    object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>()
}

/// Items that are taken between two looks for signals.
const PIECE: usize = 1 << 12;

/// Appends the items of a list or tuple.
pub fn take_items<'py>(
    sequence: &Bound<'py, PyAny>,
    name: &dyn Fn() -> String,
    signals: &Signals<'py>,
    items: &mut Vec<Bound<'py, PyAny>>,
) -> PyResult<()> {
    let Ok(list) = sequence.cast::<PyList>() else {
        let tuple = sequence.cast::<PyTuple>()?;
        reserve(items, tuple.len())?;
        for item in tuple.iter_borrowed() {
            signals.spend(OBJECT)?;
            items.push(item.to_owned());
        }
        return Ok(());
    };
    let count = list.len();
    reserve(items, count)?;
    for first in (0..count).step_by(PIECE) {
        let piece = first..count.min(first + PIECE);
        signals.spend(OBJECT * piece.len())?;
        for index in piece {
            // A signal handler may have changed it.
            let Ok(item) = list.get_item(index) else { break };
            items.push(item);
        }
    }
    if list.len() == count {
        return Ok(());
    }
    Err(PyRuntimeError::new_err(format!("{} changed its length while it was read", name())))
}

#[inline]
fn append<'a>(
    strings: &'a [Bound<'_, PyAny>],
    lower: Lower,
    copies: &'a Bump,
    texts: &mut Vec<Text<'a>>,
    wrong: impl Fn(usize, &Bound<'_, PyAny>) -> PyErr,
) -> PyResult<()> {
    let Some(first) = strings.first() else { return Ok(()) };
    let signals = Signals::new(first.py());
    reserve(texts, strings.len())?;
    for (index, object) in strings.iter().enumerate() {
        let text = read(object.as_borrowed(), lower, copies)?.ok_or_else(|| wrong(index, object))?;
        signals.spend(OBJECT + text.len())?;
        texts.push(text);
    }
    Ok(())
}
