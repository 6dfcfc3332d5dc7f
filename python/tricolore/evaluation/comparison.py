"""The result of comparing systems: one table."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..support.tables import html_table, rounded, text_table
from .paired_tests import Compared

__all__ = ["Comparison"]


class Comparison(NamedTuple):
    """The result of `compare`: a row for each group, figure and system.

    It prints as a table, shows itself in a notebook, and has `to_dict()`. A system that is identical to the baseline
    shows `identical` in place of the difference.
    """

    rows: tuple[Compared, ...]
    baseline: str
    signatures: dict[str, str]
    """The signature of each figure, including its test."""
    family: str
    """The family of tests that `p_holm` corrects for."""

    def to_dict(self) -> dict[str, Any]:
        """The comparison as plain dicts, lists and numbers."""
        rows = [row._asdict() for row in self.rows]
        return {"baseline": self.baseline, "family": self.family, "rows": rows, "signatures": self.signatures}

    def table(self) -> list[list[str]]:
        """The cells of the table as text; the first row is the head."""
        grouped = any(row.group is not None for row in self.rows)
        several = any(row.p_holm != row.p_value for row in self.rows)
        head = ["group"] * grouped + ["metric", "system", "score", "mean", "±", "difference", "p"]
        cells = [
            ["all" if row.group is None else str(row.group)] * grouped
            + [row.metric, row.system, *(rounded(x, 4) for x in row[3:6])]
            + ["identical" if row.identical else rounded(row.difference, 4), rounded(row.p_value, 4)]
            + [rounded(row.p_holm, 4)] * several
            for row in self.rows
        ]
        return [head + [f"p (Holm, {self.family})"] * several, *cells]

    def __str__(self) -> str:
        return "\n".join([text_table(self.table()), *(f"{name}: {text}" for name, text in self.signatures.items())])

    def _repr_html_(self) -> str:
        return html_table(self.table())
