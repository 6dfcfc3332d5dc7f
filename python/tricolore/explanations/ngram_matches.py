"""What explanations are made of, whatever the metric."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any, NamedTuple

from .. import _core

__all__ = ["NgramMatch", "as_html", "as_text", "html_table", "ngram_matches", "numbered", "rows_of", "text_table"]

# A longer name does not widen the column of names: each line would be as long as that name.
WIDEST = 60


class NgramMatch(NamedTuple):
    """An n-gram that both texts have."""

    ngram: tuple[str, ...]
    prediction_count: int
    reference_count: int
    matches: int
    """What counts: the smaller of the two."""

    @property
    def clipped(self) -> bool:
        """Whether the prediction has it more often than counts."""
        return self.prediction_count > self.matches

    def to_dict(self) -> dict[str, Any]:
        """Plain lists and numbers."""
        return {**self._asdict(), "ngram": list(self.ngram), "clipped": self.clipped}

    def __str__(self) -> str:
        return (
            f"{self.prediction_count} in prediction, {self.reference_count} in reference: "
            f"{self.matches} counts{', clipped' if self.clipped else ''}"
        )


def numbered(*texts: Iterable[str]) -> list[list[int]]:
    """The tokens of texts as numbers from 0 on, equal for equal tokens."""
    numbers: dict[str, int] = {}
    return [[numbers.setdefault(token, len(numbers)) for token in text] for text in texts]


def rows_of(numbers: bytes, width: int) -> Iterator[tuple[int, ...]]:
    """The rows of a matrix of int32."""
    each = iter(memoryview(numbers).cast("i").tolist())
    return zip(*[each] * width, strict=True)


def ngram_matches(
    prediction: Sequence[str], references: Sequence[Sequence[str]], orders: Sequence[int]
) -> list[tuple[NgramMatch, ...]]:
    """For each order the n-grams that the prediction and a reference have, in order of the prediction.

    The count of several references is the largest of theirs.
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


def as_text(score: object, facts: Sequence[tuple[str, str]]) -> str:
    """A score and what it is made of, a line each."""
    return "\n".join([str(score), *in_line(facts)])


def in_line(facts: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Facts, a line each, with the remarks in one column."""
    width = min(max(len(name) for name, _ in facts), WIDEST)
    return (f"  {name:{width}}  {what}".rstrip() for name, what in facts)


def as_html(score: object, facts: Sequence[tuple[str, str]]) -> str:
    """The same as a table."""
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(what)}</td></tr>" for name, what in facts)
    return f"<p>{escape(str(score))}</p><table>{rows}</table>"


def text_table(rows: Sequence[Sequence[str]]) -> str:
    """Rows with their columns in line, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    is_number = [
        any(cell[:1].isdigit() or cell[:1] == "-" for cell in column) for column in zip(*rows[1:], strict=True)
    ]
    lines = (
        "  ".join(
            f"{cell:>{width}}" if right else f"{cell:{width}}"
            for cell, width, right in zip(row, widths, is_number, strict=True)
        ).rstrip()
        for row in rows
    )
    return "\n".join(lines)


def html_table(rows: Sequence[Sequence[str]]) -> str:
    """The same for a notebook; the first row is the head."""
    head, *body = ("".join(f"<{{0}}>{escape(cell)}</{{0}}>" for cell in row) for row in rows)
    lines = [head.replace("{0}", "th"), *(row.replace("{0}", "td") for row in body)]
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
