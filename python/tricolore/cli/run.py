"""A run of `score`: batches in, scores of the corpus and its groups out."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NamedTuple

from tricolore import Accumulator, Metric, Statistics
from tricolore.corpus.accumulator import update_together
from tricolore.evaluation import batch as batches
from tricolore.evaluation.groups import by_label
from tricolore.evaluation.named_metrics import columns_of
from tricolore.resampling.bootstrap import Bootstrap
from tricolore.resampling.poisson import PoissonBootstrap

from .caught import messages
from .files.read import Batch
from .files.records import Place
from .saving.state import Group, State, Warned
from .saving.write import Written
from .unspaced import warning_of

__all__ = ["Corpus", "MetricsByName", "Run", "SegmentColumns", "as_list"]

MetricsByName = dict[str, Metric[Any]]


class Corpus:
    """The segments of one label, or all segments.

    Memory is constant, except for an interval without ids, which keeps the rows of all segments.
    """

    def __init__(self, metrics: MetricsByName, bootstrap: Bootstrap | None) -> None:
        self.segments = 0
        self._bootstrap = bootstrap
        drawing = bootstrap if isinstance(bootstrap, PoissonBootstrap) else ()
        self._metrics = metrics
        self._accumulators: dict[str, Accumulator[Any]] = {
            name: metric.accumulator(*drawing) for name, metric in metrics.items()
        }
        keep = bootstrap is not None and not drawing
        self._rows: dict[str, list[Statistics]] | None = {name: [] for name in metrics} if keep else None

    def add(self, statistics: list[Statistics], numbers: Any, num_threads: int | None) -> None:
        """Adds segments, given their statistics by each metric and the numbers that stand for their ids."""
        self.segments += len(statistics[0])
        if self._rows is None:
            update_together(list(self._accumulators.values()), statistics, numbers, num_threads)
            return
        for rows, own in zip(self._rows.values(), statistics, strict=True):
            rows.append(own)

    def accumulators(self) -> list[Accumulator[Any]]:
        """The accumulators, one per metric."""
        return list(self._accumulators.values())

    def results(self) -> dict[str, Any]:
        """The scores by metric."""
        if self._rows is None:
            return {name: accumulator.compute() for name, accumulator in self._accumulators.items()}
        assert self._bootstrap is not None
        return {
            name: self._metrics[name].from_statistics(sum(rows[1:], start=rows[0]), *self._bootstrap)
            for name, rows in self._rows.items()
        }

    @property
    def dropped(self) -> int:
        """The number of segments that were left out because they have no reference."""
        if self._rows is None:
            return next(iter(self._accumulators.values())).dropped
        return sum(own.dropped for own in next(iter(self._rows.values())))

    def saved(self, label: str | None) -> Group:
        """The part of a checkpoint for these segments."""
        return Group(label, self.segments, self._accumulators)

    def restore(self, group: Group) -> None:
        """Continues from a checkpoint."""
        self.segments = group.segments
        self._accumulators = group.accumulators


class SegmentColumns(NamedTuple):
    """The columns of a batch of segments, for the file of --per-segment."""

    columns: dict[str, Any]
    """The values of the segments that were not left out, by name."""
    kept: Sequence[int]
    """The numbers of these segments in the batch, from 0."""
    given: int
    """The number of segments of the batch."""


def columns_of_batch(metrics: MetricsByName, scored: batches.Batch, given: Batch, texts: bool) -> SegmentColumns:
    """The columns of a batch: ids, labels and texts, each where the command line asks for them, then the scores."""
    segments = scored.segments
    kept = range(segments.given) if segments.kept is None else segments.kept.tolist()
    described: dict[str, Any] = {"id": given.ids, "group": given.groups}
    if texts:
        references = [[own] if isinstance(own, str) else own for own in as_list(given.references)]
        described |= {"prediction": given.predictions, "references": references}
    columns = {
        name: [values[number] for number in kept]
        for name, values in ((name, as_list(values)) for name, values in described.items() if values is not None)
    }
    for (name, metric), values in zip(metrics.items(), scored.values(), strict=True):
        columns |= dict(zip(columns_of(name, metric), values.T, strict=True))
    return SegmentColumns(columns, kept, segments.given)


def as_list(values: Any) -> Any:
    """The values of a list or of an Arrow column."""
    return values.to_pylist() if hasattr(values, "to_pylist") else values


class Run:
    """The scores of all batches so far, for the corpus and for each group."""

    def __init__(self, given: argparse.Namespace, metrics: MetricsByName, bootstrap: Bootstrap | None) -> None:
        self.corpus = Corpus(metrics, bootstrap)
        self.groups: dict[str, Corpus] = {}
        self._warnings: dict[str, Warned] = {}
        self._given = given
        self.metrics = metrics
        self._bootstrap = bootstrap

    def add(self, given: Batch) -> SegmentColumns:
        """Scores a batch and adds it up. Returns the columns of its segments if they are to be written."""
        num_threads = self._given.num_threads
        metrics = list(self.metrics.values())
        batch = batches.Batch.of_texts(metrics, given.predictions, given.references, self._given.nulls, num_threads)
        self._collect_warnings(given.predictions, batch)
        numbers = None if given.ids is None else batch.id_numbers(given.ids)
        self.corpus.add(batch.statistics, numbers, num_threads)
        for label, which in by_label(given.groups or []).items():
            subset = batch.subset(which)
            own_numbers = None if numbers is None else numbers[subset.places]
            self._group(str(label)).add(subset.statistics, own_numbers, num_threads)
        if getattr(self._given, "per_segment", None) is None:
            return SegmentColumns({}, [], 0)
        return columns_of_batch(self.metrics, batch, given, self._given.texts)

    def _group(self, label: str) -> Corpus:
        return self.groups.setdefault(label, Corpus(self.metrics, self._bootstrap))

    def _collect_warnings(self, predictions: Any, batch: batches.Batch) -> None:
        for (name, metric), read in zip(self.metrics.items(), batch.read, strict=True):
            told = messages(metric.warnings_about(read), self._given)
            message = told[0] if told else warning_of(metric, predictions)
            if message:
                first, before = self._warnings.get(name, (message, 0))
                self._warnings[name] = Warned(first, before + len(batch))

    @property
    def odd(self) -> list[str]:
        """The warnings that hold for most segments: one odd batch does not make an odd file."""
        return [warned.message for warned in self._warnings.values() if 2 * warned.segments > self.corpus.segments]

    def state(self, file: int, places: list[Place], written: Written | None) -> State:
        """The state of the run as a checkpoint saves it."""
        groups = [self.corpus.saved(None), *(own.saved(label) for label, own in self.groups.items())]
        return State(file, places, groups, self._warnings, written)

    def restore(self, state: State) -> None:
        """Continues from a checkpoint."""
        everything, *groups = state.groups
        self.corpus.restore(everything)
        for group in groups:
            assert group.label is not None
            self._group(group.label).restore(group)
        self._warnings = state.warnings
