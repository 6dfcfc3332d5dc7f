"""A batch of segments, read once for several metrics, with the statistics of all segments and of groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import _core
from ..metrics.registry import AnyMetric
from ..resampling.poisson import numbers_of
from ..support.threads import resolve
from ..texts.nrefs import ONE_EACH, NRefs
from ..texts.prepared import PreparedReferences
from ..texts.read import Read
from ..texts.segments import Segments, segments_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ..corpus.statistics import Statistics

__all__ = ["Batch", "Subset"]


class Subset(NamedTuple):
    """The statistics of some segments of a batch."""

    statistics: list[Statistics]
    """The statistics of these segments, one per metric."""
    places: npt.NDArray[np.int64] | slice
    """The positions of these segments among the scored segments of the batch."""


class Batch:
    """Predictions and references that are read once for several metrics.

    Metrics that split texts alike share the tokens. `segments` says which segments are scored. `read` and
    `statistics` have an entry per metric.
    """

    def __init__(self, metrics: Sequence[AnyMetric], segments: Segments, num_threads: int | None) -> None:
        self.metrics = metrics
        self.segments = segments
        self.read = read_all(metrics, segments, num_threads)
        self.statistics = [metric.layout.statistics(own) for metric, own in zip(metrics, self.read, strict=True)]

    @classmethod
    def of_texts(
        cls,
        metrics: Sequence[AnyMetric],
        predictions: Any,
        references: Any,
        nulls: str,
        num_threads: int | None,
    ) -> Batch:
        """The batch of these texts. Arguments and errors are those of `score_each`."""
        pretokenized = any(metric.reader.pretokenized for metric in metrics)
        return cls(metrics, segments_of(predictions, references, nulls, pretokenized), num_threads)

    def __len__(self) -> int:
        """The number of segments that are scored."""
        return len(self.statistics[0])

    def warn(self, stacklevel: int = 2) -> None:
        """Warns of texts that hint at a wrong choice of metric. A `stacklevel` of 1 stands for the caller."""
        for metric, own in zip(self.metrics, self.read, strict=True):
            metric.warn_about(own, stacklevel=stacklevel + 1)

    def values(self) -> list[npt.NDArray[np.float64]]:
        """The scores by each metric, of shape (segments, columns)."""
        return [
            metric.layout.segment_scores(own).reshape(-1, len(metric.layout.names))
            for metric, own in zip(self.metrics, self.read, strict=True)
        ]

    def id_numbers(self, ids: object) -> npt.NDArray[np.uint64]:
        """The numbers that stand for the ids of the scored segments, given an id for every segment."""
        return self.segments.of_kept_array(numbers_of(ids, self.segments.given))

    def subset(self, given: npt.NDArray[np.int64] | None) -> Subset:
        """The statistics of the segments with these numbers among all that were given; None for all of them."""
        if given is None:
            return Subset(self.statistics, slice(None))
        places = self.segments.places_of(given)
        dropped = len(given) - len(places)
        return Subset(
            [
                statistics.take(places, nrefs_at(read, places)._replace(dropped=dropped))
                for statistics, read in zip(self.statistics, self.read, strict=True)
            ],
            places,
        )


def read_all(metrics: Sequence[AnyMetric], segments: Segments, num_threads: int | None) -> list[Read]:
    """The rows and scores of each metric. Metrics with a compiled tokenizer read all texts in one pass."""
    if isinstance(segments.references, PreparedReferences):
        return [metric.reader.read(metric, segments, num_threads, True) for metric in metrics]
    compiled_places = [
        place for place, metric in enumerate(metrics) if isinstance(metric.reader.compiled, _core.Metric)
    ]
    compiled: list[Any] = [metrics[place].reader.compiled for place in compiled_places]
    made = _core.batch(compiled, segments.predictions, segments.references, resolve(num_threads))
    done = dict(zip(compiled_places, (Read.of(read, segments.dropped) for read in made), strict=True))
    return [
        done[place] if place in done else metric.reader.read(metric, segments, num_threads, True)
        for place, metric in enumerate(metrics)
    ]


def nrefs_at(read: Read, places: npt.NDArray[np.int64]) -> NRefs:
    """The range of the number of references over the segments at these places."""
    import numpy as np

    if read.starts is None or not len(places):
        return ONE_EACH
    starts = np.frombuffer(read.starts, np.int64)
    return NRefs.of(starts[places + 1] - starts[places])
