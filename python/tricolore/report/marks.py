"""The marks of segments, packed as short strings for the page's script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..explanations.marks import STYLES, Mark, MarkedText
from ..explanations.rouge import PairExplanation, ROUGEExplanation
from ..explanations.rouge155 import ROUGE155Explanation, ROUGE155Pair
from ..metrics.registry import AnyMetric

__all__ = ["LEGEND", "LONGEST", "packed_marks"]

# A text with more characters is cut, and a prediction with more characters, its references included, has no marks.
LONGEST = 20_000
# A letter for each kind. Single words are M, and longer n-grams N.
LETTERS = {"match": "M", "clipped": "C", "moved": "V", "substituted": "S", "extra": "X", "missing": "I"}
LEGEND = [
    ("M", "match", "matched"),
    ("N", "match", "matched phrase"),
    *((letter, kind, STYLES[kind].meaning) for kind, letter in LETTERS.items() if kind != "match"),
]
"""The letter, the kind and the meaning of each mark."""
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def packed_marks(metric: AnyMetric, names: Sequence[str], prediction: str, references: Sequence[str]) -> dict[str, str]:
    """The marks of a segment by the flat name of a figure.

    A string holds the marks of the prediction and of each marked reference, separated by `|`. A reference begins with
    its number and a colon. A mark is the distance from the mark before, a letter and its length, both in base 36, and a
    distance of 0 is left out.
    """
    explanation = metric.explain(prediction, references)
    return {name: packed(marked_for(explanation, name), references) for name in names}


def marked_for(explanation: Any, name: str) -> Sequence[MarkedText]:
    """The marked texts behind a figure. For ROUGE these are those of its type, with the best reference."""
    every: Sequence[MarkedText] = explanation.marked
    if not isinstance(explanation, ROUGEExplanation | ROUGE155Explanation):
        return every
    kind = name.removesuffix("_fmeasure")
    pairs: Sequence[ROUGE155Pair | PairExplanation] = explanation.pairs
    candidates = [
        (pair.fmeasure, texts) for pair, texts in zip(pairs, explanation.marked, strict=True) if pair.type == kind
    ]
    return max(candidates, key=lambda pair: pair[0])[1]


def packed(texts: Sequence[MarkedText], references: Sequence[str]) -> str:
    """The marks of these texts as one string."""
    ours, *others = texts
    parts = [in_letters(ours.marks)]
    parts += [f"{references.index(other.text)}:{in_letters(other.marks)}" for other in others if other.marks]
    return "|".join(parts)


def in_letters(marks: Iterable[Mark]) -> str:
    """The marks of one text."""
    out, at = [], 0
    for mark in marks:
        letter = "N" if mark.is_phrase else LETTERS[mark.kind]
        out.append(f"{base36(mark.start - at) if mark.start > at else ''}{letter}{base36(mark.end - mark.start)}")
        at = mark.end
    return ",".join(out)


def base36(number: int) -> str:
    """A number from 0 on in base 36."""
    digits = DIGITS[number % 36]
    while number := number // 36:
        digits = DIGITS[number % 36] + digits
    return digits
