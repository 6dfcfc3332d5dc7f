"""Calls every peer the same way, with pairs of texts in and figures out. Each peer is optional."""

import math
import os
from collections.abc import Callable, Sequence
from typing import Any

import tricolore as tc

# The peers read this variable when their thread pools start.
os.environ.setdefault("RAYON_NUM_THREADS", "1")

__all__ = ["CORPORA", "EDITS", "LOOPS", "PAIRS", "PEERS"]

Types = Sequence[str]
Batch = Callable[[list[str], list[str]], Any]


def rouge_score(types: Types, use_stemmer: bool) -> Batch:
    """Google's package, in Python."""
    from rouge_score import rouge_scorer

    scorer = rouge_scorer.RougeScorer(list(types), use_stemmer=use_stemmer)
    return lambda predictions, references: [scorer.score(r, p) for p, r in zip(predictions, references, strict=True)]


def rouge_score_rs(types: Types, use_stemmer: bool) -> Batch:
    """The fastest Rust package."""
    from rouge_score_rs import rouge_scorer

    scorer = rouge_scorer.RougeScorer(list(types), use_stemmer=use_stemmer)
    return lambda predictions, references: scorer.score_batch(references, predictions)


def rouge_rust(types: Types, use_stemmer: bool) -> Batch | None:
    """A Rust package with one set of types and no stemmer."""
    import fast_rouge

    if use_stemmer or set(types) != {"rouge1", "rouge2", "rougeL"}:
        return None
    return lambda predictions, references: fast_rouge.score_batch_flat(references, predictions)


def rouge_score_rs_one(types: Types) -> Callable[[str, str], Any]:
    """The fastest Rust package, with one call per pair."""
    from rouge_score_rs import rouge_scorer

    scorer = rouge_scorer.RougeScorer(list(types))
    return lambda prediction, reference: scorer.score(reference, prediction)


PEERS: dict[str, Callable[[Types, bool], Batch | None]] = {
    "rouge-score-rs": rouge_score_rs,
    "rouge-rust": rouge_rust,
    "rouge_score": rouge_score,
}
LOOPS: dict[str, Callable[[Types], Callable[[str, str], Any]]] = {"rouge-score-rs": rouge_score_rs_one}


def sacrebleu(metric: Any, predictions: list[str], references: list[str]) -> Callable[[], float]:
    """The reference tool, in Python."""
    import sacrebleu

    # These are the functions that programs call. A metric object would cache the tokenized texts of earlier calls.
    if type(metric).__name__ == "BLEU":
        return lambda: float(sacrebleu.corpus_bleu(predictions, [references]).score)
    if type(metric).__name__ == "TER":
        return lambda: float(sacrebleu.corpus_ter(predictions, [references]).score)
    order = len([name for name in metric.layout.columns if name.startswith("word")]) // 3
    return lambda: float(sacrebleu.corpus_chrf(predictions, [references], word_order=order).score)


def bleuscore(metric: Any, predictions: list[str], references: list[str]) -> Callable[[], float] | None:
    """BLEU in Rust, with the formula of Hugging Face's `evaluate`."""
    import bleuscore

    if type(metric).__name__ != "BLEU":
        return None
    lists = [[text] for text in references]
    return lambda: float(bleuscore.compute(references=lists, predictions=predictions, max_order=4)["bleu"])


CORPORA: dict[str, Callable[[Any, list[str], list[str]], Callable[[], float] | None]] = {
    "sacrebleu": sacrebleu,
    "bleuscore": bleuscore,
}


def jiwer(metric: Any, predictions: list[str], references: list[str]) -> float:
    """The error rates' reference tool, which calls rapidfuzz."""
    import jiwer

    return float((jiwer.cer if isinstance(metric, tc.CER) else jiwer.wer)(references, predictions))


def werx(metric: Any, predictions: list[str], references: list[str]) -> float:
    """WER in Rust."""
    import werx

    return float(werx.wer(references, predictions))


def fastwer(metric: Any, predictions: list[str], references: list[str]) -> float:
    """Error rates in C++, in per cent and rounded."""
    import fastwer

    return float(fastwer.score(predictions, references, char_level=isinstance(metric, tc.CER))) / 100


def rapidfuzz(metric: Any, predictions: list[str], references: list[str]) -> float:
    """Edit similarity in C++, called from a loop."""
    from rapidfuzz.distance.Levenshtein import normalized_similarity

    each = [normalized_similarity(a, b) for a, b in zip(predictions, references, strict=True)]
    return math.fsum(each) / len(each)


def anls_star(metric: Any, predictions: list[str], references: list[str]) -> float:
    """ANLS in Python."""
    from anls_star import anls_score

    each = [anls_score((text,), prediction) for prediction, text in zip(predictions, references, strict=True)]
    return math.fsum(each) / len(each)


def nltk(metric: Any, predictions: list[str], references: list[str]) -> float:
    """GLEU in Python, of tokens."""
    from nltk.translate.gleu_score import corpus_gleu

    return float(corpus_gleu([[text.split()] for text in references], [text.split() for text in predictions]))


EDITS: dict[str, tuple[Callable[[Any, list[str], list[str]], float], tuple[str, ...]]] = {
    "jiwer": (jiwer, ("WER", "CER")),
    "werx": (werx, ("WER",)),
    "fastwer": (fastwer, ("WER", "CER")),
    "rapidfuzz": (rapidfuzz, ("EditSimilarity",)),
    "anls_star": (anls_star, ("ANLS",)),
    "nltk": (nltk, ("GLEU",)),
}
"""The peers of edit distances and of GLEU, with the metrics that they have."""


def fastchrf(predictions: list[str], references: list[str]) -> Callable[[], Any]:
    """chrF of all pairs of texts, in Rust."""
    import fastchrf

    return lambda: fastchrf.pairwise_chrf([predictions], [references])[0]


PAIRS: dict[str, Callable[[list[str], list[str]], Callable[[], Any]]] = {"fastchrf": fastchrf}
