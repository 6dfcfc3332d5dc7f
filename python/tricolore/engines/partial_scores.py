"""Parts of a corpus score as rows of a table: what Spark and Ray move between machines and merge.

A row is what a task has seen of a group: its labels, and for each system and metric the bytes of an accumulator.
Engines bring equal labels together; merging is adding.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..corpus.accumulator import Accumulator, update_together
from ..evaluation.batch import Metrics, columns_of, named_metrics, part_of, reads
from ..evaluation.compare import FAMILIES, Comparison, compare
from ..resampling.poisson import PoissonBootstrap, numbers_of
from ..support.options import one_of
from ..texts.inputs import NULLS
from ..texts.segments import segments_of
from .record_batches import column_of, in_batch, is_table, need_columns, once

if TYPE_CHECKING:
    import pyarrow

    from ..metrics.registry import AnyMetric

__all__ = ["PartialScores"]

# A column of a batch holds two gigabytes at most, and an accumulator with an interval some hundred kilobytes.
ROWS = 1000

Labels = tuple[Any, ...]
"""Arrow scalars: as Python objects some labels that differ are equal, and some that are equal differ."""


class Part(NamedTuple):
    """What has been seen of a group."""

    labels: Labels
    accumulators: list[Accumulator[Any]]


Parts = dict[tuple[Hashable, ...], Part]


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
        self._nulls = one_of("nulls", nulls, NULLS)
        for name in self.groups:
            if self.groups.count(name) > 1:
                raise ValueError(f"group_by names the column {name!r} twice")
        bounds = ("", "_low", "_high") if bootstrap else ("",)
        columns = [f"{column}{bound}" for name in self._columns() for column in name for bound in bounds]
        once(
            [*self.groups, "segments", *columns, *(f"{name}_signature" for name in self.metrics)] if self.groups else []
        )

    @classmethod
    def of_systems(
        cls,
        metric: Metrics,
        systems: Mapping[str, str],
        baseline: str | None,
        references: str,
        samples: int,
        seed: int,
        id_column: str,
        nulls: str,
        family: str,
    ) -> PartialScores:
        """Those of systems that are to be compared, each of which has a column of predictions. What `comparison` would
        refuse is refused before anything is read."""
        if not isinstance(systems, Mapping):
            raise TypeError(f"systems is of type {type(systems).__name__}: it must be a dict of columns by system")
        if len(systems) < 2:
            raise ValueError(f"systems holds {len(systems)}: there must be two or more to compare")
        if baseline is not None:
            one_of("baseline", baseline, systems)
        one_of("family", family, FAMILIES)
        made = named_metrics(metric)
        figures = [figure for own in made.values() for figure in own._figures]
        for figure in figures:
            if figures.count(figure) > 1:
                raise ValueError(f"metric has the figure {figure!r} twice: compare by one of them at a time")
        return cls(made, systems, references, PoissonBootstrap.checked(0.95, samples, seed), id_column, None, nulls)

    def _columns(self) -> list[tuple[str, ...]]:
        """The columns of figures of each metric."""
        return [columns_of(name, metric) for name, metric in self.metrics.items()]

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
        if is_table(given):
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
        tokens = any(metric._pretokenized for metric in metrics)
        read = []
        for column in self._predictions.values():
            # The same ones for each system.
            segments = segments_of(column_of(rows, column), references, self._nulls, tokens)
            read += reads(metrics, segments, 1)
        statistics = [metric._statistics_of(own) for metric, own in zip(self.states.values(), read, strict=True)]
        numbers = None if self._id_column is None else numbers_of(column_of(rows, self._id_column), len(rows))
        numbers = None if numbers is None else segments.of_kept_array(numbers)
        for key, labels, given in groups_of(rows, self.groups):
            which, dropped = given, 0
            if given is not None:
                which = segments.places_of(given)
                dropped = len(given) - len(which)
            if key not in parts:
                made = [metric.accumulator(*(self._bootstrap or ())) for metric in self.states.values()]
                parts[key] = Part(labels, made)
            own, own_numbers = statistics, numbers
            if which is not None:
                own = [
                    part_of(everything, each, which, dropped) for everything, each in zip(statistics, read, strict=True)
                ]
                own_numbers = None if numbers is None else numbers[which]
            update_together(parts[key].accumulators, own, own_numbers, 1)

    def _rows(self, schema: Any, parts: Parts) -> Iterator[pyarrow.RecordBatch]:
        """A row for each group, labels of the types that the schema has; at least one batch."""
        import pyarrow

        fields = [pyarrow.field(name, plain(schema.field(name).type, name)) for name in self.groups]
        schema = pyarrow.schema([*fields, *((name, pyarrow.binary()) for name in self.states)])
        rows = [(*part.labels, *(own._part().to_bytes() for own in part.accumulators)) for part in parts.values()]
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
            self._merge(parts, rows)
        if schema is not None:
            yield from self._rows(schema, parts)

    def _merge(self, parts: Parts, rows: Any) -> None:
        for key, part in self._read(rows):
            before = parts.get(key)
            both = zip(before.accumulators, part.accumulators, strict=True) if before else ()
            parts[key] = Part(part.labels, [a + b for a, b in both]) if before else part

    def _read(self, rows: Any) -> Iterator[tuple[tuple[Hashable, ...], Part]]:
        states = [column_of(rows, name).to_pylist() for name in self.states]
        for place, row in enumerate(zip(*states, strict=True)):
            # An engine may make a row of nothing.
            if None not in row:
                labels = tuple(label_in(column_of(rows, name), place) for name in self.groups)
                made = [
                    Accumulator.from_bytes(metric, state)
                    for metric, state in zip(self.states.values(), row, strict=True)
                ]
                yield tuple(map(key_of, labels)), Part(labels, made)

    def by_group(self, table: pyarrow.Table) -> list[tuple[Labels, dict[str, dict[str, Accumulator[Any]]]]]:
        """Of each group, in the order of the labels, its accumulators by system and name of the metric. Raises
        ValueError where there is none."""
        found: Parts = {}
        # An engine may hold apart what is one label here.
        self._merge(found, table)
        if not found:
            raise ValueError("there is no segment: a score of none is not defined")
        names = [(system, name) for system in self._predictions for name in self.metrics]
        out = []
        # What is missing comes last.
        for key in sorted(found, key=lambda labels: [(label is None, str(type(label)), label) for label in labels]):
            systems: dict[str, dict[str, Accumulator[Any]]] = {}
            for (system, name), accumulator in zip(names, found[key].accumulators, strict=True):
                systems.setdefault(system, {})[name] = accumulator
            out.append((found[key].labels, systems))
        return out

    def score(self, table: pyarrow.Table, one: bool) -> Any:
        """The score of all, or, of several metrics, those by name."""
        ((_, systems),) = self.by_group(table)
        (each,) = systems.values()
        scores = {name: accumulator.compute() for name, accumulator in each.items()}
        return next(iter(scores.values())) if one else scores

    def comparison(self, table: pyarrow.Table, baseline: str | None, family: str) -> Comparison:
        """The systems, tested against the baseline."""
        ((_, systems),) = self.by_group(table)
        accumulators = {system: list(each.values()) for system, each in systems.items()}
        return compare(accumulators, metrics=list(self.metrics.values()), baseline=baseline, family=family)

    def scores(self, table: pyarrow.Table) -> pyarrow.Table:
        """A row a group: its labels, its segments, each figure by its column with the bounds of its interval, and
        each metric's signature."""
        import pyarrow

        # A group of segments that were all left out has no score.
        groups = [
            (labels, systems)
            for labels, systems in self.by_group(table)
            if any(len(accumulator) for each in systems.values() for accumulator in each.values())
        ]
        rows = []
        for _, systems in groups:
            (each,) = systems.values()
            row: dict[str, Any] = {"segments": len(next(iter(each.values())))}
            for (name, accumulator), columns in zip(each.items(), self._columns(), strict=True):
                intervals = accumulator.intervals()
                score = accumulator._scored(intervals)
                figures = accumulator.metric._figures_of(score)
                for place, (column, figure) in enumerate(zip(columns, figures, strict=True)):
                    row[column] = figure
                    if intervals is not None:
                        row[f"{column}_low"], row[f"{column}_high"] = intervals[place][:2]
                row[f"{name}_signature"] = score.signature
            rows.append(row)
        made = pyarrow.Table.from_pylist(rows)
        for place, name in enumerate(self.groups):
            kind = plain(table.schema.field(name).type, name)
            column = pyarrow.array([labels[place] for labels, _ in groups], kind)
            made = made.add_column(place, name, column)
        return made


