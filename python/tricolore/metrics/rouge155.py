"""The ROUGE of Lin's Perl script."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from .. import _core
from ..corpus.signature import join_signature
from ..corpus.statistics import Statistics
from ..reference.rouge155 import is_weighted, weight
from ..resampling.bootstrap import Bootstrap, Interval
from ..resampling.rouge155 import averages
from ..scores.rouge155 import ROUGE155Score, form_of
from ..support.options import number, one_of, true_or_false, whole_number
from ..texts.nrefs import NRefs
from ..texts.reader import CompiledMetric, Reader
from ..texts.types import SegmentReferences
from .metric import Metric
from .rouge_family import TypedRows, checked_types, warning_about_tokens

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ..explanations.rouge155 import ROUGE155Explanation
    from ..texts.read import Read
    from ..texts.types import Predictions, References, Text

__all__ = ["ROUGE155", "ROUGE155Rows", "UndefinedScoreError"]

EXCEPTIONS = ("wordnet", "none")
MULTI_REFERENCES = ("average", "best")
# With it, the weighted length of 1,000 tokens is near the largest float.
MOST_WEIGHT = 100
# The seed of every other metric's default. The script has no seed to choose.
DEFAULT_SEED = 12345


class UndefinedScoreError(ValueError):
    """A text for which ROUGE-1.5.5 divides by zero and dies: for ROUGE-W, a reference without a token."""


class ROUGE155Rows(TypedRows[ROUGE155Score]):
    """The layout of ROUGE155: a row for each reference, of floats if ROUGE-W is among the types."""

    __slots__ = ()

    draws_itself = True
    metric = "ROUGE155"
    score_type = ROUGE155Score

    def unpacked(self, numbers: npt.NDArray[np.int32]) -> npt.NDArray[Any]:
        import numpy as np

        if not any(map(is_weighted, self._types)):
            return super().unpacked(numbers)
        widths = [form_of(name).size // 4 for name in self._types]
        parts = np.split(numbers.reshape(-1, sum(widths)), np.cumsum(widths)[:-1], axis=1)
        # The compiled module keeps the floats of ROUGE-W in two columns of integers each.
        return np.hstack(
            [
                np.ascontiguousarray(part).view(np.float64) if is_weighted(name) else part
                for name, part in zip(self._types, parts, strict=True)
            ]
        )

    def packed(self, rows: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
        import numpy as np

        if not any(map(is_weighted, self._types)):
            return rows
        parts = np.split(rows.astype(np.float64), len(self._types), axis=1)
        return np.hstack(
            [
                np.ascontiguousarray(part).view(np.int32) if is_weighted(name) else part.astype(np.int32)
                for name, part in zip(self._types, parts, strict=True)
            ]
        )

    def score(self, data: bytes, nrefs: NRefs) -> ROUGE155Score:
        score = super().score(data, nrefs)
        if any(map(math.isnan, score.figures())):
            raise undefined("references")
        return score

    def pair_scorer(self, compiled: CompiledMetric) -> Callable[[str, str], ROUGE155Score]:
        if not any(map(is_weighted, self._types)):
            return super().pair_scorer(compiled)
        return lambda prediction, reference: self.score(compiled.score(prediction, reference), NRefs(1, 1))

    def segment_scores(self, read: Read) -> npt.NDArray[np.float64]:
        return defined(super().segment_scores(read))

    def segment_figures(self, statistics: Statistics) -> npt.NDArray[np.float64]:
        return defined(super().segment_figures(statistics))

    def require_defined(self, name: str, figures: npt.NDArray[np.float64]) -> None:
        import numpy as np

        if np.isnan(figures).any():
            raise undefined(name)

    def from_statistics(self, statistics: Statistics, bootstrap: Bootstrap | None) -> ROUGE155Score:
        if bootstrap is None:
            return super().from_statistics(statistics, None)
        statistics.require_of(self.signature, self.columns)
        intervals = self.intervals(statistics, bootstrap)
        score = self.score_of_figures([interval.mean for interval in intervals], statistics.nrefs)
        return self.with_intervals(score, intervals, f"c:{percent_of(bootstrap):g}|r:{bootstrap.samples}")

    def intervals(self, statistics: Statistics, bootstrap: Bootstrap) -> list[Interval]:
        """The average and the bounds of each figure by the script's own draws, whatever the seed of the bootstrap."""
        return averages(self.segment_figures(statistics), percent_of(bootstrap), bootstrap.samples)


def percent_of(bootstrap: Bootstrap) -> float:
    """The confidence in percent, as the script takes it."""
    # Imported here to keep `import tricolore` fast.
    from fractions import Fraction

    return float(100 * Fraction(repr(bootstrap.confidence)))


