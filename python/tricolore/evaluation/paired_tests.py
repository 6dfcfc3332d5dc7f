"""Paired tests: the p-value of the difference between two systems on the same segments.

`randomization` and `bootstrap` are valid tests of any metric. `paired_ar` and `paired_bs` are the tests of
sacreBLEU 2.6.0, to the bit; they are not valid, see docs/is-a-better-than-b.md.

Noreen, "Computer-intensive methods for testing hypotheses", 1989; Efron and Tibshirani, "An introduction to the
bootstrap", 1993, chapters 15 and 16; Riezler and Maxwell, "On some pitfalls in automatic evaluation and significance
testing for MT", 2005.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..corpus.signature import with_field
from ..corpus.statistics import Statistics
from ..metrics.bleu import BLEU
from ..metrics.chrf import CHRF
from ..metrics.registry import AnyMetric
from ..metrics.ter import TER
from ..resampling.bootstrap import Bootstrap, Interval, sums_of_draws
from ..resampling.randomization import shuffled_sums
from ..support.options import one_of
from .figures import compared_figures, details_of

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["SEED", "TESTS", "Compared", "PairedTest", "signature_with", "test_of", "tested"]

# A sum of n float64 is off by at most n * 2^-53 of itself. Up to a million segments, differences of scores that are
# closer than this share of the largest score may be equal, and count as equal.
NOISE = 1e-9
# The default seed.
SEED = 12345


class Compared(NamedTuple):
    """One figure of one system in one group."""

    group: Hashable
    """The label of the compared segments, or None for all segments."""
    metric: str
    """The flat name of the figure."""
    system: str
    score: float
    mean: float | None
    """The mean of the scores of resampled corpora; None if the test does not resample and no interval was asked for."""
    half_width: float | None
    """Half the width of the interval, of 95 % unless another confidence was asked for; None like `mean`."""
    difference: float | None
    """The score minus the baseline's; None for the baseline. The fields below are None for the baseline too."""
    p_value: float | None
    """The two-sided p-value: how often chance alone makes a difference at least as large."""
    p_holm: float | None
    """The p-value corrected for the number of tests in the family (Holm 1979)."""
    identical: bool | None
    """True if the metric has the same statistics for both systems on every segment, so that no draw can tell the
    systems apart; the p-value is then 1 (not by `paired_ar` and `paired_bs`)."""
    low: float | None
    """The lower bound of the interval of the score; None if no interval was asked for."""
    high: float | None
    details: dict[str, Any]
    """The other numbers of the score, such as BLEU's precisions and ROUGE's precision and recall."""


class PairedTest(NamedTuple):
    """The draws of a test, and how it counts them."""

    name: str
    mark: str
    """The name of the test in signatures."""
    samples: int
    """The default number of samples, which is sacreBLEU's."""
    resamples: bool
    """True if the test draws corpora with replacement; False if it exchanges outputs."""
    sacrebleu: bool
    """True if the p-values are sacreBLEU's."""

    def drawn(
        self, metrics: list[AnyMetric], statistics: dict[str, list[Statistics]], bootstrap: Bootstrap
    ) -> dict[tuple[str, int], Any]:
        """The figures of each sample by system (the baseline first) and metric; for exchanges, those of both sides."""
        draw = resampled if self.resamples else randomized
        return draw(metrics, statistics, bootstrap, self.sacrebleu)

    def p_value(self, own: npt.NDArray[Any], base: npt.NDArray[Any], difference: float, differing: int) -> float:
        """`(c + 1) / (n + 1)`, where `c` of `n` samples have a difference at least as extreme as the observed one.

        Args:
            own, base: the scores of each sample.
            difference: the observed difference of the scores.
            differing: the number of segments on which the systems differ, or more.
        """
        import numpy as np

        if self.sacrebleu:
            # The order and types of sacreBLEU's operations (significance.py:101-106, 180, 265).
            changes = np.abs(own - base)
            counted = (changes - changes.mean() if self.resamples else changes) > abs(difference)
        else:
            # Resampled differences vary around the observed difference. Subtracting it makes them vary around 0, as if
            # the systems were equally good (Efron and Tibshirani, section 16.4). Subtracting their own mean would do
            # for smooth scores, but that mean is random: it would break ties one way or the other.
            centre = difference if self.resamples else 0.0
            noise = NOISE * max(np.abs(own).max(), np.abs(base).max())
            counted = np.abs(own - base - centre) >= abs(difference) - noise
        p = (int(counted.sum()) + 1) / (len(own) + 1)
        if self.resamples and not self.sacrebleu:
            # Resampling one segment gives the same difference again and again, which says nothing about chance. No
            # exchange of so many segments has a smaller share than this.
            p = max(p, 2.0 ** (1 - differing)) if differing else 1.0
        return p


TESTS = {
    "randomization": PairedTest("randomization", "randomization", 10_000, resamples=False, sacrebleu=False),
    "bootstrap": PairedTest("bootstrap", "bootstrap", 1000, resamples=True, sacrebleu=False),
    "paired_ar": PairedTest("paired_ar", "ar", 10_000, resamples=False, sacrebleu=True),
    "paired_bs": PairedTest("paired_bs", "bs", 1000, resamples=True, sacrebleu=True),
}


def test_of(name: str, metrics: Sequence[AnyMetric]) -> PairedTest:
    """The test of this name. Raises ValueError for a metric that the test does not support."""
    test = TESTS[one_of("test", name, TESTS)]
    for metric in metrics:
        if test.sacrebleu and not isinstance(metric, (BLEU, CHRF, TER)):
            raise ValueError(
                f"test is {name!r}, which is sacreBLEU's, and {type(metric).__name__} is not: for metrics other than "
                "BLEU, chrF and TER use test='randomization' or test='bootstrap'"
            )
    return test


