//! Texts that come as tokens: sequences of str or of integers, and Arrow lists of them.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::ArrayRef;
use bumpalo::Bump;
use pyo3::Borrowed;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyByteArray, PyBytes, PyDict, PyFrozenSet, PyInt, PyList, PySet, PyString, PyTuple};
use tricolore_core::{PretokenizedTexts, PretokenizedVocabulary};

use crate::arrow::{Column, Value, damaged, list_of, other_type, values};
use crate::attached::{OBJECT, Signals};
use crate::error::raised;
use crate::input;
use crate::null::{Nulls, is_null, null};

/// Tokens that were numbered, and of which kind they are.
pub struct Known {
    given: PretokenizedVocabulary,
    kind: Option<Kind>,
    ignored: Ignored,
}

/// Integers that stand for no token, such as padding; in order.
pub type Ignored = Arc<[i64]>;

impl Known {
    /// No tokens yet, of texts in which these integers are left out.
    pub fn new(ignored: &Ignored) -> Self {
        Self { given: PretokenizedVocabulary::default(), kind: None, ignored: Arc::clone(ignored) }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Strings,
    Integers,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Strings => "a str",
            Kind::Integers => "an integer",
        }
    }
}

/// Numbers the tokens of texts, or looks them up among those that are known.
pub enum Numbering<'a> {
    New(&'a mut Known),
    Of(&'a Known),
}

enum Token<'a> {
    String(&'a [u8]),
    Integer(i64),
}

impl Numbering<'_> {
    /// The texts so far as the core has them.
    pub fn prepared(&self, texts: PretokenizedTexts) -> tricolore_core::Prepared {
        match self {
            Numbering::New(known) => known.given.prepared(texts),
            Numbering::Of(known) => known.given.prepared(texts),
        }
    }

    /// The number of a token; none for an integer that is left out.
    fn number(&mut self, token: Token<'_>, named: impl Fn() -> String) -> PyResult<Option<u32>> {
        let ignored = match self {
            Numbering::New(known) => &known.ignored,
            Numbering::Of(known) => &known.ignored,
        };
        match token {
            Token::Integer(token) if ignored.binary_search(&token).is_ok() => return Ok(None),
            Token::Integer(token) if token < 0 => {
                return Err(PyValueError::new_err(format!(
                    "{} is {token}: the id of a token is not negative; ignore_ids={{{token}}} leaves it out, as padding",
                    named()
                )));
            }
            Token::String(_) if !ignored.is_empty() => {
                return Err(PyTypeError::new_err(format!("{} is a str, and ignore_ids is for integers", named())));
            }
            _ => {}
        }
        let kind = if let Token::String(_) = token { Kind::Strings } else { Kind::Integers };
        let known = match self {
            Numbering::New(known) => *known.kind.get_or_insert(kind),
            Numbering::Of(known) => known.kind.unwrap_or(kind),
        };
        if kind != known {
            return Err(PyTypeError::new_err(format!(
                "{} is {} where other tokens are {}: they would never match",
                named(),
                kind.name(),
                known.name(),
            )));
        }
        Ok(Some(match (self, token) {
            (Numbering::New(known), Token::String(token)) => known.given.string(token).map_err(raised)?,
            (Numbering::New(known), Token::Integer(token)) => known.given.integer(token).map_err(raised)?,
            (Numbering::Of(known), Token::String(token)) => known.given.known_string(token),
            (Numbering::Of(known), Token::Integer(token)) => known.given.known_integer(token),
        }))
    }

    /// Reads a text.
    pub fn text(
        &mut self,
        object: &Bound<'_, PyAny>,
        named: &dyn Fn() -> String,
        out: &mut PretokenizedTexts,
    ) -> PyResult<()> {
        let tokens = items(object)?.ok_or_else(|| not_tokens(&named(), object))?;
        let signals = Signals::new(object.py());
        let copies = Bump::new();
        out.reserve(tokens.len()).map_err(raised)?;
        for (place, token) in tokens.iter_borrowed().enumerate() {
            let named = || format!("{}[{place}]", named());
            let id = if let Some(text) = input::read(token, input::Lower::Not, &copies)? {
                self.number(Token::String(text), named)?
            } else {
                self.number(Token::Integer(integer(token, named)?), named)?
            };
            signals.spend(OBJECT)?;
            if let Some(id) = id {
                out.push(id);
            }
        }
        close(object.py(), out)
    }

    /// Reads the texts of a column of lists of tokens, or of lists of those. Gives where those of each
    /// segment start, in the second case.
    pub fn column(
        &mut self,
        column: &Column,
        name: &str,
        signals: &Signals<'_>,
        out: &mut PretokenizedTexts,
    ) -> PyResult<Option<Vec<usize>>> {
        if column.len() == 0 {
            return Ok(None);
        }
        match column.depth() {
            1 => {
                column.lists(name, |index, list| self.list(list, &|| format!("{name}[{index}]"), signals, out))?;
                Ok(None)
            }
            2 => {
                let mut offsets = vec![out.len()];
                column.lists(name, |index, texts| {
                    let Some((texts, which)) = texts else {
                        out.close();
                        offsets.push(out.len());
                        return Ok(());
                    };
                    if which.is_empty() {
                        return Err(input::no_reference(index));
                    }
                    for (place, text) in which.enumerate() {
                        let named = || format!("{name}[{index}][{place}]");
                        if texts.is_null(text) {
                            match column.nulls {
                                Nulls::Error => return Err(null(&named())),
                                Nulls::Empty => out.close(),
                                Nulls::Drop => {}
                            }
                            continue;
                        }
                        let list = list_of(texts, text).ok_or_else(|| other_type(&named(), texts, "lists"))?;
                        self.list(Some(list), &named, signals, out)?;
                    }
                    if offsets.last() == Some(&out.len()) {
                        return Err(input::no_reference(index));
                    }
                    offsets.push(out.len());
                    Ok(())
                })?;
                Ok(Some(offsets))
            }
            _ => Err(PyTypeError::new_err(format!("{name} is an Arrow column without lists of tokens"))),
        }
    }

    fn list(
        &mut self,
        list: Option<(&ArrayRef, Range<usize>)>,
        named: &dyn Fn() -> String,
        signals: &Signals<'_>,
        out: &mut PretokenizedTexts,
    ) -> PyResult<()> {
        signals.spend(OBJECT)?;
        let Some((array, which)) = list else {
            out.close();
            return Ok(());
        };
        let start = which.start;
        out.reserve(which.len()).map_err(raised)?;
        values(array, which, &mut |place, value| {
            let named = || format!("{}[{}]", named(), place - start);
            signals.spend(OBJECT)?;
            let id = match value {
                Some(Value::String(token)) => self.number(Token::String(token), named)?,
                Some(Value::Integer(token)) => self.number(Token::Integer(token), named)?,
                Some(Value::Null) => return Err(null(&named())),
                Some(Value::Damaged(fault)) => return Err(damaged(&named(), &fault)),
                None => return Err(other_type(&named(), array, "strings or integers of 64 bits")),
            };
            if let Some(id) = id {
                out.push(id);
            }
            Ok(())
        })?;
        out.close();
        enough(out)
    }
}

