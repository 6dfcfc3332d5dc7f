"""The module rouge_score.tokenizers."""

import abc

from . import tokenize
from .porter import PorterStemmer

__all__ = ["DefaultTokenizer", "Tokenizer"]


class Tokenizer(abc.ABC):
    """The base class of tokenizers."""

    @abc.abstractmethod
    def tokenize(self, text):  # type: ignore[no-untyped-def]  # as the original has it
        """Returns the tokens of a text."""
        raise NotImplementedError("a Tokenizer must define tokenize()")


class DefaultTokenizer(Tokenizer):
    """Splits a text into lowercase runs of ASCII letters and digits, stemmed with the Porter stemmer on request."""

    def __init__(self, use_stemmer: bool = False) -> None:
        self._stemmer = PorterStemmer() if use_stemmer else None

    def tokenize(self, text: str | bytes) -> list[str]:
        """Returns the tokens of a text."""
        return tokenize.tokenize(text, self._stemmer)
