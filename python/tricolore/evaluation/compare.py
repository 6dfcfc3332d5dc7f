"""Is system A really better than system B? Paired tests over the integer rows of any metric."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..corpus.accumulator import Accumulator
from ..corpus.statistics import Statistics, with_field
from ..explanations.ngram_matches import html_table, text_table
from ..metrics.registry import AnyMetric, metrics_of
from ..resampling.bootstrap import Bootstrap
from ..resampling.paired_tests import TESTS, Compared, PairedTest, compared_figures, test_of, tested
from ..support.options import one_of, whole_number
from ..texts.inputs import NULLS, Predictions, References, Text, is_missing, references_by_segment, texts_in
from ..texts.prepared import PreparedReferences
from ..texts.segments import kept_of, labels_in, of_kept, segments_of
from .batch import statistics_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["FAMILIES", "Compared", "Comparison", "compare", "holm"]

SEED = 12345
# Two flags: groups, and figures, are families of tests of their own.
FAMILIES = {"all": (False, False), "systems": (True, True), "metrics": (True, False), "groups": (False, True)}


class Comparison(NamedTuple):
    """The result of `compare`: a row for each group, figure and system. It prints as a table and shows itself in a
    notebook; `.to_dict()` gives plain values. A system that is identical to the baseline shows `identical` in place of
    the difference."""

    rows: tuple[Compared, ...]
    baseline: str
    signatures: dict[str, str]
    """How each figure was made and tested."""
    family: str
    """The tests that `p_holm` corrects for together."""

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers."""
        rows = [row._asdict() for row in self.rows]
        return {"baseline": self.baseline, "family": self.family, "rows": rows, "signatures": self.signatures}

    def table(self) -> list[list[str]]:
        """The table as text, the head first."""
        grouped = any(row.group is not None for row in self.rows)
        several = any(row.p_holm != row.p_value for row in self.rows)
        head = ["group"] * grouped + ["metric", "system", "score", "mean", "±", "difference", "p"]
        cells = [
            ["all" if row.group is None else str(row.group)] * grouped
            + [row.metric, row.system, *(shown(x, 4) for x in row[3:6])]
            + ["identical" if row.identical else shown(row.difference, 4), shown(row.p_value, 4)]
            + [shown(row.p_holm, 4)] * several
            for row in self.rows
        ]
        return [head + [f"p (Holm, {self.family})"] * several, *cells]

    def __str__(self) -> str:
        return "\n".join([text_table(self.table()), *(f"{name}: {text}" for name, text in self.signatures.items())])

    def _repr_html_(self) -> str:
        return html_table(self.table())


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
) -> Comparison:
    """Tests each system against the baseline: the same draws of segments for all of them.

    Args:
        systems: by name, predictions; or `Statistics`, or one for each metric; or, for a corpus that is not in
            one place, `Accumulator`s with `confidence`, one for each metric, of the same ids.
        references: as of `score_each`; None where every system comes as statistics or accumulators.
        metrics: names or metrics.
        baseline: the name of the system to compare with; None for the first.
        groups: a label for each segment, such as its task: the comparison of all segments is repeated for those
            of each label.
        test: None is `"randomization"`, and of accumulators `"bootstrap"`, the only test that they have.

            - `"randomization"`: approximate randomization (Noreen 1989; Riezler and Maxwell 2005);
            - `"bootstrap"`: the two-sided paired bootstrap, centred (Efron and Tibshirani 1993, chapter 16);
            - `"paired_ar"`, `"paired_bs"`: the p-values, means and half widths of sacreBLEU's `--paired-ar` and
              `--paired-bs` to the bit, of BLEU, chrF and TER alone. They are not valid tests.

        samples: None for 10,000 shuffles or 1,000 resampled corpora.
        seed: of the draws; None takes it from entropy.
        num_threads: as of `score_each`.
        family: which tests `p_holm` corrects for together: `"all"` of the table; `"metrics"`, those of all systems
            and figures in one group; `"groups"`, those of all systems and groups by one figure; `"systems"`, those
            of all systems by one figure in one group. A narrower family than `"all"` is right where the figure or
            the group that counts was chosen before the table was seen.
        nulls: as of `score_each`. With `"drop_segment"` the same segments are left out of every system.

    A p-value of `"randomization"` and `"bootstrap"` is `(c + 1) / (samples + 1)`, where `c` samples have a difference
    at least as large as the observed one. Differences that are nearer to each other than 1e-9 of the largest score
    count as equal, for sums of floats depend on their order by less than that. Both tests compute in float64, so
    their p-values do not depend on the release of numpy. The bootstrap is an approximation for many segments: where n
    of them differ, its p-value is never below 2^(1-n). Systems with the same statistics on every segment are marked as
    identical and have p = 1. ROUGE is compared by its F-measures. See docs/is-a-better-than-b.md.

    Raises ValueError for unknown names, for systems of different lengths, for too few systems, and for `"paired_ar"`
    and `"paired_bs"` with a metric that sacreBLEU does not have.

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
    if len(names) < 2:
        raise ValueError(f"systems holds {len(names)}: there must be two or more to compare")
    first = names[0] if baseline is None else one_of("baseline", baseline, names)
    names.remove(first)
    names.insert(0, first)
    if any(map(is_accumulated, systems.values())):
        if references is not None or groups is not None or not all(map(is_accumulated, systems.values())):
            raise ValueError("systems of accumulators stand alone: without text, references, statistics or groups")
        if test not in (None, "bootstrap"):
            raise ValueError(f"test is {test!r}, and systems are accumulators, whose only test is 'bootstrap'")
        return accumulated({name: systems[name] for name in names}, made, samples, seed, family)
    bootstrap = Bootstrap(0.95, samples or paired.samples, seed)
    tokens = any(metric._pretokenized for metric in made)
    others: Any = references
    if others is not None:
        # An iterator is read once.
        others = others if isinstance(others, PreparedReferences) else references_by_segment(others, nulls, tokens)
        groups = of_kept("groups", groups, len(others), kept_of(others, nulls, tokens))
    statistics: dict[str, list[Statistics]] = {}
    for name in names:
        given: Any = systems[name]
        given = [given] if isinstance(given, Statistics) else texts_in(f"systems[{name!r}]", given, nulls, tokens)
        if isinstance(given, (list, tuple)) and given and all(isinstance(own, Statistics) for own in given):
            statistics[name] = [given_statistics(name, given, metric) for metric in made]
        elif others is None:
            raise ValueError(f"systems[{name!r}] is text: references are needed")
        else:
            try:
                statistics[name] = statistics_of(made, segments_of(given, others, nulls, tokens), num_threads)
            except (TypeError, ValueError) as error:
                raise type(error)(f"systems[{name!r}]: {error}") from error
    length = len(statistics[first][0])
    for name, each in statistics.items():
        for own in each:
            if len(own) != length:
                raise ValueError(f"systems[{name!r}] has {len(own)} segments, systems[{first!r}] has {length}")
    if not length:
        raise ValueError("there is no segment: nothing can be compared")
    groups_tested = []
    for label, which in parts(groups, length):
        taken = {n: each if which is None else [own.take(which) for own in each] for n, each in statistics.items()}
        scores = {n: [corpus_figures(*each) for each in zip(made, own, strict=True)] for n, own in taken.items()}
        differing = {(n, k): unlike(own[k], taken[first][k]) for n, own in taken.items() for k in range(len(made))}
        drawn = paired.drawn(made, taken, bootstrap)
        groups_tested.append(tested(paired, label, made, scores, drawn, differing, bootstrap))
    signatures = {}
    for metric, own in zip(made, statistics[first], strict=True):
        signature = tested_signature(metric.from_statistics(own).signature, paired, bootstrap)
        signatures.update(dict.fromkeys(compared_figures(metric), signature))
    return Comparison(corrected(groups_tested, family), first, signatures, family)


def accumulated(
    systems: dict[str, Any], metrics: list[AnyMetric], samples: int | None, seed: int | None, family: str
) -> Comparison:
    """`compare` of accumulators, the baseline first."""
    each = {name: [accumulator_of(name, given, metric) for metric in metrics] for name, given in systems.items()}
    first, *_ = each
    one = each[first][0]
    replicates, differing = {}, {}
    drawn = one._drawn()
    for name, accumulators in each.items():
        for k, own in enumerate(accumulators):
            if own._replicates is None or one._replicates is None or own._bootstrap != one._bootstrap:
                raise ValueError(f"systems[{name!r}] and systems[{first!r}] were not drawn alike: {own._bootstrap}")
            if not (own._replicates[:, -1] == one._replicates[:, -1]).all():
                raise ValueError(f"systems[{name!r}] and systems[{first!r}] are not of the same segments, by their ids")
            replicates[name, k] = own._replicate_scores()[drawn]
            # The same sums in the corpus and in every replicate. TER's may have been added in two orders.
            differing[name, k] = 0 if own._part() == each[first][k]._part() else len(own)
    bootstrap = one._bootstrap
    assert bootstrap is not None
    if samples not in (None, bootstrap.samples):
        raise ValueError(f"samples is {samples}, and the accumulators were made with {bootstrap.samples}")
    if seed not in (SEED, bootstrap.seed):
        raise ValueError(f"seed is {seed}, and the accumulators were made with {bootstrap.seed}")
    bootstrap = bootstrap._replace(confidence=0.95)
    paired = TESTS["bootstrap"]
    computed = {name: [own._scored(None) for own in accumulators] for name, accumulators in each.items()}
    signatures = {}
    for metric, score in zip(metrics, computed[first], strict=True):
        signature = tested_signature(score.signature, paired, bootstrap)
        signatures.update(dict.fromkeys(compared_figures(metric), signature))
    scores = {
        name: [metric._figures_of(score) for metric, score in zip(metrics, own, strict=True)]
        for name, own in computed.items()
    }
    rows = tested(paired, None, metrics, scores, replicates, differing, bootstrap)
    return Comparison(corrected([rows], family), first, signatures, family)


def accumulator_of(name: str, given: Any, metric: AnyMetric) -> Accumulator[Any]:
    """The accumulator of a system by a metric."""
    for own in [given] if isinstance(given, Accumulator) else given:
        if own.metric == metric:
            own._require_replicates()
            return own
    raise ValueError(f"systems[{name!r}] has no accumulator of {metric!r}")


def is_accumulated(given: Any) -> bool:
    """Whether a system comes as accumulators."""
    return isinstance(given, Accumulator) or (
        isinstance(given, (list, tuple)) and bool(given) and all(isinstance(own, Accumulator) for own in given)
    )


def given_statistics(name: str, given: Sequence[Statistics], metric: AnyMetric) -> Statistics:
    """The statistics of a metric among those of a system."""
    for own in given:
        if own.columns == metric._columns() and own.of(metric.signature):
            return own
    raise ValueError(f"systems[{name!r}] has no statistics of {metric!r}")


def parts(groups: Iterable[Hashable] | None, length: int) -> Iterator[tuple[Hashable, npt.NDArray[np.int64] | None]]:
    """All segments, then those of each label, in order of first sight."""
    import numpy as np

    yield None, None
    if groups is None:
        return
    labels = labels_in("groups", groups)
    if len(labels) != length:
        raise ValueError(f"{length} segments, but groups has {len(labels)} labels")
    places: dict[Any, list[int]] = {}
    for i, label in enumerate(labels):
        if not isinstance(label, Hashable):
            raise TypeError(f"groups[{i}] is of type {type(label).__name__}: it must be a label that can be hashed")
        # NaN is not equal to itself, and None stands for all segments.
        places.setdefault(math.nan if is_missing(label) else label, []).append(i)
    for label, which in places.items():
        yield label, np.array(which, np.int64)


def corpus_figures(metric: AnyMetric, statistics: Statistics) -> list[float]:
    """The scores of a corpus, in the order of the metric's figures."""
    return metric._figures_of(metric.from_statistics(statistics))