/// Ends a text that Python has.
fn close(py: Python<'_>, out: &mut PretokenizedTexts) -> PyResult<()> {
    out.close();
    // Reading holds the interpreter, so this is where Ctrl-C is seen.
    if out.len().is_multiple_of(1 << 12) {
        py.check_signals()?;
    }
    enough(out)
}

fn enough(out: &PretokenizedTexts) -> PyResult<()> {
    if out.fit() {
        return Ok(());
    }
    Err(PyValueError::new_err("a text of 2^31 tokens or more, or 2^32 in all, cannot be scored"))
}

/// The items of a list or tuple, or of what makes a list of itself, as arrays do, or can be iterated; but of
/// no str or bytes, and of nothing without an order or a length.
pub fn items<'py>(object: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyTuple>>> {
    if let Ok(list) = object.cast::<PyList>() {
        return Ok(Some(list.to_tuple()));
    }
    if let Ok(tuple) = object.cast::<PyTuple>() {
        return Ok(Some(tuple.clone()));
    }
    if let Some(tolist) = object.getattr_opt(intern!(object.py(), "tolist"))? {
        return Ok(tolist.call0()?.cast::<PyList>().ok().map(PyListMethods::to_tuple));
    }
    let no_sequence = object.is_instance_of::<PyString>()
        || object.is_instance_of::<PyBytes>()
        || object.is_instance_of::<PyByteArray>()
        || object.is_instance_of::<PyDict>()
        || object.is_instance_of::<PySet>()
        || object.is_instance_of::<PyFrozenSet>();
    // What has no length is read once only, and may be asked for twice.
    match object.try_iter() {
        Ok(items) if !no_sequence && object.len().is_ok() => {
            Ok(Some(PyTuple::new(object.py(), items.collect::<PyResult<Vec<_>>>()?)?))
        }
        _ => Ok(None),
    }
}

/// Whether the items of `references`, of a segment each, are lists of texts and not texts: the first that is
/// not empty says it.
pub fn are_lists(references: &[Bound<'_, PyAny>]) -> PyResult<bool> {
    for segment in references {
        let Some(items) = items(segment)? else { return Ok(false) };
        if let Ok(first) = items.get_borrowed_item(0) {
            return Ok(is_text(&first));
        }
    }
    Ok(false)
}

fn is_text(object: &Bound<'_, PyAny>) -> bool {
    let py = object.py();
    object.is_instance_of::<PyList>()
        || object.is_instance_of::<PyTuple>()
        || (!object.is_instance_of::<PyString>()
            && object
                .getattr_opt(intern!(py, "shape"))
                .ok()
                .flatten()
                .is_some_and(|shape| shape.len().unwrap_or(0) > 0))
}

fn integer(token: Borrowed<'_, '_, PyAny>, named: impl Fn() -> String) -> PyResult<i64> {
    if !token.is_instance_of::<PyBool>() {
        if let Ok(number) = token.extract() {
            return Ok(number);
        }
        if token.is_instance_of::<PyInt>() {
            return Err(PyValueError::new_err(format!("{} does not fit an integer of 64 bits", named())));
        }
    }
    if is_null(token) {
        return Err(null(&named()));
    }
    let kind = token.get_type().name()?;
    Err(PyTypeError::new_err(format!("{} is of type {kind}: tokens are str or integers", named())))
}

fn not_tokens(what: &str, object: &Bound<'_, PyAny>) -> PyErr {
    if is_null(object.as_borrowed()) {
        return null(what);
    }
    let kind = object.get_type().name().map_or_else(|_| "something else".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!(
        "{what} is of type {kind}: a text that is tokens already is a sequence of str or of integers"
    ))
}
