"""The explanation of a GLEU score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, NamedTuple

from ..reference.gleu import gleu_row, gleu_score
from ..scores.gleu import GLEUScore
from .located import located, written
from .marks import MarkedText, marked, ngram_kinds
from .ngram_matches import NgramMatch, ngram_matches
from .shown import Fact, Shown

__all__ = ["GLEUExplanation", "explain_gleu"]


class GLEUFields(NamedTuple):
    """The fields of `GLEUExplanation`."""

    score: GLEUScore
    reference: int
    """The number of the chosen reference, from 0: the first one with the highest score."""
    references: int
    """The number of references."""
    prediction_tokens: tuple[str, ...]
    reference_tokens: tuple[str, ...]
    matches: dict[int, tuple[NgramMatch, ...]]
    """By order, the n-grams that both texts have, in the order of the prediction."""
    marked: tuple[MarkedText, ...]
    """The prediction and the reference as they were written, with marks."""
    shown: dict[tuple[str, ...], str]
    """Each n-gram of the prediction as the prediction writes it."""


class GLEUExplanation(Shown, GLEUFields):
    """The result of `GLEU.explain`: the tokens, the matching n-grams of each order, and the score."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain dicts, lists and numbers."""
        return {
            "score": self.score._asdict(),
            "reference": self.reference,
            "references": self.references,
            "prediction_tokens": list(self.prediction_tokens),
            "reference_tokens": list(self.reference_tokens),
            "matches": {order: [match.to_dict() for match in own] for order, own in self.matches.items()},
            "marked": [text.to_dict() for text in self.marked],
        }

    def facts(self) -> list[Fact]:
        facts: list[Fact] = [(text.name, text) for text in self.marked]
        for order, matches in self.matches.items():
            ours, theirs = (max(0, len(side) - order + 1) for side in (self.prediction_tokens, self.reference_tokens))
            count = sum(match.matches for match in matches)
            facts.append((f"{order}-grams", f"{count}; {ours} in prediction, {theirs} in reference"))
            facts += [(f"  {self.shown[match.ngram]}", str(match)) for match in matches]
        score = self.score
        return [*facts, ("GLEU", f"matches / n-grams of the longer text = {score.matches}/{score.total}")]


def explain_gleu(
    tokenize: Callable[[str], list[str]],
    by_word: Callable[[str], list[str]] | None,
    prediction: str,
    references: Sequence[str],
    orders: range,
    score: GLEUScore,
) -> GLEUExplanation:
    """Explains the score of a prediction against its references.

    `tokenize` is the metric's tokenizer. `by_word` is the same tokenizer if it may be called on single words, otherwise
    None.
    """
    tokens, others = tokenize(prediction), [tokenize(text) for text in references]
    shares = [gleu_score(gleu_row(tokens, [other], orders.start, orders.stop - 1)) for other in others]
    best = shares.index(max(shares))
    matches = dict(zip(orders, ngram_matches(tokens, [others[best]], orders), strict=True))
    every = [*chain.from_iterable(matches.values())]
    spans = located(prediction, tokens, by_word)
    other = located(references[best], others[best], by_word)
    marks = (
        marked("prediction", prediction, spans, ngram_kinds(tokens, every, True)),
        marked("reference", references[best], other, ngram_kinds(others[best], every, False)),
    )
    shown = {ngram: text for n in orders for ngram, text in written(prediction, spans, tokens, n).items()}
    return GLEUExplanation(score, best, len(references), tuple(tokens), tuple(others[best]), matches, marks, shown)
