"""The F1 of tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .. import _core
from ..corpus.accumulator import exact_means, exact_sums
from ..corpus.statistics import NRefs, Statistics, join_signature, nrefs_field
from ..reference.squad import token_f1_score
from ..resampling.bootstrap import with_interval
from ..resampling.poisson import PART, fractions, whole_parts
from ..texts.inputs import SegmentReferences, texts_of
from .row_metric import RowMetric, flat

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ..explanations.squad import TokenF1Explanation

__all__ = ["TokenF1", "TokenF1Score"]


class TokenF1Score(NamedTuple):
    """F1 of a segment, or the mean over a corpus. `repr` has every digit, `str` four."""

    score: float
    """F1, from 0 to 1."""
    precision: float
    """From 0 to 1."""
    recall: float
    """From 0 to 1."""
    signature: str
    """How the score was made."""
    confidence_interval: tuple[float, float] | None = None
    """Bounds of the scores of resampled corpora, where that was asked for."""
    bootstrap_mean: float | None = None
    """The mean of those scores."""
    half_width: float | None = None
    """Half the distance of the bounds."""

    def to_dict(self) -> dict[str, float]:
        """The score under its flat name, `token_f1`; with an interval also `token_f1_low`, `token_f1_high`,
        `token_f1_mean` and `token_f1_half_width`."""
        return flat("token_f1", self)

    def __str__(self) -> str:
        score = with_interval(f"{self.score:.4f}", self.bootstrap_mean, self.half_width, 4)
        return f"token F1 = {score} (P = {self.precision:.4f} R = {self.recall:.4f})"


class TokenF1(RowMetric[TokenF1Score]):
    """The F1 of the tokens of prediction and reference, as the evaluation script of SQuAD 2.0 has it.

    Tokens are lower-cased, without ASCII punctuation and without the words a, an and the; one counts as
    often as the side that has fewer of it. Of several references the best counts, the first of
    equals; one without tokens counts only where no other has any. Two texts without tokens have F1 1
    (in SQuAD 1.1 they have 0), one without and another 0.

    The figures of a corpus are the means of its segments', correctly rounded. Scores are from 0 to 1,
    where SQuAD's are a hundred times that. Rajpurkar et al., EMNLP 2016 and ACL 2018;
    `tricolore.reference.squad` is the definition in Python. What a word is, where an article stands
    beside letters that are not ASCII, follows the Unicode version in the signature.

    Metrics do not change; they compare, hash and pickle.

    >>> print(TokenF1().corpus(["on the river Nile", "in 1969"], ["the Nile", "1969"]))
    token F1 = 0.5833 (P = 0.4167 R = 1.0000)
    """

    __slots__ = ("_compiled",)
    _name = "token_f1"
    _compiled: _core.Metric

    def __init__(self) -> None:
        self._compiled = _core.Metric.token_f1()

    @property
    def signature(self) -> str:
        """How scores are made."""
        return f"match:tokens|norm:squad|version:tricolore.{_core.__version__}-unicode.{_core.UNICODE_VERSION}"

    def tokens(self, text: str) -> list[str]:
        """The tokens of a text.

        >>> TokenF1().tokens("The Nile's delta, an area")
        ['niles', 'delta', 'area']
        """
        return self._compiled.tokenize(text)

    def explain(self, prediction: str, references: SegmentReferences[str]) -> TokenF1Explanation:
        """Shows the tokens, and what both sides have. Prints as text, shows itself in a notebook,
        `.to_dict()`. Arguments are those of `score`.

        >>> print(TokenF1().explain("the Nile, the river Nile", "river Nile"))
        token F1 = 0.8000 (P = 0.6667 R = 1.0000)
          prediction  nile river nile
          reference   river nile
          nile        2 in prediction, 1 in reference: 1 counts, clipped
          river       1 in prediction, 1 in reference: 1 counts
        """
        from ..explanations.squad import explain_token_f1

        texts = texts_of(references)
        return explain_token_f1(self, prediction, texts, self.score(prediction, texts))

    def _options(self) -> dict[str, Any]:
        return {}

    def _columns(self) -> tuple[str, ...]:
        return ("matches", "prediction_total", "reference_total")

    @classmethod
    def _summed(cls, statistics: Statistics) -> dict[str, float]:
        raise cls._no_sum()

    def _add(self, sums: list[Any], statistics: Statistics) -> list[Any]:
        return exact_sums(figures(statistics), sums)

    def _of_sums(self, sums: list[Any], segments: int, nrefs: NRefs) -> TokenF1Score:
        score, precision, recall = exact_means(sums, segments)
        return TokenF1Score(score, precision, recall, join_signature(nrefs_field(nrefs), self.signature))

    def _sample_rows(self, statistics: Statistics, double: bool = False) -> npt.NDArray[Any]:
        return figures(statistics)[:, :1]

    def _sample_scores(self, sums: npt.NDArray[Any], segments: int) -> npt.NDArray[Any]:
        return sums / segments

    def _replicated(self, statistics: Statistics) -> npt.NDArray[np.float64]:
        return whole_parts(figures(statistics)[:, :1], PART)

    def _replicate_scores(self, sums: npt.NDArray[np.int64], draws: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        return fractions(sums, PART) / draws[:, None]

    def _score(self, row: list[Any], single: bool, nrefs: NRefs) -> TokenF1Score:
        precision, recall, score = token_f1_score(row)
        return TokenF1Score(score, precision, recall, join_signature(nrefs_field(nrefs), self.signature))


def figures(statistics: Statistics) -> npt.NDArray[np.float64]:
    """F1, precision and recall of each segment."""
    import numpy as np

    matches, predictions, references = statistics.rows.T.astype(np.float64)
    empty = np.where((predictions == 0) & (references == 0), 1.0, 0.0)
    some = matches > 0
    out = np.repeat(empty[:, None], 3, axis=1)
    p, r = matches[some] / predictions[some], matches[some] / references[some]
    out[some] = np.stack([2 * p * r / (p + r), p, r], axis=1)
    return out
