"""Several metrics over one corpus, in one table."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, NamedTuple

from ..corpus.signature import with_field
from ..metrics.registry import AnyMetric, metrics_of
from ..resampling.bootstrap import Bootstrap
from ..support.tables import html_table, rounded, text_table
from ..texts.segments import of_kept
from ..texts.types import Predictions, References, Text
from .batch import Batch
from .groups import everything_and_groups
from .paired_tests import compared_figures

__all__ = ["Evaluated", "Evaluation", "evaluate"]


class Evaluated(NamedTuple):
    """One figure of one group."""

    group: Hashable
    """The label of the scored segments, or None for all segments."""
    metric: str
    """The flat name of the figure."""
    score: float
    low: float | None
    """The lower bound of the interval; None if no interval was asked for."""
    high: float | None
    segments: int


class Evaluation(NamedTuple):
    """The result of `evaluate`: a row for each group and figure.

    It prints as a table, shows itself in a notebook, and has `to_dict()`.
    """

    rows: tuple[Evaluated, ...]
    signatures: dict[str, str]
    """The signature of each figure."""

    def to_dict(self) -> dict[str, Any]:
        """The evaluation as plain dicts, lists and numbers."""
        return {"rows": [row._asdict() for row in self.rows], "signatures": self.signatures}

    def table(self) -> list[list[str]]:
        """The cells of the table as text; the first row is the head."""
        grouped = any(row.group is not None for row in self.rows)
        bounded = self.rows[0].low is not None
        head = ["group"] * grouped + ["metric", "score"] + ["low", "high"] * bounded + ["segments"]
        cells = [
            ["all" if row.group is None else str(row.group)] * grouped
            + [row.metric, rounded(row.score, 4)]
            + [rounded(row.low, 4), rounded(row.high, 4)] * bounded
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
        predictions, references, num_threads, nulls: see `Metric.score_each`.
        metrics: names or metrics. Of ROUGE, the F-measures are shown.
        groups: a label for each segment, such as its task. The table then has further rows for each label.
        confidence, samples, seed: see `Metric.corpus`; `confidence=None` for no interval.

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
    batch = Batch.of_texts(made, predictions, references, nulls, num_threads)
    batch.warn()
    rows: list[Evaluated] = []
    signatures: dict[str, str] = {}
    labels = of_kept("groups", groups, batch.segments.given, batch.segments.kept)
    for label, which in everything_and_groups(labels, len(batch)):
        for metric, everything in zip(made, batch.statistics, strict=True):
            own = everything if which is None else everything.take(which)
            score = metric.from_statistics(own)
            intervals = metric.layout.intervals(own, bootstrap) if bootstrap else [None] * len(metric.layout.figures)
            figures = zip(metric.layout.figures, metric.layout.figures_of(score), intervals, strict=True)
            for name, figure, interval in figures:
                if name in compared_figures(metric):
                    low, high = (interval.low, interval.high) if interval else (None, None)
                    rows.append(Evaluated(label, name, figure, low, high, len(own)))
            if which is None:
                signature = with_field(score.signature, bootstrap.signature if bootstrap else "")
                signatures.update(dict.fromkeys(compared_figures(metric), signature))
    return Evaluation(tuple(rows), signatures)
