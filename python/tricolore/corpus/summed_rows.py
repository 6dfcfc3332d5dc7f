"""Layouts with one row per segment, where a corpus is scored by the sum of its rows: BLEU, chrF, TER, exact match."""

from __future__ import annotations

from abc import abstractmethod
from struct import unpack_from
from typing import TYPE_CHECKING, Any, TypeVar

from ..texts.nrefs import NRefs
from .row_layout import RowLayout
from .signature import with_field
from .statistics import Statistics

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ..resampling.bootstrap import Interval

__all__ = ["RowPerSegment", "SummedRows"]

ScoreT = TypeVar("ScoreT")


class RowPerSegment(RowLayout[ScoreT]):
    """A layout with one row per segment and one figure per score."""

    __slots__ = ()

    @abstractmethod
    def score_of_row(self, row: list[Any], single: bool, nrefs: NRefs) -> ScoreT:
        """The score of a row: the row of a `single` segment, or the sum over a corpus."""

    @staticmethod
    def row(data: bytes) -> list[int]:
        """The row behind the score of one segment."""
        return list(unpack_from(f"={len(data) // 4 - 2}i", data, 8))

    def score(self, data: bytes, nrefs: NRefs) -> ScoreT:
        return self.score_of_row(self.row(data), True, nrefs)

    def score_in(self, statistics: Statistics, values: npt.NDArray[np.float64], segment: int) -> ScoreT:
        return self.score_of_row(statistics.rows[segment].tolist(), True, statistics.nrefs._replace(dropped=0))

    def figures_of(self, score: ScoreT) -> list[float]:
        scored: Any = score
        return [scored.score]

    def with_intervals(self, score: ScoreT, intervals: list[Interval], signature: str) -> ScoreT:
        scored: Any = score
        (interval,) = intervals
        carrying: ScoreT = scored._replace(
            signature=with_field(scored.signature, signature),
            confidence_interval=(interval.low, interval.high),
            bootstrap_mean=interval.mean,
            half_width=interval.half_width,
        )
        return carrying


class SummedRows(RowPerSegment[ScoreT]):
    """A layout in which the score of a corpus is the score of the sum of its rows."""

    __slots__ = ()

    def add(self, sums: list[Any], statistics: Statistics) -> list[Any]:
        new: list[Any] = statistics.rows.sum(axis=0, dtype="int64").tolist()
        return [a + b for a, b in zip(sums, new, strict=True)] if sums else new

    def corpus_score(self, sums: list[Any], segments: int, nrefs: NRefs) -> ScoreT:
        return self.score_of_row(sums, False, nrefs)

    def sample_rows(self, statistics: Statistics, double: bool = False) -> npt.NDArray[Any]:
        return statistics.rows.astype("float64" if double else "float32")

    def replicate_rows(self, statistics: Statistics) -> npt.NDArray[np.float64]:
        return statistics.rows.astype("float64")

    def replicate_scores(self, sums: npt.NDArray[np.int64], draws: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        return self.sample_scores(sums.astype("float64"), 0)

    @classmethod
    def named_sums(cls, statistics: Statistics) -> dict[str, float]:
        return dict(zip(statistics.columns, statistics.rows.sum(axis=0, dtype="int64").tolist(), strict=True))
