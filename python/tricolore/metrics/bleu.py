"""The BLEU metric."""

from __future__ import annotations

import sys
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import _core
from ..corpus.statistics import NRefs, join_signature, nrefs_field
from ..reference.bleu import DEFAULT_VALUES, bleu_score
from ..resampling.bootstrap import sacrebleu_interval
from ..support.options import number, one_of, true_or_false, whole_number
from ..texts.callable_tokenizers import TokenizerCallable, callable_name, spaced, tokens_of
from ..texts.ignore_ids import ignored_field, ignored_ids
from ..texts.inputs import SegmentReferences, texts_of
from ..texts.translated import Kind, TranslatedTexts
from .row_metric import RowMetric, flat

if TYPE_CHECKING:
    import numpy.typing as npt

    from ..explanations.bleu import BLEUExplanation

__all__ = ["BLEU", "BLEUScore"]

OWN = ("13a", "intl", "zh", "char", "none", "pretokenized")
TOKENIZERS = (*OWN, "ja-mecab", "ko-mecab", "spm", "flores101", "flores200", "spBLEU-1K")
# bleu.py:103-107
OF_LANGUAGES = {"zh": "zh", "ja": "ja-mecab", "ko": "ko-mecab"}
SACREBLEU = "2.6.0"
MOST_ORDERS = 999_999
COMPENSATED = sys.version_info >= (3, 12)


class BLEUScore(NamedTuple):
    """BLEU of a segment or a corpus. `repr` has every digit, `str` is sacreBLEU's line."""

    score: float
    """From 0 to 100."""
    precisions: tuple[float, ...]
    """Of each order, from 0 to 100, smoothed."""
    counts: tuple[float, ...]
    """Clipped matches of each order; with `add-k` what was added is in them, beyond the first order."""
    totals: tuple[float, ...]
    """N-grams of the prediction of each order, likewise."""
    bp: float
    """The brevity penalty, from 0 to 1."""
    sys_len: int
    """Tokens of the prediction."""
    ref_len: int
    """Tokens of the closest reference, summed over segments."""
    signature: str
    """How the score was made."""
    confidence_interval: tuple[float, float] | None = None
    """Bounds of the scores of resampled corpora, where that was asked for."""
    bootstrap_mean: float | None = None
    """The mean of those scores."""
    half_width: float | None = None
    """Half the distance of the bounds."""

    @property
    def ratio(self) -> float:
        """`sys_len / ref_len`, 0 where there is no reference token."""
        return self.sys_len / self.ref_len if self.ref_len else 0.0

    def to_dict(self) -> dict[str, float]:
        """The score under its flat name, `bleu`; with an interval also `bleu_low`, `bleu_high`, `bleu_mean` and
        `bleu_half_width`."""
        return flat("bleu", self)

    def __str__(self) -> str:
        precisions = "/".join(f"{p:.1f}" for p in self.precisions)
        score = sacrebleu_interval(self.score, self.bootstrap_mean, self.half_width)
        return (
            f"BLEU = {score} {precisions} (BP = {self.bp:.3f} ratio = {self.ratio:.3f} "
            f"hyp_len = {self.sys_len} ref_len = {self.ref_len})"
        )


