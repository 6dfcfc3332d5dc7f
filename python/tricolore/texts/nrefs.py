"""The number of references that segments have, which signatures state."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    import numpy.typing as npt

__all__ = ["ONE_EACH", "NRefs", "nrefs_between"]


class NRefs(NamedTuple):
    """The range of the number of references per segment."""

    fewest: int
    most: int
    dropped: int = 0
    """The number of segments that were left out because they have no reference."""

    @classmethod
    def union(cls, parts: Iterable[NRefs]) -> NRefs:
        """The range over several parts. Dropped segments are not counted."""
        fewest, most, _ = zip(*parts, strict=True)
        return cls(min(fewest), max(most))

    @classmethod
    def of(cls, counts: npt.NDArray[np.int64]) -> NRefs:
        """The range of the given counts, one count per segment."""
        return cls(int(counts.min()), int(counts.max()))


ONE_EACH = NRefs(1, 1)


def nrefs_between(starts: npt.NDArray[np.int64] | None, dropped: int = 0) -> NRefs:
    """The range of the numbers of references, given where the references of each segment start.

    `starts` has one more entry than there are segments. None means one reference per segment.
    """
    # Every segment has a reference, so as many references as segments are one each.
    if starts is None or len(starts) < 2 or starts[-1] - starts[0] == len(starts) - 1:
        return NRefs(1, 1, dropped) if dropped else ONE_EACH
    return NRefs.of(starts[1:] - starts[:-1])._replace(dropped=dropped)
