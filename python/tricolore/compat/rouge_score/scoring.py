"""rouge_score.scoring."""

import abc
import collections
from typing import Any

from tricolore.resampling.bootstrap import sums_of_chunks

__all__ = ["AggregateScore", "BaseScorer", "BootstrapAggregator", "Score", "fmeasure", "percentiles"]

# Draws at a time.
CHUNK = 1 << 20


class Score(collections.namedtuple("Score", ["precision", "recall", "fmeasure"])):
    """Precision, recall and F-measure of one type."""


class AggregateScore(collections.namedtuple("AggregateScore", ["low", "mid", "high"])):
    """The bounds of an interval and the median between them, a `Score` each."""


class BaseScorer(metaclass=abc.ABCMeta):
    """What scorers have in common."""

    @abc.abstractmethod
    def score(self, target, prediction):  # type: ignore[no-untyped-def]  # as the original has it
        """A dict from type to `Score`."""


class BootstrapAggregator:
    """Bootstrap percentiles of the mean of scores.

    `mid` is the median of the resampled means, not the mean. Resamples are drawn from numpy's global
    generator, as the original draws them: `np.random.seed` before `aggregate` fixes the result.
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
        """Adds one segment: a mapping from type to a namedtuple of numbers."""
        for name, score in scores.items():
            self._scores[name].append(score)

    def aggregate(self) -> dict[Any, AggregateScore]:
        """The percentiles of each type, in the order in which types came."""
        import numpy as np

        result = {}
        for name, scores in self._scores.items():
            bounds = percentiles(np.vstack(tuple(scores)), self._n_samples, self._confidence_interval)
            kind = type(scores[0])
            result[name] = AggregateScore(*(kind(*bound) for bound in bounds))
        return result


def percentiles(matrix: Any, samples: int, confidence: float) -> Any:
    """The bounds and the median of the means of resampled rows, of shape (3, columns).

    Draws are those of numpy's global generator, which ends where the original leaves it; memory does not grow
    with the number of samples.
    """
    import numpy as np

    length, tail = len(matrix), (1 - confidence) / 2
    # A sample at a time, in numpy's own order of additions: both decide the bits (:147-158). One column would be
    # added in another order, and what is no number may be a warning of numpy's.
    if length and matrix.shape[1] > 1 and matrix.dtype in (float, int) and np.isfinite(matrix).all():
        together = max(1, CHUNK // length)
        # What `choice` draws of a range (numpy's mtrand.pyx), some samples at once.
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
    """The harmonic mean, 0.0 where both are 0."""
    if precision + recall > 0:
        return 2 * precision * recall / (precision + recall)
    return 0.0
