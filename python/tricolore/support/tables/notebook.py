"""Scores and columns as HTML, for notebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..notebook import framed
from .html import as_html, safe
from .table import table_of

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["columns_html", "score_html", "table_html"]

# The rows of a long table that a notebook shows.
MOST_ROWS = 10


def score_html(score: Any) -> str:
    """A score as HTML: the line that it prints, its other numbers, and its signature."""
    fields = {name: value for name, value in score._asdict().items() if name != "signature" and value is not None}
    rows = [[name, text_of(value)] for name, value in fields.items()]
    return table_html(str(score), [["", ""], *rows], score.signature)


def columns_html(title: str, columns: Mapping[str, npt.NDArray[Any]], signature: str) -> str:
    """The first rows of columns as HTML, with the number of each row from 0."""
    lists = {name: column[:MOST_ROWS].tolist() for name, column in columns.items()}
    cells = [[str(number), *map(text_of, row)] for number, row in enumerate(zip(*lists.values(), strict=True))]
    return table_html(title, [["", *lists], *cells], signature)


def table_html(title: str, rows: Sequence[Sequence[str]], signature: str) -> str:
    """A title, a table, whose first row is the head, and a signature as HTML."""
    table = as_html(table_of(rows[0], rows[1:]))
    return framed(f'<p>{safe(title)}</p>{table}<p class="note">{safe(signature)}</p>')


def text_of(value: Any) -> str:
    """A value of a score with at most six significant digits."""
    if isinstance(value, tuple):
        return ", ".join(map(text_of, value))
    return str(value) if isinstance(value, (str, int)) else f"{float(value):.6g}"
