"""The score that GLEU returns."""

from __future__ import annotations

from typing import NamedTuple

from ..support.tables.notebook import score_html
from .intervals import flat, with_interval

__all__ = ["GLEUScore"]


class GLEUScore(NamedTuple):
    """GLEU of a segment or a corpus. `repr` shows every digit; `str` shows four."""

    score: float
    """GLEU, from 0 to 1."""
    matches: int
    """The clipped number of n-grams that prediction and reference share."""
    total: int
    """The number of n-grams of the text that has more of them."""
    signature: str
    """The signature, which says how the score was made."""
    confidence_interval: tuple[float, float] | None = None
    """The bounds of the interval; None if no interval was asked for."""
    bootstrap_mean: float | None = None
    """The mean score of the resampled corpora."""
    half_width: float | None = None
    """Half the distance between the bounds."""

    def to_dict(self) -> dict[str, float]:
        """The score as `{"gleu": ...}`; an interval adds `gleu_low`, `gleu_high`, `gleu_mean` and
        `gleu_half_width`."""
        return flat("gleu", self)

    def __str__(self) -> str:
        score = with_interval(f"{self.score:.4f}", self.bootstrap_mean, self.half_width, 4)
        return f"GLEU = {score} ({self.matches} of {self.total})"

    def _repr_html_(self) -> str:
        return score_html(self)
