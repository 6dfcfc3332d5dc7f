"""The originals as functions from texts to figures. An original is imported when it is first needed."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import zip_longest
from typing import Any, NamedTuple

from ..metrics.gleu import GLEU

__all__ = ["Figures", "Original", "anls_star", "jiwer", "nltk_gleu", "rapidfuzz", "rouge_score", "sacrebleu", "squad"]

Figures = tuple[float, ...]
OfSegment = Callable[[str, Sequence[str]], Figures]
OfCorpus = Callable[[Sequence[str], Sequence[Sequence[str]]], Figures]


class Original(NamedTuple):
    """An original."""

    package: str
    """The name of its distribution."""
    load: Callable[[], tuple[OfSegment, OfCorpus | None]]
    """Imports it. Returns what scores a segment and what scores a corpus, or None if it scores no corpora."""


def rouge_score(types: Sequence[str], **options: Any) -> Original:
    """`RougeScorer.score_multi`, and the means of its scores."""

    def load() -> tuple[OfSegment, OfCorpus | None]:
        scorer = import_module("rouge_score.rouge_scorer").RougeScorer(list(types), **options)

        def segment(prediction: str, references: Sequence[str]) -> Figures:
            scores = scorer.score_multi(references, prediction)
            return tuple(figure for name in types for figure in scores[name])

        def corpus(predictions: Sequence[str], references: Sequence[Sequence[str]]) -> Figures:
            each = map(segment, predictions, references)
            return tuple(math.fsum(figure) / len(predictions) for figure in zip(*each, strict=True))

        return segment, corpus

    return Original("rouge-score", load)


def sacrebleu(name: str, figures: Callable[[Any], Figures], **options: Any) -> Original:
    """A metric of sacreBLEU."""

    def load() -> tuple[OfSegment, OfCorpus | None]:
        metric = getattr(import_module("sacrebleu.metrics"), name)(**options)
        return (
            lambda prediction, references: figures(metric.sentence_score(prediction, references)),
            lambda predictions, references: figures(metric.corpus_score(predictions, list(zip_longest(*references)))),
        )

    return Original("sacrebleu", load)


def jiwer(name: str) -> Original:
    """`jiwer.wer` or `jiwer.cer`. jiwer takes one reference, so the lowest rate counts."""

    def load() -> tuple[OfSegment, OfCorpus | None]:
        rate = getattr(import_module("jiwer"), name)
        return lambda prediction, references: (min(rate(text, prediction) for text in references),), None

    return Original("jiwer", load)


def rapidfuzz() -> Original:
    """rapidfuzz's normalized Levenshtein similarity: that of the most similar reference."""

    def load() -> tuple[OfSegment, OfCorpus | None]:
        similarity = import_module("rapidfuzz.distance").Levenshtein.normalized_similarity
        return lambda prediction, references: (max(similarity(prediction, text) for text in references),), None

    return Original("rapidfuzz", load)


def anls_star() -> Original:
    """`anls_star.anls_score`."""

    def load() -> tuple[OfSegment, OfCorpus | None]:
        score = import_module("anls_star").anls_score
        return lambda prediction, references: (score(tuple(references), prediction),), None

    return Original("anls-star", load)


def nltk_gleu(metric: GLEU) -> Original:
    """NLTK's GLEU of the tokens that evaluate's `google_bleu` makes, which are those of 13a."""

    def load() -> tuple[OfSegment, OfCorpus | None]:
        module = import_module("nltk.translate.gleu_score")

        def tokens(references: Sequence[str]) -> list[list[str]]:
            return [metric.tokens(text) for text in references]

        return (
            lambda prediction, references: (module.sentence_gleu(tokens(references), metric.tokens(prediction)),),
            lambda predictions, references: (
                module.corpus_gleu([tokens(texts) for texts in references], tokens(predictions)),
            ),
        )

    return Original("nltk", load)


def squad(name: str) -> Original:
    """transformers' copy of the script of SQuAD 2.0."""

    def load() -> tuple[OfSegment, OfCorpus | None]:
        # Without this, transformers says that there is no torch, which its copy does not need.
        os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
        module = import_module("transformers.data.metrics.squad_metrics")
        compute = getattr(module, f"compute_{name}")

        def segment(prediction: str, references: Sequence[str]) -> Figures:
            answers = [text for text in references if module.normalize_answer(text)] or [""]
            return (max(compute(answer, prediction) for answer in answers),)

        return segment, None

    return Original("transformers", load)
