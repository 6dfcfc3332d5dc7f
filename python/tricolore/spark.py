"""Scores on Spark: a DataFrame is scored where its partitions are, and what is moved is accumulators.

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
    """Scores every row, in the tasks that have it.

    Args:
        df: a DataFrame.
        metric, prediction, references, nulls: as of `tricolore.batches`.
        keep: the columns that are passed on; None for all but predictions and references.

    Gives a DataFrame of the kept columns and, as doubles, the scores. It is lazy, as DataFrames are: bad input fails
    the job, with the error of `score_each`.
    """
    from pyspark.sql.types import DoubleType, StructField, StructType

    if keep is None:
        keep = [name for name in df.columns if name not in (prediction, references)]
    # By names of our own on the way: pyspark 4.3 finds no column whose name has a dot (map_ops.py:75).
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
    """Scores the corpus that a DataFrame holds, in one pass: the bits of `corpus` on one machine, whatever the
    partitions, their order, and tasks that are tried again.

    Args:
        df, metric, prediction, references, nulls: as of `score_each`; several metrics share the pass.
        confidence, samples, seed: an interval by the Poisson bootstrap, as of `Metric.accumulator`.
        id_column: the column of the segments' ids, unique strings or integers; needed with `confidence`, for what
            is drawn of a segment depends on its id and on nothing that Spark decides.
        group_by: a column, or several, whose values each have a score.

    Gives a `Score`; of several metrics a dict of them by name; with `group_by` a DataFrame with a row for each group:
    its values, `segments`, each figure, with `confidence` also its bounds as `..._low` and `..._high`, and each
    metric's signature. A task makes an accumulator for each metric and group that it sees; these leave it as bytes
    and are merged by Spark's aggregation. With three references or more TER rounds their mean lengths'
    sum once (see `Accumulator`).
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
    """Tests systems, each of which has a column of predictions, against the baseline: `tricolore.compare` in one pass
    over a DataFrame, with the test `"bootstrap"` on Poisson replicates. All systems share what is drawn of a segment.

    Args:
        systems: the column of predictions of each system, by its name.
        id_column, samples, seed, others: as of `corpus`.
        baseline: the name of the system to compare with; None for the first.
        family: the tests that `p_holm` corrects for together, as of `tricolore.compare`; there are no groups.
    """
    parts = PartialScores.of_systems(metric, systems, baseline, references, samples, seed, id_column, nulls, family)
    return parts.comparison(merged(df, parts), baseline, family)


def merged(df: DataFrame, parts: PartialScores) -> pyarrow.Table:
    """The merged accumulators of a DataFrame: a row a group."""
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

    # Spark reads from these how it is to call: strings it would look up where pyarrow is not known.
    merge.__annotations__ = dict.fromkeys(("batches", "return"), Iterator[pyarrow.RecordBatch])
    labels = [df.schema[name] for name in parts.groups]
    schema = StructType([*labels, *(StructField(name, BinaryType()) for name in parts.states)])
    made = df.select(*parts.needed).mapInArrow(make, schema)
    return made.groupBy(*parts.groups).applyInArrow(merge, schema).toArrow()


def as_spark_has_it(batch: pyarrow.RecordBatch, large: bool) -> pyarrow.RecordBatch:
    """A batch in the types that Spark asks for: times are of UTC, strings and bytes of either length."""
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
    """A name as Spark takes it whatever is in it."""
    return "`" + name.replace("`", "``") + "`"
