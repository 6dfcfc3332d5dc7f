"""Segments in blocks, so that progress is reported if Python code makes the tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

__all__ = ["Progress", "Rows", "in_blocks"]

Progress: TypeAlias = Callable[[int, int], object]
"""A function that takes the number of segments or pairs done and the number of all of them."""

Rows: TypeAlias = tuple[bytes, bytes, bytes | None, tuple[int, int, int]]
"""The result of the compiled module: the first four fields of `Read`."""

# Segments between two calls of a progress hook. A tokenizer in Python takes about a tenth of a second for them.
BLOCK = 1 << 10


def in_blocks(work: Callable[[int, int], Rows], segments: int, progress: Progress | None) -> Rows:
    """The rows that `work(start, stop)` returns, in one block or, with `progress`, in blocks with a call after each."""
    if progress is None or not segments:
        return work(0, segments)
    reads = []
    for start in range(0, segments, BLOCK):
        stop = min(start + BLOCK, segments)
        reads.append(work(start, stop))
        progress(stop, segments)
    return joined(reads)


def joined(reads: list[Rows]) -> Rows:
    """The rows of several blocks, joined. Either all blocks have starts of references or none has."""
    import numpy as np

    rows, scores, starts, counts = zip(*reads, strict=True)
    offsets = [np.zeros(1, np.int64)]
    for own in starts:
        if own is not None:
            offsets.append(np.frombuffer(own, np.int64)[1:] + offsets[-1][-1])
    emptied, filled, lined = (sum(count) for count in zip(*counts, strict=True))
    all_starts = None if starts[0] is None else np.concatenate(offsets).tobytes()
    return b"".join(rows), b"".join(scores), all_starts, (emptied, filled, lined)
