"""The explanations of WER and CER scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..reference.edit_distance import error_rates
from ..scores.error_rates import CERScore, WERScore
from .alignments import AlignmentChunk, aligned, chunks_of, errors_of
from .ngram_matches import as_html, as_text

__all__ = ["ErrorRateExplanation", "explain_error_rate"]


class ErrorRateExplanation(NamedTuple):
    """The result of `WER.explain` and `CER.explain`: the alignment of the tokens, and the score."""

    score: WERScore | CERScore
    reference: int
    """The number of the chosen reference, from 0: the first one with the lowest rate."""
    references: int
    """The number of references."""
    prediction_tokens: tuple[str, ...]
    reference_tokens: tuple[str, ...]
    chunks: tuple[AlignmentChunk, ...]
    """The alignment as runs of hits, substitutions, deletions and insertions, in order."""

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain dicts, lists and numbers."""
        return {
            **self._asdict(),
            "score": self.score._asdict(),
            "prediction_tokens": list(self.prediction_tokens),
            "reference_tokens": list(self.reference_tokens),
            "chunks": [chunk._asdict() for chunk in self.chunks],
        }

    def facts(self) -> list[tuple[str, str]]:
        """The parts of the score, each as a name and a remark."""
        # CER's tokens are characters, among them the spaces.
        between = "" if isinstance(self.score, CERScore) else " "
        prediction, reference = self.prediction_tokens, self.reference_tokens
        facts = [("prediction", between.join(prediction)), ("reference", between.join(reference))]
        facts += errors_of(
            self.chunks, lambda part: between.join(reference[part]), lambda part: between.join(prediction[part])
        )
        errors = self.score.substitutions + self.score.deletions + self.score.insertions
        facts.append(("errors", f"{errors} for {self.score.hits + errors - self.score.insertions} of the reference"))
        return facts

    def __str__(self) -> str:
        return as_text(self.score, self.facts())

    def _repr_html_(self) -> str:
        return as_html(self.score, self.facts())


def explain_error_rate(
    prediction: list[str], references: Sequence[list[str]], score: WERScore | CERScore
) -> ErrorRateExplanation:
    """Explains the score of a prediction against its references, all given as tokens."""
    every = [aligned(prediction, reference) for reference in references]
    rates = [error_rates([steps.count(step) for step in " sdi"]).wer for steps in every]
    best = rates.index(min(rates))
    return ErrorRateExplanation(
        score, best, len(references), tuple(prediction), tuple(references[best]), chunks_of(every[best])
    )
