"""Parts of a corpus score as rows of a table, which Spark and Ray move between machines.

A row belongs to a group of segments in one task: it has the group's labels and, for each system and metric, the bytes
of an accumulator. Rows with equal labels are merged by adding their accumulators.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..corpus.accumulator import Accumulator, update_together
from ..evaluation.batch import Batch
from ..evaluation.compare import compare
from ..evaluation.comparison import Comparison
from ..evaluation.holm import FAMILIES
from ..evaluation.named_metrics import Metrics, columns_of, named_metrics
from ..resampling.poisson import PoissonBootstrap
from ..support.options import one_of
from ..texts.nulls import NULLS
from .record_batches import column_named, in_batch, is_batch_or_table, need_columns, once

if TYPE_CHECKING:
    import pyarrow

    from ..metrics.registry import AnyMetric

__all__ = ["PartialScores"]

# A column of a batch holds at most two gigabytes, and an accumulator with an interval a few hundred kilobytes.
ROWS = 1000

Labels = tuple[Any, ...]
"""Labels as Arrow scalars, because equality of the corresponding Python objects differs in some cases."""


class GroupState(NamedTuple):
    """A group of segments, as far as it has been scored."""

    labels: Labels
    accumulators: list[Accumulator[Any]]


GroupStates = dict[tuple[Hashable, ...], GroupState]


class PartialScores:
    """Makes and merges parts of a corpus score."""

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
        """Takes the metrics as `batches` does, and the columns of each system's predictions, of references, ids and
        groups."""
        if bootstrap is not None and id_column is None:
            raise ValueError(
                "id_column is needed for an interval: the draws of a segment depend on its id, so that they do not "
                "depend on partitions, their order, retries or machines; row numbers do"
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
        """Partial scores of systems to be compared, each with a column of predictions.

        Arguments that `comparison` would refuse are refused before any data is read.
        """
        if not isinstance(systems, Mapping):
            raise TypeError(f"systems is of type {type(systems).__name__}: it must be a dict of columns by system")
        if len(systems) < 2:
            raise ValueError(f"systems holds {len(systems)}: there must be two or more to compare")
        if baseline is not None:
            one_of("baseline", baseline, systems)
        one_of("family", family, FAMILIES)
        made = named_metrics(metric)
        figures = [figure for own in made.values() for figure in own.layout.figures]
        for figure in figures:
            if figures.count(figure) > 1:
                raise ValueError(f"metric has the figure {figure!r} twice: compare by one of them at a time")
        return cls(made, systems, references, PoissonBootstrap.checked(0.95, samples, seed), id_column, None, nulls)

    def _columns(self) -> list[tuple[str, ...]]:
        """The columns of each metric's figures."""
        return [columns_of(name, metric) for name, metric in self.metrics.items()]

    @property
    def needed(self) -> tuple[str, ...]:
        """The names of the columns that are read."""
        ids = [] if self._id_column is None else [self._id_column]
        return tuple(dict.fromkeys([*self.groups, *ids, *self._predictions.values(), self._references]))

    @property
    def states(self) -> dict[str, AnyMetric]:
        """The columns of accumulators and their metrics: all metrics of the first system, then of the next."""
        metrics = [metric for _ in self._predictions for metric in self.metrics.values()]
        return {f"_tricolore_{place}": metric for place, metric in enumerate(metrics)}

    def __call__(self, given: Any) -> Any:
        """The parts of a table, as a table; or of an iterator of record batches, as batches after its last one."""
        import pyarrow

        parts: GroupStates = {}
        if is_batch_or_table(given):
            self._add(parts, given)
            return pyarrow.Table.from_batches(self._rows(given.schema, parts))
        return self._parts(parts, given)

    def _parts(self, parts: GroupStates, given: Iterable[Any]) -> Iterator[pyarrow.RecordBatch]:
        def add(rows: Any) -> Any:
            self._add(parts, rows)
            return rows.schema

        schema = None
        for schema in in_batch(add, given):  # noqa: B007
            pass
        if schema is not None:
            yield from self._rows(schema, parts)

    def _add(self, parts: GroupStates, rows: Any) -> None:
        need_columns(rows, self.needed)
        metrics = list(self.metrics.values())
        references = column_named(rows, self._references)
        # All systems have the same references, so the same segments are left out of each.
        batches = [
            Batch.of_texts(metrics, column_named(rows, column), references, self._nulls, 1)
            for column in self._predictions.values()
        ]
        numbers = None if self._id_column is None else batches[0].id_numbers(column_named(rows, self._id_column))
        for key, labels, given in groups_of(rows, self.groups):
            if key not in parts:
                made = [metric.accumulator(*(self._bootstrap or ())) for metric in self.states.values()]
                parts[key] = GroupState(labels, made)
            own = [batch.subset(given) for batch in batches]
            statistics = [each for subset in own for each in subset.statistics]
            own_numbers = None if numbers is None else numbers[own[0].places]
            update_together(parts[key].accumulators, statistics, own_numbers, 1)

    def _rows(self, schema: Any, parts: GroupStates) -> Iterator[pyarrow.RecordBatch]:
        """Yields a row per group, in at least one batch. Labels have the types of the schema."""
        import pyarrow

        fields = [pyarrow.field(name, plain(schema.field(name).type, name)) for name in self.groups]
        schema = pyarrow.schema([*fields, *((name, pyarrow.binary()) for name in self.states)])
        rows = [
            # Arrow would not put a missing label of another type into the column.
            (
                *(label if label.is_valid else None for label in part.labels),
                *(own.as_part().to_bytes() for own in part.accumulators),
            )
            for part in parts.values()
        ]
        for start in range(0, max(1, len(rows)), ROWS):
            columns = list(zip(*rows[start : start + ROWS], strict=True)) or [()] * len(schema)
            arrays = [pyarrow.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
            yield pyarrow.RecordBatch.from_arrays(arrays, schema=schema)

    def merge(self, given: Iterable[Any]) -> Iterator[pyarrow.RecordBatch]:
        """Merges rows in batches to one row per group."""
        import pyarrow

        parts: GroupStates = {}
        schema = None
        for rows in given:
            # If all labels of a block are missing, Ray gives them no type.
            schema = rows.schema if schema is None else pyarrow.unify_schemas([schema, rows.schema])
            self._merge(parts, rows)
        if schema is not None:
            yield from self._rows(schema, parts)

    def _merge(self, parts: GroupStates, rows: Any) -> None:
        for key, part in self._read(rows):
            before = parts.get(key)
            both = zip(before.accumulators, part.accumulators, strict=True) if before else ()
            parts[key] = GroupState(part.labels, [a + b for a, b in both]) if before else part

    def _read(self, rows: Any) -> Iterator[tuple[tuple[Hashable, ...], GroupState]]:
        # An engine may give no columns if there are no rows.
        if not len(rows):
            return
        states = [column_named(rows, name).to_pylist() for name in self.states]
        for place, row in enumerate(zip(*states, strict=True)):
            labels = tuple(label_in(column_named(rows, name), place) for name in self.groups)
            made = [
                Accumulator.from_bytes(metric, state) for metric, state in zip(self.states.values(), row, strict=True)
            ]
            yield tuple(map(key_of, labels)), GroupState(labels, made)

    def by_group(self, table: pyarrow.Table) -> list[tuple[Labels, dict[str, dict[str, Accumulator[Any]]]]]:
        """The labels of each group, in order, with its accumulators by system and name of the metric.

        Raises ValueError if there is no group.
        """
        found: GroupStates = {}
        # An engine may separate labels that are equal here.
        self._merge(found, table)
        if not found:
            raise ValueError("there is no segment: the score of an empty corpus is not defined")
        names = [(system, name) for system in self._predictions for name in self.metrics]
        out = []
        # Missing labels come last.
        for key in sorted(found, key=lambda labels: [(label is None, str(type(label)), label) for label in labels]):
            systems: dict[str, dict[str, Accumulator[Any]]] = {}
            for (system, name), accumulator in zip(names, found[key].accumulators, strict=True):
                systems.setdefault(system, {})[name] = accumulator
            out.append((found[key].labels, systems))
        return out

    def score(self, table: pyarrow.Table, one: bool) -> Any:
        """The score of all segments if there is `one` metric; otherwise a dict of scores by name."""
        ((_, systems),) = self.by_group(table)
        (each,) = systems.values()
        scores = {name: accumulator.compute() for name, accumulator in each.items()}
        return next(iter(scores.values())) if one else scores

    def comparison(self, table: pyarrow.Table, baseline: str | None, family: str) -> Comparison:
        """The comparison of the systems with the baseline."""
        ((_, systems),) = self.by_group(table)
        accumulators = {system: list(each.values()) for system, each in systems.items()}
        return compare(accumulators, metrics=list(self.metrics.values()), baseline=baseline, family=family)

    def scores(self, table: pyarrow.Table) -> pyarrow.Table:
        """A table with a row per group: labels, number of segments, each figure with the bounds of its interval, and
        each metric's signature."""
        import pyarrow

        # A group whose segments were all left out has no score.
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
                score = accumulator.score_with(intervals)
                figures = accumulator.metric.layout.figures_of(score)
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
    """Yields the key, the labels and the rows of each group; rows are None, for all rows, without groups."""
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
        # Arrow separates some equal labels: zeros of both signs.
        keys: dict[Hashable, int] = {}
        same = np.array([keys.setdefault(key_of(label), len(keys)) for label in encoded.dictionary], np.int64)
        # Codes are made dense after each column, because products of sizes would overflow.
        both = codes * max(1, len(keys)) + same[encoded.indices.to_numpy(zero_copy_only=False)]
        codes = np.unique(both, return_inverse=True)[1]
    _, first = np.unique(codes, return_index=True)
    order = np.argsort(codes, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(codes))[:-1])
    for place, which in zip(first.tolist(), parts, strict=True):
        labels = tuple(label_in(column, place) for column in columns)
        yield tuple(map(key_of, labels)), labels, which


