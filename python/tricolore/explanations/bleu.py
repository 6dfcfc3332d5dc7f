"""The explanation of a BLEU score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, groupby
from typing import Any, NamedTuple

from ..scores.bleu import BLEUScore
from .located import located, written
from .marks import MarkedText, marked, ngram_kinds
from .ngram_matches import NgramMatch, ngram_matches
from .shown import Fact, Shown

__all__ = ["BLEUExplanation", "explain_bleu"]


class BLEUFields(NamedTuple):
    """The fields of `BLEUExplanation`."""

    score: BLEUScore
    prediction_tokens: tuple[str, ...]
    reference_tokens: tuple[tuple[str, ...], ...]
    """The tokens of each reference."""
    ngrams: tuple[NgramMatch, ...]
    """The matched n-grams by order, in the order of the prediction. `reference_count` is the largest count in any
    reference."""
    marked: tuple[MarkedText, ...]
    """The prediction and the references as they were written, with marks."""
    shown: dict[tuple[str, ...], str]
    """Each n-gram of the prediction as the prediction writes it."""
    effective_order: bool
    """True if orders without an n-gram in the prediction do not count."""


class BLEUExplanation(Shown, BLEUFields):
    """The result of `BLEU.explain`: the tokens, the matched n-grams, and the score."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain dicts, lists and numbers."""
        score = self.score
        return {
            "score": {**score._asdict(), "ratio": score.ratio},
            "prediction_tokens": list(self.prediction_tokens),
            "reference_tokens": [list(tokens) for tokens in self.reference_tokens],
            "ngrams": [match.to_dict() for match in self.ngrams],
            "marked": [text.to_dict() for text in self.marked],
        }

    def facts(self) -> list[Fact]:
        score = self.score
        facts: list[Fact] = [(text.name, text) for text in self.marked]
        penalty = f"{score.sys_len} tokens for {score.ref_len}: {score.bp:.4f}"
        facts.append(("brevity penalty", penalty))
        matched = {n: list(ngrams) for n, ngrams in groupby(self.ngrams, lambda match: len(match.ngram))}
        for n, (count, total, precision) in enumerate(
            zip(score.counts, score.totals, score.precisions, strict=True), start=1
        ):
            smoothed = ", smoothed" if total and precision != 100 * count / total else ""
            facts.append((f"{n}-grams", f"{count:g} of {total:g}: {precision:.4f}{smoothed}"))
            facts += [("  " + self.shown[match.ngram], str(match)) for match in matched.get(n, ())]
        return [*facts, ("BLEU", f"{self.formula()} = {score.score:.4f}")]

    def formula(self) -> str:
        """The formula with the numbers of the score (Papineni et al., 2002, section 2.3)."""
        score = self.score
        counted = [not self.effective_order or total > 0 for total in score.totals]
        used = [p for p, counts in zip(score.precisions, counted, strict=True) if counts]
        product = " x ".join(f"{p:.4f}" for p in used) or "0"
        return f"{score.bp:.4f} x ({product})^(1/{max(1, len(used))})"


def explain_bleu(
    tokenize: Callable[[str], list[str]],
    by_word: Callable[[str], list[str]] | None,
    prediction: str,
    references: Sequence[str],
    score: BLEUScore,
    effective_order: bool,
) -> BLEUExplanation:
    """Explains the score of a prediction against its references.

    `tokenize` is the metric's tokenizer. `by_word` is the same tokenizer if it may be called on single words, otherwise
    None.
    """
    tokens = tokenize(prediction)
    others = [tokenize(text) for text in references]
    orders = range(1, len(score.counts) + 1)
    matched = [*chain.from_iterable(ngram_matches(tokens, others, orders))]
    spans = located(prediction, tokens, by_word)
    marks = [marked("prediction", prediction, spans, ngram_kinds(tokens, matched, True))]
    for text, other in zip(references, others, strict=True):
        marks.append(marked("reference", text, located(text, other, by_word), ngram_kinds(other, matched, False)))
    shown = {ngram: text for n in orders for ngram, text in written(prediction, spans, tokens, n).items()}
    return BLEUExplanation(
        score, tuple(tokens), tuple(map(tuple, others)), tuple(matched), tuple(marks), shown, effective_order
    )
