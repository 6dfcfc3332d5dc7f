"""The explanation of a chrF score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..reference.chrf import chrf_score, chrf_words
from ..scores.chrf import CHRFScore
from .ngram_matches import NgramMatch, as_html, as_text, ngram_matches

__all__ = ["CHRFExplanation", "ChrfOrder", "explain_chrf"]


class ChrfOrder(NamedTuple):
    """The totals and matches of one order of n-grams."""

    unit: str
    """`"character"` or `"word"`."""
    order: int
    prediction_total: int
    reference_total: int
    matches: int
    ngrams: tuple[NgramMatch, ...]
    """The matched n-grams, in the order of the prediction."""


class CHRFExplanation(NamedTuple):
    """The result of `CHRF.explain`: the chosen reference, the matches by order, and the score."""

    score: CHRFScore
    reference: int
    """The number of the chosen reference, from 0: the first one with the highest score."""
    orders: tuple[ChrfOrder, ...]

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain dicts, lists and numbers."""
        return {
            "score": self.score._asdict(),
            "reference": self.reference,
            "orders": [
                {
                    **order._asdict(),
                    "ngrams": [match.to_dict() for match in order.ngrams],
                }
                for order in self.orders
            ],
        }

    def facts(self) -> list[tuple[str, str]]:
        """The parts of the score, each as a name and a remark."""
        facts = []
        for order in self.orders:
            matches, totals = order.matches, (order.prediction_total, order.reference_total)
            shares = ["-" if not total else f"{matches}/{total} = {matches / total:.4f}" for total in totals]
            facts.append((f"{order.unit} {order.order}-grams", f"precision {shares[0]}, recall {shares[1]}"))
            facts += [
                (
                    "  " + ("" if order.unit == "character" else " ").join(match.ngram),
                    str(match),
                )
                for match in order.ngrams
                if match.clipped
            ]
        return facts

    def __str__(self) -> str:
        return as_text(self.score, self.facts())

    def _repr_html_(self) -> str:
        return as_html(self.score, self.facts())


def explain_chrf(
    options: Mapping[str, Any],
    rows: Sequence[Sequence[int]],
    prediction: str,
    references: Sequence[str],
    score: CHRFScore,
) -> CHRFExplanation:
    """Explains a score.

    Args:
        options: the options of the metric.
        rows: the row of the prediction against each reference.
        prediction, references: the texts.
        score: the score of the segment.
    """
    scores = [chrf_score(list(row), options["beta"], options["eps_smoothing"]) for row in rows]
    best = scores.index(max(scores))
    texts = [prediction, references[best]]
    if options["lowercase"]:
        texts = [text.lower() for text in texts]
    characters = texts if options["whitespace"] else ["".join(text.split()) for text in texts]
    words = [chrf_words(text) for text in texts]
    units: list[tuple[str, Sequence[Sequence[str]], int]] = [
        ("character", characters, options["char_order"]),
        ("word", words, options["word_order"]),
    ]
    row = iter(rows[best])
    orders = []
    for unit, (ours, theirs), highest in units:
        matched = ngram_matches(ours, [theirs], range(1, highest + 1))
        orders += [ChrfOrder(unit, n, next(row), next(row), next(row), ngrams) for n, ngrams in enumerate(matched, 1)]
    return CHRFExplanation(score, best, tuple(orders))
