"""The BLEU metric."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from .. import _core
from ..corpus.signature import join_signature, nrefs_field
from ..corpus.summed_rows import SummedRows
from ..reference.bleu import DEFAULT_VALUES, bleu_score
from ..scores.bleu import BLEUScore
from ..support.options import number, one_of, true_or_false, whole_number
from ..texts.bleu_tokenizers import TOKENIZERS, reader_of
from ..texts.callable_tokenizers import TokenizerCallable
from ..texts.ignore_ids import ignored_field, ignored_ids
from ..texts.nrefs import ONE_EACH, NRefs
from ..texts.types import SegmentReferences
from .metric import Metric
from .originals import SACREBLEU

if TYPE_CHECKING:
    import numpy.typing as npt

    from ..explanations.bleu import BLEUExplanation
    from ..texts.reader import CompiledMetric

__all__ = ["BLEU"]

# bleu.py:103-107
OF_LANGUAGES = {"zh": "zh", "ja": "ja-mecab", "ko": "ko-mecab"}
MOST_ORDERS = 999_999
COMPENSATED = sys.version_info >= (3, 12)


CompiledBLEU = _core.Metric


class BLEURows(SummedRows[BLEUScore]):
    """The layout of BLEU: both lengths, then the matches and the totals of each order."""

    __slots__ = ("_columns", "_effective_order", "_fields", "_of_pair", "_smooth_method", "_smooth_value")

    metric = "BLEU"
    most = 100
    names = ("bleu",)

    def __init__(
        self,
        orders: int,
        smooth_method: str,
        smooth_value: float | None,
        effective_order: bool | None,
        case: str,
        fields: tuple[str, ...],
    ) -> None:
        self._smooth_method = smooth_method
        self._smooth_value = smooth_value
        self._effective_order = effective_order
        self._fields = case, fields
        effective = "" if effective_order is None else effective_field(effective_order)
        self.signature = join_signature(case, effective, *fields)
        # The fields of a score that come after its figures, for a segment with one reference.
        signature_of_pair = self._signature_of(ONE_EACH, effective_order is not False)
        self._of_pair = (signature_of_pair, *BLEUScore._field_defaults.values())
        self._columns = (
            *("sys_len", "ref_len"),
            *(f"{count}{n}" for count in ("matches", "total") for n in range(1, orders + 1)),
        )

    @property
    def columns(self) -> tuple[str, ...]:
        return self._columns

    def score_of_row(self, row: list[int], single: bool, nrefs: NRefs) -> BLEUScore:
        effective = single if self._effective_order is None else self._effective_order
        figures = bleu_score(row, self._smooth_method, self._smooth_value, effective)
        return BLEUScore(
            figures.score,
            tuple(figures.precisions),
            tuple(figures.counts),
            tuple(figures.totals),
            figures.bp,
            figures.sys_len,
            figures.ref_len,
            self._signature_of(nrefs, effective),
        )

    def _signature_of(self, nrefs: NRefs, effective: bool) -> str:
        case, fields = self._fields
        return join_signature(nrefs_field(nrefs), case, effective_field(effective), *fields)

    def pair_scorer(self, compiled: CompiledMetric) -> Callable[[str, str], BLEUScore]:
        if type(compiled) is not CompiledBLEU or self._smooth_method == "add-k":
            return super().pair_scorer(compiled)
        # BLEUScore's own constructor takes as long as counting.
        fields, new, rest = compiled.bleu_fields, tuple.__new__, self._of_pair
        return lambda prediction, reference: new(BLEUScore, fields(prediction, reference, rest))

    def sample_scores(self, sums: npt.NDArray[Any], segments: int) -> npt.NDArray[Any]:
        from ..resampling.sample_scores import sample_bleu

        # A sample is a corpus: without the option, effective order is off.
        return sample_bleu(sums, self._smooth_method, self._smooth_value, bool(self._effective_order))[:, None]


class BLEU(Metric[BLEUScore]):
    """BLEU with the bits of sacreBLEU 2.6.0.

    Args:
        tokenize: the tokenizer. `"13a"` is mteval-v13a's, `"intl"` mteval-v14's, `"zh"` for Chinese, `"char"` makes
            characters, and `"none"` splits at white space. `"pretokenized"` is for texts that are already tokens:
            sequences of str or of integers, such as the ids of a language model. As in sacreBLEU, libraries provide
            `"ja-mecab"` and `"ko-mecab"` for Japanese and Korean (extras `ja`, `ko`), and `"flores101"` (also called
            `"spm"`), `"flores200"` and `"spBLEU-1K"`, sentence pieces for any language (extra `spm`); their models
            are read from sacreBLEU's folder. A callable from str to a list of str runs on the caller's thread; it
            sees the text as `lowercase` leaves it, without white space at its end. None means the tokenizer of
            `trg_lang`, or `"13a"`.
        lowercase: True to lower-case texts first.
        max_ngram_order: the highest order of n-grams.
        smooth_method: the substitute for a precision of zero: `"exp"`, `"floor"`, `"add-k"` or `"none"`.
        smooth_value: the value for `"floor"` (default 0.1) or `"add-k"` (default 1).
        effective_order: True to leave out the orders beyond the length of the prediction. None means True for a
            single segment and False for a corpus.
        ignore_ids: integers in pretokenized texts that are not tokens, such as padding. Other negative integers are
            refused.
        trg_lang: the language of the texts. If no tokenizer is named, `"zh"`, `"ja"` and `"ko"` select `"zh"`,
            `"ja-mecab"` and `"ko-mecab"`.
        tokenizer: another name for `tokenize`, the one that `ROUGE` uses.

    Scores are from 0 to 100. Raises ValueError for an unknown option, naming the valid ones, and for an option that
    another one overrides; TypeError for a wrong type; ImportError and FileNotFoundError for a missing library or
    model, with the command that gets it.

    Papineni et al., ACL 2002; Post, "A call for clarity in reporting BLEU scores", WMT 2018.
    `tricolore.reference.bleu` is the definition in Python.

    >>> bleu = BLEU()
    >>> score = bleu.corpus(["The cat sat on the mat.", "It rained."], ["The cat sat on a mat.", "It rained."])
    >>> print(score)
    BLEU = 53.90 90.0/75.0/50.0/25.0 (BP = 1.000 ratio = 1.000 hyp_len = 10 ref_len = 10)
    """

    __slots__ = (
        "_effective_order",
        "_ignore_ids",
        "_lowercase",
        "_max_ngram_order",
        "_smooth_method",
        "_smooth_value",
        "_tokenize",
    )

    def __init__(
        self,
        tokenize: str | TokenizerCallable | None = None,
        lowercase: bool = False,
        max_ngram_order: int = 4,
        smooth_method: str = "exp",
        smooth_value: float | None = None,
        effective_order: bool | None = None,
        ignore_ids: Iterable[int] = (),
        trg_lang: str = "",
        tokenizer: str | TokenizerCallable | None = None,
    ) -> None:
        if tokenize is not None and tokenizer is not None:
            raise TypeError("tokenize and tokenizer are two names of one option: give one of them")
        if not isinstance(trg_lang, str):
            raise TypeError(f"trg_lang is {trg_lang!r}: it must be a str such as 'ja'")
        named = "tokenizer" if tokenize is None and tokenizer is not None else "tokenize"
        tokenize = tokenizer if tokenize is None else tokenize
        if tokenize is None:
            tokenize = OF_LANGUAGES.get(trg_lang, "13a")
        self._tokenize = tokenize if callable(tokenize) else one_of(named, tokenize, TOKENIZERS)
        self._lowercase = true_or_false("lowercase", lowercase)
        self._max_ngram_order = whole_number("max_ngram_order", max_ngram_order, 1, MOST_ORDERS)
        self._smooth_method = one_of("smooth_method", smooth_method, DEFAULT_VALUES)
        self._smooth_value = None if smooth_value is None else number("smooth_value", smooth_value, 0)
        self._effective_order = None if effective_order is None else true_or_false("effective_order", effective_order)
        self._ignore_ids = ignored_ids(ignore_ids, tokenize)
        if smooth_value is not None and DEFAULT_VALUES[smooth_method] is None:
            raise ValueError(f"smooth_value is for the methods 'floor' and 'add-k': {smooth_method!r} has none")
        value = DEFAULT_VALUES[smooth_method] if smooth_value is None else smooth_value
        self._reader, tokens = reader_of(
            tokenize,
            lowercase,
            self._ignore_ids,
            lambda name, lower: _core.Metric.bleu(
                name,
                lower,
                max_ngram_order,
                smooth_method,
                float(value or 0),
                effective_order is not False,
                COMPENSATED,
                list(self._ignore_ids),
            ),
        )
        smoothing = smooth_method
        if DEFAULT_VALUES[smooth_method] is not None:
            smoothing += f"[{value:.2f}]"
        unicode = f"-unicode.{_core.UNICODE_VERSION}" if tokenize == "intl" else ""
        fields = (
            f"tok:{tokens}",
            ignored_field(self._ignore_ids),
            f"smooth:{smoothing}",
            f"version:sacrebleu.{SACREBLEU}-tricolore.{_core.__version__}{unicode}",
        )
        case = f"case:{'lc' if lowercase else 'mixed'}"
        self._layout = BLEURows(max_ngram_order, smooth_method, self._smooth_value, self._effective_order, case, fields)

    @property
    def signature(self) -> str:
        """The part of the signature that the options decide."""
        return self._layout.signature

    def tokens(self, text: str) -> list[str]:
        """The tokens of a text.

        >>> BLEU().tokens("It's 3.5 km (or so).")
        ["It's", '3.5', 'km', '(', 'or', 'so', ')', '.']
        """
        return self._reader.compiled.tokenize(text)

    def explain(self, prediction: str, references: SegmentReferences[str]) -> BLEUExplanation:
        """Shows why a segment has its score.

        The tokens, each matched n-gram with its counts on both sides and its clip, the precisions, and the brevity
        penalty. The result prints as text, shows itself in a notebook, and has `to_dict()`. Arguments are those of
        `score`.

        >>> print(BLEU(max_ngram_order=2).explain("cold cold cold", "It is cold"))
        BLEU = 28.87 33.3/25.0 (BP = 1.000 ratio = 1.000 hyp_len = 3 ref_len = 3)
          prediction       [cold] ~cold cold~
          reference        It is [cold]
          brevity penalty  3 tokens for 3: 1.0000
          1-grams          1 of 3: 33.3333
            cold           3 in prediction, 1 in reference: 1 counts, clipped
          2-grams          0 of 2: 25.0000, smoothed
          BLEU             1.0000 x (33.3333 x 25.0000)^(1/2) = 28.8675
                           [matched], ~clipped: the reference has it less often~
        """
        from ..explanations.bleu import explain_bleu

        texts, score = self._explained(prediction, references)
        effective = self._effective_order is not False
        return explain_bleu(self.tokens, self._reader.by_word, prediction, texts, score, effective)

    def _options(self) -> dict[str, Any]:
        return {
            "tokenize": self._tokenize,
            "lowercase": self._lowercase,
            "max_ngram_order": self._max_ngram_order,
            "smooth_method": self._smooth_method,
            "smooth_value": self._smooth_value,
            "effective_order": self._effective_order,
            "ignore_ids": self._ignore_ids,
        }


def effective_field(effective_order: bool) -> str:
    """The field of a signature for the effective order."""
    return f"eff:{'yes' if effective_order else 'no'}"
