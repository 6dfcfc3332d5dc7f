"""The Poisson bootstrap: resampling in one pass.

The draws of a segment depend only on the seed and the segment's id, so parts of a corpus can be resampled wherever
they are. `tricolore.reference.poisson` is the definition of the draws.

Chamandy, Muralidharan, Najmi and Naidu, "Estimating uncertainty for massive data streams", Google, 2012.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import _core
from ..support.options import whole_number
from ..support.threads import resolve
from ..texts.inputs import texts_in
from .bootstrap import Bootstrap

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["MOST_SEGMENTS", "PoissonBootstrap", "fractions", "numbers_of", "replicated", "whole_parts"]

# A segment adds less than 2^31 per draw, so the sums of this many segments stay below 2^63.
MOST_SEGMENTS = 1 << 31
# The number of segments that are summed at a time: a few megabytes besides the result.
TOGETHER = 1 << 16
PART = 1 << 30


class PoissonBootstrap(Bootstrap):
    """The number of replicates, the seed of the draws, and the share of the scores that an interval holds."""

    @classmethod
    def checked(cls, confidence: object, samples: object, seed: object) -> PoissonBootstrap | None:
        """The checked options of a call, or None if no interval is asked for."""
        count = whole_number("samples", samples, 2, 10**6)
        if seed is None and confidence is not None:
            raise ValueError("seed is None: parts of a corpus are drawn alike only with the same seed, a number")
        known = None if seed is None else whole_number("seed", seed, 0, 2**64 - 1)
        plain = super().checked(confidence, count, known)
        return None if plain is None else cls(*plain)

    @property
    def signature(self) -> str:
        """The field of a signature that names the draws."""
        return f"bs:poisson.{self.samples}|seed:{self.seed}"


def numbers_of(ids: object, segments: int) -> npt.NDArray[np.uint64]:
    """The 64-bit numbers that stand for the ids of segments. Raises ValueError unless each segment has an id."""
    import numpy as np

    if isinstance(ids, str):
        raise TypeError("ids is a str where a sequence of ids belongs")
    if isinstance(ids, np.ndarray) and ids.ndim != 1:
        raise ValueError(f"ids is an array of shape {ids.shape}: it must have one id per segment")
    if isinstance(ids, np.ndarray) and ids.dtype.kind == "i":
        numbers: npt.NDArray[np.uint64] = ids.astype(np.int64).view(np.uint64)
    else:
        given: Any = texts_in("ids", ids)
        numbers = np.frombuffer(_core.segment_ids(given), np.uint64)
    if len(numbers) != segments:
        raise ValueError(f"{segments} segments, but ids has {len(numbers)}")
    return numbers


def replicated(
    matrices: list[npt.NDArray[np.float64]], ids: npt.NDArray[np.uint64], how: Bootstrap, num_threads: int | None
) -> list[npt.NDArray[np.int64]]:
    """For each matrix, the sums of its rows in each replicate, of shape (samples, columns + 1).

    The last column is the number of draws. All matrices share the draws.
    """
    import numpy as np

    together = np.concatenate(matrices, axis=1)
    width = together.shape[1]
    sums = np.zeros((how.samples, width + 1), np.int64)
    for start in range(0, len(together), TOGETHER):
        part = slice(start, start + TOGETHER)
        rows = np.ascontiguousarray(together[part])
        new = _core.poisson_sums(ids[part], rows, width, how.seed or 0, how.samples, resolve(num_threads))
        sums += np.frombuffer(new, np.int64).reshape(sums.shape)
    ends = np.cumsum([matrix.shape[1] for matrix in matrices])
    return [
        np.ascontiguousarray(sums[:, [*range(end - matrix.shape[1], end), width]])
        for matrix, end in zip(matrices, ends.tolist(), strict=True)
    ]


def whole_parts(figures: npt.NDArray[np.float64], scale: int) -> npt.NDArray[np.float64]:
    """Figures as whole numbers, whose sums do not depend on the order. The result has twice as many columns.

    The first half is `scale` times each figure, rounded down; the second half is 2^30 times the remaining fraction,
    rounded.
    """
    import numpy as np

    scaled = figures * scale
    whole = np.floor(scaled)
    return np.concatenate([whole, np.rint((scaled - whole) * PART)], axis=1)


def fractions(sums: npt.NDArray[np.int64], scale: int) -> npt.NDArray[np.float64]:
    """The sums of figures, given the sums of the whole numbers that `whole_parts` made of them."""
    import numpy as np

    whole, rest = np.split(sums.astype(np.float64), 2, axis=1)
    return (whole + rest / PART) / scale
