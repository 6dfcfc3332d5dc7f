"""nltk's edit distance, for the default costs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import tricolore as tc

from .answers import NotServedError, served
from .guard import Guard, looked_up

__all__ = ["ready", "replaced"]

MODULE = "nltk.metrics.distance"


class State:
    """The facts about the imported module."""

    guard: Guard
    longest: int


@lru_cache(maxsize=1)
def metrics() -> tuple[Any, Any]:
    """Returns the metric of characters and the metric of tokens."""
    return tc.EditSimilarity(), tc.WER("pretokenized")


def edit_distance(s1: Any, s2: Any, substitution_cost: Any, transpositions: Any) -> int:
    """`edit_distance`."""
    if not State.guard.holds():
        raise NotServedError("hook")
    if type(substitution_cost) is not int or substitution_cost != 1 or transpositions is not False:
        raise NotServedError("option")
    s1, s2 = (listed(side) for side in (s1, s2))
    if type(s1) is not type(s2):
        raise NotServedError("input")
    # Some releases refuse longer texts.
    if type(s1) not in (str, list, tuple) or max(len(s1), len(s2)) > State.longest:
        raise NotServedError("input")
    of_characters, of_tokens = metrics()
    if type(s1) is str:
        distance: int = of_characters.layout.row(served(of_characters.reader.read_one, of_characters, s2, s1)[0])[0]
        return distance
    if not {type(token) for token in (*s1, *s2)} <= {str}:
        raise NotServedError("input")
    return sum(of_tokens.layout.row(served(of_tokens.reader.read_one, of_tokens, s2, [s1])[0])[1:])


def listed(tokens: Any) -> Any:
    """Returns a numpy array of texts, in which lighteval passes tokens, as a list. Returns anything else as given."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and type(tokens) is numpy.ndarray and tokens.ndim == 1 and tokens.dtype.kind == "U":
        return tokens.tolist()
    return tokens


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    return {"edit_distance": edit_distance} if module == MODULE else {}


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the modules as imported: each call must find them unchanged."""
    if MODULE not in modules:
        return
    module = sys.modules[MODULE]
    State.longest = getattr(module, "MAX_DISTANCE_INPUT_LEN", sys.maxsize)
    called = ("_check_distance_input_len", "_edit_dist_init", "_last_left_t_init", "_edit_dist_step")
    bypassed: list[Any] = [originals[f"{MODULE}.edit_distance"]]
    bypassed += [getattr(module, name) for name in called if hasattr(module, name)]
    State.guard = Guard(*((MODULE, looked_up(function)) for function in bypassed))
