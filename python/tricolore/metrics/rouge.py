"""The ROUGE metric."""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Callable, Hashable, Iterable
from struct import pack
from typing import TYPE_CHECKING, Any

from .. import _core
from ..corpus.accumulator import exact_means, exact_sums
from ..corpus.statistics import NRefs, Statistics, join_signature, nrefs_between
from ..resampling.bootstrap import Bootstrap, Interval
from ..resampling.poisson import PART, fractions, whole_parts
from ..scores.rouge import ROUGEScore, ROUGEScores, flat_names
from ..support.options import one_of, true_or_false, unknown
from ..texts.blocks import Progress
from ..texts.callable_tokenizers import callable_name
from ..texts.ignore_ids import ignored_field, ignored_ids
from ..texts.inputs import Predictions, References, SegmentReferences, Text, sequence, texts_of
from ..texts.split_summaries import (
    LSUM,
    OneLineWarning,
    SplitSummaries,
    checked_split,
    rouge_of_translated,
    split_field,
)
from ..texts.translated import TranslatedTexts
from .metric import Compiled, Metric, Read

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ..explanations.rouge import ROUGEExplanation

__all__ = ["ROUGE"]

TOKENIZERS = ("default", "whitespace", "char", "unicode", "pretokenized")
# Goes up with every change to the tokens of "unicode": scores and statistics of other rules do not mix with these.
UNICODE_RULES = 2
MULTI_REFERENCES = ("best", "average")
COUNTS = ("matches", "prediction_total", "reference_total")


