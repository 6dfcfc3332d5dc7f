"""Metrics by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..corpus.statistics import SUMS
from ..support.options import unknown
from .bleu import BLEU, BLEURows
from .chrf import CHRF, CHRFRows
from .edit_similarity import ANLS, ANLSRows, EditSimilarity, EditSimilarityRows
from .error_rates import CER, WER, CERRows, WERRows
from .exact_match import ExactMatch, ExactMatchRows
from .gleu import GLEU, GLEURows
from .metric import Metric
from .rouge import ROUGE, ROUGERows
from .ter import TER, TERRows
from .token_f1 import TokenF1, TokenF1Rows

__all__ = ["METRICS", "AnyMetric", "metric_of", "metrics_of"]

AnyMetric = Metric[Any]

METRICS: dict[str, Callable[[], AnyMetric]] = {
    "rouge": ROUGE,
    "bleu": BLEU,
    "chrf": CHRF,
    "chrf++": lambda: CHRF(word_order=2),
    "ter": TER,
    "exact_match": ExactMatch,
    "token_f1": TokenF1,
    "wer": WER,
    "cer": CER,
    "edit_similarity": EditSimilarity,
    "anls": ANLS,
    "gleu": GLEU,
}

for layout in (
    ANLSRows,
    BLEURows,
    CERRows,
    CHRFRows,
    EditSimilarityRows,
    ExactMatchRows,
    GLEURows,
    ROUGERows,
    TERRows,
    TokenF1Rows,
    WERRows,
):
    SUMS[layout.metric] = layout.named_sums


def metric_of(given: str | AnyMetric) -> AnyMetric:
    """The metric of this name with its defaults; a metric is returned as it is."""
    if isinstance(given, Metric):
        return given
    if not isinstance(given, str) or given not in METRICS:
        raise unknown("a metric", given, METRICS)
    return METRICS[given]()


def metrics_of(given: Iterable[str | AnyMetric]) -> list[AnyMetric]:
    """The metrics of several names or metrics. Raises ValueError for none, and TypeError for a single one."""
    if isinstance(given, (str, Metric)):
        raise TypeError(f"metrics is {given!r} where a sequence belongs: wrap it in a list")
    metrics = [metric_of(metric) for metric in given]
    if not metrics:
        raise ValueError(f"metrics is empty: name at least one of {', '.join(METRICS)}")
    return metrics
