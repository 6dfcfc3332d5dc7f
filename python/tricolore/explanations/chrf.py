"""The explanation of a chrF score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..reference.chrf import chrf_score, chrf_words
from ..scores.chrf import CHRFScore
from .located import Span, located
from .marks import Kind, MarkedText, marked, ngram_kinds
from .ngram_matches import NgramMatch, ngram_matches
from .shown import Fact, Shown

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


class CHRFFields(NamedTuple):
    """The fields of `CHRFExplanation`."""

    score: CHRFScore
    reference: int
    """The number of the chosen reference, from 0: the first one with the highest score."""
    orders: tuple[ChrfOrder, ...]
    beta: int
    """The weight of recall."""
    eps_smoothing: bool
    marked: tuple[MarkedText, ...]
    """The prediction and the reference as they were written. Characters of matched n-grams of at least half the highest
    order are marked, because single characters match everywhere."""


class CHRFExplanation(Shown, CHRFFields):
    """The result of `CHRF.explain`: the chosen reference, the matches by order, and the score."""

    __slots__ = ()

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
            "beta": self.beta,
            "marked": [text.to_dict() for text in self.marked],
        }

    def facts(self) -> list[Fact]:
        facts: list[Fact] = [(text.name, text) for text in self.marked]
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
        return [*facts, ("chrF", self.formula())]

    def formula(self) -> str:
        """The formula with the numbers of the score."""
        weight = self.beta**2
        named = f"(1 + {weight}) P R / ({weight} P + R)"
        if self.eps_smoothing:
            return f"the mean over orders of {named} = {self.score.score / 100:.4f}"
        used = [order for order in self.orders if order.prediction_total and order.reference_total]
        count = max(1, len(used))
        precision = sum(order.matches / order.prediction_total for order in used) / count
        recall = sum(order.matches / order.reference_total for order in used) / count
        means = f"mean P = {precision:.4f}, mean R = {recall:.4f}"
        return f"{means}, {named} = {self.score.score / 100:.4f}"


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
    given = [("prediction", prediction), ("reference", references[best])]
    marks = []
    for (name, text), tokens in zip(given, characters if options["char_order"] else words, strict=True):
        kinds = kinds_of(tokens, orders, "character" if options["char_order"] else "word", name == "prediction")
        spans = character_spans(text, options) if options["char_order"] else located(text, tokens, None)
        marks.append(marked(name, text, spans, kinds))
    return CHRFExplanation(score, best, tuple(orders), options["beta"], options["eps_smoothing"], tuple(marks))


def kinds_of(tokens: Sequence[str], orders: Sequence[ChrfOrder], unit: str, clip: bool) -> list[Kind]:
    """The kinds of the tokens by the n-grams of at least half the highest order."""
    own = [order for order in orders if order.unit == unit]
    return ngram_kinds(tokens, [match for order in own if 2 * order.order >= len(own) for match in order.ngrams], clip)


def character_spans(text: str, options: Mapping[str, Any]) -> list[Span]:
    """The place of each character that counts."""
    spans = []
    for place, character in enumerate(text):
        if options["whitespace"] or not character.isspace():
            # Lower-casing makes two characters of some.
            spans += [(place, place + 1)] * (len(character.lower()) if options["lowercase"] else 1)
    return spans
