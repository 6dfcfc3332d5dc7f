"""Sums and means of float64 columns without rounding on the way, so that the order of segments does not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["exact_means", "exact_sums"]


def exact_sums(figures: npt.NDArray[np.float64], before: list[int]) -> list[int]:
    """The exact sum of each column plus the sum before it, in units of 2^-1074.

    `figures` has shape (segments, columns). `before` has one sum per column, or is empty for 0.
    """
    sums = [int.from_bytes(column, "little", signed=True) for column in _core.sum_columns(figures, figures.shape[1])]
    return [a + b for a, b in zip(sums, before, strict=True)] if before else sums


def exact_means(sums: list[int], segments: int) -> list[float]:
    """The mean for each exact sum: the sum rounded to float64, divided by the number of segments."""
    # Imported here to keep `import tricolore` fast.
    from fractions import Fraction

    return [float(Fraction(total, 1 << 1074)) / segments for total in sums]
