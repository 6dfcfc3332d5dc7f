"""The result of scoring one corpus by several metrics."""

from __future__ import annotations

import os
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..metrics.registry import AnyMetric
from ..resampling.bootstrap import Interval
from ..support.tables.table import Table, rounded, table_of
from .figures import Figure, compared_figures, details_of
from .tabular import Tabular, named, rows_by_group

if TYPE_CHECKING:
    from .scored_segments import ScoredSegments

__all__ = ["Evaluated", "Evaluation", "evaluated"]


class Evaluated(NamedTuple):
    """One figure of one group."""

    group: Hashable
    """The label of the scored segments, or None for all segments."""
    metric: str
    """The flat name of the figure."""
    score: float
    low: float | None
    """The lower bound of the interval; None if no interval was asked for."""
    high: float | None
    segments: int
    details: dict[str, Any]
    """The other numbers of the score, such as BLEU's precisions and ROUGE's precision and recall."""


class Evaluation(Tabular):
    """The result of `evaluate`: a row for each group and figure.

    It prints as a table: the figures of the corpus, or with groups a row for each group. `to_markdown`, `to_latex`,
    `to_html` and `to_text` give this table; `to_dict`, `to_json`, `to_csv`, `to_pandas` and `to_polars` give all
    numbers.
    """

    __slots__ = ()

    rows: tuple[Evaluated, ...]
    figures: tuple[Figure, ...]
    """The figures, in the order of the rows."""
    segments: ScoredSegments | None
    """The texts and scores of the segments; None if they were not kept."""

    def __init__(
        self, rows: tuple[Evaluated, ...], figures: tuple[Figure, ...], segments: ScoredSegments | None = None
    ) -> None:
        self.rows = named(rows, figures)
        self.figures = figures
        self.segments = segments

    def to_dict(self) -> dict[str, Any]:
        """The evaluation as plain dicts, lists and numbers. `details` has the other numbers of each score."""
        return {"rows": self.rows_as_dicts(), "signatures": self.signatures}

    def tables(self) -> list[Table]:
        by_group = rows_by_group(self.rows)
        if len(by_group) == 1:
            bounds = ["low", "high"] * (self.rows[0].low is not None)
            cells = []
            for figure, row in zip(self.figures, self.rows, strict=True):
                numbers = [row.score, row.low, row.high][: 1 + len(bounds)]
                cells.append([figure.head, *(rounded(number, figure.digits) for number in numbers), str(row.segments)])
            return [table_of(["metric", "score", *bounds, "segments"], cells)]
        cells = []
        everything, *groups = by_group.items()
        for group, rows in [*groups, everything]:
            figures = (with_bounds(row, figure) for row, figure in zip(rows, self.figures, strict=True))
            cells.append(["all" if group is None else str(group), str(rows[0].segments), *figures])
        return [table_of(["group", "segments", *(figure.head for figure in self.figures)], cells)]

    def notes(self) -> list[str]:
        return []

    def report(self, path: str | os.PathLike[str], title: str | None = None) -> None:
        """Writes a report: one HTML file with the table, charts, and the segments with their marks.

        The file needs no network and no other file. It appears whole or not at all.

        Args:
            path: the file to write. An existing file is replaced.
            title: the title of the page; None gives "Scores of" and the name of the system.

        Raises ValueError if texts are sequences of tokens.
        """
        from .report import write_report

        write_report(self, None, path, title)


def evaluated(
    label: Hashable, metric: AnyMetric, score: Any, intervals: Sequence[Interval] | None, segments: int
) -> list[Evaluated]:
    """The rows of a metric's figures for the segments of a label."""
    rows = []
    for place, (name, value) in enumerate(zip(metric.layout.figures, metric.layout.figures_of(score), strict=True)):
        if name in compared_figures(metric):
            low, high = intervals[place][:2] if intervals else (None, None)
            rows.append(Evaluated(label, name, value, low, high, segments, details_of(name, score)))
    return rows


def with_bounds(row: Evaluated, figure: Figure) -> str:
    """A score, with its interval in brackets if it has one."""
    score = rounded(row.score, figure.digits)
    if row.low is None:
        return score
    return f"{score} [{rounded(row.low, figure.digits)}, {rounded(row.high, figure.digits)}]"
