"""The bootstrap over segments: corpora drawn with replacement, and confidence intervals from their scores.

Efron, "Bootstrap methods", Annals of Statistics 1979; Koehn, "Statistical significance tests for machine
translation evaluation", EMNLP 2004. The draws are those of `numpy.random.default_rng(seed).choice`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import _core
from ..support.options import whole_number

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    # A generator continues from its current state.
    Seed = int | None | np.random.Generator

__all__ = ["Bootstrap", "Interval", "draws", "sums_of_chunks", "sums_of_draws"]

# The number of draws in a chunk: memory does not grow with the number of samples.
CHUNK = 1 << 20
# Sums of whole numbers up to this number are exact in float32, in any order.
EXACT = 1 << 24


class Interval(NamedTuple):
    """The interval of a figure over resampled corpora, with their mean."""

    low: float
    high: float
    mean: float
    half_width: float

    def flat(self, name: str) -> dict[str, float]:
        """The four numbers under flat names, for example `bleu_low`, `bleu_high`, `bleu_mean`, `bleu_half_width`."""
        return {f"{name}_{bound}": figure for bound, figure in self._asdict().items()}


class Bootstrap(NamedTuple):
    """The number of samples, the seed of the draws, and the share of the scores that an interval holds."""

    confidence: float
    samples: int
    seed: int | None

    @classmethod
    def checked(cls, confidence: object, samples: object, seed: object) -> Bootstrap | None:
        """The checked options of a call, or None if no interval is asked for."""
        count = whole_number("samples", samples, 2, 10**9)
        known = None if seed is None else whole_number("seed", seed, 0, 2**128 - 1)
        if confidence is None:
            return None
        if isinstance(confidence, bool) or not isinstance(confidence, (int, float)):
            raise TypeError(f"confidence is {confidence!r}: it must be a number between 0 and 1, such as 0.95")
        if not 0 < confidence < 1:
            raise ValueError(f"confidence is {confidence}: it must be between 0 and 1, such as 0.95")
        return cls(float(confidence), count, known)

    @property
    def signature(self) -> str:
        """The field of a signature that names the draws."""
        return f"bs:{self.samples}|seed:{'none' if self.seed is None else self.seed}"

    def intervals(
        self, rows: npt.NDArray[Any], scores: Callable[[npt.NDArray[Any]], npt.NDArray[Any]]
    ) -> list[Interval]:
        """The interval of each figure.

        Args:
            rows: the row of each segment, of shape (segments, columns).
            scores: gives the figures, of shape (samples, figures), for the summed rows of each sample.
        """
        return [self.interval(column) for column in scores(sums_of_draws(rows, self.samples, self.seed)).T]

    def interval(self, scores: npt.NDArray[Any]) -> Interval:
        """The interval that leaves out equally many scores at both ends; for 0.95 sacreBLEU's (base.py:99-107)."""
        from statistics import mean

        ordered = sorted(scores)
        low, high = self._bounds(ordered)
        return Interval(float(low), float(high), float(mean(ordered)), float(0.5 * (high - low)))

    def half_width(self, ordered: Sequence[Any] | npt.NDArray[Any]) -> float:
        """Half the distance between the bounds of the interval of sorted scores."""
        low, high = self._bounds(ordered)
        return float(0.5 * (high - low))

    def _bounds(self, ordered: Sequence[Any] | npt.NDArray[Any]) -> tuple[Any, Any]:
        # Imported here to keep `import tricolore` fast.
        from fractions import Fraction

        # Fractions are exact, whereas 1 - 0.9 is less than 0.1 in float64.
        cut = int(len(ordered) * (1 - Fraction(repr(self.confidence))) / 2)
        return ordered[cut], ordered[-1 - cut]


def draws(segments: int, samples: int, seed: Seed) -> Iterator[npt.NDArray[np.int64]]:
    """Yields the segments that each sample takes, for a chunk of samples at a time."""
    import numpy as np

    generator = np.random.default_rng(seed)
    together = max(1, CHUNK // segments)
    for start in range(0, samples, together):
        yield generator.choice(segments, size=(min(together, samples - start), segments), replace=True)


def sums_of_draws(rows: npt.NDArray[Any], samples: int, seed: Seed) -> npt.NDArray[Any]:
    """The sum of the rows that each sample takes, of shape (samples, columns)."""
    return sums_of_chunks(rows, draws(len(rows), samples, seed))


def sums_of_chunks(
    rows: npt.NDArray[Any], chunks: Iterable[npt.NDArray[np.int64]], in_order: bool = False
) -> npt.NDArray[Any]:
    """The sum of the rows that each sample takes, of shape (samples, columns).

    float32 sums, and float64 sums with `in_order`, have the bits of adding the rows in the order of the draws.
    """
    import numpy as np

    if rows.dtype == np.float32:
        whole = bool((rows == np.floor(rows)).all()) and float(np.abs(rows).max()) * len(rows) <= EXACT
        in_order = not whole
    matrix = _core.Samples(np.ascontiguousarray(rows), rows.shape[1], rows.dtype == np.float64)
    sums = b"".join(matrix.drawn(chunk, in_order) for chunk in chunks)
    return np.frombuffer(sums, rows.dtype).reshape(-1, rows.shape[1])
