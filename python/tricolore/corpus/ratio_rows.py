"""Layouts in which the score of a corpus is a quotient of two sums: WER, CER and GLEU."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, TypeVar

from .statistics import Statistics
from .summed_rows import SummedRows

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["RatioRows"]

ScoreT = TypeVar("ScoreT")


class RatioRows(SummedRows[ScoreT]):
    """A layout in which the score of a corpus is a quotient of two sums of its rows."""

    __slots__ = ()

    def __init__(self, signature: str) -> None:
        self.signature = signature

    @abstractmethod
    def quotients(self, sums: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
        """The numerator and the denominator of each sum of rows, and its score if the denominator is 0."""

    def sample_rows(self, statistics: Statistics, double: bool = False) -> npt.NDArray[Any]:
        return statistics.rows.astype("float64")

    def sample_scores(self, sums: npt.NDArray[Any], segments: int) -> npt.NDArray[np.float64]:
        import numpy as np

        numerators, denominators, otherwise = self.quotients(sums.astype(np.float64))
        scores: npt.NDArray[np.float64] = np.divide(numerators, denominators, out=otherwise, where=denominators > 0)
        return scores[:, None]
