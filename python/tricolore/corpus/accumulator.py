"""Accumulators: a corpus score in constant memory, batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..resampling.poisson import MOST_SEGMENTS, PoissonBootstrap, numbers_of, replicated
from ..support.tables.notebook import table_html
from ..support.tables.table import rounded
from ..texts.nrefs import NRefs
from ..texts.segments import segments_of
from ..texts.types import Ids, Predictions, References, Text
from .accumulator_bytes import State, pack, unpack
from .row_layout import MetricWithLayout
from .statistics import Statistics

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ..resampling.bootstrap import Interval

__all__ = ["Accumulator", "update_together"]

ScoreT = TypeVar("ScoreT")


class Accumulator(Generic[ScoreT]):
    """Scores a corpus that arrives in batches, or is scored on several machines, in constant memory.

    `compute` returns the bits that `corpus` gives for all segments at once, however they were split. The sums are
    kept without rounding, so their order does not matter. TER with three or more references is the exception: as in
    sacreBLEU, mean reference lengths are added in the order of the segments. Merged accumulators round the exact sum
    once instead, which may change the last digit.

    Accumulators of the same options can be added (`a + b`, `sum(accumulators)`), compared and pickled; `to_bytes` and
    `from_bytes` move them between machines. With `confidence`, each segment needs an id, and the interval does not
    depend on the split either: see `Metric.accumulator`.

    >>> import tricolore as tc
    >>> first, second = tc.BLEU().accumulator(), tc.BLEU().accumulator()
    >>> first.update(["the cat sat on the mat"], ["a cat sat on the mat"])
    >>> second.update(["it rained"], ["it rained"])
    >>> print(sum([first, second]).compute())
    BLEU = 77.71 87.5/83.3/75.0/66.7 (BP = 1.000 ratio = 1.000 hyp_len = 8 ref_len = 8)
    """

    __slots__ = ("_bootstrap", "_dropped", "_nrefs", "_replicates", "_segments", "_sums", "metric")

    metric: MetricWithLayout[ScoreT]

    def __init__(
        self, metric: MetricWithLayout[ScoreT], confidence: float | None = None, samples: int = 1000, seed: int = 12345
    ) -> None:
        self.metric = metric
        self._bootstrap = PoissonBootstrap.checked(confidence, samples, seed)
        self.reset()

    def reset(self) -> None:
        """Removes all segments."""
        self._sums: list[Any] = []
        self._segments = 0
        self._nrefs: NRefs | None = None
        self._dropped = 0
        self._replicates: npt.NDArray[np.int64] | None = None

    @property
    def dropped(self) -> int:
        """The number of segments that `nulls="drop_segment"` left out because they have no reference."""
        return self._dropped

    def __len__(self) -> int:
        """The number of segments so far."""
        return self._segments

    @property
    def bootstrap(self) -> PoissonBootstrap | None:
        """The bootstrap that draws the replicates; None if no interval was asked for."""
        return self._bootstrap

    def update(
        self,
        predictions: Predictions[Text],
        references: References[Text],
        num_threads: int | None = None,
        nulls: str = "error",
        ids: Ids | None = None,
    ) -> None:
        """Adds segments. Arguments and errors are those of `score_each`. After an error, nothing has been added.

        `ids` holds a str or an int for each segment. An accumulator with `confidence` needs them;
        without `confidence` it refuses them.
        """
        self._require_ids(ids)
        segments = segments_of(predictions, references, nulls, self.metric.reader.pretokenized)
        numbers = None if ids is None else segments.of_kept_array(numbers_of(ids, segments.given))
        update_together([self], [self.metric.statistics_of(segments, num_threads)], numbers, num_threads)

    def update_statistics(self, statistics: Statistics, ids: Ids | None = None, num_threads: int | None = None) -> None:
        """Adds the segments behind statistics. Raises ValueError for statistics of other options."""
        self._require_ids(ids)
        if not isinstance(statistics, Statistics):
            raise TypeError(f"statistics is of type {type(statistics).__name__}, not Statistics")
        update_together([self], [statistics], None if ids is None else numbers_of(ids, len(statistics)), num_threads)

    def compute(self) -> ScoreT:
        """The score of all segments so far. Raises ValueError if there are none."""
        return self.score_with(self.intervals())

    def score_with(self, intervals: list[Interval] | None) -> ScoreT:
        """The score with these intervals, which `intervals` returned; None for no intervals."""
        if self._nrefs is None:
            raise ValueError("there is no segment: the score of an empty corpus is not defined")
        nrefs = self._nrefs._replace(dropped=self._dropped)
        score = self.metric.layout.corpus_score(self._sums, self._segments, nrefs)
        if intervals is None or self._bootstrap is None:
            return score
        return self.metric.layout.with_intervals(score, intervals, self._bootstrap.signature)

    def intervals(self) -> list[Interval] | None:
        """The interval of each figure, in the order of the metric's figures; None without a bootstrap or segments."""
        if self._bootstrap is None or self._nrefs is None:
            return None
        return [self._bootstrap.interval(column) for column in self.replicate_scores().T]

    def replicate_scores(self) -> npt.NDArray[np.float64]:
        """The figures of each replicate that drew a segment, of shape (replicates, figures).

        Raises ValueError if no replicate drew a segment.
        """
        import numpy as np

        drawn = self.replicate_draws() > 0
        if not drawn.any():
            raise ValueError("no replicate drew a segment: there are too few segments for an interval")
        assert self._replicates is not None
        sums, draws = self._replicates[:, :-1], self._replicates[:, -1]
        with np.errstate(all="ignore"):
            return self.metric.layout.replicate_scores(sums, draws)[drawn]

    def replicate_draws(self) -> npt.NDArray[np.int64]:
        """The number of segments that each replicate drew. Raises ValueError without replicates or segments."""
        if self._replicates is None:
            raise ValueError(f"{self!r} has no replicates: make it with confidence and add segments")
        return self._replicates[:, -1]

    def as_part(self) -> Accumulator[ScoreT]:
        """A copy without the running sum that depends on the order of segments, as a part of a larger corpus."""
        part = Accumulator(self.metric)
        sums = self.metric.layout.without_running_sum(self._sums) if self._sums else []
        part.__setstate__((sums, *self.__getstate__()[1:]))
        return part

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
                sums = self.metric.layout.merged(both._sums, one._sums) if both._segments else one._sums
                both._absorb(sums, one._segments, one._nrefs, added(both._replicates, one._replicates))
        return both

    def __radd__(self, other: int) -> Accumulator[ScoreT]:
        """A copy of this accumulator, for `sum`, which starts from 0."""
        if not isinstance(other, int) or other != 0:
            return NotImplemented
        return Accumulator(self.metric, *(self._bootstrap or ())) + self

    def _absorb(self, sums: list[Any], segments: int, nrefs: NRefs, replicates: npt.NDArray[np.int64] | None) -> None:
        self._sums, self._segments = sums, self._segments + segments
        self._nrefs = nrefs if self._nrefs is None else NRefs.union([self._nrefs, nrefs])
        self._replicates = replicates

    def _require_ids(self, ids: Ids | None) -> None:
        if self._bootstrap is None and ids is not None:
            raise ValueError("ids are for an interval, and this accumulator was made without confidence")
        if self._bootstrap is not None and ids is None:
            raise ValueError(
                "ids are needed for an interval: the draws of a segment depend on its id, and not on the batch, the "
                "order or the machine in which it is scored"
            )

    def to_bytes(self) -> bytes:
        """The accumulator as bytes, in the format that `tricolore.corpus.accumulator_bytes` describes.

        >>> import tricolore as tc
        >>> accumulator = tc.BLEU().accumulator()
        >>> accumulator.update(["the cat sat on the mat"], ["the cat sat on the mat"])
        >>> tc.Accumulator.from_bytes(tc.BLEU(), accumulator.to_bytes()) == accumulator
        True
        """
        return pack(self.metric.every_option, self.__getstate__())

    @classmethod
    def from_bytes(cls, metric: MetricWithLayout[ScoreT], data: bytes) -> Accumulator[ScoreT]:
        """The accumulator that `to_bytes` wrote.

        Raises ValueError if the bytes come from another metric, other options, another major release or another format,
        if they are damaged, and if no accumulator can have produced them.
        """
        if not hasattr(metric, "every_option"):
            raise TypeError(f"metric is of type {type(metric).__name__}, not a metric")
        try:
            view = memoryview(data)
        except TypeError:
            raise TypeError(f"data is of type {type(data).__name__}: it must be bytes") from None
        made = cls(metric)
        made.__setstate__(unpack(metric.every_option, metric.layout, bytes(view)))
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

    def _repr_html_(self) -> str:
        layout = self.metric.layout
        figures = layout.figures_of(self.score_with(None)) if self._segments else [None] * len(layout.figures)
        rows = [[name, rounded(value, 4)] for name, value in zip(layout.figures, figures, strict=True)]
        return table_html(f"{self._segments} segments", [["", ""], *rows], self.metric.signature)

    def __repr__(self) -> str:
        return f"Accumulator({self.metric!r}, {self._segments} segments)"


