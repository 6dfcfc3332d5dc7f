"""The score that TER returns."""

from __future__ import annotations

from typing import NamedTuple

from ..support.tables.notebook import score_html
from .intervals import flat, sacrebleu_interval

__all__ = ["TERScore"]


class TERScore(NamedTuple):
    """TER of a segment or a corpus. `repr` shows every digit; `str` is sacreBLEU's line."""

    score: float
    """TER: 0 if no edit is needed, 100 for one edit per reference token, and possibly more."""
    num_edits: int
    """The number of edits, moves included."""
    ref_length: float
    """The number of reference tokens: the mean over a segment's references, summed over segments."""
    signature: str
    """The signature, which says how the score was made."""
    confidence_interval: tuple[float, float] | None = None
    """The bounds of the interval; None if no interval was asked for."""
    bootstrap_mean: float | None = None
    """The mean score of the resampled corpora."""
    half_width: float | None = None
    """Half the distance between the bounds."""

    def to_dict(self) -> dict[str, float]:
        """The score as `{"ter": ...}`; an interval adds `ter_low`, `ter_high`, `ter_mean` and `ter_half_width`."""
        return flat("ter", self)

    def __str__(self) -> str:
        return f"TER = {sacrebleu_interval(self.score, self.bootstrap_mean, self.half_width)}"

    def _repr_html_(self) -> str:
        return score_html(self)
