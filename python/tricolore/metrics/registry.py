"""Metrics by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..support.options import unknown
from .bleu import BLEU
from .chrf import CHRF
from .exact_match import ExactMatch
from .metric import Metric
from .rouge import ROUGE
from .ter import TER
from .token_f1 import TokenF1

__all__ = ["CLASSES", "METRICS", "AnyMetric", "metric_of", "metrics_of"]

AnyMetric = Metric[Any]

CLASSES: dict[str, type[AnyMetric]] = {one.__name__: one for one in (BLEU, CHRF, ROUGE, TER, ExactMatch, TokenF1)}

METRICS: dict[str, Callable[[], AnyMetric]] = {
    "rouge": ROUGE,
    "bleu": BLEU,
    "chrf": CHRF,
    "chrf++": lambda: CHRF(word_order=2),
    "ter": TER,
    "exact_match": ExactMatch,
    "token_f1": TokenF1,
}


def metric_of(given: str | AnyMetric) -> AnyMetric:
    """A metric from its name, with its defaults, or as it is."""
    if isinstance(given, Metric):
        return given
    if not isinstance(given, str) or given not in METRICS:
        raise unknown("a metric", given, METRICS)
    return METRICS[given]()


def metrics_of(given: Iterable[str | AnyMetric]) -> list[AnyMetric]:
    """Several of them."""
    if isinstance(given, (str, Metric)):
        raise TypeError(f"metrics is {given!r} where a sequence belongs: wrap it in a list")
    metrics = [metric_of(metric) for metric in given]
    if not metrics:
        raise ValueError(f"metrics is empty: name at least one of {', '.join(METRICS)}")
    return metrics
