//! The metrics: see `tricolore_core::metrics`. The public classes of Python have checked the options; this module
//! extracts texts, detaches from the interpreter and wraps results.

use bumpalo::Bump;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyFloat, PyString, PyTuple};
use tricolore_core::cpu::Cpu;
use tricolore_core::metrics::AnyMetric;
use tricolore_core::metrics::bleu::{Bleu, Smoothing};
use tricolore_core::metrics::chrf::Chrf;
use tricolore_core::metrics::edit_similarity::EditSimilarity;
use tricolore_core::metrics::error_rate::ErrorRate;
use tricolore_core::metrics::exact_match::ExactMatch;
use tricolore_core::metrics::gleu::Gleu;
use tricolore_core::metrics::rouge::{MultiReference, Rouge, Type};
use tricolore_core::metrics::rouge_pltrdy::{self, RougePltrdy};
use tricolore_core::metrics::rouge155::{self, Rouge155};
use tricolore_core::metrics::ter::Ter;
use tricolore_core::metrics::token_f1::TokenF1;
use tricolore_core::{
    Error, Interrupt, Job, Layout, Limit, Notes, Prepared as PreparedTexts, Rouge155Text, Segments, SentenceEnds, Side,
    Stemming, StopWords, Stream, Tercom, Tokenizer, corpus,
};

use crate::attached::zeros;
use crate::batch::{Batch, Sequences};
use crate::error::{guard, interruptible, raised};
use crate::missing::not_a_str;
use crate::pairs::Pairs;
use crate::prepared::Prepared;
use crate::pretokenized::plain_segment;
use crate::reading::Reading;
use crate::references;
use crate::rows::Rows;
use crate::text::{self, Lowercase, Text};
use crate::wrap::{fill_bytes, new_bytes, to_vec};

/// A metric with its options.
#[pyclass(frozen, module = "tricolore._core")]
pub struct Metric {
    metric: AnyMetric,
    reading: Reading,
}

/// Detaching from the interpreter would cost more than it gains for a pair with at most this many bytes of text.
const ATTACHED_BYTES: usize = 1 << 14;

/// A progress hook is called after this many segments, or after this many bytes of text if they are reached first.
const MOST_SEGMENTS: usize = 1 << 12;
const MOST_BYTES: usize = 1 << 22;

/// The end of the block of segments that starts at `start`.
fn block_end(segments: &Segments<'_, Text<'_>>, start: usize) -> usize {
    let last = segments.len().min(start + MOST_SEGMENTS);
    let mut bytes = 0;
    let full = (start..last).find(|&segment| {
        bytes += segments.bytes(segment);
        bytes >= MOST_BYTES
    });
    full.map_or(last, |segment| segment + 1)
}

/// Numbers of a segment that are kept on the stack.
const ON_STACK: usize = 32;

/// Room for this many numbers: in `few` if they fit, else in `many`.
#[inline(always)]
fn room<'a, T: Copy + Default>(count: usize, few: &'a mut [T; ON_STACK], many: &'a mut Vec<T>) -> &'a mut [T] {
    if count <= ON_STACK {
        return &mut few[..count];
    }
    many.resize(count, T::default());
    many
}

fn unknown(what: &str) -> PyErr {
    PyValueError::new_err(format!("no such option: {what}"))
}

impl Metric {
    fn new(metric: AnyMetric, lowercase: Lowercase) -> Self {
        Self { metric, reading: Reading::of_text(lowercase) }
    }

    /// A metric whose texts may be pretokenized. The integers of `ignored` are not tokens.
    fn maybe_pretokenized(metric: AnyMetric, lowercase: Lowercase, mut ignored: Vec<i64>) -> Self {
        let pretokenized = metric.streams().any(|stream| stream.tokenizer == Tokenizer::Pretokenized);
        ignored.sort_unstable();
        Self { metric, reading: Reading { lowercase, pretokenized, ignored: ignored.into() } }
    }

