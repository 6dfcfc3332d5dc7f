"""Systems compared by accumulators, for a corpus that is not in one place: the bootstrap test on Poisson replicates."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from ..corpus.accumulator import Accumulator
from ..metrics.registry import AnyMetric
from .comparison import Comparison
from .figures import Figure, figures_of, told_apart
from .holm import corrected
from .paired_tests import SEED, TESTS, Compared, signature_with, tested

__all__ = ["compare_accumulators", "compare_groups", "is_accumulated"]


def compare_accumulators(
    systems: Mapping[str, Any], metrics: list[AnyMetric], samples: int | None, seed: int | None, family: str
) -> Comparison:
    """Compares systems of accumulators. The first system is the baseline.

    `samples` and `seed` must be those of the accumulators, or None and the default seed.
    """
    first, *_ = systems.values()
    bootstrap = accumulator_of(next(iter(systems)), first, metrics[0]).bootstrap
    assert bootstrap is not None
    if samples not in (None, bootstrap.samples):
        raise ValueError(f"samples is {samples}, and the accumulators were made with {bootstrap.samples}")
    if seed not in (SEED, bootstrap.seed):
        raise ValueError(f"seed is {seed}, and the accumulators were made with {bootstrap.seed}")
    return compare_groups({None: systems}, metrics, family, True)


def compare_groups(
    groups: Mapping[Hashable, Mapping[str, Any]], metrics: list[AnyMetric], family: str, with_intervals: bool
) -> Comparison:
    """Compares systems of accumulators for all segments (the label None, which comes first) and for each label.

    `with_intervals` adds the interval of each score. Raises ValueError for systems that do not have the same segments.
    """
    figures: list[Figure] = []
    tables = []
    for label, systems in groups.items():
        lacking = [name for name in groups[None] if name not in systems]
        if lacking:
            raise ValueError(f"systems[{lacking[0]!r}] has no segment of the group {label!r}, which another system has")
        ordered = {name: systems[name] for name in groups[None]}
        rows, own = compared_group(label, ordered, metrics, with_intervals)
        tables.append(rows)
        figures = figures or own
    first, *_ = groups[None]
    return Comparison(corrected(tables, family), first, told_apart(figures), family, "bootstrap")


def compared_group(
    label: Hashable, systems: Mapping[str, Any], metrics: list[AnyMetric], with_intervals: bool
) -> tuple[list[list[Compared]], list[Figure]]:
    """The rows of the segments of one label, not yet corrected for the number of tests, and the compared figures."""
    each = {name: [accumulator_of(name, given, metric) for metric in metrics] for name, given in systems.items()}
    first, *_ = each
    one = each[first][0]
    replicates, differing, intervals = {}, {}, {}
    for name, accumulators in each.items():
        for k, own in enumerate(accumulators):
            if own.bootstrap != one.bootstrap:
                raise ValueError(f"systems[{name!r}] and systems[{first!r}] were not drawn alike: {own.bootstrap}")
            if not (own.replicate_draws() == one.replicate_draws()).all():
                raise ValueError(f"systems[{name!r}] and systems[{first!r}] are not of the same segments, by their ids")
            replicates[name, k] = own.replicate_scores()
            intervals[name, k] = (with_intervals and own.intervals()) or []
            # Identical systems have the same sums in the corpus and in every replicate. TER's running sums may have
            # been added in two orders, so they are left out.
            differing[name, k] = 0 if own.as_part() == each[first][k].as_part() else len(own)
    assert one.bootstrap is not None
    bootstrap = one.bootstrap if with_intervals else one.bootstrap._replace(confidence=0.95)
    paired = TESTS["bootstrap"]
    computed = {name: [own.score_with(None) for own in accumulators] for name, accumulators in each.items()}
    figures: list[Figure] = []
    for metric, score in zip(metrics, computed[first], strict=True):
        figures += figures_of(metric, signature_with(score.signature, paired, bootstrap))
    shown = intervals if with_intervals else None
    return tested(paired, label, metrics, computed, replicates, differing, bootstrap, shown), figures


def accumulator_of(name: str, given: Any, metric: AnyMetric) -> Accumulator[Any]:
    """The accumulator of a system by a metric. Raises ValueError if it has no replicates."""
    for own in [given] if isinstance(given, Accumulator) else given:
        if own.metric == metric:
            own.replicate_draws()
            found: Accumulator[Any] = own
            return found
    raise ValueError(f"systems[{name!r}] has no accumulator of {metric!r}")


def is_accumulated(given: Any) -> bool:
    """True if a system is given as accumulators."""
    return isinstance(given, Accumulator) or (
        isinstance(given, (list, tuple)) and bool(given) and all(isinstance(own, Accumulator) for own in given)
    )
