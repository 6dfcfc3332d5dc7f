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
from .rouge155 import ROUGE155, ROUGE155Rows
from .ter import TER, TERRows
from .token_f1 import TokenF1, TokenF1Rows

__all__ = ["METRICS", "AnyMetric", "metric", "metric_names", "metric_of", "metrics_of"]

AnyMetric = Metric[Any]


def chrf_plus_plus(
    char_order: int = 6,
    beta: float = 2,
    lowercase: bool = False,
    whitespace: bool = False,
    eps_smoothing: bool = False,
) -> CHRF:
    """chrF++: chrF with word n-grams of up to two words."""
    return CHRF(char_order, 2, beta, lowercase, whitespace, eps_smoothing)


# The parameters are the options that a name takes.
METRICS: dict[str, Callable[..., AnyMetric]] = {
    "rouge": ROUGE,
    "bleu": BLEU,
    "chrf": CHRF,
    "chrf++": chrf_plus_plus,
    "ter": TER,
    "exact_match": ExactMatch,
    "token_f1": TokenF1,
    "wer": WER,
    "cer": CER,
    "edit_similarity": EditSimilarity,
    "anls": ANLS,
    "gleu": GLEU,
    "rouge155": ROUGE155,
}

for layout in (
    ANLSRows,
    BLEURows,
    CERRows,
    CHRFRows,
    EditSimilarityRows,
    ExactMatchRows,
    GLEURows,
    ROUGE155Rows,
    ROUGERows,
    TERRows,
    TokenF1Rows,
    WERRows,
):
    SUMS[layout.metric] = layout.named_sums


def metric_names() -> tuple[str, ...]:
    """The names that `metric` takes, and every function that takes metrics by name.

    >>> "bleu" in metric_names()
    True
    """
    return tuple(METRICS)


def metric(name: str, /, **options: Any) -> AnyMetric:
    """The metric of this name with these options.

    Args:
        name: one of `metric_names()`.
        options: the options of the metric's class, by name. `"chrf++"` is `CHRF(word_order=2)` and takes the other
            options of `CHRF`.

    Raises ValueError for an unknown name or option, listing the valid ones and suggesting the nearest, and the errors
    of the metric's class for a wrong value.

    >>> metric("rouge", types=["rouge1"]).score("a b", "a c")
    ROUGEScore(rouge1=(0.5, 0.5, 0.5))
    >>> metric("ter", tokenize="13a")
    Traceback (most recent call last):
        ...
    ValueError: an option of 'ter' is 'tokenize', which is none of 'normalized', 'no_punct', 'asian_support', ...
    """
    if not isinstance(name, str) or name not in METRICS:
        raise unknown("a metric", name, METRICS)
    if options:
        # Imported here to keep `import tricolore` fast.
        from inspect import signature

        valid = signature(METRICS[name]).parameters
        for option in options:
            if not valid:
                raise ValueError(f"{name!r} has no options, and {option!r} is given")
            if option not in valid:
                raise unknown(f"an option of {name!r}", option, valid)
    return METRICS[name](**options)


def metric_of(given: str | AnyMetric) -> AnyMetric:
    """The metric of this name with its defaults; a metric is returned as it is."""
    return given if isinstance(given, Metric) else metric(given)


def metrics_of(given: Iterable[str | AnyMetric]) -> list[AnyMetric]:
    """The metrics of several names or metrics. Raises ValueError for none, and TypeError for a single one."""
    if isinstance(given, (str, Metric)):
        raise TypeError(f"metrics is {given!r} where a sequence belongs: wrap it in a list")
    metrics = [metric_of(one) for one in given]
    if not metrics:
        raise ValueError(f"metrics is empty: name at least one of {', '.join(METRICS)}")
    return metrics
