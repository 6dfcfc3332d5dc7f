//! The texts of one side of a call, predictions or references, before they are read.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::arrow::column::Column;
use crate::attached::Signals;
use crate::lists::take_items;

/// The texts of one side, a text per segment or an Arrow list of texts per segment. It owns them, so that another
/// thread may change the caller's list while the core works.
pub enum Source<'py> {
    /// The items of a list or tuple.
    Objects(Vec<Bound<'py, PyAny>>),
    Column(Bound<'py, Column>),
}

/// Reads texts in the form that a metric needs.
pub trait Reader<'a> {
    /// The texts of one side in that form.
    type Output;

    /// Reads Python objects, a text each; `name_of` names an object in errors.
    fn objects(&mut self, objects: &'a [Bound<'_, PyAny>], name_of: &dyn Fn(usize) -> String)
    -> PyResult<Self::Output>;

    /// Reads a column. If it holds a list of texts per segment, also returns the index of each segment's first text
    /// and, last, the number of texts.
    fn column(&mut self, column: &'a Bound<'_, Column>, name: &str) -> PyResult<(Self::Output, Option<Vec<usize>>)>;
}

impl<'py> Source<'py> {
    /// Takes the items of a list or tuple, or a column.
    pub fn take(object: &Bound<'py, PyAny>, name: &str) -> PyResult<Self> {
        if let Ok(column) = object.cast::<Column>() {
            return Ok(Source::Column(column.clone()));
        }
        let mut items = Vec::new();
        take_items(object, &|| name.to_owned(), &Signals::new(object.py()), &mut items)?;
        Ok(Source::Objects(items))
    }

    /// The number of segments.
    pub fn len(&self) -> usize {
        match self {
            Source::Objects(objects) => objects.len(),
            Source::Column(column) => column.get().len(),
        }
    }

    /// Reads the texts. If they are lists of texts, also returns what [`Reader::column`] does.
    pub fn read<'a, R: Reader<'a>>(&'a self, name: &str, reader: &mut R) -> PyResult<(R::Output, Option<Vec<usize>>)> {
        match self {
            Source::Objects(objects) => Ok((reader.objects(objects, &|index| format!("{name}[{index}]"))?, None)),
            Source::Column(column) => reader.column(column, name),
        }
    }

    /// Reads one text per segment; lists of texts raise an error.
    pub fn read_flat<'a, R: Reader<'a>>(&'a self, name: &str, reader: &mut R) -> PyResult<R::Output> {
        match self.read(name, reader)? {
            (texts, None) => Ok(texts),
            (_, Some(_)) => {
                Err(PyTypeError::new_err(format!("{name} is an Arrow column of lists where one text each belongs")))
            }
        }
    }
}
