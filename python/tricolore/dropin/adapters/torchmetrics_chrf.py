"""torchmetrics' chrF. Its own code runs with other functions for the n-gram counts and the matches."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from types import FunctionType
from typing import Any, NamedTuple

from tricolore import _core

from .answers import NotServedError, theirs
from .guard import Guard, looked_up, require_unchanged
from .torchmetrics import TEXT, flat_pairs, require_plain_tensors, torch_itself

__all__ = ["ready", "replaced"]

MODULE = f"{TEXT}.chrf"
UPDATE, SENTENCE = "_chrf_score_update", "_calculate_sentence_level_chrf_score"
BYPASSED = (
    f"{SENTENCE} _get_n_grams_counts_and_total_ngrams _get_ngram_matches _ngram_counts _get_characters "
    "_get_words_and_punctuation _separate_word_and_punctuation"
)
MOST_ORDERS = 64


class State:
    """The facts about the imported module."""

    guard: Guard
    update: Callable[..., Any]


class Counted(NamedTuple):
    """A text in place of torchmetrics' dictionaries of counts."""

    text: str
    metric: _core.Metric
    words: bool
    """True for the n-grams of words, False for those of characters."""

    def counts(self, other: Counted) -> list[tuple[int, int]]:
        """Returns the number of this text's n-grams and of those that `other` has too, by order."""
        numbers = memoryview(self.metric.score(self.text, other.text))[8:].cast("i").tolist()
        counts = [*zip(numbers[::3], numbers[2::3], strict=True)]
        # The metric of words counts single characters too.
        return counts[1:] if self.words else counts


@lru_cache(maxsize=64)
def metric_of(characters: int, words: int) -> _core.Metric:
    """Returns the metric that counts the n-grams of words up to an order or, without words, of characters."""
    return _core.Metric.chrf(characters, words, 4.0, False, not words, False)


def by_order(counts: Iterable[int]) -> defaultdict[int, Any]:
    """Returns tensors by order."""
    tensor = torch_itself().tensor
    return defaultdict(partial(tensor, 0.0), {n: tensor(float(count)) for n, count in enumerate(counts, 1)})


def counts_and_totals(text: str, characters: int, words: int, lowercase: Any, whitespace: Any) -> tuple[Any, ...]:
    """Stands in for `_get_n_grams_counts_and_total_ngrams`."""
    text = text.lower() if lowercase else text
    # Only spaces are left out, not all white space.
    kept = text if whitespace else text.strip().replace(" ", "")
    counted = Counted(kept, metric_of(characters, 0), False), Counted(text, metric_of(1, words), True)
    # Orders without n-grams are absent.
    totals = ((total for total, _ in each.counts(each) if total) for each in counted)
    return (*counted, *map(by_order, totals))


def matches(target: Counted, pred: Counted) -> defaultdict[int, Any]:
    """Stands in for `_get_ngram_matches`."""
    return by_order(matched for total, matched in target.counts(pred) if total)


def chrf_score_update(preds: Any, target: Any, *rest: Any) -> Any:
    """`_chrf_score_update`."""
    require_unchanged(State.guard)
    require_plain_tensors()
    characters, words = rest[6:8]
    if type(characters) is not int or type(words) is not int:
        raise NotServedError("option")
    if not (1 <= characters <= MOST_ORDERS and 0 <= words <= MOST_ORDERS):
        raise NotServedError("option")
    references, texts = theirs(sys.modules[MODULE]._validate_inputs, target, preds)
    flat_pairs(texts, references)
    # From here on totals change, so the original could not run instead.
    return theirs(State.update, texts, references, *rest)


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    return {UPDATE: chrf_score_update} if module == MODULE else {}


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the modules as imported: each call must find them unchanged."""
    if MODULE not in modules:
        return
    chrf = sys.modules[MODULE]
    original: Any = originals[f"{MODULE}.{UPDATE}"]
    functions = [original, *(getattr(chrf, name) for name in BYPASSED.split())]
    State.guard = Guard(*((MODULE, looked_up(function)) for function in functions))
    names = {
        **vars(chrf),
        "_get_n_grams_counts_and_total_ngrams": counts_and_totals,
        "_get_ngram_matches": matches,
    }
    names[SENTENCE] = FunctionType(getattr(chrf, SENTENCE).__code__, names)
    State.update = FunctionType(original.__code__, names)
