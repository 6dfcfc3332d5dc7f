"""The GLEU metric."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .. import _core
from ..corpus.ratio_rows import RatioRows
from ..corpus.signature import join_signature, with_nrefs
from ..reference.gleu import gleu_score
from ..scores.gleu import GLEUScore
from ..support.options import one_of, true_or_false, whole_number
from ..texts.bleu_tokenizers import TOKENIZERS, reader_of
from ..texts.callable_tokenizers import TokenizerCallable
from ..texts.ignore_ids import ignored_field, ignored_ids
from ..texts.nrefs import NRefs
from ..texts.types import SegmentReferences
from .metric import Metric
from .originals import NLTK

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ..explanations.gleu import GLEUExplanation

__all__ = ["GLEU", "GLEURows"]

MOST_ORDERS = 999_999


class GLEURows(RatioRows[GLEUScore]):
    """The layout of GLEU: the matches, and the number of n-grams of the text that has more."""

    __slots__ = ()

    metric = "GLEU"
    names = ("gleu",)
    columns = ("matches", "total")

    def score_of_row(self, row: list[Any], single: bool, nrefs: NRefs) -> GLEUScore:
        matches, total = row
        return GLEUScore(gleu_score(row), matches, total, with_nrefs(nrefs, self.signature))

    def quotients(self, sums: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
        zeros: npt.NDArray[np.float64] = sums[:, 0] * 0.0
        return sums[:, 0], sums[:, 1], zeros


class GLEU(Metric[GLEUScore]):
    """GLEU with the bits of NLTK, and those of evaluate's `google_bleu` by default.

    GLEU is the number of n-grams that prediction and reference share, divided by the number of n-grams of the text
    that has more: the lower of precision and recall over the n-grams of all orders. With several references the first
    one with the highest score counts. A corpus is scored by the sums of both numbers.

    Args:
        tokenize: a tokenizer of `BLEU`, by name or as a callable. `google_bleu` uses `"13a"`; NLTK takes tokens, as
            `"pretokenized"` does, and `"none"` splits texts at white space.
        lowercase: True to lower-case texts first.
        min_len: the lowest order of n-grams.
        max_len: the highest order of n-grams.
        ignore_ids: integers in pretokenized texts that are not tokens, such as padding.

    Scores are from 0 to 1. Texts without n-grams score 0. Raises ValueError for an unknown tokenizer, naming the valid
    ones, and for orders that are not from 1 upwards.

    Wu et al., "Google's neural machine translation system", 2016. `tricolore.reference.gleu` is the definition in
    Python.

    >>> print(GLEU().corpus(["The cat sat on the mat.", "It rained."], ["The cat sat on a mat.", "It rained."]))
    GLEU = 0.6786 (19 of 28)
    """

    __slots__ = ("_ignore_ids", "_lowercase", "_max_len", "_min_len", "_tokenize")

    def __init__(
        self,
        tokenize: str | TokenizerCallable = "13a",
        lowercase: bool = False,
        min_len: int = 1,
        max_len: int = 4,
        ignore_ids: Iterable[int] = (),
    ) -> None:
        self._tokenize = tokenize if callable(tokenize) else one_of("tokenize", tokenize, TOKENIZERS)
        self._lowercase = true_or_false("lowercase", lowercase)
        self._min_len = whole_number("min_len", min_len, 1, MOST_ORDERS)
        self._max_len = whole_number("max_len", max_len, min_len, MOST_ORDERS)
        self._ignore_ids = ignored_ids(ignore_ids, tokenize)
        self._reader, tokens = reader_of(
            tokenize,
            lowercase,
            self._ignore_ids,
            lambda name, lower: _core.Metric.gleu(name, lower, min_len, max_len, list(self._ignore_ids)),
        )
        unicode = f"-unicode.{_core.UNICODE_VERSION}" if tokenize == "intl" else ""
        self._layout = GLEURows(
            join_signature(
                f"case:{'lc' if lowercase else 'mixed'}",
                f"tok:{tokens}",
                ignored_field(self._ignore_ids),
                f"orders:{min_len}-{max_len}",
                f"version:nltk.{NLTK}-tricolore.{_core.__version__}{unicode}",
            )
        )

    @property
    def signature(self) -> str:
        """The part of the signature that the options decide."""
        return self._layout.signature

    def tokens(self, text: str) -> list[str]:
        """The tokens of a text.

        >>> GLEU().tokens("It's 3.5 km.")
        ["It's", '3.5', 'km', '.']
        """
        return self._reader.compiled.tokenize(text)

    def explain(self, prediction: str, references: SegmentReferences[str]) -> GLEUExplanation:
        """Shows the matches behind the score of a segment.

        The result prints as text, shows itself in a notebook, and has `to_dict()`. Arguments are those of `score`.

        >>> print(GLEU(max_len=2).explain("cold cold", "It is cold"))
        GLEU = 0.2000 (1 of 5)
          prediction  [cold] ~cold~
          reference   It is [cold]
          1-grams     1; 2 in prediction, 3 in reference
            cold      2 in prediction, 1 in reference: 1 counts, clipped
          2-grams     0; 1 in prediction, 2 in reference
          GLEU        matches / n-grams of the longer text = 1/5
                      [matched], ~clipped: the reference has it less often~
        """
        from ..explanations.gleu import explain_gleu

        texts, score = self._explained(prediction, references)
        orders = range(self._min_len, self._max_len + 1)
        return explain_gleu(self.tokens, self._reader.by_word, prediction, texts, orders, score)

    def _options(self) -> dict[str, Any]:
        return {
            "tokenize": self._tokenize,
            "lowercase": self._lowercase,
            "min_len": self._min_len,
            "max_len": self._max_len,
            "ignore_ids": self._ignore_ids,
        }
