"""The resampling of ROUGE-1.5.5: its draws, its averages and its bounds.

Line numbers (L) refer to ROUGE-1.5.5.pl. `tricolore.reference.rouge155.average` is the definition.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import _core
from .bootstrap import Interval

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["as_bytes", "average", "averages", "items_by_name", "sums_of_samples"]


def as_bytes(name: str) -> bytes:
    """The bytes of a name, also of one from a file system or a command line that is not UTF-8."""
    return name.encode("utf-8", "surrogateescape")


def items_by_name(names: Sequence[str]) -> npt.NDArray[np.int64]:
    """The numbers of the items in the order in which the script draws them: by their names as strings (L812)."""
    import numpy as np

    return np.array(sorted(range(len(names)), key=lambda number: as_bytes(names[number])), np.int64)


def sums_of_samples(
    rows: npt.NDArray[np.float64], samples: int, order: npt.NDArray[np.int64] | None = None
) -> npt.NDArray[np.float64]:
    """The sum of the rows that each sample draws, added in the order of the draws, of shape (samples, columns).

    `order` comes from `items_by_name`. By default the items have the names 1, 2, 3 and so on.
    """
    import numpy as np

    order = items_by_name([str(number + 1) for number in range(len(rows))]) if order is None else order
    matrix = _core.Samples(np.ascontiguousarray(rows[order]), rows.shape[1], True)
    return np.frombuffer(matrix.drawn_by_perl(samples)).reshape(samples, -1)


def averages(
    figures: npt.NDArray[np.float64], percent: float, samples: int, order: npt.NDArray[np.int64] | None = None
) -> list[Interval]:
    """The average and the bounds of each column of the items' figures. `percent` is 95 for an interval of 95 %."""
    means = sums_of_samples(figures, samples, order) / len(figures)
    return [average(column, percent) for column in means.T]


def average(means: npt.NDArray[Any], percent: float) -> Interval:
    """The mean of the means of all samples, as the script prints it instead of the mean of the items, and its bounds
    (L932). A bound lies between two sorted means, and counts a mean past the last as 0."""
    import numpy as np

    samples = len(means)
    ordered = np.sort(means)
    delta = samples * ((100 - percent) / 2) / 100
    upper = int(samples - delta - 1)
    share = samples - delta - 1 - upper

    def bound(place: int) -> float:
        low, high = (float(ordered[at]) if at < samples else 0.0 for at in (place, place + 1))
        return low + (high - low) * share

    low, high = bound(int(delta)), bound(upper)
    # Unlike `sum`, a cumulative sum adds from left to right.
    return Interval(low, high, float(np.cumsum(ordered)[-1]) / samples, 0.5 * (high - low))
