"""nltk's METEOR: the matches of equal words and of equal stems. Synonyms and the score stay nltk's own code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias

import tricolore as tc

from .answers import NotServedError, theirs
from .guard import Guard, looked_up, require_unchanged
from .nltk_stemmer import MANY_YS, plain_stemmer

__all__ = ["ready", "replaced"]

MODULE = "nltk.translate.meteor_score"
MOST_WORDS = 1 << 16

Words: TypeAlias = list[tuple[Any, str]]
"""Words with their places in a text."""


class State:
    """The facts about the imported module."""

    guard: Guard
    in_place: bool
    """True if the matched words are removed from the lists that the function is given: before nltk 3.10."""


@lru_cache(maxsize=MOST_WORDS)
def stem_of(word: str) -> str:
    """Returns the stem of a lower-case ASCII word."""
    return tc.porter_stem(word)


def align_words(hypothesis: Any, reference: Any, stemmer: Any, wordnet: Any) -> tuple[Any, Any, Any]:
    """`_enum_align_words`."""
    require_unchanged(State.guard)
    if not plain_stemmer(stemmer):
        raise NotServedError("hook")
    for words in (hypothesis, reference):
        if type(words) is not list or not all(type(pair) is tuple and len(pair) == 2 for pair in words):
            raise NotServedError("input")
        if not all(type(word) is str for _, word in words):
            raise NotServedError("input")
    exact, left, right = matched(hypothesis, reference)
    left_stems, right_stems = ([(place, stemmed(stemmer, word)) for place, word in words] for words in (left, right))
    if State.in_place:
        hypothesis[:], reference[:] = left, right
    stems, left, right = matched(left_stems, right_stems)
    synonyms, left, right = theirs(sys.modules[MODULE]._enum_wordnetsyn_match, left, right, wordnet)
    return sorted([*exact, *stems, *synonyms], key=lambda pair: pair[0]), left, right


def stemmed(stemmer: Any, word: str) -> str:
    """Returns the stem of a word. The original stems the words that `stem_of` does not take."""
    if word.isascii() and word == word.lower() and MANY_YS not in word:
        return stem_of(word)
    stem: str = theirs(stemmer.stem, word)
    return stem


def matched(hypothesis: Words, reference: Words) -> tuple[list[tuple[Any, Any]], Words, Words]:
    """Returns the places of equal words, and the words that are left on each side.

    From the end, each word of the hypothesis takes the last equal word of the reference that is still free.
    """
    free: dict[str, list[int]] = {}
    for i, (_, word) in enumerate(reference):
        free.setdefault(word, []).append(i)
    pairs: list[tuple[Any, Any]] = []
    left: Words = []
    taken = set()
    for place, word in reversed(hypothesis):
        places = free.get(word)
        if places:
            i = places.pop()
            taken.add(i)
            pairs.append((place, reference[i][0]))
        else:
            left.append((place, word))
    left.reverse()
    return pairs, left, [pair for i, pair in enumerate(reference) if i not in taken]


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    return {"_enum_align_words": align_words} if module == MODULE else {}


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the modules as imported: each call must find them unchanged."""
    if MODULE not in modules:
        return
    module = sys.modules[MODULE]
    original: Any = originals[f"{MODULE}._enum_align_words"]
    functions = (original, module._match_enums, module._enum_stem_match)
    State.guard = Guard(*((MODULE, looked_up(function)) for function in functions))
    State.in_place = tuple(map(int, version.split("."))) < (3, 10)
