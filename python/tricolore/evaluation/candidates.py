"""Texts scored against each other: the choice by minimum Bayes risk, and diversity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..metrics.registry import AnyMetric, metric_of
from ..texts.blocks import Progress

if TYPE_CHECKING:
    from ..texts.inputs import Predictions, Text

__all__ = ["mbr", "self_score"]


def mbr(
    candidates: Predictions[Text],
    metric: str | AnyMetric = "chrf",
    num_threads: int | None = None,
    progress: Progress | None = None,
) -> Any:
    """The expected utility of each candidate: the mean of its scores against each other one as the reference
    (Kumar and Byrne, NAACL 2004; Eikema and Aziz, COLING 2020).

    Args:
        candidates: at least two sequences to choose from, such as samples of a model for one source.
        metric: a name or a metric. A single number a pair is asked for: of ROUGE with several types there is
            an array for each.
        num_threads, progress: as of `pairwise`.

    Gives a float64 array of shape (candidates,), of sums that do not round on the way, so that equal
    candidates have equal utilities; of ROUGE with several types a dict of them. `argmax` is the choice;
    of TER, where less is better, `argmin`. Raises ValueError for fewer than two candidates. Memory does
    not grow with the square of their number, time does.

    >>> candidates = ["the cat sat on the mat", "a cat sat on the mat", "dogs bark"]
    >>> int(mbr(candidates).argmax())
    0
    """
    import math

    import numpy as np

    made = metric_of(metric)
    texts = at_least_two("candidates", candidates, made)
    utilities = {name: np.empty(len(texts)) for name in made._pair_figures}
    for rows, blocks in made._pair_blocks(texts, texts, False, num_threads, progress):
        for utility, block in zip(utilities.values(), blocks, strict=True):
            own = np.arange(rows.start, rows.stop)
            others = block.copy()
            # A candidate is no witness for itself.
            others[own - rows.start, own] = 0.0
            utility[rows] = [math.fsum(row) / (len(texts) - 1) for row in others.tolist()]
    return only(utilities)


def self_score(
    texts: Predictions[Text],
    metric: str | AnyMetric = "bleu",
    num_threads: int | None = None,
    progress: Progress | None = None,
) -> Any:
    """How much each text repeats the others: its score with all the rest as its references. The mean of
    BLEU's is Self-BLEU (Zhu et al., "Texygen", SIGIR 2018): the lower, the more diverse.

    Args:
        texts: at least two sequences.
        metric: a name or a metric, which decides what several references come to.
        num_threads, progress: as of `pairwise`.

    Gives a float64 array of shape (texts,); of ROUGE with several types a dict of them, by type, the
    F-measures. Raises ValueError for fewer than two texts. Time grows with the square of their number.

    >>> self_score(["the cat sat on the mat", "the cat sat on the mat", "dogs bark"]).round(1).tolist()
    [100.0, 100.0, 0.0]
    """
    import numpy as np

    made = metric_of(metric)
    given = at_least_two("texts", texts, made)
    scores = {name: np.empty(len(given)) for name in made._pair_figures}
    for rows, blocks in made._pair_blocks(given, given, True, num_threads, progress):
        for score, block in zip(scores.values(), blocks, strict=True):
            score[rows] = block[:, 0]
    return only(scores)


def at_least_two(name: str, given: Predictions[Text], metric: AnyMetric) -> Any:
    """The texts of an argument."""
    texts = metric._texts(name, given)
    if len(texts) < 2:
        raise ValueError(f"{name} holds {len(texts)}: at least two are compared with each other")
    return texts


def only(by_name: dict[str, Any]) -> Any:
    """What stands for one figure, or all of several."""
    return next(iter(by_name.values())) if len(by_name) == 1 else by_name