def undefined(what: str) -> UndefinedScoreError:
    return UndefinedScoreError(
        f"{what} has a text without a token, for which ROUGE-W is not defined: ROUGE-1.5.5 divides by zero there"
    )


def defined(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The scores. Raises UndefinedScoreError if one is NaN, naming the row."""
    import numpy as np

    if np.isnan(scores).any():
        rows = np.isnan(scores).reshape(len(scores), -1).any(axis=1)
        raise undefined(f"references[{int(rows.argmax())}]")
    return scores


class ROUGE155(Metric[ROUGE155Score]):
    """ROUGE-N, L, W, S and SU with the numbers of ROUGE-1.5.5, Lin's Perl script, to every digit that it prints.

    This is the ROUGE of pyrouge, files2rouge and of the papers that name the script's flags. `ROUGE` has the numbers of
    rouge_score, which differ. Tokens are lower-case runs of ASCII letters and digits; a line of a text is a sentence.

    Args:
        types: the types of ROUGE. `"rouge1"`, `"rouge2"` and so on count n-grams (`-n`), `"rougeL"` the union of the
            longest common subsequences of sentences (left out by `-x`), and `"rougeW1.2"` weighted ones, with weight
            1.2 (`-w 1.2`). `"rougeS4"` counts pairs of tokens with at most 4 tokens between them (`-2 4`), and
            `"rougeS*"` all pairs (`-2 -1`); `"rougeSU4"` and `"rougeSU*"` also count single tokens (`-u`, or `-U` for
            both).
        use_stemmer: True to stem tokens longer than 3 characters (`-m`), by the script's own Porter stemmer.
        exceptions: the irregular forms that are looked up before stemming. `"wordnet"` has WordNet's, which turn
            "went" into "go". `"none"` has none, as in the many installations whose database is empty, files2rouge's
            among them.
        stop_words: tokens to leave out (`-s`), compared in lower case before stemming. The script's own list has no
            licence to ship it; docs/metrics/rouge155.md says where it is.
        max_words, max_bytes: the limit to which predictions and references are cut (`-l`, `-b`). Bytes are those of
            UTF-8. None for no limit; only one may be given.
        multi_reference: `"average"` adds the counts of all references (`-f A`). `"best"` takes, for each type, the
            reference with the highest recall (`-f B`).
        alpha: the weight of precision in the F-measure, from 0 to 1 (`-p`): 0.5 is the harmonic mean, 0 recall alone.

    Figures are from 0 to 1. Those of a segment are rounded to five places, and the F-measure is computed from the
    rounded figures, as in the script. The verbs raise `UndefinedScoreError`, a ValueError, where the script dies: for
    ROUGE-W and a reference without a token. Raises ValueError for an unknown option and TypeError for a wrong type.

    Lin, "ROUGE: a package for automatic evaluation of summaries", 2004; Lin and Och, ACL 2004, for ROUGE-S.
    `tricolore.reference.rouge155` is the definition in Python.

    >>> rouge = ROUGE155(types=["rouge2", "rougeL", "rougeSU4"])
    >>> print(rouge.score("It is very cold outside", "It is cold outside."))
    rouge2 P=0.50000 R=0.66667 F=0.57143 rougeL P=0.80000 R=1.00000 F=0.88889 rougeSU4 P=0.64286 R=1.00000 F=0.78261
    """

    __slots__ = (
        "_alpha",
        "_exceptions",
        "_max_bytes",
        "_max_words",
        "_multi_reference",
        "_stop_words",
        "_types",
        "_use_stemmer",
    )

    def __init__(
        self,
        types: Iterable[str] = ("rouge1", "rouge2", "rouge3", "rouge4", "rougeL"),
        use_stemmer: bool = False,
        exceptions: str = "wordnet",
        stop_words: Iterable[str] = (),
        max_words: int | None = None,
        max_bytes: int | None = None,
        multi_reference: str = "average",
        alpha: float = 0.5,
    ) -> None:
        self._types = rouge155_types(types)
        self._use_stemmer = true_or_false("use_stemmer", use_stemmer)
        self._exceptions = one_of("exceptions", exceptions, EXCEPTIONS)
        self._stop_words = words_of(stop_words)
        self._max_words = limit("max_words", max_words)
        self._max_bytes = limit("max_bytes", max_bytes)
        if max_words is not None and max_bytes is not None:
            raise ValueError("max_words and max_bytes are both given: a text is cut to words or to bytes")
        self._multi_reference = one_of("multi_reference", multi_reference, MULTI_REFERENCES)
        self._alpha = float(number("alpha", alpha, 0))
        if alpha > 1:
            raise ValueError(f"alpha is {alpha!r}: it must be from 0 to 1")
        stemming = {"wordnet": "wordnet", "none": "porter"}[exceptions] if use_stemmer else "none"
        compiled = _core.Metric.rouge155(
            list(self._types),
            stemming,
            # No token has other characters.
            [word for word in self._stop_words if re.fullmatch("[a-z0-9]+", word)],
            max_words,
            max_bytes,
            multi_reference == "best",
            self._alpha,
        )
        self._reader = Reader(compiled)
        signature = join_signature(
            f"flags:{self.flags}",
            f"exceptions:{exceptions}" if use_stemmer else "",
            f"stop:{len(self._stop_words)}.{digest(self._stop_words)}" if self._stop_words else "",
            f"version:ROUGE-1.5.5-tricolore.{_core.__version__}",
        )
        self._layout = ROUGE155Rows(self._types, True, compiled, signature)

    @property
    def flags(self) -> str:
        """The flags of a run of the script that prints these types and others of lower orders.

        >>> ROUGE155(["rouge1", "rouge2", "rougeSU4"], use_stemmer=True).flags
        '-n 2 -x -2 4 -u -m -f A -p 0.5'
        """
        orders = [int(name.removeprefix("rouge")) for name in self._types if name.removeprefix("rouge").isdigit()]
        weights = [name.removeprefix("rougeW") for name in self._types if is_weighted(name)]
        pairs = [name.removeprefix("rougeS") for name in self._types if name.startswith("rougeS")]
        with_unigrams = [name.startswith("U") for name in pairs]
        flags = [
            f"-n {max(orders)}" if orders else "",
            "" if "rougeL" in self._types else "-x",
            f"-w {weights[0]}" if weights else "",
            f"-2 {pairs[0].removeprefix('U').replace('*', '-1')}" if pairs else "",
            ("-u" if all(with_unigrams) else "-U") if any(with_unigrams) else "",
            "-m" if self._use_stemmer else "",
            "-s" if self._stop_words else "",
            f"-l {self._max_words}" if self._max_words else "",
            f"-b {self._max_bytes}" if self._max_bytes else "",
            f"-f {'A' if self._multi_reference == 'average' else 'B'}",
            f"-p {self._alpha!r}".removesuffix(".0"),
        ]
        return " ".join(flag for flag in flags if flag)

    @property
    def types(self) -> tuple[str, ...]:
        """The types of ROUGE, in order."""
        return self._types

    @property
    def signature(self) -> str:
        """The part of the signature that the options decide: all flags of the script."""
        return self._layout.signature

    def _options(self) -> dict[str, Any]:
        return {
            "types": self._types,
            "use_stemmer": self._use_stemmer,
            "exceptions": self._exceptions,
            "stop_words": self._stop_words,
            "max_words": self._max_words,
            "max_bytes": self._max_bytes,
            "multi_reference": self._multi_reference,
            "alpha": self._alpha,
        }

    def corpus(
        self,
        predictions: Predictions[Text],
        references: References[Text],
        confidence: float | None = 0.95,
        samples: int = 1000,
        seed: int | None = DEFAULT_SEED,
        num_threads: int | None = None,
        nulls: str = "error",
    ) -> ROUGE155Score:
        """Scores a corpus as the script does: averages and bounds by its own resampling.

        Args:
            predictions, references, num_threads, nulls: see `score_each`. The script draws items in the order of their
                names. Here these are 1, 2, 3 and so on, as the script names the lines of a list of files (`-z`).
            confidence: the share of the interval (`-c`): 0.95 is the script's default. None for the plain means of the
                segments' figures, which the script does not print and accumulators compute.
            samples: the number of samples (`-r`). The average is the mean over the samples, and so depends on it.
            seed: not for this metric, because the script draws sample i with the seed i.

        Errors are those of `score_each`. An empty corpus and another seed raise ValueError.

        >>> print(ROUGE155(["rouge1"]).corpus(["a b", "c"], ["a c", "c"], confidence=None))
        rouge1 P=0.75000 R=0.75000 F=0.75000
        >>> score = ROUGE155(["rouge1"]).corpus(["a b", "c"], ["a c", "c"], samples=100)
        >>> print(score, score.confidence_interval["rouge1"].recall)
        rouge1 P=0.75250 R=0.75250 F=0.75250 (μ = 0.75250 ± 0.25000) (0.5, 1.0)
        """
        refuse_seed(seed)
        return super().corpus(predictions, references, confidence, samples, DEFAULT_SEED, num_threads, nulls)

    def from_statistics(
        self,
        statistics: Statistics,
        confidence: float | None = 0.95,
        samples: int = 1000,
        seed: int | None = DEFAULT_SEED,
    ) -> ROUGE155Score:
        """The score of the corpus behind statistics, with the bits of `corpus`, whose arguments see.

        >>> rouge = ROUGE155(["rouge1"])
        >>> rouge.from_statistics(rouge.statistics(["a b"], ["a c"]) + rouge.statistics(["c"], ["c"]), confidence=None)
        ROUGE155Score(rouge1=(0.75, 0.75, 0.75))
        """
        refuse_seed(seed)
        return super().from_statistics(statistics, confidence, samples, DEFAULT_SEED)

    def tokenize(self, text: str) -> list[str]:
        """The tokens of a text, stemmed if the metric stems, without stop words. Limits do not cut the text.

        >>> ROUGE155(use_stemmer=True).tokenize("State-of-the-art agreements went on.")
        ['state', 'of', 'the', 'art', 'agreem', 'go', 'on']
        """
        return self._reader.compiled.tokenize(text)

    def explain(self, prediction: str, references: SegmentReferences[str]) -> ROUGE155Explanation:
        """Shows why a segment has its score.

        For each type and reference: the tokens, each matched n-gram or pair of tokens with its counts on both sides and
        its clip, and the tokens on a common subsequence. The result prints as text, shows itself in a notebook, and has
        `to_dict()`. Arguments are those of `score`.

        >>> print(ROUGE155(types=["rougeS1"]).explain("police killed the gunman", "police kill the gunman"))
        rougeS1: P = 2/5 = 0.40000, R = 2/5 = 0.40000, F = 0.40000
          prediction  [police] killed [the gunman]
          reference   [police] kill [the gunman]
          police the  1 in prediction, 1 in reference: 1 counts
          the gunman  1 in prediction, 1 in reference: 1 counts
                      [matched]
        """
        from ..explanations.rouge155 import explain_rouge155

        texts, score = self._explained(prediction, references)
        limits = self._max_words, self._max_bytes
        best = self._multi_reference == "best"
        return explain_rouge155(self._types, self.tokenize, limits, (best, self._alpha), prediction, texts, score)

    def warnings_about(self, read: Read, whole: bool = True) -> list[UserWarning]:
        return warning_about_tokens("the tokenizer of ROUGE-1.5.5", read)


def rouge155_types(types: Iterable[str]) -> tuple[str, ...]:
    """The types as a tuple. Raises ValueError or TypeError for an invalid one."""
    # No text has n-grams of an order with more than 9 digits.
    known = r"rouge([1-9]\d{0,8}|L|W\d{1,9}(\.\d{1,17})?|SU?(\d{1,9}|\*))"
    types = checked_types(types, known, ("rouge1", "rouge2", "...", "rougeL", "rougeW1.2", "rougeS4", "rougeSU4"))
    for name in filter(is_weighted, types):
        if not 0 < weight(name) <= MOST_WEIGHT:
            raise ValueError(f"types holds {name!r}: the weight must be above 0 and at most {MOST_WEIGHT}")
    for what, values in (
        ("weight", {name for name in types if is_weighted(name)}),
        ("distance", {name.replace("SU", "S") for name in types if name.startswith("rougeS")}),
    ):
        if len(values) > 1:
            raise ValueError(f"types has more than one {what}, and the script takes one: {sorted(values)}")
    return types


def words_of(given: Iterable[str]) -> tuple[str, ...]:
    """The stop words, sorted. Raises TypeError for a str and for a word that is not a str."""
    if isinstance(given, str):
        raise TypeError("stop_words is a str where a collection of str belongs: wrap it in a list, [stop_words]")
    words: Sequence[object] = tuple(given)
    for place, word in enumerate(words):
        if not isinstance(word, str):
            raise TypeError(f"stop_words[{place}] is of type {type(word).__name__}, not str")
    return tuple(sorted({str(word) for word in words}))


def refuse_seed(seed: int | None) -> None:
    """Raises ValueError if a seed was chosen."""
    if seed != DEFAULT_SEED:
        raise ValueError(f"seed is {seed!r}: ROUGE-1.5.5 draws sample i with the seed i, so none can be chosen")


def limit(name: str, given: object) -> int | None:
    """The checked limit, at least 1, or None."""
    return None if given is None else whole_number(name, given, 1, 2**31 - 1)


def digest(words: Iterable[str]) -> str:
    """The start of the SHA-256 of a list of words, a line each."""
    # Imported here to keep `import tricolore` fast.
    from hashlib import sha256

    return sha256("".join(f"{word}\n" for word in words).encode("utf-8", "surrogatepass")).hexdigest()[:8]
