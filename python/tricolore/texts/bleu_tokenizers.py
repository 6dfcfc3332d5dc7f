"""BLEU's tokenizers: their names, and the reading of texts whose tokens Python code makes."""

from __future__ import annotations

from .. import _core
from .callable_tokenizers import TokenizerCallable, callable_name, spaced, tokens_of
from .translated import Kind, TranslatedTexts

__all__ = ["OWN", "TOKENIZERS", "reading_of_translated"]

OWN = ("13a", "intl", "zh", "char", "none", "pretokenized")
TOKENIZERS = (*OWN, "ja-mecab", "ko-mecab", "spm", "flores101", "flores200", "spBLEU-1K")


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
