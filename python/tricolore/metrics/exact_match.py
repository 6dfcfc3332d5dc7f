"""The exact match metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import _core
from ..corpus.signature import with_nrefs
from ..corpus.statistics import Statistics
from ..corpus.summed_rows import SummedRows
from ..scores.squad import ExactMatchScore
from ..support.options import one_of
from ..texts.nrefs import NRefs
from ..texts.reader import Reader
from ..texts.types import SegmentReferences
from .metric import Metric

if TYPE_CHECKING:
    import numpy.typing as npt

    from ..explanations.squad import ExactMatchExplanation

__all__ = ["ExactMatch"]

NORMALIZATIONS = ("none", "squad")


class ExactMatchRows(SummedRows[ExactMatchScore]):
    """The layout of exact match: 1 if the prediction equals a reference or else 0, and 1 for the segment."""

    __slots__ = ()

    metric = "ExactMatch"
    names = ("exact_match",)
    columns = ("matches", "segments")

    def __init__(self, signature: str) -> None:
        self.signature = signature

    def score_of_row(self, row: list[Any], single: bool, nrefs: NRefs) -> ExactMatchScore:
        matches, segments = row
        signature = with_nrefs(nrefs, self.signature)
        return ExactMatchScore(matches / segments, matches, segments, signature)

    def sample_rows(self, statistics: Statistics, double: bool = False) -> npt.NDArray[Any]:
        return statistics.rows.astype("float64")

    def sample_scores(self, sums: npt.NDArray[Any], segments: int) -> npt.NDArray[Any]:
        shares: npt.NDArray[Any] = sums[:, :1] / sums[:, 1:]
        return shares


class ExactMatch(Metric[ExactMatchScore]):
    """Exact match: 1 if the prediction equals one of the references, 0 otherwise; for a corpus, the mean.

    Args:
        normalization: `"none"` compares texts with Python's `==`. `"squad"` compares them as the evaluation script of
            SQuAD 2.0 does: lower-cased, without ASCII punctuation, without the words a, an and the, and with white
            space collapsed. A reference that becomes empty counts only if all references become empty.

    Scores are from 0 to 1. Raises ValueError for an unknown normalization. Next to letters that are not ASCII, the
    bounds of the words a, an and the follow the Unicode version in the signature.

    Rajpurkar et al., EMNLP 2016. `tricolore.reference.squad` is the definition in Python.

    >>> print(ExactMatch().corpus(["The Nile.", "1969"], ["the Nile", "1969"]))
    exact match = 0.5000 (1 of 2)
    >>> print(ExactMatch("squad").corpus(["The Nile.", "1969"], ["the Nile", "1969"]))
    exact match = 1.0000 (2 of 2)
    """

    __slots__ = ("_normalization",)

    def __init__(self, normalization: str = "none") -> None:
        self._normalization = one_of("normalization", normalization, NORMALIZATIONS)
        squad = normalization == "squad"
        unicode = f"-unicode.{_core.UNICODE_VERSION}" if squad else ""
        self._reader = Reader(_core.Metric.exact_match(squad))
        self._layout = ExactMatchRows(
            f"match:exact|norm:{normalization}|version:tricolore.{_core.__version__}{unicode}"
        )

    @property
    def signature(self) -> str:
        """The part of the signature that the options decide."""
        return self._layout.signature

    def explain(self, prediction: str, references: SegmentReferences[str]) -> ExactMatchExplanation:
        """Shows the compared texts, and the reference that matched.

        The result prints as text, shows itself in a notebook, and has `to_dict()`. Arguments are those of `score`.

        >>> print(ExactMatch("squad").explain("The Nile.", ["the Amazon", "Nile"]))
        exact match = 1.0000 (1 of 1)
          prediction  [The Nile.]
          reference   the Amazon
          reference   [Nile]
          compared    'nile'
          another     'amazon'
          the same    'nile'
                      [matched]
        """
        from ..explanations.squad import explain_exact_match

        texts, score = self._explained(prediction, references)
        tokenize = self._reader.compiled.tokenize if self._normalization == "squad" else None
        return explain_exact_match(tokenize, prediction, texts, score)

    def _options(self) -> dict[str, Any]:
        return {"normalization": self._normalization}
