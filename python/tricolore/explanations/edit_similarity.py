"""The explanations of edit similarity and ANLS scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..reference.edit_distance import similarity
from ..scores.edit_similarity import ANLSScore, EditSimilarityScore
from .alignments import AlignmentChunk, aligned, chunks_of, common_chunks, errors_of
from .ngram_matches import as_html, as_text

__all__ = ["EditSimilarityExplanation", "explain_edit_similarity"]


class EditSimilarityExplanation(NamedTuple):
    """The result of `EditSimilarity.explain` and `ANLS.explain`: the alignment of the characters, and the score."""

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

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain dicts, lists and numbers."""
        return {
            **self._asdict(),
            "score": self.score._asdict(),
            "chunks": [chunk._asdict() for chunk in self.chunks],
        }

    def facts(self) -> list[tuple[str, str]]:
        """The parts of the score, each as a name and a remark."""
        facts = [("prediction", self.prediction), ("reference", self.reference)]
        facts += errors_of(
            self.chunks, lambda part: repr(self.reference[part]), lambda part: repr(self.prediction[part])
        )
        found = similarity([self.distance, self.longest])
        below = "" if self.score.score == found else f"; the similarity {found:.4f} is below the threshold"
        facts.append(("edits", f"{self.distance} of at most {self.longest}{below}"))
        return facts

    def __str__(self) -> str:
        return as_text(self.score, self.facts())

    def _repr_html_(self) -> str:
        return as_html(self.score, self.facts())


def explain_edit_similarity(
    prediction: str, references: Sequence[str], substitutions: bool, score: EditSimilarityScore | ANLSScore
) -> EditSimilarityExplanation:
    """Explains the score of a prediction against its references, all given as the metric compares them."""
    best = None
    for reference in references:
        if substitutions:
            chunks = chunks_of(aligned(prediction, reference))
            longest = max(len(prediction), len(reference))
        else:
            chunks = common_chunks(prediction, reference)
            longest = len(prediction) + len(reference)
        distance = sum(
            max(chunk.reference_end - chunk.reference_start, chunk.prediction_end - chunk.prediction_start)
            for chunk in chunks
            if chunk.kind != "equal"
        )
        found = EditSimilarityExplanation(score, prediction, reference, distance, longest, chunks)
        if best is None or similarity([distance, longest]) > similarity([best.distance, best.longest]):
            best = found
    assert best is not None
    return best
