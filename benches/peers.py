"""The peers under one call: pairs in, figures out. Each is optional."""

import os
from collections.abc import Callable, Sequence
from typing import Any

# Read when their pools start.
os.environ.setdefault("RAYON_NUM_THREADS", "1")

__all__ = ["CORPORA", "LOOPS", "PAIRS", "PEERS"]

Types = Sequence[str]
Batch = Callable[[list[str], list[str]], Any]


def rouge_score(types: Types, use_stemmer: bool) -> Batch:
    """Google's, in Python."""
    from rouge_score import rouge_scorer

    scorer = rouge_scorer.RougeScorer(list(types), use_stemmer=use_stemmer)
    return lambda predictions, references: [scorer.score(r, p) for p, r in zip(predictions, references, strict=True)]


def rouge_score_rs(types: Types, use_stemmer: bool) -> Batch:
    """The fastest Rust package."""
    from rouge_score_rs import rouge_scorer

    scorer = rouge_scorer.RougeScorer(list(types), use_stemmer=use_stemmer)
    return lambda predictions, references: scorer.score_batch(references, predictions)


def rouge_rust(types: Types, use_stemmer: bool) -> Batch | None:
    """Has one set of types and no stemmer."""
    import fast_rouge

    if use_stemmer or set(types) != {"rouge1", "rouge2", "rougeL"}:
        return None
    return lambda predictions, references: fast_rouge.score_batch_flat(references, predictions)


def rouge_score_rs_one(types: Types) -> Callable[[str, str], Any]:
    """One pair a call."""
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

    # The functions that programs call: a metric object would keep the tokenized texts of earlier calls.
    if type(metric).__name__ == "BLEU":
        return lambda: float(sacrebleu.corpus_bleu(predictions, [references]).score)
    if type(metric).__name__ == "TER":
        return lambda: float(sacrebleu.corpus_ter(predictions, [references]).score)
    order = len([name for name in metric.layout.columns if name.startswith("word")]) // 3
    return lambda: float(sacrebleu.corpus_chrf(predictions, [references], word_order=order).score)


def bleuscore(metric: Any, predictions: list[str], references: list[str]) -> Callable[[], float] | None:
    """BLEU in Rust, by the formula of Hugging Face's `evaluate`."""
    import bleuscore

    if type(metric).__name__ != "BLEU":
        return None
    lists = [[text] for text in references]
    return lambda: float(bleuscore.compute(references=lists, predictions=predictions, max_order=4)["bleu"])


CORPORA: dict[str, Callable[[Any, list[str], list[str]], Callable[[], float] | None]] = {
    "sacrebleu": sacrebleu,
    "bleuscore": bleuscore,
}


def fastchrf(predictions: list[str], references: list[str]) -> Callable[[], Any]:
    """chrF of every text with every other, in Rust."""
    import fastchrf

    return lambda: fastchrf.pairwise_chrf([predictions], [references])[0]


PAIRS: dict[str, Callable[[list[str], list[str]], Callable[[], Any]]] = {"fastchrf": fastchrf}
