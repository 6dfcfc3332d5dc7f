"""Several metrics over one corpus, in one table."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, NamedTuple

from ..corpus.statistics import with_field
from ..explanations.ngram_matches import html_table, text_table
from ..metrics.registry import AnyMetric, metrics_of
from ..resampling.bootstrap import Bootstrap
from ..resampling.paired_tests import compared_figures
from ..texts.inputs import Predictions, References, Text
from ..texts.segments import of_kept, segments_of
from .batch import statistics_of
from .compare import corpus_figures, parts, shown

__all__ = ["Evaluated", "Evaluation", "evaluate"]


class Evaluated(NamedTuple):
    """One figure."""

    group: Hashable
    """The label of the segments that are scored, or None for all."""
    metric: str
    """The flat name of the figure."""
    score: float
    low: float | None
    """The bounds of the interval; None where none was asked for."""
    high: float | None
    segments: int


class Evaluation(NamedTuple):
    """What `evaluate` gives: a row for each group and figure. Prints as a table, shows itself in a notebook,
    `.to_dict()`."""

    rows: tuple[Evaluated, ...]
    signatures: dict[str, str]
    """How each figure was made."""

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers."""
        return {"rows": [row._asdict() for row in self.rows], "signatures": self.signatures}

    def table(self) -> list[list[str]]:
        """The table as text, the head first."""
        grouped = any(row.group is not None for row in self.rows)
        bounded = self.rows[0].low is not None
        head = ["group"] * grouped + ["metric", "score"] + ["low", "high"] * bounded + ["segments"]
        cells = [
            ["all" if row.group is None else str(row.group)] * grouped
            + [row.metric, shown(row.score, 4)]
            + [shown(row.low, 4), shown(row.high, 4)] * bounded
            + [str(row.segments)]
            for row in self.rows
        ]
        return [head, *cells]

    def __str__(self) -> str:
        return "\n".join([text_table(self.table()), *(f"{name}: {text}" for name, text in self.signatures.items())])

    def _repr_html_(self) -> str:
        return html_table(self.table())


def evaluate(
    predictions: Predictions[Text],
    references: References[Text],
    metrics: Iterable[str | AnyMetric] = ("bleu", "chrf", "rouge"),
    groups: Iterable[Hashable] | None = None,
    confidence: float | None = 0.95,
    samples: int = 1000,
    seed: int | None = 12345,
    num_threads: int | None = None,
    nulls: str = "error",
) -> Evaluation:
    """Scores a corpus by several metrics.

    Args:
        predictions, references, num_threads, nulls: as of `score_each`.
        metrics: names or metrics; of ROUGE the F-measures are shown.
        groups: a label for each segment, such as its task: the same is then also shown for the segments of
            each label.
        confidence, samples, seed: as of `corpus`; None for no interval.

    >>> predictions, references = ["the cat sat on a mat", "it rained"], ["the cat sat on the mat", "it rained"]
    >>> print(evaluate(predictions, references, ["chrf", "exact_match"], groups=["pets", "weather"], confidence=None))
    group    metric          score  segments
    all      chrf          74.8333         2
    all      exact_match    0.5000         2
    pets     chrf          65.9797         1
    pets     exact_match    0.0000         1
    weather  chrf         100.0000         1
    weather  exact_match    1.0000         1
    chrf: nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:...
    exact_match: nrefs:1|match:exact|norm:none|version:...
    """
    bootstrap = Bootstrap.checked(confidence, samples, seed)
    made = metrics_of(metrics)
    segments = segments_of(predictions, references, nulls, any(metric._pretokenized for metric in made))
    statistics = statistics_of(made, segments, num_threads)
    rows: list[Evaluated] = []
    signatures: dict[str, str] = {}
    for label, which in parts(of_kept("groups", groups, segments.given, segments.kept), len(statistics[0])):
        for metric, everything in zip(made, statistics, strict=True):
            own = everything if which is None else everything.take(which)
            scores = corpus_figures(metric, own)
            intervals = bootstrap.intervals(metric, own) if bootstrap else [None] * len(scores)
            for name, score, interval in zip(metric._figures, scores, intervals, strict=True):
                if name in compared_figures(metric):
                    low, high = (interval.low, interval.high) if interval else (None, None)
                    rows.append(Evaluated(label, name, score, low, high, len(own)))
            if which is None:
                how = bootstrap.signature if bootstrap else ""
                signature = with_field(metric.from_statistics(own).signature, how)
                signatures.update(dict.fromkeys(compared_figures(metric), signature))
    return Evaluation(tuple(rows), signatures)
