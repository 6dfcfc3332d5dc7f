"""The rows and scores of segments, with the number of segments that were left out."""

from __future__ import annotations

from typing import NamedTuple

from .. import _core

__all__ = ["Read"]


class Read(NamedTuple):
    """The integer rows and the scores of some segments."""

    rows: bytes
    """The rows, int32, row-major."""
    scores: bytes
    """The scores of each segment, float64, row-major."""
    starts: bytes | None
    """The index of each segment's first row, int64; None if every segment has one reference."""
    emptied: int
    """The number of predictions that have text but no token."""
    filled: int
    """The number of predictions that have text."""
    lined: int
    """The number of segments in which a text has several lines, if the metric distinguishes lines."""
    dropped: int
    """The number of segments that were left out because they have no reference."""

    @classmethod
    def of(cls, rows: _core.Rows, dropped: int) -> Read:
        """The rows that the compiled module made, and the number of segments that were left out before."""
        return cls(rows.rows, rows.scores, rows.starts, rows.emptied, rows.filled, rows.lined, dropped)
