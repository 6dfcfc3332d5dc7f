"""Scores of many segments: columns of figures with the statistics behind them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from operator import index
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, overload

from ..corpus.statistics import Statistics
from ..support.arrow_out import arrow_stream

if TYPE_CHECKING:
    from typing import Self

    import numpy as np
    import numpy.typing as npt

__all__ = ["ScoreColumns"]

ScoreT = TypeVar("ScoreT")
Several: TypeAlias = "slice | list[int] | list[bool] | npt.NDArray[np.integer[Any]] | npt.NDArray[np.bool_]"


class ScoreColumns(ABC, Generic[ScoreT]):
    """The parts that scores of all metrics share: columns by name, segments by number, and the ways out."""

    __slots__ = ("statistics", "values")

    values: npt.NDArray[np.float64]
    statistics: Statistics

    def __init__(self, values: npt.NDArray[np.float64], statistics: Statistics) -> None:
        values.flags.writeable = False
        self.values = values
        self.statistics = statistics

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""

    @abstractmethod
    def _score(self, segment: int) -> ScoreT:
        """The score of a segment."""

    @abstractmethod
    def _with(self, values: npt.NDArray[np.float64], statistics: Statistics) -> Self:
        """The same metric's scores of other segments."""

    @property
    def signature(self) -> str:
        """How the figures were made."""
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
            return self._with(self.values[which], self.statistics.take(which))
        return self._score(segment)

    def __iter__(self) -> Iterator[ScoreT]:
        return (self._score(segment) for segment in range(len(self)))

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
        """New float64 arrays by flat name, so that `pandas.DataFrame(scores.to_dict())` works."""
        return {name: self._column(place).copy() for place, name in enumerate(self.columns)}

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A table of float64 columns, by the Arrow PyCapsule protocol; its schema and each field of it carry the
        signature."""
        return arrow_stream({name: self._column(place) for place, name in enumerate(self.columns)}, self.signature)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} segments, {self.signature})"


def numbers_in(key: object, segments: int) -> npt.NDArray[np.intp]:
    """The numbers of the segments that a slice, or a list or array of numbers or of bools, chooses."""
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