def groups_of(rows: Any, names: Sequence[str]) -> Iterator[tuple[tuple[Hashable, ...], Labels, Any]]:
    """The key and the labels of each group, and which rows are its; all of them where there are no groups."""
    import numpy as np

    if not len(rows):
        return
    if not names:
        yield (), (), None
        return
    codes = np.zeros(len(rows), np.int64)
    columns = [labels_in(rows, name) for name in names]
    for column in columns:
        encoded = column.dictionary_encode(null_encoding="encode")
        # What Arrow holds to be different may be one label: zeros of both signs.
        keys: dict[Hashable, int] = {}
        same = np.array([keys.setdefault(key_of(label), len(keys)) for label in encoded.dictionary], np.int64)
        # Dense again after each column: products of sizes would overflow.
        both = codes * max(1, len(keys)) + same[encoded.indices.to_numpy(zero_copy_only=False)]
        codes = np.unique(both, return_inverse=True)[1]
    _, first = np.unique(codes, return_index=True)
    order = np.argsort(codes, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(codes))[:-1])
    for place, which in zip(first.tolist(), parts, strict=True):
        labels = tuple(label_in(column, place) for column in columns)
        yield tuple(map(key_of, labels)), labels, which


def labels_in(rows: Any, name: str) -> Any:
    """A column of labels, in one piece and of a plain type."""
    import pyarrow

    column = column_of(rows, name)
    kind = plain(column.type, name)
    column = column if kind == column.type else column.cast(kind)
    return pyarrow.concat_arrays(column.chunks) if hasattr(column, "chunks") and column.chunks else column


def plain(kind: Any, name: str) -> Any:
    """The type of single values that stands for one of labels."""
    from pyarrow import binary, string, types

    if types.is_dictionary(kind):
        return plain(kind.value_type, name)
    if types.is_nested(kind):
        raise TypeError(f"group_by: the column {name!r} is of the Arrow type {kind}: it must be of single values")
    return {"string_view": string(), "binary_view": binary()}.get(str(kind), kind)


def label_in(column: Any, place: int) -> Any:
    """A label. Of floats NaN is one, and so is zero."""
    import pyarrow

    label = column[place]
    if pyarrow.types.is_floating(label.type) and label.is_valid:
        key = key_of(label)
        return pyarrow.scalar(float("nan") if key == "NaN" else key, label.type)
    return label


def key_of(label: Any) -> Hashable:
    """What equal labels of a column have in common."""
    from pyarrow import types

    if not label.is_valid:
        return None
    if types.is_temporal(label.type) and hasattr(label, "value"):
        # As a whole number: times of a zone are not one by one those of its clocks.
        return int(label.value)
    key: Any = label.as_py()
    if types.is_floating(label.type):
        return "NaN" if key != key else key + 0.0
    return key if isinstance(key, Hashable) else repr(key)
