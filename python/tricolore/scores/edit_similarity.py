"""The scores that edit similarity and ANLS return."""

from __future__ import annotations

from typing import NamedTuple

from ..support.tables.notebook import score_html
from .intervals import flat, with_interval

__all__ = ["ANLSScore", "EditSimilarityScore"]


class EditSimilarityScore(NamedTuple):
    """Edit similarity of a segment, or the mean over a corpus. `repr` shows every digit; `str` shows four."""

    score: float
    """The similarity, from 0 to 1."""
    signature: str
    """The signature, which says how the score was made."""
    confidence_interval: tuple[float, float] | None = None
    """The bounds of the interval; None if no interval was asked for."""
    bootstrap_mean: float | None = None
    """The mean score of the resampled corpora."""
    half_width: float | None = None
    """Half the distance between the bounds."""

    def to_dict(self) -> dict[str, float]:
        """The score as `{"edit_similarity": ...}`; an interval adds `edit_similarity_low`, `edit_similarity_high`,
        `edit_similarity_mean` and `edit_similarity_half_width`."""
        return flat("edit_similarity", self)

    def __str__(self) -> str:
        return f"edit similarity = {with_interval(f'{self.score:.4f}', self.bootstrap_mean, self.half_width, 4)}"

    def _repr_html_(self) -> str:
        return score_html(self)


class ANLSScore(NamedTuple):
    """ANLS of a segment, or the mean over a corpus. `repr` shows every digit; `str` shows four."""

    score: float
    """The similarity, from 0 to 1; 0 below the threshold."""
    signature: str
    """The signature, which says how the score was made."""
    confidence_interval: tuple[float, float] | None = None
    """The bounds of the interval; None if no interval was asked for."""
    bootstrap_mean: float | None = None
    """The mean score of the resampled corpora."""
    half_width: float | None = None
    """Half the distance between the bounds."""

    def to_dict(self) -> dict[str, float]:
        """The score as `{"anls": ...}`; an interval adds `anls_low`, `anls_high`, `anls_mean` and
        `anls_half_width`."""
        return flat("anls", self)

    def __str__(self) -> str:
        return f"ANLS = {with_interval(f'{self.score:.4f}', self.bootstrap_mean, self.half_width, 4)}"

    def _repr_html_(self) -> str:
        return score_html(self)