def unlike(a: Statistics, b: Statistics) -> int:
    """The number of segments on which two systems have different statistics."""
    import numpy as np

    if a.rows.shape != b.rows.shape:
        return len(a)
    rows = (a.rows != b.rows).any(axis=1)
    if a.offsets is not None:
        rows = np.logical_or.reduceat(rows, a.offsets[:-1])
    return int(rows.sum())


def tested_signature(signature: str, test: PairedTest, bootstrap: Bootstrap) -> str:
    """The signature of a score with the test that compares it."""
    return with_field(signature, f"{test.mark}:{bootstrap.signature.removeprefix('bs:')}")


def corrected(groups: list[list[list[Compared]]], family: str) -> tuple[Compared, ...]:
    """The rows of each group and figure one after the other, with the p-values of each family corrected."""
    by_group, by_figure = FAMILIES[family]
    rows: list[Compared] = []
    families: dict[tuple[int, int], list[int]] = {}
    for g, figures in enumerate(groups):
        for f, systems in enumerate(figures):
            # The first is the baseline.
            tests = range(len(rows) + 1, len(rows) + len(systems))
            families.setdefault((g * by_group, f * by_figure), []).extend(tests)
            rows += systems
    for places in families.values():
        raw = [p for p in (rows[i].p_value for i in places) if p is not None]
        for i, p in zip(places, holm(raw), strict=True):
            rows[i] = rows[i]._replace(p_holm=p)
    return tuple(rows)


def holm(raw: list[float]) -> list[float]:
    """P-values corrected for their number (Holm, Scandinavian Journal of Statistics 1979)."""
    out, least = [0.0] * len(raw), 0.0
    for rank, i in enumerate(sorted(range(len(raw)), key=raw.__getitem__)):
        least = max(least, min(1.0, (len(raw) - rank) * raw[i]))
        out[i] = least
    return out


def shown(number: float | None, digits: int) -> str:
    """A cell of the table."""
    return "" if number is None else f"{number:.{digits}f}"
