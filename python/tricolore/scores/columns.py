"""Scores of many segments, as columns, with the statistics behind them."""

from __future__ import annotations

from collections.abc import Iterator
from operator import index
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, overload

from ..corpus.row_layout import MetricWithLayout
from ..corpus.statistics import Statistics
from ..support.arrow_out import arrow_stream
from ..support.tables.notebook import columns_html
from .rouge import ROUGEScore

if TYPE_CHECKING:
    from typing import Self

    import numpy as np
    import numpy.typing as npt

__all__ = ["ROUGEScores", "SegmentScores"]

ScoreT = TypeVar("ScoreT")
Several: TypeAlias = "slice | list[int] | list[bool] | npt.NDArray[np.integer[Any]] | npt.NDArray[np.bool_]"


class SegmentScores(Generic[ScoreT]):
    """The scores of many segments.

    `values` is a read-only float64 array: of shape (segments,) for a metric with one number per segment, and of shape
    (segments, numbers) in the order of `columns` for others. `numpy.asarray(scores)` gives it too. `statistics` holds
    the integers behind the scores.

    `scores[i]` is the score of a segment, `scores["bleu"]` a column, and `scores[:3]`, `scores[[4, 2]]` or
    `scores[mask]` the scores of some segments.
    """

    __slots__ = ("metric", "statistics", "values")

    metric: MetricWithLayout[ScoreT]
    values: npt.NDArray[np.float64]
    statistics: Statistics

    def __init__(
        self, metric: MetricWithLayout[ScoreT], values: npt.NDArray[np.float64], statistics: Statistics
    ) -> None:
        values.flags.writeable = False
        self.metric = metric
        self.values = values
        self.statistics = statistics

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.metric, self.values, self.statistics)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns: the flat names of a score's numbers."""
        return self.metric.layout.names

    @property
    def signature(self) -> str:
        """The signature, which says how the scores were made."""
        return self.statistics.signature

    def __len__(self) -> int:
        return len(self.values)

    @overload
    def __getitem__(self, key: int) -> ScoreT: ...
    @overload
    def __getitem__(self, key: str) -> npt.NDArray[np.float64]: ...
    @overload
    def __getitem__(self, key: Several) -> Self: ...
    def __getitem__(self, key: int | str | Several) -> ScoreT | npt.NDArray[np.float64] | Self:
        if isinstance(key, str):
            try:
                return self._column(self.columns.index(key))
            except ValueError:
                raise KeyError(key) from None
        try:
            segment = index(key)  # type: ignore[arg-type]
        except TypeError:
            which = numbers_in(key, len(self))
            return type(self)(self.metric, self.values[which], self.statistics.take(which))
        return self._score(segment)

    def __iter__(self) -> Iterator[ScoreT]:
        return (self._score(segment) for segment in range(len(self)))

    def _score(self, segment: int) -> ScoreT:
        return self.metric.layout.score_in(self.statistics, self.values, segment)

    def _column(self, place: int) -> npt.NDArray[np.float64]:
        return self.values if self.values.ndim == 1 else self.values[:, place]

    @overload
    def __array__(self, dtype: None = None, copy: bool | None = None) -> npt.NDArray[np.float64]: ...
    @overload
    def __array__(self, dtype: npt.DTypeLike, copy: bool | None = None) -> npt.NDArray[Any]: ...
    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        """`values`, for `numpy.asarray(scores)`."""
        import numpy as np

        made = np.asarray(self.values, dtype)
        if made is not self.values:
            if copy is False:
                raise ValueError(f"the figures are float64: as {made.dtype} they must be copied, and copy is False")
            return made
        return made.copy() if copy else made

    def to_dict(self) -> dict[str, npt.NDArray[np.float64]]:
        """A new float64 array for each column, by flat name: `pandas.DataFrame(scores.to_dict())` works."""
        return {name: self._column(place).copy() for place, name in enumerate(self.columns)}

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A table of float64 columns by the Arrow PyCapsule protocol. The schema and each field carry the signature."""
        return arrow_stream({name: self._column(place) for place, name in enumerate(self.columns)}, self.signature)

    def _repr_html_(self) -> str:
        columns = {name: self._column(place) for place, name in enumerate(self.columns)}
        return columns_html(f"{len(self)} segments", columns, self.signature)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} segments, {self.signature})"


class ROUGEScores(SegmentScores[ROUGEScore]):
    """The scores of many segments by ROUGE: a column for each figure of each type, such as `rouge1_fmeasure`."""

    __slots__ = ()


def numbers_in(key: object, segments: int) -> npt.NDArray[np.intp]:
    """The numbers of the segments that `key` selects: a slice, or a list or array of integers or bools."""
    import numpy as np

    everything: npt.NDArray[np.intp] = np.arange(segments)
    if isinstance(key, slice):
        return everything[key]
    chosen = np.asarray(key)
    if isinstance(key, list) and not key:
        return everything[:0]
    if isinstance(key, tuple) or chosen.ndim != 1 or chosen.dtype.kind not in "iub":
        raise TypeError(
            "scores take the number of a segment, the name of a column, a slice, or a list or array of numbers or of "
            f"bools, not {key!r:.80}"
        )
    numbers: npt.NDArray[np.intp] = everything[chosen]
    return numbers