    /// Tokenizes references, or predictions and references, and keeps their tokens.
    fn tokenized(&self, py: Python<'_>, sides: &[&[Text<'_>]]) -> PyResult<Vec<PreparedTexts>> {
        interruptible(py, |poll| {
            let stop = false.into();
            self.metric.prepare(sides, &Interrupt::new(&stop, Some(poll)))
        })
    }

    /// Calls `make` with the scores and the rows of one segment. `references` is a `str`, or a list or tuple of `str`.
    #[inline(always)]
    fn with_figures<T>(
        &self,
        prediction: &Bound<'_, PyAny>,
        references: &Bound<'_, PyAny>,
        make: impl FnOnce(&[f64], &[i32]) -> PyResult<T>,
    ) -> PyResult<T> {
        let py = prediction.py();
        let lowercase = self.reading.lowercase;
        let copies = Bump::new();
        let text = text::read(prediction.as_borrowed(), lowercase, &copies)?
            .ok_or_else(|| not_a_str("prediction", prediction))?;
        // A single reference, the usual case, needs no list.
        let (objects, texts, single);
        let references = if references.is_instance_of::<PyString>() {
            single = text::read(references.as_borrowed(), lowercase, &copies)?
                .ok_or_else(|| not_a_str("references", references))?;
            std::slice::from_ref(&single)
        } else {
            objects = references::of_one_segment(references)?;
            texts = references::read_one_segment(&objects, lowercase, &copies)?;
            texts.as_slice()
        };
        let offsets = [0, references.len()];
        let segment = Segments::of_texts(std::slice::from_ref(&text), references, Some(&offsets));
        // Allocations would take a tenth of the time.
        let (mut few_rows, mut many_rows) = ([0i32; ON_STACK], Vec::new());
        let (mut few_scores, mut many_scores) = ([0f64; ON_STACK], Vec::new());
        let rows = room(self.metric.rows(&segment, 0..1) * self.metric.width(), &mut few_rows, &mut many_rows);
        let scores = room(self.metric.score_width(), &mut few_scores, &mut many_scores);
        self.score_one(py, &segment, Job::new(&self.metric, rows, scores))?;
        make(scores, rows)
    }

    /// Does the job for one segment. Detaches from the interpreter unless the segment is short and soon done.
    fn score_one(&self, py: Python<'_>, segment: &Segments<'_, Text<'_>>, job: Job<'_>) -> PyResult<()> {
        let mut job = [job];
        if segment.bytes(0) <= ATTACHED_BYTES {
            // The poll comes after some tens of milliseconds of work, or of waiting for memory. Other threads must not wait
            // for the interpreter any longer, so the segment is scored again, detached.
            match guard(|| Ok(corpus::score_one(segment, &mut job, &|| true)))? {
                Err(Error::Interrupted) => {}
                result => return result.map_err(raised),
            }
        }
        interruptible(py, |poll| corpus::score_one(segment, &mut job, poll))
    }
}

