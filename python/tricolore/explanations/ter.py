"""The explanation of a TER score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .. import _core
from ..reference.ter import MOST_MOVED, TERMove, TERSearch
from ..scores.ter import TERScore
from .ngram_matches import as_html, as_text, numbered, rows_of

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


class TERExplanation(NamedTuple):
    """The result of `TER.explain`: the moves, the alignment after them, and the score."""

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
        }

    def facts(self) -> list[tuple[str, str]]:
        """The parts of the score, each as a name and a remark."""
        facts = [("prediction", " ".join(self.prediction_tokens)), ("reference", " ".join(self.reference_tokens))]
        tokens = list(self.prediction_tokens)
        for start, length, target, saved in self.moves:
            where = f"in front of {tokens[target]}" if target < len(tokens) else "to the end"
            facts.append(("moved", f"{' '.join(tokens[start : start + length])}: {where}, 1 edit for {saved}"))
            end = start + length
            if target < start:
                tokens[target:end] = tokens[start:end] + tokens[target:start]
            else:
                tokens[start:target] = tokens[end:target] + tokens[start:end]
        for kind, ours, theirs in self.edits:
            if kind != "kept":
                facts.append((kind, f"{ours} by {theirs}" if ours and theirs else ours or theirs or ""))
        mean = f", the mean of {self.references} references" if self.references > 1 else ""
        facts.append(("edits", f"{self.score.num_edits} for {self.score.ref_length:g} tokens{mean}"))
        return facts

    def __str__(self) -> str:
        return as_text(self.score, self.facts())

    def _repr_html_(self) -> str:
        return as_html(self.score, self.facts())


def explain_ter(prediction: list[str], references: Sequence[list[str]], score: TERScore) -> TERExplanation:
    """Explains the score of a prediction against its references, all given as tokens."""
    searches = (search(prediction, reference) for reference in references)
    best, (moves, moved, trace) = min(enumerate(searches), key=lambda found: found[1].edits)
    reference = references[best]
    left, right = iter(moved), iter(reference)
    aligned = tuple(
        TEREdit(KINDS[edit], next(left) if edit != "i" else None, next(right) if edit != "d" else None)
        for edit in trace
    )
    return TERExplanation(
        score, best, len(references), tuple(prediction), tuple(reference), tuple(moves), tuple(moved), aligned
    )


def search(prediction: list[str], reference: list[str]) -> TERSearch:
    """The result of `tricolore.reference.ter.ter_search`, computed by the compiled module."""
    left, right = numbered(prediction, reference)
    steps = _core.ter_search(left, right, MOST_MOVED)
    moved = [prediction[place] for (place,) in rows_of(steps.places, 1)]
    return TERSearch([TERMove(*row) for row in rows_of(steps.moves, 4)], moved, steps.trace)
