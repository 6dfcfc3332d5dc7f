"""The module rouge_score.rouge_scorer."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import tricolore
from tricolore.reference.rouge import Counts, lcs, measure, ngrams

from . import scoring, tokenizers
from .porter import PorterStemmer
from .six_str import ensure_str

__all__ = ["RougeScorer"]

LCS = ("rougeL", "rougeLsum")
# The score of an LCS without tokens. Its zeros are ints; those of n-grams are floats (:196, :251, :256).
NOTHING = scoring.Score(0, 0, 0)


class RougeScorer(scoring.BaseScorer):
    """Scores a prediction against a target.

    Args:
        rouge_types: `rouge1` to `rouge9`, `rougeL`, `rougeLsum`. An invalid type raises ValueError only when a text is
            scored.
        use_stemmer: True if the default tokenizer stems.
        split_summaries: True if `nltk.sent_tokenize` splits the sentences of rougeLsum; otherwise newlines do. Needs
            nltk and its punkt data.
        tokenizer: an object with `tokenize(text)` that replaces the default tokenizer.
    """

    def __init__(
        self,
        rouge_types: Sequence[str],
        use_stemmer: bool = False,
        split_summaries: bool = False,
        tokenizer: Any = None,
    ) -> None:
        self.rouge_types = rouge_types
        self._tokenizer = tokenizer or tokenizers.DefaultTokenizer(use_stemmer)
        self._split_summaries = split_summaries

    def score(self, target: str | bytes, prediction: str | bytes) -> dict[Any, scoring.Score]:
        """Returns the `Score` of each type."""
        tokenizer = self._tokenizer
        if (
            type(target) is type(prediction) is str
            and not self._split_summaries
            and type(self.rouge_types) in (list, tuple)
            and all(type(kind) is str for kind in self.rouge_types)
            and type(tokenizer) is tokenizers.DefaultTokenizer
            and type(tokenizer._stemmer) in (PorterStemmer, type(None))
        ):
            metric, places = plan(tuple(self.rouge_types), tokenizer._stemmer is not None)
            if metric is None:
                return {}
            scores = as_original(metric.score(prediction, target), places, scoring.Score)
            return dict(zip(self.rouge_types, scores, strict=True))
        return self._score_stepwise(target, prediction)

    def score_multi(self, targets: Iterable[str | bytes], prediction: str | bytes) -> dict[Any, scoring.Score]:
        """Returns, for each type, the first of the targets' scores with the highest F-measure."""
        import numpy as np

        scores = [self.score(target, prediction) for target in targets]
        # numpy's argmax decides the result for no target, and for a NaN from a subclass (:80).
        return {kind: scores[np.argmax([s[kind].fmeasure for s in scores])][kind] for kind in self.rouge_types}

    def _score_stepwise(self, target: Any, prediction: Any) -> dict[Any, scoring.Score]:
        """Scores step by step like the original, and calls a user's tokenizer with the same texts in the same order."""
        tokenize = self._tokenizer.tokenize
        target_tokens = prediction_tokens = None
        # (:115)
        if not (len(self.rouge_types) == 1 and self.rouge_types[0] == "rougeLsum"):
            target_tokens = tokenize(target)
            prediction_tokens = tokenize(prediction)
        result = {}
        for kind in self.rouge_types:
            name = canonical(kind)
            if name == "rougeLsum":
                target_lines = [tokenize(sentence) for sentence in self._sentences(target)]
                prediction_lines = [tokenize(sentence) for sentence in self._sentences(prediction)]
                # (:250, :255)
                if any(map(len, target_lines)) and any(map(len, prediction_lines)):
                    result[kind] = score(count(name, prediction_lines, target_lines))
                else:
                    result[kind] = NOTHING
            # The truth of the tokens is tested as in the original (:195), which fails for an array.
            elif name == "rougeL" and (not target_tokens or not prediction_tokens):
                result[kind] = NOTHING
            else:
                result[kind] = score(count(name, [prediction_tokens], [target_tokens]))
        return result

    def _sentences(self, text: Any) -> list[str]:
        if self._split_summaries:
            try:
                import nltk
            except ImportError as error:
                raise ImportError("split_summaries=True finds sentences with nltk: pip install nltk") from error
            sentences = nltk.sent_tokenize(text)
        else:
            sentences = ensure_str(text).split("\n")
        return [sentence for sentence in sentences if len(sentence)]


