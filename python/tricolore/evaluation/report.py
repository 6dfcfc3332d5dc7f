"""The reports of comparisons and evaluations."""

from __future__ import annotations

import os

from ..report.content import Content, GroupScores, Series
from ..report.page import write_page
from ..support.tables.html import as_html
from .figures import compared_figures, signature_line
from .scored_segments import ScoredSegments
from .tabular import Tabular, rows_by_group

__all__ = ["write_report"]


def write_report(result: Tabular, baseline: str | None, path: str | os.PathLike[str], title: str | None) -> None:
    """Writes the report of a result. `baseline` is None for a single system.

    Raises ValueError for a result without texts.
    """
    segments = result.segments
    if segments is None:
        raise ValueError("a report shows texts, and the systems were given without: give their predictions")
    if any(metric.reader.pretokenized for metric in segments.metrics):
        raise ValueError("a report shows texts, and a metric takes tokens: use metrics of texts")
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
        tuple(map(as_html, result.tables())),
        (*result.notes(), signature_line(result.figures)),
        tuple(systems),
        [segments.predictions(name) for name in systems],
        segments.references(),
        segments.numbers(),
        None if segments.groups is None else [str(label) for label in segments.groups],
        tuple(series),
    )
