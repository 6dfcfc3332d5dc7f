"""The score that BLEU returns."""

from __future__ import annotations

from typing import NamedTuple

from ..support.tables.notebook import score_html
from .intervals import flat, sacrebleu_interval

__all__ = ["BLEUScore"]


class BLEUScore(NamedTuple):
    """BLEU of a segment or a corpus. `repr` shows every digit; `str` is sacreBLEU's line."""

    score: float
    """BLEU, from 0 to 100."""
    precisions: tuple[float, ...]
    """The smoothed precision of each order, from 0 to 100."""
    counts: tuple[float, ...]
    """The clipped matches of each order. `add-k` smoothing is included, from order 2 on."""
    totals: tuple[float, ...]
    """The number of n-grams of each order in the prediction. `add-k` smoothing is included, from order 2 on."""
    bp: float
    """The brevity penalty, from 0 to 1."""
    sys_len: int
    """The number of tokens in the predictions."""
    ref_len: int
    """The number of tokens in the closest reference, summed over segments."""
    signature: str
    """The signature, which says how the score was made."""
    confidence_interval: tuple[float, float] | None = None
    """The bounds of the interval; None if no interval was asked for."""
    bootstrap_mean: float | None = None
    """The mean score of the resampled corpora."""
    half_width: float | None = None
    """Half the distance between the bounds."""

    @property
    def ratio(self) -> float:
        """`sys_len / ref_len`, or 0 if the references have no token."""
        return self.sys_len / self.ref_len if self.ref_len else 0.0

    def to_dict(self) -> dict[str, float]:
        """The score as `{"bleu": ...}`; an interval adds `bleu_low`, `bleu_high`, `bleu_mean` and
        `bleu_half_width`."""
        return flat("bleu", self)

    def __str__(self) -> str:
        precisions = "/".join(f"{p:.1f}" for p in self.precisions)
        score = sacrebleu_interval(self.score, self.bootstrap_mean, self.half_width)
        return (
            f"BLEU = {score} {precisions} (BP = {self.bp:.3f} ratio = {self.ratio:.3f} "
            f"hyp_len = {self.sys_len} ref_len = {self.ref_len})"
        )

    def _repr_html_(self) -> str:
        return score_html(self)