class ROUGE(Metric[ROUGEScore]):
    """ROUGE-N, ROUGE-L and ROUGE-Lsum with the bits of rouge_score 0.1.2.

    Args:
        types: `"rouge1"`, `"rouge2"` and so on for n-grams of any order; `"rougeL"` for the longest
            common subsequence; `"rougeLsum"` for the union of those of the lines (a line ends at
            a newline); `"rougeLsubstr"` for the longest common contiguous run of tokens, which is
            not Lin's ROUGE-L though courses teach it as such.
        use_stemmer: whether tokens longer than 3 are Porter-stemmed. For the default tokenizer.
        tokenizer: `"default"`, rouge_score's: lower-cased runs of ASCII letters and digits, so that
            a Chinese or Russian text has no tokens; `"unicode"`, lower-cased runs of letters,
            marks and numbers of every script, single characters in scripts without spaces, equal for
            canonically equivalent texts (NFC, NFD) and with or without soft hyphens;
            `"whitespace"`, `str.split()`; `"char"`, every character but white space;
            `"pretokenized"`, for texts that are tokens already, sequences of str or of integers, of one
            line; or a callable from str to list of str, which runs on the caller's thread.
        multi_reference: `"best"`, for each type the reference with the highest F-measure, the first
            of equals; or `"average"`, the mean over references of each figure.
        ignore_ids: a set of integers that are no tokens, such as padding; for `"pretokenized"`. Negative integers
            are refused unless they are among them.
        split_summaries: how a text falls into the sentences that `"rougeLsum"` compares. None for lines. A str such
            as `"<n>"` is a separator that stands for a newline, to the other types too. A callable from str to a
            list of sentences, such as nltk's `sent_tokenize`, is rouge_score's `split_summaries=True`; other types
            see the text as it is.

    Raises ValueError for an unknown option, naming the valid ones, and TypeError for a wrong type.
    Figures are from 0 to 1; a text without tokens scores 0. Lin, "ROUGE: a package for automatic
    evaluation of summaries", 2004; `tricolore.reference.rouge` is the definition in Python.

    Metrics do not change; they compare, hash and pickle by their options.

    >>> rouge = ROUGE(types=["rouge1", "rougeL"])
    >>> rouge.score("It is very cold outside", "It is cold outside.")["rouge1"]
    Measures(precision=0.8, recall=1.0, fmeasure=0.888888888888889)
    """

    __slots__ = (
        "_compiled",
        "_ignore_ids",
        "_multi_reference",
        "_signature",
        "_split_summaries",
        "_tokenizer",
        "_types",
        "_use_stemmer",
    )

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
        self._compiled: _core.Metric | TranslatedTexts
        if isinstance(tokenizer, str) and split_summaries is None:
            self._compiled = _core.Metric.rouge(
                list(self._types), tokenizer, use_stemmer, multi_reference, list(self._ignore_ids)
            )
        else:
            self._compiled = rouge_of_translated(self._types, tokenizer, use_stemmer, multi_reference, split_summaries)
        if use_stemmer and tokenizer != "default":
            raise ValueError(f"use_stemmer is for the default tokenizer, not for {tokenizer!r}")
        self._signature: str = join_signature(
            f"types:{','.join(self._types)}",
            f"stem:{'yes' if use_stemmer else 'no'}",
            *tokenizer_fields(tokenizer),
            ignored_field(self._ignore_ids),
            split_field(split_summaries),
            f"multi:{multi_reference}",
            f"version:rouge_score.0.1.2-tricolore.{_core.__version__}",
        )

    @property
    def types(self) -> tuple[str, ...]:
        """The types, in order."""
        return self._types

    @property
    def use_stemmer(self) -> bool:
        """Whether tokens are stemmed."""
        return self._use_stemmer

    @property
    def tokenizer(self) -> str | Callable[[str], list[str]]:
        """The tokenizer's name, or the callable."""
        return self._tokenizer

    @property
    def multi_reference(self) -> str:
        """What several references come to."""
        return self._multi_reference

    @property
    def split_summaries(self) -> SplitSummaries:
        """How texts fall into sentences."""
        return self._split_summaries

    @property
    def signature(self) -> str:
        """How scores are made, as far as the options decide it."""
        return self._signature

    def _options(self) -> tuple[Any, ...]:
        return (
            self._types,
            self._use_stemmer,
            self._tokenizer,
            self._multi_reference,
            self._ignore_ids,
            self._split_summaries,
        )

    def __repr__(self) -> str:
        types, use_stemmer, tokenizer, multi_reference, ignore_ids, split_summaries = self._options()
        return f"ROUGE({types=}, {use_stemmer=}, {tokenizer=}, {multi_reference=}, {ignore_ids=}, {split_summaries=})"

    def __eq__(self, other: object) -> bool:
        return self._options() == other._options() if isinstance(other, ROUGE) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._options())

    def __reduce__(self) -> tuple[type[ROUGE], tuple[Any, ...]]:
        return ROUGE, self._options()

    def score(self, prediction: Text, references: SegmentReferences[Text]) -> ROUGEScore:
        """Scores one segment.

        Args:
            prediction: the text.
            references: a str, or a sequence of str.

        Raises TypeError where something else than a str is given, naming it, and ValueError where
        there is no reference.

        >>> score = ROUGE(types=["rouge2"]).score("It is very cold outside", "It is cold outside.")
        >>> score.counts["rouge2"]
        Counts(matches=2, prediction_total=4, reference_total=3)
        """
        data, nrefs = self._read_one(prediction, references)
        return ROUGEScore(self._types, data, nrefs, self._signature)

    def score_each(
        self,
        predictions: Predictions[Text],
        references: References[Text],
        num_threads: int | None = None,
        nulls: str = "error",
        progress: Progress | None = None,
    ) -> ROUGEScores:
        """Scores every segment.

        Args:
            predictions: a sequence of str, or a column of strings that speaks the Arrow PyCapsule protocol.
            references: one str for each prediction, or one sequence of str for each; or a column of either;
                or what `prepare` gave. A flat list is one reference each; sacreBLEU's lists by stream go
                through `from_streams`. A square layout cannot be told from its transpose.
            num_threads: how many threads may work; None for TRICOLORE_NUM_THREADS, or else every
                processor of this process. The result does not depend on it.
            nulls: how missing texts (nulls, None, NaN) are handled. `"error"` is a TypeError; `"empty"` is an empty
                text. `"drop"` leaves out such references, and a segment without any other is a ValueError;
                `"drop_segment"` also leaves out that segment, and the signature has the number of such segments
                (`dropped:2`). A prediction is never dropped.
            progress: is called with the number of segments done and that of all, after each few thousand; what it
                raises ends the work. The result does not depend on it.

        Warns once where the default tokenizer leaves nothing of more than half of the predictions, and where
        `rougeLsum` is asked for and no text has a newline.
        Raises TypeError naming the argument and the index of what is not a str; ValueError for
        different lengths and for a segment without a reference.

        >>> scores = ROUGE(types=["rouge1"]).score_each(["a b", "c"], ["a c", "c"])
        >>> scores["rouge1_fmeasure"].tolist()
        [0.5, 1.0]
        """
        read = self._read(predictions, references, num_threads, True, nulls, progress=progress)
        return self._scores_of(read)

    def corpus(
        self,
        predictions: Predictions[Text],
        references: References[Text],
        confidence: float | None = None,
        samples: int = 1000,
        seed: int | None = 12345,
        num_threads: int | None = None,
        nulls: str = "error",
    ) -> ROUGEScore:
        """Scores a corpus: the mean of each figure over segments.

        That is `math.fsum(figures) / n` to the bit, so it depends neither on the order of segments nor on how
        they are split. Warnings and errors are those of `score_each`; an empty corpus is a ValueError.

        Args:
            predictions, references, num_threads, nulls: those of `score_each`.
            confidence: a share, such as 0.95; then the score carries `confidence_interval`, the bounds of
                that share of the scores of corpora resampled from this one, segment by segment, and
                `bootstrap_mean` and `half_width`. None for no interval.
            samples: how many corpora are drawn.
            seed: of the draws; None takes it from entropy.

        >>> ROUGE(types=["rouge1"]).corpus(["a b", "c"], ["a c", "c"])
        ROUGEScore(rouge1=(0.75, 0.75, 0.75))
        >>> score = ROUGE(types=["rouge1"]).corpus(["a b", "c"] * 10, ["a c", "c"] * 10, confidence=0.95)
        >>> score.confidence_interval["rouge1"].fmeasure
        (0.65, 0.85)
        """
        bootstrap = Bootstrap.checked(confidence, samples, seed)
        read = self._read(predictions, references, num_threads, True, nulls)
        return self._mean(self._matrix(read.scores, "float64"), self._statistics_of(read), bootstrap)

    def statistics(
        self,
        predictions: Predictions[Text],
        references: References[Text],
        num_threads: int | None = None,
        nulls: str = "error",
    ) -> Statistics:
        """The integers behind each segment's scores.

        Arguments, warnings and errors are those of `score_each`.

        >>> ROUGE(types=["rouge1"]).statistics(["a b", "c"], ["a c", "c"]).rows.tolist()
        [[1, 2, 2], [1, 1, 1]]
        """
        return self._statistics_of(self._read(predictions, references, num_threads, False, nulls))

    def from_statistics(
        self,
        statistics: Statistics,
        confidence: float | None = None,
        samples: int = 1000,
        seed: int | None = 12345,
    ) -> ROUGEScore:
        """The score of the corpus that statistics were made of: the bits of `corpus`, whose arguments
        these are.

        Raises ValueError for statistics of other options and for those of no segment.

        >>> rouge = ROUGE(types=["rouge1"])
        >>> first, second = rouge.statistics(["a b"], ["a c"]), rouge.statistics(["c"], ["c"])
        >>> rouge.from_statistics(first + second)
        ROUGEScore(rouge1=(0.75, 0.75, 0.75))
        """
        if not isinstance(statistics, Statistics):
            raise TypeError(f"statistics is of type {type(statistics).__name__}, not Statistics")
        bootstrap = Bootstrap.checked(confidence, samples, seed)
        statistics.require_of(self._signature, self._columns())
        return self._mean(self._sample_rows(statistics), statistics, bootstrap)

    def explain(self, prediction: str, references: SegmentReferences[str]) -> ROUGEExplanation:
        """Shows why one segment scores what it does.

        For each type: the tokens, each matched n-gram with its counts on both sides and its clip,
        the alignment of the LCS. Prints as text, shows itself in a notebook, `.to_dict()`. Takes the time
        of a few scores and that of making an object for each token and n-gram shown. Arguments are those
        of `score`.

        >>> print(ROUGE(types=["rouge1"]).explain("cold cold cold", "It is cold"))
        rouge1: precision 1/3 = 0.3333, recall 1/3 = 0.3333, F 0.3333
          prediction  cold cold cold
          reference   it is cold
          cold        3 in prediction, 1 in reference: 1 counts, clipped
        """
        from ..explanations.rouge import explain_rouge

        self._refuse_tokens()
        texts = texts_of(references)
        return explain_rouge(self, prediction, texts, self.score(prediction, texts))

    def tokenize(self, text: str) -> list[str]:
        """The tokens of a text, stemmed if this metric stems.

        >>> ROUGE(use_stemmer=True).tokenize("Running is fun!")
        ['run', 'is', 'fun']
        """
        return self._compiled.tokenize(text)

    def _warn_of(self, read: Read, whole: bool = True) -> None:
        emptied, filled, lined = read.counts
        if 2 * emptied > filled and self._tokenizer == "default":
            warnings.warn(
                f"the default tokenizer knows only ASCII letters and digits: it leaves nothing of {emptied} of "
                f'{filled} predictions, which score 0; for other scripts use ROUGE(tokenizer="unicode")',
                stacklevel=4,
            )
        if whole and LSUM in self._types and self._split_summaries is None and filled and not lined:
            warnings.warn(
                "rougeLsum is rougeL here, for no text has a newline: put one after each sentence, or use "
                'ROUGE(split_summaries="<n>") with the separator that the texts have, or with a function that splits '
                "sentences",
                OneLineWarning,
                stacklevel=4,
            )

    def _scores_of(self, read: Read) -> ROUGEScores:
        return ROUGEScores(self._types, self._matrix(read.scores, "float64"), self._statistics_of(read))

    def _statistics_of(self, read: Read) -> Statistics:
        import numpy as np

        rows = self._matrix(read.rows, "int32")
        offsets = None if read.starts is None else np.frombuffer(read.starts, np.int64)
        nrefs = nrefs_between(offsets, read.dropped)
        if self._multi_reference == "best":
            offsets = None
        elif offsets is None:
            offsets = np.arange(len(rows) + 1, dtype=np.int64)
        return Statistics(rows, offsets, self._columns(), nrefs, self._signature, type(self).__name__)

    def _matrix(self, numbers: bytes, dtype: str) -> Any:
        import numpy as np

        return np.frombuffer(numbers, dtype).reshape(-1, 3 * len(self._types))

    def _columns(self) -> tuple[str, ...]:
        return tuple(f"{name}_{count}" for name in self._types for count in COUNTS)

    @property
    def _figures(self) -> tuple[str, ...]:
        return flat_names(self._types)

    def _figures_of(self, score: ROUGEScore) -> list[float]:
        return score._figures()

    def _sample_rows(self, statistics: Statistics, double: bool = False) -> npt.NDArray[np.float64]:
        values: npt.NDArray[np.float64] = self._matrix(
            self._compiled.scores(statistics.rows, statistics.offsets), "float64"
        )
        return values

    def _sample_scores(self, sums: npt.NDArray[Any], segments: int) -> npt.NDArray[Any]:
        return sums / segments

    def _replicated(self, statistics: Statistics) -> npt.NDArray[np.float64]:
        return whole_parts(self._sample_rows(statistics), PART)

    def _replicate_scores(self, sums: npt.NDArray[np.int64], draws: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        return fractions(sums, PART) / draws[:, None]

    def _with_intervals(self, score: ROUGEScore, intervals: list[Interval], signature: str) -> ROUGEScore:
        return score._with(tuple(intervals), signature)

    @classmethod
    def _summed(cls, statistics: Statistics) -> dict[str, float]:
        raise cls._no_sum()

    @property
    def _pair_figures(self) -> tuple[str, ...]:
        return self._types

    def _one_or_all(self, by_name: dict[str, Any]) -> Any:
        return by_name

    @property
    def _engine(self) -> Compiled:
        return self._compiled

    def _reader(self) -> Hashable:
        if isinstance(self._tokenizer, str) and self._split_summaries is None:
            return self._ignore_ids or None
        return self._tokenizer, self._split_summaries

    @property
    def _pretokenized(self) -> bool:
        return self._tokenizer == "pretokenized"

    def _add(self, sums: list[Any], statistics: Statistics) -> list[Any]:
        return exact_sums(self._sample_rows(statistics), sums)

    def _of_sums(self, sums: list[Any], segments: int, nrefs: NRefs) -> ROUGEScore:
        means = exact_means(sums, segments)
        return ROUGEScore(self._types, pack(f"={len(means)}d", *means), nrefs, self._signature)

    def _mean(self, values: npt.NDArray[np.float64], statistics: Statistics, bootstrap: Bootstrap | None) -> ROUGEScore:
        if not len(values):
            raise ValueError("there is no segment: the mean of none is not defined")
        score = self._of_sums(exact_sums(values, []), len(values), statistics._nrefs)
        if bootstrap is None:
            return score
        return self._with_intervals(score, bootstrap.intervals(self, statistics), bootstrap.signature)


def rouge_types(types: Iterable[str]) -> tuple[str, ...]:
    """The types as a tuple, checked."""
    types = tuple(sequence("types", types))  # type: ignore[arg-type]
    if not types:
        raise ValueError("types is empty: name at least one, such as 'rouge1'")
    for name in types:
        if not isinstance(name, str):
            raise TypeError(f"types holds {name!r}, which is not a str")
        # Orders beyond 9 digits are beyond any text.
        if not re.fullmatch(r"rouge(L|Lsum|Lsubstr|[1-9][0-9]{0,8})", name):
            raise unknown("a type", name, ("rouge1", "rouge2", "rouge3", "...", "rougeL", "rougeLsum", "rougeLsubstr"))
    if len(set(types)) < len(types):
        raise ValueError(f"types names one twice: {types}")
    return types


def tokenizer_fields(tokenizer: str | Callable[[str], list[str]]) -> list[str]:
    """What a signature says of a tokenizer."""
    if tokenizer == "unicode":
        # The classes are those of one Unicode version; NFC and lower case are the running interpreter's.
        return [f"tok:unicode.{UNICODE_RULES}-{_core.UNICODE_VERSION}", f"lower:{unicodedata.unidata_version}"]
    if isinstance(tokenizer, str):
        return [f"tok:{tokenizer}"]
    return [f"tok:{callable_name(tokenizer)}"]
