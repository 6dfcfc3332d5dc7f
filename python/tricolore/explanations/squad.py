"""The explanations of exact match and token F1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..reference.squad import token_f1_row, token_f1_score
from ..scores.squad import ExactMatchScore, TokenF1Score
from .located import located, written
from .marks import Mark, MarkedText, marked, ngram_kinds
from .ngram_matches import NgramMatch, ngram_matches
from .shown import Fact, Shown, f_measure

__all__ = ["ExactMatchExplanation", "TokenF1Explanation", "explain_exact_match", "explain_token_f1"]


class ExactMatchFields(NamedTuple):
    """The fields of `ExactMatchExplanation`."""

    score: ExactMatchScore
    prediction: str
    """The prediction, normalized if the metric normalizes."""
    references: tuple[str, ...]
    """The references, normalized if the metric normalizes. Normalization drops references that become empty, unless
    all do."""
    marked: tuple[MarkedText, ...]
    """The prediction and the references as they were written. Texts that are equal to the other side are marked."""


class ExactMatchExplanation(Shown, ExactMatchFields):
    """The result of `ExactMatch.explain`: the compared texts and the score."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain dicts, lists and numbers."""
        return {
            "score": self.score._asdict(),
            "prediction": self.prediction,
            "references": list(self.references),
            "marked": [text.to_dict() for text in self.marked],
        }

    def facts(self) -> list[Fact]:
        return [
            *((text.name, text) for text in self.marked),
            ("compared", repr(self.prediction)),
            *(("the same" if text == self.prediction else "another", repr(text)) for text in self.references),
        ]


class TokenF1Fields(NamedTuple):
    """The fields of `TokenF1Explanation`."""

    score: TokenF1Score
    prediction_tokens: tuple[str, ...]
    reference_tokens: tuple[str, ...]
    """The tokens of the first reference with the highest score."""
    matches: tuple[NgramMatch, ...]
    """The shared tokens, in the order of the prediction."""
    marked: tuple[MarkedText, ...]
    """The prediction and the reference as they were written, with marks."""
    shown: dict[tuple[str, ...], str]
    """Each token of the prediction as the prediction writes it."""


class TokenF1Explanation(Shown, TokenF1Fields):
    """The result of `TokenF1.explain`: the tokens, the shared tokens, and the score."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain dicts, lists and numbers."""
        return {
            "score": self.score._asdict(),
            "prediction_tokens": list(self.prediction_tokens),
            "reference_tokens": list(self.reference_tokens),
            "matches": [match.to_dict() for match in self.matches],
            "marked": [text.to_dict() for text in self.marked],
        }

    def facts(self) -> list[Fact]:
        counts = sum(match.matches for match in self.matches), len(self.prediction_tokens), len(self.reference_tokens)
        facts: list[Fact] = [(text.name, text) for text in self.marked]
        facts += [(self.shown[match.ngram], str(match)) for match in self.matches]
        return [*facts, ("F1", f_measure(*counts, self.score.score))] if counts[0] else facts


def answers(tokenize: Callable[[str], list[str]], references: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Each reference that has tokens, with its tokens; the first one without if no reference has any."""
    each = [(text, tokenize(text)) for text in references]
    return [(text, tokens) for text, tokens in each if tokens] or each[:1]


def explain_exact_match(
    tokenize: Callable[[str], list[str]] | None, prediction: str, references: Sequence[str], score: ExactMatchScore
) -> ExactMatchExplanation:
    """Explains a score. `tokenize` normalizes as the metric does; None if the metric compares texts as they stand."""
    compared, others = prediction, [(text, text) for text in references]
    if tokenize is not None:
        compared = " ".join(tokenize(prediction))
        others = [(text, " ".join(tokens)) for text, tokens in answers(tokenize, references)]
    pairs = [("prediction", prediction, any(own == compared for _, own in others))]
    pairs += [("reference", text, own == compared) for text, own in others]
    marks = (
        MarkedText(name, text, (Mark("match", 0, len(text)),) if same and text.strip() else ())
        for name, text, same in pairs
    )
    return ExactMatchExplanation(score, compared, tuple(own for _, own in others), tuple(marks))


def explain_token_f1(
    tokenize: Callable[[str], list[str]], prediction: str, references: Sequence[str], score: TokenF1Score
) -> TokenF1Explanation:
    """Explains the score of a prediction against its references, given the metric's tokenizer."""
    tokens = tokenize(prediction)
    rows = ((answer, token_f1_row(tokens, answer[1])) for answer in answers(tokenize, references))
    (text, best), _ = max(rows, key=lambda row: token_f1_score(row[1])[2])
    (matches,) = ngram_matches(tokens, [best], [1])
    spans = located(prediction, tokens, tokenize)
    marks = (
        marked("prediction", prediction, spans, ngram_kinds(tokens, matches, True)),
        marked("reference", text, located(text, best, tokenize), ngram_kinds(best, matches, False)),
    )
    shown = written(prediction, spans, tokens, 1)
    return TokenF1Explanation(score, tuple(tokens), tuple(best), matches, marks, shown)
