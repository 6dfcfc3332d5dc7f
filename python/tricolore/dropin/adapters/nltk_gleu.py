"""nltk's GLEU of a corpus, which its GLEU of a sentence calls too."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import tricolore as tc

from .answers import NotServedError, served
from .guard import Guard, looked_up
from .nltk_bleu import references_of, tokens_of

__all__ = ["ready", "replaced"]

MODULE = "nltk.translate.gleu_score"
MOST_ORDERS = 64


class State:
    """The facts about the imported module."""

    guard: Guard


@lru_cache(maxsize=MOST_ORDERS)
def metric_of(min_len: int, max_len: int) -> Any:
    """Returns the metric with these orders."""
    return tc.GLEU("pretokenized", min_len=min_len, max_len=max_len)


def corpus_gleu(list_of_references: Any, hypotheses: Any, min_len: Any, max_len: Any) -> float:
    """`corpus_gleu`."""
    if not State.guard.holds():
        raise NotServedError("hook")
    if type(list_of_references) not in (list, tuple) or type(hypotheses) not in (list, tuple):
        raise NotServedError("input")
    if not hypotheses or len(list_of_references) != len(hypotheses):
        raise NotServedError("input")
    if type(min_len) is not int or type(max_len) is not int or not 1 <= min_len <= max_len <= MOST_ORDERS:
        raise NotServedError("option")
    if len(hypotheses) > 1 and not State.guard.codes_hold():
        raise NotServedError("hook")
    texts = [tokens_of(own) for own in hypotheses]
    references = [references_of(own) for own in list_of_references]
    metric = metric_of(min_len, max_len)
    if len(texts) == 1:
        matches, total = metric.layout.row(served(metric.reader.read_one, metric, texts[0], references[0])[0])
    else:
        matches, total = served(metric.statistics, texts, references).rows.sum(axis=0, dtype="int64").tolist()
    return matches / total if total else 0.0


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    return {"corpus_gleu": corpus_gleu} if module == MODULE else {}


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the modules as imported: each call must find them unchanged."""
    if MODULE not in modules:
        return
    util = sys.modules["nltk.util"]
    original: Any = originals[f"{MODULE}.corpus_gleu"]
    State.guard = Guard(
        (MODULE, {"Counter": Counter}),
        (MODULE, looked_up(original)),
        *(("nltk.util", looked_up(getattr(util, name))) for name in ("everygrams", "pad_sequence")),
    )
