"""The module rouge_score.scoring."""

import abc
import collections
from typing import Any

from tricolore.resampling.bootstrap import sums_of_chunks

__all__ = ["AggregateScore", "BaseScorer", "BootstrapAggregator", "Score", "fmeasure", "percentiles"]

# The number of draws that are held at a time.
CHUNK = 1 << 20


class Score(collections.namedtuple("Score", ["precision", "recall", "fmeasure"])):
    """Precision, recall and F-measure of one type."""


class AggregateScore(collections.namedtuple("AggregateScore", ["low", "mid", "high"])):
    """The bounds of an interval and the median, a `Score` each."""


class BaseScorer(metaclass=abc.ABCMeta):
    """The base class of scorers."""

    @abc.abstractmethod
    def score(self, target, prediction):  # type: ignore[no-untyped-def]  # as the original has it
        """Returns the `Score` of each type."""


class BootstrapAggregator:
    """Bootstrap percentiles of the mean of scores.

    `mid` is the median of the resampled means, not the mean. Samples are drawn from numpy's global generator, as in the
    original: calling `np.random.seed` before `aggregate` fixes the result.
    """

    def __init__(self, confidence_interval: float = 0.95, n_samples: int = 1000) -> None:
        if confidence_interval < 0 or confidence_interval > 1:
            raise ValueError("confidence_interval must be from 0 to 1")
        if n_samples <= 0:
            raise ValueError("n_samples must be positive")
        self._n_samples = n_samples
        self._confidence_interval = confidence_interval
        self._scores: collections.defaultdict[Any, list[Any]] = collections.defaultdict(list)

    def add_scores(self, scores: Any) -> None:
        """Adds the scores of one segment: a mapping from each type to a namedtuple of numbers."""
        for name, score in scores.items():
            self._scores[name].append(score)

    def aggregate(self) -> dict[Any, AggregateScore]:
        """Returns the percentiles of each type, in the order in which types were added."""
        import numpy as np

        result = {}
        for name, scores in self._scores.items():
            bounds = percentiles(np.vstack(tuple(scores)), self._n_samples, self._confidence_interval)
            kind = type(scores[0])
            result[name] = AggregateScore(*(kind(*bound) for bound in bounds))
        return result


def percentiles(matrix: Any, samples: int, confidence: float) -> Any:
    """Returns the lower bounds, medians and upper bounds of the means of resampled rows, of shape (3, columns).

    Samples are drawn from numpy's global generator, which ends in the same state as in the original. Memory does not
    grow with the number of samples.
    """
    import numpy as np

    length, tail = len(matrix), (1 - confidence) / 2
    # Add the rows of each sample in numpy's own order, which decides the last bit (:147-158). numpy itself adds single
    # columns, in another order, and values that are not finite, which it may warn about.
    if length and matrix.shape[1] > 1 and matrix.dtype in (float, int) and np.isfinite(matrix).all():
        together = max(1, CHUNK // length)
        # The numbers that `choice` draws from a range (numpy's mtrand.pyx), for several samples at a time.
        chunks = (
            np.random.randint(0, length, size=(min(together, samples - start), length))  # noqa: NPY002
            for start in range(0, samples, together)
        )
        means = sums_of_chunks(matrix.astype("float64"), chunks, True) / length
    else:
        means = np.empty((samples, matrix.shape[1]))
        for sample in range(samples):
            means[sample] = np.mean(matrix[np.random.choice(np.arange(length), size=length)], axis=0)  # noqa: NPY002
    return np.percentile(means, 100 * np.array([tail, 0.5, 1 - tail]), axis=0)


def fmeasure(precision: float, recall: float) -> float:
    """Returns the harmonic mean, 0.0 if both are 0."""
    if precision + recall > 0:
        return 2 * precision * recall / (precision + recall)
    return 0.0
