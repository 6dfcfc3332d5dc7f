"""The chrF and chrF++ metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .. import _core
from ..corpus.signature import join_signature, with_nrefs
from ..corpus.summed_rows import SummedRows
from ..reference.chrf import chrf_score
from ..scores.chrf import CHRFScore
from ..support.options import number, true_or_false, whole_number
from ..texts.nrefs import ONE_EACH, NRefs
from ..texts.reader import Reader
from ..texts.types import SegmentReferences
from .metric import Metric
from .originals import SACREBLEU

if TYPE_CHECKING:
    import numpy.typing as npt

    from ..explanations.chrf import CHRFExplanation

__all__ = ["CHRF"]

MOST_ORDERS = 999_999


class CHRFRows(SummedRows[CHRFScore]):
    """The layout of chrF: for each order of characters, then of words, both totals and the matches."""

    __slots__ = ("_beta", "_columns", "_eps_smoothing", "_of_pair", "_word_order")

    metric = "CHRF"
    most = 100
    names = ("chrf",)

    def __init__(self, char_order: int, word_order: int, beta: float, eps_smoothing: bool, signature: str) -> None:
        self._word_order = word_order
        self._beta = beta
        self._eps_smoothing = eps_smoothing
        self.signature = signature
        orders = [f"char{n}" for n in range(1, char_order + 1)]
        orders += [f"word{n}" for n in range(1, word_order + 1)]
        counts = ("prediction", "reference", "matches")
        self._columns = tuple(f"{order}_{count}" for order in orders for count in counts)
        self._of_pair = self._name, with_nrefs(ONE_EACH, signature)

    @property
    def columns(self) -> tuple[str, ...]:
        return self._columns

    @property
    def figures(self) -> tuple[str, ...]:
        return ("chrf" + "+" * self._word_order,)

    def score_of_row(self, row: list[int], single: bool, nrefs: NRefs) -> CHRFScore:
        score = chrf_score(row, self._beta, self._eps_smoothing)
        return CHRFScore(score, self._name, with_nrefs(nrefs, self.signature))

    @property
    def _name(self) -> str:
        return f"chrF{self._beta}{'+' * self._word_order}"

    def pair_scorer(self, compiled: Any) -> Callable[[str, str], CHRFScore]:
        # CHRFScore's own constructor takes half as long as counting.
        value, new, (name, signature) = compiled.value, tuple.__new__, self._of_pair
        return lambda prediction, reference: new(
            CHRFScore, (value(prediction, reference), name, signature, None, None, None)
        )

    def sample_scores(self, sums: npt.NDArray[Any], segments: int) -> npt.NDArray[Any]:
        from ..resampling.sample_scores import sample_chrf

        return sample_chrf(sums, self._beta, self._eps_smoothing)[:, None]


class CHRF(Metric[CHRFScore]):
    """chrF, or with `word_order=2` chrF++, with the bits of sacreBLEU 2.6.0.

    Args:
        char_order: the highest order of character n-grams.
        word_order: the highest order of word n-grams; 2 for chrF++.
        beta: the weight of recall relative to precision.
        lowercase: True to lower-case texts first.
        whitespace: True to count white space among the characters.
        eps_smoothing: True to give an order without n-grams a tiny score, as chrF++.py, Moses and NLTK do. False
            leaves the order out.

    The score of a segment with several references is that of the first reference with the highest score. Scores are
    from 0 to 100. Raises ValueError for an option out of bounds and TypeError for a wrong type.

    Popovic, WMT 2015 and 2017. `tricolore.reference.chrf` is the definition in Python.

    >>> print(CHRF().corpus(["The cat sat on the mat."], ["The cat sat on a mat."]))
    chrF2 = 71.42
    >>> print(CHRF(word_order=2).score("The cat sat on the mat.", "The cat sat on a mat."))
    chrF2++ = 72.66
    """

    __slots__ = (
        "_beta",
        "_char_order",
        "_eps_smoothing",
        "_lowercase",
        "_whitespace",
        "_word_order",
    )

    def __init__(
        self,
        char_order: int = 6,
        word_order: int = 0,
        beta: float = 2,
        lowercase: bool = False,
        whitespace: bool = False,
        eps_smoothing: bool = False,
    ) -> None:
        self._char_order = whole_number("char_order", char_order, 0, MOST_ORDERS)
        self._word_order = whole_number("word_order", word_order, 0, MOST_ORDERS)
        if not char_order + word_order:
            raise ValueError("char_order and word_order are 0: there is nothing to count")
        self._beta = number("beta", beta, 0)
        self._lowercase = true_or_false("lowercase", lowercase)
        self._whitespace = true_or_false("whitespace", whitespace)
        self._eps_smoothing = true_or_false("eps_smoothing", eps_smoothing)
        compiled = _core.Metric.chrf(char_order, word_order, float(beta**2), lowercase, whitespace, eps_smoothing)
        signature = join_signature(
            f"case:{'lc' if lowercase else 'mixed'}",
            f"eff:{'no' if eps_smoothing else 'yes'}",
            f"nc:{char_order}",
            f"nw:{word_order}",
            f"space:{'yes' if whitespace else 'no'}",
            f"version:sacrebleu.{SACREBLEU}-tricolore.{_core.__version__}",
        )
        self._reader = Reader(compiled)
        self._layout = CHRFRows(char_order, word_order, self._beta, eps_smoothing, signature)

    @property
    def signature(self) -> str:
        """The part of the signature that the options decide. The score's name states beta."""
        return self._layout.signature

    def explain(self, prediction: str, references: SegmentReferences[str]) -> CHRFExplanation:
        """Shows why a segment has its score.

        For each order: precision, recall, and the n-grams with their counts on both sides; as text, only clipped
        n-grams are shown. The result prints as text, shows itself in a notebook, and has `to_dict()`. Arguments are
        those of `score`.

        >>> print(CHRF(char_order=2, word_order=1).explain("aaa b", "aa b c"))
        chrF2+ = 59.37
          prediction         [aaa b]
          reference          [aa b] c
          character 1-grams  precision 3/4 = 0.7500, recall 3/4 = 0.7500
            a                3 in prediction, 2 in reference: 2 counts, clipped
          character 2-grams  precision 2/3 = 0.6667, recall 2/3 = 0.6667
            aa               2 in prediction, 1 in reference: 1 counts, clipped
          word 1-grams       precision 1/2 = 0.5000, recall 1/3 = 0.3333
          chrF               mean P = 0.6389, mean R = 0.5833, (1 + 4) P R / (4 P + R) = 0.5937
                             [matched]
        """
        from ..explanations.chrf import explain_chrf

        texts, score = self._explained(prediction, references)
        rows = [CHRFRows.row(self._reader.read_one(self, prediction, text)[0]) for text in texts]
        return explain_chrf(self._options(), rows, prediction, texts, score)

    def _options(self) -> dict[str, Any]:
        return {
            "char_order": self._char_order,
            "word_order": self._word_order,
            "beta": self._beta,
            "lowercase": self._lowercase,
            "whitespace": self._whitespace,
            "eps_smoothing": self._eps_smoothing,
        }
