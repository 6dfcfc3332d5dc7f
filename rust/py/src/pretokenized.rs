//! Pretokenized texts: sequences of `str` or of integers, and Arrow lists of them.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef};
use bumpalo::Bump;
use pyo3::Borrowed;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyByteArray, PyBytes, PyDict, PyFrozenSet, PyInt, PyList, PySet, PyString, PyTuple};
use tricolore_core::{Prepared as PreparedTexts, PretokenizedTexts, PretokenizedVocabulary};

use crate::arrow::column::Column;
use crate::arrow::errors::{malformed, other_type};
use crate::arrow::values::{Value, list_of, values};
use crate::attached::{OBJECT, Signals};
use crate::error::raised;
use crate::lists::is_list;
use crate::missing::{Nulls, is_null, no_reference, null, type_name};
use crate::source::Reader;
use crate::text::{self, Lowercase};

/// The distinct tokens of some texts, each with its number.
pub struct Vocabulary {
    numbers: PretokenizedVocabulary,
    /// The type of all tokens; none before the first token.
    token_type: Option<TokenType>,
    ignored: Ignored,
}

/// Integers that are not tokens, such as padding, in ascending order.
pub type Ignored = Arc<[i64]>;

impl Vocabulary {
    /// A vocabulary without tokens, for texts that leave out these integers.
    pub fn new(ignored: &Ignored) -> Self {
        Self { numbers: PretokenizedVocabulary::default(), token_type: None, ignored: Arc::clone(ignored) }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum TokenType {
    String,
    Integer,
}

impl TokenType {
    /// The type's name in errors.
    fn name(self) -> &'static str {
        match self {
            TokenType::String => "a str",
            TokenType::Integer => "an integer",
        }
    }
}

enum Token<'a> {
    String(&'a [u8]),
    Integer(i64),
}

/// Turns tokens into numbers.
pub enum Numbering<'a> {
    /// New tokens enter the vocabulary.
    Assign(&'a mut Vocabulary),
    /// New tokens share a number that no token of the vocabulary has.
    LookUp(&'a Vocabulary),
}

impl Numbering<'_> {
    fn vocabulary(&self) -> &Vocabulary {
        match self {
            Numbering::Assign(vocabulary) => vocabulary,
            Numbering::LookUp(vocabulary) => vocabulary,
        }
    }

    /// The number of a token; none for an integer that is left out.
    fn number(&mut self, token: Token<'_>, name: impl Fn() -> String) -> PyResult<Option<u32>> {
        let ignored = &self.vocabulary().ignored;
        match token {
            Token::Integer(token) if ignored.binary_search(&token).is_ok() => return Ok(None),
            Token::Integer(token) if token < 0 => {
                return Err(PyValueError::new_err(format!(
                    "{} is {token}: the id of a token is not negative; ignore_ids={{{token}}} leaves it out, as padding",
                    name()
                )));
            }
            Token::String(_) if !ignored.is_empty() => {
                return Err(PyTypeError::new_err(format!("{} is a str, and ignore_ids is for integers", name())));
            }
            _ => {}
        }
        let token_type = if let Token::String(_) = token { TokenType::String } else { TokenType::Integer };
        let expected = match self {
            Numbering::Assign(vocabulary) => *vocabulary.token_type.get_or_insert(token_type),
            Numbering::LookUp(vocabulary) => vocabulary.token_type.unwrap_or(token_type),
        };
        if token_type != expected {
            return Err(PyTypeError::new_err(format!(
                "{} is {} where other tokens are {}: they would never match",
                name(),
                token_type.name(),
                expected.name(),
            )));
        }
        Ok(Some(match (self, token) {
            (Numbering::Assign(vocabulary), Token::String(token)) => {
                vocabulary.numbers.string(token).map_err(raised)?
            }
            (Numbering::Assign(vocabulary), Token::Integer(token)) => {
                vocabulary.numbers.integer(token).map_err(raised)?
            }
            (Numbering::LookUp(vocabulary), Token::String(token)) => vocabulary.numbers.known_string(token),
            (Numbering::LookUp(vocabulary), Token::Integer(token)) => vocabulary.numbers.known_integer(token),
        }))
    }

    /// Reads a text that Python has.
    fn object(
        &mut self,
        object: &Bound<'_, PyAny>,
        name: &dyn Fn() -> String,
        out: &mut PretokenizedTexts,
    ) -> PyResult<()> {
        let tokens = items(object)?.ok_or_else(|| not_tokens(&name(), object))?;
        let signals = Signals::new(object.py());
        let copies = Bump::new();
        out.reserve(tokens.len()).map_err(raised)?;
        for (place, token) in tokens.iter_borrowed().enumerate() {
            let name = || format!("{}[{place}]", name());
            let id = if let Some(text) = text::read(token, Lowercase::No, &copies)? {
                self.number(Token::String(text), name)?
            } else {
                self.number(Token::Integer(integer(token, name)?), name)?
            };
            signals.spend(OBJECT)?;
            if let Some(id) = id {
                out.push(id);
            }
        }
        out.close();
        // A text may be too short to spend enough, so Ctrl-C is also checked once every few thousand texts.
        if out.len().is_multiple_of(1 << 12) {
            object.py().check_signals()?;
        }
        require_fit(out)
    }

    /// Reads the text that is an Arrow list of tokens; none is an empty text.
    fn list(
        &mut self,
        list: Option<(&ArrayRef, Range<usize>)>,
        name: &dyn Fn() -> String,
        signals: &Signals<'_>,
        out: &mut PretokenizedTexts,
    ) -> PyResult<()> {
        signals.spend(OBJECT)?;
        let Some((array, range)) = list else {
            out.close();
            return Ok(());
        };
        let start = range.start;
        out.reserve(range.len()).map_err(raised)?;
        values(array, range, &mut |place, value| {
            let name = || format!("{}[{}]", name(), place - start);
            signals.spend(OBJECT)?;
            let id = match value {
                Some(Value::String(token)) => self.number(Token::String(token), name)?,
                Some(Value::Integer(token)) => self.number(Token::Integer(token), name)?,
                Some(Value::Null) => return Err(null(&name())),
                Some(Value::Malformed(fault)) => return Err(malformed(&name(), &fault)),
                None => return Err(other_type(&name(), array, "strings or integers of 64 bits")),
            };
            if let Some(id) = id {
                out.push(id);
            }
            Ok(())
        })?;
        out.close();
        require_fit(out)
    }

    /// Reads a segment's texts from an Arrow list of lists of tokens; none is an empty text.
    fn segment(
        &mut self,
        segment: Option<(&ArrayRef, Range<usize>)>,
        index: usize,
        (column, name): (&Column, &str),
        signals: &Signals<'_>,
        out: &mut PretokenizedTexts,
    ) -> PyResult<()> {
        let Some((lists, range)) = segment else {
            out.close();
            return Ok(());
        };
        let before = out.len();
        for (number, place) in range.enumerate() {
            let name = || format!("{name}[{index}][{number}]");
            if lists.is_null(place) {
                match column.nulls {
                    Nulls::Error => return Err(null(&name())),
                    Nulls::Empty => out.close(),
                    Nulls::Drop => {}
                }
                continue;
            }
            let list = list_of(lists, place).ok_or_else(|| other_type(&name(), lists, "lists"))?;
            self.list(Some(list), &name, signals, out)?;
        }
        if out.len() == before { Err(no_reference(index)) } else { Ok(()) }
    }
}

impl<'a> Reader<'a> for Numbering<'_> {
    type Output = PreparedTexts;

