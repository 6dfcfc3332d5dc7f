"""The rows and scores that the compiled module makes of segments."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Read"]


class Read(NamedTuple):
    """The integer rows and the scores of some segments."""

    rows: bytes
    """The rows, int32, row-major."""
    scores: bytes
    """The scores of each segment, float64, row-major."""
    starts: bytes | None
    """Where the rows of each segment start, int64; None if every segment has one reference."""
    counts: tuple[int, int, int]
    """Predictions that have text but no token, predictions that have text, and segments in which a text has several
    lines (counted where lines matter)."""
    dropped: int = 0
    """The number of segments that were left out because they have no reference."""
