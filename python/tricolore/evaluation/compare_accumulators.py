"""Systems compared by accumulators, for a corpus that is not in one place: the bootstrap test on Poisson replicates."""

from __future__ import annotations

from typing import Any

from ..corpus.accumulator import Accumulator
from ..metrics.registry import AnyMetric
from .comparison import Comparison
from .holm import corrected
from .paired_tests import SEED, TESTS, compared_figures, signature_with, tested

__all__ = ["compare_accumulators", "is_accumulated"]


def compare_accumulators(
    systems: dict[str, Any], metrics: list[AnyMetric], samples: int | None, seed: int | None, family: str
) -> Comparison:
    """Compares systems of accumulators. The first system is the baseline.

    `samples` and `seed` must be those of the accumulators, or None and the default seed.
    """
    each = {name: [accumulator_of(name, given, metric) for metric in metrics] for name, given in systems.items()}
    first, *_ = each
    one = each[first][0]
    replicates, differing = {}, {}
    for name, accumulators in each.items():
        for k, own in enumerate(accumulators):
            if own.bootstrap != one.bootstrap:
                raise ValueError(f"systems[{name!r}] and systems[{first!r}] were not drawn alike: {own.bootstrap}")
            if not (own.replicate_draws() == one.replicate_draws()).all():
                raise ValueError(f"systems[{name!r}] and systems[{first!r}] are not of the same segments, by their ids")
            replicates[name, k] = own.replicate_scores()
            # Identical systems have the same sums in the corpus and in every replicate. TER's running sums may have
            # been added in two orders, so they are left out.
            differing[name, k] = 0 if own.as_part() == each[first][k].as_part() else len(own)
    bootstrap = one.bootstrap
    assert bootstrap is not None
    if samples not in (None, bootstrap.samples):
        raise ValueError(f"samples is {samples}, and the accumulators were made with {bootstrap.samples}")
    if seed not in (SEED, bootstrap.seed):
        raise ValueError(f"seed is {seed}, and the accumulators were made with {bootstrap.seed}")
    bootstrap = bootstrap._replace(confidence=0.95)
    paired = TESTS["bootstrap"]
    computed = {name: [own.score_with(None) for own in accumulators] for name, accumulators in each.items()}
    signatures = {}
    for metric, score in zip(metrics, computed[first], strict=True):
        signature = signature_with(score.signature, paired, bootstrap)
        signatures.update(dict.fromkeys(compared_figures(metric), signature))
    scores = {
        name: [metric.layout.figures_of(score) for metric, score in zip(metrics, own, strict=True)]
        for name, own in computed.items()
    }
    rows = tested(paired, None, metrics, scores, replicates, differing, bootstrap)
    return Comparison(corrected([rows], family), first, signatures, family)


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
