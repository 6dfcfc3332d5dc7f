"""WER and CER."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from .. import _core
from ..corpus.ratio_rows import RatioRows
from ..corpus.signature import join_signature, with_nrefs
from ..reference.edit_distance import error_rates
from ..scores.error_rates import CERScore, WERScore
from ..support.options import one_of
from ..texts.callable_tokenizers import TokenizerCallable, callable_name, spaced, tokens_of
from ..texts.ignore_ids import ignored_field, ignored_ids
from ..texts.nrefs import NRefs
from ..texts.reader import CompiledMetric, Reader
from ..texts.translated import Kind, TranslatedTexts
from ..texts.types import SegmentReferences
from .metric import Metric
from .originals import JIWER

if TYPE_CHECKING:
    import numpy.typing as npt

    from ..explanations.error_rates import ErrorRateExplanation

__all__ = ["CER", "WER", "CERRows", "WERRows"]

ScoreT = TypeVar("ScoreT", WERScore, CERScore)


class ErrorRateRows(RatioRows[ScoreT]):
    """The layout of WER and CER: the hits, substitutions, deletions and insertions of an alignment."""

    __slots__ = ()

    columns = ("hits", "substitutions", "deletions", "insertions")
    lower_is_better = True
    score_type: ClassVar[type[Any]]

    def score_of_row(self, row: list[Any], single: bool, nrefs: NRefs) -> ScoreT:
        score: ScoreT = self.score_type(*error_rates(row), *row, with_nrefs(nrefs, self.signature))
        return score

    def quotients(self, sums: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
        return sums[:, 1:].sum(axis=1), sums[:, :3].sum(axis=1), sums[:, 3].copy()


class WERRows(ErrorRateRows[WERScore]):
    """The layout of WER."""

    __slots__ = ()

    metric = "WER"
    names = ("wer",)
    score_type = WERScore


class CERRows(ErrorRateRows[CERScore]):
    """The layout of CER."""

    __slots__ = ()

    metric = "CER"
    names = ("cer",)
    score_type = CERScore


class ErrorRate(Metric[ScoreT]):
    """The half that WER and CER share."""

    __slots__ = ("_ignore_ids", "_tokenizer")

    _layout_type: ClassVar[type[ErrorRateRows[Any]]]
    _own: ClassVar[dict[str, str]]
    """For each name of a tokenizer, the compiled module's name for it."""

    def __init__(self, tokenizer: str | TokenizerCallable = "default", ignore_ids: Iterable[int] = ()) -> None:
        self._tokenizer = tokenizer if callable(tokenizer) else one_of("tokenizer", tokenizer, self._own)
        self._ignore_ids = ignored_ids(ignore_ids, tokenizer)
        key: Hashable = self._ignore_ids or None
        reading: CompiledMetric
        if callable(tokenizer):
            compiled = _core.Metric.error_rate("whitespace", [])
            tokens: TokenizerCallable = tokenizer
            reading = TranslatedTexts(
                [Kind([0], compiled, lambda text: spaced(tokens_of(tokens, text)))],
                compiled,
                lambda text: tokens_of(tokens, text),
            )
            key, name = tokenizer, callable_name(tokenizer)
        else:
            reading, name = _core.Metric.error_rate(self._own[tokenizer], list(self._ignore_ids)), tokenizer
        self._reader = Reader(reading, tokenizer == "pretokenized", key)
        self._layout = self._layout_type(
            join_signature(
                f"tok:{name}",
                ignored_field(self._ignore_ids),
                f"version:jiwer.{JIWER}-tricolore.{_core.__version__}",
            )
        )

    @property
    def signature(self) -> str:
        """The part of the signature that the options decide."""
        return self._layout.signature

    def tokens(self, text: str) -> list[str]:
        """The tokens of a text.

        >>> CER().tokens(" a b "), WER().tokens(" a  b ")
        (['a', ' ', 'b'], ['a', 'b'])
        """
        return self._reader.compiled.tokenize(text)

    def explain(self, prediction: str, references: SegmentReferences[str]) -> ErrorRateExplanation:
        """Shows the alignment behind the score of a segment.

        The alignment is the one that jiwer's `process_words` and `process_characters` return. The result prints as
        text, shows itself in a notebook, and has `to_dict()`. Arguments are those of `score`.

        >>> print(WER().explain("the cat sad on mat", "the cat sat on the mat"))
        WER = 0.3333 (H = 4 S = 1 D = 1 I = 0)
          prediction   [the cat] /sad/ [on mat]
          reference    [the cat] /sat/ [on] -the- [mat]
          substituted  sat by sad
          deleted      the
          errors       2 for 6 of the reference
          WER          (S + D + I)/N = (1 + 1 + 0)/6 = 0.3333
                       [matched], /another word in its place/, -not in the prediction-
        """
        from ..explanations.error_rates import explain_error_rate

        texts, score = self._explained(prediction, references)
        return explain_error_rate(self.tokens, self._reader.by_word, prediction, texts, score)

    def _options(self) -> dict[str, Any]:
        return {"tokenizer": self._tokenizer, "ignore_ids": self._ignore_ids}


