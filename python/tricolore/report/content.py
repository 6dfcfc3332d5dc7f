"""The content of a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..metrics.registry import AnyMetric

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Content", "GroupScores", "Series"]


class GroupScores(NamedTuple):
    """The score of each system for the segments of one label."""

    label: str
    scores: tuple[float, ...]


class Series(NamedTuple):
    """One figure for all segments of all systems."""

    name: str
    """The flat name of the figure."""
    title: str
    head: str
    """The title with an arrow towards the better values."""
    lower_is_better: bool
    digits: int
    most: float
    """The figure of texts that agree, or of texts that do not where lower is better: 1 or 100."""
    metric: AnyMetric
    scores: Sequence[npt.NDArray[np.float64]]
    """The scores of the segments of each system."""
    groups: tuple[GroupScores, ...]
    """The scores of the labels; empty without labels."""


class Content(NamedTuple):
    """Everything that a report shows."""

    title: str
    tables: tuple[str, ...]
    """The tables as HTML."""
    notes: tuple[str, ...]
    systems: tuple[str, ...]
    """The names of the systems, the baseline first."""
    predictions: Sequence[Sequence[str]]
    """The predictions of each system."""
    references: Sequence[Sequence[str]]
    """The references of each segment."""
    numbers: Sequence[int]
    """The number of each segment, from 1."""
    labels: Sequence[str] | None
    """The label of each segment; None without labels."""
    series: tuple[Series, ...]

    def __len__(self) -> int:
        """The number of segments."""
        return len(self.references)

    def better(self, series: Series, system: int) -> npt.NDArray[np.float64]:
        """For each segment, how much better a system is than the baseline: above 0 for a gain."""
        gain: npt.NDArray[np.float64] = series.scores[system] - series.scores[0]
        return -gain if series.lower_is_better else gain
