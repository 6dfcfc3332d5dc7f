"""The chrF and chrF++ metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .. import _core
from ..corpus.statistics import NRefs, join_signature, nrefs_field
from ..reference.chrf import chrf_score
from ..resampling.bootstrap import sacrebleu_interval
from ..support.options import number, true_or_false, whole_number
from ..texts.inputs import SegmentReferences, texts_of
from .bleu import SACREBLEU
from .row_metric import RowMetric, flat

if TYPE_CHECKING:
    import numpy.typing as npt

    from ..explanations.chrf import CHRFExplanation

__all__ = ["CHRF", "CHRFScore"]

MOST_ORDERS = 999_999


class CHRFScore(NamedTuple):
    """chrF of a segment or a corpus. `repr` has every digit, `str` is sacreBLEU's line."""

    score: float
    """From 0 to 100."""
    name: str
    """`chrF2` for beta 2, with a `+` for each order of words."""
    signature: str
    """How the score was made."""
    confidence_interval: tuple[float, float] | None = None
    """Bounds of the scores of resampled corpora, where that was asked for."""
    bootstrap_mean: float | None = None
    """The mean of those scores."""
    half_width: float | None = None
    """Half the distance of the bounds."""

    def to_dict(self) -> dict[str, float]:
        """The score under its flat name, `chrf`; with an interval also `chrf_low`, `chrf_high`, `chrf_mean` and
        `chrf_half_width`."""
        return flat("chrf", self)

    def __str__(self) -> str:
        return f"{self.name} = {sacrebleu_interval(self.score, self.bootstrap_mean, self.half_width)}"


class CHRF(RowMetric[CHRFScore]):
    """chrF, and with `word_order=2` chrF++, with the bits of sacreBLEU 2.6.0.

    Args:
        char_order: the highest order of character n-grams.
        word_order: the highest order of word n-grams; 2 for chrF++.
        beta: how many times recall weighs what precision does.
        lowercase: whether texts are lower-cased first.
        whitespace: whether white space is among the characters.
        eps_smoothing: whether an order without n-grams counts, with next to nothing, as in chrF++.py,
            Moses and NLTK, rather than being left out.

    Of several references a segment takes the one with the highest score, the first of equals.
    Raises ValueError for an option out of bounds and TypeError for a wrong type. Scores are from 0
    to 100. Popovic, WMT 2015 and 2017; `tricolore.reference.chrf` is the definition in Python.

    Metrics do not change; they compare, hash and pickle by their options.

    >>> print(CHRF().corpus(["The cat sat on the mat."], ["The cat sat on a mat."]))
    chrF2 = 71.42
    >>> print(CHRF(word_order=2).score("The cat sat on the mat.", "The cat sat on a mat."))
    chrF2++ = 72.66
    """

    __slots__ = (
        "_beta",
        "_char_order",
        "_compiled",
        "_eps_smoothing",
        "_lowercase",
        "_signature",
        "_whitespace",
        "_word_order",
    )
    _name = "chrf"
    _compiled: _core.Metric

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
        self._compiled = _core.Metric.chrf(char_order, word_order, float(beta**2), lowercase, whitespace, eps_smoothing)
        self._signature = join_signature(
            f"case:{'lc' if lowercase else 'mixed'}",
            f"eff:{'no' if eps_smoothing else 'yes'}",
            f"nc:{char_order}",
            f"nw:{word_order}",
            f"space:{'yes' if whitespace else 'no'}",
            f"version:sacrebleu.{SACREBLEU}-tricolore.{_core.__version__}",
        )

    @property
    def signature(self) -> str:
        """How scores are made, as far as the options decide it; beta stands in the score's name."""
        return self._signature

    def explain(self, prediction: str, references: SegmentReferences[str]) -> CHRFExplanation:
        """Shows why one segment scores what it does.

        For each order how much matched, and the n-grams with their counts on both sides; text shows
        those that were clipped. Prints as text, shows itself in a notebook, `.to_dict()`. Arguments
        are those of `score`.

        >>> print(CHRF(char_order=2, word_order=1).explain("aaa b", "aa b c"))
        chrF2+ = 59.37
          character 1-grams  precision 3/4 = 0.7500, recall 3/4 = 0.7500
            a                3 in prediction, 2 in reference: 2 counts, clipped
          character 2-grams  precision 2/3 = 0.6667, recall 2/3 = 0.6667
            aa               2 in prediction, 1 in reference: 1 counts, clipped
          word 1-grams       precision 1/2 = 0.5000, recall 1/3 = 0.3333
        """
        from ..explanations.chrf import explain_chrf

        texts = texts_of(references)
        return explain_chrf(self, prediction, texts, self.score(prediction, texts))

    def _options(self) -> dict[str, Any]:
        return {
            "char_order": self._char_order,
            "word_order": self._word_order,
            "beta": self._beta,
            "lowercase": self._lowercase,
            "whitespace": self._whitespace,
            "eps_smoothing": self._eps_smoothing,
        }

    def _columns(self) -> tuple[str, ...]:
        orders = [f"char{n}" for n in range(1, self._char_order + 1)]
        orders += [f"word{n}" for n in range(1, self._word_order + 1)]
        return tuple(f"{order}_{count}" for order in orders for count in ("prediction", "reference", "matches"))

    @property
    def _figures(self) -> tuple[str, ...]:
        return (self._name + "+" * self._word_order,)

    def _sample_scores(self, sums: npt.NDArray[Any], segments: int) -> npt.NDArray[Any]:
        from ..resampling.sample_scores import sample_chrf

        return sample_chrf(sums, self._beta, self._eps_smoothing)[:, None]

    def _score(self, row: list[int], single: bool, nrefs: NRefs) -> CHRFScore:
        score = chrf_score(row, self._beta, self._eps_smoothing)
        name = f"chrF{self._beta}{'+' * self._word_order}"
        return CHRFScore(score, name, join_signature(nrefs_field(nrefs), self._signature))