class WER(ErrorRate[WERScore]):
    """Word error rate with the bits of jiwer 4.0. Lower is better.

    WER is the number of words that are substituted, deleted or inserted, divided by the number of words of the
    reference. A score also has MER, WIL and WIP, and the four counts. Of several alignments with the fewest errors,
    the one that jiwer takes decides the counts. With several references the first one with the lowest rate counts. The
    score of an empty reference is the number of words of the prediction. A corpus is scored by the sums of its counts.

    Args:
        tokenizer: `"default"` is jiwer's default transform: white space at the ends is removed, and words are split at
            spaces and at runs of white space; a single tab or line end belongs to a word. `"whitespace"` splits at all
            white space, and `"pretokenized"` takes sequences of str or of integers. A callable from str to a list of
            str runs on the caller's thread; it stands for a custom transform of jiwer.
        ignore_ids: integers in pretokenized texts that are not tokens, such as padding.

    Scores are from 0 upwards and may exceed 1. Raises ValueError for an unknown tokenizer, naming the valid ones.

    Morris et al., Interspeech 2004. `tricolore.reference.edit_distance` is the definition in Python.

    >>> score = WER().corpus(["the cat sat on mat", "it rains"], ["the cat sat on the mat", "it rained"])
    >>> print(score)
    WER = 0.2500 (H = 6 S = 1 D = 1 I = 0)
    >>> score.mer, round(score.wil, 4)
    (0.25, 0.3571)
    """

    __slots__ = ()

    _layout_type = WERRows
    _own: ClassVar[dict[str, str]] = {
        "default": "words",
        "whitespace": "whitespace",
        "pretokenized": "pretokenized",
    }


class CER(ErrorRate[CERScore]):
    """Character error rate with the bits of jiwer 4.0. Lower is better.

    CER is the number of characters that are substituted, deleted or inserted, divided by the number of characters of
    the reference. Characters are code points, spaces among them. A score also has the four counts, and MER, WIL and
    WIP of characters. Alignments, several references and corpora are as in `WER`.

    Args:
        tokenizer: `"default"` is jiwer's default transform, which removes white space at the ends. `"none"` compares
            texts as they are, and `"pretokenized"` takes sequences of str or of integers. A callable from str to a
            list of str, such as a splitter into graphemes, runs on the caller's thread.
        ignore_ids: integers in pretokenized texts that are not tokens, such as padding.

    Scores are from 0 upwards and may exceed 1. Raises ValueError for an unknown tokenizer, naming the valid ones.

    `tricolore.reference.edit_distance` is the definition in Python.

    >>> print(CER().corpus(["the cat sad"], ["the cat sat"]))
    CER = 0.0909 (H = 10 S = 1 D = 0 I = 0)
    """

    __slots__ = ()

    _layout_type = CERRows
    _own: ClassVar[dict[str, str]] = {
        "default": "stripped",
        "none": "characters",
        "pretokenized": "pretokenized",
    }
