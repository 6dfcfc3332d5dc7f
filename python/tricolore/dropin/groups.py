"""What is replaced together, and whose sources decide whether it may be."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["GROUPS", "ORIGINALS", "Group"]

ORIGINALS = ("rouge_score", "sacrebleu", "nltk")
"""What `only` takes."""


class Group(NamedTuple):
    """Functions of one package that stand and fall together."""

    name: str
    package: str
    """What must have been imported whole before anything is replaced."""
    originals: tuple[str, ...]
    """For which of `ORIGINALS` it is replaced."""
    sources: tuple[str, ...]
    """The modules that decide results: every one must be of a version that is known."""
    unchecked: tuple[str, ...]
    """Those of them whose functions are not looked at one by one: other modules' hold those that matter."""
    adapter: str
    """The module below `tricolore.dropin.adapters` that says what is replaced, and by what."""


def below(package: str, names: str) -> tuple[str, ...]:
    return tuple(f"{package}.{name}" for name in names.split())


GROUPS = (
    Group("nltk stemmer", "nltk", ("rouge_score", "nltk"), below("nltk.stem", "api porter"), (), "nltk_stemmer"),
    Group("nltk BLEU", "nltk", ("nltk",), ("nltk.translate.bleu_score", "nltk.util"), ("nltk.util",), "nltk_bleu"),
    Group(
        "rouge_score",
        "rouge_score",
        ("rouge_score",),
        below("rouge_score", "rouge_scorer scoring tokenize tokenizers"),
        (),
        "rouge_score",
    ),
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
