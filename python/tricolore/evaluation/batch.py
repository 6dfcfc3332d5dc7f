"""Several metrics over the same texts, which are read once for all that see them alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from .. import _core
from ..corpus.statistics import ONE_EACH, NRefs
from ..metrics.metric import Metric, Read
from ..metrics.registry import METRICS, AnyMetric, metric_of
from ..support.threads import resolve
from ..texts.prepared import PreparedReferences

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ..corpus.statistics import Statistics
    from ..texts.segments import Segments

__all__ = ["Metrics", "columns_of", "named_metrics", "part_of", "reads", "statistics_of"]

Metrics: TypeAlias = str | AnyMetric | Iterable[str | AnyMetric] | Mapping[str, str | AnyMetric]
"""A name, a metric, several of these, or a dict of them by names of one's own."""


def reads(metrics: Sequence[AnyMetric], segments: Segments, num_threads: int | None) -> list[Read]:
    """The rows and scores of each metric. Nothing is warned of."""
    if isinstance(segments.references, PreparedReferences):
        return [metric._read_segments(segments, num_threads, True) for metric in metrics]
    ours = [place for place, metric in enumerate(metrics) if isinstance(metric._engine, _core.Metric)]
    engines: list[Any] = [metrics[place]._engine for place in ours]
    made = _core.batch(engines, segments.predictions, segments.references, resolve(num_threads))
    done = dict(zip(ours, (Read.of(read, segments.dropped) for read in made), strict=True))
    return [
        done[place] if place in done else metric._read_segments(segments, num_threads, True)
        for place, metric in enumerate(metrics)
    ]


def statistics_of(metrics: Sequence[AnyMetric], segments: Segments, num_threads: int | None) -> list[Statistics]:
    """The statistics of each metric. Texts are read once for all that see them alike."""
    read = reads(metrics, segments, num_threads)
    for metric, own in zip(metrics, read, strict=True):
        metric._warn_of(own)
    return [metric._statistics_of(own) for metric, own in zip(metrics, read, strict=True)]


def part_of(statistics: Statistics, read: Read, which: npt.NDArray[np.integer[Any]], dropped: int = 0) -> Statistics:
    """The statistics of some segments of a batch, with the numbers of references that these have, and how many
    segments beside them were left out."""
    import numpy as np

    part = statistics.take(which)
    nrefs = ONE_EACH
    if read.starts is not None and len(which):
        starts = np.frombuffer(read.starts, np.int64)
        nrefs = NRefs.of(starts[which + 1] - starts[which])
    return part._with(part.rows, part.offsets, nrefs._replace(dropped=dropped))


def named_metrics(given: Metrics) -> dict[str, AnyMetric]:
    """Metrics by name, from a name, a metric, several of these, or a dict of metrics by names of one's own."""
    if isinstance(given, Mapping):
        made = {name: metric_of(metric) for name, metric in given.items()}
        if not all(isinstance(name, str) for name in made):
            raise TypeError(f"metric is {given!r}: its keys must be names")
    else:
        several = [given] if isinstance(given, (str, Metric)) else list(given)
        named = [(name_of(one), metric_of(one)) for one in several]
        made = dict(named)
        if len(made) < len(named):
            names = ", ".join(repr(name) for name, _ in named)
            raise ValueError(f"metric has a name twice in {names}: give a dict of metrics by names of your own")
    if not made:
        raise ValueError(f"metric is empty: name at least one of {', '.join(METRICS)}")
    return made


def name_of(given: str | AnyMetric) -> str:
    """The flat name of a metric's score; of ROUGE, which has many, "rouge"."""
    figures = metric_of(given)._figures
    return figures[0] if len(figures) == 1 else "rouge"


def columns_of(name: str, metric: AnyMetric) -> tuple[str, ...]:
    """The columns of a metric's figures: under its own name the flat names, else these with the name in front, of a
    metric of one figure the name alone."""
    figures = metric._figures
    if name == name_of(metric):
        return figures
    return (name,) if len(figures) == 1 else tuple(f"{name}_{figure}" for figure in figures)