#[pymethods]
impl Metric {
    #[staticmethod]
    #[pyo3(signature = (
        tokenize, lowercase, max_ngram_order, smooth_method, smooth_value, effective_order, compensated, ignore_ids, /
    ))]
    #[allow(clippy::too_many_arguments)]
    fn bleu(
        tokenize: &str,
        lowercase: bool,
        max_ngram_order: usize,
        smooth_method: &str,
        smooth_value: f64,
        effective_order: bool,
        compensated: bool,
        ignore_ids: Vec<i64>,
    ) -> PyResult<Self> {
        let tokenizer = bleu_tokenizer(tokenize)?;
        let smoothing = match smooth_method {
            "none" => Smoothing::None,
            "floor" => Smoothing::Floor(smooth_value),
            "add-k" => Smoothing::AddK(smooth_value),
            "exp" => Smoothing::Exp,
            _ => return Err(unknown(smooth_method)),
        };
        let metric = Bleu { tokenizer, orders: max_ngram_order, smoothing, effective_order, compensated };
        Ok(Self::maybe_pretokenized(AnyMetric::Bleu(metric), lowercase.into(), ignore_ids))
    }

    #[staticmethod]
    #[pyo3(signature = (char_order, word_order, factor, lowercase, whitespace, eps_smoothing, /))]
    fn chrf(
        char_order: usize,
        word_order: usize,
        factor: f64,
        lowercase: bool,
        whitespace: bool,
        eps_smoothing: bool,
    ) -> Self {
        let metric = Chrf { char_order, word_order, factor, whitespace, eps_smoothing };
        Self::new(AnyMetric::Chrf(metric), lowercase.into())
    }

    #[staticmethod]
    #[pyo3(signature = (tokenizer, lowercase, substitutions, threshold, /))]
    fn edit_similarity(tokenizer: &str, lowercase: bool, substitutions: bool, threshold: f64) -> PyResult<Self> {
        let tokenizer = edit_tokenizer(tokenizer)?;
        let metric = EditSimilarity { tokenizer, substitutions, threshold };
        Ok(Self::new(AnyMetric::EditSimilarity(metric), lowercase.into()))
    }

    #[staticmethod]
    #[pyo3(signature = (tokenizer, ignore_ids, /))]
    fn error_rate(tokenizer: &str, ignore_ids: Vec<i64>) -> PyResult<Self> {
        let metric = AnyMetric::ErrorRate(ErrorRate { tokenizer: edit_tokenizer(tokenizer)? });
        Ok(Self::maybe_pretokenized(metric, Lowercase::No, ignore_ids))
    }

    #[staticmethod]
    #[pyo3(signature = (squad, /))]
    fn exact_match(squad: bool) -> Self {
        Self::new(AnyMetric::ExactMatch(ExactMatch { squad }), if squad { Lowercase::ByWord } else { Lowercase::No })
    }

    #[staticmethod]
    #[pyo3(signature = (tokenize, lowercase, min_len, max_len, ignore_ids, /))]
    fn gleu(tokenize: &str, lowercase: bool, min_len: usize, max_len: usize, ignore_ids: Vec<i64>) -> PyResult<Self> {
        let metric = Gleu { tokenizer: bleu_tokenizer(tokenize)?, orders: min_len..=max_len };
        Ok(Self::maybe_pretokenized(AnyMetric::Gleu(metric), lowercase.into(), ignore_ids))
    }

    #[staticmethod]
    #[pyo3(signature = (types, tokenizer, use_stemmer, multi_reference, ignore_ids, /))]
    fn rouge(
        types: Vec<String>,
        tokenizer: &str,
        use_stemmer: bool,
        multi_reference: &str,
        ignore_ids: Vec<i64>,
    ) -> PyResult<Self> {
        let types = types.iter().map(|name| rouge_type(name).ok_or_else(|| unknown(name))).collect::<PyResult<_>>()?;
        let tokenizer = match tokenizer {
            "default" => Tokenizer::Rouge { stemming: use_stemmer },
            "whitespace" => Tokenizer::Whitespace,
            "char" => Tokenizer::Char,
            "unicode" => Tokenizer::Unicode,
            "pretokenized" => Tokenizer::Pretokenized,
            _ => return Err(unknown(tokenizer)),
        };
        let multi_reference = match multi_reference {
            "best" => MultiReference::Best,
            "average" => MultiReference::Average,
            _ => return Err(unknown(multi_reference)),
        };
        let lowercase = if tokenizer == Tokenizer::Unicode { Lowercase::Composed } else { Lowercase::No };
        let metric = AnyMetric::Rouge(Rouge::new(types, tokenizer, multi_reference));
        Ok(Self::maybe_pretokenized(metric, lowercase, ignore_ids))
    }

    /// `words` and `bytes` are limits, of which at most one is given.
    #[staticmethod]
    #[pyo3(signature = (types, stemming, stop_words, words, bytes, best, alpha, /))]
    fn rouge155(
        types: Vec<String>,
        stemming: &str,
        stop_words: Vec<String>,
        words: Option<usize>,
        bytes: Option<usize>,
        best: bool,
        alpha: f64,
    ) -> PyResult<Self> {
        let types =
            types.iter().map(|name| rouge155_type(name).ok_or_else(|| unknown(name))).collect::<PyResult<_>>()?;
        let stemming = match stemming {
            "none" => Stemming::None,
            "porter" => Stemming::Porter,
            "wordnet" => Stemming::WordNet,
            _ => return Err(unknown(stemming)),
        };
        let stop_words = stop_words.into_iter().map(String::into_bytes).collect();
        let limit = match (words, bytes) {
            (None, None) => Limit::None,
            (Some(words), None) => Limit::Words(words),
            (None, Some(bytes)) => Limit::Bytes(bytes),
            (Some(_), Some(_)) => return Err(unknown("words and bytes")),
        };
        let text = Rouge155Text { stemming, stop_words: StopWords::of(stop_words), limit };
        Ok(Self::new(AnyMetric::Rouge155(Rouge155::new(types, text, best, alpha)), Lowercase::No))
    }

    #[staticmethod]
    #[pyo3(signature = (types, chinese, exclusive, /))]
    fn rouge_pltrdy(types: Vec<String>, chinese: bool, exclusive: bool) -> PyResult<Self> {
        let kind = |name: &String| match name.strip_prefix("rouge-") {
            Some("l") => Ok(rouge_pltrdy::Type::L),
            Some(order) => match order.parse() {
                Ok(order) if (1..=rouge_pltrdy::MOST_ORDERS).contains(&order) => Ok(rouge_pltrdy::Type::N(order)),
                _ => Err(unknown(name)),
            },
            None => Err(unknown(name)),
        };
        let types = types.iter().map(kind).collect::<PyResult<_>>()?;
        let ends = if chinese { SentenceEnds::Chinese } else { SentenceEnds::FullStops };
        Ok(Self::new(AnyMetric::RougePltrdy(RougePltrdy { types, ends, exclusive }), Lowercase::No))
    }

    #[staticmethod]
    #[pyo3(signature = (normalized, no_punct, asian_support, case_sensitive, /))]
    fn ter(normalized: bool, no_punct: bool, asian_support: bool, case_sensitive: bool) -> Self {
        let lowercase = !case_sensitive;
        let metric = Ter::new(Tercom { lowercase, normalized, no_punct, asian_support, twice: false });
        Self::new(AnyMetric::Ter(metric), if lowercase { Lowercase::ByWord } else { Lowercase::No })
    }

    #[staticmethod]
    fn token_f1() -> Self {
        Self::new(AnyMetric::TokenF1(TokenF1), Lowercase::ByWord)
    }

    /// One segment's float64 scores, followed by its int32 rows. They are bytes because a tuple of numbers would take
    /// longer to make than the scores.
    #[pyo3(signature = (prediction, references, /))]
    fn score<'py>(
        &self,
        prediction: &Bound<'py, PyAny>,
        references: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        self.with_figures(prediction, references, |scores, rows| {
            let (scores, rows) = (bytemuck::cast_slice(scores), bytemuck::cast_slice(rows));
            PyBytes::new_with(prediction.py(), scores.len() + rows.len(), |bytes| {
                bytes[..scores.len()].copy_from_slice(scores);
                bytes[scores.len()..].copy_from_slice(rows);
                Ok(())
            })
        })
    }

    /// One segment's only score.
    #[pyo3(signature = (prediction, references, /))]
    fn value(&self, prediction: &Bound<'_, PyAny>, references: &Bound<'_, PyAny>) -> PyResult<f64> {
        self.with_figures(prediction, references, |scores, _| Ok(scores[0]))
    }

    /// One segment's BLEU: the score, the precisions, the matches and the totals of the orders, the brevity penalty, and
    /// the lengths of the prediction and of the closest reference, and then the items of `rest`. Not for counts that are
    /// smoothed, which are floats.
    #[pyo3(signature = (prediction, references, rest, /))]
    fn bleu_fields<'py>(
        &self,
        prediction: &Bound<'py, PyAny>,
        references: &Bound<'py, PyAny>,
        rest: &Bound<'py, PyTuple>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let py = prediction.py();
        let AnyMetric::Bleu(metric) = &self.metric else { return Err(unknown("bleu_fields")) };
        if let Smoothing::AddK(_) = metric.smoothing {
            return Err(unknown("bleu_fields"));
        }
        self.with_figures(prediction, references, |scores, row| {
            let ([prediction, reference], counts) = row.split_first_chunk().expect("two lengths");
            let (matches, totals) = counts.split_at(metric.orders);
            let mut fields: Vec<Bound<'py, PyAny>> = Vec::with_capacity(7 + rest.len());
            fields.push(PyFloat::new(py, scores[0]).into_any());
            fields.push(PyTuple::new(py, metric.precisions(row))?.into_any());
            fields.push(PyTuple::new(py, matches)?.into_any());
            fields.push(PyTuple::new(py, totals)?.into_any());
            fields.push(PyFloat::new(py, Bleu::brevity_penalty(row)).into_any());
            fields.push(prediction.into_pyobject(py)?.into_any());
            fields.push(reference.into_pyobject(py)?.into_any());
            fields.extend(rest.iter());
            PyTuple::new(py, fields)
        })
    }

    /// The row of one pretokenized segment; none if [`plain_segment`] reads none.
    #[pyo3(signature = (prediction, references, /))]
    fn plain_row(&self, prediction: &Bound<'_, PyAny>, references: &Bound<'_, PyAny>) -> PyResult<Option<Vec<i32>>> {
        let py = prediction.py();
        if !self.reading.pretokenized {
            return Ok(None);
        }
        let Some((prediction, references)) = guard(|| plain_segment(prediction, references))? else { return Ok(None) };
        let offsets = [0, references.len()];
        let segment: Segments<'_, Text<'_>> = Segments {
            predictions: Side::Prepared(&prediction),
            references: Side::Prepared(&references),
            layout: Layout::Lists(&offsets),
        };
        let mut row = vec![0i32; self.metric.rows(&segment, 0..1) * self.metric.width()];
        self.score_one(py, &segment, Job::new(&self.metric, &mut row, &mut []))?;
        Ok(Some(row))
    }

    /// The rows of many segments and, if `with_scores`, their scores. `progress` is called after each block of segments
    /// with the number of segments done and the number of all segments.
    #[pyo3(signature = (predictions, references, num_threads, with_scores, progress=None, /))]
    fn batch(
        &self,
        predictions: &Bound<'_, PyAny>,
        references: &Bound<'_, PyAny>,
        num_threads: usize,
        with_scores: bool,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Rows> {
        let py = predictions.py();
        let metric = &self.metric;
        let sequences = Sequences::take(predictions, references, self.reading.pretokenized)?;
        let copies = Bump::new();
        let streams: Vec<Stream> = metric.reference_streams().collect();
        let batch = guard(|| Batch::read(&sequences, &self.reading, &streams, &copies))?;
        let segments = batch.segments()?;
        let count = segments.len();
        // The number of values that the segments before `end` have.
        let of_rows = |end| metric.rows(&segments, 0..end) * metric.width();
        let of_scores = |end| if with_scores { end * metric.score_width() } else { 0 };
        let (rows, (scores, notes)) = fill_bytes(py, of_rows(count), |rows| {
            fill_bytes(py, of_scores(count), |scores| {
                let mut notes = Notes::default();
                let mut start = 0;
                while start < count {
                    let end = if progress.is_some() { block_end(&segments, start) } else { count };
                    let rows = &mut rows[of_rows(start)..of_rows(end)];
                    let scores = &mut scores[of_scores(start)..of_scores(end)];
                    notes += interruptible(py, |poll| {
                        let mut jobs = [Job::new(metric, rows, scores)];
                        corpus::score_some(&segments, start..end, &mut jobs, num_threads, poll)?;
                        Ok(jobs[0].notes)
                    })?;
                    if let Some(progress) = progress {
                        progress.call1((end, count))?;
                    }
                    start = end;
                }
                Ok(notes)
            })
        })?;
        Rows::of(&segments, rows, scores, notes)
    }

    /// The scores of segments, made from their rows. `starts` has the index of each segment's first row and, last, the
    /// number of rows; it is None if each segment has one row.
    #[pyo3(signature = (rows, starts, /))]
    fn scores<'py>(
        &self,
        rows: &Bound<'py, PyAny>,
        starts: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let py = rows.py();
        let (width, score_width) = (self.metric.width(), self.metric.score_width());
        let rows: Vec<i32> = to_vec(rows)?;
        let starts: Option<Vec<i64>> = starts.map(to_vec).transpose()?;
        let segments = starts.as_ref().map_or(rows.len() / width, |starts| starts.len().saturating_sub(1));
        let (bytes, ()) = fill_bytes(py, segments * score_width, |scores| {
            interruptible(py, |poll| {
                let stop = false.into();
                let interrupt = Interrupt::new(&stop, Some(poll));
                for (segment, scores) in scores.chunks_exact_mut(score_width).enumerate() {
                    let (start, end) = match &starts {
                        Some(starts) => (starts[segment] as usize, starts[segment + 1] as usize),
                        None => (segment, segment + 1),
                    };
                    self.metric.scores(&rows[start * width..end * width], scores);
                    interrupt.spend(20 * width)?;
                }
                Ok(())
            })
        })?;
        Ok(bytes)
    }

    /// Reads references once, to score against them many times.
    #[pyo3(signature = (references, /))]
    fn prepare(&self, references: &Bound<'_, PyAny>) -> PyResult<Prepared> {
        guard(|| {
            Prepared::read(references, &self.reading, |texts| {
                Ok(self.tokenized(references.py(), &[texts])?.pop().expect("one side"))
            })
        })
    }

    /// Reads texts once, to score each prediction against each reference.
    #[pyo3(signature = (predictions, references, /))]
    fn pairs(&self, predictions: &Bound<'_, PyAny>, references: &Bound<'_, PyAny>) -> PyResult<Pairs> {
        let py = predictions.py();
        guard(|| {
            let tokenized = |sides: &[&[Text<'_>]]| self.tokenized(py, sides);
            Pairs::read(self.metric.clone(), predictions, references, &self.reading, tokenized)
        })
    }

    /// The tokens of a text; for chrF its words.
    #[pyo3(signature = (text, /))]
    fn tokenize<'py>(&self, text: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyString>>> {
        let py = text.py();
        if self.reading.pretokenized {
            return Err(PyValueError::new_err("with a pretokenized metric texts are tokens already"));
        }
        let tokenizer = match &self.metric {
            AnyMetric::Bleu(metric) => metric.tokenizer,
            AnyMetric::Chrf(_) => Tokenizer::ChrfWords,
            AnyMetric::EditSimilarity(metric) => metric.tokenizer,
            AnyMetric::ErrorRate(metric) => metric.tokenizer,
            AnyMetric::Gleu(metric) => metric.tokenizer,
            AnyMetric::Rouge(metric) => metric.tokenizer(),
            AnyMetric::RougePltrdy(metric) => metric.tokenizer(),
            AnyMetric::Rouge155(metric) => metric.tokenizer(),
            AnyMetric::Ter(metric) => metric.tokenizer,
            AnyMetric::ExactMatch(_) | AnyMetric::TokenF1(_) => Tokenizer::Squad,
        };
        let copies = Bump::new();
        let read =
            text::read(text.as_borrowed(), self.reading.lowercase, &copies)?.ok_or_else(|| not_a_str("text", text))?;
        let tokens = interruptible(py, |poll| {
            let stop = false.into();
            tokenizer.tokens(Cpu::detect(), read, &Interrupt::new(&stop, Some(poll)))
        })?;
        tokens.iter().map(|token| decode(py, token)).collect()
    }
}

