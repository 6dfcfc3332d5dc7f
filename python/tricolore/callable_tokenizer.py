"""ROUGE over tokens that a Python callable makes.

The compiled module splits at white space. So the tokens of a text become numbers, equal for equal
tokens, and the text those numbers with spaces between: the counts are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import _core
from .blocks import Rows, in_blocks
from .inputs import listed, lists

if TYPE_CHECKING:
    from .metric import Progress

__all__ = ["CallableTokenizer"]

LSUM = "rougeLsum"


class CallableTokenizer:
    """What `_core.Metric` is for the tokenizers that it knows.

    ROUGE-Lsum sees the tokens of each line, every other type those of the whole text; a callable
    may make them differ, so each kind has its own compiled metric.
    """

    def __init__(self, tokenizer: Callable[[str], list[str]], types: tuple[str, ...], multi_reference: str) -> None:
        self._tokenizer = tokenizer
        self._all = _core.Metric.rouge(list(types), "whitespace", False, multi_reference)
        # (places of its types, metric, whether texts are split into lines)
        kinds = [([i for i, t in enumerate(types) if (t == LSUM) == by_line], by_line) for by_line in (False, True)]
        self._kinds = [
            (places, _core.Metric.rouge([types[i] for i in places], "whitespace", False, multi_reference), by_line)
            for places, by_line in kinds
            if places
        ]
        self._types = len(types)

    def score(self, prediction: Any, references: Any) -> bytes:
        rows, values, _, _ = self.batch(
            [prediction], [[references] if isinstance(references, str) else references], 1, True
        )
        return values + rows

    def batch(
        self,
        predictions: Any,
        references: Any,
        num_threads: int,
        with_scores: bool,
        progress: Progress | None = None,
        /,
    ) -> Rows:
        # What is no text is refused, and by name, before any of it is tokenized. The copies are ours:
        # the callable, or another thread, may change the lists.
        predictions, references = listed("predictions", predictions), lists("references", references)
        _core.check(predictions, references)

        def block(start: int, stop: int) -> Rows:
            return self._block(predictions[start:stop], references[start:stop], num_threads)

        return in_blocks(block, len(predictions), progress)

    def _block(self, predictions: list[str], references: list[Any], num_threads: int) -> Rows:
        import numpy as np

        offsets = _core.check(predictions, references)
        parts = []
        for places, metric, by_line in self._kinds:
            coded, coded_references = [], []
            for prediction, own in zip(predictions, references, strict=True):
                encode = Encoder(self._tokenizer, by_line)
                coded.append(encode(prediction))
                coded_references.append(encode(own) if isinstance(own, str) else [encode(text) for text in own])
            rows, values, _, _ = metric.batch(coded, coded_references, num_threads, True)
            shape = (-1, len(places), 3)
            parts.append((places, np.frombuffer(rows, np.int32).reshape(shape), np.frombuffer(values).reshape(shape)))
        all_rows = np.empty((len(parts[0][1]), self._types, 3), np.int32)
        all_values = np.empty((len(parts[0][2]), self._types, 3))
        for places, part_rows, part_values in parts:
            all_rows[:, places] = part_rows
            all_values[:, places] = part_values
        # Only the default tokenizer is warned of.
        return all_rows.tobytes(), all_values.tobytes(), offsets, (0, 0)

    def prepare(self, references: Any) -> None:
        """Only checks them: tokens are made when they are scored."""
        references = lists("references", references)
        _core.check([""] * len(references), references)

    def pairs(self, predictions: Any, references: Any) -> CallablePairs:
        sides = listed("predictions", predictions), listed("references", references)
        for name, texts in zip(("predictions", "references"), sides, strict=True):
            for place, text in enumerate(texts):
                if not isinstance(text, str):
                    raise TypeError(f"{name}[{place}] is not a str but of type {type(text).__name__}")
        kinds = []
        for places, metric, by_line in self._kinds:
            encode = Encoder(self._tokenizer, by_line)
            coded = [[encode(text) for text in texts] for texts in sides]
            kinds.append((places, metric.pairs(*coded)))
        return CallablePairs(kinds, self._types)

    def scores(self, rows: Any, offsets: Any) -> bytes:
        return self._all.scores(rows, offsets)

    def tokenize(self, text: str) -> list[str]:
        return tokens_of(self._tokenizer, text)


class CallablePairs:
    """What `_core.Pairs` is, of the types that see whole texts and of those that see lines."""

    def __init__(self, kinds: list[tuple[list[int], _core.Pairs]], types: int) -> None:
        self._kinds = kinds
        self._types = types

    def block(self, start: int, stop: int, others: bool, num_threads: int) -> list[bytes]:
        made = [b""] * self._types
        for places, pairs in self._kinds:
            for place, figures in zip(places, pairs.block(start, stop, others, num_threads), strict=True):
                made[place] = figures
        return made


class Encoder:
    """The texts of a segment to numbers with spaces between, equal numbers for equal tokens."""

    def __init__(self, tokenizer: Callable[[str], list[str]], by_line: bool) -> None:
        self._tokenizer = tokenizer
        self._by_line = by_line
        self._numbers: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        if self._by_line:
            return "\n".join(self._encode(line) for line in text.split("\n") if line)
        return self._encode(text)

    def _encode(self, text: str) -> str:
        numbers = self._numbers
        return " ".join([numbers.setdefault(t, str(len(numbers))) for t in tokens_of(self._tokenizer, text)])


def tokens_of(tokenizer: Callable[[str], list[str]], text: str) -> list[str]:
    """What the callable makes of a text, checked."""
    tokens = tokenizer(text)
    if not isinstance(tokens, (list, tuple)):
        raise TypeError(f"the tokenizer gave a {type(tokens).__name__} for {text!r:.60}: it must give a list of str")
    for token in tokens:
        if not isinstance(token, str):
            raise TypeError(f"the tokenizer gave {token!r} as a token of {text!r:.60}: tokens must be str")
    return list(tokens)
