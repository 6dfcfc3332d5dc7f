"""The TER metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .. import _core
from ..corpus.accumulator import exact_sums
from ..corpus.statistics import NRefs, Statistics, join_signature, nrefs_field
from ..reference.ter import ter_score
from ..resampling.bootstrap import sacrebleu_interval
from ..resampling.poisson import fractions, whole_parts
from ..support.options import true_or_false
from ..texts.inputs import SegmentReferences, texts_of
from .bleu import SACREBLEU
from .row_metric import RowMetric, flat

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ..explanations.ter import TERExplanation

__all__ = ["TER", "TERScore"]


class TERScore(NamedTuple):
    """TER of a segment or a corpus. `repr` has every digit, `str` is sacreBLEU's line."""

    score: float
    """From 0, for a text like the reference, to 100, for an edit a token, and beyond."""
    num_edits: int
    """Edits, moves included."""
    ref_length: float
    """Tokens of the reference; of several the mean, summed over segments."""
    signature: str
    """How the score was made."""
    confidence_interval: tuple[float, float] | None = None
    """Bounds of the scores of resampled corpora, where that was asked for."""
    bootstrap_mean: float | None = None
    """The mean of those scores."""
    half_width: float | None = None
    """Half the distance of the bounds."""

    def to_dict(self) -> dict[str, float]:
        """The score under its flat name, `ter`; with an interval also `ter_low`, `ter_high`, `ter_mean` and
        `ter_half_width`."""
        return flat("ter", self)

    def __str__(self) -> str:
        return f"TER = {sacrebleu_interval(self.score, self.bootstrap_mean, self.half_width)}"


