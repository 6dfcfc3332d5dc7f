"""Why a segment has the TER that it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import _core
from ..reference.ter import TERMove, TERSearch
from .ngram_matches import as_html, as_text, numbered, rows_of

if TYPE_CHECKING:
    from ..metrics.ter import TER, TERScore

__all__ = ["TEREdit", "TERExplanation", "explain_ter"]

KINDS = {" ": "kept", "s": "substituted", "d": "deleted", "i": "inserted"}


class TEREdit(NamedTuple):
    """One token on both sides, after the moves."""

    kind: str
    """`"kept"`, `"substituted"`, `"deleted"` or `"inserted"`."""
    prediction: str | None
    """None where one is inserted."""
    reference: str | None
    """None where one is deleted."""


class TERExplanation(NamedTuple):
    """What `TER.explain` gives: the moves, the alignment behind them, and the `score`."""

    score: TERScore
    reference: int
    """Which reference, from 0: the one that takes the fewest edits, the first of equals."""
    references: int
    """Of how many; their mean length is the score's."""
    prediction_tokens: tuple[str, ...]
    reference_tokens: tuple[str, ...]
    moves: tuple[TERMove, ...]
    """In order, each by its places among the tokens as they stand then."""
    moved_tokens: tuple[str, ...]
    """Those of the prediction after the moves."""
    edits: tuple[TEREdit, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers."""
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
        """What the score is made of, as a name and a remark each."""
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


def explain_ter(metric: TER, prediction: str, references: Sequence[str], score: TERScore) -> TERExplanation:
    """Explains a score that `metric` gave."""
    tokens = metric.tokens(prediction)
    others = [metric.reference_tokens(text) for text in references]
    searches = (search(tokens, other) for other in others)
    best, (moves, moved, trace) = min(enumerate(searches), key=lambda found: found[1].edits)
    other = others[best]
    left, right = iter(moved), iter(other)
    aligned = tuple(
        TEREdit(KINDS[edit], next(left) if edit != "i" else None, next(right) if edit != "d" else None)
        for edit in trace
    )
    return TERExplanation(
        score, best, len(references), tuple(tokens), tuple(other), tuple(moves), tuple(moved), aligned
    )


def search(prediction: list[str], reference: list[str]) -> TERSearch:
    """The same as `tricolore.reference.ter.ter_search`, by the compiled module."""
    steps = _core.ter_search(*numbered(prediction, reference))
    moved = [prediction[place] for (place,) in rows_of(steps.places, 1)]
    return TERSearch([TERMove(*row) for row in rows_of(steps.moves, 4)], moved, steps.trace)
