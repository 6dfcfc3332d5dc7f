"""BLEU as tensorflow/nmt computes it (`nmt/scripts/bleu.py`), which evaluate's "bleu" loads.

It differs from sacreBLEU in four ways. Scores are from 0 to 1. The shortest reference of a segment gives the reference
length. An order without a match makes the score 0. `smooth` adds one to the matches and n-grams of every order, also of
the first. (Lin and Och, COLING 2004, which the file cites, do not smooth the first order, and a fork that follows them
circulates. Another fork returns 0 for empty corpora.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ..metrics.bleu import BLEU
from ..reference.bleu_tokenizers import western, without_markup

__all__ = ["figures_of", "nmt_bleu"]

DEFAULT = BLEU()


def nmt_bleu(
    predictions: Sequence[str],
    references: Sequence[str] | Sequence[Sequence[str]],
    tokenizer: Callable[[str], Sequence[Any]] | None = None,
    max_order: int = 4,
    smooth: bool = False,
) -> dict[str, Any]:
    """Returns the score of a corpus and its parts.

    Args:
        predictions: the texts to score.
        references: a text or a list of texts for each prediction.
        tokenizer: a function from a text to its tokens, which are str; None for the tokenizer of mteval-v13a.
        max_order: the highest order of n-grams.
        smooth: True to add one to matches and n-grams.

    Raises ZeroDivisionError if all predictions or all references have no tokens, as the original does.

    >>> made = nmt_bleu(["the cat sat on the mat"], [["the cat sat on a mat", "a cat sat"]])
    >>> made["precisions"], made["reference_length"], round(made["bleu"], 4)
    ([0.8333333333333334, 0.6, 0.5, 0.3333333333333333], 3, 0.5373)
    """
    split = tokens_13a if tokenizer is None else tokenizer
    texts = [list(split(text)) for text in predictions]
    others = [[list(split(text)) for text in ([own] if isinstance(own, str) else own)] for own in references]
    if len(texts) != len(others):
        raise ValueError(f"{len(texts)} predictions, but {len(others)} references")
    return figures_of(texts, others, max_order, smooth)


def figures_of(
    texts: list[list[Any]], others: list[list[list[Any]]], max_order: int, smooth: bool, first: bool = True
) -> dict[str, Any]:
    """Returns the score of a corpus of tokens and its parts. `first` is True if `smooth` holds for the first order."""
    rows = BLEU("pretokenized", max_ngram_order=max_order).statistics(texts, others).rows
    sums = rows.sum(axis=0, dtype="int64").tolist()
    length, matches, totals = sums[0], sums[2 : 2 + max_order], sums[2 + max_order :]
    reference_length = sum(min(map(len, own)) for own in others)
    precisions = [match / total if total else 0.0 for match, total in zip(matches, totals, strict=True)]
    if smooth:
        start = 0 if first else 1
        smoothed = [(match + 1.0) / (total + 1.0) for match, total in zip(matches, totals, strict=True)]
        precisions[start:] = smoothed[start:]
    mean: float = 0
    if min(precisions) > 0:
        mean = math.exp(sum((1.0 / max_order) * math.log(p) for p in precisions))
    ratio = length / reference_length
    penalty = 1.0 if ratio > 1.0 else math.exp(1 - 1.0 / ratio)
    return {
        "bleu": mean * penalty,
        "precisions": precisions,
        "brevity_penalty": penalty,
        "length_ratio": ratio,
        "translation_length": length,
        "reference_length": reference_length,
    }


def tokens_13a(text: str) -> list[str]:
    """Returns the tokens of mteval-v13a, without stripping the end of the text first as sacreBLEU does."""
    if text[-1:].isspace():
        return western(f" {without_markup(text)} ")
    return DEFAULT.tokens(text)