    fn objects(
        &mut self,
        objects: &'a [Bound<'_, PyAny>],
        name_of: &dyn Fn(usize) -> String,
    ) -> PyResult<PreparedTexts> {
        let mut texts = PretokenizedTexts::default();
        for (index, object) in objects.iter().enumerate() {
            self.object(object, &|| name_of(index), &mut texts)?;
        }
        Ok(self.vocabulary().numbers.prepared(texts))
    }

    fn column(&mut self, column: &'a Bound<'_, Column>, name: &str) -> PyResult<(PreparedTexts, Option<Vec<usize>>)> {
        let (signals, column) = (Signals::new(column.py()), column.get());
        let mut texts = PretokenizedTexts::default();
        let mut starts = None;
        match column.depth() {
            _ if column.len() == 0 => {}
            1 => column
                .lists(name, |index, list| self.list(list, &|| format!("{name}[{index}]"), &signals, &mut texts))?,
            2 => {
                let starts = starts.insert(vec![0]);
                column.lists(name, |index, segment| {
                    self.segment(segment, index, (column, name), &signals, &mut texts)?;
                    starts.push(texts.len());
                    Ok(())
                })?;
            }
            _ => return Err(PyTypeError::new_err(format!("{name} is an Arrow column without lists of tokens"))),
        }
        Ok((self.vocabulary().numbers.prepared(texts), starts))
    }
}

