"""The scores that WER and CER return."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from ..support.tables.notebook import score_html
from .intervals import flat, with_interval

__all__ = ["CERScore", "WERScore"]


class Fields(NamedTuple):
    """The fields of both scores. Tokens are the words of WER and the characters of CER."""

    score: float
    """The errors per token of the reference: 0 for none, and possibly above 1."""
    mer: float
    """The match error rate: the share of errors among hits and errors, from 0 to 1."""
    wil: float
    """The information lost, from 0 to 1."""
    wip: float
    """The information preserved: 1 - `wil`."""
    hits: int
    """The number of tokens of the reference that the prediction has."""
    substitutions: int
    """The number of tokens of the reference with another token in their place."""
    deletions: int
    """The number of tokens of the reference that are missing."""
    insertions: int
    """The number of tokens of the prediction without a counterpart."""
    signature: str
    """The signature, which says how the score was made."""
    confidence_interval: tuple[float, float] | None = None
    """The bounds of the interval; None if no interval was asked for."""
    bootstrap_mean: float | None = None
    """The mean score of the resampled corpora."""
    half_width: float | None = None
    """Half the distance between the bounds."""


class ErrorRateScore(Fields):
    """An error rate with the counts behind it. `repr` shows every digit; `str` shows four."""

    __slots__ = ()

    name: ClassVar[str]

    def to_dict(self) -> dict[str, float]:
        """The rate under the metric's name; an interval adds the name with `_low`, `_high`, `_mean` and
        `_half_width`."""
        return flat(self.name, self)

    def __str__(self) -> str:
        rate = with_interval(f"{self.score:.4f}", self.bootstrap_mean, self.half_width, 4)
        counts = f"H = {self.hits} S = {self.substitutions} D = {self.deletions} I = {self.insertions}"
        return f"{self.name.upper()} = {rate} ({counts})"

    def _repr_html_(self) -> str:
        return score_html(self)


class WERScore(ErrorRateScore):
    """The word error rate of a segment or a corpus. `repr` shows every digit; `str` shows four."""

    __slots__ = ()

    name = "wer"


class CERScore(ErrorRateScore):
    """The character error rate of a segment or a corpus. `repr` shows every digit; `str` shows four."""

    __slots__ = ()

    name = "cer"
