"""The explanation of a TER score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from .. import _core
from ..reference.ter import MOST_MOVED, TERMove, TERSearch
from ..scores.ter import TERScore
from .located import located
from .marks import Kind, MarkedText, marked
from .ngram_matches import numbered, rows_of
from .shown import Fact, Shown

__all__ = ["TEREdit", "TERExplanation", "explain_ter"]

KINDS = {" ": "kept", "s": "substituted", "d": "deleted", "i": "inserted"}


class TEREdit(NamedTuple):
    """One position of the alignment after the moves: a token of either side, or of both."""

    kind: str
    """`"kept"`, `"substituted"`, `"deleted"` or `"inserted"`."""
    prediction: str | None
    """The token of the prediction; None for an insertion."""
    reference: str | None
    """The token of the reference; None for a deletion."""


class TERFields(NamedTuple):
    """The fields of `TERExplanation`."""

    score: TERScore
    reference: int
    """The number of the chosen reference, from 0: the first one with the fewest edits."""
    references: int
    """The number of references. The score uses their mean length."""
    prediction_tokens: tuple[str, ...]
    reference_tokens: tuple[str, ...]
    moves: tuple[TERMove, ...]
    """The moves in order. Each gives positions among the tokens as the previous moves left them."""
    moved_tokens: tuple[str, ...]
    """The tokens of the prediction after the moves."""
    edits: tuple[TEREdit, ...]
    marked: tuple[MarkedText, ...]
    """The prediction and the reference as they were written, with marks."""


class TERExplanation(Shown, TERFields):
    """The result of `TER.explain`: the moves, the alignment after them, and the score."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain dicts, lists and numbers."""
        return {
            "score": self.score._asdict(),
            "reference": self.reference,
            "references": self.references,
            "prediction_tokens": list(self.prediction_tokens),
            "reference_tokens": list(self.reference_tokens),
            "moves": [made._asdict() for made in self.moves],
            "moved_tokens": list(self.moved_tokens),
            "edits": [edit._asdict() for edit in self.edits],
            "marked": [text.to_dict() for text in self.marked],
        }

    def facts(self) -> list[Fact]:
        facts: list[Fact] = [(text.name, text) for text in self.marked]
        tokens = list(self.prediction_tokens)
        for start, length, target, saved in self.moves:
            where = f"in front of {tokens[target]}" if target < len(tokens) else "to the end"
            facts.append(("moved", f"{' '.join(tokens[start : start + length])}: {where}, 1 edit for {saved}"))
            move(tokens, start, length, target)
        for kind, ours, theirs in self.edits:
            if kind != "kept":
                facts.append((kind, f"{ours} by {theirs}" if ours and theirs else ours or theirs or ""))
        mean = f", the mean of {self.references} references" if self.references > 1 else ""
        number, mean_length = self.score.num_edits, self.score.ref_length
        facts.append(("edits", f"{number} for {mean_length:g} tokens{mean}"))
        return [*facts, ("TER", f"100 x {number}/{mean_length:g} = {self.score.score:.4f}")] if mean_length else facts


def explain_ter(
    tokenizers: tuple[Callable[[str], list[str]], Callable[[str], list[str]]],
    prediction: str,
    references: Sequence[str],
    score: TERScore,
) -> TERExplanation:
    """Explains the score of a prediction against its references.

    `tokenizers` are those of predictions and of references, which sacreBLEU splits differently.
    """
    split, split_reference = tokenizers
    tokens, others = split(prediction), [split_reference(text) for text in references]
    searches = (search(tokens, other) for other in others)
    best, (moves, moved, trace) = min(enumerate(searches), key=lambda found: found[1].edits)
    other = others[best]
    left, right = iter(moved), iter(other)
    aligned = tuple(
        TEREdit(KINDS[edit], next(left) if edit != "i" else None, next(right) if edit != "d" else None)
        for edit in trace
    )
    ours, theirs = kinds_of(len(tokens), moves, trace)
    marks = (
        marked("prediction", prediction, located(prediction, tokens, split), ours),
        marked("reference", references[best], located(references[best], other, split_reference), theirs),
    )
    return TERExplanation(
        score, best, len(references), tuple(tokens), tuple(other), tuple(moves), tuple(moved), aligned, marks
    )


def kinds_of(count: int, moves: Sequence[TERMove], trace: str) -> tuple[list[Kind], list[Kind]]:
    """The kinds of the tokens of the prediction, of which there are `count`, and of the reference."""
    places, moved = list(range(count)), set()
    for start, length, target, _ in moves:
        moved.update(places[start : start + length])
        move(places, start, length, target)
    ours: list[Kind] = [None] * count
    theirs: list[Kind] = []
    left = iter(places)
    for edit in trace:
        if edit != "i":
            place = next(left)
            kind = {" ": "moved" if place in moved else "match", "s": "substituted", "d": "extra"}[edit]
            ours[place] = (kind, 1)
        if edit != "d":
            theirs.append(({" ": "match", "s": "substituted", "i": "missing"}[edit], 1))
    return ours, theirs


def move(items: list[Any], start: int, length: int, target: int) -> None:
    """Moves a run of a list in front of the item at `target`, which is outside of the run."""
    end = start + length
    if target < start:
        items[target:end] = items[start:end] + items[target:start]
    else:
        items[start:target] = items[end:target] + items[start:end]


def search(prediction: list[str], reference: list[str]) -> TERSearch:
    """The result of `tricolore.reference.ter.ter_search`, computed by the compiled module."""
    left, right = numbered(prediction, reference)
    steps = _core.ter_search(left, right, MOST_MOVED)
    moved = [prediction[place] for (place,) in rows_of(steps.places, 1)]
    return TERSearch([TERMove(*row) for row in rows_of(steps.moves, 4)], moved, steps.trace)
