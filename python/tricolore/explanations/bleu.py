"""Why a segment has the BLEU that it has."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from .ngram_matches import NgramMatch, as_html, as_text, ngram_matches

if TYPE_CHECKING:
    from ..metrics.bleu import BLEU, BLEUScore

__all__ = ["BLEUExplanation", "explain_bleu"]


class BLEUExplanation(NamedTuple):
    """What `BLEU.explain` gives: the tokens, what matched, and the `score` that it makes."""

    score: BLEUScore
    prediction_tokens: tuple[str, ...]
    reference_tokens: tuple[tuple[str, ...], ...]
    """Of each reference."""
    ngrams: tuple[NgramMatch, ...]
    """What matched, by order and then as in the prediction; `reference_count` is the most that any
    reference has."""

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers."""
        score = self.score
        return {
            "score": {**score._asdict(), "ratio": score.ratio},
            "prediction_tokens": list(self.prediction_tokens),
            "reference_tokens": [list(tokens) for tokens in self.reference_tokens],
            "ngrams": [match.to_dict() for match in self.ngrams],
        }

    def facts(self) -> list[tuple[str, str]]:
        """What the score is made of, as a name and a remark each."""
        score = self.score
        facts = [("prediction", " ".join(self.prediction_tokens))]
        facts += [("reference", " ".join(tokens)) for tokens in self.reference_tokens]
        penalty = f"{score.sys_len} tokens for {score.ref_len}: {score.bp:.4f}"
        facts += [("brevity penalty", penalty)]
        matched = {n: list(ngrams) for n, ngrams in groupby(self.ngrams, lambda match: len(match.ngram))}
        for n, (count, total, precision) in enumerate(
            zip(score.counts, score.totals, score.precisions, strict=True), start=1
        ):
            smoothed = ", smoothed" if total and precision != 100 * count / total else ""
            facts.append((f"{n}-grams", f"{count:g} of {total:g}: {precision:.4f}{smoothed}"))
            facts += [("  " + " ".join(match.ngram), str(match)) for match in matched.get(n, ())]
        return facts

    def __str__(self) -> str:
        return as_text(self.score, self.facts())

    def _repr_html_(self) -> str:
        return as_html(self.score, self.facts())


def explain_bleu(metric: BLEU, prediction: str, references: Sequence[str], score: BLEUScore) -> BLEUExplanation:
    """Explains a score that `metric` gave."""
    tokens = metric.tokens(prediction)
    others = [metric.tokens(text) for text in references]
    matched = ngram_matches(tokens, others, range(1, len(score.counts) + 1))
    return BLEUExplanation(score, tuple(tokens), tuple(map(tuple, others)), tuple(chain.from_iterable(matched)))
