"""The score that ROUGE returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from struct import Struct, unpack_from
from typing import TYPE_CHECKING, Any, ClassVar

from ..corpus.signature import join_signature, with_nrefs
from ..reference.rouge import Counts, Measures
from ..resampling.bootstrap import Interval
from ..support.tables.notebook import table_html
from ..texts.nrefs import NRefs
from .intervals import with_interval

if TYPE_CHECKING:
    from typing import Self

__all__ = ["FIGURES", "ROUGEScore", "flat_names"]

FIGURES = ("precision", "recall", "fmeasure")
THREE_FLOATS, THREE_INTS = Struct("=3d"), Struct("=3i")


class ROUGEScore(Mapping[str, Measures]):
    """A mapping from each ROUGE type to `(precision, recall, fmeasure)`, from 0 to 1.

    `counts` maps each type to `(matches, prediction_total, reference_total)` if the figures come from one pair of
    texts: for a segment, the prediction and its best reference for that type. For a corpus, and for an average over
    several references, `counts` is None.

    `repr` shows every digit and `str` shows four. With intervals, `str` shows the interval of the F-measure and `repr`
    all intervals.
    """

    __slots__ = ("_data", "_intervals", "_options", "_types", "nrefs")

    digits: ClassVar[int] = 4
    """The number of decimal places that `str` shows."""

    nrefs: NRefs
    """The range of the number of references per segment."""

    def __init__(
        self,
        types: tuple[str, ...],
        data: bytes,
        nrefs: NRefs,
        options: str,
        intervals: tuple[Interval, ...] | None = None,
    ) -> None:
        self._types = types
        # The figures (float64), then the rows behind them (int32) if there are any; decoded on access.
        self._data = data
        self.nrefs = nrefs
        self._options = options
        # One interval for each figure, or None.
        self._intervals = intervals

    @classmethod
    def pair_scorer(
        cls, figures: Callable[[str, str], bytes], types: tuple[str, ...], nrefs: NRefs, options: str
    ) -> Callable[[str, str], Self]:
        """A function that makes the score of two texts, whose data `figures` returns.

        It sets the attributes itself, because the constructor takes half as long as counting.
        """
        new = cls.__new__

        def scored(prediction: str, reference: str) -> Any:
            score = new(cls)
            score._data = figures(prediction, reference)
            score._types = types
            score.nrefs = nrefs
            score._options = options
            score._intervals = None
            return score

        return scored

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._types, self._data, self.nrefs, self._options, self._intervals)

    def with_intervals(self, intervals: tuple[Interval, ...], how: str) -> Self:
        """The score with an interval for each figure. `how` is the bootstrap's part of the signature."""
        return type(self)(self._types, self._data, self.nrefs, join_signature(how, self._options), intervals)

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
        """The integers behind the figures, by type; None if no single pair stands behind them."""
        figures = len(self._types) * THREE_FLOATS.size
        # An average over several references has no single row behind the figures.
        if len(self._data) != figures + len(self._types) * THREE_INTS.size:
            return None
        counts = THREE_INTS.iter_unpack(self._data[figures:])
        return dict(zip(self._types, map(Counts._make, counts), strict=True))

    @property
    def confidence_interval(self) -> dict[str, Any] | None:
        """The bounds of each figure's interval by type: `confidence_interval["rouge1"].fmeasure` is `(low, high)`.
        None if no interval was asked for."""
        return self._by_type(lambda interval: (interval.low, interval.high))

    @property
    def bootstrap_mean(self) -> dict[str, Measures] | None:
        """The mean of each figure over the resampled corpora, by type; None if no interval was asked for."""
        return self._by_type(lambda interval: interval.mean)

    @property
    def half_width(self) -> dict[str, Measures] | None:
        """Half the distance between the bounds, by type; None if no interval was asked for."""
        return self._by_type(lambda interval: interval.half_width)

    @property
    def intervals(self) -> tuple[Interval, ...] | None:
        """The interval of each figure, in the order of `figures()`; None if no interval was asked for."""
        return self._intervals

    def _by_type(self, part: Callable[[Interval], Any]) -> dict[str, Any] | None:
        if self._intervals is None:
            return None
        figures = iter(map(part, self._intervals))
        return {name: Measures(next(figures), next(figures), next(figures)) for name in self._types}

    @property
    def signature(self) -> str:
        """The signature, which says how the figures were made."""
        return with_nrefs(self.nrefs, self._options)

    def to_dict(self) -> dict[str, float]:
        """The figures under flat names: `rouge1_precision`, `rouge1_recall`, `rouge1_fmeasure` and so on.

        With intervals, each figure is followed by its own, for example `rouge1_fmeasure_low`,
        `rouge1_fmeasure_high`, `rouge1_fmeasure_mean` and `rouge1_fmeasure_half_width`.
        """
        out = {}
        for place, (name, figure) in enumerate(zip(flat_names(self._types), self.figures(), strict=True)):
            out[name] = figure
            if self._intervals is not None:
                out |= self._intervals[place].flat(name)
        return out

    def figures(self) -> list[float]:
        """The precision, recall and F-measure of each type in turn."""
        return list(unpack_from(f"={3 * len(self._types)}d", self._data))

    def __repr__(self) -> str:
        measures = ", ".join(f"{name}={tuple(self[name])!r}" for name in self._types)
        if self._intervals is not None:
            measures += f", confidence_interval={self.confidence_interval!r}"
            measures += f", bootstrap_mean={self.bootstrap_mean!r}, half_width={self.half_width!r}"
        return f"{type(self).__name__}({measures})"

    def _repr_html_(self) -> str:
        bounds = self.confidence_interval or {}
        rows = [["", *FIGURES, *["low", "high"] * bool(bounds)]]
        for name, measures in self.items():
            numbers = [*measures, *(bounds[name].fmeasure if bounds else ())]
            rows.append([name, *(f"{number:.{self.digits}f}" for number in numbers)])
        return table_html("ROUGE", rows, self.signature)

    def __str__(self) -> str:
        means, half_widths = self.bootstrap_mean or {}, self.half_width or {}
        shown = []
        for name, (precision, recall, fmeasure) in self.items():
            mean, half_width = (own[name].fmeasure if own else None for own in (means, half_widths))
            f = with_interval(f"{fmeasure:.{self.digits}f}", mean, half_width, self.digits)
            shown.append(f"{name} P={precision:.{self.digits}f} R={recall:.{self.digits}f} F={f}")
        return " ".join(shown)


def flat_names(types: tuple[str, ...]) -> tuple[str, ...]:
    """The flat names of the three figures of each type in turn."""
    return tuple(f"{name}_{figure}" for name in types for figure in FIGURES)
