"""The score that ROUGE155 returns."""

from __future__ import annotations

from struct import Struct

from ..reference.rouge155 import Counts, is_weighted
from .rouge import THREE_FLOATS, THREE_INTS, ROUGEScore

__all__ = ["ROUGE155Score", "form_of"]


class ROUGE155Score(ROUGEScore):
    """A mapping from each type to `(precision, recall, fmeasure)`, as ROUGE-1.5.5 prints them, from 0 to 1.

    Figures of a segment have five decimal places. `counts` maps each type to `(matches, prediction_total,
    reference_total)` for a segment with one reference, and is None otherwise. The numbers of ROUGE-W are floats: its
    matches and its reference's total are sums of lengths to the power of the weight.
    """

    __slots__ = ()

    digits = 5

    @property
    def counts(self) -> dict[str, Counts] | None:  # type: ignore[override]
        """The counts behind the figures, by type; None if no single pair of texts stands behind them."""
        forms = [form_of(name) for name in self._types]
        place = len(self._types) * THREE_FLOATS.size
        if len(self._data) != place + sum(form.size for form in forms):
            return None
        counts = {}
        for name, form in zip(self._types, forms, strict=True):
            counts[name] = Counts(*form.unpack_from(self._data, place))
            place += form.size
        return counts


def form_of(name: str) -> Struct:
    """The form of a type's three numbers in a row of the compiled module."""
    return THREE_FLOATS if is_weighted(name) else THREE_INTS
