//! One Python `str` as the bytes that the core reads, lower-cased if the metric asks for it.

use bumpalo::Bump;
use pyo3::Borrowed;
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyString};
use tricolore_core::LowerCase;
use tricolore_core::cpu::Cpu;

use crate::arrow::column::Column;
use crate::attached::{OBJECT, Signals, no_memory, reserve};
use crate::missing::{no_reference, not_a_text};
use crate::source::Reader;

/// The bytes of one text: the UTF-8 of a `str`, borrowed; or a copy, if it was lower-cased or has lone surrogates.
/// A lone surrogate takes three bytes, as in WTF-8.
pub type Text<'a> = &'a [u8];

/// How a text is lower-cased before it is tokenized.
#[derive(Clone, Copy, PartialEq)]
pub enum Lowercase {
    /// The text keeps its case.
    No,
    /// `str.lower`.
    Plain,
    /// As [`Lowercase::Plain`], but left to the tokenizer where it can do the same.
    ByWord,
    /// The unicode tokenizer's form: lower case, without format characters, in NFC. Canonically equivalent texts
    /// become equal. Lower case is left to the tokenizer where it can do the same.
    Composed,
}

impl From<bool> for Lowercase {
    fn from(lowercase: bool) -> Self {
        if lowercase { Lowercase::Plain } else { Lowercase::No }
    }
}

/// Token counts are int32.
const LONGEST: usize = i32::MAX as usize;

/// Reads a `str`; returns none if the object is not a `str`. Copies are made in `copies`.
#[inline]
pub fn read<'a>(object: Borrowed<'a, '_, PyAny>, lowercase: Lowercase, copies: &'a Bump) -> PyResult<Option<Text<'a>>> {
    let text = match object.extract::<&'a str>() {
        Ok(text) if lowercase == Lowercase::No => text.as_bytes(),
        Ok(text) => match in_core(object.py(), text.as_bytes(), lowercase, copies)? {
            Some(text) => text,
            None => converted(object, lowercase, copies)?,
        },
        Err(_) if !object.is_instance_of::<PyString>() => return Ok(None),
        Err(_) => converted(object, lowercase, copies)?,
    };
    if text.len() > LONGEST {
        return Err(too_long());
    }
    Ok(Some(text))
}

/// Reads UTF-8 that did not come as a `str`.
#[inline]
fn read_utf8<'a>(text: &'a [u8], lowercase: Lowercase, copies: &'a Bump, signals: &Signals<'_>) -> PyResult<Text<'a>> {
    signals.spend(OBJECT + text.len())?;
    if text.len() > LONGEST {
        return Err(too_long());
    }
    if lowercase == Lowercase::No {
        return Ok(text);
    }
    match in_core(signals.py, text, lowercase, copies)? {
        Some(text) => Ok(text),
        None => {
            let text = PyString::from_bytes(signals.py, text)?;
            converted(text.as_any().as_borrowed(), lowercase, copies)
        }
    }
}

/// The text as the core reads it: a lower-cased copy, or the text itself if the tokenizer lower-cases it. None if only the
/// interpreter can make it.
#[inline]
fn in_core<'a>(py: Python<'_>, text: &'a [u8], lowercase: Lowercase, copies: &'a Bump) -> PyResult<Option<Text<'a>>> {
    let by_tokenizer = lowercase != Lowercase::Plain;
    let copy = |text: &[u8]| copies.try_alloc_slice_copy(text).map_err(|_| no_memory(text.len()));
    // ASCII is the same in every version of Unicode.
    if text.is_ascii() {
        if by_tokenizer {
            return Ok(Some(text));
        }
        let copy = copy(text)?;
        copy.make_ascii_lowercase();
        return Ok(Some(copy));
    }
    let cpu = Cpu::detect();
    if lowercase == Lowercase::Composed && !tricolore_core::is_composed(cpu, text) {
        return Ok(None);
    }
    let lower = lower_case_of_interpreter(py)?;
    if by_tokenizer {
        return Ok(lower.takes(cpu, text).then_some(text));
    }
    let copy = copy(text)?;
    Ok(if lower.apply(cpu, copy) { Some(copy) } else { None })
}

/// The planes of Unicode that have code points with another lower case, as parity tests check.
const CASED: u32 = 0x2_0000;
/// The code points about which the interpreter is asked at once.
const AT_ONCE: usize = 0x800;

/// The lower case that `str.lower` gives to each code point. From the first call on, tokenizers use it too.
fn lower_case_of_interpreter(py: Python<'_>) -> PyResult<&'static LowerCase> {
    static LOWER: PyOnceLock<&LowerCase> = PyOnceLock::new();
    let lower = LOWER.get_or_try_init(py, || {
        let mut lower = LowerCase::default();
        let lower_of = |text: &str| -> PyResult<Bound<'_, PyString>> {
            Ok(PyString::new(py, text).call_method0(intern!(py, "lower"))?.cast_into()?)
        };
        let mut learn = |char: char, small: &str| {
            // A sigma at the end of a word has another form.
            lower.learn(char.into(), (char != 'Σ').then_some(small.as_bytes()));
        };
        for first in (0x80..CASED).step_by(AT_ONCE) {
            let chars: String = (first..first + AT_ONCE as u32).filter_map(char::from_u32).collect();
            let lowered = lower_of(&chars)?;
            let lowered = lowered.to_str()?;
            if lowered.chars().count() == chars.chars().count() {
                let changes = chars.chars().zip(lowered.chars()).filter(|(char, small)| char != small);
                changes.for_each(|(char, small)| learn(char, small.encode_utf8(&mut [0; 4])));
                continue;
            }
            for char in chars.chars() {
                let own = char.encode_utf8(&mut [0; 4]).to_owned();
                let small = lower_of(&own)?;
                if small.to_str()? != own {
                    learn(char, small.to_str()?);
                }
            }
        }
        Ok::<_, PyErr>(lower.set())
    })?;
    Ok(lower)
}

