"""A corpus score in constant memory, batch by batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from . import _core
from .inputs import Predictions, References, Text
from .statistics import Statistics

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from .metric import Metric

__all__ = ["Accumulator", "exact_means", "exact_sums"]

ScoreT = TypeVar("ScoreT")
NRefs = tuple[int, int]


class Accumulator(Generic[ScoreT]):
    """Scores a corpus that comes in batches, or is scored on several machines, in constant memory.

    `compute` has the bits of `corpus` on everything at once, however it was split. Sums are kept without
    rounding, so they are the same in any order; TER alone adds the mean lengths of three references or
    more in the order in which they come, as sacreBLEU does.

    Accumulators of the same options add up, compare and pickle.

    >>> import tricolore as tc
    >>> first, second = tc.BLEU().accumulator(), tc.BLEU().accumulator()
    >>> first.update(["the cat sat on the mat"], ["a cat sat on the mat"])
    >>> second.update(["it rained"], ["it rained"])
    >>> print((first + second).compute())
    BLEU = 77.71 87.5/83.3/75.0/66.7 (BP = 1.000 ratio = 1.000 hyp_len = 8 ref_len = 8)
    """

    __slots__ = ("_nrefs", "_segments", "_sums", "metric")

    metric: Metric[ScoreT]

    def __init__(self, metric: Metric[ScoreT]) -> None:
        self.metric = metric
        self.reset()

    def reset(self) -> None:
        """Forgets everything."""
        self._sums: list[Any] = []
        self._segments = 0
        self._nrefs: NRefs | None = None

    def __len__(self) -> int:
        """Segments so far."""
        return self._segments

    def update(
        self,
        predictions: Predictions[Text],
        references: References[Text],
        num_threads: int | None = None,
        nulls: str = "error",
    ) -> None:
        """Adds segments. Arguments and errors are those of `score_each`; after an error nothing was added."""
        self.update_statistics(self.metric.statistics(predictions, references, num_threads, nulls))

    def update_statistics(self, statistics: Statistics) -> None:
        """Adds the segments that statistics were made of. Raises ValueError for those of other options."""
        if not isinstance(statistics, Statistics):
            raise TypeError(f"statistics is of type {type(statistics).__name__}, not Statistics")
        statistics.require(self.metric.signature)
        if len(statistics):
            statistics.require_of(self.metric.signature, self.metric._columns())
            self._set(self.metric._add(self._sums, statistics), len(statistics), statistics._nrefs)

    def compute(self) -> ScoreT:
        """The score of all segments so far. Raises ValueError where there are none."""
        if self._nrefs is None:
            raise ValueError("there is no segment: a score of none is not defined")
        return self.metric._of_sums(self._sums, self._segments, self._nrefs)

    def __add__(self, other: Accumulator[ScoreT]) -> Accumulator[ScoreT]:
        if not isinstance(other, Accumulator):
            return NotImplemented
        if other.metric != self.metric:
            raise ValueError(f"these accumulators are of different metrics: {self.metric!r} and {other.metric!r}")
        both = Accumulator(self.metric)
        for one in (self, other):
            if one._nrefs is not None:
                sums = [a + b for a, b in zip(both._sums, one._sums, strict=True)] if both._sums else one._sums
                both._set(sums, one._segments, one._nrefs)
        return both

    def _set(self, sums: list[Any], segments: int, nrefs: NRefs) -> None:
        low, high = self._nrefs or nrefs
        self._sums, self._segments = sums, self._segments + segments
        self._nrefs = min(low, nrefs[0]), max(high, nrefs[1])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Accumulator):
            return NotImplemented
        return self.metric == other.metric and self.__getstate__() == other.__getstate__()

    __hash__ = None  # type: ignore[assignment]

    def __getstate__(self) -> tuple[list[Any], int, NRefs | None]:
        return self._sums, self._segments, self._nrefs

    def __setstate__(self, state: tuple[list[Any], int, NRefs | None]) -> None:
        self._sums, self._segments, self._nrefs = state

    def __reduce__(self) -> tuple[Any, ...]:
        return Accumulator, (self.metric,), self.__getstate__()

    def __repr__(self) -> str:
        return f"Accumulator({self.metric!r}, {self._segments} segments)"


def exact_sums(figures: npt.NDArray[np.float64], before: list[int]) -> list[int]:
    """The sums of columns and what came before, without rounding, in units of 2^-1074."""
    sums = [int.from_bytes(column, "little", signed=True) for column in _core.sum_columns(figures, figures.shape[1])]
    return [a + b for a, b in zip(sums, before, strict=True)] if before else sums


def exact_means(sums: list[int], segments: int) -> list[float]:
    """Each sum, rounded, over the number of segments, rounded."""
    # Not at the top: importing the package is to be quick.
    from fractions import Fraction

    return [float(Fraction(total, 1 << 1074)) / segments for total in sums]
