"""The corpus BLEU of nltk, which its sentence BLEU calls too. Tricolore counts matches and lengths.

The rest is nltk's own code. It runs once, over one segment that stands for the whole corpus: the three functions that
it calls for the counts of this segment return the sums over all segments.
"""

from __future__ import annotations

import builtins
import sys
from collections import Counter
from collections.abc import Callable
from types import FunctionType, SimpleNamespace
from typing import Any

import tricolore as tc

from .answers import NotServedError, served, theirs
from .guard import Guard, function_within, looked_up

__all__ = ["ready", "replaced"]

MODULE = "nltk.translate.bleu_score"
MOST_ORDERS = 64


class State:
    """The facts about the imported module."""

    guard: Guard
    original: Any


def corpus_bleu(
    list_of_references: Any, hypotheses: Any, weights: Any, smoothing_function: Any, auto_reweigh: Any
) -> Any:
    """`corpus_bleu`."""
    if not State.guard.holds():
        raise NotServedError("hook")
    if type(list_of_references) not in (list, tuple) or type(hypotheses) not in (list, tuple):
        raise NotServedError("input")
    if not hypotheses or len(list_of_references) != len(hypotheses):
        raise NotServedError("input")
    if len(hypotheses) > 1 and not State.guard.codes_hold():
        raise NotServedError("hook")
    order = highest_order(weights)
    texts = [tokens_of(own) for own in hypotheses]
    references = [references_of(own) for own in list_of_references]
    metric = tc.BLEU("pretokenized", max_ngram_order=order)
    rows = served(metric.statistics, texts, references).rows
    sums = rows.sum(axis=0, dtype="int64").tolist()
    matches = sums[2 : 2 + order]
    # Each segment adds at least one (bleu_score.py, modified_precision).
    totals = rows[:, 2 + order :].clip(min=1).sum(axis=0, dtype="int64").tolist()
    last = hypotheses[-1]
    if weights is last or any(own is last for own in weights):
        raise NotServedError("option")

    def length(thing: Any) -> int:
        return sums[0] if thing is last else builtins.len(thing)

    original = State.original
    names = {
        **original.__globals__,
        "len": length,
        "modified_precision": lambda references, hypothesis, n: SimpleNamespace(
            numerator=matches[n - 1], denominator=totals[n - 1]
        ),
        "closest_ref_length": lambda references, hyp_len: sums[1],
    }
    run = FunctionType(original.__code__, names, original.__name__)
    return theirs(run, list_of_references[-1:], [last], weights, smoothing_function, auto_reweigh)


def highest_order(weights: Any) -> int:
    """Returns the highest order of the weights, or of lists of weights."""
    if type(weights) not in (list, tuple) or not weights:
        raise NotServedError("option")
    # nltk looks whether the first item has items itself.
    flat = set(map(type, weights)) <= {int, float}
    lists = [weights] if flat else weights
    if any(type(own) not in (list, tuple) for own in lists):
        raise NotServedError("option")
    order = max(map(len, lists))
    if not 1 <= order <= MOST_ORDERS or any(not own for own in lists):
        raise NotServedError("option")
    return order


def tokens_of(text: Any) -> Any:
    """Returns tokens that tricolore compares as Python does: all of them str, or all of them int."""
    if type(text) is str:
        return list(text)
    if type(text) not in (list, tuple):
        raise NotServedError("input")
    kinds = set(map(type, text))
    if len(kinds) > 1 or not kinds <= {str, int}:
        raise NotServedError("input")
    return text


def references_of(references: Any) -> list[Any]:
    """Returns the tokens of the references of a segment."""
    if type(references) not in (list, tuple) or not references:
        raise NotServedError("input")
    return [tokens_of(own) for own in references]


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    return {"corpus_bleu": corpus_bleu} if module == MODULE else {}


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the modules as imported: each call must find them unchanged."""
    if MODULE in modules:
        State.original = originals[f"{MODULE}.corpus_bleu"]
        bleu, util = sys.modules[MODULE], sys.modules["nltk.util"]
        hooks: list[tuple[str, Any]] = [(MODULE, ("modified_precision", "closest_ref_length", "len"))]
        hooks.append((MODULE, {"Counter": Counter}))
        hooks += [(MODULE, looked_up(getattr(bleu, name))) for name in ("modified_precision", "closest_ref_length")]
        if bleu.Fraction.__module__ == MODULE:
            members = [name for name in ("__new__", "numerator", "denominator") if name in vars(bleu.Fraction)]
            hooks.append((f"{MODULE}:Fraction", members))
            hooks += [(MODULE, looked_up(function_within(vars(bleu.Fraction)[name]))) for name in members]
        hooks += [("nltk.util", looked_up(getattr(util, name))) for name in ("ngrams", "pad_sequence")]
        State.guard = Guard(*hooks)
