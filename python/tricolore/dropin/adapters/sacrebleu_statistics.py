"""sacreBLEU's statistics of segments, and its cache of references."""

from __future__ import annotations

import sys
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from .answers import NotServedError, served, theirs
from .lazy import LazyList
from .sacrebleu_metrics import Engine, Known, known_of
from .sacrebleu_tokenizers import spaced_by
from .transposed import Shape, shape_of, warn_if_transposed

__all__ = ["REPLACED", "StatisticsRows", "originals"]

METRICS = "sacrebleu.metrics"
CACHE = f"{METRICS}.base.Metric._cache_references"
originals: dict[str, Callable[..., Any]] = {}
"""The originals' own functions, by the names in `REPLACED`."""


class StatisticsRows(LazyList):
    """The result of `_extract_corpus_statistics`: rows that become lists at the first access."""

    def __init__(self, known: Known, key: object, matrix: Any) -> None:
        super().__init__(len(matrix), lambda: known.kind.rows(matrix))
        self.known = known
        self.key = key
        """The key of the engine that made the rows."""
        self.matrix = matrix
        self.resampled: dict[Any, Any] = {}
        """The sums of samples, by seed and number, because each system of a test is compared with the same baseline."""


class ReferenceCache(LazyList):
    """The result of `_cache_references`: references that are read once."""

    def __init__(self, engine: Engine, texts: list[Any], infos: Callable[[], list[Any]], shape: Shape) -> None:
        super().__init__(len(texts), infos)
        self.shape = shape
        self.prepared = served(engine.metric.prepare, texts)
        self.key = engine.key


def snapshot_of(metric: Any) -> Any:
    """Returns a copy of a metric with its present options."""
    made = object.__new__(type(metric))
    vars(made).update(vars(metric))
    if "tokenizer" in vars(made) and spaced_by(metric.tokenizer):
        made.tokenizer = deepcopy(metric.tokenizer)
    return made


def all_str(texts: Any) -> bool:
    return set(map(type, texts)) <= {str}


def sequence_of(given: Any) -> Any:
    """Returns a list or tuple as it is, and the characters of a str."""
    if type(given) is str:
        return list(given)
    if type(given) not in (list, tuple):
        raise NotServedError("input")
    return given


def segments_of(streams: Any) -> tuple[Any, int]:
    """Returns the references by segment, and their number per segment, or -1 if it varies (base.py:334-348)."""
    streams = [sequence_of(stream) for stream in sequence_of(streams)]
    if len(streams) == 1:
        texts = streams[0]
        if not all_str(texts):
            raise NotServedError("input")
        return texts, 1 if texts else -1
    segments = list(zip(*streams, strict=False))
    length = len(segments)
    kinds = set().union(*(map(type, stream[:length]) for stream in streams))
    if kinds <= {str}:
        return segments, len(streams) if segments else -1
    if not kinds <= {str, type(None)}:
        raise NotServedError("input")
    kept = [[text for text in own if text is not None] for own in segments]
    counts = {len(own) for own in kept}
    if 0 in counts:
        raise NotServedError("input")
    return kept, counts.pop() if len(counts) == 1 else -1


def preprocessed(metric: Any, texts: Any) -> list[Any]:
    """Returns texts, or lists of texts, as the original's tokenizer separates them."""
    spaced = metric._preprocess_segment
    return [theirs(spaced, own) if type(own) is str else [theirs(spaced, text) for text in own] for own in texts]


def cache_references(self: Any, references: Any) -> list[Any]:
    """`Metric._cache_references`."""
    known = known_of(self)
    known.require(self)
    engine = known.kind.engine(self)
    texts, count = segments_of(references)
    if not len(texts):
        raise NotServedError("input")
    if len(texts) > 1:
        known.require_codes(self)
    # Copies, because the program may change the lists or the options later.
    texts, snapshot = list(texts), snapshot_of(self)
    spaced = preprocessed(self, texts) if engine.preprocess else texts

    def infos() -> list[Any]:
        segments = [[own] if type(own) is str else list(own) for own in texts]
        # One call per segment, each with streams of one text, for the original's loop.
        made = [originals[CACHE](snapshot, [[text] for text in own]) for own in segments]
        return [info for (info,) in made]

    cache = ReferenceCache(engine, spaced, infos, shape_of(references))
    self.num_refs = count
    return cache


