"""sacreBLEU's resampling and paired tests. Tricolore computes the sums of samples and their scores.

The draws are the original's. Memory never holds the draws, or the rows drawn, of all samples at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import lru_cache
from typing import Any, NamedTuple

from tricolore.resampling.bootstrap import draws, sums_of_chunks, sums_of_draws
from tricolore.resampling.randomization import shuffled_sums
from tricolore.resampling.sample_scores import sample_bleu, sample_chrf

from .answers import NotServedError, theirs
from .guard import Guard
from .sacrebleu_metrics import Known, known_of
from .sacrebleu_statistics import StatisticsRows

__all__ = ["ENTROPY", "REPLACED"]

MODULE = "sacrebleu.significance"
# The most draws that are kept for the next metric: 32 MB.
KEPT = 1 << 22


class State:
    """The facts about the imported module."""

    guard: Guard


def know_significance() -> None:
    """Records the module as imported."""
    import numpy.random  # noqa: F401

    names = "np np.abs np.array np.random.default_rng os abs bool int len str"
    State.guard = Guard((MODULE, names.split()))


def matrix_of(stats: Any, dtype: str) -> Any:
    """Returns rows as an array of this type."""
    import numpy as np

    if type(stats) is StatisticsRows and stats.untouched:
        if stats.known.kind.name != "TER":
            return stats.matrix.astype(dtype)
        rows = stats.matrix[:, :2].astype("float64")
        rows[:, 1] /= stats.matrix[:, 2]
        return rows.astype(dtype)
    matrix = np.array(stats, dtype=dtype)
    if matrix.ndim != 2 or not matrix.size:
        raise NotServedError("input")
    return matrix


def seed_of_environment() -> int | None:
    """Returns the seed in SACREBLEU_SEED, None if it asks for entropy."""
    text = os.environ.get("SACREBLEU_SEED", "12345")
    try:
        return None if text.lower() == "none" else int(text)
    except ValueError:
        raise NotServedError("input") from None


def bootstrap_resample(stats: Any, metric: Any, n_samples: Any) -> tuple[str, list[Any]]:
    """`_bootstrap_resample`."""
    if not State.guard.holds():
        raise NotServedError("hook")
    seed = seed_of_environment()
    if type(n_samples) is not int or n_samples < 1 or (seed is not None and seed < 0):
        raise NotServedError("input")
    # Copies, because computing a score may change its row: add-k does.
    sums = sums_of_draws(matrix_of(stats, "float32"), n_samples, seed).copy()
    text = str(os.environ.get("SACREBLEU_SEED", "12345")).lower()
    return text, [theirs(metric._compute_score_from_stats, row) for row in sums]


def scores_of(known: Known, metric: Any, sums: Any) -> Any:
    """Returns the scores of many sums."""
    import numpy as np

    if known.kind.name == "BLEU":
        value = metric.smooth_value
        if sums.dtype == np.float64 and value is not None and metric.smooth_method == "add-k":
            # The original has integer sums of shuffles, so that a value added to one is cut off to an integer.
            value = int(value)
        return sample_bleu(sums, metric.smooth_method, value, bool(metric.effective_order))
    if known.kind.name == "CHRF":
        return sample_chrf(sums, metric.beta, bool(metric.eps_smoothing))
    return np.array([metric._compute_score_from_stats(row).score for row in sums.copy()])


class Compared(NamedTuple):
    """A system and the baseline, by one metric."""

    name: str
    metric: Any
    known: Known
    baseline: Any
    """The rows of the baseline."""
    system: Any
    """The rows of the system."""
    score: float
    """The score of the system."""
    difference: float
    """The absolute difference of the two scores."""


class SystemTest:
    """The checks, logs and statistics that both tests share.

    Takes the arguments of `_paired_ar_test` and `_paired_bs_test`.
    """

    def __init__(
        self,
        baseline: Any,
        name: Any,
        hypotheses: Any,
        references: Any,
        metrics: Any,
        samples: Any,
        ar_samples: Any,
        seed: Any,
        *,
        fractions: bool,
    ) -> None:
        self.module: Any = sys.modules[MODULE]
        self.baseline, self.name, self.hypotheses, self.references = baseline, name, hypotheses, references
        self.metrics, self.samples, self.ar_samples, self.seed = metrics, samples, ar_samples, seed
        if not State.guard.holds():
            raise NotServedError("hook")
        if type(metrics) is not dict or (seed is not None and (type(seed) is not int or seed < 0)):
            raise NotServedError("input")
        if type(samples) is not int or samples < 1 or type(ar_samples) is not int:
            raise NotServedError("input")
        for name, metric in metrics.items():
            known = known_of(metric)
            known.require(metric)
            if not all(guard.holds() and guard.codes_hold() for guard in (known.sums, known.scoring)):
                raise NotServedError("hook")
            width = width_of(known, metric, fractions)
            rows, _ = baseline[name]
            if type(rows) is StatisticsRows and rows.untouched:
                # Rows that were made with other options may have other columns.
                if rows.key != known.kind.engine(metric).key:
                    raise NotServedError("cache")
            elif len(rows[0]) != width:
                raise NotServedError("input")
            if len(rows) != len(hypotheses):
                raise NotServedError("input")
        self._generator: Any = None

    def compared(self) -> Iterator[Compared]:
        """Yields the system by each metric, in order."""
        for name, metric in self.metrics.items():
            rows, result = self.baseline[name]
            self.info(f"Computing {name} for {self.name!r} and extracting sufficient statistics", 6)
            own = theirs(metric._extract_corpus_statistics, self.hypotheses, self.references)
            score = theirs(metric._aggregate_and_compute, own).score
            yield Compared(name, metric, known_of(metric), rows, own, score, abs(result.score - score))

    def generator(self) -> Any:
        """Returns a generator in its first state, so that all metrics get the same draws."""
        import numpy as np

        if self._generator is None:
            self._generator = np.random.default_rng(self.seed)
        return deepcopy(self._generator)

    def sums(self, rows: Any) -> Any:
        """Returns the sums of rows that each sample draws. Those of the baseline are kept for the next system."""
        length = len(self.hypotheses)
        keeps = type(rows) is StatisticsRows and rows.untouched and self.seed is not None
        key = (self.seed, self.samples)
        if not keeps or key not in rows.resampled:
            if self.samples * length > KEPT or self.seed is None:
                chunks: Any = draws(length, self.samples, self.generator())
            else:
                chunks = kept_draws(length, self.samples, self.seed)
            sums = sums_of_chunks(matrix_of(rows, "float32"), chunks)
            if not keeps:
                return sums
            rows.resampled[key] = sums
        return rows.resampled[key]

    def info(self, text: str, frames: int = 5) -> None:
        """Logs a text for the place in sacreBLEU that the program has called, `frames` above this function."""
        self.module.sacrelogger.info(text, stacklevel=frames)


def width_of(known: Known, metric: Any, fractions: bool) -> int:
    """Returns the number of columns of a row. Raises NotServedError for options that `scores_of` does not know.

    Args:
        fractions: True if smoothing may add fractions to sums, which it may if these are floats.
    """
    if known.kind.name == "BLEU":
        value = metric.smooth_value
        if type(value) not in (int, float, type(None)) or metric.smooth_method not in metric.SMOOTH_DEFAULTS:
            raise NotServedError("option")
        added = value if metric.smooth_method == "add-k" and value is not None else 0
        # If the sum stays an integer, adding the value must be exact before it is cut off.
        if not 0 <= added < 2**31 or not (fractions or added * 2**20 == int(added * 2**20)):
            raise NotServedError("option")
        return 2 + 2 * int(metric.max_ngram_order)
    if known.kind.name == "CHRF" and type(metric.beta) not in (int, float):
        raise NotServedError("option")
    return 2 if known.kind.name == "TER" else 3 * int(metric.order)


@lru_cache(maxsize=1)
def kept_draws(length: int, samples: int, seed: int) -> list[Any]:
    """Returns the draws of a test, which all its systems and metrics share."""
    return list(draws(length, samples, seed))


def paired_bs_test(*given: Any) -> tuple[str, dict[str, Any]]:
    """`_paired_bs_test`."""
    import numpy as np

    test = SystemTest(*given, fractions=True)
    results = {}
    for own in test.compared():
        test.info(f" > Performing paired bootstrap resampling test (# resamples: {test.samples})")
        base, system = (scores_of(own.known, own.metric, test.sums(rows)) for rows in (own.baseline, own.system))
        mean, interval = test.module.estimate_ci(system)
        differences = np.abs(system - base)
        p = test.module._compute_p_value(differences - differences.mean(), own.difference)
        results[own.name] = test.module.Result(own.score, p, mean, interval)
    return test.name, results


def paired_ar_test(*given: Any) -> tuple[str, dict[str, Any]]:
    """`_paired_ar_test`."""
    import numpy as np

    test = SystemTest(*given, fractions=False)
    results = {}
    for own in test.compared():
        test.info(f" > Performing approximate randomization test (# trials: {test.samples})")
        sides = [matrix_of(rows, "float64") for rows in (own.baseline, own.system)]
        generator = test.generator()
        ((a, b),) = shuffled_sums(sides, test.samples, generator, own.known.kind.name == "TER")
        differences = np.abs(scores_of(own.known, own.metric, a) - scores_of(own.known, own.metric, b))
        p = test.module._compute_p_value(differences, own.difference)
        result = test.module.Result(own.score, p)
        if test.ar_samples > 0:
            test.info(f" > Performing bootstrap resampling for confidence interval (# resamples: {test.ar_samples})")
            sums = sums_of_draws(matrix_of(own.system, "float32"), test.ar_samples, generator)
            result.mean, result.ci = test.module.estimate_ci(scores_of(own.known, own.metric, sums))
        results[own.name] = result
    return test.name, results


def seed_is_none(*args: Any) -> bool:
    return args[7] is None


def seed_of_environment_is_none(*args: Any) -> bool:
    return os.environ.get("SACREBLEU_SEED", "").lower() == "none"


REPLACED: dict[str, dict[str, Callable[..., Any]]] = {
    MODULE: {
        "_bootstrap_resample": bootstrap_resample,
        "_paired_ar_test": paired_ar_test,
        "_paired_bs_test": paired_bs_test,
    }
}
ENTROPY: dict[str, Callable[..., bool]] = {
    "_bootstrap_resample": seed_of_environment_is_none,
    "_paired_ar_test": seed_is_none,
    "_paired_bs_test": seed_is_none,
}
"""Functions of the arguments that are True if a call draws from entropy."""
