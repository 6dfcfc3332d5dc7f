"""Tables as text and as HTML."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["html_table", "rounded", "text_table"]


def text_table(rows: Sequence[Sequence[str]]) -> str:
    """Rows with aligned columns, numbers to the right; the first row is the head."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    is_number = [
        any(cell[:1].isdigit() or cell[:1] == "-" for cell in column) for column in zip(*rows[1:], strict=True)
    ]
    lines = (
        "  ".join(
            f"{cell:>{width}}" if right else f"{cell:{width}}"
            for cell, width, right in zip(row, widths, is_number, strict=True)
        ).rstrip()
        for row in rows
    )
    return "\n".join(lines)


def html_table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as an HTML table; the first row is the head."""
    # Imported here to keep `import tricolore` fast.
    from html import escape

    head, *body = ("".join(f"<{{0}}>{escape(cell)}</{{0}}>" for cell in row) for row in rows)
    lines = [head.replace("{0}", "th"), *(row.replace("{0}", "td") for row in body)]
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def rounded(number: float | None, digits: int) -> str:
    """The number with this many digits after the point; empty for None."""
    return "" if number is None else f"{number:.{digits}f}"
