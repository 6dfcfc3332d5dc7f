//! The segments of one call, read for the core.

use bumpalo::Bump;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use tricolore_core::{Layout, Prepared as PreparedTexts, Segments, Side, Stream};

use crate::error::guard;
use crate::prepared::Prepared;
use crate::pretokenized::{Numbering, Vocabulary};
use crate::reading::Reading;
use crate::references::SegmentReferences;
use crate::source::Source;
use crate::text::{Lowercase, Text, TextReader};

/// The predictions and references of many segments, before they are read.
pub struct Sequences<'py> {
    predictions: Source<'py>,
    references: References<'py>,
}

enum References<'py> {
    Unread(SegmentReferences<'py>),
    Prepared(Bound<'py, Prepared>),
}

impl<'py> Sequences<'py> {
    /// Takes predictions, and references that may be prepared. A text is a `str`, or a sequence of tokens if
    /// `pretokenized`.
    pub fn take(predictions: &Bound<'py, PyAny>, references: &Bound<'py, PyAny>, pretokenized: bool) -> PyResult<Self> {
        let predictions = Source::take(predictions, "predictions")?;
        let references = match references.cast::<Prepared>() {
            Ok(prepared) => References::Prepared(prepared.clone()),
            Err(_) => References::Unread(SegmentReferences::take(references, pretokenized)?),
        };
        Ok(Self { predictions, references })
    }
}

/// The predictions and references of many segments.
pub struct Batch<'a> {
    predictions: ReadTexts<'a>,
    references: BatchReferences<'a>,
}

enum BatchReferences<'a> {
    Read {
        texts: ReadTexts<'a>,
        /// The index of each segment's first reference and, last, the number of references; none if each segment
        /// has one.
        starts: Option<Vec<usize>>,
    },
    Prepared(&'a Prepared),
}

/// The texts of one side.
enum ReadTexts<'a> {
    /// Texts that the core tokenizes.
    Text(Vec<Text<'a>>),
    /// Texts that came as tokens.
    Tokens(PreparedTexts),
}

impl<'a> Batch<'a> {
    /// Reads texts for metrics that read alike. Prepared references must have all of `streams`. Copies are made in
    /// `copies`.
    pub fn read(
        sequences: &'a Sequences<'_>,
        reading: &Reading,
        streams: &[Stream],
        copies: &'a Bump,
    ) -> PyResult<Self> {
        let predictions = &sequences.predictions;
        let mut text_reader = TextReader { lowercase: reading.lowercase, copies };
        match &sequences.references {
            References::Prepared(prepared) => {
                let prepared = prepared.get();
                prepared.require(reading, streams)?;
                let predictions = match prepared.vocabulary() {
                    Some(vocabulary) => {
                        ReadTexts::Tokens(predictions.read_flat("predictions", &mut Numbering::LookUp(vocabulary))?)
                    }
                    None => ReadTexts::Text(predictions.read_flat("predictions", &mut text_reader)?),
                };
                Ok(Self { predictions, references: BatchReferences::Prepared(prepared) })
            }
            References::Unread(references) => {
                let segments = references.len();
                let (predictions, texts, starts) = if reading.pretokenized {
                    let mut vocabulary = Vocabulary::new(&reading.ignored);
                    let mut numbering = Numbering::Assign(&mut vocabulary);
                    let predictions = predictions.read_flat("predictions", &mut numbering)?;
                    let (texts, starts) = references.read(&mut numbering)?;
                    (ReadTexts::Tokens(predictions), ReadTexts::Tokens(texts), starts)
                } else {
                    let predictions = predictions.read_flat("predictions", &mut text_reader)?;
                    let (texts, starts) = references.read(&mut text_reader)?;
                    (ReadTexts::Text(predictions), ReadTexts::Text(texts), starts)
                };
                if segments != predictions.len() {
                    return Err(lengths_differ(predictions.len(), segments, starts.as_deref()));
                }
                Ok(Self { predictions, references: BatchReferences::Read { texts, starts } })
            }
        }
    }

    /// The segments as the core takes them.
    pub fn segments(&self) -> PyResult<Segments<'_, Text<'a>>> {
        let (references, layout) = match &self.references {
            BatchReferences::Read { texts, starts } => {
                (texts.side(), starts.as_deref().map_or(Layout::One(0), Layout::Lists))
            }
            BatchReferences::Prepared(prepared) => {
                (Side::Prepared(prepared.texts()), prepared.layout(self.predictions.len())?)
            }
        };
        Ok(Segments { predictions: self.predictions.side(), references, layout })
    }
}

impl<'a> ReadTexts<'a> {
    fn len(&self) -> usize {
        match self {
            ReadTexts::Text(texts) => texts.len(),
            ReadTexts::Tokens(texts) => texts.len(),
        }
    }

    fn side(&self) -> Side<'_, Text<'a>> {
        match self {
            ReadTexts::Text(texts) => Side::Texts(texts),
            ReadTexts::Tokens(texts) => Side::Prepared(texts),
        }
    }
}

fn lengths_differ(predictions: usize, segments: usize, starts: Option<&[usize]>) -> PyErr {
    let mut message = format!("{predictions} predictions, but references for {segments}");
    if starts.is_some_and(|starts| starts.windows(2).all(|two| two[1] - two[0] == predictions)) {
        message += "; a list for each stream, as sacreBLEU has them, goes through tricolore.from_streams";
    }
    PyValueError::new_err(message)
}

/// Raises the errors that scoring these texts would raise, before any work is done.
#[pyfunction]
#[pyo3(signature = (predictions, references, /))]
pub fn check(predictions: &Bound<'_, PyAny>, references: &Bound<'_, PyAny>) -> PyResult<()> {
    guard(|| {
        let sequences = Sequences::take(predictions, references, false)?;
        Batch::read(&sequences, &Reading::of_text(Lowercase::No), &[], &Bump::new())?;
        Ok(())
    })
}
