"""nltk's BLEU of a corpus, which is also its BLEU of a sentence, and its modified precision.

Tricolore counts matches and lengths. Smoothing functions are nltk's or the program's. For those of nltk, `score_of`
computes the rest as nltk does, because nltk's arithmetic with fractions would take most of the time of a sentence. For
those of the program, which may look at their caller, nltk's own code runs. It runs once, over one segment that stands
for the corpus: the three functions that it calls for the counts of this segment return the sums over all segments.
"""

from __future__ import annotations

import builtins
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import lru_cache, partial
from math import exp, fsum, gcd, log
from operator import mul, truediv
from types import FunctionType, MethodType, SimpleNamespace
from typing import Any

import tricolore as tc

from .answers import NotServedError, served, theirs
from .guard import Guard, function_within, looked_up

__all__ = ["ready", "replaced"]

MODULE = "nltk.translate.bleu_score"
MOST_ORDERS = 64
DEFAULT_WEIGHTS = (0.25, 0.25, 0.25, 0.25)
NUMBERS = {int, float}
STRINGS = {str}
INTEGERS = {int}
REDUCES = sys.version_info >= (3, 12)
new = object.__new__


class State:
    """The facts about the imported module."""

    counting: Guard
    """Guards the functions that count."""
    scoring: Guard
    """Guards these and the code that turns counts into a score."""
    original: Any
    fraction: Any
    """Makes a fraction that is not reduced."""
    fraction_class: Any
    fractions_work: bool
    """False for nltk before 3.9 on Python 3.12, where each fraction raises an error."""
    fraction_classes: frozenset[type]
    smoothing_class: Any
    smoothing_methods: frozenset[Any]


def corpus_bleu(
    list_of_references: Any, hypotheses: Any, weights: Any, smoothing_function: Any, auto_reweigh: Any
) -> Any:
    """`corpus_bleu`."""
    may_score = State.fractions_work and State.scoring.holds()
    if not may_score and not State.counting.holds():
        raise NotServedError("hook")
    if type(list_of_references) not in (list, tuple) or type(hypotheses) not in (list, tuple):
        raise NotServedError("input")
    if not hypotheses or len(list_of_references) != len(hypotheses):
        raise NotServedError("input")
    lists, order, numeric = lists_of(weights)
    if order > MOST_ORDERS:
        raise NotServedError("option")
    references, hypothesis = list_of_references[-1], hypotheses[-1]
    if len(hypotheses) == 1:
        row = row_of_segment(references, hypothesis, order)
    else:
        if not State.counting.codes_hold():
            raise NotServedError("hook")
        may_score = may_score and State.scoring.codes_hold()
        row = row_of_corpus(list_of_references, hypotheses, order)
    known = smoothing_function is None or is_of_nltk(smoothing_function)
    if may_score and known and numeric and type(auto_reweigh) is bool:
        return theirs(score_of, row, lists, smoothing_function, references, hypothesis, auto_reweigh)
    return original_score(row, references, hypothesis, weights, smoothing_function, auto_reweigh)


def original_score(
    row: list[int], references: Any, hypothesis: Any, weights: Any, smoothing_function: Any, auto_reweigh: Any
) -> Any:
    """Runs nltk's own code over the last segment, with the counts of all segments in place of its own."""
    if weights is hypothesis or any(own is hypothesis for own in weights):
        raise NotServedError("option")
    order = len(row) // 2 - 1

    def length(thing: Any) -> int:
        return row[0] if thing is hypothesis else builtins.len(thing)

    original = State.original
    names = {
        **original.__globals__,
        "len": length,
        "modified_precision": lambda references, hypothesis, n: SimpleNamespace(
            numerator=row[1 + n], denominator=row[1 + order + n]
        ),
        "closest_ref_length": lambda references, hyp_len: row[1],
    }
    run = FunctionType(original.__code__, names, original.__name__)
    return theirs(run, [references], [hypothesis], weights, smoothing_function, auto_reweigh)


def modified_precision(references: Any, hypothesis: Any, n: Any) -> Any:
    """`modified_precision`, which smoothing functions and programs call."""
    if not State.counting.holds():
        raise NotServedError("hook")
    if type(n) is not int or not 1 <= n <= MOST_ORDERS:
        raise NotServedError("option")
    row = row_of_segment(references, hypothesis, n)
    return theirs(State.fraction, row[1 + n], row[1 + 2 * n])


def fast_fraction(numerator: int, denominator: int) -> Any:
    """Returns the fraction that the class of nltk 3.9 and later makes, without the calls of its constructors."""
    made = new(State.fraction_class)
    # The standard library reduces fractions since Python 3.12. nltk keeps what was given.
    divisor = gcd(numerator, denominator) if REDUCES else 1
    made._numerator, made._denominator = numerator // divisor, denominator // divisor
    made._normalize = False
    made._original_numerator, made._original_denominator = numerator, denominator
    return made


def lists_of(weights: Any) -> tuple[Any, int, bool]:
    """Returns the lists of weights, the length of the longest, and True if all weights are numbers.

    A single list is in a list of its own.
    """
    if type(weights) not in (list, tuple) or not weights:
        raise NotServedError("option")
    # nltk looks whether the first item has items itself.
    if NUMBERS.issuperset(map(type, weights)):
        return [weights], len(weights), True
    for own in weights:
        if type(own) not in (list, tuple) or not own:
            raise NotServedError("option")
    return weights, max(map(len, weights)), all(NUMBERS.issuperset(map(type, own)) for own in weights)


def is_of_nltk(smoothing: Any) -> bool:
    """True for a smoothing function of nltk."""
    return (
        type(smoothing) is MethodType
        and smoothing.__func__ in State.smoothing_methods
        and type(smoothing.__self__) is State.smoothing_class
    )


