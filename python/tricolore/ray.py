"""Scores on Ray Data. A Dataset is scored where its blocks are, and only accumulators are moved.

Needs ray (extra `ray`), with tricolore on the nodes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .engines.partial_scores import PartialScores
from .engines.record_batches import RecordBatches
from .evaluation.comparison import Comparison
from .evaluation.named_metrics import Metrics
from .metrics.metric import Metric
from .resampling.poisson import PoissonBootstrap

if TYPE_CHECKING:
    import pyarrow
    from ray.data import Dataset

__all__ = ["compare", "corpus", "score_each"]


def score_each(
    ds: Dataset,
    metric: Metrics,
    prediction: str = "prediction",
    references: str = "references",
    keep: Sequence[str] | None = None,
    nulls: str = "error",
) -> Dataset:
    """Scores every row, in the task that holds it.

    Args:
        ds: a Dataset.
        metric, prediction, references, nulls: see `tricolore.batches`.
        keep: the columns to pass on; None for all except predictions and references.

    Returns a Dataset of the kept columns and the scores, as float64. Datasets are lazy: bad input fails the job later,
    with the error of `score_each`.
    """
    if keep is None:
        keep = [name for name in ds.columns() or () if name not in (prediction, references)]
    work = RecordBatches(metric, prediction, references, keep, 1, nulls)
    return ds.select_columns(list(work.needed)).map_batches(work.__call__, batch_format="pyarrow")


def corpus(
    ds: Dataset,
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
    """Scores the corpus in a Dataset in one pass, with the bits of `Metric.corpus` on one machine.

    The result does not depend on blocks, their order, or retried tasks.

    Args:
        ds, metric, prediction, references, nulls: see `score_each`. Several metrics share the pass.
        confidence, samples, seed: an interval by the Poisson bootstrap, see `Metric.accumulator`.
        id_column: the column of the segments' ids, unique strings or integers. It is needed with `confidence`: the
            draws of a segment depend on its id and on nothing that Ray decides.
        group_by: one or several columns; each combination of their values is a group with a score of its own.

    Returns a score, such as `BLEUScore`, or for several metrics a dict of scores by name. With `group_by`, returns a
    Dataset with a row per group: its values, `segments`, each figure (with `confidence` also its bounds as `..._low`
    and `..._high`), and each metric's signature. Each block becomes an accumulator per metric and group; the calling
    process merges these as they arrive. With three or more references, TER rounds the sum of mean lengths once (see
    `Accumulator`).
    """
    bootstrap = PoissonBootstrap.checked(confidence, samples, seed)
    parts = PartialScores(metric, {"": prediction}, references, bootstrap, id_column, group_by, nulls)
    table = merged(ds, parts)
    if group_by is None:
        return parts.score(table, isinstance(metric, (str, Metric)))
    from ray.data import from_arrow

    return from_arrow(parts.scores(table))


def compare(
    ds: Dataset,
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
    """Tests systems against the baseline: `tricolore.compare` in one pass over a Dataset.

    The test is `"bootstrap"` on Poisson replicates. All systems share the draws of a segment.

    Args:
        systems: the column of predictions of each system, by its name.
        baseline: the name of the system to compare with; None for the first.
        family: the tests that `p_holm` corrects for together, see `tricolore.compare`. There are no groups.
        ds, metric, id_column, references, samples, seed, nulls: see `corpus`.
    """
    parts = PartialScores.of_systems(metric, systems, baseline, references, samples, seed, id_column, nulls, family)
    return parts.comparison(merged(ds, parts), baseline, family)


def merged(ds: Dataset, parts: PartialScores) -> pyarrow.Table:
    """The merged accumulators of a Dataset, a row per group.

    The calling process merges the accumulators of each block as they arrive. A shuffle would start processes, which
    takes seconds, and its result would be collected here anyway.
    """
    import pyarrow

    made = ds.select_columns(list(parts.needed)).map_batches(parts.__call__, batch_format="pyarrow", batch_size=None)
    batches = list(parts.merge(made.iter_batches(batch_size=None, batch_format="pyarrow")))
    # A Dataset without rows has no columns.
    return pyarrow.Table.from_batches(batches) if batches else pyarrow.table({})
