"""Metrics that make one integer row of a segment: all but ROUGE, which has one for each reference and type."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ..corpus.statistics import NRefs, Statistics, nrefs_between, with_field
from ..resampling.bootstrap import Bootstrap, Interval
from ..scores.columns import ScoreColumns
from ..texts.blocks import Progress
from ..texts.callable_tokenizers import callable_name
from ..texts.inputs import Predictions, References, SegmentReferences, Text
from .metric import Compiled, Metric, Read

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["RowMetric", "SegmentScores", "flat"]

ScoreT = TypeVar("ScoreT")


class RowMetric(Metric[ScoreT]):
    """What such metrics share: everything but the row and its score."""

    __slots__ = ()

    _name: str
    """The flat name of the score."""
    _compiled: Compiled

    @abstractmethod
    def _options(self) -> dict[str, Any]:
        """Options by name, in order."""

    @property
    def _engine(self) -> Compiled:
        return self._compiled

    @property
    def _every_option(self) -> str:
        # sacreBLEU's signatures have neither the highest order of BLEU nor the beta of chrF.
        options = {name: callable_name(one) if callable(one) else one for name, one in self._options().items()}
        return f"{self.signature}|{self._shown(options)}"

    def _add(self, sums: list[Any], statistics: Statistics) -> list[Any]:
        new: list[Any] = statistics.rows.sum(axis=0, dtype="int64").tolist()
        return [a + b for a, b in zip(sums, new, strict=True)] if sums else new

    def _of_sums(self, sums: list[Any], segments: int, nrefs: NRefs) -> ScoreT:
        return self._score(sums, False, nrefs)

    @property
    def _figures(self) -> tuple[str, ...]:
        return (self._name,)

    def _figures_of(self, score: ScoreT) -> list[float]:
        made: Any = score
        return [made.score]

    def _sample_rows(self, statistics: Statistics, double: bool = False) -> npt.NDArray[Any]:
        return statistics.rows.astype("float64" if double else "float32")

    def _replicated(self, statistics: Statistics) -> npt.NDArray[np.float64]:
        return statistics.rows.astype("float64")

    def _replicate_scores(self, sums: npt.NDArray[np.int64], draws: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        return self._sample_scores(sums.astype("float64"), 0)

    def _with_intervals(self, score: ScoreT, intervals: list[Interval], signature: str) -> ScoreT:
        made: Any = score
        (interval,) = intervals
        made = made._replace(
            signature=with_field(made.signature, signature),
            confidence_interval=(interval.low, interval.high),
            bootstrap_mean=interval.mean,
            half_width=interval.half_width,
        )
        carrying: ScoreT = made
        return carrying

    @abstractmethod
    def _score(self, row: list[Any], single: bool, nrefs: NRefs) -> ScoreT:
        """The score of a row, of a single segment or of a corpus."""

    def __repr__(self) -> str:
        return self._shown(self._options())

    def _shown(self, options: dict[str, Any]) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in options.items())})"

    def __eq__(self, other: object) -> bool:
        return self._options() == other._options() if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), *self._options().values()))

    def __reduce__(self) -> tuple[type[RowMetric[ScoreT]], tuple[Any, ...]]:
        return type(self), tuple(self._options().values())

    def score(self, prediction: Text, references: SegmentReferences[Text]) -> ScoreT:
        """Scores one segment.

        Args:
            prediction: the text.
            references: a str, or a sequence of str.

        Raises TypeError where something else than a str is given, naming it, and ValueError where
        there is no reference.
        """
        data, nrefs = self._read_one(prediction, references)
        return self._score(row_behind(data), True, nrefs)

    def _row(self, prediction: Text, references: SegmentReferences[Text]) -> list[int]:
        """The integers of one segment."""
        return row_behind(self._read_one(prediction, references)[0])

    def score_each(
        self,
        predictions: Predictions[Text],
        references: References[Text],
        num_threads: int | None = None,
        nulls: str = "error",
        progress: Progress | None = None,
    ) -> SegmentScores[ScoreT]:
        """Scores every segment.

        Args:
            predictions: a sequence of str, or a column of strings that speaks the Arrow PyCapsule protocol.
            references: one str for each prediction, or one sequence of str for each; or a column of either;
                or what `prepare` gave. A flat list is one reference each; sacreBLEU's lists by stream go
                through `from_streams`. A square layout cannot be told from its transpose.
            num_threads: how many threads may work; None for TRICOLORE_NUM_THREADS, or else every
                processor of this process. The result does not depend on it.
            nulls: how missing texts (nulls, None, NaN) are handled. `"error"` is a TypeError; `"empty"` is an empty
                text. `"drop"` leaves out such references, and a segment without any other is a ValueError;
                `"drop_segment"` also leaves out that segment, and the signature has the number of such segments
                (`dropped:2`). A prediction is never dropped.
            progress: is called with the number of segments done and that of all, after each few thousand; what it
                raises ends the work. The result does not depend on it.

        Raises TypeError naming the argument and the index of what is not a str; ValueError for
        different lengths and for a segment without a reference.
        """
        read = self._read(predictions, references, num_threads, True, nulls, progress=progress)
        return self._scores_of(read)

    def corpus(
        self,
        predictions: Predictions[Text],
        references: References[Text],
        confidence: float | None = None,
        samples: int = 1000,
        seed: int | None = 12345,
        num_threads: int | None = None,
        nulls: str = "error",
    ) -> ScoreT:
        """Scores a corpus.

        Args:
            predictions, references, num_threads, nulls: those of `score_each`.
            confidence: a share, such as 0.95; then the score carries `confidence_interval`, the bounds of
                that share of the scores of corpora resampled from this one, segment by segment, and
                `bootstrap_mean` and `half_width`. None for no interval.
            samples: how many corpora are drawn.
            seed: of the draws; None takes it from entropy.

        Errors are those of `score_each`; an empty corpus is a ValueError.
        """
        bootstrap = Bootstrap.checked(confidence, samples, seed)
        read = self._read(predictions, references, num_threads, False, nulls)
        return self._from_statistics(self._statistics_of(read), bootstrap)

    def statistics(
        self,
        predictions: Predictions[Text],
        references: References[Text],
        num_threads: int | None = None,
        nulls: str = "error",
    ) -> Statistics:
        """The integers behind each segment's score. Arguments and errors are those of `score_each`."""
        return self._statistics_of(self._read(predictions, references, num_threads, False, nulls))

    def from_statistics(
        self,
        statistics: Statistics,
        confidence: float | None = None,
        samples: int = 1000,
        seed: int | None = 12345,
    ) -> ScoreT:
        """The score of the corpus that statistics were made of: the bits of `corpus`, whose arguments
        these are.

        Raises ValueError for statistics of other options and for those of no segment.
        """
        if not isinstance(statistics, Statistics):
            raise TypeError(f"statistics is of type {type(statistics).__name__}, not Statistics")
        return self._from_statistics(statistics, Bootstrap.checked(confidence, samples, seed))

    def _from_statistics(self, statistics: Statistics, bootstrap: Bootstrap | None) -> ScoreT:
        statistics.require_of(self.signature, self._columns())
        score: Any = self._of_sums(self._add([], statistics), len(statistics), statistics._nrefs)
        if bootstrap is not None:
            score = self._with_intervals(score, bootstrap.intervals(self, statistics), bootstrap.signature)
        made: ScoreT = score
        return made

    def _scores_of(self, read: Read) -> SegmentScores[ScoreT]:
        import numpy as np

        return SegmentScores(self, np.frombuffer(read.scores, "float64"), self._statistics_of(read))

    def _statistics_of(self, read: Read) -> Statistics:
        import numpy as np

        nrefs = nrefs_between(None if read.starts is None else np.frombuffer(read.starts, np.int64), read.dropped)
        columns = self._columns()
        matrix = np.frombuffer(read.rows, np.int32).reshape(-1, len(columns))
        return Statistics(matrix, None, columns, nrefs, self.signature, type(self).__name__)


