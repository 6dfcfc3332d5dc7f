"""Tables as HTML."""

from __future__ import annotations

from ..visible import visible
from .table import SIGNIFICANT, Cell, Table

__all__ = ["as_html", "safe"]


def safe(text: str) -> str:
    """The text as HTML, with escapes for characters that would control a page or that no file can hold."""
    # Imported here to keep `import tricolore` fast.
    from html import escape

    return escape(visible(text))


def as_html(table: Table) -> str:
    """The table as an element. Columns of numbers have the class `n`, and the best values are bold."""

    def cell(tag: str, shown: str, right: bool) -> str:
        return f"<{tag}{' class=n' * right}>{shown}</{tag}>"

    def shown(one: Cell) -> str:
        text = f"<b>{safe(one.text)}</b>" if one.best else safe(one.text)
        return text + SIGNIFICANT * one.significant

    numbers = table.is_number()
    head = "".join(cell("th", safe(name), right) for name, right in zip(table.head, numbers, strict=True))
    rows = (
        "".join(cell("td", shown(one), right) for one, right in zip(row, numbers, strict=True)) for row in table.rows
    )
    caption = f"<caption>{safe(table.title)}</caption>" if table.title else ""
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
