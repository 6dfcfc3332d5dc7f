"""The ROUGE metric."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING, Any

from .. import _core
from ..corpus.exact_sums import exact_sums
from ..corpus.signature import join_signature
from ..scores.columns import ROUGEScores
from ..scores.rouge import ROUGEScore
from ..support.options import one_of, true_or_false
from ..texts.callable_tokenizers import callable_name
from ..texts.ignore_ids import ignored_field, ignored_ids
from ..texts.reader import CompiledMetric, Reader
from ..texts.split_summaries import (
    LSUM,
    OneLineWarning,
    SplitSummaries,
    checked_split,
    rouge_of_translated,
    split_field,
)
from ..texts.types import SegmentReferences
from .metric import Metric
from .originals import ROUGE_SCORE
from .rouge_family import TypedRows, checked_types, warning_about_tokens

if TYPE_CHECKING:
    from ..explanations.rouge import ROUGEExplanation
    from ..resampling.bootstrap import Bootstrap
    from ..texts.blocks import Progress
    from ..texts.read import Read
    from ..texts.types import Predictions, References, Text

__all__ = ["ROUGE"]

TOKENIZERS = ("default", "whitespace", "char", "unicode", "pretokenized")
# Incremented with every change to the tokens of "unicode", so that scores and statistics of different rules never mix.
UNICODE_RULES = 2
MULTI_REFERENCES = ("best", "average")


class ROUGERows(TypedRows[ROUGEScore]):
    """The layout of ROUGE: a row per segment or, to average, a row per reference."""

    __slots__ = ()

    corpus_needs_scores = True
    metric = "ROUGE"
    score_type = ROUGEScore

    def from_read(self, read: Read, bootstrap: Bootstrap | None) -> ROUGEScore:
        statistics = self.statistics(read)
        statistics.require_of(self.signature, self.columns)
        # The scores were read along with the rows: to compute them again would cost a tenth of the time.
        score = self.corpus_score(exact_sums(self.segment_scores(read), []), len(statistics), statistics.nrefs)
        if bootstrap is None:
            return score
        return self.with_intervals(score, self.intervals(statistics, bootstrap), bootstrap.signature)


class ROUGE(Metric[ROUGEScore]):
    """ROUGE-N, ROUGE-L and ROUGE-Lsum with the bits of rouge_score 0.1.2.

    Args:
        types: the ROUGE types. `"rouge1"`, `"rouge2"` and so on count n-grams of any order. `"rougeL"` uses the
            longest common subsequence, and `"rougeLsum"` the union of the longest common subsequences of the lines; a
            line ends at a newline. `"rougeLsubstr"` uses the longest common contiguous run of tokens; it is not Lin's
            ROUGE-L, although some courses teach it under that name.
        use_stemmer: True to Porter-stem tokens longer than 3 characters. Only for the default tokenizer.
        tokenizer: `"default"` is rouge_score's: lower-cased runs of ASCII letters and digits, so that a Chinese or
            Russian text has no tokens. `"unicode"` takes lower-cased runs of letters, marks and numbers of every
            script, and single characters in scripts without spaces; canonically equivalent texts (NFC, NFD) have equal
            tokens, with or without soft hyphens. `"whitespace"` is `str.split()`, and `"char"` takes every character
            except white space. `"pretokenized"` is for texts that are already tokens: sequences of str or of integers,
            each one line. A callable from str to a list of str runs on the caller's thread.
        multi_reference: the score for several references. `"best"` takes, for each type, the first reference with the
            highest F-measure. `"average"` takes the mean of each figure over the references.
        ignore_ids: integers in pretokenized texts that are not tokens, such as padding. Other negative integers are
            refused.
        split_summaries: the sentences of a text, which `"rougeLsum"` compares. None splits at newlines. A str such as
            `"<n>"` is a separator that stands for a newline, for all types. A callable from str to a list of
            sentences, such as nltk's `sent_tokenize`, is rouge_score's `split_summaries=True`; other types see the
            unsplit text.

    Figures are from 0 to 1. A text without tokens scores 0. The score of a corpus is the mean of each figure over
    segments, `math.fsum(figures) / n` to the bit, so neither the order nor the split of segments changes it.

    Raises ValueError for an unknown option, naming the valid ones, and TypeError for a wrong type. The verbs warn once
    if the default tokenizer leaves no token of more than half of the predictions, and if `rougeLsum` is asked for but
    no text has a newline.

    Lin, "ROUGE: a package for automatic evaluation of summaries", 2004. `tricolore.reference.rouge` is the definition
    in Python.

    >>> rouge = ROUGE(types=["rouge1", "rougeL"])
    >>> rouge.score("It is very cold outside", "It is cold outside.")["rouge1"]
    Measures(precision=0.8, recall=1.0, fmeasure=0.888888888888889)
    """

    __slots__ = (
        "_ignore_ids",
        "_multi_reference",
        "_signature",
        "_split_summaries",
        "_tokenizer",
        "_types",
        "_use_stemmer",
    )
    _columns_type = ROUGEScores

    def __init__(
        self,
        types: Iterable[str] = ("rouge1", "rouge2", "rougeL", "rougeLsum"),
        use_stemmer: bool = False,
        tokenizer: str | Callable[[str], list[str]] = "default",
        multi_reference: str = "best",
        ignore_ids: Iterable[int] = (),
        split_summaries: SplitSummaries = None,
    ) -> None:
        self._types = rouge_types(types)
        self._use_stemmer = true_or_false("use_stemmer", use_stemmer)
        self._multi_reference = one_of("multi_reference", multi_reference, MULTI_REFERENCES)
        self._ignore_ids = ignored_ids(ignore_ids, tokenizer)
        self._tokenizer = tokenizer if callable(tokenizer) else one_of("tokenizer", tokenizer, TOKENIZERS)
        self._split_summaries = checked_split(split_summaries, tokenizer)
        compiled: CompiledMetric
        key: Hashable = self._ignore_ids or None
        if isinstance(tokenizer, str) and split_summaries is None:
            compiled = _core.Metric.rouge(
                list(self._types), tokenizer, use_stemmer, multi_reference, list(self._ignore_ids)
            )
        else:
            compiled = rouge_of_translated(self._types, tokenizer, use_stemmer, multi_reference, split_summaries)
            key = tokenizer, split_summaries
        if use_stemmer and tokenizer != "default":
            raise ValueError(f"use_stemmer is for the default tokenizer, not for {tokenizer!r}")
        self._signature: str = join_signature(
            f"types:{','.join(self._types)}",
            f"stem:{'yes' if use_stemmer else 'no'}",
            *tokenizer_fields(tokenizer),
            ignored_field(self._ignore_ids),
            split_field(split_summaries),
            f"multi:{multi_reference}",
            f"version:rouge_score.{ROUGE_SCORE}-tricolore.{_core.__version__}",
        )
        self._reader = Reader(compiled, tokenizer == "pretokenized", key)
        self._layout = ROUGERows(self._types, multi_reference == "average", compiled, self._signature)

    @property
    def types(self) -> tuple[str, ...]:
        """The ROUGE types, in order."""
        return self._types

    @property
    def use_stemmer(self) -> bool:
        """True if tokens are stemmed."""
        return self._use_stemmer

    @property
    def tokenizer(self) -> str | Callable[[str], list[str]]:
        """The tokenizer's name, or the callable."""
        return self._tokenizer

    @property
    def multi_reference(self) -> str:
        """`"best"` or `"average"`."""
        return self._multi_reference

    @property
    def split_summaries(self) -> SplitSummaries:
        """The option `split_summaries`: how texts are split into sentences."""
        return self._split_summaries

    @property
    def signature(self) -> str:
        """The part of the signature that the options decide."""
        return self._signature

    @property
    def every_option(self) -> str:
        """All options as text: the signature contains them."""
        return self._signature

    def _options(self) -> dict[str, Any]:
        return {
            "types": self._types,
            "use_stemmer": self._use_stemmer,
            "tokenizer": self._tokenizer,
            "multi_reference": self._multi_reference,
            "ignore_ids": self._ignore_ids,
            "split_summaries": self._split_summaries,
        }

    if TYPE_CHECKING:

        def score_each(
            self,
            predictions: Predictions[Text],
            references: References[Text],
            num_threads: int | None = None,
            nulls: str = "error",
            progress: Progress | None = None,
        ) -> ROUGEScores: ...

    def explain(self, prediction: str, references: SegmentReferences[str]) -> ROUGEExplanation:
        """Shows why a segment has its score.

        For each type: the tokens, each matched n-gram with its counts on both sides and its clip, and the alignment of
        the LCS. The result prints as text, shows itself in a notebook, and has `to_dict()`. An explanation takes the
        time of a few scores, plus an object for each token and n-gram that it shows. Arguments are those of `score`.

        >>> print(ROUGE(types=["rouge1"]).explain("cold cold cold", "It is cold"))
        rouge1: P = 1/3 = 0.3333, R = 1/3 = 0.3333, F = 2PR/(P+R) = 0.3333
          prediction  [cold] ~cold cold~
          reference   It is [cold]
          cold        3 in prediction, 1 in reference: 1 counts, clipped
                      [matched], ~clipped: the reference has it less often~
        """
        from ..explanations.rouge import explain_rouge

        texts, score = self._explained(prediction, references)
        average = self._multi_reference == "average"
        tokenizers = self.tokenize, self._reader.by_word
        return explain_rouge(self._types, average, self._split_summaries, tokenizers, prediction, texts, score)

    def tokenize(self, text: str) -> list[str]:
        """The tokens of a text, stemmed if the metric stems.

        >>> ROUGE(use_stemmer=True).tokenize("Running is fun!")
        ['run', 'is', 'fun']
        """
        return self._reader.compiled.tokenize(text)

    def warnings_about(self, read: Read, whole: bool = True) -> list[UserWarning]:
        default = self._tokenizer == "default"
        found = warning_about_tokens("the default tokenizer", read) if default else []
        if whole and LSUM in self._types and self._split_summaries is None and read.filled and not read.lined:
            found.append(
                OneLineWarning(
                    "rougeLsum is rougeL here, because no text has a newline: put one after each sentence, or use "
                    'ROUGE(split_summaries="<n>") with the separator that the texts have, or with a function that '
                    "splits sentences"
                )
            )
        return found


def rouge_types(types: Iterable[str]) -> tuple[str, ...]:
    """The ROUGE types as a tuple. Raises ValueError or TypeError for an invalid one."""
    # No text has n-grams of an order with more than 9 digits.
    known = r"rouge(L|Lsum|Lsubstr|[1-9]\d{0,8})"
    return checked_types(types, known, ("rouge1", "rouge2", "rouge3", "...", "rougeL", "rougeLsum", "rougeLsubstr"))


def tokenizer_fields(tokenizer: str | Callable[[str], list[str]]) -> list[str]:
    """The fields of a signature for a tokenizer."""
    if tokenizer == "unicode":
        # The classes follow one Unicode version; NFC and lower case follow that of the running interpreter.
        return [f"tok:unicode.{UNICODE_RULES}-{_core.UNICODE_VERSION}", f"lower:{unicodedata.unidata_version}"]
    if isinstance(tokenizer, str):
        return [f"tok:{tokenizer}"]
    return [f"tok:{callable_name(tokenizer)}"]
