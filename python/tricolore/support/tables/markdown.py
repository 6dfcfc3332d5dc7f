"""Tables as Markdown, in the dialect of GitHub and of most other programs."""

from __future__ import annotations

import re

from ..visible import visible
from .table import SIGNIFICANT, Cell, Table

__all__ = ["as_markdown", "escaped"]

# Characters that start or end a construct of CommonMark or of a table.
SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#&!])")


def as_markdown(table: Table) -> str:
    """The table with pipes. The best values are bold."""
    numbers = table.is_number()
    lines = [line([escaped(name) for name in table.head]), line(["---:" if right else "---" for right in numbers])]
    lines += [line([shown(cell) for cell in row]) for row in table.rows]
    return "\n".join([f"**{escaped(table.title)}**\n"] * bool(table.title) + lines)


def line(cells: list[str]) -> str:
    """A row of cells."""
    return f"| {' | '.join(cells)} |"


def shown(cell: Cell) -> str:
    """A cell with its marks."""
    text = escaped(cell.text)
    return (f"**{text}**" if cell.best and text else text) + f"\\{SIGNIFICANT}" * cell.significant


def escaped(text: str) -> str:
    """The text with a backslash before each character that Markdown would read, in one line."""
    return SPECIAL.sub(r"\\\1", visible(" ".join(text.split())))
