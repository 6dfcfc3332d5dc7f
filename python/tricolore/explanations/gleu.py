"""The explanation of a GLEU score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..reference.gleu import gleu_row, gleu_score
from ..scores.gleu import GLEUScore
from .ngram_matches import NgramMatch, as_html, as_text, ngram_matches

__all__ = ["GLEUExplanation", "explain_gleu"]


class GLEUExplanation(NamedTuple):
    """The result of `GLEU.explain`: the tokens, the matching n-grams of each order, and the score."""

    score: GLEUScore
    reference: int
    """The number of the chosen reference, from 0: the first one with the highest score."""
    references: int
    """The number of references."""
    prediction_tokens: tuple[str, ...]
    reference_tokens: tuple[str, ...]
    matches: dict[int, tuple[NgramMatch, ...]]
    """By order, the n-grams that both texts have, in the order of the prediction."""

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain dicts, lists and numbers."""
        return {
            **self._asdict(),
            "score": self.score._asdict(),
            "prediction_tokens": list(self.prediction_tokens),
            "reference_tokens": list(self.reference_tokens),
            "matches": {order: [match.to_dict() for match in own] for order, own in self.matches.items()},
        }

    def facts(self) -> list[tuple[str, str]]:
        """The parts of the score, each as a name and a remark."""
        facts = [("prediction", " ".join(self.prediction_tokens)), ("reference", " ".join(self.reference_tokens))]
        for order, matches in self.matches.items():
            ours, theirs = (max(0, len(side) - order + 1) for side in (self.prediction_tokens, self.reference_tokens))
            count = sum(match.matches for match in matches)
            facts.append((f"{order}-grams", f"{count}; {ours} in prediction, {theirs} in reference"))
            facts += [(f"  {' '.join(match.ngram)}", str(match)) for match in matches]
        return facts

    def __str__(self) -> str:
        return as_text(self.score, self.facts())

    def _repr_html_(self) -> str:
        return as_html(self.score, self.facts())


def explain_gleu(
    prediction: list[str], references: Sequence[list[str]], min_len: int, max_len: int, score: GLEUScore
) -> GLEUExplanation:
    """Explains the score of a prediction against its references, all given as tokens."""
    shares = [gleu_score(gleu_row(prediction, [reference], min_len, max_len)) for reference in references]
    best = shares.index(max(shares))
    orders = range(min_len, max_len + 1)
    matches = dict(zip(orders, ngram_matches(prediction, [references[best]], orders), strict=True))
    return GLEUExplanation(score, best, len(references), tuple(prediction), tuple(references[best]), matches)
