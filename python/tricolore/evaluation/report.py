"""The reports of comparisons and evaluations."""

from __future__ import annotations

import os

from ..report.content import Content, GroupScores, Series
from ..report.page import write_page
from ..support.tables.html import as_html
from ..support.tables.table import Cell, Table
from .figures import compared_figures, signature_line
from .groups import shown_labels
from .scored_segments import ScoredSegments
from .tabular import Tabular, rows_by_group

__all__ = ["write_report"]

# The most rows of a table in a report.
MOST_ROWS = 200


def write_report(result: Tabular, baseline: str | None, path: str | os.PathLike[str], title: str | None) -> None:
    """Writes the report of a result. `baseline` is None for a single system.

    Raises ValueError for a result without texts.
    """
    segments = result.segments
    if segments is None:
        raise ValueError("the systems were given as statistics or accumulators: a report needs their predictions")
    if any(metric.reader.pretokenized for metric in segments.metrics):
        raise ValueError("a metric is pretokenized: a report needs metrics that take texts")
    write_page(content_of(result, segments, baseline, title), path)


def content_of(result: Tabular, segments: ScoredSegments, baseline: str | None, title: str | None) -> Content:
    """The content of the report of a result."""
    first = next(iter(segments.batches)) if baseline is None else baseline
    systems = [first, *(name for name in segments.batches if name != first)]
    scores = [segments.batches[name].values() for name in systems]
    everything, *labelled = rows_by_group(result.rows).items()
    count = len(everything[1]) // len(result.figures)
    figures = iter(enumerate(result.figures))
    series = []
    for number, metric in enumerate(segments.metrics):
        for name in compared_figures(metric):
            place, figure = next(figures)
            column = metric.layout.figures.index(name)
            groups = (
                GroupScores(str(label), tuple(row.score for row in rows[place * count : (place + 1) * count]))
                for label, rows in labelled
            )
            series.append(
                Series(
                    name,
                    figure.title,
                    figure.head,
                    figure.lower_is_better,
                    figure.digits,
                    metric.layout.most,
                    metric,
                    [own[number][:, column] for own in scores],
                    tuple(groups),
                )
            )
    return Content(
        title
        or (f"{' and '.join(systems[1:])} against {systems[0]}" if len(systems) > 1 else f"Scores of {systems[0]}"),
        tuple(as_html(shortened(table)) for table in result.tables()),
        (*result.notes(), signature_line(result.figures)),
        tuple(systems),
        [segments.predictions(name) for name in systems],
        segments.references(),
        segments.numbers(),
        None if segments.groups is None else shown_labels(segments.groups),
        tuple(series),
    )


def shortened(table: Table) -> Table:
    """The table, without the rows in the middle if it has more than `MOST_ROWS`."""
    left_out = len(table.rows) - MOST_ROWS
    if left_out <= 0:
        return table
    half = MOST_ROWS // 2
    gap = (Cell(f"... {left_out} rows ..."), *[Cell("")] * (len(table.head) - 1))
    return table._replace(rows=(*table.rows[:half], gap, *table.rows[-half:]))
