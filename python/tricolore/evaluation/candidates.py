"""Texts scored against each other: minimum Bayes risk decoding, and diversity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..metrics.registry import AnyMetric, metric_of
from ..texts.blocks import Progress

if TYPE_CHECKING:
    from ..texts.types import Predictions, Text

__all__ = ["mbr", "self_score"]


def mbr(
    candidates: Predictions[Text],
    metric: str | AnyMetric = "chrf",
    num_threads: int | None = None,
    progress: Progress | None = None,
) -> Any:
    """The expected utility of each candidate: its mean score with each other candidate as the reference.

    Args:
        candidates: at least two texts to choose from, such as samples of a model for one source.
        metric: a name or a metric.
        num_threads, progress: see `Metric.pairwise`.

    Returns a float64 array of shape (candidates,); for ROUGE with several types a dict of such arrays by type. `argmax`
    is the choice, or `argmin` for TER, where lower is better. The sums are not rounded on the way, so equal candidates
    have equal utilities. Time grows with the square of the number of candidates; memory does not. Raises ValueError
    for fewer than two candidates.

    Kumar and Byrne, NAACL 2004; Eikema and Aziz, COLING 2020.

    >>> candidates = ["the cat sat on the mat", "a cat sat on the mat", "dogs bark"]
    >>> int(mbr(candidates).argmax())
    0
    """
    import math

    import numpy as np

    made = metric_of(metric)
    texts = at_least_two("candidates", candidates, made)
    utilities = {name: np.empty(len(texts)) for name in made.layout.pair_figures}
    for rows, blocks in made.reader.pair_blocks(texts, texts, False, num_threads, progress):
        for utility, block in zip(utilities.values(), blocks, strict=True):
            made.layout.require_defined("candidates", block)
            own = np.arange(rows.start, rows.stop)
            others = block.copy()
            # A candidate does not count as a reference for itself.
            others[own - rows.start, own] = 0.0
            utility[rows] = [math.fsum(row) / (len(texts) - 1) for row in others.tolist()]
    return only(utilities)


def self_score(
    texts: Predictions[Text],
    metric: str | AnyMetric = "bleu",
    num_threads: int | None = None,
    progress: Progress | None = None,
) -> Any:
    """The score of each text with all other texts as its references: the lower, the more diverse the texts.

    The mean of BLEU's scores is Self-BLEU (Zhu et al., "Texygen", SIGIR 2018).

    Args:
        texts: at least two texts.
        metric: a name or a metric. It decides how several references are combined.
        num_threads, progress: see `Metric.pairwise`.

    Returns a float64 array of shape (texts,); for ROUGE with several types a dict of such arrays by type, of
    F-measures. Time grows with the square of the number of texts. Raises ValueError for fewer than two texts.

    >>> self_score(["the cat sat on the mat", "the cat sat on the mat", "dogs bark"]).round(1).tolist()
    [100.0, 100.0, 0.0]
    """
    import numpy as np

    made = metric_of(metric)
    given = at_least_two("texts", texts, made)
    scores = {name: np.empty(len(given)) for name in made.layout.pair_figures}
    for rows, blocks in made.reader.pair_blocks(given, given, True, num_threads, progress):
        for score, block in zip(scores.values(), blocks, strict=True):
            made.layout.require_defined("texts", block)
            score[rows] = block[:, 0]
    return only(scores)


def at_least_two(name: str, given: Predictions[Text], metric: AnyMetric) -> Any:
    """The texts of the argument `name`. Raises ValueError for fewer than two."""
    texts = metric.reader.texts(name, given)
    if len(texts) < 2:
        raise ValueError(f"{name} holds {len(texts)}: at least two are compared with each other")
    return texts


def only(by_name: dict[str, Any]) -> Any:
    """The only value, or the dict of several."""
    return next(iter(by_name.values())) if len(by_name) == 1 else by_name