/// The rows and scores of many segments by several metrics. Metrics that read alike share one pass over the texts.
#[pyfunction]
#[pyo3(signature = (metrics, predictions, references, num_threads, /))]
pub fn batch(
    metrics: Vec<PyRef<'_, Metric>>,
    predictions: &Bound<'_, PyAny>,
    references: &Bound<'_, PyAny>,
    num_threads: usize,
) -> PyResult<Vec<Rows>> {
    let py = predictions.py();
    let mut made: Vec<Option<Rows>> = metrics.iter().map(|_| None).collect();
    for first in 0..metrics.len() {
        if made[first].is_some() {
            continue;
        }
        let reading = &metrics[first].reading;
        let alike: Vec<usize> = (first..metrics.len()).filter(|&other| metrics[other].reading == *reading).collect();
        let streams: Vec<Stream> = alike.iter().flat_map(|&place| metrics[place].metric.reference_streams()).collect();
        let sequences = Sequences::take(predictions, references, reading.pretokenized)?;
        let copies = Bump::new();
        let batch = guard(|| Batch::read(&sequences, reading, &streams, &copies))?;
        let segments = batch.segments()?;
        let count = segments.len();
        let output = |&place: &usize| {
            let metric = &metrics[place].metric;
            let rows = metric.rows(&segments, 0..count) * metric.width();
            Ok((metric, zeros::<i32>(py, rows)?, zeros::<f64>(py, count * metric.score_width())?))
        };
        let mut figures = alike.iter().map(output).collect::<PyResult<Vec<_>>>()?;
        let notes: Vec<Notes> = interruptible(py, |poll| {
            let mut jobs: Vec<Job<'_>> =
                figures.iter_mut().map(|(metric, rows, scores)| Job::new(metric, rows, scores)).collect();
            corpus::score(&segments, &mut jobs, num_threads, poll)?;
            Ok(jobs.iter().map(|job| job.notes).collect())
        })?;
        for ((place, (_, rows, scores)), notes) in alike.into_iter().zip(figures).zip(notes) {
            let [rows, scores] = [bytemuck::cast_slice(&rows), bytemuck::cast_slice(&scores)];
            py.check_signals()?;
            let [rows, scores] = [new_bytes(py, rows)?, new_bytes(py, scores)?];
            made[place] = Some(Rows::of(&segments, rows, scores, notes)?);
        }
    }
    Ok(made.into_iter().flatten().collect())
}

