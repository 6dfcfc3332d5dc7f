"""Scores on Spark. A DataFrame is scored where its partitions are, and only accumulators are moved.

Needs pyspark (extra `spark`), with tricolore and pyarrow on the executors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .engines.partial_scores import PartialScores
from .engines.record_batches import RecordBatches, once
from .evaluation.comparison import Comparison
from .evaluation.named_metrics import Metrics
from .metrics.metric import Metric
from .resampling.poisson import PoissonBootstrap

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

__all__ = ["compare", "corpus", "score_each"]


def score_each(
    df: DataFrame,
    metric: Metrics,
    prediction: str = "prediction",
    references: str = "references",
    keep: Sequence[str] | None = None,
    nulls: str = "error",
) -> DataFrame:
    """Scores every row, in the task that holds it.

    Args:
        df: a DataFrame.
        metric, prediction, references, nulls: see `tricolore.batches`.
        keep: the columns to pass on; None for all except predictions and references.

    Returns a DataFrame of the kept columns and the scores, as doubles. DataFrames are lazy: bad input fails the job
    later, with the error of `score_each`.
    """
    from pyspark.sql.types import DoubleType, StructField, StructType

    if keep is None:
        keep = [name for name in df.columns if name not in (prediction, references)]
    # Columns have other names on the way, because pyspark 4.3 finds no column whose name has a dot (map_ops.py:75).
    own = {name: f"_tricolore_{place}" for place, name in enumerate(dict.fromkeys([*keep, prediction, references]))}
    work = RecordBatches(metric, own[prediction], own[references], [own[name] for name in keep], 1, nulls)
    once([*keep, *work.columns])
    fields = [StructField(own[name], df.schema[name].dataType) for name in keep]
    fields += [StructField(name, DoubleType()) for name in work.columns]
    texts = df.select(*(df[quoted(name)].alias(alias) for name, alias in own.items()))
    return texts.mapInArrow(work.__call__, StructType(fields)).toDF(*keep, *work.columns)


def corpus(
    df: DataFrame,
    metric: Metrics,
    prediction: str = "prediction",
    references: str = "references",
    confidence: float | None = None,
    samples: int = 1000,
    seed: int = 12345,
    id_column: str | None = None,
    group_by: str | Sequence[str] | None = None,
    nulls: str = "error",
) -> Any:
    """Scores the corpus in a DataFrame in one pass, with the bits of `Metric.corpus` on one machine.

    The result does not depend on partitions, their order, or retried tasks.

    Args:
        df, metric, prediction, references, nulls: see `score_each`. Several metrics share the pass.
        confidence, samples, seed: an interval by the Poisson bootstrap, see `Metric.accumulator`.
        id_column: the column of the segments' ids, unique strings or integers. It is needed with `confidence`: the
            draws of a segment depend on its id and on nothing that Spark decides.
        group_by: one or several columns; each combination of their values is a group with a score of its own.

    Returns a score, such as `BLEUScore`, or for several metrics a dict of scores by name. With `group_by`, returns a
    DataFrame with a row per group: its values, `segments`, each figure (with `confidence` also its bounds as
    `..._low` and `..._high`), and each metric's signature. Each task makes an accumulator per metric and group; Spark's
    aggregation merges them as bytes. With three or more references, TER rounds the sum of mean lengths once (see
    `Accumulator`).
    """
    bootstrap = PoissonBootstrap.checked(confidence, samples, seed)
    parts = PartialScores(metric, {"": prediction}, references, bootstrap, id_column, group_by, nulls)
    table = merged(df, parts)
    if group_by is None:
        return parts.score(table, isinstance(metric, (str, Metric)))
    return df.sparkSession.createDataFrame(parts.scores(table))


def compare(
    df: DataFrame,
    systems: Mapping[str, str],
    metric: Metrics,
    id_column: str,
    references: str = "references",
    baseline: str | None = None,
    samples: int = 1000,
    seed: int = 12345,
    nulls: str = "error",
    family: str = "all",
) -> Comparison:
    """Tests systems against the baseline: `tricolore.compare` in one pass over a DataFrame.

    The test is `"bootstrap"` on Poisson replicates. All systems share the draws of a segment.

    Args:
        systems: the column of predictions of each system, by its name.
        baseline: the name of the system to compare with; None for the first.
        family: the tests that `p_holm` corrects for together, see `tricolore.compare`. There are no groups.
        df, metric, id_column, references, samples, seed, nulls: see `corpus`.
    """
    parts = PartialScores.of_systems(metric, systems, baseline, references, samples, seed, id_column, nulls, family)
    return parts.comparison(merged(df, parts), baseline, family)


def merged(df: DataFrame, parts: PartialScores) -> pyarrow.Table:
    """The merged accumulators of a DataFrame, a row per group."""
    import pyarrow
    from pyspark.sql.types import BinaryType, StructField, StructType

    for name in parts.needed:
        if "." in name or "`" in name:
            raise ValueError(f"pyspark's mapInArrow takes no column named {name!r}: give it a name without dots")
    large = df.sparkSession.conf.get("spark.sql.execution.arrow.useLargeVarTypes", "false") == "true"

    def make(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        return (as_spark_has_it(batch, large) for batch in parts(batches))

    def merge(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        return (as_spark_has_it(batch, large) for batch in parts.merge(batches))

    # Spark chooses its calling convention by the annotations, and cannot resolve them as strings.
    merge.__annotations__ = dict.fromkeys(("batches", "return"), Iterator[pyarrow.RecordBatch])
    labels = [df.schema[name] for name in parts.groups]
    schema = StructType([*labels, *(StructField(name, BinaryType()) for name in parts.states)])
    made = df.select(*parts.needed).mapInArrow(make, schema)
    return made.groupBy(*parts.groups).applyInArrow(merge, schema).toArrow()


def as_spark_has_it(batch: pyarrow.RecordBatch, large: bool) -> pyarrow.RecordBatch:
    """The batch in the types that Spark expects: times in UTC, and small or `large` strings and bytes."""
    import pyarrow

    def wanted(kind: Any) -> Any:
        if pyarrow.types.is_timestamp(kind) and kind.tz is not None:
            return pyarrow.timestamp(kind.unit, "UTC")
        return (
            {"binary": pyarrow.large_binary(), "string": pyarrow.large_string()}.get(str(kind), kind) if large else kind
        )

    columns = [column.cast(wanted(column.type)) for column in batch.columns]
    return pyarrow.RecordBatch.from_arrays(columns, names=batch.schema.names)


def quoted(name: str) -> str:
    """The name as a quoted Spark identifier, whatever characters it has."""
    return "`" + name.replace("`", "``") + "`"
