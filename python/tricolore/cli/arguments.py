"""The metrics and files that the arguments of the command line name."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from tricolore import ANLS, BLEU, CER, CHRF, GLEU, ROUGE, TER, WER, EditSimilarity, ExactMatch, TokenF1
from tricolore.metrics.registry import AnyMetric

from .error import CommandError
from .files.inputs import check_paths, refuse_twice
from .files.keys import Keys
from .files.read import DEFAULTS, Files, check_all

__all__ = ["files_of", "keys_of", "metrics_of"]


def metrics_of(given: argparse.Namespace) -> dict[str, AnyMetric]:
    """Returns the metrics by name, each once, in the order given."""
    return {name: metric_of(name, given) for name in given.metric or ["rouge"]}


def metric_of(name: str, given: argparse.Namespace) -> AnyMetric:
    """Returns the metric of this name, with the options of the command line."""
    if name == "bleu":
        return BLEU(given.tokenize, given.lowercase, given.max_ngram_order, given.smooth_method, given.smooth_value)
    if name in ("chrf", "chrf++"):
        return CHRF(given.char_order, 2 if name == "chrf++" else 0, given.beta, given.lowercase)
    if name == "ter":
        return TER(given.normalized, given.no_punct, given.asian_support, given.case_sensitive)
    if name == "exact_match":
        return ExactMatch(given.normalization)
    if name == "token_f1":
        return TokenF1()
    if name == "wer":
        return WER(given.tokenizer)
    if name == "cer":
        return CER()
    if name == "edit_similarity":
        return EditSimilarity(lowercase=given.lowercase)
    if name == "anls":
        return ANLS(given.threshold)
    if name == "gleu":
        return GLEU(given.tokenize, given.lowercase, max_len=given.max_ngram_order)
    return ROUGE(
        given.type or ("rouge1", "rouge2", "rougeL", "rougeLsum"),
        use_stemmer=given.use_stemmer,
        tokenizer=given.tokenizer,
        multi_reference=given.multi_reference,
        split_summaries=given.split_summaries,
    )


def files_of(predictions: Sequence[str], given: argparse.Namespace) -> list[Files]:
    """Returns the files of each system, after checking that they can be read."""
    check_paths(*predictions, *given.references)
    refuse_twice(given.references, "references")
    keys = keys_of(given)
    systems = [Files(path, given.references, given.format, keys, given.encoding, given.nulls) for path in predictions]
    check_all(systems)
    return systems


def keys_of(given: argparse.Namespace) -> Keys:
    """Returns the keys of predictions and references."""
    references = tuple(given.reference_key or DEFAULTS.references)
    for key in references:
        if references.count(key) > 1:
            raise CommandError(f"--reference-key {key} is given twice: give it once")
    return Keys(given.prediction_key, references)