/// Reads the prediction and the references of one segment; none unless each text is a list or tuple, references are not
/// empty, and the tokens of all texts are `str` or are integers of 64 bits. Subclasses of these types do not count,
/// because they may define equality.
pub fn plain_segment(
    prediction: &Bound<'_, PyAny>,
    references: &Bound<'_, PyAny>,
) -> PyResult<Option<(PreparedTexts, PreparedTexts)>> {
    let Some(references) = exact_items(references).filter(|references| !references.is_empty()) else { return Ok(None) };
    let mut numbers = PretokenizedVocabulary::default();
    let mut token_type = None;
    let mut texts = PretokenizedTexts::default();
    if !plain_text(prediction, &mut numbers, &mut token_type, &mut texts)? {
        return Ok(None);
    }
    let prediction = std::mem::take(&mut texts);
    for reference in &references {
        if !plain_text(&reference, &mut numbers, &mut token_type, &mut texts)? {
            return Ok(None);
        }
    }
    Ok(Some((numbers.prepared(prediction), numbers.prepared(texts))))
}

/// Appends a text to `out`. Returns false if it is not as [`plain_segment`] wants it.
fn plain_text(
    text: &Bound<'_, PyAny>,
    numbers: &mut PretokenizedVocabulary,
    token_type: &mut Option<TokenType>,
    out: &mut PretokenizedTexts,
) -> PyResult<bool> {
    let Some(tokens) = exact_items(text) else { return Ok(false) };
    let signals = Signals::new(text.py());
    let copies = Bump::new();
    out.reserve(tokens.len()).map_err(raised)?;
    for token in tokens.iter_borrowed() {
        let (own, id) = if token.is_exact_instance_of::<PyString>() {
            let Some(token) = text::read(token, Lowercase::No, &copies)? else { return Ok(false) };
            (TokenType::String, numbers.string(token))
        } else if token.is_exact_instance_of::<PyInt>() {
            let Ok(token) = token.extract() else { return Ok(false) };
            (TokenType::Integer, numbers.integer(token))
        } else {
            return Ok(false);
        };
        if *token_type.get_or_insert(own) != own {
            return Ok(false);
        }
        out.push(id.map_err(raised)?);
        signals.spend(OBJECT)?;
    }
    out.close();
    require_fit(out)?;
    Ok(true)
}

/// The items of a list or tuple, not of a subclass.
fn exact_items<'py>(object: &Bound<'py, PyAny>) -> Option<Bound<'py, PyTuple>> {
    if let Ok(list) = object.cast_exact::<PyList>() {
        return Some(list.to_tuple());
    }
    object.cast_exact::<PyTuple>().ok().cloned()
}

fn require_fit(texts: &PretokenizedTexts) -> PyResult<()> {
    if texts.fit() {
        return Ok(());
    }
    Err(PyValueError::new_err("a text of 2^31 tokens or more, or 2^32 in all, cannot be scored"))
}

/// The items of a list or tuple, of an object that `tolist` turns into a list (an array), or of any other iterable with
/// a length. None for a `str`, bytes, and collections without an order.
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
    // An iterator, which has no length, can be read once only, and `are_lists` may have to read it first.
    match object.try_iter() {
        Ok(items) if !no_sequence && object.len().is_ok() => {
            Ok(Some(PyTuple::new(object.py(), items.collect::<PyResult<Vec<_>>>()?)?))
        }
        _ => Ok(None),
    }
}

/// True if each item of `references` is a list of texts, false if it is a text. The first item that is not empty
/// decides.
pub fn are_lists(references: &[Bound<'_, PyAny>]) -> PyResult<bool> {
    for segment in references {
        let Some(items) = items(segment)? else { return Ok(false) };
        if let Ok(first) = items.get_borrowed_item(0) {
            return Ok(is_text(&first));
        }
    }
    Ok(false)
}

/// True for a sequence of tokens, false for a token: a scalar of NumPy has the empty shape.
fn is_text(object: &Bound<'_, PyAny>) -> bool {
    let py = object.py();
    is_list(object)
        || (!object.is_instance_of::<PyString>()
            && object
                .getattr_opt(intern!(py, "shape"))
                .ok()
                .flatten()
                .is_some_and(|shape| shape.len().unwrap_or(0) > 0))
}

fn integer(token: Borrowed<'_, '_, PyAny>, name: impl Fn() -> String) -> PyResult<i64> {
    if !token.is_instance_of::<PyBool>() {
        if let Ok(number) = token.extract() {
            return Ok(number);
        }
        if token.is_instance_of::<PyInt>() {
            return Err(PyValueError::new_err(format!("{} does not fit an integer of 64 bits", name())));
        }
    }
    if is_null(token) {
        return Err(null(&name()));
    }
    let kind = token.get_type().name()?;
    Err(PyTypeError::new_err(format!("{} is of type {kind}: tokens are str or integers", name())))
}

fn not_tokens(name: &str, object: &Bound<'_, PyAny>) -> PyErr {
    if is_null(object.as_borrowed()) {
        return null(name);
    }
    PyTypeError::new_err(format!(
        "{name} is of type {}: a text that is tokens already is a sequence of str or of integers",
        type_name(object)
    ))
}
