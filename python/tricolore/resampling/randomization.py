"""Approximate randomization: the sums of two systems whose outputs are exchanged at random, segment by segment.

Noreen, "Computer-intensive methods for testing hypotheses", 1989.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .. import _core
from .bootstrap import CHUNK

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from .bootstrap import Seed

__all__ = ["selections", "shuffled_sums"]


def shuffled_sums(
    rows: list[npt.NDArray[np.float64]], samples: int, seed: Seed, fractions: bool
) -> list[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
    """The sums of both sides after each shuffle of the baseline, the first matrix, with each other matrix.

    Args:
        rows: the rows of each system, of shape (segments, columns).
        samples, seed: the number of shuffles and their seed.
        fractions: True to add fractions in the order of numpy's matrix product, as sacreBLEU does; the order decides
            the last bit.
    """
    import numpy as np

    length = len(rows[0])
    chunks = selections(length, samples, seed)
    if fractions and not all(bool((matrix * 2 == np.floor(matrix * 2)).all()) for matrix in rows):
        chosen = np.concatenate(list(chunks))
        return [(chosen @ rows[0] + ~chosen @ own, ~chosen @ rows[0] + chosen @ own) for own in rows[1:]]
    together = np.concatenate(rows, axis=1)
    matrix = _core.Samples(np.ascontiguousarray(together), together.shape[1], True)
    sums = b"".join(matrix.selected(chunk.view(np.uint8)) for chunk in chunks)
    taken = np.split(np.frombuffer(sums, np.float64).reshape(-1, together.shape[1]), len(rows), axis=1)
    totals = [matrix.sum(axis=0) for matrix in rows]
    return [
        (taken[0] + (total - own), (totals[0] - taken[0]) + own)
        for own, total in zip(taken[1:], totals[1:], strict=True)
    ]


def selections(length: int, samples: int, seed: Seed) -> Iterator[npt.NDArray[np.bool_]]:
    """Yields, for a chunk of shuffles at a time, the segments that each shuffle takes from the baseline.

    The number of shuffles in a chunk is a multiple of 32, because numpy makes 32 draws from one random number.
    """
    import numpy as np

    generator = np.random.default_rng(seed)
    together = max(1, CHUNK // length // 32) * 32
    for start in range(0, samples, together):
        yield generator.integers(2, size=(min(together, samples - start), length), dtype=bool)
