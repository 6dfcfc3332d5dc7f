"""Tables as plain text, in columns or, where the terminal is narrower, row by row."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from ..visible import visible
from .table import BEST, SIGNIFICANT, Cell, Table, table_of

__all__ = ["as_text", "text_table"]


def text_table(rows: Sequence[Sequence[str]]) -> str:
    """Rows with aligned columns, numbers to the right; the first row is the head."""
    return as_text(table_of(rows[0], rows[1:]))


def as_text(table: Table, width: int | None = None, bold: Callable[[str], str] | None = None) -> str:
    """The table in aligned columns, numbers to the right.

    A table that is wider than `width` is printed row by row, a line for each cell, so that no number is cut. `bold`
    makes the best values stand out; without it, they have a mark before them.
    """
    table = Table(tuple(map(visible, table.head)), table.rows, visible(table.title))
    columns = [*zip(*([marked(cell, bold and str) for cell in row] for row in table.rows), strict=True)] or [()] * len(
        table.head
    )
    widths = [max(map(cells_wide, (name, *column))) for name, column in zip(table.head, columns, strict=True)]
    title = [table.title] if table.title else []
    if width is not None and sum(widths) + 2 * (len(widths) - 1) > width:
        return "\n".join([*title, *by_row(table, bold)])
    numbers = table.is_number()
    lines = [in_columns([Cell(name) for name in table.head], widths, numbers, None)]
    lines += [in_columns(row, widths, numbers, bold) for row in table.rows]
    return "\n".join(title + lines)


def in_columns(
    row: Sequence[Cell], widths: Sequence[int], numbers: Sequence[bool], bold: Callable[[str], str] | None
) -> str:
    """A row of the table as a line."""
    out = []
    for cell, width, is_number in zip(row, widths, numbers, strict=True):
        shown = marked(cell, bold)
        space = " " * (width - cells_wide(marked(cell, bold and str)))
        out.append(space + shown if is_number else shown + space)
    return "  ".join(out).rstrip()


def by_row(table: Table, bold: Callable[[str], str] | None) -> list[str]:
    """The lines of a table that is printed row by row: the first cells that are no numbers in one line, then a line
    with the name of each other cell."""
    leading = max(1, table.is_number().index(True)) if any(table.is_number()) else 1
    widest = max(map(cells_wide, table.head[leading:]), default=0)
    lines = []
    for row in table.rows:
        lines.append("  ".join(marked(cell, bold) for cell in row[:leading]))
        for name, cell in zip(table.head[leading:], row[leading:], strict=True):
            shown = marked(cell, bold)
            if shown:
                lines.append(f"  {name}{' ' * (widest - cells_wide(name))}  {shown}")
    return lines


def marked(cell: Cell, bold: Callable[[str], str] | None) -> str:
    """The text of a cell with its marks, and with escapes for characters that would control a terminal."""
    text = f"{visible(cell.text)}{SIGNIFICANT if cell.significant else ''}"
    if not cell.best:
        return text
    return f"{BEST}{text}" if bold is None else bold(text)


def cells_wide(text: str) -> int:
    """The number of columns that a text takes in a terminal. Wide characters of East Asia take two, accents none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