def update_together(
    accumulators: Sequence[Accumulator[Any]],
    statistics: Sequence[Statistics],
    numbers: npt.NDArray[np.uint64] | None,
    num_threads: int | None = None,
) -> None:
    """Adds statistics of the same segments to several accumulators, each with its own statistics.

    The accumulators have the same bootstrap, so their replicates are drawn once. `numbers` stands for the segments'
    ids (see `numbers_of`). After an error, nothing has been added.
    """
    for accumulator, own in zip(accumulators, statistics, strict=True):
        own.require(accumulator.metric.signature)
        if len(own):
            own.require_of(accumulator.metric.signature, accumulator.metric.layout.columns)
    if not len(statistics[0]):
        for accumulator, own in zip(accumulators, statistics, strict=True):
            accumulator._dropped += own.dropped
        return
    new: list[Any] = [None] * len(accumulators)
    bootstrap = accumulators[0]._bootstrap
    if bootstrap is not None:
        assert numbers is not None
        require_room(len(accumulators[0]) + len(numbers))
        matrices = [one.metric.layout.replicate_rows(own) for one, own in zip(accumulators, statistics, strict=True)]
        drawn = replicated(matrices, numbers, bootstrap, num_threads)
        new = [added(one._replicates, own) for one, own in zip(accumulators, drawn, strict=True)]
    sums = [one.metric.layout.add(one._sums, own) for one, own in zip(accumulators, statistics, strict=True)]
    for accumulator, own, sum_, replicates in zip(accumulators, statistics, sums, new, strict=True):
        accumulator._absorb(sum_, len(own), own.nrefs._replace(dropped=0), replicates)
        accumulator._dropped += own.dropped


def added(before: npt.NDArray[np.int64] | None, new: npt.NDArray[np.int64] | None) -> npt.NDArray[np.int64] | None:
    """The sums of replicates, of which either may be None. Raises ValueError for a sum of 2^63 or more.

    `MOST_SEGMENTS` keeps sums below 2^63, unless all ids are equal or bytes are forged.
    """
    if before is None or new is None:
        return new
    sums = before + new
    # Both numbers are from 0 to 2^63 - 1, so a sum that is too large has turned negative.
    if (sums < 0).any():
        raise ValueError("a sum of a replicate is 2^63 or more")
    return sums


def require_room(segments: int) -> None:
    """Raises ValueError if the sums of replicates have no room for this many segments."""
    if segments > MOST_SEGMENTS:
        raise ValueError(f"{segments} segments are more than an interval takes: {MOST_SEGMENTS}")
