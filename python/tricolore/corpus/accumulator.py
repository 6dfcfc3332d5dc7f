"""A corpus score in constant memory, batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .. import _core
from ..texts.inputs import Ids, Predictions, References, Text
from ..texts.segments import segments_of
from .statistics import NRefs, Statistics

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ..metrics.metric import Metric
    from ..resampling.bootstrap import Interval
    from .accumulator_bytes import State

__all__ = ["Accumulator", "exact_means", "exact_sums", "update_together"]

ScoreT = TypeVar("ScoreT")


class Accumulator(Generic[ScoreT]):
    """Scores a corpus that comes in batches, or is scored on several machines, in constant memory.

    `compute` has the bits of `corpus` on everything at once, however it was split. Sums are kept without
    rounding, so they are the same in any order. TER alone, with three references or more, adds mean lengths in the
    order in which they come, as sacreBLEU does, as long as nothing was merged; merged, it rounds their exact
    sum once, which may differ in the last digit.

    Accumulators of the same options add up (`a + b`, `sum(accumulators)`), compare and pickle; `to_bytes` and
    `from_bytes` are for other machines.
    With `confidence` each segment needs an id, and the interval does not depend on how the corpus was split
    either: see `Metric.accumulator`.

    >>> import tricolore as tc
    >>> first, second = tc.BLEU().accumulator(), tc.BLEU().accumulator()
    >>> first.update(["the cat sat on the mat"], ["a cat sat on the mat"])
    >>> second.update(["it rained"], ["it rained"])
    >>> print(sum([first, second]).compute())
    BLEU = 77.71 87.5/83.3/75.0/66.7 (BP = 1.000 ratio = 1.000 hyp_len = 8 ref_len = 8)
    """

    __slots__ = ("_bootstrap", "_dropped", "_nrefs", "_replicates", "_segments", "_sums", "metric")

    metric: Metric[ScoreT]

    def __init__(
        self, metric: Metric[ScoreT], confidence: float | None = None, samples: int = 1000, seed: int = 12345
    ) -> None:
        from ..resampling.poisson import PoissonBootstrap

        self.metric = metric
        self._bootstrap = PoissonBootstrap.checked(confidence, samples, seed)
        self.reset()

    def reset(self) -> None:
        """Forgets everything."""
        self._sums: list[Any] = []
        self._segments = 0
        self._nrefs: NRefs | None = None
        self._dropped = 0
        self._replicates: npt.NDArray[np.int64] | None = None

    @property
    def dropped(self) -> int:
        """How many segments `nulls="drop_segment"` left out, for they have no reference."""
        return self._dropped

    def __len__(self) -> int:
        """Segments so far."""
        return self._segments

    def update(
        self,
        predictions: Predictions[Text],
        references: References[Text],
        num_threads: int | None = None,
        nulls: str = "error",
        ids: Ids | None = None,
    ) -> None:
        """Adds segments. Arguments and errors are those of `score_each`; after an error nothing was added.

        With `confidence`, `ids` are the segments' ids, a str or an int each; without, they are refused.
        """
        self._require_ids(ids)
        segments = segments_of(predictions, references, nulls, self.metric._pretokenized)
        numbers = None
        if ids is not None:
            from ..resampling.poisson import numbers_of

            numbers = segments.of_kept_array(numbers_of(ids, segments.given))
        update_together([self], [self.metric._statistics_in(segments, num_threads)], numbers, num_threads)

    def update_statistics(self, statistics: Statistics, ids: Ids | None = None, num_threads: int | None = None) -> None:
        """Adds the segments that statistics were made of. Raises ValueError for those of other options."""
        from ..resampling.poisson import numbers_of

        self._require_ids(ids)
        if not isinstance(statistics, Statistics):
            raise TypeError(f"statistics is of type {type(statistics).__name__}, not Statistics")
        update_together([self], [statistics], None if ids is None else numbers_of(ids, len(statistics)), num_threads)

    def compute(self) -> ScoreT:
        """The score of all segments so far. Raises ValueError where there are none."""
        return self._scored(self.intervals())

    def _scored(self, intervals: list[Interval] | None) -> ScoreT:
        """The score with the intervals that it has."""
        if self._nrefs is None:
            raise ValueError("there is no segment: a score of none is not defined")
        nrefs = self._nrefs._replace(dropped=self._dropped)
        score = self.metric._of_sums(self._sums, self._segments, nrefs)
        if intervals is None or self._bootstrap is None:
            return score
        return self.metric._with_intervals(score, intervals, self._bootstrap.signature)

    def intervals(self) -> list[Interval] | None:
        """The interval of each figure, in the order of the metric's figures; None without a bootstrap or segments."""
        if self._bootstrap is None or self._nrefs is None:
            return None
        return [self._bootstrap.interval(column) for column in self._replicate_scores()[self._drawn()].T]

    def _part(self) -> Accumulator[ScoreT]:
        """The same as a part of which it is not known what comes before."""
        part = Accumulator(self.metric)
        part.__setstate__((self.metric._unordered(self._sums) if self._sums else [], *self.__getstate__()[1:]))
        return part

    def _replicate_scores(self) -> npt.NDArray[np.float64]:
        """The figures of each replicate; of one in which nothing was drawn they mean nothing."""
        import numpy as np

        assert self._replicates is not None
        *_, draws = self._replicates.T
        with np.errstate(all="ignore"):
            return self.metric._replicate_scores(self._replicates[:, :-1], draws)

    def _require_replicates(self) -> None:
        """Raises ValueError unless it has segments and replicates of them."""
        if self._replicates is None:
            raise ValueError(f"{self!r} has no replicates: make it with confidence and add segments")

    def _drawn(self) -> npt.NDArray[np.bool_]:
        """Which replicates have a segment: of few segments some have none, and no score."""
        assert self._replicates is not None
        drawn: npt.NDArray[np.bool_] = self._replicates[:, -1] > 0
        if not drawn.any():
            raise ValueError("nothing was drawn in any replicate: there are too few segments for an interval")
        return drawn

    def __add__(self, other: Accumulator[ScoreT]) -> Accumulator[ScoreT]:
        if not isinstance(other, Accumulator):
            return NotImplemented
        if other.metric != self.metric:
            raise ValueError(f"these accumulators are of different metrics: {self.metric!r} and {other.metric!r}")
        if other._bootstrap != self._bootstrap:
            raise ValueError(
                f"these accumulators have different intervals: {self._bootstrap or None} and {other._bootstrap or None}"
            )
        if self._bootstrap is not None:
            require_room(len(self) + len(other))
        both = Accumulator(self.metric, *(self._bootstrap or ()))
        for one in (self, other):
            both._dropped += one._dropped
            if one._nrefs is not None:
                sums = self.metric._merged(both._sums, one._sums) if both._segments else one._sums
                both._set(sums, one._segments, one._nrefs, one._replicates)
        return both

    def __radd__(self, other: int) -> Accumulator[ScoreT]:
        """A copy of this accumulator, for `sum`, which starts from 0."""
        if not isinstance(other, int) or other != 0:
            return NotImplemented
        return Accumulator(self.metric, *(self._bootstrap or ())) + self

    def _set(self, sums: list[Any], segments: int, nrefs: NRefs, replicates: npt.NDArray[np.int64] | None) -> None:
        self._sums, self._segments = sums, self._segments + segments
        self._nrefs = nrefs if self._nrefs is None else NRefs.union([self._nrefs, nrefs])
        if self._replicates is not None and replicates is not None:
            replicates = self._replicates + replicates
        self._replicates = replicates

    def _require_ids(self, ids: Ids | None) -> None:
        if self._bootstrap is None and ids is not None:
            raise ValueError("ids are for an interval, and this accumulator was made without confidence")
        if self._bootstrap is not None and ids is None:
            raise ValueError(
                "ids are needed for an interval: what is drawn of a segment depends on its id, so that it does not "
                "on the batch, the order or the machine in which it is scored"
            )

    def to_bytes(self) -> bytes:
        """All that it holds, in the format that `tricolore.corpus.accumulator_bytes` describes.

        >>> import tricolore as tc
        >>> accumulator = tc.BLEU().accumulator()
        >>> accumulator.update(["the cat sat on the mat"], ["the cat sat on the mat"])
        >>> tc.Accumulator.from_bytes(tc.BLEU(), accumulator.to_bytes()) == accumulator
        True
        """
        from .accumulator_bytes import pack

        return pack(self.metric._every_option, self.__getstate__())

    @classmethod
    def from_bytes(cls, metric: Metric[ScoreT], data: bytes) -> Accumulator[ScoreT]:
        """What `to_bytes` gave. Raises ValueError where another metric, other options or another release
        made the bytes, where their format is another, and where they are damaged or no accumulator can have them."""
        from .accumulator_bytes import unpack

        if not hasattr(metric, "_every_option"):
            raise TypeError(f"metric is of type {type(metric).__name__}, which is no metric")
        try:
            view = memoryview(data)
        except TypeError:
            raise TypeError(f"data is of type {type(data).__name__}: it must be bytes") from None
        made = cls(metric)
        made.__setstate__(unpack(metric, bytes(view)))
        return made

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Accumulator):
            return NotImplemented
        return self.metric == other.metric and self.to_bytes() == other.to_bytes()

    __hash__ = None  # type: ignore[assignment]

    def __getstate__(self) -> State:
        return self._sums, self._segments, self._nrefs, self._dropped, self._bootstrap, self._replicates

    def __setstate__(self, state: State) -> None:
        self._sums, self._segments, self._nrefs, self._dropped, self._bootstrap, self._replicates = state

    def __reduce__(self) -> tuple[Any, ...]:
        return Accumulator, (self.metric,), self.__getstate__()

    def __repr__(self) -> str:
        return f"Accumulator({self.metric!r}, {self._segments} segments)"


