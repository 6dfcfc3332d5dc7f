"""A table whose cells are text, with marks for the best value and for significance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["BEST", "SIGNIFICANT", "UNCHANGED", "Cell", "Table", "rounded", "table_of"]

BEST, SIGNIFICANT = "•", "*"
"""The marks of plain text."""
UNCHANGED = "unchanged"
"""The text in place of a difference if there is none on any segment."""
# A number, which may be followed by its interval.
NUMBER = re.compile(r"[-+]?\d[\d.]*( [±\[].*)?")


class Cell(NamedTuple):
    """A cell: its text, and its marks."""

    text: str
    best: bool = False
    """True for the best value of its column."""
    significant: bool = False
    """True for a value that differs significantly from the baseline's."""


class Table(NamedTuple):
    """A table. All rows are as long as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""

    def is_number(self) -> list[bool]:
        """For each column, True if it holds numbers, which are aligned at the right."""
        columns = zip(*self.rows, strict=True) if self.rows else [()] * len(self.head)
        texts = [[cell.text for cell in column if cell.text not in ("", UNCHANGED)] for column in columns]
        return [bool(own) and all(map(NUMBER.fullmatch, own)) for own in texts]


def table_of(head: Sequence[str], rows: Sequence[Sequence[str | Cell]], title: str = "") -> Table:
    """A table of strings and cells."""
    cells = tuple(tuple(Cell(cell) if isinstance(cell, str) else cell for cell in row) for row in rows)
    return Table(tuple(head), cells, title)


def rounded(number: float | None, digits: int, sign: bool = False) -> str:
    """The number with this many digits after the point; empty for None. `sign` puts a plus before a positive number."""
    return "" if number is None else f"{number:{'+' if sign else ''}.{digits}f}"
