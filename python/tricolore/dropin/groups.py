"""Groups of functions that are replaced together, with the modules whose sources must be known."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["GROUPS", "ORIGINALS", "Group"]

ORIGINALS = (
    "rouge_score",
    "sacrebleu",
    "nltk",
    "rouge",
    "rouge_chinese",
    "jiwer",
    "torchmetrics",
    "evaluate",
    "pyrouge",
)
"""The names that the parameter `only` takes."""


class Group(NamedTuple):
    """Functions of one package that are replaced all together or not at all."""

    name: str
    package: str
    """The package whose import must be complete before anything is replaced."""
    originals: tuple[str, ...]
    """The names in ORIGINALS that ask for this group."""
    sources: tuple[str, ...]
    """The modules that decide results: the version of each must be known."""
    unchecked: tuple[str, ...]
    """The modules in `sources` whose functions are not all checked, because guards check those that matter."""
    adapter: str
    """The module in `tricolore.dropin.adapters` with the functions that answer."""


def below(package: str, names: str) -> tuple[str, ...]:
    return tuple(f"{package}.{name}" for name in names.split())


GROUPS = (
    Group("nltk stemmer", "nltk", ("rouge_score", "nltk"), below("nltk.stem", "api porter"), (), "nltk_stemmer"),
    Group("nltk BLEU", "nltk", ("nltk",), ("nltk.translate.bleu_score", "nltk.util"), ("nltk.util",), "nltk_bleu"),
    Group("nltk GLEU", "nltk", ("nltk",), ("nltk.translate.gleu_score", "nltk.util"), ("nltk.util",), "nltk_gleu"),
    # The stemmer's own group covers the stemmer that METEOR uses.
    Group("nltk METEOR", "nltk", ("nltk",), ("nltk.translate.meteor_score",), (), "nltk_meteor"),
    Group("nltk edit distance", "nltk", ("nltk",), ("nltk.metrics.distance",), (), "nltk_distance"),
    Group("nltk chrF", "nltk", ("nltk",), ("nltk.translate.chrf_score", "nltk.util"), ("nltk.util",), "nltk_chrf"),
    Group(
        "rouge_score",
        "rouge_score",
        ("rouge_score",),
        below("rouge_score", "rouge_scorer scoring tokenize tokenizers"),
        (),
        "rouge_score",
    ),
    *(
        Group(package, package, (package,), below(package, "rouge rouge_score"), (), "rouge")
        for package in ("rouge", "rouge_chinese")
    ),
    *(
        Group(
            f"torchmetrics {name}",
            "torchmetrics",
            ("torchmetrics",),
            below("torchmetrics.functional.text", modules),
            (),
            f"torchmetrics_{adapter}",
        )
        for name, modules, adapter in (
            ("BLEU", "bleu sacre_bleu", "bleu"),
            ("chrF", "chrf", "chrf"),
            ("ROUGE", "rouge", "rouge"),
            ("error rates", "helper wer cer mer wil wip", "error_rates"),
            ("edit distances", "helper ter edit eed", "edits"),
            ("SQuAD", "squad", "squad"),
        )
    ),
    Group("pyrouge", "pyrouge", ("pyrouge",), ("pyrouge.Rouge155",), ("pyrouge.Rouge155",), "pyrouge"),
    Group("jiwer", "jiwer", ("jiwer",), below("jiwer", "process transformations transforms"), (), "jiwer"),
    Group(
        "sacrebleu",
        "sacrebleu",
        ("sacrebleu",),
        (
            *below("sacrebleu", "significance utils"),
            *below("sacrebleu.metrics", "base bleu chrf helpers lib_ter ter"),
            *(
                f"sacrebleu.tokenizers.tokenizer_{name}"
                for name in "13a base char intl ja_mecab ko_mecab none re spm ter zh".split()
            ),
        ),
        ("sacrebleu.utils",),
        "sacrebleu",
    ),
)