def labels_in(rows: Any, name: str) -> Any:
    """A column of labels in one chunk, of a plain type."""
    import pyarrow

    column = column_named(rows, name)
    kind = plain(column.type, name)
    column = column if kind == column.type else column.cast(kind)
    return pyarrow.concat_arrays(column.chunks) if hasattr(column, "chunks") and column.chunks else column


def plain(kind: Any, name: str) -> Any:
    """The plain Arrow type for labels of the type `kind`. Raises TypeError for a nested type."""
    from pyarrow import binary, string, types

    if types.is_dictionary(kind):
        return plain(kind.value_type, name)
    if types.is_nested(kind):
        raise TypeError(f"group_by: the column {name!r} is of the Arrow type {kind}: it must be of single values")
    return {"string_view": string(), "binary_view": binary()}.get(str(kind), kind)


def label_in(column: Any, place: int) -> Any:
    """The label at this place. All float NaNs are one label, and so are both zeros."""
    import pyarrow

    label = column[place]
    if pyarrow.types.is_floating(label.type) and label.is_valid:
        key = key_of(label)
        return pyarrow.scalar(float("nan") if key == "NaN" else key, label.type)
    return label


def key_of(label: Any) -> Hashable:
    """A key that is the same for equal labels of a column."""
    from pyarrow import types

    if not label.is_valid:
        return None
    if types.is_temporal(label.type) and hasattr(label, "value"):
        # The integer value, because a clock shows some local times twice.
        return int(label.value)
    key: Any = label.as_py()
    if types.is_floating(label.type):
        return "NaN" if key != key else key + 0.0
    return key if isinstance(key, Hashable) else repr(key)
