"""Segments a block at a time where Python makes the tokens, so that progress can be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

__all__ = ["Progress", "Rows", "in_blocks"]

Progress: TypeAlias = Callable[[int, int], object]
"""A function that is called with the number of segments or pairs done and that of all."""

Rows: TypeAlias = tuple[bytes, bytes, bytes | None, tuple[int, int, int]]
"""The result of the compiled module: the first four fields of `Read`."""

# Segments between two calls of a progress hook: a tenth of a second or so of a tokenizer in Python.
BLOCK = 1 << 10


def in_blocks(work: Callable[[int, int], Rows], segments: int, progress: Progress | None) -> Rows:
    """The rows that `work(start, stop)` reads: all at once, or block by block with a call of `progress` after each."""
    if progress is None or not segments:
        return work(0, segments)
    reads = []
    for start in range(0, segments, BLOCK):
        stop = min(start + BLOCK, segments)
        reads.append(work(start, stop))
        progress(stop, segments)
    return joined(reads)


def joined(reads: list[Rows]) -> Rows:
    """The rows of several blocks as one. Starts of references are in all blocks or in none."""
    import numpy as np

    rows, scores, starts, counts = zip(*reads, strict=True)
    offsets = [np.zeros(1, np.int64)]
    for own in starts:
        if own is not None:
            offsets.append(np.frombuffer(own, np.int64)[1:] + offsets[-1][-1])
    emptied, filled, lined = (sum(count) for count in zip(*counts, strict=True))
    all_starts = None if starts[0] is None else np.concatenate(offsets).tobytes()
    return b"".join(rows), b"".join(scores), all_starts, (emptied, filled, lined)