def signature_with(signature: str, test: PairedTest, bootstrap: Bootstrap) -> str:
    """The signature of a score, with the field of the test that compares it."""
    return with_field(signature, f"{test.mark}:{bootstrap.signature.removeprefix('bs:')}")


def tested(
    test: PairedTest,
    label: Hashable,
    metrics: list[AnyMetric],
    scores: dict[str, list[Any]],
    samples: dict[tuple[str, int], Any],
    differing: dict[tuple[str, int], int],
    bootstrap: Bootstrap,
    intervals: dict[tuple[str, int], list[Interval]] | None,
) -> list[list[Compared]]:
    """For each figure, a row for each system. The p-values are not yet corrected for the number of tests.

    Args:
        test, bootstrap: the test and its samples.
        label: the label of the group of segments.
        metrics: the metrics.
        scores: the scores of each system (the baseline first) by metric.
        samples: the figures of each sample by system and metric, as `PairedTest.drawn` returns them.
        differing: by system and metric, the number of segments that differ from the baseline's, or more; 0 for
            identical systems.
        intervals: the intervals of the figures by system and metric; None if no interval was asked for.
    """
    import numpy as np

    first, *_ = scores
    figures = {
        name: [metric.layout.figures_of(score) for metric, score in zip(metrics, own, strict=True)]
        for name, own in scores.items()
    }
    out = []
    for k, metric in enumerate(metrics):
        compared = compared_figures(metric)
        for i, figure in enumerate(metric.layout.figures):
            if figure not in compared:
                continue
            rows = []
            for name, each in figures.items():
                score, difference = each[k][i], each[k][i] - figures[first][k][i]
                mean = half_width = low = high = None
                if test.resamples:
                    # sacreBLEU sorts the scores first, which decides the mean's last bit (significance.py:47-58).
                    ordered = np.sort(samples[name, k][:, i])
                    mean, half_width = float(ordered.mean()), bootstrap.half_width(ordered)
                if intervals is not None:
                    low, high, own_mean, own_half_width = intervals[name, k][i]
                    if not test.resamples:
                        mean, half_width = own_mean, own_half_width
                about = low, high, details_of(figure, scores[name][k])
                if name == first:
                    rows.append(Compared(label, figure, name, score, mean, half_width, None, None, None, None, *about))
                    continue
                own, base = (samples[name, k], samples[first, k]) if test.resamples else samples[name, k]
                p = test.p_value(own[:, i], base[:, i], difference, differing[name, k])
                same = not differing[name, k]
                rows.append(Compared(label, figure, name, score, mean, half_width, difference, p, p, same, *about))
            out.append(rows)
    return out


def resampled(
    metrics: list[AnyMetric], statistics: dict[str, list[Statistics]], bootstrap: Bootstrap, sacrebleu: bool
) -> dict[tuple[str, int], npt.NDArray[Any]]:
    """The figures of each resampled corpus by system and metric.

    Systems share the draws, and columns of one dtype are summed together. Sums are float64, except with `sacrebleu`.
    """
    import numpy as np

    rows = {
        (name, k): metric.layout.sample_rows(own[k], double=not sacrebleu)
        for name, own in statistics.items()
        for k, metric in enumerate(metrics)
    }
    out = {}
    for dtype in {matrix.dtype for matrix in rows.values()}:
        same = [(key, matrix) for key, matrix in rows.items() if matrix.dtype == dtype]
        together = np.concatenate([matrix for _, matrix in same], axis=1)
        sums = sums_of_draws(together, bootstrap.samples, bootstrap.seed)
        column = 0
        for (name, k), matrix in same:
            own = np.ascontiguousarray(sums[:, column : column + matrix.shape[1]])
            out[name, k] = metrics[k].layout.sample_scores(own, len(matrix))
            column += matrix.shape[1]
    return out


def randomized(
    metrics: list[AnyMetric], statistics: dict[str, list[Statistics]], bootstrap: Bootstrap, sacrebleu: bool
) -> dict[tuple[str, int], tuple[npt.NDArray[Any], npt.NDArray[Any]]]:
    """The figures of both sides after each shuffle, by system and metric. Each segment changes sides at random."""
    import numpy as np

    every = list(range(len(metrics)))
    out = {}
    # Metrics share the draws. sacreBLEU draws for each metric, and sums TER in another way.
    for batch in [[k] for k in every] if sacrebleu else [every]:
        rows = [[metrics[k].layout.sample_rows(own[k], double=True) for k in batch] for own in statistics.values()]
        ends = np.cumsum([matrix.shape[1] for matrix in rows[0]])[:-1]
        fractions = sacrebleu and isinstance(metrics[batch[0]], TER)
        together = [np.concatenate(own, axis=1) for own in rows]
        sides = shuffled_sums(together, bootstrap.samples, bootstrap.seed, fractions)
        for name, pair in zip(list(statistics)[1:], sides, strict=True):
            for k, *both in zip(batch, *(np.split(side, ends, axis=1) for side in pair), strict=True):
                # In sacreBLEU the sums of BLEU are integers, so what add-k adds to one of them is truncated
                # (bleu.py:265 on a row of significance.py:170).
                dtype = np.int64 if sacrebleu and isinstance(metrics[k], BLEU) else np.float64
                a, b = (metrics[k].layout.sample_scores(side.astype(dtype), len(together[0])) for side in both)
                out[name, k] = a, b
    return out
