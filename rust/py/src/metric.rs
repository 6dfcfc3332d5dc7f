//! The metrics: see `tricolore_core::metrics`. Their options come checked from `tricolore.ROUGE` and the
//! others; what is done here is to extract, detach and wrap.

use bumpalo::Bump;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use tricolore_core::cpu::Cpu;
use tricolore_core::metrics::AnyMetric;
use tricolore_core::metrics::bleu::{Bleu, Smoothing};
use tricolore_core::metrics::chrf::Chrf;
use tricolore_core::metrics::exact_match::ExactMatch;
use tricolore_core::metrics::rouge::{MultiReference, Rouge, Type};
use tricolore_core::metrics::ter::Ter;
use tricolore_core::metrics::token_f1::TokenF1;
use tricolore_core::{Interrupt, Job, Layout, Notes, Segments, Source, Stream, Tercom, Tokenizer, corpus};

use crate::attached::zeros;
use crate::error::{guard, interruptible};
use crate::input::{self, Batch, Lower, Seen, Sequences, Text, not_a_str};
use crate::pairs::Pairs;
use crate::prepared::Prepared;
use crate::wrap::{fill_bytes, int64_bytes, new_bytes, to_vec};

/// A metric with its options.
#[pyclass(frozen, module = "tricolore._core")]
pub struct Metric {
    metric: AnyMetric,
    seen: Seen,
}

/// Rows, scores, where the rows of each segment start, and counts: predictions that are not empty and of which the
/// tokenizer leaves nothing, predictions that are not empty, segments in which a text has several lines.
pub type Rows<'py> = (Bound<'py, PyBytes>, Bound<'py, PyBytes>, Option<Bound<'py, PyBytes>>, (usize, usize, usize));

/// Text in one pair that is not worth detaching for.
const ATTACHED_BYTES: usize = 1 << 14;

/// Segments between two calls of a progress hook, and text in them: whichever comes first.
const MOST_SEGMENTS: usize = 1 << 12;
const MOST_BYTES: usize = 1 << 22;

/// Where the block ends that starts at a segment.
fn block_end(segments: &Segments<'_, Text<'_>>, start: usize) -> usize {
    let last = segments.len().min(start + MOST_SEGMENTS);
    let mut bytes = 0;
    let full = (start..last).find(|&segment| {
        bytes += segments.bytes(segment);
        bytes >= MOST_BYTES
    });
    full.map_or(last, |segment| segment + 1)
}

fn unknown(what: &str) -> PyErr {
    PyValueError::new_err(format!("no such option: {what}"))
}

impl Metric {
    fn new(metric: AnyMetric, lower: Lower) -> Self {
        Self { metric, seen: Seen::text(lower) }
    }

    /// A metric of texts that may come as tokens, with integers that are none.
    fn of_tokens(metric: AnyMetric, lower: Lower, mut ignored: Vec<i64>) -> Self {
        let tokens = metric.streams().any(|stream| stream.tokenizer == Tokenizer::Pretokenized);
        ignored.sort_unstable();
        Self { metric, seen: Seen { lower, tokens, ignored: ignored.into() } }
    }

