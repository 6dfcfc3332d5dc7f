"""The scores that WER and CER return."""

from __future__ import annotations

from typing import NamedTuple

from .intervals import flat, with_interval

__all__ = ["CERScore", "WERScore"]


class WERScore(NamedTuple):
    """The word error rate of a segment or a corpus. `repr` shows every digit; `str` shows four."""

    score: float
    """The errors per word of the reference: 0 for none, and possibly above 1."""
    mer: float
    """The match error rate: the share of errors among hits and errors, from 0 to 1."""
    wil: float
    """The word information lost, from 0 to 1."""
    wip: float
    """The word information preserved: 1 - `wil`."""
    hits: int
    """The number of words of the reference that the prediction has."""
    substitutions: int
    """The number of words of the reference with another word in their place."""
    deletions: int
    """The number of words of the reference that are missing."""
    insertions: int
    """The number of words of the prediction without a counterpart."""
    signature: str
    """The signature, which says how the score was made."""
    confidence_interval: tuple[float, float] | None = None
    """The bounds of the interval; None if no interval was asked for."""
    bootstrap_mean: float | None = None
    """The mean score of the resampled corpora."""
    half_width: float | None = None
    """Half the distance between the bounds."""

    def to_dict(self) -> dict[str, float]:
        """The score as `{"wer": ...}`; an interval adds `wer_low`, `wer_high`, `wer_mean` and `wer_half_width`."""
        return flat("wer", self)

    def __str__(self) -> str:
        return f"WER = {errors_line(self)}"


class CERScore(NamedTuple):
    """The character error rate of a segment or a corpus. `repr` shows every digit; `str` shows four."""

    score: float
    """The errors per character of the reference: 0 for none, and possibly above 1."""
    mer: float
    """The share of errors among hits and errors, from 0 to 1."""
    wil: float
    """The information lost, from 0 to 1."""
    wip: float
    """The information preserved: 1 - `wil`."""
    hits: int
    """The number of characters of the reference that the prediction has."""
    substitutions: int
    """The number of characters of the reference with another character in their place."""
    deletions: int
    """The number of characters of the reference that are missing."""
    insertions: int
    """The number of characters of the prediction without a counterpart."""
    signature: str
    """The signature, which says how the score was made."""
    confidence_interval: tuple[float, float] | None = None
    """The bounds of the interval; None if no interval was asked for."""
    bootstrap_mean: float | None = None
    """The mean score of the resampled corpora."""
    half_width: float | None = None
    """Half the distance between the bounds."""

    def to_dict(self) -> dict[str, float]:
        """The score as `{"cer": ...}`; an interval adds `cer_low`, `cer_high`, `cer_mean` and `cer_half_width`."""
        return flat("cer", self)

    def __str__(self) -> str:
        return f"CER = {errors_line(self)}"


def errors_line(score: WERScore | CERScore) -> str:
    """The rate with its interval, and the numbers behind it."""
    rate = with_interval(f"{score.score:.4f}", score.bootstrap_mean, score.half_width, 4)
    return f"{rate} (H = {score.hits} S = {score.substitutions} D = {score.deletions} I = {score.insertions})"
