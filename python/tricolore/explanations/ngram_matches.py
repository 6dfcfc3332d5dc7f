"""The matched n-grams of explanations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from .. import _core

__all__ = ["NgramMatch", "ngram_matches", "numbered", "rows_of"]


class NgramMatch(NamedTuple):
    """An n-gram that occurs in the prediction and in a reference."""

    ngram: tuple[str, ...]
    prediction_count: int
    reference_count: int
    matches: int
    """The clipped count: the smaller of the two."""

    @property
    def clipped(self) -> bool:
        """True if the prediction has the n-gram more often than it counts."""
        return self.prediction_count > self.matches

    def to_dict(self) -> dict[str, Any]:
        """The match as plain lists and numbers."""
        return {**self._asdict(), "ngram": list(self.ngram), "clipped": self.clipped}

    def __str__(self) -> str:
        return (
            f"{self.prediction_count} in prediction, {self.reference_count} in reference: "
            f"{self.matches} counts{', clipped' if self.clipped else ''}"
        )


def numbered(*texts: Iterable[str]) -> list[list[int]]:
    """The tokens of each text as numbers from 0 on. Equal tokens get equal numbers."""
    numbers: dict[str, int] = {}
    return [[numbers.setdefault(token, len(numbers)) for token in text] for text in texts]


def rows_of(numbers: bytes, width: int) -> Iterator[tuple[int, ...]]:
    """The rows of an int32 matrix, given as bytes."""
    each = iter(memoryview(numbers).cast("i").tolist())
    return zip(*[each] * width, strict=True)


def ngram_matches(
    prediction: Sequence[str], references: Sequence[Sequence[str]], orders: Sequence[int]
) -> list[tuple[NgramMatch, ...]]:
    """The n-grams that the prediction shares with a reference, one tuple per order, in the order of the prediction.

    With several references, `reference_count` is the largest count in any of them.
    """
    ours, *theirs = numbered(prediction, *references)
    shared = _core.shared_ngrams(ours, theirs, [*orders])
    return [
        tuple(
            NgramMatch(tuple(prediction[place : place + n]), count, other, min(count, other))
            for place, count, other in rows_of(rows, 3)
        )
        for n, rows in zip(orders, shared, strict=True)
    ]
