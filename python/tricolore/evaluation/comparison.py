"""The result of comparing systems."""

from __future__ import annotations

import os
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from ..support.tables.table import SIGNIFICANT, UNCHANGED, Cell, Table, rounded, table_of
from .figures import Figure
from .paired_tests import Compared
from .tabular import Tabular, named, rows_by_group

if TYPE_CHECKING:
    from .scored_segments import ScoredSegments

__all__ = ["Comparison"]

# The level of the marks of significance.
LEVEL = 0.05


class Comparison(Tabular):
    """The result of `compare`: a row for each group, figure and system.

    It prints as tables: the scores of the systems, with the best of each figure and the significant differences from
    the baseline marked, then the differences with their p-values. With groups, a table for each system and figure has
    a row per group, the largest loss first. `to_markdown`, `to_latex`, `to_html` and `to_text` give these tables;
    `to_dict`, `to_json`, `to_csv`, `to_pandas` and `to_polars` give all numbers.
    """

    __slots__ = ("baseline", "family", "test")

    rows: tuple[Compared, ...]
    figures: tuple[Figure, ...]
    """The compared figures, in the order of the rows."""
    baseline: str
    family: str
    """The family of tests that `p_holm` corrects for."""
    test: str
    """The name of the paired test."""
    segments: ScoredSegments | None
    """The texts and scores of the segments; None for systems that were given without texts."""
    fields = ("rows", "baseline", "figures", "family", "test")

    def __init__(
        self,
        rows: tuple[Compared, ...],
        baseline: str,
        figures: tuple[Figure, ...],
        family: str,
        test: str,
        segments: ScoredSegments | None = None,
    ) -> None:
        self.rows = named(rows, figures)
        self.baseline = baseline
        self.figures = figures
        self.family = family
        self.test = test
        self.segments = segments

    def to_dict(self) -> dict[str, Any]:
        """The comparison as plain dicts, lists and numbers. `details` has the other numbers of each score."""
        about = {"baseline": self.baseline, "family": self.family, "test": self.test}
        return {**about, "rows": self.rows_as_dicts(), "signatures": self.signatures}

    def tables(self) -> list[Table]:
        by_group = {group: self._by_figure(rows) for group, rows in rows_by_group(self.rows).items()}
        overall = by_group[None]
        tables = [self._scores(overall)]
        if len(by_group) == 1:
            return [*tables, self._differences(overall)]
        for place, figure in enumerate(self.figures):
            for system in range(1, len(overall[place])):
                pairs = {group: (rows[place][0], rows[place][system]) for group, rows in by_group.items()}
                tables.append(self._by_group(figure, pairs))
        return tables

    def _by_figure(self, rows: list[Compared]) -> list[list[Compared]]:
        """For each figure, the rows of the systems in a group, the baseline first."""
        systems = len(rows) // len(self.figures)
        return [rows[start : start + systems] for start in range(0, len(rows), systems)]

    def _scores(self, overall: list[list[Compared]]) -> Table:
        """The table of systems by figures."""
        columns = [scored_cells(figure, rows) for figure, rows in zip(self.figures, overall, strict=True)]
        names = [row.system for row in overall[0]]
        return table_of(["system", *(figure.head for figure in self.figures)], [*zip(names, *columns, strict=True)])

    def _differences(self, overall: list[list[Compared]]) -> Table:
        """The table of the differences from the baseline."""
        several = self._is_corrected()
        head = ["metric", "system", "difference", "p"] + [self._p_holm] * several
        cells = [
            [figure.title, row.system, difference_text(figure, row), *p_values(row, several)]
            for figure, rows in zip(self.figures, overall, strict=True)
            for row in rows[1:]
        ]
        return table_of(head, cells, f"differences from {self.baseline}")

    def _by_group(self, figure: Figure, pairs: dict[Hashable, tuple[Compared, Compared]]) -> Table:
        """The table of a figure of a system: a row for each group, the largest loss first, then all segments.

        `pairs` has the rows of the baseline and of the system by group, with None for all segments.
        """
        several = self._is_corrected()
        sign = -1 if figure.lower_is_better else 1
        ordered = sorted(pairs, key=lambda group: (group is None, sign * (pairs[group][1].difference or 0.0)))
        rows: list[list[str | Cell]] = []
        for group in ordered:
            before, after = pairs[group]
            rows.append(
                [
                    "all" if group is None else str(group),
                    rounded(before.score, figure.digits),
                    Cell(rounded(after.score, figure.digits), significant=is_significant(after)),
                    difference_text(figure, after),
                    *p_values(after, several),
                ]
            )
        head = ["group", self.baseline, after.system, "difference", "p"] + [self._p_holm] * several
        return table_of(head, rows, figure.head)

    @property
    def _p_holm(self) -> str:
        """The head of the column of corrected p-values."""
        return f"p (Holm, {self.family})"

    def _is_corrected(self) -> bool:
        """True if a p-value was corrected for the number of tests."""
        return any(row.p_holm != row.p_value for row in self.rows)

    def notes(self) -> list[str]:
        if not any(map(is_significant, self.rows)):
            return []
        p = self._p_holm if self._is_corrected() else "p"
        return [f"{SIGNIFICANT} differs from {self.baseline}: {p} < {LEVEL} by {self.test}"]

    def report(self, path: str | os.PathLike[str], title: str | None = None) -> None:
        """Writes a report: one HTML file with the tables, charts, and the segments with their marks.

        The file needs no network and no other file. It appears whole or not at all.

        Args:
            path: the file to write. An existing file is replaced.
            title: the title of the page; None names the systems.

        Raises ValueError if the systems were given as statistics or accumulators, without texts, and if texts are
        sequences of tokens.
        """
        from .report import write_report

        write_report(self, self.baseline, path, title)


def scored_cells(figure: Figure, rows: list[Compared]) -> list[Cell]:
    """The scores of the systems by one figure. The best is marked unless all are equal."""
    scores = [row.score for row in rows]
    best, worst = (min(scores), max(scores)) if figure.lower_is_better else (max(scores), min(scores))
    return [Cell(score_text(row, figure), row.score == best != worst, is_significant(row)) for row in rows]


def p_values(row: Compared, several: bool) -> list[str]:
    """The p-value, and the corrected one if there are several tests."""
    return [rounded(row.p_value, 4)] + [rounded(row.p_holm, 4)] * several


def difference_text(figure: Figure, row: Compared) -> str:
    """The difference from the baseline, or `unchanged` if no segment differs."""
    return UNCHANGED if row.identical else rounded(row.difference, figure.digits, sign=True)


def score_text(row: Compared, figure: Figure) -> str:
    """A score, with half the width of its interval if it has one."""
    score = rounded(row.score, figure.digits)
    return score if row.half_width is None else f"{score} ± {rounded(row.half_width, figure.digits)}"


def is_significant(row: Compared) -> bool:
    """True if a system differs from the baseline at the level of 0.05, corrected for the number of tests."""
    return row.p_holm is not None and row.p_holm < LEVEL
