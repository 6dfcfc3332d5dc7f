"""Tables as HTML."""

from __future__ import annotations

from .table import SIGNIFICANT, Cell, Table

__all__ = ["as_html"]


def as_html(table: Table) -> str:
    """The table as an element. Columns of numbers have the class `n`, and the best values are bold."""
    # Imported here to keep `import tricolore` fast.
    from html import escape

    def cell(tag: str, shown: str, right: bool) -> str:
        return f"<{tag}{' class=n' * right}>{shown}</{tag}>"

    def shown(one: Cell) -> str:
        text = f"<b>{escape(one.text)}</b>" if one.best else escape(one.text)
        return text + SIGNIFICANT * one.significant

    numbers = table.is_number()
    head = "".join(cell("th", escape(name), right) for name, right in zip(table.head, numbers, strict=True))
    rows = (
        "".join(cell("td", shown(one), right) for one, right in zip(row, numbers, strict=True)) for row in table.rows
    )
    caption = f"<caption>{escape(table.title)}</caption>" if table.title else ""
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
