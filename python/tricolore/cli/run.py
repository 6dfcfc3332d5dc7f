"""A run of `score`: batches in, scores of the corpus and its groups out."""

from __future__ import annotations

import argparse
from typing import Any

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

__all__ = ["Corpus", "MetricsByName", "Run"]

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


class Run:
    """The scores of all batches so far, for the corpus and for each group."""

    def __init__(self, given: argparse.Namespace, metrics: MetricsByName, bootstrap: Bootstrap | None) -> None:
        self.corpus = Corpus(metrics, bootstrap)
        self.groups: dict[str, Corpus] = {}
        self._warnings: dict[str, Warned] = {}
        self._given = given
        self._metrics = metrics
        self._bootstrap = bootstrap

    def add(self, given: Batch) -> tuple[tuple[str, ...], list[list[float] | None]]:
        """Scores a batch and adds it up.

        If the scores of segments are to be written, returns their columns and a row per segment, which is None for a
        segment that was left out; otherwise nothing.
        """
        num_threads = self._given.num_threads
        metrics = list(self._metrics.values())
        batch = batches.Batch.of_texts(metrics, given.predictions, given.references, self._given.nulls, num_threads)
        self._collect_warnings(given.predictions, batch)
        numbers = None if given.ids is None else batch.id_numbers(given.ids)
        self.corpus.add(batch.statistics, numbers, num_threads)
        for label, which in by_label(given.groups or []).items():
            subset = batch.subset(which)
            own_numbers = None if numbers is None else numbers[subset.places]
            self._group(str(label)).add(subset.statistics, own_numbers, num_threads)
        return self._rows(batch) if self._given.per_segment is not None else ((), [])

    def _group(self, label: str) -> Corpus:
        return self.groups.setdefault(label, Corpus(self._metrics, self._bootstrap))

    def _rows(self, batch: batches.Batch) -> tuple[tuple[str, ...], list[list[float] | None]]:
        """The columns of all metrics, and a row per segment; None for a segment that was left out."""
        import numpy as np

        columns = tuple(column for name, metric in self._metrics.items() for column in columns_of(name, metric))
        rows: list[list[float] | None] = np.concatenate(batch.values(), axis=1).tolist()
        if batch.segments.kept is None:
            return columns, rows
        by_number = dict(zip(batch.segments.kept.tolist(), rows, strict=True))
        return columns, [by_number.get(number) for number in range(batch.segments.given)]

    def _collect_warnings(self, predictions: Any, batch: batches.Batch) -> None:
        for (name, metric), read in zip(self._metrics.items(), batch.read, strict=True):
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