def row_behind(data: bytes) -> list[int]:
    """The row that stands behind one score."""
    row: list[int] = memoryview(data[8:]).cast("i").tolist()
    return row


class Resampled(Protocol):
    """A score that may carry an interval."""

    @property
    def score(self) -> float: ...
    @property
    def confidence_interval(self) -> tuple[float, float] | None: ...
    @property
    def bootstrap_mean(self) -> float | None: ...
    @property
    def half_width(self) -> float | None: ...


def flat(name: str, score: Resampled) -> dict[str, float]:
    """A score, and its interval if it has one, under their flat names."""
    figures = {name: score.score}
    if score.confidence_interval is not None:
        assert score.bootstrap_mean is not None
        assert score.half_width is not None
        figures |= Interval(*score.confidence_interval, score.bootstrap_mean, score.half_width).flat(name)
    return figures


class SegmentScores(ScoreColumns[ScoreT]):
    """The scores of many segments.

    `values` is a read-only float64 array of shape (segments,), and what `numpy.asarray(scores)` gives; `statistics`
    are the integers behind it. `scores[i]` is the score of a segment, `scores["bleu"]` (or "chrf", "ter") the column,
    and `scores[:3]`, `scores[[4, 2]]` or `scores[mask]` the scores of some segments.
    """

    __slots__ = ("metric",)

    metric: RowMetric[ScoreT]

    def __init__(self, metric: RowMetric[ScoreT], values: npt.NDArray[np.float64], statistics: Statistics) -> None:
        super().__init__(values, statistics)
        self.metric = metric

    def __reduce__(self) -> tuple[type[SegmentScores[ScoreT]], tuple[Any, ...]]:
        return SegmentScores, (self.metric, self.values, self.statistics)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns: one."""
        return (self.metric._name,)

    def _with(self, values: npt.NDArray[np.float64], statistics: Statistics) -> SegmentScores[ScoreT]:
        return SegmentScores(self.metric, values, statistics)

    def _score(self, segment: int) -> ScoreT:
        nrefs = self.statistics._nrefs._replace(dropped=0)
        return self.metric._score(self.statistics.rows[segment].tolist(), True, nrefs)
