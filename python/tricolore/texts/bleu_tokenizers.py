"""BLEU's tokenizers: their names, and the reading of texts whose tokens Python code makes."""

from __future__ import annotations

from collections.abc import Callable

from .. import _core
from .callable_tokenizers import TokenizerCallable, callable_name, spaced, tokens_of
from .reader import Reader
from .translated import Kind, TranslatedTexts

__all__ = ["TOKENIZERS", "reader_of"]

OWN = ("13a", "intl", "zh", "char", "none", "pretokenized")
TOKENIZERS = (*OWN, "ja-mecab", "ko-mecab", "spm", "flores101", "flores200", "spBLEU-1K")


def reader_of(
    tokenize: str | TokenizerCallable,
    lowercase: bool,
    ignore_ids: tuple[int, ...],
    compiled_for: Callable[[str, bool], _core.Metric],
) -> tuple[Reader, str]:
    """The reader of a metric with this tokenizer, and the tokenizer's name in signatures.

    `compiled_for` makes the compiled metric, given a tokenizer in `OWN` and True if it lower-cases texts.

    Raises ValueError for tokens that would be lower-cased.
    """
    if tokenize == "pretokenized" and lowercase:
        raise ValueError("lowercase is for texts: with tokenize='pretokenized' tokens are compared as they are")
    if isinstance(tokenize, str) and tokenize in OWN:
        return Reader(compiled_for(tokenize, lowercase), tokenize == "pretokenized", ignore_ids or None), tokenize
    reading, name = reading_of_translated(tokenize, lowercase, compiled_for("none", False))
    return Reader(reading, key=(tokenize, lowercase)), name


def reading_of_translated(
    tokenize: str | TokenizerCallable, lowercase: bool, compiled: _core.Metric
) -> tuple[TranslatedTexts, str]:
    """A metric over the tokens of a callable or a library, and the name of the tokenizer in signatures."""

    def seen(text: str) -> str:
        # bleu.py:299-303
        return (text.lower() if lowercase else text).rstrip()

    if callable(tokenize):
        name = callable_name(tokenize)

        def tokens(text: str) -> list[str]:
            return tokens_of(tokenize, seen(text))

        def translate(text: str) -> str:
            return spaced(tokens(text))

    else:
        from .library_tokenizers import library_spaced, library_tokenizer

        library = library_tokenizer(tokenize)
        name = library.signature

        def translate(text: str) -> str:
            return library_spaced(library, seen(text))

        def tokens(text: str) -> list[str]:
            return compiled.tokenize(translate(text))

    return TranslatedTexts([Kind([0], compiled, translate)], compiled, tokens), name
