"""The explanations of WER and CER scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..reference.edit_distance import error_rates
from ..scores.error_rates import CERScore, WERScore
from .alignments import AlignmentChunk, aligned, chunks_of, errors_of
from .located import located
from .marks import MarkedText, chunk_kinds, marked
from .shown import Fact, Shown

__all__ = ["ErrorRateExplanation", "explain_error_rate"]


class ErrorRateFields(NamedTuple):
    """The fields of `ErrorRateExplanation`."""

    score: WERScore | CERScore
    reference: int
    """The number of the chosen reference, from 0: the first one with the lowest rate."""
    references: int
    """The number of references."""
    prediction_tokens: tuple[str, ...]
    reference_tokens: tuple[str, ...]
    chunks: tuple[AlignmentChunk, ...]
    """The alignment as runs of hits, substitutions, deletions and insertions, in order."""
    marked: tuple[MarkedText, ...]
    """The prediction and the reference as they were written, with marks."""


class ErrorRateExplanation(Shown, ErrorRateFields):
    """The result of `WER.explain` and `CER.explain`: the alignment of the tokens, and the score."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain dicts, lists and numbers."""
        return {
            **self._asdict(),
            "score": self.score._asdict(),
            "prediction_tokens": list(self.prediction_tokens),
            "reference_tokens": list(self.reference_tokens),
            "chunks": [chunk._asdict() for chunk in self.chunks],
            "marked": [text.to_dict() for text in self.marked],
        }

    def facts(self) -> list[Fact]:
        # CER's tokens are characters, among them the spaces.
        between = "" if isinstance(self.score, CERScore) else " "
        prediction, reference = self.prediction_tokens, self.reference_tokens
        facts: list[Fact] = [(text.name, text) for text in self.marked]
        facts += errors_of(
            self.chunks, lambda part: between.join(reference[part]), lambda part: between.join(prediction[part])
        )
        score = self.score
        errors = score.substitutions + score.deletions + score.insertions
        total = score.hits + score.substitutions + score.deletions
        facts.append(("errors", f"{errors} for {total} of the reference"))
        name = "CER" if isinstance(score, CERScore) else "WER"
        counts = f"({score.substitutions} + {score.deletions} + {score.insertions})/{total}"
        return [*facts, (name, f"(S + D + I)/N = {counts} = {score.score:.4f}")]


def explain_error_rate(
    tokenize: Callable[[str], list[str]],
    by_word: Callable[[str], list[str]] | None,
    prediction: str,
    references: Sequence[str],
    score: WERScore | CERScore,
) -> ErrorRateExplanation:
    """Explains the score of a prediction against its references.

    `tokenize` is the metric's tokenizer. `by_word` is the same tokenizer if it may be called on single words, otherwise
    None.
    """
    tokens, others = tokenize(prediction), [tokenize(text) for text in references]
    every = [aligned(tokens, other) for other in others]
    rates = [error_rates([steps.count(step) for step in " sdi"]).wer for steps in every]
    best = rates.index(min(rates))
    chunks = chunks_of(every[best])
    sides = ("prediction", prediction, tokens), ("reference", references[best], others[best])
    marks = tuple(
        marked(name, text, located(text, own, by_word), kinds)
        for (name, text, own), kinds in zip(sides, chunk_kinds(chunks), strict=True)
    )
    return ErrorRateExplanation(score, best, len(references), tuple(tokens), tuple(others[best]), chunks, marks)
