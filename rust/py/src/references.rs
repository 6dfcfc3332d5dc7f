//! The references of one segment, and those of many, before they are read.

use bumpalo::Bump;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::attached::{Signals, reserve};
use crate::lists::{is_list, take_items};
use crate::missing::{no_reference, not_a_str, not_a_text};
use crate::pretokenized;
use crate::source::{Reader, Source};
use crate::text::{Lowercase, Text, read_all};

/// The references of many segments.
pub enum SegmentReferences<'py> {
    /// One reference per segment, or an Arrow list per segment.
    Source(Source<'py>),
    /// A Python list per segment, concatenated: a tuple per segment would be one more object for the garbage
    /// collector to visit.
    Lists {
        texts: Vec<Bound<'py, PyAny>>,
        /// The index of each segment's first reference and, last, the number of references.
        starts: Vec<usize>,
    },
}

impl<'py> SegmentReferences<'py> {
    /// Takes a column, or a list or tuple of texts or of lists or tuples of texts. A text is a `str`, or a sequence
    /// of tokens if `pretokenized`.
    pub fn take(references: &Bound<'py, PyAny>, pretokenized: bool) -> PyResult<Self> {
        let source = Source::take(references, "references")?;
        let Source::Objects(segments) = &source else { return Ok(SegmentReferences::Source(source)) };
        let nested =
            if pretokenized { pretokenized::are_lists(segments)? } else { segments.first().is_some_and(is_list) };
        if !nested {
            return Ok(SegmentReferences::Source(source));
        }
        let signals = Signals::new(references.py());
        let (mut texts, mut starts) = (Vec::new(), Vec::new());
        reserve(&mut starts, segments.len() + 1)?;
        starts.push(0);
        for (index, segment) in segments.iter().enumerate() {
            let name = || format!("references[{index}]");
            if segment.is_instance_of::<PyString>() {
                return Err(PyTypeError::new_err(format!(
                    "references[{index}] is a str and references[0] a list: give every segment a list of str"
                )));
            } else if pretokenized {
                let items = pretokenized::items(segment)?.ok_or_else(|| not_a_text(&name(), segment))?;
                take_items(&items, &name, &signals, &mut texts)?;
            } else if is_list(segment) {
                take_items(segment, &name, &signals, &mut texts)?;
            } else {
                return Err(not_a_text(&name(), segment));
            }
            if starts.last() == Some(&texts.len()) {
                return Err(no_reference(index));
            }
            starts.push(texts.len());
        }
        Ok(SegmentReferences::Lists { texts, starts })
    }

    /// The number of segments.
    pub fn len(&self) -> usize {
        match self {
            SegmentReferences::Source(source) => source.len(),
            SegmentReferences::Lists { starts, .. } => starts.len() - 1,
        }
    }

    /// Reads the references. If a segment may have several, also returns the index of each segment's first reference
    /// and, last, the number of references.
    pub fn read<'a, R: Reader<'a>>(&'a self, reader: &mut R) -> PyResult<(R::Output, Option<Vec<usize>>)> {
        match self {
            SegmentReferences::Source(source) => source.read("references", reader),
            SegmentReferences::Lists { texts, starts } => {
                let read = reader.objects(texts, &|place| name_of(starts, place))?;
                let mut copy = Vec::new();
                reserve(&mut copy, starts.len())?;
                copy.extend_from_slice(starts);
                Ok((read, Some(copy)))
            }
        }
    }
}

/// The name of a reference, given its index among the references of all segments.
#[cold]
fn name_of(starts: &[usize], place: usize) -> String {
    let index = starts.partition_point(|&start| start <= place) - 1;
    format!("references[{index}][{}]", place - starts[index])
}

/// Takes one segment's references: a `str`, or a list or tuple of `str`.
pub fn of_one_segment<'py>(references: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    if references.is_instance_of::<PyString>() {
        return Ok(vec![references.clone()]);
    }
    let mut items = Vec::new();
    take_items(references, &|| "references".to_owned(), &Signals::new(references.py()), &mut items)?;
    Ok(items)
}

/// Reads one segment's references.
pub fn read_one_segment<'a>(
    references: &'a [Bound<'_, PyAny>],
    lowercase: Lowercase,
    copies: &'a Bump,
) -> PyResult<Vec<Text<'a>>> {
    let wrong = |index, object: &Bound<'_, PyAny>| not_a_str(&format!("references[{index}]"), object);
    let texts = read_all(references, lowercase, copies, wrong)?;
    if texts.is_empty() {
        return Err(PyValueError::new_err("references is empty: a segment needs a reference"));
    }
    Ok(texts)
}
