"""Edit similarity and ANLS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from .. import _core
from ..corpus.averaged_scores import AveragedScores
from ..corpus.exact_sums import exact_means
from ..corpus.signature import join_signature, with_nrefs
from ..corpus.statistics import Statistics
from ..corpus.summed_rows import RowPerSegment
from ..reference.edit_distance import similarity
from ..scores.edit_similarity import ANLSScore, EditSimilarityScore
from ..support.options import number, true_or_false
from ..texts.nrefs import NRefs
from ..texts.reader import Reader
from ..texts.types import SegmentReferences
from .metric import Metric
from .originals import ANLS_STAR, RAPIDFUZZ

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ..explanations.edit_similarity import EditSimilarityExplanation

__all__ = ["ANLS", "ANLSRows", "EditSimilarity", "EditSimilarityRows"]

ScoreT = TypeVar("ScoreT", EditSimilarityScore, ANLSScore)


class SimilarityRows(RowPerSegment[ScoreT], AveragedScores[ScoreT]):
    """The layout of both metrics: the edit distance, and the highest distance of texts of these lengths."""

    __slots__ = ("_threshold",)

    columns = ("distance", "longest")
    row_above_zero = (0, 1)
    score_type: ClassVar[type[Any]]

    def __init__(self, signature: str, threshold: float) -> None:
        self.signature = signature
        self._threshold = threshold

    def score_of_row(self, row: list[Any], single: bool, nrefs: NRefs) -> ScoreT:
        found = similarity(row)
        return self._score(found if found >= self._threshold else 0.0, nrefs)

    def corpus_score(self, sums: list[Any], segments: int, nrefs: NRefs) -> ScoreT:
        (mean,) = exact_means(sums, segments)
        return self._score(mean, nrefs)

    def _score(self, score: float, nrefs: NRefs) -> ScoreT:
        made: ScoreT = self.score_type(score, with_nrefs(nrefs, self.signature))
        return made

    def segment_figures(self, statistics: Statistics) -> npt.NDArray[np.float64]:
        import numpy as np

        distances, longest = statistics.rows.T.astype(np.float64)
        # Two empty texts are equal.
        found = 1 - distances / np.where(longest > 0, longest, 1)
        return np.where(found >= self._threshold, found, 0.0)[:, None]


class EditSimilarityRows(SimilarityRows[EditSimilarityScore]):
    """The layout of edit similarity."""

    __slots__ = ()

    metric = "EditSimilarity"
    names = ("edit_similarity",)
    score_type = EditSimilarityScore


class ANLSRows(SimilarityRows[ANLSScore]):
    """The layout of ANLS."""

    __slots__ = ()

    metric = "ANLS"
    names = ("anls",)
    score_type = ANLSScore


class EditSimilarity(Metric[EditSimilarityScore]):
    """Edit similarity with the bits of rapidfuzz 3, as used for code completion.

    The similarity of two texts is one minus the number of edits that turn one into the other, divided by the highest
    number that texts of these lengths can need. Characters are code points. With several references the most similar
    one counts. The score of a corpus is the mean over its segments, correctly rounded.

    Args:
        substitutions: True for rapidfuzz's `Levenshtein.normalized_similarity`, in which an edit inserts, deletes or
            replaces a character. False for `Indel.normalized_similarity`, in which an edit inserts or deletes one; a
            hundred times that is `fuzz.ratio`.
        lowercase: True to lower-case texts first.

    Scores are from 0 to 1. Two empty texts score 1. Raises TypeError for an option that is not a bool.

    Levenshtein, Soviet Physics Doklady 1966. `tricolore.reference.edit_distance` is the definition in Python.

    >>> EditSimilarity().score("return x + y", "return x - y").score
    0.9166666666666666
    >>> print(EditSimilarity(substitutions=False).corpus(["kitten"], ["sitting"]))
    edit similarity = 0.6154
    """

    __slots__ = ("_lowercase", "_substitutions")

    def __init__(self, substitutions: bool = True, lowercase: bool = False) -> None:
        self._substitutions = true_or_false("substitutions", substitutions)
        self._lowercase = true_or_false("lowercase", lowercase)
        self._reader = Reader(_core.Metric.edit_similarity("characters", lowercase, substitutions, 0.0))
        self._layout = EditSimilarityRows(
            join_signature(
                f"case:{'lc' if lowercase else 'mixed'}",
                f"edits:{'levenshtein' if substitutions else 'indel'}",
                f"version:rapidfuzz.{RAPIDFUZZ}-tricolore.{_core.__version__}",
            ),
            0.0,
        )

    @property
    def signature(self) -> str:
        """The part of the signature that the options decide."""
        return self._layout.signature

    def explain(self, prediction: str, references: SegmentReferences[str]) -> EditSimilarityExplanation:
        """Shows the edits behind the score of a segment.

        The result prints as text, shows itself in a notebook, and has `to_dict()`. Arguments are those of `score`.

        >>> print(EditSimilarity().explain("kitten", "sitting"))
        edit similarity = 0.5714
          prediction   /k/[itt]/e/[n]
          reference    /s/[itt]/i/[n]-g-
          substituted  's' by 'k'
          substituted  'i' by 'e'
          deleted      'g'
          edits        3 of at most 7
          similarity   1 - 3/7 = 0.5714
                       [matched], /another word in its place/, -not in the prediction-
        """
        from ..explanations.edit_similarity import explain_edit_similarity

        texts, score = self._explained(prediction, references)
        compared = str.lower if self._lowercase else str
        return explain_edit_similarity(compared, prediction, texts, self._substitutions, score)

    def _options(self) -> dict[str, Any]:
        return {"substitutions": self._substitutions, "lowercase": self._lowercase}


class ANLS(Metric[ANLSScore]):
    """Average normalized Levenshtein similarity of DocVQA, for answers to questions about documents.

    Texts are lower-cased, and white space between words becomes one space. The score of a segment is the highest edit
    similarity to one of its references, or 0 if that is below the threshold. The score of a corpus is the mean over
    its segments, correctly rounded. The numbers are those of DocVQA's evaluation script, and those of `anls_star` for
    strings. (The paper also gives 0 for a similarity that equals the threshold; neither program does.)

    Args:
        threshold: the lowest similarity that counts, from 0 to 1.

    Scores are from 0 to 1. Two empty texts score 1. Raises ValueError for a threshold outside 0 to 1.

    Biten et al., "Scene text visual question answering", ICCV 2019. `tricolore.reference.edit_distance` is the
    definition in Python.

    >>> print(ANLS().corpus(["the Nile", "Congo"], [["The  Nile", "Nile"], ["Niger"]]))
    ANLS = 0.5000
    """

    __slots__ = ("_threshold",)

    def __init__(self, threshold: float = 0.5) -> None:
        self._threshold = number("threshold", threshold, 0)
        if threshold > 1:
            raise ValueError(f"threshold is {threshold!r}: it must be from 0 to 1")
        self._reader = Reader(_core.Metric.edit_similarity("joined", True, True, float(threshold)))
        self._layout = ANLSRows(
            join_signature(
                "case:lc",
                f"threshold:{float(threshold)!r}",
                f"version:anls_star.{ANLS_STAR}-tricolore.{_core.__version__}",
            ),
            float(threshold),
        )

    @property
    def signature(self) -> str:
        """The part of the signature that the options decide."""
        return self._layout.signature

    def explain(self, prediction: str, references: SegmentReferences[str]) -> EditSimilarityExplanation:
        """Shows the edits behind the score of a segment.

        The result prints as text, shows itself in a notebook, and has `to_dict()`. Arguments are those of `score`.

        >>> print(ANLS().explain("the Nil", ["Congo", "The Nile"]))
        ANLS = 0.8750
          prediction  [the Nil]
          reference   [The Nil]-e-
          deleted     'e'
          edits       1 of at most 8
          similarity  1 - 1/8 = 0.8750
                      [matched], -not in the prediction-
        """
        from ..explanations.edit_similarity import explain_edit_similarity

        texts, score = self._explained(prediction, references)

        def compared(text: str) -> str:
            return " ".join(text.lower().split())

        return explain_edit_similarity(compared, prediction, texts, True, score)

    def _options(self) -> dict[str, Any]:
        return {"threshold": self._threshold}