class TER(RowMetric[TERScore]):
    """Translation edit rate with the bits of sacreBLEU 2.6.0: the lower the better.

    Args:
        normalized: whether punctuation is set apart and entities are read, as Tercom does. sacreBLEU does so
            twice to references and once to predictions, and the second pass may split a possessive off: then a
            text scores above 0 against itself.
        no_punct: whether punctuation is removed.
        asian_support: whether these two know of Chinese and Japanese characters and punctuation.
        case_sensitive: whether texts are taken as they stand, not lower-cased.

    An edit is a token put in, left out or replaced, or some tokens moved together. Of several
    references the one counts that takes the fewest edits, over the mean of all their lengths. To an
    empty reference every token is an edit, and the score of one such segment is 100; of two empty
    texts it is 0.

    Raises TypeError for an option that is no bool. Snover et al., AMTA 2006;
    `tricolore.reference.ter` is the definition in Python.

    Metrics do not change; they compare, hash and pickle by their options.

    >>> print(TER().corpus(["On the mat the cat sat."], ["The cat sat on the mat."]))
    TER = 66.67
    >>> print(TER(normalized=True).corpus(["On the mat the cat sat."], ["The cat sat on the mat."]))
    TER = 14.29
    """

    __slots__ = ("_asian_support", "_case_sensitive", "_compiled", "_no_punct", "_normalized", "_signature")
    _name = "ter"
    _compiled: _core.Metric

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
        self._compiled = _core.Metric.ter(normalized, no_punct, asian_support, case_sensitive)
        yes_or_no = ("no", "yes")
        self._signature = join_signature(
            f"case:{'mixed' if case_sensitive else 'lc'}",
            "tok:tercom",
            f"norm:{yes_or_no[normalized]}",
            f"punct:{yes_or_no[not no_punct]}",
            f"asian:{yes_or_no[asian_support]}",
            f"version:sacrebleu.{SACREBLEU}-tricolore.{_core.__version__}",
        )

    @property
    def signature(self) -> str:
        """How scores are made, as far as the options decide it."""
        return self._signature

    def tokens(self, text: str) -> list[str]:
        """The tokens of a prediction.

        >>> TER(normalized=True).tokens("It's Tom's, not 3.5.")
        ['it', "'s", "tom's", ',', 'not', '3.5', '.']
        """
        return self._compiled.tokenize(text)

    def reference_tokens(self, text: str) -> list[str]:
        """The tokens of a reference, which sacreBLEU tokenizes twice.

        With `normalized=True` the second pass splits further, so that a text scored against itself may have a TER
        above 0.

        >>> ter = TER(normalized=True)
        >>> ter.reference_tokens("It is Tom's."), ter.tokens("It is Tom's.")
        (['it', 'is', 'tom', "'s", '.'], ['it', 'is', "tom's", '.'])
        >>> print(ter.score("It is Tom's.", "It is Tom's."))
        TER = 40.00
        """
        return self.tokens(" ".join(self.tokens(text)))

    def explain(self, prediction: str, references: SegmentReferences[str]) -> TERExplanation:
        """Shows why one segment scores what it does.

        The moves that were made, in order, and the other edits, aligned with the reference. Prints as
        text, shows itself in a notebook, `.to_dict()`. Takes the time of a few scores and that of making
        an object for each token shown. Arguments are those of `score`.

        >>> print(TER().explain("on the mat sat the old cat", "the cat sat on the mat"))
        TER = 50.00
          prediction  on the mat sat the old cat
          reference   the cat sat on the mat
          moved       on the mat: to the end, 1 edit for 2
          moved       sat: in front of on, 1 edit for 2
          deleted     old
          edits       3 for 6 tokens
        """
        from ..explanations.ter import explain_ter

        texts = texts_of(references)
        return explain_ter(self, prediction, texts, self.score(prediction, texts))

    def _options(self) -> dict[str, Any]:
        return {
            "normalized": self._normalized,
            "no_punct": self._no_punct,
            "asian_support": self._asian_support,
            "case_sensitive": self._case_sensitive,
        }

    def _columns(self) -> tuple[str, ...]:
        return ("num_edits", "ref_lengths", "references")

    @classmethod
    def _summed(cls, statistics: Statistics) -> dict[str, float]:
        edits, _, in_order = sums_of(statistics, [])
        return {"num_edits": edits, "ref_length": in_double(in_order)}

    def _add(self, sums: list[Any], statistics: Statistics) -> list[Any]:
        return sums_of(statistics, sums)

    def _merged(self, sums: list[Any], others: list[Any]) -> list[Any]:
        edits, exact = super()._merged(sums[:2], others[:2])
        # Where nothing was rounded the order did not matter.
        rounded = (sums[1], others[1], exact) != (sums[2], others[2], in_units(in_double(exact)))
        return [edits, exact, None if rounded else exact]

    def _unordered(self, sums: list[Any]) -> list[Any]:
        return [*sums[:2], None]

    def _of_sums(self, sums: list[Any], segments: int, nrefs: NRefs) -> TERScore:
        edits, exact, in_order = sums
        return self._score([edits, in_double(exact if in_order is None else in_order), 1], False, nrefs)

    def _replicated(self, statistics: Statistics) -> npt.NDArray[np.float64]:
        import numpy as np

        edits, lengths = np.split(self._sample_rows(statistics, double=True), 2, axis=1)
        return np.concatenate([edits, whole_parts(lengths, 1)], axis=1)

    def _replicate_scores(self, sums: npt.NDArray[np.int64], draws: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        import numpy as np

        return self._sample_scores(np.concatenate([sums[:, :1], fractions(sums[:, 1:], 1)], axis=1), 0)

    def _sample_rows(self, statistics: Statistics, double: bool = False) -> npt.NDArray[Any]:
        rows = statistics.rows[:, :2].astype("float64")
        rows[:, 1] /= statistics.rows[:, 2]
        return rows if double else rows.astype("float32")

    def _sample_scores(self, sums: npt.NDArray[Any], segments: int) -> npt.NDArray[Any]:
        from ..resampling.sample_scores import sample_ter

        return sample_ter(sums)[:, None]

    def _score(self, row: list[Any], single: bool, nrefs: NRefs) -> TERScore:
        edits, lengths, references = row
        length = lengths / references
        score = ter_score(edits, length)
        return TERScore(score, int(edits), length, join_signature(nrefs_field(nrefs), self._signature))


def sums_of(statistics: Statistics, before: list[Any]) -> list[Any]:
    """The edits, and the mean lengths of references in units of 2^-1074, with what came before: without rounding,
    and as adding them in order rounds, if nothing that came before was merged."""
    edits, exact, in_order = before or (0, 0, 0)
    rows = statistics.rows
    if not len(rows):
        return [edits, exact, in_order]
    lengths = rows[:, 1] / rows[:, 2]
    (total,) = exact_sums(lengths[:, None], [exact])
    if in_order is not None:
        # As sacreBLEU adds them: thirds are not exact.
        lengths[0] += in_double(in_order)
        in_order = in_units(float(lengths.cumsum()[-1]))
    return [edits + int(rows[:, 0].sum(dtype="int64")), total, in_order]


def in_double(units: int) -> float:
    """A number in units of 2^-1074, rounded."""
    return units / (1 << 1074)


def in_units(number: float) -> int:
    """A double in units of 2^-1074."""
    numerator, denominator = number.as_integer_ratio()
    return numerator * ((1 << 1074) // denominator)
