"""Tables as LaTeX, with the rules of the package booktabs."""

from __future__ import annotations

from ..visible import visible
from .table import Cell, Table

__all__ = ["as_latex", "escaped"]

SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    # Straight quotation marks are not in LaTeX's default encoding.
    '"': "''",
    # After the end of a row, brackets and asterisks would be read as its options.
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
    "`": r"\textasciigrave{}",
    "±": r"$\pm$",
    "↑": r"$\uparrow$",
    "↓": r"$\downarrow$",
    "•": r"\textbullet{}",
    "−": "$-$",
    "μ": r"$\mu$",
}


def as_latex(table: Table, notes: tuple[str, ...] = ()) -> str:
    """The table as a `tabular` between the rules of booktabs, with its title as a row.

    The best values are bold, and notes are comments.
    """
    columns = "".join("r" if right else "l" for right in table.is_number())
    lines = [f"% {' '.join(note.split())}" for note in notes]
    title = [rf"\multicolumn{{{len(columns)}}}{{l}}{{{escaped(table.title)}}} \\"] * bool(table.title)
    lines += [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", *title]
    lines += [row([escaped(name) for name in table.head]), r"\midrule"]
    lines += [row([shown(cell) for cell in cells]) for cells in table.rows]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"])


def row(cells: list[str]) -> str:
    """A row of cells."""
    return " & ".join(cells) + r" \\"


def shown(cell: Cell) -> str:
    """A cell with its marks."""
    text = number(cell.text)
    return (rf"\textbf{{{text}}}" if cell.best and text else text) + "$^{*}$" * cell.significant


def number(text: str) -> str:
    """The text, where the hyphen before a number is a minus."""
    if text[:1] == "-" and text[1:2].isdigit():
        return f"$-${escaped(text[1:])}"
    return escaped(text)


def escaped(text: str) -> str:
    """The text with a command for each character that LaTeX would read, in one line."""
    shown = "".join(SPECIAL.get(character, character) for character in visible(" ".join(text.split())))
    # Without the braces, two hyphens would become one dash.
    return shown.replace("--", "-{}-{}")
