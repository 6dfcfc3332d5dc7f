"""Parts of a corpus score as rows of a table: what Spark and Ray move between machines and merge.

A row is what a task has seen of a group: its labels, and for each system and metric the bytes of an accumulator.
Engines bring equal labels together; merging is adding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .accumulator import Accumulator, update_together
from .comparison import Comparison, compare
from .poisson import PoissonBootstrap
from .record_batches import column_of, in_batch, need_columns
from .together import Metrics, columns_of, named_metrics, reads

if TYPE_CHECKING:
    import pyarrow

    from .named import AnyMetric

__all__ = ["PartialScores"]

# A column of a batch holds two gigabytes at most, and an accumulator with an interval some hundred kilobytes.
ROWS = 1000

Labels = tuple[Any, ...]
Parts = dict[Labels, list[Accumulator[Any]]]


class PartialScores:
    """How parts of a corpus score are made and merged."""

    def __init__(
        self,
        metric: Metrics,
        predictions: Mapping[str, str],
        references: str,
        bootstrap: PoissonBootstrap | None,
        id_column: str | None,
        group_by: str | Sequence[str] | None,
        nulls: str,
    ) -> None:
        """Takes the metrics as `batches` does, the column of each system's predictions, and the columns of
        references, ids and groups."""
        if bootstrap is not None and id_column is None:
            raise ValueError(
                "id_column is needed for an interval: what is drawn of a segment depends on its id, so that it does "
                "not on partitions, their order, retries or machines; row numbers do"
            )
        if bootstrap is None and id_column is not None:
            raise ValueError("id_column is for an interval, and confidence is None")
        self.metrics: dict[str, AnyMetric] = named_metrics(metric)
        self.groups = () if group_by is None else (group_by,) if isinstance(group_by, str) else tuple(group_by)
        self._predictions = dict(predictions)
        self._references = references
        self._bootstrap = bootstrap
        self._id_column = id_column
        self._nulls = nulls

    @property
    def needed(self) -> tuple[str, ...]:
        """The names of the columns that are read."""
        ids = [] if self._id_column is None else [self._id_column]
        return tuple(dict.fromkeys([*self.groups, *ids, *self._predictions.values(), self._references]))

    @property
    def states(self) -> dict[str, AnyMetric]:
        """The names of the columns of accumulators, and the metric of each: all metrics of a system, then those of
        the next."""
        metrics = [metric for _ in self._predictions for metric in self.metrics.values()]
        return {f"_tricolore_{place}": metric for place, metric in enumerate(metrics)}

    def __call__(self, given: Any) -> Any:
        """The parts of all of an iterator of record batches, at its end; or of one table at once, as a table."""
        import pyarrow

        parts: Parts = {}
        if hasattr(given, "schema"):
            self._add(parts, given)
            return pyarrow.Table.from_batches(self._rows(given.schema, parts))
        return self._parts(parts, given)

    def _parts(self, parts: Parts, given: Iterable[Any]) -> Iterator[pyarrow.RecordBatch]:
        def add(rows: Any) -> Any:
            self._add(parts, rows)
            return rows.schema

        schema = None
        for schema in in_batch(add, given):  # noqa: B007
            pass
        if schema is not None:
            yield from self._rows(schema, parts)

    def _add(self, parts: Parts, rows: Any) -> None:
        need_columns(rows, self.needed)
        metrics = list(self.metrics.values())
        references = column_of(rows, self._references)
        statistics = []
        for column in self._predictions.values():
            read = reads(metrics, column_of(rows, column), references, 1, self._nulls)
            statistics += [metric._statistics_of(own) for metric, own in zip(metrics, read, strict=True)]
        ids = None if self._id_column is None else column_of(rows, self._id_column)
        for labels, which in groups_of(rows, self.groups):
            if labels not in parts:
                parts[labels] = [metric.accumulator(*(self._bootstrap or ())) for metric in self.states.values()]
            own = statistics if which is None else [each.take(which) for each in statistics]
            update_together(parts[labels], own, ids if which is None or ids is None else ids.take(which), 1)

    def _rows(self, schema: Any, parts: Parts) -> Iterator[pyarrow.RecordBatch]:
        """A row for each group, labels of the types that the schema has; at least one batch."""
        import pyarrow

        fields = [schema.field(name) for name in self.groups]
        schema = pyarrow.schema([*fields, *((name, pyarrow.binary()) for name in self.states)])
        rows = [(*labels, *(own._part().to_bytes() for own in each)) for labels, each in parts.items()]
        for start in range(0, max(1, len(rows)), ROWS):
            columns = list(zip(*rows[start : start + ROWS], strict=True)) or [()] * len(schema)
            arrays = [pyarrow.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
            yield pyarrow.RecordBatch.from_arrays(arrays, schema=schema)

    def merge(self, given: Iterable[Any]) -> Iterator[pyarrow.RecordBatch]:
        """Rows in batches to one row a group."""
        parts: Parts = {}
        schema = None
        for rows in given:
            schema = rows.schema
            for labels, each in self._read(rows):
                before = parts.get(labels)
                parts[labels] = [a + b for a, b in zip(before, each, strict=True)] if before else each
        if schema is not None:
            yield from self._rows(schema, parts)

    def _read(self, rows: Any) -> Iterator[tuple[Labels, list[Accumulator[Any]]]]:
        for row in rows.to_pylist():
            made = [Accumulator.from_bytes(metric, row[name]) for name, metric in self.states.items()]
            yield tuple(row[name] for name in self.groups), made

    def by_group(self, table: pyarrow.Table) -> list[tuple[Labels, dict[str, dict[str, Accumulator[Any]]]]]:
        """Of each row, in the order of the labels, its accumulators by system and name of the metric. Raises
        ValueError where there is none."""
        found = []
        for labels, each in self._read(table):
            named = zip(((system, name) for system in self._predictions for name in self.metrics), each, strict=True)
            systems: dict[str, dict[str, Accumulator[Any]]] = {}
            for (system, name), accumulator in named:
                systems.setdefault(system, {})[name] = accumulator
            found.append((labels, systems))
        if not found:
            raise ValueError("there is no segment: a score of none is not defined")
        # What is missing comes last.
        return sorted(found, key=lambda one: [(label is None, str(type(label)), label) for label in one[0]])

    def score(self, table: pyarrow.Table, one: bool) -> Any:
        """The score of all, or, of several metrics, those by name."""
        ((_, systems),) = self.by_group(table)
        (each,) = systems.values()
        scores = {name: accumulator.compute() for name, accumulator in each.items()}
        return next(iter(scores.values())) if one else scores

    def comparison(self, table: pyarrow.Table, baseline: str | None) -> Comparison:
        """The systems, tested against the baseline."""
        ((_, systems),) = self.by_group(table)
        accumulators = {system: list(each.values()) for system, each in systems.items()}
        return compare(accumulators, metrics=list(self.metrics.values()), baseline=baseline)

    def scores(self, table: pyarrow.Table) -> pyarrow.Table:
        """A row a group: its labels, its segments, each figure by its column with the bounds of its interval, and
        each metric's signature."""
        import pyarrow

        rows = []
        for labels, systems in self.by_group(table):
            (each,) = systems.values()
            row = dict(zip(self.groups, labels, strict=True))
            row["segments"] = len(next(iter(each.values())))
            for name, accumulator in each.items():
                score = accumulator.compute()
                figures = list(score.to_dict().values())
                intervals = accumulator.intervals()
                for place, column in enumerate(columns_of(name, accumulator.metric)):
                    row[column] = figures[place]
                    if intervals is not None:
                        row[f"{column}_low"], row[f"{column}_high"] = intervals[place][:2]
                row[f"{name}_signature"] = score.signature
            rows.append(row)
        made = pyarrow.Table.from_pylist(rows)
        # A column of nothing but nulls, or of small numbers, keeps its type.
        for name in self.groups:
            place = made.schema.get_field_index(name)
            made = made.set_column(place, name, made.column(name).cast(table.schema.field(name).type))
        return made


def groups_of(rows: Any, names: Sequence[str]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """The labels of each group, and which rows are its; all of them where there are no groups."""
    import numpy as np

    if not len(rows):
        return
    if not names:
        yield (), None
        return
    codes = np.zeros(len(rows), np.int64)
    for name in names:
        column = column_of(rows, name)
        column = column.combine_chunks() if hasattr(column, "combine_chunks") else column
        encoded = column.dictionary_encode(null_encoding="encode")
        # Dense again after each column: products of sizes would overflow.
        both = codes * len(encoded.dictionary) + encoded.indices.to_numpy(zero_copy_only=False)
        codes = np.unique(both, return_inverse=True)[1]
    _, first = np.unique(codes, return_index=True)
    order = np.argsort(codes, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(codes))[:-1])
    labels = zip(*(column_of(rows, name).take(first).to_pylist() for name in names), strict=True)
    yield from zip(labels, parts, strict=True)
