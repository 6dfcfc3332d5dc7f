"""rouge_score.rouge_scorer."""

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
# What an LCS of no tokens scores: ints, where n-grams score floats (:196, :251, :256).
NOTHING = scoring.Score(0, 0, 0)


class RougeScorer(scoring.BaseScorer):
    """Scores a prediction against a target.

    Args:
        rouge_types: `rouge1` to `rouge9`, `rougeL`, `rougeLsum`. An invalid one raises ValueError
            when something is scored, not before.
        use_stemmer: whether the default tokenizer stems.
        split_summaries: whether rougeLsum's sentences are found by `nltk.sent_tokenize`, instead of
            at newlines. Needs nltk and its punkt data.
        tokenizer: an object with `tokenize(text)`, in place of the default one.
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
        """A dict from each type to its `Score`."""
        tokenizer = self._tokenizer
        if (
            type(target) is type(prediction) is str
            and not self._split_summaries
            and type(self.rouge_types) in (list, tuple)
            and all(type(kind) is str for kind in self.rouge_types)
            and type(tokenizer) is tokenizers.DefaultTokenizer
            and type(tokenizer._stemmer) in (PorterStemmer, type(None))
        ):
            metric, names = plan(tuple(self.rouge_types), tokenizer._stemmer is not None)
            if metric is None:
                return {}
            scores = metric.score(prediction, target)
            return {
                kind: NOTHING if name in LCS and is_of_nothing(scores, name) else scoring.Score(*scores[name])
                for kind, name in names
            }
        return self._score_stepwise(target, prediction)

    def score_multi(self, targets: Iterable[str | bytes], prediction: str | bytes) -> dict[Any, scoring.Score]:
        """For each type the `Score` of the target with the highest F-measure, the first of equals."""
        import numpy as np

        scores = [self.score(target, prediction) for target in targets]
        # numpy's argmax, for what it does with no target and with the NaN of a subclass (:80).
        return {kind: scores[np.argmax([s[kind].fmeasure for s in scores])][kind] for kind in self.rouge_types}

    def _score_stepwise(self, target: Any, prediction: Any) -> dict[Any, scoring.Score]:
        """As the original goes about it: what a tokenizer of the user's is asked, and when."""
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
            # Whether tokens are true is asked as the original asks it (:195): an array will not say.
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
    """tricolore's name of a type. The original's pattern lets a newline follow (:154)."""
    if kind in LCS:
        return str(kind)
    if re.match(r"rouge[0-9]$", ensure_str(kind)):
        n = int(kind[5:])
        if n <= 0:
            raise ValueError(f"rougen requires positive n: {kind}")
        return f"rouge{n}"
    raise ValueError(f"Invalid rouge type: {kind}")


@lru_cache(maxsize=64)
def plan(types: tuple[Any, ...], use_stemmer: bool) -> tuple[tricolore.ROUGE | None, list[tuple[Any, str]]]:
    """The metric for these types, and its name for each."""
    names = [(kind, canonical(kind)) for kind in types]
    distinct = dict.fromkeys(name for _, name in names)
    return (tricolore.ROUGE(list(distinct), use_stemmer) if distinct else None), names


@lru_cache(maxsize=64)
def metric_of_tokens(name: str) -> tricolore.ROUGE:
    """The metric for one type of what is split already."""
    return tricolore.ROUGE([name], tokenizer="whitespace")


def count(name: str, prediction_lines: list[Any], target_lines: list[Any]) -> Sequence[int]:
    """The counts of one type over lines of tokens, which may be any objects."""
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
        # The original's table compares tokens and hashes none.
        prediction, target = prediction_lines[0], target_lines[0]
        return Counts(len(lcs(prediction, target)), len(prediction), len(target))
    assert counts is not None
    return counts[name]


def is_of_nothing(scores: tricolore.ROUGEScore, name: str) -> bool:
    """Whether a text has no tokens."""
    return scores[name].recall == 0 and scores.counts is not None and 0 in scores.counts[name][1:]


def score(counts: Sequence[int]) -> scoring.Score:
    """The score of these counts."""
    return scoring.Score(*measure(Counts(*counts)))
