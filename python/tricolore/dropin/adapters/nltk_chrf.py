"""nltk's chrF of a corpus, which its chrF of a sentence calls too.

nltk averages the F-scores of all orders and segments, where sacreBLEU sums counts first. Tricolore counts the n-grams.
nltk itself joins tokens and removes white space, by a function that differs between its releases.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import tricolore as tc

from .answers import NotServedError, served, theirs
from .guard import Guard, looked_up

__all__ = ["ready", "replaced"]

MODULE = "nltk.translate.chrf_score"
MOST_ORDERS = 64
# The F-score where a total is zero (chrf_score.py, chrf_precision_recall_fscore_support).
EPSILON = 1e-16


class State:
    """The facts about the imported module."""

    guard: Guard
    preprocess: Callable[[Any, Any], Any]


def corpus_chrf(
    references: Any, hypotheses: Any, min_len: Any, max_len: Any, beta: Any, ignore_whitespace: Any
) -> float:
    """`corpus_chrf`."""
    if not State.guard.holds():
        raise NotServedError("hook")
    if type(references) not in (list, tuple) or type(hypotheses) not in (list, tuple):
        raise NotServedError("input")
    if not hypotheses or len(references) != len(hypotheses):
        raise NotServedError("input")
    if type(min_len) is not int or type(max_len) is not int or type(beta) not in (int, float):
        raise NotServedError("option")
    if not 1 <= min_len <= max_len <= MOST_ORDERS:
        raise NotServedError("option")
    if len(hypotheses) > 1 and not State.guard.codes_hold():
        raise NotServedError("hook")
    # An iterator could not be read again by the original.
    if not all(type(text) in (str, list, tuple) for texts in (references, hypotheses) for text in texts):
        raise NotServedError("input")
    pairs = []
    for reference, hypothesis in zip(references, hypotheses, strict=True):
        pair = [theirs(State.preprocess, text, ignore_whitespace) for text in (reference, hypothesis)]
        if set(map(type, pair)) != {str}:
            raise NotServedError("input")
        pairs.append(pair)
    return theirs(average, rows_of(pairs, max_len), min_len, max_len, beta)  # type: ignore[no-any-return]


@lru_cache(maxsize=MOST_ORDERS)
def metric_of(order: int) -> Any:
    """Returns the metric that counts n-grams of all characters up to this order."""
    return tc.CHRF(char_order=order, word_order=0, whitespace=True)


def rows_of(pairs: list[list[str]], order: int) -> list[list[int]]:
    """Returns the totals of the hypothesis and of the reference and the matches, for each order and pair."""
    metric = metric_of(order)
    if len(pairs) == 1:
        reference, hypothesis = pairs[0]
        return [metric.layout.row(served(metric.reader.read_one, metric, hypothesis, reference)[0])]
    references, hypotheses = zip(*pairs, strict=True)
    rows: list[list[int]] = served(metric.statistics, list(hypotheses), list(references)).rows.tolist()
    return rows


def average(rows: list[list[int]], min_len: int, max_len: int, beta: float) -> float:
    """Returns the mean over segments and orders of the F-scores, with nltk's operations in nltk's order."""
    totals = []
    for order in range(min_len, max_len + 1):
        scores: list[float] = [f_score(row[3 * order - 3 : 3 * order], beta) for row in rows]
        totals.append(sum(scores))
    return (sum(totals) / len(totals)) / len(rows)


def f_score(counts: list[int], beta: float) -> float:
    """Returns the F-score of the counts of one order in one segment."""
    in_hypothesis, in_reference, matches = counts
    try:
        precision = matches / in_hypothesis
        recall = matches / in_reference
        factor = beta**2
        score: float = (1 + factor) * (precision * recall) / (factor * precision + recall)
    except ZeroDivisionError:
        return EPSILON
    return score


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    return {"corpus_chrf": corpus_chrf} if module == MODULE else {}


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the modules as imported: each call must find them unchanged."""
    if MODULE not in modules:
        return
    chrf, util = sys.modules[MODULE], sys.modules["nltk.util"]
    State.preprocess = chrf._preprocess
    bypassed: tuple[Any, ...] = (originals[f"{MODULE}.corpus_chrf"], chrf.chrf_precision_recall_fscore_support)
    State.guard = Guard(
        (MODULE, {"Counter": Counter, "defaultdict": defaultdict}),
        *((MODULE, looked_up(function)) for function in bypassed),
        *(("nltk.util", looked_up(getattr(util, name))) for name in ("ngrams", "pad_sequence")),
    )
