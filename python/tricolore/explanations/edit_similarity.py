"""The explanations of edit similarity and ANLS scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..reference.edit_distance import similarity
from ..scores.edit_similarity import ANLSScore, EditSimilarityScore
from .alignments import AlignmentChunk, aligned, chunks_of, common_chunks, errors_of
from .located import located
from .marks import MarkedText, chunk_kinds, marked
from .shown import Fact, Shown

__all__ = ["EditSimilarityExplanation", "explain_edit_similarity"]


class EditSimilarityFields(NamedTuple):
    """The fields of `EditSimilarityExplanation`."""

    score: EditSimilarityScore | ANLSScore
    prediction: str
    """The prediction as the metric compares it."""
    reference: str
    """The most similar reference as the metric compares it, the first of equals."""
    distance: int
    """The number of edits."""
    longest: int
    """The highest number of edits that texts of these lengths can need."""
    chunks: tuple[AlignmentChunk, ...]
    """The alignment as runs of equal and of edited characters, in order."""
    marked: tuple[MarkedText, ...]
    """The prediction and the reference as they were written, with marks."""


class EditSimilarityExplanation(Shown, EditSimilarityFields):
    """The result of `EditSimilarity.explain` and `ANLS.explain`: the alignment of the characters, and the score."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain dicts, lists and numbers."""
        return {
            **self._asdict(),
            "score": self.score._asdict(),
            "chunks": [chunk._asdict() for chunk in self.chunks],
            "marked": [text.to_dict() for text in self.marked],
        }

    def facts(self) -> list[Fact]:
        facts: list[Fact] = [(text.name, text) for text in self.marked]
        facts += errors_of(
            self.chunks, lambda part: repr(self.reference[part]), lambda part: repr(self.prediction[part])
        )
        found = similarity([self.distance, self.longest])
        below = "" if self.score.score == found else f"; the similarity {found:.4f} is below the threshold"
        facts.append(("edits", f"{self.distance} of at most {self.longest}{below}"))
        return [*facts, ("similarity", f"1 - {self.distance}/{self.longest} = {found:.4f}")] if self.longest else facts


def explain_edit_similarity(
    compared: Callable[[str], str],
    prediction: str,
    references: Sequence[str],
    substitutions: bool,
    score: EditSimilarityScore | ANLSScore,
) -> EditSimilarityExplanation:
    """Explains the score of a prediction against its references. `compared` is a text as the metric compares it."""
    best = None
    ours = compared(prediction)
    for text in references:
        theirs = compared(text)
        if substitutions:
            chunks = chunks_of(aligned(ours, theirs))
            longest = max(len(ours), len(theirs))
        else:
            chunks = common_chunks(ours, theirs)
            longest = len(ours) + len(theirs)
        distance = sum(
            max(chunk.reference_end - chunk.reference_start, chunk.prediction_end - chunk.prediction_start)
            for chunk in chunks
            if chunk.kind != "equal"
        )
        if best is None or similarity([distance, longest]) > similarity([best.distance, best.longest]):
            marks = zip(
                ("prediction", "reference"), (prediction, text), (ours, theirs), chunk_kinds(chunks), strict=True
            )
            shown = tuple(marked(name, own, located(own, as_seen, None), kinds) for name, own, as_seen, kinds in marks)
            best = EditSimilarityExplanation(score, ours, theirs, distance, longest, chunks, shown)
    assert best is not None
    return best
