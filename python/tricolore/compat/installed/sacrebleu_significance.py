"""sacreBLEU's resampling and paired tests: the sums of samples, and their scores, are ours.

Draws are those of the original; neither they nor what they take is ever held for all samples at once.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from tricolore.bootstrap import draws, sums_of_draws
from tricolore.comparison import shuffled_sums
from tricolore.dropin.replaced import NotServedError, theirs
from tricolore.sample_scores import sample_bleu, sample_chrf

from .sacrebleu_metrics import Known, known_of
from .sacrebleu_statistics import StatisticsRows

__all__ = ["ENTROPY", "REPLACED"]

MODULE = "sacrebleu.significance"
# Draws that are kept from one metric to the next: 32 MB.
KEPT = 1 << 22


def matrix_of(stats: Any, dtype: str) -> Any:
    """Rows as an array of a type."""
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
    text = os.environ.get("SACREBLEU_SEED", "12345")
    try:
        return None if text.lower() == "none" else int(text)
    except ValueError:
        raise NotServedError("input") from None


def bootstrap_resample(stats: Any, metric: Any, n_samples: Any) -> tuple[str, list[Any]]:
    """`_bootstrap_resample`."""
    seed = seed_of_environment()
    if type(n_samples) is not int or n_samples < 1 or (seed is not None and seed < 0):
        raise NotServedError("input")
    # Each score may change its row: of add-k it does.
    sums = sums_of_draws(matrix_of(stats, "float32"), n_samples, seed).copy()
    text = str(os.environ.get("SACREBLEU_SEED", "12345")).lower()
    return text, [theirs(metric._compute_score_from_stats, row) for row in sums]


def scores_of(known: Known, metric: Any, sums: Any) -> Any:
    """The scores of many sums."""
    import numpy as np

    if known.kind.name == "BLEU":
        value, method = metric.smooth_value, metric.smooth_method
        if sums.dtype == np.float64 and method == "add-k":
            # Sums of shuffles are whole numbers there, and what is added to one of them becomes one.
            value = math.trunc(1 if value is None else value)
        return sample_bleu(sums, method, value, bool(metric.effective_order))
    if known.kind.name == "CHRF":
        return sample_chrf(sums, metric.beta, bool(metric.eps_smoothing))
    return np.array([metric._compute_score_from_stats(row).score for row in sums.copy()])


class PairedTest:
    """What both tests have in common: checks, logs and the statistics of a system."""

    def __init__(self, baseline_info: Any, hypotheses: Any, references: Any, metrics: Any, seed: Any) -> None:
        import numpy as np

        self.module: Any = sys.modules[MODULE]
        self.baseline, self.hypotheses, self.references = baseline_info, hypotheses, references
        self.metrics = metrics
        if type(metrics) is not dict or (seed is not None and (type(seed) is not int or seed < 0)):
            raise NotServedError("input")
        for name, metric in metrics.items():
            known = known_of(metric)
            known.require(metric, scoring=True)
            width = self.width(known, metric)
            rows, _ = baseline_info[name]
            if len(rows) != len(hypotheses) or (type(rows) is not StatisticsRows and len(rows[0]) != width):
                raise NotServedError("input")
        self.seed = seed
        # All metrics see the same draws.
        self.generator = np.random.default_rng(seed)

    @staticmethod
    def width(known: Known, metric: Any) -> int:
        """Columns of a row. Raises NotServedError for options that our scores of samples do not know."""
        if known.kind.name == "BLEU":
            value = metric.smooth_value
            if type(value) not in (int, float, type(None)) or metric.smooth_method not in metric.SMOOTH_DEFAULTS:
                raise NotServedError("option")
            if value is not None and metric.smooth_method == "add-k" and value < 0:
                raise NotServedError("option")
            return 2 + 2 * int(metric.max_ngram_order)
        if known.kind.name == "CHRF" and type(metric.beta) not in (int, float):
            raise NotServedError("option")
        return 2 if known.kind.name == "TER" else 3 * int(metric.order)

    def each(self, system: str) -> Iterator[tuple[str, Any, Known, Any, Any, Any, float, Any]]:
        """Of each metric: its name, itself, what we know of it, the rows of both sides, the score of the system,
        how far it is from the baseline's, and the generator from where the test begins."""
        for name, metric in self.metrics.items():
            rows, result = self.baseline[name]
            self.info(f"Computing {name} for {system!r} and extracting sufficient statistics")
            own = metric._extract_corpus_statistics(self.hypotheses, self.references)
            score = metric._aggregate_and_compute(own)
            difference = abs(result.score - score.score)
            yield name, metric, known_of(metric), rows, own, score, difference, deepcopy(self.generator)

    def sums(self, rows: Any, samples: int) -> Any:
        """The sums that each sample takes of rows."""
        kept, key = self.kept(rows), (self.seed, samples)
        if key not in kept:
            kept[key] = sums_of_draws(matrix_of(rows, "float32"), samples, self.drawn(samples))
        return kept[key]

    def drawn(self, samples: int) -> Any:
        """The draws, from one system to the next where they take little memory, or a generator that makes them."""
        length = len(self.hypotheses)
        if samples * length > KEPT:
            return deepcopy(self.generator)
        kept, key = self.kept(next(iter(self.baseline.values()))[0]), ("draws", self.seed, samples)
        if key not in kept:
            kept[key] = list(draws(length, samples, deepcopy(self.generator)))
        return kept[key]

    def kept(self, rows: Any) -> dict[Any, Any]:
        """What is kept with rows, which every system may meet again; nothing of what came from entropy."""
        keeps = type(rows) is StatisticsRows and rows.untouched and self.seed is not None
        return rows.resampled if keeps else {}

    def info(self, text: str) -> None:
        self.module.sacrelogger.info(text)


