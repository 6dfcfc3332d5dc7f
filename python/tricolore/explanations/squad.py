"""Why a segment has the exact match or the F1 of tokens that it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..reference.squad import token_f1_row, token_f1_score
from .ngram_matches import NgramMatch, as_html, as_text, ngram_matches

if TYPE_CHECKING:
    from .. import _core
    from ..metrics.exact_match import ExactMatch, ExactMatchScore
    from ..metrics.token_f1 import TokenF1, TokenF1Score

__all__ = ["ExactMatchExplanation", "TokenF1Explanation", "explain_exact_match", "explain_token_f1"]


class ExactMatchExplanation(NamedTuple):
    """What `ExactMatch.explain` gives: what was compared, and the `score`."""

    score: ExactMatchScore
    prediction: str
    """Normalized, if it was."""
    references: tuple[str, ...]
    """Likewise, without those of which nothing is left, if something is left of another."""

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers."""
        return {**self._asdict(), "score": self.score._asdict(), "references": list(self.references)}

    def facts(self) -> list[tuple[str, str]]:
        """What the score is made of, as a name and a remark each."""
        return [
            ("prediction", repr(self.prediction)),
            *(("the same" if text == self.prediction else "reference", repr(text)) for text in self.references),
        ]

    def __str__(self) -> str:
        return as_text(self.score, self.facts())

    def _repr_html_(self) -> str:
        return as_html(self.score, self.facts())


class TokenF1Explanation(NamedTuple):
    """What `TokenF1.explain` gives: the tokens, what both sides have, and the `score`."""

    score: TokenF1Score
    prediction_tokens: tuple[str, ...]
    reference_tokens: tuple[str, ...]
    """Of the reference with the highest score, the first of equals."""
    matches: tuple[NgramMatch, ...]
    """What both have, in order of the prediction."""

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers."""
        return {
            "score": self.score._asdict(),
            "prediction_tokens": list(self.prediction_tokens),
            "reference_tokens": list(self.reference_tokens),
            "matches": [match.to_dict() for match in self.matches],
        }

    def facts(self) -> list[tuple[str, str]]:
        """What the score is made of, as a name and a remark each."""
        return [
            ("prediction", " ".join(self.prediction_tokens)),
            ("reference", " ".join(self.reference_tokens)),
            *((" ".join(match.ngram), str(match)) for match in self.matches),
        ]

    def __str__(self) -> str:
        return as_text(self.score, self.facts())

    def _repr_html_(self) -> str:
        return as_html(self.score, self.facts())


def answers(compiled: _core.Metric, references: Sequence[str]) -> list[list[str]]:
    """The tokens of each reference that has any; one empty list if no reference has tokens."""
    return [tokens for tokens in map(compiled.tokenize, references) if tokens] or [[]]


def explain_exact_match(
    metric: ExactMatch, prediction: str, references: Sequence[str], score: ExactMatchScore
) -> ExactMatchExplanation:
    """Explains a score that `metric` gave."""
    compiled = metric._compiled
    if metric._options()["normalization"] == "squad":
        prediction = " ".join(compiled.tokenize(prediction))
        references = [" ".join(tokens) for tokens in answers(compiled, references)]
    return ExactMatchExplanation(score, prediction, tuple(references))


def explain_token_f1(
    metric: TokenF1, prediction: str, references: Sequence[str], score: TokenF1Score
) -> TokenF1Explanation:
    """Explains a score that `metric` gave."""
    tokens = metric.tokens(prediction)
    rows = ((answer, token_f1_row(tokens, answer)) for answer in answers(metric._compiled, references))
    best, _ = max(rows, key=lambda row: token_f1_score(row[1])[2])
    (matches,) = ngram_matches(tokens, [best], [1])
    return TokenF1Explanation(score, tuple(tokens), tuple(best), matches)
