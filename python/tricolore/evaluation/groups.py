"""Groups of segments by label."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ..texts.nulls import is_missing
from ..texts.segments import labels_in

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["by_label", "everything_and_groups"]


def by_label(labels: Sequence[Hashable]) -> dict[Hashable, npt.NDArray[np.int64]]:
    """The numbers of the segments of each label. Labels are in order of first appearance."""
    import numpy as np

    numbers: dict[Hashable, list[int]] = {}
    for number, label in enumerate(labels):
        if not isinstance(label, Hashable):
            kind = type(label).__name__
            raise TypeError(f"groups[{number}] is of type {kind}: it must be a label that can be hashed")
        # NaN is not equal to itself, and None stands for all segments.
        numbers.setdefault(math.nan if is_missing(label) else label, []).append(number)
    return {label: np.array(own, np.int64) for label, own in numbers.items()}


def everything_and_groups(
    groups: Iterable[Hashable] | None, length: int
) -> Iterator[tuple[Hashable, npt.NDArray[np.int64] | None]]:
    """Yields (None, None) for all segments, then each label with the numbers of its segments."""
    yield None, None
    if groups is None:
        return
    labels = labels_in("groups", groups)
    if len(labels) != length:
        raise ValueError(f"{length} segments, but groups has {len(labels)} labels")
    yield from by_label(labels).items()
