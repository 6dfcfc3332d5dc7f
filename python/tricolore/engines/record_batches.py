"""Arrow record batches in, Arrow record batches with scores out: what engines and Parquet files go through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ..evaluation.batch import Metrics, columns_of, named_metrics, reads
from ..support.arrow_out import SIGNATURE
from ..support.options import one_of
from ..support.threads import resolve
from ..texts.inputs import NULLS
from ..texts.segments import segments_of

if TYPE_CHECKING:
    import pyarrow


__all__ = ["RecordBatches", "batches", "column_of", "in_batch", "is_table", "need_columns", "once"]

Rows = TypeVar("Rows")


def batches(
    metric: Metrics,
    prediction: str = "prediction",
    references: str = "references",
    keep: Sequence[str] = (),
    num_threads: int | None = 1,
    nulls: str = "error",
) -> RecordBatches:
    """A function from an iterator of Arrow record batches to one of record batches with scores.

    It is what Spark's `DataFrame.mapInArrow` takes, and Ray Data's `map_batches(batch_format="pyarrow")`, which
    hands it a table at a time; it pickles, holds one batch, and makes no Python strings.

    Args:
        metric: a name, a metric, several of these, or a dict of metrics by names of one's own.
        prediction: the column of predictions: strings of any Arrow type.
        references: that of references: strings, or lists of them.
        keep: columns that are passed on.
        num_threads: as of `score_each`, for each batch. One, for an engine runs a task a processor.
        nulls: as of `score_each`; with `"drop_segment"` such rows are not passed on.

    What comes out has the kept columns and then, as float64 and under their flat names, the scores that
    `score_each` gives: `bleu`, `rouge1_precision` and so on. Under a name of one's own that name stands for a
    figure that is alone, and in front of those of ROUGE. Each column of scores has its metric's `signature` in the
    metadata of its field, as `tricolore.signature`, and Parquet keeps it. The metadata of the schema have it too: under
    that key for one metric, as `tricolore.signature.bleu` and so on for several.

    Nothing is warned of. Raises ValueError for names that are given twice; when called, ValueError for columns that
    are not there and the errors of `score_each` with the number of the batch, from 0.

    >>> import pyarrow
    >>> batch = pyarrow.record_batch({"id": [7, 8], "prediction": ["a b", "c"], "references": [["a c"], ["c", "d"]]})
    >>> (scored,) = batches("chrf", keep=["id"])([batch])
    >>> scored.to_pylist()
    [{'id': 7, 'chrf': 25.0}, {'id': 8, 'chrf': 100.0}]
    """
    return RecordBatches(metric, prediction, references, keep, num_threads, nulls)


class RecordBatches:
    """What `batches` gives."""

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
        """The names of the columns that are read."""
        return tuple(dict.fromkeys([*self._keep, self._prediction, self._references]))

    def __call__(self, given: Any) -> Any:
        """Scores an iterator of record batches as it is consumed, or one batch or table at once."""
        if is_table(given):
            return self._scored(given)
        return in_batch(self._scored, given)

    def _scored(self, rows: pyarrow.RecordBatch | pyarrow.Table) -> pyarrow.RecordBatch | pyarrow.Table:
        import pyarrow

        need_columns(rows, self.needed)
        metrics = list(self._metrics.values())
        texts = column_of(rows, self._prediction), column_of(rows, self._references)
        segments = segments_of(*texts, self._nulls, any(metric._pretokenized for metric in metrics))
        read = reads(metrics, segments, self._num_threads)
        columns = [column_of(rows, name) for name in self._keep]
        if segments.kept is not None:
            columns = [column.take(pyarrow.array(segments.kept)) for column in columns]
        fields = [pyarrow.field(name, column.type) for name, column in zip(self._keep, columns, strict=True)]
        for (name, metric), own in zip(self._metrics.items(), read, strict=True):
            names = columns_of(name, metric)
            figures = metric._scores_of(own).values.reshape(-1, len(names))
            for place, column in enumerate(names):
                columns.append(pyarrow.array(figures[:, place]))
                fields.append(pyarrow.field(column, pyarrow.float64(), metadata={SIGNATURE: metric.signature}))
        return type(rows).from_arrays(columns, schema=pyarrow.schema(fields, self._metadata))

    @property
    def _metadata(self) -> dict[str, str]:
        """The metadata of the schema. It is the same for every batch, as engines and files ask, so the signatures are
        those of the options: the number of references may differ from batch to batch."""
        alone = len(self._metrics) == 1
        return {
            SIGNATURE if alone else f"{SIGNATURE}.{name}": metric.signature for name, metric in self._metrics.items()
        }


def once(names: Sequence[str]) -> None:
    """Raises ValueError where two columns of a result would have one name."""
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two columns would be named {name!r}: give the metric a name of its own, in a dict")


def in_batch(work: Callable[[Any], Rows], given: Iterable[Any]) -> Iterator[Rows]:
    """Does work for each batch; its errors say for which."""
    for number, batch in enumerate(given):
        try:
            done = work(batch)
        except (TypeError, ValueError) as error:
            # Not of their own types: some of those take more than a message.
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(f"record batch {number}: {error}") from error
        yield done


def is_table(given: Any) -> bool:
    """Whether it is a table or a record batch, and not a reader or an iterator of these."""
    return hasattr(given, "num_columns")


def need_columns(rows: Any, names: Iterable[str]) -> None:
    """Raises ValueError unless each of these columns is there once."""
    has = rows.schema.names
    for name in names:
        if has.count(name) != 1:
            found = f"{has.count(name)} columns are" if name in has else "no column is"
            raise ValueError(f"{found} named {name!r}; there are {', '.join(map(repr, has))}")


def column_of(rows: Any, name: str) -> Any:
    """A column of a record batch or table."""
    return rows.column(rows.schema.get_field_index(name))
