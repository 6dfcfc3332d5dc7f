"""The Porter stemmer of nltk in its default mode."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

import tricolore as tc

from .answers import NotServedError
from .guard import Guard, looked_up

__all__ = ["plain_stemmer", "ready", "replaced", "stem"]

MODULE = "nltk.stem.porter"
# nltk 3.9 recurses at each of consecutive y's and fails at many, so a word with this many is left to it.
MANY_YS = "y" * 64


class State:
    """The facts about the imported stemmer."""

    cls: type = type(None)
    guard: Guard
    attributes: dict[str, Any]
    version: tuple[int, ...]


def plain_stemmer(stemmer: Any) -> bool:
    """True if this is the original's stemmer and nothing in it is changed."""
    return type(stemmer) is State.cls and vars(stemmer) == State.attributes and State.guard.holds()


def stem(self: Any, word: Any, to_lowercase: Any) -> str:
    """`PorterStemmer.stem`."""
    if not plain_stemmer(self):
        raise NotServedError("hook")
    if type(word) is not str or not word.isascii() or MANY_YS in word.lower():
        raise NotServedError("input")
    # Before 3.10, irregular words were looked up before lowercasing.
    if (not to_lowercase or State.version < (3, 10)) and word != word.lower():
        raise NotServedError("input")
    return tc.porter_stem(word)


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    return {"PorterStemmer.stem": stem} if module == MODULE else {}


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the modules as imported: each call must find them unchanged."""
    if MODULE in modules:
        State.cls = sys.modules[MODULE].PorterStemmer
        not_passed_by = ("stem", "_abc_impl")
        names = [name for name in vars(State.cls) if not name.startswith("__") and name not in not_passed_by]
        functions = [value for name in names if isinstance(value := getattr(State.cls, name), FunctionType)]
        globals_and_builtins = sorted({name for function in functions for name in looked_up(function)})
        State.guard = Guard((f"{MODULE}:PorterStemmer", names), (MODULE, globals_and_builtins))
        State.attributes = vars(State.cls())
        State.version = tuple(map(int, version.split(".")))
