"""The scores of a column of predictions and a column of references, for dataframes and databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..evaluation.batch import Batch
from ..metrics.registry import AnyMetric, metric_of
from ..support.options import one_of
from ..support.threads import resolve
from ..texts.nulls import NULLS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["ColumnScores", "RowScores", "identifier"]


def identifier(name: str) -> str:
    """The name of a metric as an identifier: `chrfpp` for `chrf++`."""
    return name.replace("+", "p")


class RowScores(NamedTuple):
    """The scores of the rows of two columns."""

    values: npt.NDArray[np.float64]
    """The scores, of shape (scored rows, numbers of a score)."""
    places: list[int | None] | None
    """The index in `values` of each row; None for a row that was left out. None if no row was left out."""


class ColumnScores:
    """A metric that scores columns, row by row or as a corpus.

    Scores have the bits of `score_each` and `corpus`. No warning is issued, because an engine may pass a column in
    many parts.
    """

    def __init__(self, metric: str | AnyMetric, nulls: str, num_threads: int | None) -> None:
        self.metric = metric_of(metric)
        self._nulls = one_of("nulls", nulls, NULLS)
        resolve(num_threads)
        self._num_threads = num_threads

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the numbers of a row's score."""
        return self.metric.layout.names

    @property
    def figures(self) -> tuple[str, ...]:
        """The names of the numbers of a corpus score."""
        return self.metric.layout.figures

    def rows(self, predictions: Any, references: Any) -> RowScores:
        """The scores of all rows. With `nulls="drop_segment"`, rows without a reference are left out."""
        batch = self._batch(predictions, references)
        (values,) = batch.values()
        kept = batch.segments.kept
        if kept is None:
            return RowScores(values, None)
        places: list[int | None] = [None] * batch.segments.given
        for place, row in enumerate(kept.tolist()):
            places[row] = place
        return RowScores(values, places)

    def corpus(self, predictions: Any, references: Any) -> float | dict[str, float] | None:
        """The score of all rows together: a number, or a dict of numbers by name. None if no row is scored."""
        batch = self._batch(predictions, references)
        if not len(batch):
            return None
        layout = self.metric.layout
        numbers = layout.figures_of(layout.from_read(batch.read[0], None))
        return numbers[0] if len(numbers) == 1 else dict(zip(self.figures, numbers, strict=True))

    def _batch(self, predictions: Any, references: Any) -> Batch:
        return Batch.of_texts([self.metric], predictions, references, self._nulls, self._num_threads)