@lru_cache(maxsize=MOST_ORDERS)
def compiled(order: int) -> Any:
    """Returns the compiled metric with this highest order."""
    return tc.BLEU("pretokenized", max_ngram_order=order).reader.compiled


def row_of_segment(references: Any, hypothesis: Any, order: int) -> list[int]:
    """Returns the counts of one segment, as `row_of_corpus` does."""
    row: list[int] | None = compiled(order).plain_row(hypothesis, references)
    if row is None:
        # Texts that are `str` become their characters.
        row = compiled(order).plain_row(tokens_of(hypothesis), references_of(references))
        if row is None:
            raise NotServedError("input")
    if not row[-1]:
        row[2 + order :] = [max(1, total) for total in row[2 + order :]]
    return row


def row_of_corpus(list_of_references: Any, hypotheses: Any, order: int) -> list[int]:
    """Returns the sums of all segments: the length of hypotheses, the closest length of references, then the matches of
    each order, then the totals of each order. A segment adds at least one to each total (modified_precision)."""
    texts = [tokens_of(own) for own in hypotheses]
    references = [references_of(own) for own in list_of_references]
    rows = served(tc.BLEU("pretokenized", max_ngram_order=order).statistics, texts, references).rows
    sums = rows[:, : 2 + order].sum(axis=0, dtype="int64").tolist()
    totals = rows[:, 2 + order :].clip(min=1).sum(axis=0, dtype="int64").tolist()
    return [*sums, *totals]


def score_of(row: list[int], lists: Any, smoothing: Any, references: Any, hypothesis: Any, auto_reweigh: bool) -> Any:
    """Returns the only score, or the score of each list of weights, with the operations and warnings of nltk."""
    if not row[2]:
        return 0 if len(lists) == 1 else [0] * len(lists)
    order = len(row) // 2 - 1
    length, closest, totals = row[0], row[1], row[2 + order :]
    logs: list[float] | None = None
    values: list[Any] = []
    if smoothing is None and row[1 + order]:
        # Without smoothing, nltk changes only precisions of zero. The highest order has the fewest matches.
        logs = list(map(log, map(truediv, row[2:], totals)))
    else:
        smooth = smoothing or State.smoothing_class().method0
        precisions = list(map(State.fraction, row[2:], totals))
        smoothed = smooth(precisions, references=references, hypothesis=hypothesis, hyp_len=length)
        classes = State.fraction_classes
        values = [p.numerator / p.denominator if type(p) in classes else p for p in smoothed]
    penalty = 1 if length > closest else exp(1 - closest / length)
    scores = []
    for weights in lists:
        if auto_reweigh and length < 4 and weights == DEFAULT_WEIGHTS:
            weights = (1 / length,) * length
        if logs is not None:
            weighted: Iterable[float] = map(mul, weights, logs)
        else:
            weighted = [weight * log(value) for weight, value in zip(weights, values, strict=False) if value > 0]
        scores.append(penalty * exp(fsum(weighted)))
    return scores[0] if len(lists) == 1 else scores


def tokens_of(text: Any) -> Any:
    """Returns tokens that tricolore compares as Python does: all of them str, or all of them int."""
    if type(text) is str:
        return list(text)
    if type(text) not in (list, tuple):
        raise NotServedError("input")
    types = set(map(type, text))
    if types != STRINGS and types != INTEGERS and types:
        raise NotServedError("input")
    return text


def references_of(references: Any) -> list[Any]:
    """Returns the tokens of the references of a segment."""
    if type(references) not in (list, tuple) or not references:
        raise NotServedError("input")
    return [tokens_of(own) for own in references]


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    return {"corpus_bleu": corpus_bleu, "modified_precision": modified_precision} if module == MODULE else {}


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the modules as imported: each call must find them unchanged."""
    if MODULE not in modules:
        return
    bleu, util = sys.modules[MODULE], sys.modules["nltk.util"]
    State.original = originals[f"{MODULE}.corpus_bleu"]
    own = bleu.Fraction.__module__ == MODULE
    State.fraction = staticmethod(fast_fraction if own else partial(bleu.Fraction, _normalize=False))
    State.fraction_class = bleu.Fraction
    State.fraction_classes = frozenset({Fraction, bleu.Fraction})
    State.fractions_work = own or sys.version_info < (3, 12)
    State.smoothing_class = smoothing = bleu.SmoothingFunction
    methods = {name: value for name, value in vars(smoothing).items() if name.startswith("method")}
    State.smoothing_methods = frozenset(methods.values())

    hooks: list[tuple[str, Any]] = [(MODULE, ("modified_precision", "closest_ref_length", "len"))]
    hooks.append((MODULE, {"Counter": Counter}))
    counting = (originals[f"{MODULE}.modified_precision"], bleu.closest_ref_length)
    hooks += [(MODULE, looked_up(function_within(function))) for function in counting]
    if own:
        members = [name for name in ("__new__", "numerator", "denominator") if name in vars(bleu.Fraction)]
        hooks.append((f"{MODULE}:Fraction", members))
        hooks += [(MODULE, looked_up(function_within(vars(bleu.Fraction)[name]))) for name in members]
    hooks += [("nltk.util", looked_up(getattr(util, name))) for name in ("ngrams", "pad_sequence")]
    State.counting = Guard(*hooks)
    hooks.append((f"{MODULE}:SmoothingFunction", ("__init__", "method0")))
    scoring = (State.original, bleu.brevity_penalty, smoothing.__init__, methods["method0"])
    hooks += [(MODULE, looked_up(function_within(function))) for function in scoring]
    State.scoring = Guard(*hooks)
