"""Scores with intervals: how they print, and their flat names."""

from __future__ import annotations

from typing import Protocol

from ..resampling.bootstrap import Interval

__all__ = ["WithInterval", "flat", "sacrebleu_interval", "with_interval"]


class WithInterval(Protocol):
    """A score of one number that may carry an interval."""

    @property
    def score(self) -> float: ...
    @property
    def confidence_interval(self) -> tuple[float, float] | None: ...
    @property
    def bootstrap_mean(self) -> float | None: ...
    @property
    def half_width(self) -> float | None: ...


def flat(name: str, score: WithInterval) -> dict[str, float]:
    """The score, and its interval if it has one, under flat names: `bleu`, `bleu_low`, `bleu_high` and so on."""
    figures = {name: score.score}
    if score.confidence_interval is not None:
        assert score.bootstrap_mean is not None
        assert score.half_width is not None
        figures |= Interval(*score.confidence_interval, score.bootstrap_mean, score.half_width).flat(name)
    return figures


def with_interval(score: str, mean: float | None, half_width: float | None, digits: int) -> str:
    """The printed score, followed by its interval in sacreBLEU's notation if it has one."""
    return score if mean is None else f"{score} (μ = {mean:.{digits}f} ± {half_width:.{digits}f})"


def sacrebleu_interval(score: float, mean: float | None, half_width: float | None) -> str:
    """A score from 0 to 100 with its interval as sacreBLEU prints it. sacreBLEU leaves out a mean of 0 (base.py:62)."""
    return with_interval(f"{score:.2f}", mean or None, half_width, 2)