    /// Reads references once, and predictions in front of them if there are two sides.
    fn prepare_texts(&self, py: Python<'_>, sides: &[&[Text<'_>]]) -> PyResult<Vec<tricolore_core::Prepared>> {
        interruptible(py, |poll| {
            let stop = false.into();
            self.metric.prepare(sides, &Interrupt::new(&stop, Some(poll)))
        })
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
        let tokenizer = match tokenize {
            "13a" => Tokenizer::T13a,
            "intl" => Tokenizer::Intl,
            "zh" => Tokenizer::Zh,
            "char" => Tokenizer::Char,
            "none" => Tokenizer::Whitespace,
            "pretokenized" => Tokenizer::Pretokenized,
            _ => return Err(unknown(tokenize)),
        };
        let smoothing = match smooth_method {
            "none" => Smoothing::None,
            "floor" => Smoothing::Floor(smooth_value),
            "add-k" => Smoothing::AddK(smooth_value),
            "exp" => Smoothing::Exp,
            _ => return Err(unknown(smooth_method)),
        };
        let metric = Bleu { tokenizer, orders: max_ngram_order, smoothing, effective_order, compensated };
        Ok(Self::of_tokens(AnyMetric::Bleu(metric), lowercase.into(), ignore_ids))
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
    #[pyo3(signature = (squad, /))]
    fn exact_match(squad: bool) -> Self {
        Self::new(AnyMetric::ExactMatch(ExactMatch { squad }), squad.into())
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
        let lower = if tokenizer == Tokenizer::Unicode { Lower::Composed } else { Lower::Not };
        Ok(Self::of_tokens(AnyMetric::Rouge(Rouge::new(types, tokenizer, multi_reference)), lower, ignore_ids))
    }

    #[staticmethod]
    #[pyo3(signature = (normalized, no_punct, asian_support, case_sensitive, /))]
    fn ter(normalized: bool, no_punct: bool, asian_support: bool, case_sensitive: bool) -> Self {
        let metric = Ter::new(Tercom { normalized, no_punct, asian_support, twice: false });
        Self::new(AnyMetric::Ter(metric), Lower::from(!case_sensitive))
    }

    #[staticmethod]
    fn token_f1() -> Self {
        Self::new(AnyMetric::TokenF1(TokenF1), Lower::Plain)
    }

    /// One segment: its float64 scores and then its int32 rows, as bytes: a tuple of numbers would cost
    /// more than they do.
    #[pyo3(signature = (prediction, references, /))]
    fn score<'py>(
        &self,
        prediction: &Bound<'py, PyAny>,
        references: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let py = prediction.py();
        let lower = self.seen.lower;
        let copies = Bump::new();
        let text = input::read(prediction.as_borrowed(), lower, &copies)?
            .ok_or_else(|| not_a_str("prediction", prediction))?;
        let references = input::references(references)?;
        let references = input::read_references(&references, lower, &copies)?;
        let offsets = [0, references.len()];
        let segment = Segments::of_texts(std::slice::from_ref(&text), &references, Some(&offsets));
        let mut rows = vec![0i32; self.metric.rows(&segment, 0..1) * self.metric.width()];
        let mut scores = vec![0f64; self.metric.score_width()];
        let bytes = segment.bytes(0);
        let mut job = [Job::new(&self.metric, &mut rows, &mut scores)];
        if bytes <= ATTACHED_BYTES {
            guard(|| Ok(corpus::score_one(&segment, &mut job, &|| false)))?.expect("too short to be interrupted");
        } else {
            interruptible(py, |poll| corpus::score_one(&segment, &mut job, poll))?;
        }
        let (scores, rows) = (bytemuck::cast_slice(&scores), bytemuck::cast_slice(&rows));
        PyBytes::new_with(py, scores.len() + rows.len(), |bytes| {
            bytes[..scores.len()].copy_from_slice(scores);
            bytes[scores.len()..].copy_from_slice(rows);
            Ok(())
        })
    }

    /// Many segments: int32 rows and, if asked for, float64 scores, both row-major; where the rows of
    /// each segment start, if it may have several. After each block of them `progress` is called with the number
    /// of segments that are done and the number of all.
    #[pyo3(signature = (predictions, references, num_threads, with_scores, progress=None, /))]
    fn batch<'py>(
        &self,
        predictions: &Bound<'py, PyAny>,
        references: &Bound<'py, PyAny>,
        num_threads: usize,
        with_scores: bool,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Rows<'py>> {
        let py = predictions.py();
        let metric = &self.metric;
        let sequences = Sequences::take(predictions, references, self.seen.tokens)?;
        let copies = Bump::new();
        let streams: Vec<Stream> = metric.reference_streams().collect();
        let batch = guard(|| Batch::read(&sequences, &self.seen, &streams, &copies))?;
        let segments = batch.segments()?;
        let count = segments.len();
        // How many numbers the segments before `end` have.
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
        Ok((rows, scores, offsets(py, &segments)?, (notes.emptied, filled(&segments), notes.lined)))
    }

    /// The scores of segments from their rows.
    #[pyo3(signature = (rows, offsets, /))]
    fn scores<'py>(
        &self,
        rows: &Bound<'py, PyAny>,
        offsets: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let py = rows.py();
        let (width, score_width) = (self.metric.width(), self.metric.score_width());
        let rows: Vec<i32> = to_vec(rows)?;
        let offsets: Option<Vec<i64>> = offsets.map(to_vec).transpose()?;
        let segments = offsets.as_ref().map_or(rows.len() / width, |offsets| offsets.len().saturating_sub(1));
        let (bytes, ()) = fill_bytes(py, segments * score_width, |scores| {
            interruptible(py, |poll| {
                let stop = false.into();
                let interrupt = Interrupt::new(&stop, Some(poll));
                for (segment, scores) in scores.chunks_exact_mut(score_width).enumerate() {
                    let (start, end) = match &offsets {
                        Some(offsets) => (offsets[segment] as usize, offsets[segment + 1] as usize),
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

    /// References that are read once.
    #[pyo3(signature = (references, /))]
    fn prepare(&self, references: &Bound<'_, PyAny>) -> PyResult<Prepared> {
        guard(|| {
            input::prepare(references, &self.seen, |texts| {
                Ok(self.prepare_texts(references.py(), &[texts])?.pop().expect("one side"))
            })
        })
    }

    /// Texts each of which is compared with each.
    #[pyo3(signature = (predictions, references, /))]
    fn pairs(&self, predictions: &Bound<'_, PyAny>, references: &Bound<'_, PyAny>) -> PyResult<Pairs> {
        let py = predictions.py();
        guard(|| {
            let read = |sides: &[&[Text<'_>]]| self.prepare_texts(py, sides);
            Ok(Pairs::new(self.metric.clone(), input::prepare_pairs([predictions, references], &self.seen, read)?))
        })
    }

    /// The tokens of a text, of chrF the words.
    #[pyo3(signature = (text, /))]
    fn tokenize<'py>(&self, text: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyString>>> {
        let py = text.py();
        if self.seen.tokens {
            return Err(PyValueError::new_err("with a pretokenized metric texts are tokens already"));
        }
        let tokenizer = match &self.metric {
            AnyMetric::Bleu(metric) => metric.tokenizer,
            AnyMetric::Chrf(_) => Tokenizer::ChrfWords,
            AnyMetric::Rouge(metric) => metric.tokenizer(),
            AnyMetric::Ter(metric) => metric.tokenizer,
            AnyMetric::ExactMatch(_) | AnyMetric::TokenF1(_) => Tokenizer::Squad,
        };
        let copies = Bump::new();
        let read = input::read(text.as_borrowed(), self.seen.lower, &copies)?.ok_or_else(|| not_a_str("text", text))?;
        let tokens = interruptible(py, |poll| {
            let stop = false.into();
            tokenizer.tokens(Cpu::detect(), read, &Interrupt::new(&stop, Some(poll)))
        })?;
        tokens.iter().map(|token| decode(py, token)).collect()
    }
}

/// Rows and scores of many segments by several metrics; texts are read once for those that see them alike.
#[pyfunction]
#[pyo3(signature = (metrics, predictions, references, num_threads, /))]
pub fn batch<'py>(
    metrics: Vec<PyRef<'py, Metric>>,
    predictions: &Bound<'py, PyAny>,
    references: &Bound<'py, PyAny>,
    num_threads: usize,
) -> PyResult<Vec<Rows<'py>>> {
    let py = predictions.py();
    let mut made: Vec<Option<Rows<'py>>> = metrics.iter().map(|_| None).collect();
    for first in 0..metrics.len() {
        if made[first].is_some() {
            continue;
        }
        let seen = &metrics[first].seen;
        let alike: Vec<usize> = (first..metrics.len()).filter(|&other| metrics[other].seen == *seen).collect();
        let streams: Vec<Stream> = alike.iter().flat_map(|&place| metrics[place].metric.reference_streams()).collect();
        let sequences = Sequences::take(predictions, references, seen.tokens)?;
        let copies = Bump::new();
        let batch = guard(|| Batch::read(&sequences, seen, &streams, &copies))?;
        let segments = batch.segments()?;
        let count = segments.len();
        let room = |&place: &usize| {
            let metric = &metrics[place].metric;
            let rows = metric.rows(&segments, 0..count) * metric.width();
            Ok((metric, zeros::<i32>(py, rows)?, zeros::<f64>(py, count * metric.score_width())?))
        };
        let mut figures = alike.iter().map(room).collect::<PyResult<Vec<_>>>()?;
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
            let counts = (notes.emptied, filled(&segments), notes.lined);
            made[place] = Some((rows, scores, offsets(py, &segments)?, counts));
        }
    }
    Ok(made.into_iter().flatten().collect())
}

/// Where the references of each segment start, if they may have several.
fn offsets<'py>(py: Python<'py>, segments: &Segments<'_, Text<'_>>) -> PyResult<Option<Bound<'py, PyBytes>>> {
    match &segments.layout {
        Layout::Lists(offsets) => int64_bytes(py, offsets.iter().map(|offset| offset - offsets[0])).map(Some),
        Layout::Shared(range) => {
            // Not `..=`, which does not know its length.
            int64_bytes(py, (0..segments.len() + 1).map(|segment| segment * range.len())).map(Some)
        }
        _ => Ok(None),
    }
}

/// Predictions that are not empty, where they are texts.
fn filled(segments: &Segments<'_, Text<'_>>) -> usize {
    match &segments.predictions {
        Source::Texts(texts) => texts.iter().filter(|text| !text.is_empty()).count(),
        Source::Prepared(_) => 0,
    }
}

fn decode<'py>(py: Python<'py>, token: &[u8]) -> PyResult<Bound<'py, PyString>> {
    match std::str::from_utf8(token) {
        Ok(token) => Ok(PyString::new(py, token)),
        Err(_) => Ok(PyBytes::new(py, token).call_method1("decode", ("utf-8", "surrogatepass"))?.cast_into()?),
    }
}

fn rouge_type(name: &str) -> Option<Type> {
    match name.strip_prefix("rouge")? {
        "L" => Some(Type::L),
        "Lsum" => Some(Type::Lsum),
        "Lsubstr" => Some(Type::Lsubstr),
        order => order.parse().ok().filter(|&n| n > 0).map(Type::N),
    }
}
