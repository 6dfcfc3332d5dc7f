"""Scores as polars expressions. Importing this module registers the namespace `tricolore` of expressions.

Needs polars (extra `polars`).

>>> import polars as pl
>>> import tricolore.polars
>>> frame = pl.DataFrame({"prediction": ["a b", "c"], "references": [["a c"], ["c", "d"]]})
>>> frame.select(pl.col("prediction").tricolore.chrf("references")).to_series().to_list()
[25.0, 100.0]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from .engines.column_scores import ColumnScores, identifier
from .metrics.registry import METRICS, AnyMetric, metric

__all__ = ["TricoloreNamespace"]


class ByName(Protocol):
    """A method of the namespace that stands for a metric. Its options are those of the metric."""

    def __call__(
        self, references: str | pl.Expr, *, nulls: str = "error", num_threads: int | None = None, **options: Any
    ) -> pl.Expr: ...


class TricoloreNamespace:
    """The namespace `tricolore` of an expression of predictions.

    Every name of `tricolore.metric_names()` is a method that scores each row, and with the prefix `corpus_` a method
    that scores all rows, or all rows of a group, together. `chrf++` is spelled `chrfpp`. These methods take the options
    of the metric: `rouge("references", types=["rouge1"])` is `score_each(tc.ROUGE(["rouge1"]), "references")`, and
    `corpus_rouge` is `corpus` with that metric.

    A score with one number is a Float64, and a score with several is a Struct of Float64. Like other expressions, the
    result has the name of the predictions; `alias` changes it. Type checkers do not know namespaces:
    `TricoloreNamespace(pl.col("prediction")).bleu("references")` is the same expression with its type.

    >>> columns = {"task": ["x", "y", "x"], "gold": ["1", "3", "4"], "a": ["1", "3", "5"], "b": ["2", "3", "5"]}
    >>> scores = pl.col("a", "b").tricolore.corpus_exact_match("gold")
    >>> pl.DataFrame(columns).group_by("task").agg(scores).sort("task").rows()
    [('x', 0.5, 0.0), ('y', 1.0, 1.0)]
    """

    def __init__(self, predictions: pl.Expr) -> None:
        self._predictions = predictions

    def score_each(
        self,
        metric: str | AnyMetric,
        references: str | pl.Expr,
        *,
        nulls: str = "error",
        num_threads: int | None = None,
    ) -> pl.Expr:
        """Scores every row, with the bits of `Metric.score_each`.

        Args:
            metric: a metric or its name.
            references: the name of a column, or an expression: strings, or lists of strings.
            nulls: see `Metric.score_each`. With `"drop_segment"`, the score of a row without a reference is null.
            num_threads: see `Metric.score_each`.

        The expression is elementwise, so the streaming engine passes rows in parts. Errors are those of `score_each`;
        the index in an error counts the rows of the part.
        """
        scores = ColumnScores(metric, nulls, num_threads)
        return self._mapped(partial(row_scores, scores), references, kind_of(scores.names), is_elementwise=True)

    def corpus(
        self,
        metric: str | AnyMetric,
        references: str | pl.Expr,
        *,
        nulls: str = "error",
        num_threads: int | None = None,
    ) -> pl.Expr:
        """Scores all rows together, with the bits of `Metric.corpus`: one value, or one for each group.

        The score of no rows is null. Arguments are those of `score_each`. With `nulls="drop_segment"`, rows without
        a reference are left out.
        """
        scores = ColumnScores(metric, nulls, num_threads)
        return self._mapped(partial(corpus_score, scores), references, kind_of(scores.figures), returns_scalar=True)

    def _mapped(
        self,
        function: Callable[[Sequence[pl.Series]], pl.Series],
        references: str | pl.Expr,
        kind: pl.DataType,
        **properties: bool,
    ) -> pl.Expr:
        if not isinstance(references, (str, pl.Expr)):
            raise TypeError(
                f"references is of type {type(references).__name__}: it must be the name of a column or an expression"
            )
        others = pl.col(references) if isinstance(references, str) else references
        return pl.map_batches([self._predictions, others], function, return_dtype=kind, **properties)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> ByName:
            """The methods of the metrics: `bleu`, `corpus_bleu` and so on. They take the options of the metric."""


def kind_of(names: tuple[str, ...]) -> pl.DataType:
    """The type of a score with these numbers."""
    return pl.Float64() if len(names) == 1 else pl.Struct(dict.fromkeys(names, pl.Float64))


def row_scores(scores: ColumnScores, given: Sequence[pl.Series]) -> pl.Series:
    """The scores of predictions and references, row by row."""
    values, places = scores.rows(*of_one_length(*given))
    columns = pl.DataFrame({name: values[:, place] for place, name in enumerate(scores.names)})
    made = columns.to_series() if columns.width == 1 else columns.to_struct()
    return made if places is None else made.gather(pl.Series(places, dtype=pl.get_index_type()))


def corpus_score(scores: ColumnScores, given: Sequence[pl.Series]) -> pl.Series:
    """The score of predictions and references as one corpus, in a series of one row."""
    return pl.Series([scores.corpus(*of_one_length(*given))], dtype=kind_of(scores.figures))


def of_one_length(predictions: pl.Series, references: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The two series, where a series of one row is repeated for every row of the other, as polars does."""
    if len(references) == 1:
        return predictions, references.new_from_index(0, len(predictions))
    if len(predictions) == 1:
        return predictions.new_from_index(0, len(references)), references
    return predictions, references


def add_methods(name: str) -> None:
    """Adds the two methods of a metric to the namespace."""

    def score_each(
        self: TricoloreNamespace,
        references: str | pl.Expr,
        *,
        nulls: str = "error",
        num_threads: int | None = None,
        **options: Any,
    ) -> pl.Expr:
        return self.score_each(metric(name, **options), references, nulls=nulls, num_threads=num_threads)

    def corpus(
        self: TricoloreNamespace,
        references: str | pl.Expr,
        *,
        nulls: str = "error",
        num_threads: int | None = None,
        **options: Any,
    ) -> pl.Expr:
        return self.corpus(metric(name, **options), references, nulls=nulls, num_threads=num_threads)

    own = identifier(name)
    for method, method_name in ((score_each, own), (corpus, f"corpus_{own}")):
        method.__doc__ = f"`{method.__name__}` with `tricolore.metric({name!r}, **options)`."
        method.__name__, method.__qualname__ = method_name, f"TricoloreNamespace.{method_name}"
        setattr(TricoloreNamespace, method_name, method)


for name in METRICS:
    add_methods(name)
# A call instead of a decorator, which would hide the type of the class from type checkers.
pl.api.register_expr_namespace("tricolore")(TricoloreNamespace)