def extract_corpus_statistics(self: Any, hypotheses: Any, references: Any) -> list[Any]:
    """`Metric._extract_corpus_statistics`."""
    warn_if_transposed(hypotheses, references or getattr(getattr(self, "_ref_cache", None), "shape", None))
    known = known_of(self)
    known.require(self)
    engine = known.kind.engine(self)
    if type(hypotheses) is list and len(hypotheses) == 1 and not engine.preprocess:
        refs = only_references(references)
        text = hypotheses[0]
        if refs is not None and type(text) is str:
            row = row_of(known, engine.metric, text, refs[0] if len(refs) == 1 else refs)
            self.num_refs = len(refs)
            return [row]
    texts = sequence_of(hypotheses)
    count = None
    others: Any
    if references:
        others, count = segments_of(references)
    else:
        others = self._ref_cache
        if type(others) is not ReferenceCache or not others.untouched or others.key != engine.key:
            raise NotServedError("cache")
    length = min(len(texts), len(others))
    if length < len(texts):
        texts = texts[:length]
    if not length or not all_str(texts):
        raise NotServedError("input")
    warn = not self._force and length >= 100 and sum(text.endswith(" .") for text in texts) >= 100
    prepared = type(others) is ReferenceCache
    others = others.prepared[:length] if prepared else others[:length]
    if engine.preprocess:
        others = others if prepared else preprocessed(self, others)
        texts = preprocessed(self, texts)
    if length == 1:
        rows: Any = [served(row_of, known, engine.metric, texts[0], others if prepared else others[0])]
    else:
        known.require_codes(self)
        rows = StatisticsRows(known, engine.key, served(engine.metric.statistics, texts, others).rows)
    if count is not None:
        self.num_refs = count
    if warn:
        # Make the original warn, by a corpus that it warns about.
        originals[f"{METRICS}.base.Metric._extract_corpus_statistics"](Tokenized(), [" ."] * 100, None)
    return rows  # type: ignore[no-any-return]


def only_references(streams: Any) -> list[str] | None:
    """Returns the references of one segment, as `sentence_score` passes them, or None for any other form."""
    if type(streams) is not list or not streams:
        return None
    refs = []
    for stream in streams:
        if type(stream) is not list or len(stream) != 1 or type(stream[0]) is not str:
            return None
        refs.append(stream[0])
    return refs


class Tokenized:
    """The members of a metric that the original uses, for a corpus that looks tokenized."""

    _force = False
    _ref_cache = [None] * 100

    def _preprocess_segment(self, text: str) -> str:
        return text

    def _compute_segment_statistics(self, text: str, info: None) -> None:
        pass


def row_of(known: Known, metric: Any, text: str, references: Any) -> list[Any]:
    """Returns sacreBLEU's row of one segment."""
    row = metric.layout.row(metric.reader.read_one(metric, text, references)[0])
    return [row[0], row[1] / row[2]] if known.kind.name == "TER" else row


def aggregate_and_compute(self: Any, stats: Any) -> Any:
    """`_aggregate_and_compute` of each metric."""
    if type(stats) is StatisticsRows and stats.untouched and known_of(self) is stats.known and len(stats) > 1:
        sums = stats.known.sums
        if not sums.holds() or not sums.codes_hold():
            raise NotServedError("hook")
        return theirs(self._compute_score_from_stats, stats.known.kind.total(stats.matrix))
    module: Any = sys.modules[known_of(self).kind.module]
    return theirs(self._compute_score_from_stats, theirs(module.sum_of_lists, stats))


REPLACED: dict[str, dict[str, Callable[..., Any]]] = {
    f"{METRICS}.base": {
        "Metric._cache_references": cache_references,
        "Metric._extract_corpus_statistics": extract_corpus_statistics,
    }
}
for kind in ("BLEU", "CHRF", "TER"):
    REPLACED[f"{METRICS}.{kind.lower()}"] = {f"{kind}._aggregate_and_compute": aggregate_and_compute}
