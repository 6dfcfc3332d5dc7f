"""Several metrics under names of the caller's choice, and the columns of their figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from ..metrics.metric import Metric
from ..metrics.registry import METRICS, AnyMetric, metric_of

__all__ = ["Metrics", "columns_of", "named_metrics"]

Metrics: TypeAlias = str | AnyMetric | Iterable[str | AnyMetric] | Mapping[str, str | AnyMetric]
"""A name, a metric, several of these, or a dict of metrics by names of the caller's choice."""


def named_metrics(given: Metrics) -> dict[str, AnyMetric]:
    """The metrics by name. Raises ValueError for none and for a name that occurs twice."""
    if isinstance(given, Mapping):
        made = {name: metric_of(metric) for name, metric in given.items()}
        if not all(isinstance(name, str) for name in made):
            raise TypeError(f"metric is {given!r}: its keys must be names")
    else:
        several = [given] if isinstance(given, (str, Metric)) else list(given)
        metrics = [metric_of(one) for one in several]
        named = [
            (one if isinstance(one, str) else name_of(metric), metric)
            for one, metric in zip(several, metrics, strict=True)
        ]
        made = dict(named)
        if len(made) < len(named):
            names = ", ".join(repr(name) for name, _ in named)
            raise ValueError(f"metric has a name twice in {names}: give a dict of metrics by names of your own")
    if not made:
        raise ValueError(f"metric is empty: name at least one of {', '.join(METRICS)}")
    return made


def name_of(metric: AnyMetric) -> str:
    """The flat name of a metric's score, or the name of the metric if its score has several numbers."""
    figures = metric.layout.figures
    if len(figures) == 1:
        return figures[0]
    return next(name for name, made in METRICS.items() if isinstance(made, type) and isinstance(metric, made))


def columns_of(name: str, metric: AnyMetric) -> tuple[str, ...]:
    """The columns of a metric's figures in a table.

    Under the metric's own name they are the flat names. Under another name, a single figure takes that name, and
    several figures take it as a prefix.
    """
    figures = metric.layout.figures
    if name == name_of(metric):
        return figures
    return (name,) if len(figures) == 1 else tuple(f"{name}_{figure}" for figure in figures)
