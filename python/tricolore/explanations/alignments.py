"""Alignments of two texts by their edits, for explanations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from .. import _core
from .ngram_matches import numbered, rows_of

__all__ = ["AlignmentChunk", "aligned", "chunks_of", "common_chunks", "errors_of"]

KINDS = {" ": "equal", "s": "substitute", "d": "delete", "i": "insert"}


class AlignmentChunk(NamedTuple):
    """A run of steps of one kind. Positions are those of tokens, as in jiwer's `AlignmentChunk`."""

    kind: str
    """`"equal"`, `"substitute"`, `"delete"` (tokens that the prediction lacks) or `"insert"` (tokens that it adds)."""
    reference_start: int
    reference_end: int
    prediction_start: int
    prediction_end: int


def aligned(prediction: Sequence[str], reference: Sequence[str]) -> str:
    """The result of `tricolore.reference.edit_distance.alignment`, computed by the compiled module."""
    return _core.alignment(*numbered(prediction, reference))


def chunks_of(steps: str) -> tuple[AlignmentChunk, ...]:
    """The chunks of an alignment, given a letter for each of its steps."""
    return tuple(chunks(steps))


def chunks(steps: str) -> Iterator[AlignmentChunk]:
    """Yields each run of equal steps."""
    left = right = 0
    for step, run in groupby(steps):
        count = sum(1 for _ in run)
        reference_end = left + (count if step != "i" else 0)
        prediction_end = right + (count if step != "d" else 0)
        yield AlignmentChunk(KINDS[step], left, reference_end, right, prediction_end)
        left, right = reference_end, prediction_end


def errors_of(
    chunks: Iterable[AlignmentChunk], reference: Callable[[slice], str], prediction: Callable[[slice], str]
) -> Iterator[tuple[str, str]]:
    """Yields each error as a name and a remark. The functions show a part of the reference and of the prediction."""
    for kind, start, end, ours, until in chunks:
        theirs, own = reference(slice(start, end)), prediction(slice(ours, until))
        if kind == "substitute":
            yield "substituted", f"{theirs} by {own}"
        elif kind == "delete":
            yield "deleted", theirs
        elif kind == "insert":
            yield "inserted", own


def common_chunks(prediction: Sequence[str], reference: Sequence[str]) -> tuple[AlignmentChunk, ...]:
    """The chunks of an alignment without substitutions: a longest common subsequence, deletions and insertions."""
    ours, theirs = numbered(prediction, reference)
    steps, left, right = "", 0, 0
    places = [*rows_of(_core.lcs_union(ours, [len(ours)], theirs, [len(theirs)]), 2), (len(ours), len(theirs))]
    for place, other in places:
        steps += "d" * (other - left) + "i" * (place - right) + " "
        left, right = other + 1, place + 1
    return chunks_of(steps[:-1])
