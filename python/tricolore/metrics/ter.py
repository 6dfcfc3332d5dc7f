"""The TER metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import _core
from ..corpus.exact_sums import exact_sums
from ..corpus.signature import join_signature, with_nrefs
from ..corpus.statistics import Statistics
from ..corpus.summed_rows import SummedRows
from ..reference.ter import ter_score
from ..resampling.poisson import fractions, whole_parts
from ..scores.ter import TERScore
from ..support.options import true_or_false
from ..texts.nrefs import NRefs
from ..texts.reader import Reader
from ..texts.types import SegmentReferences
from .metric import Metric
from .originals import SACREBLEU

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ..explanations.ter import TERExplanation

__all__ = ["TER"]


class TERRows(SummedRows[TERScore]):
    """The layout of TER: the edits, the summed lengths of the references, and the number of references.

    The sums of a corpus are the edits, the exact sum of mean reference lengths, and the running sum that sacreBLEU
    rounds after each segment. The running sum is None once parts were merged and rounding may differ.
    """

    __slots__ = ()

    metric = "TER"
    most = 100
    lower_is_better = True
    names = ("ter",)
    columns = ("num_edits", "ref_lengths", "references")

    def __init__(self, signature: str) -> None:
        self.signature = signature

    def score_of_row(self, row: list[Any], single: bool, nrefs: NRefs) -> TERScore:
        edits, lengths, references = row
        length = lengths / references
        signature = with_nrefs(nrefs, self.signature)
        return TERScore(ter_score(edits, length), int(edits), length, signature)

    def add(self, sums: list[Any], statistics: Statistics) -> list[Any]:
        return sums_of(statistics, sums)

    def merged(self, sums: list[Any], others: list[Any]) -> list[Any]:
        edits, exact = super().merged(sums[:2], others[:2])
        # If nothing was rounded, the order did not matter.
        rounded = (sums[1], others[1], exact) != (sums[2], others[2], in_units(in_double(exact)))
        return [edits, exact, None if rounded else exact]

    def without_running_sum(self, sums: list[Any]) -> list[Any]:
        return [*sums[:2], None]

    def corpus_score(self, sums: list[Any], segments: int, nrefs: NRefs) -> TERScore:
        edits, exact, in_order = sums
        return self.score_of_row([edits, in_double(exact if in_order is None else in_order), 1], False, nrefs)

    def sample_rows(self, statistics: Statistics, double: bool = False) -> npt.NDArray[Any]:
        rows = statistics.rows[:, :2].astype("float64")
        rows[:, 1] /= statistics.rows[:, 2]
        return rows if double else rows.astype("float32")

    def sample_scores(self, sums: npt.NDArray[Any], segments: int) -> npt.NDArray[Any]:
        from ..resampling.sample_scores import sample_ter

        return sample_ter(sums)[:, None]

    def replicate_rows(self, statistics: Statistics) -> npt.NDArray[np.float64]:
        import numpy as np

        edits, lengths = np.split(self.sample_rows(statistics, double=True), 2, axis=1)
        return np.concatenate([edits, whole_parts(lengths, 1)], axis=1)

    def replicate_scores(self, sums: npt.NDArray[np.int64], draws: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        import numpy as np

        return self.sample_scores(np.concatenate([sums[:, :1], fractions(sums[:, 1:], 1)], axis=1), 0)

    @classmethod
    def named_sums(cls, statistics: Statistics) -> dict[str, float]:
        edits, _, in_order = sums_of(statistics, [])
        return {"num_edits": edits, "ref_length": in_double(in_order)}


class TER(Metric[TERScore]):
    """Translation edit rate with the bits of sacreBLEU 2.6.0. Lower is better.

    TER is the number of edits needed to turn the prediction into the reference, divided by the reference's length. An
    edit inserts, deletes or replaces a token, or moves a run of tokens. A segment with several references takes the
    fewest edits over all references, divided by their mean length. If the reference is empty, every token of the
    prediction is an edit, and the score of the segment is 100; the score of two empty texts is 0.

    Args:
        normalized: True to split off punctuation and decode entities, as Tercom does. sacreBLEU normalizes references
            twice and predictions once; the second pass may split off a possessive, so that a text scores above 0
            against itself.
        no_punct: True to remove punctuation.
        asian_support: True to include Chinese and Japanese characters and punctuation in both of these options.
        case_sensitive: True to keep the case of texts; False lower-cases them.

    Scores are from 0 to 100 and may exceed 100. Raises TypeError for an option that is not a bool.

    Snover et al., AMTA 2006. `tricolore.reference.ter` is the definition in Python.

    >>> print(TER().corpus(["On the mat the cat sat."], ["The cat sat on the mat."]))
    TER = 66.67
    >>> print(TER(normalized=True).corpus(["On the mat the cat sat."], ["The cat sat on the mat."]))
    TER = 14.29
    """

    __slots__ = ("_asian_support", "_case_sensitive", "_no_punct", "_normalized")

    def __init__(
        self,
        normalized: bool = False,
        no_punct: bool = False,
        asian_support: bool = False,
        case_sensitive: bool = False,
    ) -> None:
        self._normalized = true_or_false("normalized", normalized)
        self._no_punct = true_or_false("no_punct", no_punct)
        self._asian_support = true_or_false("asian_support", asian_support)
        self._case_sensitive = true_or_false("case_sensitive", case_sensitive)
        yes_or_no = ("no", "yes")
        signature = join_signature(
            f"case:{'mixed' if case_sensitive else 'lc'}",
            "tok:tercom",
            f"norm:{yes_or_no[normalized]}",
            f"punct:{yes_or_no[not no_punct]}",
            f"asian:{yes_or_no[asian_support]}",
            f"version:sacrebleu.{SACREBLEU}-tricolore.{_core.__version__}",
        )
        self._reader = Reader(_core.Metric.ter(normalized, no_punct, asian_support, case_sensitive))
        self._layout = TERRows(signature)

    @property
    def signature(self) -> str:
        """The part of the signature that the options decide."""
        return self._layout.signature

    def tokens(self, text: str) -> list[str]:
        """The tokens of a prediction.

        >>> TER(normalized=True).tokens("It's Tom's, not 3.5.")
        ['it', "'s", "tom's", ',', 'not', '3.5', '.']
        """
        return self._reader.compiled.tokenize(text)

    def reference_tokens(self, text: str) -> list[str]:
        """The tokens of a reference, which sacreBLEU tokenizes twice.

        With `normalized=True`, the second pass may split tokens further, so that the TER of a text against itself may
        be above 0.

        >>> ter = TER(normalized=True)
        >>> ter.reference_tokens("It is Tom's."), ter.tokens("It is Tom's.")
        (['it', 'is', 'tom', "'s", '.'], ['it', 'is', "tom's", '.'])
        >>> print(ter.score("It is Tom's.", "It is Tom's."))
        TER = 40.00
        """
        return self.tokens(" ".join(self.tokens(text)))

    def explain(self, prediction: str, references: SegmentReferences[str]) -> TERExplanation:
        """Shows why a segment has its score.

        The moves in order, and the other edits aligned with the reference. The result prints as text, shows itself in
        a notebook, and has `to_dict()`. An explanation takes the time of a few scores, plus an object for each token
        that it shows. Arguments are those of `score`.

        >>> print(TER().explain("on the mat sat the old cat", "the cat sat on the mat"))
        TER = 50.00
          prediction  {on the mat sat} [the] +old+ [cat]
          reference   [the cat sat on the mat]
          moved       on the mat: to the end, 1 edit for 2
          moved       sat: in front of on, 1 edit for 2
          deleted     old
          edits       3 for 6 tokens
          TER         100 x 3/6 = 50.0000
                      [matched], {matched after a move}, +not in the reference+
        """
        from ..explanations.ter import explain_ter

        texts, score = self._explained(prediction, references)
        return explain_ter((self.tokens, self.reference_tokens), prediction, texts, score)

    def _options(self) -> dict[str, Any]:
        return {
            "normalized": self._normalized,
            "no_punct": self._no_punct,
            "asian_support": self._asian_support,
            "case_sensitive": self._case_sensitive,
        }


def sums_of(statistics: Statistics, before: list[Any]) -> list[Any]:
    """The edits, the exact sum of mean reference lengths, and the sum that rounds after each segment.

    Both sums of lengths are in units of 2^-1074 and start from `before`. The rounded sum stays None if it is None in
    `before`.
    """
    edits, exact, in_order = before or (0, 0, 0)
    rows = statistics.rows
    if not len(rows):
        return [edits, exact, in_order]
    lengths = rows[:, 1] / rows[:, 2]
    (total,) = exact_sums(lengths[:, None], [exact])
    if in_order is not None:
        # sacreBLEU adds means as floats in the order of segments; thirds are not exact.
        lengths[0] += in_double(in_order)
        in_order = in_units(float(lengths.cumsum()[-1]))
    return [edits + int(rows[:, 0].sum(dtype="int64")), total, in_order]


def in_double(units: int) -> float:
    """The float64 nearest to a number in units of 2^-1074."""
    return units / (1 << 1074)


def in_units(number: float) -> int:
    """A float64 in units of 2^-1074, exactly."""
    numerator, denominator = number.as_integer_ratio()
    return numerator * ((1 << 1074) // denominator)