#[cold]
fn converted<'a>(object: Borrowed<'_, '_, PyAny>, lowercase: Lowercase, copies: &'a Bump) -> PyResult<Text<'a>> {
    let py = object.py();
    if lowercase != Lowercase::No {
        // The tokenizer may lower-case the result once more, which must change nothing.
        lower_case_of_interpreter(py)?;
    }
    let bytes = match lowercase {
        Lowercase::No => encoded(&object)?,
        Lowercase::Plain | Lowercase::ByWord => encoded(&object.call_method0(intern!(py, "lower"))?)?,
        Lowercase::Composed => composed(object)?,
    };
    let bytes = bytes.as_bytes();
    Ok(copies.try_alloc_slice_copy(bytes).map_err(|_| no_memory(bytes.len()))?)
}

fn encoded<'py>(text: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    Ok(text.call_method1(intern!(text.py(), "encode"), ("utf-8", "surrogatepass"))?.cast_into()?)
}

/// The form of [`Lowercase::Composed`]. The interpreter both composes and lower-cases, so that both follow the same
/// version of Unicode.
fn composed<'py>(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    static NORMALIZE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = object.py();
    let nfc = |text| NORMALIZE.import(py, "unicodedata", "normalize")?.call1((intern!(py, "NFC"), text));
    let with_surrogates;
    let bytes = match object.extract::<&str>() {
        Ok(text) => text.as_bytes(),
        Err(_) => {
            with_surrogates = encoded(&object)?;
            with_surrogates.as_bytes()
        }
    };
    if tricolore_core::is_composed(Cpu::detect(), bytes) {
        return encoded(&object.call_method0(intern!(py, "lower"))?);
    }
    // Format characters are removed first, because a letter and a mark compose only if they are adjacent.
    let kept = match tricolore_core::without_format(bytes) {
        Some(kept) => PyBytes::new(py, &kept).call_method1(intern!(py, "decode"), ("utf-8", "surrogatepass"))?,
        None => object.to_owned(),
    };
    // Lower-casing a composed text may leave something to compose: J and U+030C become U+01F0.
    encoded(&nfc(nfc(kept)?.call_method0(intern!(py, "lower"))?)?)
}

/// Reads texts that are `str`; `wrong` makes the error for an object that is not.
#[inline]
pub fn read_all<'a>(
    objects: &'a [Bound<'_, PyAny>],
    lowercase: Lowercase,
    copies: &'a Bump,
    wrong: impl Fn(usize, &Bound<'_, PyAny>) -> PyErr,
) -> PyResult<Vec<Text<'a>>> {
    let mut texts = Vec::new();
    let Some(first) = objects.first() else { return Ok(texts) };
    let signals = Signals::new(first.py());
    reserve(&mut texts, objects.len())?;
    for (index, object) in objects.iter().enumerate() {
        let text = read(object.as_borrowed(), lowercase, copies)?.ok_or_else(|| wrong(index, object))?;
        signals.spend(OBJECT + text.len())?;
        texts.push(text);
    }
    Ok(texts)
}

/// Reads texts that a metric tokenizes.
pub struct TextReader<'a> {
    pub lowercase: Lowercase,
    /// Owns the texts that are not borrowed.
    pub copies: &'a Bump,
}

impl<'a> Reader<'a> for TextReader<'a> {
    type Output = Vec<Text<'a>>;

    fn objects(
        &mut self,
        objects: &'a [Bound<'_, PyAny>],
        name_of: &dyn Fn(usize) -> String,
    ) -> PyResult<Vec<Text<'a>>> {
        read_all(objects, self.lowercase, self.copies, |index, object| not_a_text(&name_of(index), object))
    }

    fn column(&mut self, column: &'a Bound<'_, Column>, name: &str) -> PyResult<(Vec<Text<'a>>, Option<Vec<usize>>)> {
        let (signals, column) = (Signals::new(column.py()), column.get());
        let mut texts = Vec::new();
        reserve(&mut texts, column.len())?;
        let read = |text| read_utf8(text, self.lowercase, self.copies, &signals);
        if column.depth() == 0 {
            column.strings(name, |text| {
                texts.push(read(text)?);
                Ok(())
            })?;
            return Ok((texts, None));
        }
        let mut starts = Vec::new();
        reserve(&mut starts, column.len() + 1)?;
        starts.push(0);
        column.lists(name, |index, list| {
            column.strings_in(list, name, index, |text| {
                reserve(&mut texts, 1)?;
                texts.push(read(text)?);
                Ok(())
            })?;
            if starts.last() == Some(&texts.len()) {
                return Err(no_reference(index));
            }
            starts.push(texts.len());
            Ok(())
        })?;
        Ok((texts, Some(starts)))
    }
}

fn too_long() -> PyErr {
    PyValueError::new_err("a text of 2 GiB or more cannot be scored")
}
