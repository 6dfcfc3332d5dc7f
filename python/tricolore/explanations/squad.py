"""The explanations of exact match and token F1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..reference.squad import token_f1_row, token_f1_score
from ..scores.squad import ExactMatchScore, TokenF1Score
from .ngram_matches import NgramMatch, as_html, as_text, ngram_matches

__all__ = ["ExactMatchExplanation", "TokenF1Explanation", "explain_exact_match", "explain_token_f1"]


class ExactMatchExplanation(NamedTuple):
    """The result of `ExactMatch.explain`: the compared texts and the score."""

    score: ExactMatchScore
    prediction: str
    """The prediction, normalized if the metric normalizes."""
    references: tuple[str, ...]
    """The references, normalized if the metric normalizes. Normalization drops references that become empty, unless
    all do."""

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain dicts, lists and numbers."""
        return {**self._asdict(), "score": self.score._asdict(), "references": list(self.references)}

    def facts(self) -> list[tuple[str, str]]:
        """The parts of the score, each as a name and a remark."""
        return [
            ("prediction", repr(self.prediction)),
            *(("the same" if text == self.prediction else "reference", repr(text)) for text in self.references),
        ]

    def __str__(self) -> str:
        return as_text(self.score, self.facts())

    def _repr_html_(self) -> str:
        return as_html(self.score, self.facts())


class TokenF1Explanation(NamedTuple):
    """The result of `TokenF1.explain`: the tokens, the shared tokens, and the score."""

    score: TokenF1Score
    prediction_tokens: tuple[str, ...]
    reference_tokens: tuple[str, ...]
    """The tokens of the first reference with the highest score."""
    matches: tuple[NgramMatch, ...]
    """The shared tokens, in the order of the prediction."""

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain dicts, lists and numbers."""
        return {
            "score": self.score._asdict(),
            "prediction_tokens": list(self.prediction_tokens),
            "reference_tokens": list(self.reference_tokens),
            "matches": [match.to_dict() for match in self.matches],
        }

    def facts(self) -> list[tuple[str, str]]:
        """The parts of the score, each as a name and a remark."""
        return [
            ("prediction", " ".join(self.prediction_tokens)),
            ("reference", " ".join(self.reference_tokens)),
            *((" ".join(match.ngram), str(match)) for match in self.matches),
        ]

    def __str__(self) -> str:
        return as_text(self.score, self.facts())

    def _repr_html_(self) -> str:
        return as_html(self.score, self.facts())


def answers(tokenize: Callable[[str], list[str]], references: Sequence[str]) -> list[list[str]]:
    """The tokens of each reference that has any; one empty list if no reference has tokens."""
    return [tokens for tokens in map(tokenize, references) if tokens] or [[]]


def explain_exact_match(
    tokenize: Callable[[str], list[str]] | None, prediction: str, references: Sequence[str], score: ExactMatchScore
) -> ExactMatchExplanation:
    """Explains a score. `tokenize` normalizes as the metric does; None if the metric compares texts as they stand."""
    if tokenize is not None:
        prediction = " ".join(tokenize(prediction))
        references = [" ".join(tokens) for tokens in answers(tokenize, references)]
    return ExactMatchExplanation(score, prediction, tuple(references))


def explain_token_f1(
    tokenize: Callable[[str], list[str]], prediction: str, references: Sequence[str], score: TokenF1Score
) -> TokenF1Explanation:
    """Explains the score of a prediction against its references, given the metric's tokenizer."""
    tokens = tokenize(prediction)
    rows = ((answer, token_f1_row(tokens, answer)) for answer in answers(tokenize, references))
    best, _ = max(rows, key=lambda row: token_f1_score(row[1])[2])
    (matches,) = ngram_matches(tokens, [best], [1])
    return TokenF1Explanation(score, tuple(tokens), tuple(best), matches)