fn decode<'py>(py: Python<'py>, token: &[u8]) -> PyResult<Bound<'py, PyString>> {
    match std::str::from_utf8(token) {
        Ok(token) => Ok(PyString::new(py, token)),
        Err(_) => Ok(PyBytes::new(py, token).call_method1("decode", ("utf-8", "surrogatepass"))?.cast_into()?),
    }
}

/// The tokenizer of BLEU's name for it.
fn bleu_tokenizer(name: &str) -> PyResult<Tokenizer> {
    Ok(match name {
        "13a" => Tokenizer::T13a,
        "intl" => Tokenizer::Intl,
        "zh" => Tokenizer::Zh,
        "char" => Tokenizer::Char,
        "none" => Tokenizer::Whitespace,
        "pretokenized" => Tokenizer::Pretokenized,
        _ => return Err(unknown(name)),
    })
}

/// The tokenizer of the edit distances' name for it.
fn edit_tokenizer(name: &str) -> PyResult<Tokenizer> {
    Ok(match name {
        "words" => Tokenizer::SpacedWords,
        "whitespace" => Tokenizer::Whitespace,
        "stripped" => Tokenizer::Stripped,
        "characters" => Tokenizer::Point,
        "joined" => Tokenizer::Joined,
        "pretokenized" => Tokenizer::Pretokenized,
        _ => return Err(unknown(name)),
    })
}

fn rouge155_type(name: &str) -> Option<rouge155::Type> {
    let name = name.strip_prefix("rouge")?;
    if let Some(weight) = name.strip_prefix('W') {
        return weight.parse().ok().map(rouge155::Type::W);
    }
    if let Some(distance) = name.strip_prefix('S') {
        let (distance, unigrams) = distance.strip_prefix('U').map_or((distance, false), |distance| (distance, true));
        let distance = if distance == "*" { None } else { Some(distance.parse().ok()?) };
        return Some(rouge155::Type::S { distance, unigrams });
    }
    if name == "L" { Some(rouge155::Type::L) } else { name.parse().ok().filter(|&n| n > 0).map(rouge155::Type::N) }
}

fn rouge_type(name: &str) -> Option<Type> {
    match name.strip_prefix("rouge")? {
        "L" => Some(Type::L),
        "Lsum" => Some(Type::Lsum),
        "Lsubstr" => Some(Type::Lsubstr),
        order => order.parse().ok().filter(|&n| n > 0).map(Type::N),
    }
}
