"""The Porter stemmer."""

from .. import _core

__all__ = ["porter_stem"]


def porter_stem(word: str) -> str:
    """The Porter stem of a word, equal to that of `nltk.stem.PorterStemmer().stem`.

    >>> porter_stem("Running")
    'run'
    """
    if not isinstance(word, str):
        raise TypeError(f"word is not a str but of type {type(word).__name__}")
    if word.isascii():
        return _core.porter(word.lower())
    # The compiled stemmer works on bytes; words that are not ASCII need code points.
    from ..reference.porter import porter_stem as reference_porter_stem

    return reference_porter_stem(word)
