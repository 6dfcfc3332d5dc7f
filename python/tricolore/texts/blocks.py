"""Segments in blocks, so that progress is reported if Python code makes the tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from .. import _core

__all__ = ["Progress", "in_blocks"]

Progress: TypeAlias = Callable[[int, int], object]
"""A function that takes the number of segments or pairs done and the number of all of them."""

# Segments between two calls of a progress hook. A tokenizer in Python takes about a tenth of a second for them.
BLOCK = 1 << 10


def in_blocks(work: Callable[[int, int], _core.Rows], segments: int, progress: Progress | None) -> _core.Rows:
    """The rows that `work(start, stop)` returns, in one block or, with `progress`, in blocks with a call after each."""
    if progress is None or not segments:
        return work(0, segments)
    reads = []
    for start in range(0, segments, BLOCK):
        stop = min(start + BLOCK, segments)
        reads.append(work(start, stop))
        progress(stop, segments)
    return joined(reads)


def joined(reads: list[_core.Rows]) -> _core.Rows:
    """The rows of several blocks, joined. Either all blocks have starts of references or none has."""
    import numpy as np

    starts = [np.zeros(1, np.int64)]
    for read in reads:
        if read.starts is not None:
            starts.append(np.frombuffer(read.starts, np.int64)[1:] + starts[-1][-1])
    return _core.Rows(
        rows=b"".join(read.rows for read in reads),
        scores=b"".join(read.scores for read in reads),
        starts=None if reads[0].starts is None else np.concatenate(starts).tobytes(),
        emptied=sum(read.emptied for read in reads),
        filled=sum(read.filled for read in reads),
        lined=sum(read.lined for read in reads),
    )