def update_together(
    accumulators: Sequence[Accumulator[Any]],
    statistics: Sequence[Statistics],
    numbers: npt.NDArray[np.uint64] | None,
    num_threads: int | None = None,
) -> None:
    """Adds statistics of the same segments to accumulators that draw alike, one each: what is drawn is drawn once,
    by the numbers that stand for the segments' ids. After an error nothing was added."""
    for accumulator, own in zip(accumulators, statistics, strict=True):
        own.require(accumulator.metric.signature)
        if len(own):
            own.require_of(accumulator.metric.signature, accumulator.metric._columns())
    if not len(statistics[0]):
        for accumulator, own in zip(accumulators, statistics, strict=True):
            accumulator._dropped += own.dropped
        return
    new: list[Any] = [None] * len(accumulators)
    bootstrap = accumulators[0]._bootstrap
    if bootstrap is not None:
        from ..resampling.poisson import replicated

        assert numbers is not None
        require_room(len(accumulators[0]) + len(numbers))
        matrices = [one.metric._replicated(own) for one, own in zip(accumulators, statistics, strict=True)]
        new = replicated(matrices, numbers, bootstrap, num_threads)
    sums = [one.metric._add(one._sums, own) for one, own in zip(accumulators, statistics, strict=True)]
    for accumulator, own, sum_, replicates in zip(accumulators, statistics, sums, new, strict=True):
        accumulator._set(sum_, len(own), own._nrefs._replace(dropped=0), replicates)
        accumulator._dropped += own.dropped


def require_room(segments: int) -> None:
    """Raises ValueError for more segments than the sums of replicates have room for."""
    from ..resampling.poisson import MOST_SEGMENTS

    if segments > MOST_SEGMENTS:
        raise ValueError(f"{segments} segments are more than an interval takes: {MOST_SEGMENTS}")


def exact_sums(figures: npt.NDArray[np.float64], before: list[int]) -> list[int]:
    """The sums of columns and what came before, without rounding, in units of 2^-1074."""
    sums = [int.from_bytes(column, "little", signed=True) for column in _core.sum_columns(figures, figures.shape[1])]
    return [a + b for a, b in zip(sums, before, strict=True)] if before else sums


def exact_means(sums: list[int], segments: int) -> list[float]:
    """Each sum, rounded, over the number of segments, rounded."""
    # Not at the top: importing the package is to be quick.
    from fractions import Fraction

    return [float(Fraction(total, 1 << 1074)) / segments for total in sums]
