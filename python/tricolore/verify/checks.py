"""The metrics that are verified, each with the definition and the original that compute the same figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from ..metrics.bleu import BLEU
from ..metrics.chrf import CHRF
from ..metrics.edit_similarity import ANLS, EditSimilarity
from ..metrics.error_rates import CER, WER
from ..metrics.exact_match import ExactMatch
from ..metrics.gleu import GLEU
from ..metrics.registry import AnyMetric
from ..metrics.rouge import ROUGE
from ..metrics.rouge155 import ROUGE155
from ..metrics.ter import TER
from ..metrics.token_f1 import TokenF1
from ..reference import anls, bleu, cer, chrf, edit_similarity, exact_match, gleu, rouge, rouge155, ter, token_f1, wer
from . import originals
from .originals import Figures, Original

__all__ = ["Check", "checks"]

TYPES = ("rouge1", "rouge2", "rouge3", "rougeL", "rougeLsum")


class Check(NamedTuple):
    """A metric with options, and two other ways to its figures."""

    name: str
    """The metric's name in the registry."""
    options: str
    """The options that differ from the defaults, as Python writes them."""
    metric: AnyMetric
    figures: Callable[[Any], Figures]
    """The figures of one of the metric's scores."""
    definition: Callable[[str, Sequence[str]], Figures]
    """The figures of a segment by `tricolore.reference`."""
    original: Original | None
    """The original, or None if it is no Python package."""


def checks() -> Iterator[Check]:
    """Yields each metric with each group of options that changes what is counted."""
    more: dict[str, Any]
    for more in ({}, {"use_stemmer": True}, {"multi_reference": "average"}):
        yield of_rouge(**more)
    for tokenize in ("13a", "intl", "zh", "char", "none"):
        yield of_bleu(tokenize=tokenize)
    yield of_bleu(lowercase=True, smooth_method="add-k")
    yield of_bleu(max_ngram_order=2, smooth_method="floor")
    for more in ({}, {"word_order": 2}, {"lowercase": True, "whitespace": True}, {"eps_smoothing": True}):
        yield of_one("chrf", CHRF, chrf, originals.sacrebleu("CHRF", its_score, **more), **more)
    for more in ({}, {"normalized": True, "asian_support": True}, {"no_punct": True, "case_sensitive": True}):
        yield of_one("ter", TER, ter, originals.sacrebleu("TER", its_score, **more), **more)
    yield of_one("wer", WER, wer, originals.jiwer("wer"))
    yield of_one("cer", CER, cer, originals.jiwer("cer"))
    yield of_one("edit_similarity", EditSimilarity, edit_similarity, originals.rapidfuzz())
    yield of_one("anls", ANLS, anls, originals.anls_star())
    yield of_one("gleu", GLEU, gleu, originals.nltk_gleu(GLEU()))
    yield of_one("exact_match", ExactMatch, exact_match, originals.squad("exact"), normalization="squad")
    yield of_one("token_f1", TokenF1, token_f1, originals.squad("f1"))
    yield of_rouge155()


def shown(**options: Any) -> str:
    """The options as Python writes them."""
    return ", ".join(f"{name}={value!r}" for name, value in options.items())


def its_score(score: Any) -> Figures:
    """The score alone."""
    return (score.score,)


def of_one(
    name: str, metric: Callable[..., AnyMetric], definition: Callable[..., float], original: Original, **options: Any
) -> Check:
    """A metric whose score is its only figure."""

    def defined(prediction: str, references: Sequence[str]) -> Figures:
        return (definition(prediction, references, **options),)

    return Check(name, shown(**options), metric(**options), its_score, defined, original)


def by_type(scores: Any, types: Sequence[str]) -> Figures:
    """Precision, recall and F-measure of each type."""
    return tuple(figure for name in types for figure in tuple(scores[name])[:3])


def of_rouge(**options: Any) -> Check:
    """ROUGE, with the figures of every type."""

    def definition(prediction: str, references: Sequence[str]) -> Figures:
        return by_type(rouge(prediction, references, TYPES, **options), TYPES)

    # rouge_score takes the best reference.
    original = None if "multi_reference" in options else originals.rouge_score(TYPES, **options)
    return Check(
        "rouge", shown(**options), ROUGE(TYPES, **options), lambda score: by_type(score, TYPES), definition, original
    )


def of_rouge155() -> Check:
    """ROUGE-1.5.5. Without ROUGE-W, which is not defined for a reference without a token."""
    types = ("rouge1", "rouge2", "rougeL", "rougeS4", "rougeSU4")

    def definition(prediction: str, references: Sequence[str]) -> Figures:
        texts = [text.encode("utf-8", "surrogatepass") for text in (prediction, *references)]
        return by_type(rouge155.item(texts[0], texts[1:], types), types)

    return Check("rouge155", shown(types=types), ROUGE155(types), lambda score: by_type(score, types), definition, None)


def of_bleu(**options: Any) -> Check:
    """BLEU, with the figures behind the score."""

    def figures(score: Any) -> Figures:
        return (score.score, score.bp, score.sys_len, score.ref_len, *score.counts, *score.totals, *score.precisions)

    def definition(prediction: str, references: Sequence[str]) -> Figures:
        return figures(bleu(prediction, references, **options))

    original = originals.sacrebleu("BLEU", figures, effective_order=True, **options)
    return Check("bleu", shown(**options), BLEU(effective_order=True, **options), figures, definition, original)