class BLEU(RowMetric[BLEUScore]):
    """BLEU with the bits of sacreBLEU 2.6.0.

    Args:
        tokenize: `"13a"`, mteval-v13a's tokenizer; `"intl"`, mteval-v14's; `"zh"`, for Chinese; `"char"`;
            `"none"`, white space alone; or `"pretokenized"`, for texts that are tokens already, sequences
            of str or of integers, such as the ids of a language model. By libraries that sacreBLEU too
            leaves it to: `"ja-mecab"` and `"ko-mecab"`, for Japanese and Korean (extras `ja`, `ko`);
            `"flores101"`, also called `"spm"`, `"flores200"` and `"spBLEU-1K"`, sentence pieces for any language
            (extra `spm`). Their models are read from where sacreBLEU keeps them. Or a callable from str to list of
            str, which runs on the caller's thread, on the text as `lowercase` leaves it and without white space at
            its end. None for the tokenizer of `trg_lang`, or else `"13a"`.
        lowercase: whether texts are lower-cased first.
        max_ngram_order: the highest order of n-grams that counts.
        smooth_method: what stands for a precision of zero: `"exp"`, `"floor"`, `"add-k"` or `"none"`.
        smooth_value: for `"floor"` (default 0.1) and `"add-k"` (default 1).
        effective_order: whether orders beyond the length of the prediction are left out. None: in
            the score of a single segment, not in that of a corpus.
        ignore_ids: a set of integers that are no tokens, such as padding; for `"pretokenized"`. Negative integers
            are refused unless they are among them.
        trg_lang: the language of the texts: for `"zh"`, `"ja"` and `"ko"` the tokenizer is `"zh"`, `"ja-mecab"` and
            `"ko-mecab"` where none is named.
        tokenizer: another name for `tokenize`, as `ROUGE` has it.

    Raises ValueError for an unknown option, naming the valid ones, and for one that another option overrides,
    TypeError for a wrong type, ImportError
    and FileNotFoundError for a library or model that is not there, with the command that gets it.
    Scores are from 0 to 100. Papineni et al., ACL 2002; Post, "A call for clarity in reporting BLEU
    scores", WMT 2018; `tricolore.reference.bleu` is the definition in Python.

    Metrics do not change; they compare, hash and pickle by their options.

    >>> bleu = BLEU()
    >>> score = bleu.corpus(["The cat sat on the mat.", "It rained."], ["The cat sat on a mat.", "It rained."])
    >>> print(score)
    BLEU = 53.90 90.0/75.0/50.0/25.0 (BP = 1.000 ratio = 1.000 hyp_len = 10 ref_len = 10)
    """

    __slots__ = (
        "_compiled",
        "_effective_order",
        "_ignore_ids",
        "_lowercase",
        "_max_ngram_order",
        "_signature",
        "_smooth_method",
        "_smooth_value",
        "_tokenize",
    )
    _name = "bleu"

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
        own = isinstance(tokenize, str) and tokenize in OWN
        compiled = _core.Metric.bleu(
            tokenize if own else "none",  # type: ignore[arg-type]
            lowercase and own,
            max_ngram_order,
            smooth_method,
            float(value or 0),
            effective_order is not False,
            COMPENSATED,
            list(self._ignore_ids),
        )
        if tokenize == "pretokenized" and lowercase:
            raise ValueError("lowercase is for texts: with tokenize='pretokenized' tokens are compared as they are")
        self._compiled: _core.Metric | TranslatedTexts = compiled
        tokens = tokenize
        if not own:
            self._compiled, tokens = bleu_of_translated(tokenize, lowercase, compiled)
        smoothing = smooth_method
        if DEFAULT_VALUES[smooth_method] is not None:
            smoothing += f"[{value:.2f}]"
        unicode = f"-unicode.{_core.UNICODE_VERSION}" if tokenize == "intl" else ""
        self._signature = (
            f"case:{'lc' if lowercase else 'mixed'}",
            "" if effective_order is None else effective_field(effective_order),
            f"tok:{tokens}",
            ignored_field(self._ignore_ids),
            f"smooth:{smoothing}",
            f"version:sacrebleu.{SACREBLEU}-tricolore.{_core.__version__}{unicode}",
        )

    @property
    def signature(self) -> str:
        """How scores are made, as far as the options decide it."""
        return join_signature(*self._signature)

    def tokens(self, text: str) -> list[str]:
        """The tokens of a text.

        >>> BLEU().tokens("It's 3.5 km (or so).")
        ["It's", '3.5', 'km', '(', 'or', 'so', ')', '.']
        """
        return self._compiled.tokenize(text)

    def explain(self, prediction: str, references: SegmentReferences[str]) -> BLEUExplanation:
        """Shows why one segment scores what it does.

        The tokens, each matched n-gram with its counts on both sides and its clip, the precisions
        and the brevity penalty. Prints as text, shows itself in a notebook, `.to_dict()`. Arguments
        are those of `score`.

        >>> print(BLEU(max_ngram_order=2).explain("cold cold cold", "It is cold"))
        BLEU = 28.87 33.3/25.0 (BP = 1.000 ratio = 1.000 hyp_len = 3 ref_len = 3)
          prediction       cold cold cold
          reference        It is cold
          brevity penalty  3 tokens for 3: 1.0000
          1-grams          1 of 3: 33.3333
            cold           3 in prediction, 1 in reference: 1 counts, clipped
          2-grams          0 of 2: 25.0000, smoothed
        """
        from ..explanations.bleu import explain_bleu

        self._refuse_tokens()
        texts = texts_of(references)
        return explain_bleu(self, prediction, texts, self.score(prediction, texts))

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

    def _reader(self) -> Hashable:
        return self._ignore_ids or None if self._tokenize in OWN else (self._tokenize, self._lowercase)

    @property
    def _pretokenized(self) -> bool:
        return self._tokenize == "pretokenized"

    def _columns(self) -> tuple[str, ...]:
        orders = range(1, self._max_ngram_order + 1)
        return ("sys_len", "ref_len", *(f"matches{n}" for n in orders), *(f"total{n}" for n in orders))

    def _sample_scores(self, sums: npt.NDArray[Any], segments: int) -> npt.NDArray[Any]:
        from ..resampling.sample_scores import sample_bleu

        # As for any corpus.
        effective = bool(self._effective_order)
        return sample_bleu(sums, self._smooth_method, self._smooth_value, effective)[:, None]

    def _score(self, row: list[int], single: bool, nrefs: NRefs) -> BLEUScore:
        effective = single if self._effective_order is None else self._effective_order
        figures = bleu_score(row, self._smooth_method, self._smooth_value, effective)
        case, _, *rest = self._signature
        signature = join_signature(nrefs_field(nrefs), case, effective_field(effective), *rest)
        return BLEUScore(
            figures.score,
            tuple(figures.precisions),
            tuple(figures.counts),
            tuple(figures.totals),
            figures.bp,
            figures.sys_len,
            figures.ref_len,
            signature,
        )


def bleu_of_translated(
    tokenize: str | TokenizerCallable, lowercase: bool, compiled: _core.Metric
) -> tuple[TranslatedTexts, str]:
    """BLEU over the tokens of a callable or a library, and the tokenizer's name in signatures."""

    def seen(text: str) -> str:
        # bleu.py:299-303
        return (text.lower() if lowercase else text).rstrip()

    if callable(tokenize):
        name = callable_name(tokenize)

        def tokens(text: str) -> list[str]:
            return tokens_of(tokenize, seen(text))

        def translate(text: str) -> str:
            return spaced(tokens(text))

    else:
        from ..texts.library_tokenizers import library_spaced, library_tokenizer

        library = library_tokenizer(tokenize)
        name = library.signature

        def translate(text: str) -> str:
            return library_spaced(library, seen(text))

        def tokens(text: str) -> list[str]:
            return compiled.tokenize(translate(text))

    return TranslatedTexts([Kind([0], compiled, translate)], compiled, tokens), name


def effective_field(effective_order: bool) -> str:
    """What a signature says of it."""
    return f"eff:{'yes' if effective_order else 'no'}"
