"""Compares systems by paired tests over the integer rows of any metric."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from ..corpus.accumulator import Accumulator
from ..corpus.signature import with_field
from ..corpus.statistics import Statistics
from ..metrics.registry import AnyMetric, metrics_of
from ..resampling.bootstrap import Bootstrap
from ..support.options import one_of, whole_number
from ..texts.inputs import references_by_segment, texts_in
from ..texts.nulls import NULLS
from ..texts.prepared import PreparedReferences
from ..texts.segments import kept_of, labels_in, of_kept, segments_of
from ..texts.types import Predictions, References, Text
from .batch import Batch
from .compare_accumulators import compare_accumulators, is_accumulated
from .comparison import Comparison
from .figures import Figure, figures_of, told_apart
from .groups import everything_and_groups
from .holm import FAMILIES, corrected
from .paired_tests import SEED, PairedTest, signature_with, test_of, tested
from .scored_segments import ScoredSegments

__all__ = ["compare"]


def compare(
    systems: Mapping[
        str, Predictions[Text] | Statistics | Sequence[Statistics] | Accumulator[Any] | Sequence[Accumulator[Any]]
    ],
    references: References[Text] | None = None,
    metrics: Iterable[str | AnyMetric] = ("bleu",),
    baseline: str | None = None,
    groups: Iterable[Hashable] | None = None,
    test: str | None = None,
    samples: int | None = None,
    seed: int | None = SEED,
    num_threads: int | None = None,
    family: str = "all",
    nulls: str = "error",
    confidence: float | None = None,
) -> Comparison:
    """Tests each system against the baseline, with the same draws of segments for all systems.

    Args:
        systems: the systems by name. A system is its predictions, or its `Statistics` (one, or one per metric), or, for
            a corpus that is not in one place, its `Accumulator`s with `confidence`, one per metric, of the same ids.
        references: see `Metric.score_each`; None if every system is given as statistics or accumulators.
        metrics: names or metrics. ROUGE is compared by its F-measures.
        baseline: the name of the system to compare with; None for the first.
        groups: a label for each segment, such as its task. The comparison is then repeated for the segments of each
            label.
        test: the paired test; None means `"randomization"`, or for accumulators `"bootstrap"`, their only test.

            - `"randomization"`: approximate randomization (Noreen 1989; Riezler and Maxwell 2005);
            - `"bootstrap"`: the two-sided paired bootstrap, centred (Efron and Tibshirani 1993, chapter 16);
            - `"paired_ar"`, `"paired_bs"`: the p-values, means and half widths of sacreBLEU's `--paired-ar` and
              `--paired-bs` to the bit, for BLEU, chrF and TER only. They are not valid tests.

        samples: the number of samples; None for 10,000 shuffles or 1,000 resampled corpora.
        seed: the seed of the draws; None takes one from entropy.
        num_threads: see `Metric.score_each`.
        family: the tests that `p_holm` corrects for together. `"all"` is the whole table. `"metrics"` joins all systems
            and figures of one group, `"groups"` all systems and groups of one figure, and `"systems"` all systems of
            one figure in one group. A narrower family than `"all"` is right only if the figure or the group of
            interest was chosen before the table was seen.
        nulls: see `Metric.score_each`. `"drop_segment"` leaves the same segments out of every system.
        confidence: a share such as 0.95 for the interval of each score, by 1,000 resampled corpora as in
            `Metric.corpus`; None for no interval. Accumulators have the interval that they were made with.

    The p-value of `"randomization"` and `"bootstrap"` is `(c + 1) / (samples + 1)`, where `c` samples have a difference
    at least as large as the observed one. Differences that are closer than 1e-9 of the largest score count as equal,
    because the order of additions changes sums of floats by less than that. Both tests compute in float64, so p-values
    do not depend on the release of numpy. The bootstrap is an approximation for many segments: if n segments differ,
    its p-value is at least 2^(1-n). Systems with the same statistics on every segment are marked as identical and have
    p = 1. See docs/is-a-better-than-b.md.

    Raises ValueError for unknown names, for systems of different lengths, for fewer than two systems, and for
    `"paired_ar"` and `"paired_bs"` with a metric that sacreBLEU does not have.

    >>> a, b = ["the cat sat on a mat", "it rains"] * 20, ["the cat sat on the mat", "it rained"] * 20
    >>> references = ["the cat sat on the mat", "it rained a bit"] * 20
    >>> row = compare({"a": a, "b": b}, references, metrics=["chrf"]).rows[1]
    >>> row.system, round(row.difference, 2), row.p_value < 0.01
    ('b', 30.08, True)
    """
    made = metrics_of(metrics)
    paired = test_of("randomization" if test is None else test, made)
    one_of("family", family, FAMILIES)
    one_of("nulls", nulls, NULLS)
    samples = None if samples is None else whole_number("samples", samples, 2, 10**9)
    seed = None if seed is None else whole_number("seed", seed, 0, 2**128 - 1)
    if not isinstance(systems, Mapping):
        raise TypeError(f"systems is of type {type(systems).__name__}: it must be a dict of systems by name")
    names = list(systems)
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"systems has the key {name!r}: the name of a system is a str")
    if len(names) < 2:
        raise ValueError(f"systems holds {len(names)}: there must be two or more to compare")
    first = names[0] if baseline is None else one_of("baseline", baseline, names)
    names.remove(first)
    names.insert(0, first)
    if any(map(is_accumulated, systems.values())):
        if references is not None or groups is not None or not all(map(is_accumulated, systems.values())):
            raise ValueError("systems of accumulators stand alone, without text, references, statistics or groups")
        if test not in (None, "bootstrap"):
            raise ValueError(f"test is {test!r}, and systems are accumulators, whose only test is 'bootstrap'")
        if confidence is not None:
            raise ValueError("systems are accumulators, which have a confidence of their own: leave confidence out")
        return compare_accumulators({name: systems[name] for name in names}, made, samples, seed, family)
    interval = Bootstrap.checked(confidence, 1000, seed)
    bootstrap = Bootstrap(interval.confidence if interval else 0.95, samples or paired.samples, seed)
    pretokenized = any(metric.reader.pretokenized for metric in made)
    others: Any = references
    if others is not None:
        # An iterator is read once.
        if not isinstance(others, PreparedReferences):
            others = references_by_segment(others, nulls, pretokenized)
        groups = of_kept("groups", groups, len(others), kept_of(others, nulls, pretokenized))
    statistics: dict[str, list[Statistics]] = {}
    batches: dict[str, Batch] = {}
    for name in names:
        given: Any = systems[name]
        given = [given] if isinstance(given, Statistics) else texts_in(f"systems[{name!r}]", given, nulls, pretokenized)
        if isinstance(given, (list, tuple)) and given and all(isinstance(own, Statistics) for own in given):
            statistics[name] = [given_statistics(name, given, metric) for metric in made]
        elif others is None:
            raise ValueError(f"systems[{name!r}] is text: references are needed")
        else:
            try:
                batch = Batch(made, segments_of(given, others, nulls, pretokenized), num_threads)
                batch.warn()
                statistics[name] = batch.statistics
                batches[name] = batch
            except (TypeError, ValueError) as error:
                raise type(error)(f"systems[{name!r}]: {error}") from error
    require_one_length(statistics)
    labels = None if groups is None else labels_in("groups", groups)
    comparison = compare_statistics(made, statistics, labels, paired, bootstrap, family, interval)
    if len(batches) == len(names):
        comparison.segments = ScoredSegments(made, batches, labels)
    return comparison


def require_one_length(statistics: dict[str, list[Statistics]]) -> None:
    """Raises ValueError unless all systems have as many segments as the first one, and at least one."""
    first, *_ = statistics
    length = len(statistics[first][0])
    for name, each in statistics.items():
        for own in each:
            if len(own) != length:
                raise ValueError(f"systems[{name!r}] has {len(own)} segments, systems[{first!r}] has {length}")
    if not length:
        raise ValueError("there is no segment: nothing can be compared")


def compare_statistics(
    metrics: list[AnyMetric],
    statistics: dict[str, list[Statistics]],
    groups: Iterable[Hashable] | None,
    test: PairedTest,
    bootstrap: Bootstrap,
    family: str,
    interval: Bootstrap | None,
) -> Comparison:
    """Tests each system against the first one, on all segments and on those of each label."""
    first, *_ = statistics
    tables = []
    figures: list[Figure] = []
    for label, which in everything_and_groups(groups, len(statistics[first][0])):
        taken = {n: each if which is None else [own.take(which) for own in each] for n, each in statistics.items()}
        scores = {
            n: [
                metric.layout.from_statistics(own, interval if metric.layout.draws_itself else None)
                for metric, own in zip(metrics, each, strict=True)
            ]
            for n, each in taken.items()
        }
        if which is None:
            for metric, score in zip(metrics, scores[first], strict=True):
                signature = signature_with(score.signature, test, bootstrap)
                drawn_too = f"bs:{interval.samples}" if interval and not metric.layout.draws_itself else ""
                figures += figures_of(metric, with_field(signature, drawn_too))
        intervals = interval and {
            (n, k): metric.layout.intervals(own, interval)
            for n, each in taken.items()
            for k, (metric, own) in enumerate(zip(metrics, each, strict=True))
        }
        differing = {(n, k): unlike(own[k], taken[first][k]) for n, own in taken.items() for k in range(len(metrics))}
        drawn = test.drawn(metrics, taken, bootstrap)
        tables.append(tested(test, label, metrics, scores, drawn, differing, bootstrap, intervals))
    return Comparison(corrected(tables, family), first, told_apart(figures), family, test.name)


def given_statistics(name: str, given: Sequence[Statistics], metric: AnyMetric) -> Statistics:
    """The statistics of a system by this metric. Raises ValueError if there are none."""
    for own in given:
        if own.columns == metric.layout.columns and own.of(metric.signature):
            return own
    raise ValueError(f"systems[{name!r}] has no statistics of {metric!r}")


def unlike(a: Statistics, b: Statistics) -> int:
    """The number of segments on which two systems have different statistics."""
    import numpy as np

    if a.rows.shape != b.rows.shape:
        return len(a)
    rows = (a.rows != b.rows).any(axis=1)
    if a.offsets is not None:
        rows = np.logical_or.reduceat(rows, a.offsets[:-1])
    return int(rows.sum())
