"""Layouts in which the score of a corpus is the mean of its segments' scores: ROUGE and token F1."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, TypeVar

from ..resampling.poisson import PART, fractions, whole_parts
from .exact_sums import exact_sums
from .row_layout import RowLayout
from .statistics import Statistics

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["AveragedScores"]

ScoreT = TypeVar("ScoreT")


class AveragedScores(RowLayout[ScoreT]):
    """A layout in which each figure of a corpus is the mean over segments, correctly rounded."""

    __slots__ = ()

    @abstractmethod
    def segment_figures(self, statistics: Statistics) -> npt.NDArray[np.float64]:
        """The numbers of each segment's score, of shape (segments, numbers); `figures` come first."""

    def add(self, sums: list[Any], statistics: Statistics) -> list[Any]:
        return exact_sums(self.segment_figures(statistics), sums)

    def sample_rows(self, statistics: Statistics, double: bool = False) -> npt.NDArray[Any]:
        return self.segment_figures(statistics)[:, : len(self.figures)]

    def sample_scores(self, sums: npt.NDArray[Any], segments: int) -> npt.NDArray[Any]:
        return sums / segments

    def replicate_rows(self, statistics: Statistics) -> npt.NDArray[np.float64]:
        return whole_parts(self.sample_rows(statistics), PART)

    def replicate_scores(self, sums: npt.NDArray[np.int64], draws: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        return fractions(sums, PART) / draws[:, None]

    @classmethod
    def named_sums(cls, statistics: Statistics) -> dict[str, float]:
        name = cls.__name__.removesuffix("Rows")
        raise ValueError(f"the corpus score of {name} is the mean of its segments' scores, not the score of a sum")
