"""The explanation of a BLEU score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, groupby
from typing import Any, NamedTuple

from ..scores.bleu import BLEUScore
from .ngram_matches import NgramMatch, as_html, as_text, ngram_matches

__all__ = ["BLEUExplanation", "explain_bleu"]


class BLEUExplanation(NamedTuple):
    """The result of `BLEU.explain`: the tokens, the matched n-grams, and the score."""

    score: BLEUScore
    prediction_tokens: tuple[str, ...]
    reference_tokens: tuple[tuple[str, ...], ...]
    """The tokens of each reference."""
    ngrams: tuple[NgramMatch, ...]
    """The matched n-grams by order, in the order of the prediction. `reference_count` is the largest count in any
    reference."""

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain dicts, lists and numbers."""
        score = self.score
        return {
            "score": {**score._asdict(), "ratio": score.ratio},
            "prediction_tokens": list(self.prediction_tokens),
            "reference_tokens": [list(tokens) for tokens in self.reference_tokens],
            "ngrams": [match.to_dict() for match in self.ngrams],
        }

    def facts(self) -> list[tuple[str, str]]:
        """The parts of the score, each as a name and a remark."""
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


def explain_bleu(
    tokenize: Callable[[str], list[str]], prediction: str, references: Sequence[str], score: BLEUScore
) -> BLEUExplanation:
    """Explains the score of a prediction against its references, given the metric's tokenizer."""
    tokens = tokenize(prediction)
    others = [tokenize(text) for text in references]
    matched = ngram_matches(tokens, others, range(1, len(score.counts) + 1))
    return BLEUExplanation(score, tuple(tokens), tuple(map(tuple, others)), tuple(chain.from_iterable(matched)))
