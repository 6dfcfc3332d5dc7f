//! A column of texts, read in place.

use std::ops::Range;

use arrow_array::{Array, ArrayRef};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use crate::arrow::capsules;
use crate::arrow::errors::{malformed, not_utf8, other_type};
use crate::arrow::values::{Value, depth_of, is_null, list_of, values};
use crate::attached::{OBJECT, Signals};
use crate::error::guard;
use crate::missing::{Nulls, no_reference, null};

/// A column of strings, of lists of strings, or of lists of integers.
#[pyclass(frozen, module = "tricolore._core")]
pub struct Column {
    chunks: Vec<ArrayRef>,
    pub nulls: Nulls,
}

#[pymethods]
impl Column {
    /// `exported` is the result of a method of the protocol: a stream's capsule, or the capsules of a schema and an
    /// array. A table must have one column.
    #[new]
    #[pyo3(signature = (exported, name, nulls, /))]
    fn new(exported: &Bound<'_, PyAny>, name: &str, nulls: &str) -> PyResult<Self> {
        let nulls = Nulls::named(nulls)?;
        guard(|| Ok(Self { chunks: capsules::arrays(exported, name)?, nulls }))
    }

    fn __len__(&self) -> usize {
        self.len()
    }

    /// The numbers of the segments without a reference, where nulls are no references. `tokens` is true if texts may
    /// come as lists of tokens.
    #[pyo3(signature = (tokens, /))]
    fn without_reference(&self, py: Python<'_>, tokens: bool) -> PyResult<Vec<usize>> {
        guard(|| {
            let signals = Signals::new(py);
            let text_depth = usize::from(tokens);
            let mut lacking = Vec::new();
            let mut before = 0;
            for chunk in &self.chunks {
                let several = depth_of(chunk.data_type()) > text_depth;
                for place in 0..chunk.len() {
                    signals.spend(OBJECT)?;
                    let has = if chunk.is_null(place) {
                        false
                    } else if let (true, Some((items, mut range))) = (several, list_of(chunk, place)) {
                        signals.spend(OBJECT * range.len())?;
                        range.any(|item| !is_null(items, item))
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

    /// The values as Python objects. If nulls are empty, a null becomes an empty text (an empty list if texts are
    /// `tokens`), or a list of one empty text where a list of texts belongs. If nulls are dropped, a null becomes None
    /// and is left out of lists of texts.
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
    /// The number of list types around each value.
    pub fn depth(&self) -> usize {
        self.chunks.first().map_or(0, |chunk| depth_of(chunk.data_type()))
    }

    /// The arrays that make up the column.
    pub fn chunks(&self) -> &[ArrayRef] {
        &self.chunks
    }

    pub fn len(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.len()).sum()
    }

    /// Calls `each` with every text of a column of strings; raises an error for one that is not UTF-8.
    pub fn strings<'a>(&'a self, name: &str, mut each: impl FnMut(&'a [u8]) -> PyResult<()>) -> PyResult<()> {
        let mut before = 0;
        for chunk in &self.chunks {
            let name_of = |place| format!("{name}[{}]", before + place);
            let is_text = |place| match self.nulls {
                Nulls::Error => Err(null(&name_of(place))),
                Nulls::Empty => Ok(true),
                // The caller has left these segments out: see `without_reference`.
                Nulls::Drop => Err(no_reference(before + place)),
            };
            strings_in((chunk, 0..chunk.len()), &name_of, is_text, &mut each)?;
            before += chunk.len();
        }
        Ok(())
    }

    /// Calls `each` with the index of every list, the array of all lists' values and the range of this list's values;
    /// with none for a null that is an empty text.
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

    /// Calls `each` with every text of a list that [`Self::lists`] found at `index`.
    pub fn strings_in<'a>(
        &self,
        list: Option<(&'a ArrayRef, Range<usize>)>,
        name: &str,
        index: usize,
        mut each: impl FnMut(&'a [u8]) -> PyResult<()>,
    ) -> PyResult<()> {
        match list {
            Some(list) => {
                let name_of = |place| format!("{name}[{index}][{place}]");
                let is_text = |place| match self.nulls {
                    Nulls::Error => Err(null(&name_of(place))),
                    Nulls::Empty => Ok(true),
                    Nulls::Drop => Ok(false),
                };
                strings_in(list, &name_of, is_text, each)
            }
            None => each(b""),
        }
    }

    fn object<'py>(
        &self,
        signals: &Signals<'py>,
        array: &ArrayRef,
        place: usize,
        tokens: bool,
        name: &dyn Fn() -> String,
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
                _ => Err(null(&name())),
            };
        }
        if let Some((items, range)) = list_of(array, place) {
            let out = PyList::empty(py);
            for (index, place) in range.enumerate() {
                let item = self.object(signals, items, place, tokens, &|| format!("{}[{index}]", name()))?;
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
                    Err(_) => return Err(not_utf8(&name())),
                },
                Some(Value::Integer(number)) => number.into_pyobject(py)?.into_any(),
                Some(Value::Null) => return Err(null(&name())),
                Some(Value::Malformed(fault)) => return Err(malformed(&name(), &fault)),
                None => return Err(other_type(&name(), array, "strings")),
            });
            Ok(())
        })?;
        Ok(object.expect("one value"))
    }
}

/// Calls `each` with some strings of an array. `is_text` says if the null at a place is an empty text; otherwise it is
/// skipped. Places count from the first of these strings.
fn strings_in<'a>(
    (array, range): (&'a ArrayRef, Range<usize>),
    name_of: &impl Fn(usize) -> String,
    is_text: impl Fn(usize) -> PyResult<bool>,
    mut each: impl FnMut(&'a [u8]) -> PyResult<()>,
) -> PyResult<()> {
    let start = range.start;
    values(array, range, &mut |place, value| match value {
        Some(Value::String(text)) if std::str::from_utf8(text).is_err() => Err(not_utf8(&name_of(place - start))),
        Some(Value::String(text)) => each(text),
        Some(Value::Null) => {
            if is_text(place - start)? {
                each(b"")?;
            }
            Ok(())
        }
        Some(Value::Malformed(fault)) => Err(malformed(&name_of(place - start), &fault)),
        _ => Err(other_type(&name_of(place - start), array, "strings")),
    })
}
