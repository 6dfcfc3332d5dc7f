"""Metrics by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .bleu import BLEU
from .chrf import CHRF
from .exact_match import ExactMatch
from .options import unknown
from .rouge import ROUGE
from .row_metric import RowMetric
from .ter import TER
from .token_f1 import TokenF1

__all__ = ["METRICS", "Metric", "metric_of", "metrics_of"]

Metric = ROUGE | RowMetric[Any]

METRICS: dict[str, Callable[[], Metric]] = {
    "rouge": ROUGE,
    "bleu": BLEU,
    "chrf": CHRF,
    "chrf++": lambda: CHRF(word_order=2),
    "ter": TER,
    "exact_match": ExactMatch,
    "token_f1": TokenF1,
}


def metric_of(given: str | Metric) -> Metric:
    """A metric from its name, with its defaults, or as it is."""
    if isinstance(given, (ROUGE, RowMetric)):
        return given
    if not isinstance(given, str) or given not in METRICS:
        raise unknown("a metric", given, METRICS)
    return METRICS[given]()


def metrics_of(given: Iterable[str | Metric]) -> list[Metric]:
    """Several of them."""
    if isinstance(given, (str, ROUGE, RowMetric)):
        raise TypeError(f"metrics is {given!r} where a sequence belongs: wrap it in a list")
    metrics = [metric_of(metric) for metric in given]
    if not metrics:
        raise ValueError(f"metrics is empty: name at least one of {', '.join(METRICS)}")
    return metrics
