"""The exact match metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .. import _core
from ..corpus.statistics import NRefs, Statistics, join_signature, nrefs_field
from ..resampling.bootstrap import with_interval
from ..support.options import one_of
from ..texts.inputs import SegmentReferences, texts_of
from .row_metric import RowMetric, flat

if TYPE_CHECKING:
    import numpy.typing as npt

    from ..explanations.squad import ExactMatchExplanation

__all__ = ["ExactMatch", "ExactMatchScore"]

NORMALIZATIONS = ("none", "squad")


class ExactMatchScore(NamedTuple):
    """The share of predictions that are one of their references. `repr` has every digit, `str` four."""

    score: float
    """From 0 to 1."""
    matches: int
    """How many are."""
    segments: int
    """Of how many."""
    signature: str
    """How the score was made."""
    confidence_interval: tuple[float, float] | None = None
    """Bounds of the scores of resampled corpora, where that was asked for."""
    bootstrap_mean: float | None = None
    """The mean of those scores."""
    half_width: float | None = None
    """Half the distance of the bounds."""

    def to_dict(self) -> dict[str, float]:
        """The score under its flat name, `exact_match`; with an interval also `exact_match_low`, `exact_match_high`,
        `exact_match_mean` and `exact_match_half_width`."""
        return flat("exact_match", self)

    def __str__(self) -> str:
        score = with_interval(f"{self.score:.4f}", self.bootstrap_mean, self.half_width, 4)
        return f"exact match = {score} ({self.matches} of {self.segments})"


class ExactMatch(RowMetric[ExactMatchScore]):
    """Exact match: 1 where the prediction is one of the references, 0 elsewhere; their mean for a corpus.

    Args:
        normalization: `"none"` compares texts as they stand, as `==` of Python does; `"squad"` compares
            them as the evaluation script of SQuAD 2.0 does: lower-cased, without ASCII punctuation,
            without the words a, an and the, white space aside; a reference of which nothing is left
            counts only where nothing is left of any.

    Raises ValueError for an unknown normalization. Scores are from 0 to 1. Rajpurkar et al., EMNLP
    2016; `tricolore.reference.squad` is the definition in Python. What a word is, where an article
    stands beside letters that are not ASCII, follows the Unicode version in the signature.

    Metrics do not change; they compare, hash and pickle by their options.

    >>> print(ExactMatch().corpus(["The Nile.", "1969"], ["the Nile", "1969"]))
    exact match = 0.5000 (1 of 2)
    >>> print(ExactMatch("squad").corpus(["The Nile.", "1969"], ["the Nile", "1969"]))
    exact match = 1.0000 (2 of 2)
    """

    __slots__ = ("_compiled", "_normalization", "_signature")
    _name = "exact_match"
    _compiled: _core.Metric

    def __init__(self, normalization: str = "none") -> None:
        self._normalization = one_of("normalization", normalization, NORMALIZATIONS)
        squad = normalization == "squad"
        self._compiled = _core.Metric.exact_match(squad)
        unicode = f"-unicode.{_core.UNICODE_VERSION}" if squad else ""
        self._signature = f"match:exact|norm:{normalization}|version:tricolore.{_core.__version__}{unicode}"

    @property
    def signature(self) -> str:
        """How scores are made, as far as the options decide it."""
        return self._signature

    def explain(self, prediction: str, references: SegmentReferences[str]) -> ExactMatchExplanation:
        """Shows what was compared, and which reference matched. Prints as text, shows itself in a
        notebook, `.to_dict()`. Arguments are those of `score`.

        >>> print(ExactMatch("squad").explain("The Nile.", ["the Amazon", "Nile"]))
        exact match = 1.0000 (1 of 1)
          prediction  'nile'
          reference   'amazon'
          the same    'nile'
        """
        from ..explanations.squad import explain_exact_match

        texts = texts_of(references)
        return explain_exact_match(self, prediction, texts, self.score(prediction, texts))

    def _options(self) -> dict[str, Any]:
        return {"normalization": self._normalization}

    def _columns(self) -> tuple[str, ...]:
        return ("matches", "segments")

    def _sample_rows(self, statistics: Statistics, double: bool = False) -> npt.NDArray[Any]:
        return statistics.rows.astype("float64")

    def _sample_scores(self, sums: npt.NDArray[Any], segments: int) -> npt.NDArray[Any]:
        shares: npt.NDArray[Any] = sums[:, :1] / sums[:, 1:]
        return shares

    def _score(self, row: list[Any], single: bool, nrefs: NRefs) -> ExactMatchScore:
        matches, segments = row
        return ExactMatchScore(
            matches / segments, matches, segments, join_signature(nrefs_field(nrefs), self._signature)
        )