def paired_bs_test(
    baseline_info: Any,
    sys_name: Any,
    hypotheses: Any,
    references: Any,
    metrics: Any,
    n_samples: Any,
    n_ar_confidence: Any,
    seed: Any,
) -> tuple[str, dict[str, Any]]:
    """`_paired_bs_test`."""
    import numpy as np

    test = PairedTest(baseline_info, hypotheses, references, metrics, seed)
    results = {}
    for name, metric, known, rows, own, score, difference, _ in test.each(sys_name):
        test.info(f" > Performing paired bootstrap resampling test (# resamples: {n_samples})")
        base, system = (scores_of(known, metric, test.sums(side, n_samples)) for side in (rows, own))
        mean, interval = test.module.estimate_ci(system)
        differences = np.abs(system - base)
        p = test.module._compute_p_value(differences - differences.mean(), difference)
        results[name] = test.module.Result(score.score, p, mean, interval)
    return sys_name, results


def paired_ar_test(
    baseline_info: Any,
    sys_name: Any,
    hypotheses: Any,
    references: Any,
    metrics: Any,
    n_samples: Any,
    n_ar_confidence: Any,
    seed: Any,
) -> tuple[str, dict[str, Any]]:
    """`_paired_ar_test`."""
    import numpy as np

    test = PairedTest(baseline_info, hypotheses, references, metrics, seed)
    results = {}
    for name, metric, known, rows, own, score, difference, generator in test.each(sys_name):
        test.info(f" > Performing approximate randomization test (# trials: {n_samples})")
        sides = [matrix_of(side, "float64") for side in (rows, own)]
        ((a, b),) = shuffled_sums(sides, n_samples, generator, known.kind.name == "TER")
        differences = np.abs(scores_of(known, metric, a) - scores_of(known, metric, b))
        result = test.module.Result(score.score, test.module._compute_p_value(differences, difference))
        if n_ar_confidence > 0:
            test.info(f" > Performing bootstrap resampling for confidence interval (# resamples: {n_ar_confidence})")
            sums = sums_of_draws(matrix_of(own, "float32"), n_ar_confidence, generator)
            result.mean, result.ci = test.module.estimate_ci(scores_of(known, metric, sums))
        results[name] = result
    return sys_name, results


REPLACED: dict[str, dict[str, Callable[..., Any]]] = {
    MODULE: {
        "_bootstrap_resample": bootstrap_resample,
        "_paired_ar_test": paired_ar_test,
        "_paired_bs_test": paired_bs_test,
    }
}
ENTROPY: dict[str, Callable[..., bool]] = {
    f"{MODULE}._bootstrap_resample": lambda *args: os.environ.get("SACREBLEU_SEED", "").lower() == "none",
    f"{MODULE}._paired_ar_test": lambda *args: args[7] is None,
    f"{MODULE}._paired_bs_test": lambda *args: args[7] is None,
}
"""Whether a call of these draws from entropy."""
