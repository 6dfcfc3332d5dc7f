"""Row layouts: the half of a metric that turns integer rows into scores.

A layout knows what the numbers of a row mean. It scores one segment, adds up a corpus, and scores resampled corpora.
There are two kinds: `SummedRows`, where a corpus is scored by the sum of its rows, and `AveragedScores`, where the
score of a corpus is the mean of its segments' scores.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from ..texts.nrefs import ONE_EACH, NRefs, nrefs_between
from .statistics import Statistics

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ..resampling.bootstrap import Bootstrap, Interval
    from ..texts.read import Read
    from ..texts.reader import CompiledMetric, Reader
    from ..texts.segments import Segments

__all__ = ["MetricWithLayout", "RowLayout"]

ScoreT = TypeVar("ScoreT")


class MetricWithLayout(Protocol[ScoreT]):
    """A metric as accumulators and columns of scores see it."""

    @property
    def signature(self) -> str: ...
    @property
    def every_option(self) -> str: ...
    @property
    def reader(self) -> Reader: ...
    @property
    def layout(self) -> RowLayout[ScoreT]: ...
    def prepare(self, references: Any, nulls: str = "error") -> Any: ...
    def statistics_of(self, segments: Segments, num_threads: int | None) -> Statistics: ...


class RowLayout(ABC, Generic[ScoreT]):
    """The meaning of a metric's integer rows.

    `metric` is the name of the metric's class and `signature` the part of a signature that the metric's options
    decide.
    """

    __slots__ = ("signature",)

    corpus_needs_scores: ClassVar[bool] = False
    """True if `from_read` needs the scores of the segments as well as their rows."""

    lower_is_better: ClassVar[bool] = False
    """True if the best figure is the lowest."""

    draws_itself: ClassVar[bool] = False
    """True if the layout has draws of its own, and its score with an interval is their mean."""

    most: ClassVar[int] = 1
    """The figure of texts that agree, or of texts that do not where `lower_is_better`: 1 or 100."""

    metric: ClassVar[str]
    signature: str

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """The names of the numbers of a row."""

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """The names of the columns of scores, as in `scores["bleu"]`."""

    @property
    def figures(self) -> tuple[str, ...]:
        """The names of the numbers of a score in tables."""
        return self.names

    @property
    def pair_figures(self) -> tuple[str, ...]:
        """The names of the numbers that `pairwise` gives for a pair."""
        return self.figures

    def pairwise_result(self, by_name: dict[str, Any]) -> Any:
        """The value of the only figure of a pair. ROUGE's layout overrides it to return the values by type."""
        return by_name[self.pair_figures[0]]

    def require_defined(self, name: str, figures: npt.NDArray[np.float64]) -> None:
        """Raises ValueError if texts of the argument `name` have no defined figure, which only ROUGE-W knows."""

    def statistics(self, read: Read) -> Statistics:
        """The statistics of segments that were read."""
        import numpy as np

        starts = None if read.starts is None else np.frombuffer(read.starts, np.int64)
        rows = self.unpacked(np.frombuffer(read.rows, np.int32))
        nrefs = nrefs_between(starts, read.dropped)
        return Statistics(rows, self.offsets(starts, len(rows)), self.columns, nrefs, self.signature, self.metric)

    def unpacked(self, numbers: npt.NDArray[np.int32]) -> npt.NDArray[Any]:
        """The rows of the compiled module as statistics have them, of shape (rows, columns)."""
        return numbers.reshape(-1, len(self.columns))

    @property
    def row_above_zero(self) -> tuple[int, ...]:
        """A row of which every sum is above 0."""
        return (1,) * len(self.columns)

    def segment_above_zero(self) -> Statistics:
        """The statistics of one segment with a single row, `row_above_zero`."""
        import numpy as np

        rows = np.array([self.row_above_zero], np.int32)
        return Statistics(rows, self.offsets(None, 1), self.columns, NRefs(1, 1), self.signature, self.metric)

    def offsets(self, starts: npt.NDArray[np.int64] | None, rows: int) -> npt.NDArray[np.int64] | None:
        """The index of each segment's first row, then the number of rows. None if every segment has one row."""
        return None

    def segment_scores(self, read: Read) -> npt.NDArray[np.float64]:
        """The scores of segments that were read, of shape (segments,), or (segments, len(names)) for several names."""
        import numpy as np

        values = np.frombuffer(read.scores)
        return values if len(self.names) == 1 else values.reshape(-1, len(self.names))

    @abstractmethod
    def score(self, data: bytes, nrefs: NRefs) -> ScoreT:
        """The score of one segment, given its scores (float64) followed by its rows (int32) as bytes."""

    def pair_scorer(self, compiled: CompiledMetric) -> Callable[[str, str], ScoreT]:
        """A function that scores a segment with one reference, as `compiled` reads it. It has local names, because
        looking attributes up takes a tenth of the time of a short segment. Layouts override it to be faster."""
        score, figures = self.score, compiled.score
        return lambda prediction, reference: score(figures(prediction, reference), ONE_EACH)

    @abstractmethod
    def score_in(self, statistics: Statistics, values: npt.NDArray[np.float64], segment: int) -> ScoreT:
        """The score of one segment of a batch, given the statistics and the scores of the batch."""

    @abstractmethod
    def figures_of(self, score: ScoreT) -> list[float]:
        """The numbers of a score in the order of `figures`, without intervals."""

    @abstractmethod
    def add(self, sums: list[Any], statistics: Statistics) -> list[Any]:
        """The sums behind a corpus score after the segments of `statistics` are added. `sums` is empty at first."""

    def merged(self, sums: list[Any], others: list[Any]) -> list[Any]:
        """The sums of two parts of a corpus."""
        return [a + b for a, b in zip(sums, others, strict=True)]

    def without_running_sum(self, sums: list[Any]) -> list[Any]:
        """The sums without the running sum that depends on the order of segments, if there is one."""
        return sums

    @abstractmethod
    def corpus_score(self, sums: list[Any], segments: int, nrefs: NRefs) -> ScoreT:
        """The score of a corpus from its sums."""

    def from_read(self, read: Read, bootstrap: Bootstrap | None) -> ScoreT:
        """The score of the corpus that was read, with intervals if there is a bootstrap."""
        return self.from_statistics(self.statistics(read), bootstrap)

    def from_statistics(self, statistics: Statistics, bootstrap: Bootstrap | None) -> ScoreT:
        """The score of the corpus behind statistics, with intervals if there is a bootstrap.

        Raises ValueError for statistics of other options and for an empty corpus.
        """
        statistics.require_of(self.signature, self.columns)
        score = self.corpus_score(self.add([], statistics), len(statistics), statistics.nrefs)
        if bootstrap is None:
            return score
        return self.with_intervals(score, self.intervals(statistics, bootstrap), bootstrap.signature)

    def intervals(self, statistics: Statistics, bootstrap: Bootstrap) -> list[Interval]:
        """The interval of each figure."""
        rows = self.sample_rows(statistics)
        return bootstrap.intervals(rows, lambda sums: self.sample_scores(sums, len(statistics)))

    @abstractmethod
    def sample_rows(self, statistics: Statistics, double: bool = False) -> npt.NDArray[Any]:
        """The rows to be summed over each resampled corpus, one per segment.

        They are float32 where sacreBLEU sums in float32, and float64 with `double`.
        """

    @abstractmethod
    def sample_scores(self, sums: npt.NDArray[Any], segments: int) -> npt.NDArray[Any]:
        """The figures of each resampled corpus from its sum of rows, of shape (samples, figures)."""

    @abstractmethod
    def replicate_rows(self, statistics: Statistics) -> npt.NDArray[np.float64]:
        """The rows to be summed over each Poisson replicate, one per segment: whole numbers below 2^31."""

    @abstractmethod
    def replicate_scores(self, sums: npt.NDArray[np.int64], draws: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """The figures of each replicate, of shape (replicates, figures), given the number of segments it drew."""

    @abstractmethod
    def with_intervals(self, score: ScoreT, intervals: list[Interval], signature: str) -> ScoreT:
        """The score with an interval for each figure. `signature` is the bootstrap's."""

    @classmethod
    @abstractmethod
    def named_sums(cls, statistics: Statistics) -> dict[str, float]:
        """The result of `Statistics.sum`."""
