"""Accumulators as arrays of integers that are added elementwise, for frameworks that sum arrays over processes.

An accumulator without an interval becomes two int64 arrays:

- `numbers` has a row for the segments, a row for the segments that were left out, and a row for each sum. A row holds a
  number as limbs of 32 bits, the lowest first. The sum of the arrays of several accumulators is an array of their sum:
  limbs may exceed 32 bits, and `from_arrays` carries. 2^31 arrays can be added before a limb overflows.
- `references` holds minus the fewest and then the most references of a segment. The maximum of the arrays of several
  accumulators is the array of their sum.

The running sum that depends on the order of segments has no part in it: see `Accumulator.as_part`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from ..texts.nrefs import NRefs
from ..texts.segments import segments_of
from .accumulator import Accumulator
from .accumulator_bytes import MOST, shape_of
from .row_layout import MetricWithLayout

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Numbers: TypeAlias = npt.NDArray[np.int64]

__all__ = ["batch_numbers", "from_arrays", "references_of", "to_arrays"]

ScoreT = TypeVar("ScoreT")

LIMB = 32
MOST_SEGMENTS = 1 << 63
NO_REFERENCES = (-(1 << 63) + 1, 0)


def to_arrays(accumulator: Accumulator[Any]) -> tuple[Numbers, Numbers]:
    """The arrays `numbers` and `references` of an accumulator without an interval."""
    metric = accumulator.metric
    units, _, _ = shape_of(metric.every_option, metric.layout)
    limbs = -((max(units) * MOST * MOST_SEGMENTS).bit_length() // -LIMB)
    sums, segments, nrefs, dropped, *_ = accumulator.as_part().__getstate__()
    return numbers_of(sums, segments, dropped, (len(units) + 2, limbs)), references_of(nrefs)


def batch_numbers(
    metric: MetricWithLayout[Any], predictions: Any, references: Any, shape: tuple[int, int]
) -> tuple[Numbers, NRefs | None]:
    """The array `numbers` of the accumulator of a batch, which is not made, and the numbers of its references.

    Arguments and errors are those of `score_each`. `shape` is that of the `numbers` of any accumulator of the metric.
    """
    layout = metric.layout
    statistics = metric.statistics_of(segments_of(predictions, references, "error", metric.reader.pretokenized), None)
    segments = len(statistics)
    sums = layout.without_running_sum(layout.add([], statistics)) if segments else []
    return numbers_of(sums, segments, 0, shape), statistics.nrefs if segments else None


def numbers_of(sums: list[Any], segments: int, dropped: int, shape: tuple[int, int]) -> Numbers:
    """The array `numbers` of these sums."""
    import numpy as np

    rows, limbs = shape
    whole = (number or 0 for number in (segments, dropped, *(sums or [0] * (rows - 2))))
    data = b"".join(number.to_bytes(limbs * LIMB // 8, "little") for number in whole)
    return np.frombuffer(data, "<u4").astype(np.int64).reshape(-1, limbs)


def references_of(nrefs: NRefs | None) -> Numbers:
    """The array `references` of segments with these numbers of references; None for no segments."""
    import numpy as np

    return np.array(NO_REFERENCES if nrefs is None else (-nrefs.fewest, nrefs.most), np.int64)


def from_arrays(
    metric: MetricWithLayout[ScoreT], numbers: list[list[int]], references: list[int]
) -> Accumulator[ScoreT]:
    """The accumulator of a metric, given `numbers` and `references` as lists."""
    _, unknown, _ = shape_of(metric.every_option, metric.layout)
    # Most limbs of a sum of float64 are 0.
    segments, dropped, *sums = (sum(limb << place * LIMB for place, limb in enumerate(row) if limb) for row in numbers)
    known = [None if missing else number for number, missing in zip(sums, unknown, strict=True)]
    fewest, most = references
    nrefs = NRefs(-fewest, most) if segments else None
    made = Accumulator(metric)
    made.__setstate__((known if segments else [], segments, nrefs, dropped, None, None))
    return made
