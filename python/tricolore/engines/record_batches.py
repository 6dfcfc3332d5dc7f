"""Arrow record batches in, Arrow record batches with scores out, for engines and Parquet files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ..evaluation.batch import Batch
from ..evaluation.named_metrics import Metrics, columns_of, named_metrics
from ..support.arrow_out import SIGNATURE
from ..support.options import one_of
from ..support.threads import resolve
from ..texts.nulls import NULLS

if TYPE_CHECKING:
    import pyarrow


__all__ = ["RecordBatches", "batches", "column_named", "in_batch", "is_batch_or_table", "need_columns", "once"]

Rows = TypeVar("Rows")


def batches(
    metric: Metrics,
    prediction: str = "prediction",
    references: str = "references",
    keep: Sequence[str] = (),
    num_threads: int | None = 1,
    nulls: str = "error",
) -> RecordBatches:
    """A function that takes an iterator of Arrow record batches and returns an iterator of batches with scores.

    Spark's `DataFrame.mapInArrow` takes it, and so does Ray Data's `map_batches(batch_format="pyarrow")`, which passes
    one table at a time. The function pickles, holds one batch at a time, and makes no Python strings.

    Args:
        metric: a name, a metric, several of these, or a dict of metrics by names of your own.
        prediction: the column of predictions: strings of any Arrow type.
        references: the column of references: strings, or lists of strings.
        keep: the columns to pass on.
        num_threads: the number of threads for each batch, see `Metric.score_each`. The default is one, because an
            engine runs a task on each processor.
        nulls: see `Metric.score_each`. `"drop_segment"` also leaves out the rows of such segments.

    A batch of the result has the kept columns, followed by the scores of `score_each` as float64 under their flat
    names: `bleu`, `rouge1_precision` and so on. Under a name of your own, a single figure takes that name and the
    figures of ROUGE take it as a prefix. The field of each column of scores carries its metric's `signature` in its
    metadata, under `tricolore.signature`; Parquet keeps it. The schema's metadata carries it too: under that key for
    one metric, and under `tricolore.signature.bleu` and so on for several.

    The function does not warn. `batches` raises ValueError for a name that is given twice. The function raises
    ValueError for a missing column, and the errors of `score_each` with the number of the batch, from 0.

    >>> import pyarrow
    >>> batch = pyarrow.record_batch({"id": [7, 8], "prediction": ["a b", "c"], "references": [["a c"], ["c", "d"]]})
    >>> (scored,) = batches("chrf", keep=["id"])([batch])
    >>> scored.to_pylist()
    [{'id': 7, 'chrf': 25.0}, {'id': 8, 'chrf': 100.0}]
    """
    return RecordBatches(metric, prediction, references, keep, num_threads, nulls)


class RecordBatches:
    """The function that `batches` returns."""

    def __init__(
        self,
        metric: Metrics,
        prediction: str,
        references: str,
        keep: Sequence[str],
        num_threads: int | None,
        nulls: str,
    ) -> None:
        if isinstance(keep, str):
            raise TypeError(f"keep is a str where a sequence of columns belongs: wrap it in a list, [{keep!r}]")
        self._metrics = named_metrics(metric)
        self._prediction = prediction
        self._references = references
        self._keep = tuple(keep)
        self._num_threads = num_threads
        self._nulls = nulls
        one_of("nulls", nulls, NULLS)
        resolve(num_threads)
        for name in self._keep:
            if self._keep.count(name) > 1:
                raise ValueError(f"keep names the column {name!r} twice")
        once([*self._keep, *self.columns])

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of scores."""
        return tuple(column for name, metric in self._metrics.items() for column in columns_of(name, metric))

    @property
    def needed(self) -> tuple[str, ...]:
        """The names of the columns that the function reads."""
        return tuple(dict.fromkeys([*self._keep, self._prediction, self._references]))

    def __call__(self, given: Any) -> Any:
        """Scores an iterator of record batches as it is consumed, or one batch or table at once."""
        if is_batch_or_table(given):
            return self._scored(given)
        return in_batch(self._scored, given)

    def _scored(self, rows: pyarrow.RecordBatch | pyarrow.Table) -> pyarrow.RecordBatch | pyarrow.Table:
        import pyarrow

        need_columns(rows, self.needed)
        texts = column_named(rows, self._prediction), column_named(rows, self._references)
        batch = Batch.of_texts(list(self._metrics.values()), *texts, self._nulls, self._num_threads)
        columns = [column_named(rows, name) for name in self._keep]
        if batch.segments.kept is not None:
            columns = [column.take(pyarrow.array(batch.segments.kept)) for column in columns]
        fields = [pyarrow.field(name, column.type) for name, column in zip(self._keep, columns, strict=True)]
        for (name, metric), figures in zip(self._metrics.items(), batch.values(), strict=True):
            for place, column in enumerate(columns_of(name, metric)):
                columns.append(pyarrow.array(figures[:, place]))
                fields.append(pyarrow.field(column, pyarrow.float64(), metadata={SIGNATURE: metric.signature}))
        return type(rows).from_arrays(columns, schema=pyarrow.schema(fields, self._metadata))

    @property
    def _metadata(self) -> dict[str, str]:
        """The metadata of the schema.

        Engines and files require the same metadata for every batch, so it holds the signatures without the number of
        references, which may differ from batch to batch.
        """
        alone = len(self._metrics) == 1
        return {
            SIGNATURE if alone else f"{SIGNATURE}.{name}": metric.signature for name, metric in self._metrics.items()
        }


def once(names: Sequence[str]) -> None:
    """Raises ValueError if two columns of a result would have the same name."""
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two columns would be named {name!r}: give the metric a name of its own, in a dict")


def in_batch(work: Callable[[Any], Rows], given: Iterable[Any]) -> Iterator[Rows]:
    """Yields the result of `work` for each batch. Its errors name the number of the batch."""
    for number, batch in enumerate(given):
        try:
            done = work(batch)
        except (TypeError, ValueError) as error:
            # A subclass may take more arguments than a message.
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(f"record batch {number}: {error}") from error
        yield done


def is_batch_or_table(given: Any) -> bool:
    """True for a table or a record batch; False for a reader or an iterator of these."""
    return hasattr(given, "num_columns")


def need_columns(rows: Any, names: Iterable[str]) -> None:
    """Raises ValueError unless each of these columns exists exactly once."""
    has = rows.schema.names
    for name in names:
        if has.count(name) != 1:
            found = f"{has.count(name)} columns are" if name in has else "no column is"
            raise ValueError(f"{found} named {name!r}; there are {', '.join(map(repr, has))}")


def column_named(rows: Any, name: str) -> Any:
    """A column of a record batch or table."""
    return rows.column(rows.schema.get_field_index(name))
