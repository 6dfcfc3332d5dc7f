"""The scores that exact match and token F1 return."""

from __future__ import annotations

from typing import NamedTuple

from ..support.tables.notebook import score_html
from .intervals import flat, with_interval

__all__ = ["ExactMatchScore", "TokenF1Score"]


class ExactMatchScore(NamedTuple):
    """The share of predictions that equal one of their references. `repr` shows every digit; `str` shows four."""

    score: float
    """The share, from 0 to 1."""
    matches: int
    """The number of predictions that equal a reference."""
    segments: int
    """The number of predictions."""
    signature: str
    """The signature, which says how the score was made."""
    confidence_interval: tuple[float, float] | None = None
    """The bounds of the interval; None if no interval was asked for."""
    bootstrap_mean: float | None = None
    """The mean score of the resampled corpora."""
    half_width: float | None = None
    """Half the distance between the bounds."""

    def to_dict(self) -> dict[str, float]:
        """The score as `{"exact_match": ...}`; an interval adds `exact_match_low`, `exact_match_high`,
        `exact_match_mean` and `exact_match_half_width`."""
        return flat("exact_match", self)

    def __str__(self) -> str:
        score = with_interval(f"{self.score:.4f}", self.bootstrap_mean, self.half_width, 4)
        return f"exact match = {score} ({self.matches} of {self.segments})"

    def _repr_html_(self) -> str:
        return score_html(self)


class TokenF1Score(NamedTuple):
    """Token F1 of a segment, or the mean over a corpus. `repr` shows every digit; `str` shows four."""

    score: float
    """F1, from 0 to 1."""
    precision: float
    """Precision, from 0 to 1."""
    recall: float
    """Recall, from 0 to 1."""
    signature: str
    """The signature, which says how the score was made."""
    confidence_interval: tuple[float, float] | None = None
    """The bounds of the interval; None if no interval was asked for."""
    bootstrap_mean: float | None = None
    """The mean score of the resampled corpora."""
    half_width: float | None = None
    """Half the distance between the bounds."""

    def to_dict(self) -> dict[str, float]:
        """The score as `{"token_f1": ...}`; an interval adds `token_f1_low`, `token_f1_high`, `token_f1_mean` and
        `token_f1_half_width`."""
        return flat("token_f1", self)

    def __str__(self) -> str:
        score = with_interval(f"{self.score:.4f}", self.bootstrap_mean, self.half_width, 4)
        return f"token F1 = {score} (P = {self.precision:.4f} R = {self.recall:.4f})"

    def _repr_html_(self) -> str:
        return score_html(self)