def canonical(kind: Any) -> str:
    """Returns the name of a type in tricolore. The original's pattern also accepts a newline at the end (:154)."""
    for name in LCS:
        # A member of an enumeration of str equals its value, and `str` of the member is another text.
        if kind == name:
            return name
    if re.match(r"rouge[0-9]$", ensure_str(kind)):
        n = int(kind[5:])
        if n <= 0:
            raise ValueError(f"rougen requires positive n: {kind}")
        return f"rouge{n}"
    raise ValueError(f"Invalid rouge type: {kind}")


@lru_cache(maxsize=64)
def plan(types: tuple[Any, ...], use_stemmer: bool) -> tuple[tricolore.ROUGE | None, list[tuple[str, int]]]:
    """Returns the metric for these types, and the name of each type in tricolore, with its place in the metric."""
    names = [canonical(kind) for kind in types]
    distinct = list(dict.fromkeys(names))
    places = [(name, distinct.index(name)) for name in names]
    return (tricolore.ROUGE(distinct, use_stemmer) if distinct else None), places


def as_original(score: tricolore.ROUGEScore, places: list[tuple[str, int]], made: Any) -> list[Any]:
    """Returns the score of each type as `made`, a named tuple, of integers where the original has them."""
    figures = score.figures()
    scores = []
    # The class's own constructor takes three times as long, but a program may have changed it.
    plain = made.__new__ is made.__base__.__new__ and made.__init__ is object.__init__
    for name, place in places:
        three = figures[3 * place : 3 * place + 3]
        if three[1] == 0 and name in LCS and is_of_nothing(score, name):
            three = [0, 0, 0]
        scores.append(tuple.__new__(made, three) if plain else made(*three))
    return scores


@lru_cache(maxsize=64)
def metric_of_tokens(name: str) -> tricolore.ROUGE:
    """Returns the metric for one type of texts whose tokens are separated by spaces."""
    return tricolore.ROUGE([name], tokenizer="whitespace")


def count(name: str, prediction_lines: list[Any], target_lines: list[Any]) -> Sequence[int]:
    """Returns the counts of one type for lines of tokens, which may be any objects."""
    if name not in LCS:
        n = int(name.removeprefix("rouge"))
        in_prediction, in_target = Counter(ngrams(prediction_lines[0], n)), Counter(ngrams(target_lines[0], n))
        return (in_prediction & in_target).total(), in_prediction.total(), in_target.total()
    numbers: dict[Any, str] = {}

    def encode(lines: list[Any]) -> str:
        return "\n".join(
            " ".join([numbers.setdefault(line[i], str(len(numbers))) for i in range(len(line))]) for line in lines
        )

    try:
        counts = metric_of_tokens(name).score(encode(prediction_lines), encode(target_lines)).counts
    except TypeError:
        if name != "rougeL":
            raise
        # Tokens without a hash: the original only compares them.
        prediction, target = prediction_lines[0], target_lines[0]
        return Counts(len(lcs(prediction, target)), len(prediction), len(target))
    assert counts is not None
    return counts[name]


def is_of_nothing(scores: tricolore.ROUGEScore, name: str) -> bool:
    """True if the prediction or the target has no tokens."""
    return scores.counts is not None and 0 in scores.counts[name][1:]


def score(counts: Sequence[int]) -> scoring.Score:
    """Returns the score of these counts."""
    return scoring.Score(*measure(Counts(*counts)))
