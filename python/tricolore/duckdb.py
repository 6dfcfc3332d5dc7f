"""Scores as SQL functions of DuckDB. `register` adds the functions to a connection.

Needs duckdb and pyarrow (extra `duckdb`).

>>> import duckdb
>>> import tricolore.duckdb
>>> connection = duckdb.connect()
>>> tricolore.duckdb.register(connection)
>>> connection.sql("SELECT tricolore_chrf('it rains', 'it rained')").fetchall()
[(61.76...,)]
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from .engines.column_scores import ColumnScores, identifier
from .evaluation.named_metrics import Metrics, named_metrics
from .metrics.registry import METRICS

if TYPE_CHECKING:
    import duckdb

__all__ = ["register"]


def register(
    connection: duckdb.DuckDBPyConnection,
    metrics: Metrics | None = None,
    nulls: str = "error",
    num_threads: int | None = 1,
) -> None:
    """Adds functions to a connection that score texts in SQL.

    Args:
        connection: a connection of DuckDB; `duckdb.default_connection()` is the connection of `duckdb.sql`.
        metrics: names, metrics, or a dict of metrics by names of your own; None for every metric with its defaults.
        nulls: the treatment of NULL, see `Metric.score_each`. With `"drop_segment"`, the score of a row without a
            reference is NULL.
        num_threads: the number of threads for a call, see `Metric.score_each`. The default is one, because DuckDB
            calls functions on its own threads.

    For a metric `bleu` these are added (`chrf++` is spelled `chrfpp`):

    - `tricolore_bleu(prediction, reference)`, which scores a row with the bits of `score_each`. `reference` is a
      VARCHAR, or a VARCHAR[] for several.
    - `tricolore_corpus_bleu(prediction, reference)`, an aggregate that scores all rows, or each group, with the bits
      of `corpus`. The score of no rows is NULL.

    A score with one number is a DOUBLE, and a score with several is a STRUCT of DOUBLE, such as
    `tricolore_rouge(prediction, reference).rouge1_fmeasure`. Errors are those of `score_each`; the index in an error
    counts the rows of the vector, at most 2048, that DuckDB passed.

    The aggregate is a temporary macro of this connection over a function of a list, because DuckDB's Python API cannot
    define aggregate functions: `tricolore_corpus_bleu_of_list(list({'prediction': p, 'reference': r}))`. The list takes
    a FILTER, which the macro does not. It holds the texts of a group in memory.

    Functions that this connection registered under these names are replaced. They belong to the database, so the
    cursors of a connection have them too, but not its macros.

    >>> import duckdb
    >>> import tricolore as tc
    >>> connection = duckdb.connect()
    >>> register(connection, {"rouge1": tc.ROUGE(["rouge1"]), "zh": tc.BLEU("zh")})
    >>> connection.sql("SELECT tricolore_rouge1('a b', ['a c', 'b']).rouge1_fmeasure").fetchall()
    [(0.666...,)]
    """
    for given, metric in named_metrics({name: name for name in METRICS} if metrics is None else metrics).items():
        scores, name = ColumnScores(metric, nulls, num_threads), identifier(given)
        aggregate = f"tricolore_corpus_{name}"
        add_function(connection, f"tricolore_{name}", partial(row_scores, scores), scores.names)
        add_function(connection, f"{aggregate}_of_list", partial(corpus_scores, scores), scores.figures)
        connection.execute(
            f"CREATE OR REPLACE TEMPORARY MACRO {quoted(aggregate)}(prediction, reference) AS "
            f"{quoted(f'{aggregate}_of_list')}(list({{'prediction': prediction, 'reference': reference}}))"
        )


def add_function(connection: Any, name: str, function: Any, names: tuple[str, ...]) -> None:
    """Adds a function, whose arguments have any type, to a connection. `names` are the numbers that it returns."""
    import duckdb

    kind = "DOUBLE" if len(names) == 1 else f"STRUCT({', '.join(f'{quoted(one)} DOUBLE' for one in names)})"
    # DuckDB raises this error if it has no such function.
    with suppress(duckdb.InvalidInputException):
        connection.remove_function(name)
    connection.create_function(name, function, None, kind, type="arrow", null_handling="special")


# DuckDB evaluates the annotations of functions, so these two name no type of a library that may be missing.
def row_scores(scores: ColumnScores, prediction: Any, references: Any) -> Any:
    """The scores of a vector of rows."""
    import pyarrow

    values, places = scores.rows(prediction, references)
    columns = [pyarrow.array(values[:, place]) for place in range(values.shape[1])]
    made = columns[0] if len(columns) == 1 else pyarrow.StructArray.from_arrays(columns, scores.names)
    return made if places is None else made.take(pyarrow.array(places, pyarrow.int64()))


def corpus_scores(scores: ColumnScores, segments: Any) -> Any:
    """The corpus scores of a vector of groups, which are lists of predictions with their references."""
    import pyarrow

    # The list over no rows is NULL.
    groups = (group.values for group in segments)
    made = [None if own is None else scores.corpus(own.field("prediction"), own.field("reference")) for own in groups]
    number = pyarrow.float64()
    several = pyarrow.struct([(name, number) for name in scores.figures])
    return pyarrow.array(made, number if len(scores.figures) == 1 else several)


def quoted(name: str) -> str:
    """The name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
