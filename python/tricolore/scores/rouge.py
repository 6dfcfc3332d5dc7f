"""What ROUGE gives: one score, or columns of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from struct import Struct
from typing import TYPE_CHECKING, Any

from ..corpus.statistics import NRefs, Statistics, join_signature, nrefs_field
from ..reference.rouge import Counts, Measures
from ..resampling.bootstrap import Interval, with_interval
from .columns import ScoreColumns

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

    `repr` has every digit, `str` four. With an interval `str` shows that of the F-measure and `repr` all of them.
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
        return join_signature(nrefs_field(self._nrefs), self._options)

    def to_dict(self) -> dict[str, float]:
        """Flat numbers: `rouge1_precision`, `rouge1_recall`, `rouge1_fmeasure` and so on; where the score carries
        intervals, each is followed by its own, as `rouge1_fmeasure_low`, `rouge1_fmeasure_high`,
        `rouge1_fmeasure_mean` and `rouge1_fmeasure_half_width`."""
        out = {}
        for place, (name, figure) in enumerate(zip(flat_names(self._types), self._figures(), strict=True)):
            out[name] = figure
            if self._intervals is not None:
                out |= self._intervals[place].flat(name)
        return out

    def _figures(self) -> list[float]:
        """The figures of each type in turn."""
        return [figure for name in self._types for figure in self[name]]

    def __repr__(self) -> str:
        measures = ", ".join(f"{name}={tuple(self[name])!r}" for name in self._types)
        if self._intervals is not None:
            measures += f", confidence_interval={self.confidence_interval!r}"
            measures += f", bootstrap_mean={self.bootstrap_mean!r}, half_width={self.half_width!r}"
        return f"ROUGEScore({measures})"

    def __str__(self) -> str:
        means, half_widths = self.bootstrap_mean or {}, self.half_width or {}
        shown = []
        for name, (precision, recall, fmeasure) in self.items():
            mean, half_width = (own[name].fmeasure if own else None for own in (means, half_widths))
            f = with_interval(f"{fmeasure:.4f}", mean, half_width, 4)
            shown.append(f"{name} P={precision:.4f} R={recall:.4f} F={f}")
        return " ".join(shown)


class ROUGEScores(ScoreColumns[ROUGEScore]):
    """The scores of many segments, as columns.

    `values` is a read-only float64 array of shape (segments, 3 x types) in the order of `columns`, and what
    `numpy.asarray(scores)` gives; `statistics` are the integers behind it. `scores[i]` is the `ROUGEScore` of a
    segment, `scores["rouge1_fmeasure"]` a column, and `scores[:3]`, `scores[[4, 2]]` or `scores[mask]` the scores of
    some segments.
    """

    __slots__ = ("_types",)

    def __init__(self, types: tuple[str, ...], values: npt.NDArray[np.float64], statistics: Statistics) -> None:
        super().__init__(values, statistics)
        self._types = types

    def __reduce__(self) -> tuple[type[ROUGEScores], tuple[Any, ...]]:
        return ROUGEScores, (self._types, self.values, self.statistics)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return flat_names(self._types)

    def _with(self, values: npt.NDArray[np.float64], statistics: Statistics) -> ROUGEScores:
        return ROUGEScores(self._types, values, statistics)

    def _score(self, segment: int) -> ROUGEScore:
        values = self.values[segment]
        statistics = self.statistics
        nrefs = statistics._nrefs._replace(dropped=0)
        rows = statistics.rows[segment]
        if statistics.offsets is not None:
            place = range(len(self))[segment]
            start, end = statistics.offsets[place : place + 2].tolist()
            nrefs = NRefs(end - start, end - start)
            rows = statistics.rows[start:end]
        return ROUGEScore(self._types, values.tobytes() + rows.tobytes(), nrefs, statistics.options)


def flat_names(types: tuple[str, ...]) -> tuple[str, ...]:
    """The names of a type's three figures, for each type in turn."""
    return tuple(f"{name}_{figure}" for name in types for figure in FIGURES)
