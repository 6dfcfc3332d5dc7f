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

__all__ = ["by_label", "everything_and_groups", "shown_labels"]


def by_label(labels: Sequence[Hashable]) -> dict[Hashable, npt.NDArray[np.int64]]:
    """The numbers of the segments of each label. Labels are in order of first appearance."""
    import numpy as np

    numbers: dict[Hashable, list[int]] = {}
    for number, label in enumerate(labels):
        if not isinstance(label, Hashable):
            kind = type(label).__name__
            raise TypeError(f"groups[{number}] is of type {kind}: it must be a label that can be hashed")
        numbers.setdefault(known(label), []).append(number)
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


def known(label: Hashable) -> Hashable:
    """The label, or NaN for a missing one: None stands for all segments, and NaN is not equal to another NaN."""
    return math.nan if is_missing(label) else label


def shown_labels(labels: Iterable[Hashable]) -> list[str]:
    """The labels as tables and files show them."""
    return [str(known(label)) for label in labels]
