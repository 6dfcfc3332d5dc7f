"""Why a segment has the exact match or the F1 of tokens that it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .explained import NgramMatch, as_html, as_text
from .reference.squad import squad_tokens, token_f1_row, token_f1_score

if TYPE_CHECKING:
    from .exact_match import ExactMatchScore
    from .token_f1 import TokenF1, TokenF1Score

__all__ = ["ExactMatchExplanation", "TokenF1Explanation", "explain_exact_match", "explain_token_f1"]


class ExactMatchExplanation(NamedTuple):
    """What `ExactMatch.explain` gives: what was compared, and the `score`."""

    score: ExactMatchScore
    prediction: str
    """Normalized, if it was."""
    references: tuple[str, ...]
    """Likewise."""

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers."""
        return {**self._asdict(), "score": self.score._asdict(), "references": list(self.references)}

    def facts(self) -> list[tuple[str, str]]:
        """What the score is made of, as a name and a remark each."""
        same = {True: ", the same", False: ""}
        return [
            ("prediction", self.prediction),
            *(("reference", text + same[text == self.prediction]) for text in self.references),
        ]

    def __str__(self) -> str:
        return as_text(self.score, self.facts())

    def _repr_html_(self) -> str:
        return as_html(self.score, self.facts())


class TokenF1Explanation(NamedTuple):
    """What `TokenF1.explain` gives: the tokens, what both sides have, and the `score`."""

    score: TokenF1Score
    reference: int
    """Which reference, from 0: the one with the highest score, the first of equals."""
    prediction_tokens: tuple[str, ...]
    reference_tokens: tuple[str, ...]
    matches: tuple[NgramMatch, ...]
    """What both have, in order of the prediction."""

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers."""
        return {
            "score": self.score._asdict(),
            "reference": self.reference,
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


def explain_exact_match(
    prediction: str, references: Sequence[str], normalization: str, score: ExactMatchScore
) -> ExactMatchExplanation:
    """Explains a score."""
    if normalization == "squad":
        prediction, *references = (" ".join(squad_tokens(text)) for text in (prediction, *references))
    return ExactMatchExplanation(score, prediction, tuple(references))


def explain_token_f1(
    metric: TokenF1, prediction: str, references: Sequence[str], score: TokenF1Score
) -> TokenF1Explanation:
    """Explains a score that `metric` gave."""
    tokens = metric.tokens(prediction)
    others = [metric.tokens(text) for text in references]
    scores = [token_f1_score(token_f1_row(tokens, other))[2] for other in others]
    best = scores.index(max(scores))
    ours, theirs = Counter(tokens), Counter(others[best])
    matches = tuple(NgramMatch((t,), c, theirs[t], min(c, theirs[t])) for t, c in ours.items() if t in theirs)
    return TokenF1Explanation(score, best, tuple(tokens), tuple(others[best]), matches)
