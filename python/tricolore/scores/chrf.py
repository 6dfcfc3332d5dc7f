"""The score that chrF returns."""

from __future__ import annotations

from typing import NamedTuple

from ..support.tables.notebook import score_html
from .intervals import flat, sacrebleu_interval

__all__ = ["CHRFScore"]


class CHRFScore(NamedTuple):
    """chrF of a segment or a corpus. `repr` shows every digit; `str` is sacreBLEU's line."""

    score: float
    """chrF, from 0 to 100."""
    name: str
    """`chrF` followed by beta and a `+` for each order of words, for example `chrF2++`."""
    signature: str
    """The signature, which says how the score was made."""
    confidence_interval: tuple[float, float] | None = None
    """The bounds of the interval; None if no interval was asked for."""
    bootstrap_mean: float | None = None
    """The mean score of the resampled corpora."""
    half_width: float | None = None
    """Half the distance between the bounds."""

    def to_dict(self) -> dict[str, float]:
        """The score as `{"chrf": ...}`; an interval adds `chrf_low`, `chrf_high`, `chrf_mean` and
        `chrf_half_width`."""
        return flat("chrf", self)

    def __str__(self) -> str:
        return f"{self.name} = {sacrebleu_interval(self.score, self.bootstrap_mean, self.half_width)}"

    def _repr_html_(self) -> str:
        return score_html(self)
