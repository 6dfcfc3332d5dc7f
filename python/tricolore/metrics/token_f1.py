"""The token F1 metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import _core
from ..corpus.averaged_scores import AveragedScores
from ..corpus.exact_sums import exact_means
from ..corpus.signature import with_nrefs
from ..corpus.statistics import Statistics
from ..corpus.summed_rows import RowPerSegment
from ..reference.squad import token_f1_score
from ..scores.squad import TokenF1Score
from ..texts.nrefs import NRefs
from ..texts.reader import Reader
from ..texts.types import SegmentReferences
from .metric import Metric

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ..explanations.squad import TokenF1Explanation

__all__ = ["TokenF1"]


class TokenF1Rows(RowPerSegment[TokenF1Score], AveragedScores[TokenF1Score]):
    """The layout of token F1: the matches and both totals."""

    __slots__ = ()

    metric = "TokenF1"
    names = ("token_f1",)
    columns = ("matches", "prediction_total", "reference_total")

    def __init__(self, signature: str) -> None:
        self.signature = signature

    def score_of_row(self, row: list[Any], single: bool, nrefs: NRefs) -> TokenF1Score:
        precision, recall, score = token_f1_score(row)
        return TokenF1Score(score, precision, recall, with_nrefs(nrefs, self.signature))

    def corpus_score(self, sums: list[Any], segments: int, nrefs: NRefs) -> TokenF1Score:
        score, precision, recall = exact_means(sums, segments)
        return TokenF1Score(score, precision, recall, with_nrefs(nrefs, self.signature))

    def segment_figures(self, statistics: Statistics) -> npt.NDArray[np.float64]:
        """F1, precision and recall of each segment."""
        import numpy as np

        matches, predictions, references = statistics.rows.T.astype(np.float64)
        empty = np.where((predictions == 0) & (references == 0), 1.0, 0.0)
        some = matches > 0
        out = np.repeat(empty[:, None], 3, axis=1)
        p, r = matches[some] / predictions[some], matches[some] / references[some]
        out[some] = np.stack([2 * p * r / (p + r), p, r], axis=1)
        return out


class TokenF1(Metric[TokenF1Score]):
    """The F1 of the tokens that prediction and reference share, as the evaluation script of SQuAD 2.0 computes it.

    Tokens are lower-cased, without ASCII punctuation and without the words a, an and the. A token counts as often as
    the side with fewer of it has it. With several references the first one with the highest F1 counts; a reference
    without tokens counts only if no other reference has tokens. Two texts without tokens have F1 1 (in SQuAD 1.1 they
    have 0); a text without tokens against one with tokens has 0.

    The figures of a corpus are the means over its segments, correctly rounded. Scores are from 0 to 1; SQuAD's script
    prints a hundred times that. Next to letters that are not ASCII, the bounds of the words a, an and the follow the
    Unicode version in the signature.

    Rajpurkar et al., EMNLP 2016 and ACL 2018. `tricolore.reference.squad` is the definition in Python.

    >>> print(TokenF1().corpus(["on the river Nile", "in 1969"], ["the Nile", "1969"]))
    token F1 = 0.5833 (P = 0.4167 R = 1.0000)
    """

    __slots__ = ()

    def __init__(self) -> None:
        self._reader = Reader(_core.Metric.token_f1())
        self._layout = TokenF1Rows(
            f"match:tokens|norm:squad|version:tricolore.{_core.__version__}-unicode.{_core.UNICODE_VERSION}"
        )

    @property
    def signature(self) -> str:
        """The part of the signature that the options decide."""
        return self._layout.signature

    def tokens(self, text: str) -> list[str]:
        """The tokens of a text.

        >>> TokenF1().tokens("The Nile's delta, an area")
        ['niles', 'delta', 'area']
        """
        return self._reader.compiled.tokenize(text)

    def explain(self, prediction: str, references: SegmentReferences[str]) -> TokenF1Explanation:
        """Shows the tokens of both texts, and those that they share.

        The result prints as text, shows itself in a notebook, and has `to_dict()`. Arguments are those of `score`.

        >>> print(TokenF1().explain("the Nile, the river Nile", "river Nile"))
        token F1 = 0.8000 (P = 0.6667 R = 1.0000)
          prediction  the [Nile], the [river] ~Nile~
          reference   [river Nile]
          Nile        2 in prediction, 1 in reference: 1 counts, clipped
          river       1 in prediction, 1 in reference: 1 counts
          F1          P = 2/3 = 0.6667, R = 2/2 = 1.0000, F = 2PR/(P+R) = 0.8000
                      [matched], ~clipped: the reference has it less often~
        """
        from ..explanations.squad import explain_token_f1

        texts, score = self._explained(prediction, references)
        return explain_token_f1(self.tokens, prediction, texts, score)

    def _options(self) -> dict[str, Any]:
        return {}
