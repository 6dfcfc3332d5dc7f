"""What ROUGE gives: one score, or columns of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import index
from struct import Struct
from typing import TYPE_CHECKING, Any, overload

from .bootstrap import Interval
from .reference.rouge import Counts, Measures
from .statistics import NRefs, Statistics, join_signature, nrefs_field

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["FIGURES", "ROUGEScore", "ROUGEScores"]

FIGURES = ("precision", "recall", "fmeasure")
THREE_FLOATS, THREE_INTS = Struct("=3d"), Struct("=3i")


class ROUGEScore(Mapping[str, Measures]):
    """A mapping from ROUGE type to `(precision, recall, fmeasure)`, from 0 to 1.

    `counts` maps each type to `(matches, prediction_total, reference_total)` where one pair stands
    behind the figures: for a segment, and with several references the best one of each type. It is
    None for a corpus and for an average over several references.

    `repr` has every digit, `str` four.
    """

    __slots__ = ("_data", "_intervals", "_nrefs", "_options", "_types")

    def __init__(
        self,
        types: tuple[str, ...],
        data: bytes,
        nrefs: NRefs,
        options: str,
        intervals: tuple[Interval, ...] | None = None,
    ) -> None:
        self._types = types
        # The figures as float64, then as int32 what rows there are: read when asked for.
        self._data = data
        self._nrefs = nrefs
        self._options = options
        # One a figure, if they were asked for.
        self._intervals = intervals

    def __reduce__(self) -> tuple[type[ROUGEScore], tuple[Any, ...]]:
        return ROUGEScore, (self._types, self._data, self._nrefs, self._options, self._intervals)

    def _with(self, intervals: tuple[Interval, ...], how: str) -> ROUGEScore:
        """The same with what the bootstrap says of each figure."""
        return ROUGEScore(self._types, self._data, self._nrefs, join_signature(how, self._options), intervals)

    def __getitem__(self, name: str) -> Measures:
        try:
            place = self._types.index(name)
        except ValueError:
            raise KeyError(name) from None
        return Measures._make(THREE_FLOATS.unpack_from(self._data, place * THREE_FLOATS.size))

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)

    @property
    def counts(self) -> dict[str, Counts] | None:
        """The integers behind the figures, by type."""
        figures = len(self._types) * THREE_FLOATS.size
        # With an average over several references there is no one row behind the figures.
        if len(self._data) != figures + len(self._types) * THREE_INTS.size:
            return None
        counts = THREE_INTS.iter_unpack(self._data[figures:])
        return dict(zip(self._types, map(Counts._make, counts), strict=True))

    @property
    def confidence_interval(self) -> dict[str, Any] | None:
        """Bounds of the figures of resampled corpora by type, where that was asked for:
        `confidence_interval["rouge1"].fmeasure` is `(low, high)`."""
        return self._by_type(lambda interval: (interval.low, interval.high))

    @property
    def bootstrap_mean(self) -> dict[str, Measures] | None:
        """The means of the figures of resampled corpora by type."""
        return self._by_type(lambda interval: interval.mean)

    @property
    def half_width(self) -> dict[str, Measures] | None:
        """Half the distance of the bounds by type."""
        return self._by_type(lambda interval: interval.half_width)

    def _by_type(self, what: Callable[[Interval], Any]) -> dict[str, Any] | None:
        if self._intervals is None:
            return None
        figures = iter(map(what, self._intervals))
        return {name: Measures(next(figures), next(figures), next(figures)) for name in self._types}

    @property
    def signature(self) -> str:
        """How the figures were made."""
        return join_signature(nrefs_field(*self._nrefs), self._options)

    def to_dict(self) -> dict[str, float]:
        """Flat numbers: `rouge1_precision`, `rouge1_recall`, `rouge1_fmeasure` and so on."""
        figures = (figure for name in self._types for figure in self[name])
        return dict(zip(flat_names(self._types), figures, strict=True))

    def __repr__(self) -> str:
        measures = ", ".join(f"{name}={tuple(self[name])!r}" for name in self._types)
        return f"ROUGEScore({measures})"

    def __str__(self) -> str:
        return " ".join(
            f"{name} P={precision:.4f} R={recall:.4f} F={fmeasure:.4f}"
            for name, (precision, recall, fmeasure) in self.items()
        )


class ROUGEScores:
    """The scores of many segments, as columns.

    `values` is a read-only float64 array of shape (segments, 3 x types) in the order of `columns`;
    `statistics` are the integers behind it. `scores[i]` is the `ROUGEScore` of a segment and
    `scores["rouge1_fmeasure"]` a column.
    """

    __slots__ = ("_types", "statistics", "values")

    values: npt.NDArray[np.float64]
    statistics: Statistics

    def __init__(self, types: tuple[str, ...], values: npt.NDArray[np.float64], statistics: Statistics) -> None:
        values.flags.writeable = False
        self._types = types
        self.values = values
        self.statistics = statistics

    def __reduce__(self) -> tuple[type[ROUGEScores], tuple[Any, ...]]:
        return ROUGEScores, (self._types, self.values, self.statistics)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return flat_names(self._types)

    @property
    def signature(self) -> str:
        """How the figures were made."""
        return self.statistics.signature

    def __len__(self) -> int:
        return len(self.values)

    @overload
    def __getitem__(self, key: int) -> ROUGEScore: ...
    @overload
    def __getitem__(self, key: str) -> npt.NDArray[np.float64]: ...
    def __getitem__(self, key: int | str) -> ROUGEScore | npt.NDArray[np.float64]:
        if isinstance(key, str):
            try:
                return self.values[:, self.columns.index(key)]
            except ValueError:
                raise KeyError(key) from None
        # Neither a slice nor an array: those of a row are what a score is made of.
        key = index(key)
        values = self.values[key]
        statistics = self.statistics
        nrefs = statistics._nrefs._replace(dropped=0)
        rows = statistics.rows[key]
        if statistics.offsets is not None:
            place = range(len(self))[key]
            start, end = statistics.offsets[place : place + 2].tolist()
            nrefs = NRefs(end - start, end - start)
            rows = statistics.rows[start:end]
        return ROUGEScore(self._types, values.tobytes() + rows.tobytes(), nrefs, statistics.options)

    def __iter__(self) -> Iterator[ROUGEScore]:
        return (self[i] for i in range(len(self)))

    def to_dict(self) -> dict[str, npt.NDArray[np.float64]]:
        """New float64 arrays by flat name, so that `pandas.DataFrame(scores.to_dict())` works."""
        return {name: self.values[:, i].copy() for i, name in enumerate(self.columns)}

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A table of float64 columns, by the Arrow PyCapsule protocol; its schema carries the signature."""
        from .arrow_out import arrow_stream

        return arrow_stream({name: self.values[:, i] for i, name in enumerate(self.columns)}, self.signature)

    def __repr__(self) -> str:
        return f"ROUGEScores({len(self)} segments, {self.signature})"


def flat_names(types: tuple[str, ...]) -> tuple[str, ...]:
    """The names of a type's three figures, for each type in turn."""
    return tuple(f"{name}_{figure}" for name in types for figure in FIGURES)
