"""Several metrics over one corpus, in one table."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from ..corpus.signature import with_field
from ..metrics.registry import AnyMetric, metrics_of
from ..resampling.bootstrap import Bootstrap
from ..texts.segments import labels_in, of_kept
from ..texts.types import Predictions, References, Text
from .batch import Batch
from .evaluation import Evaluated, Evaluation, evaluated
from .figures import Figure, figures_of, told_apart
from .groups import everything_and_groups
from .scored_segments import ScoredSegments

__all__ = ["evaluate"]


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
    name: str = "predictions",
) -> Evaluation:
    """Scores a corpus by several metrics.

    Args:
        predictions, references, num_threads, nulls: see `Metric.score_each`.
        metrics: names or metrics. Of ROUGE, the F-measures are shown.
        groups: a label for each segment, such as its task. The table then has further rows for each label.
        confidence, samples, seed: see `Metric.corpus`; `confidence=None` for no interval.
        name: the name of the system, for reports.

    >>> predictions, references = ["the cat sat on a mat", "it rained"], ["the cat sat on the mat", "it rained"]
    >>> print(evaluate(predictions, references, ["chrf", "exact_match"], groups=["pets", "weather"], confidence=None))
    group    segments  chrF ↑  exact match ↑
    pets            1   65.98         0.0000
    weather         1  100.00         1.0000
    all             2   74.83         0.5000
    signatures: nrefs:1; chrF case:mixed|eff:yes|nc:6|nw:0|space:no|version:...; exact match match:exact|...
    """
    bootstrap = Bootstrap.checked(confidence, samples, seed)
    made = metrics_of(metrics)
    batch = Batch.of_texts(made, predictions, references, nulls, num_threads)
    batch.warn()
    rows: list[Evaluated] = []
    figures: list[Figure] = []
    labels = of_kept("groups", groups, batch.segments.given, batch.segments.kept)
    labels = None if labels is None else labels_in("groups", labels)
    for label, which in everything_and_groups(labels, len(batch)):
        for metric, everything in zip(made, batch.statistics, strict=True):
            own = everything if which is None else everything.take(which)
            own_draws = metric.layout.draws_itself
            score = metric.layout.from_statistics(own, bootstrap if own_draws else None)
            intervals = metric.layout.intervals(own, bootstrap) if bootstrap else None
            rows += evaluated(label, metric, score, intervals, len(own))
            if which is None:
                drawn = bootstrap.signature if bootstrap and not own_draws else ""
                signature = with_field(score.signature, drawn)
                figures += figures_of(metric, signature)
    return Evaluation(tuple(rows), told_apart(figures), ScoredSegments(made, {name: batch}, labels))
