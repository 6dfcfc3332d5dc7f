"""rouge_score.tokenizers."""

import abc

from . import tokenize
from .porter import PorterStemmer

__all__ = ["DefaultTokenizer", "Tokenizer"]


class Tokenizer(abc.ABC):
    """What may be passed as a tokenizer: subclasses make tokens of a text."""

    @abc.abstractmethod
    def tokenize(self, text):  # type: ignore[no-untyped-def]  # as the original has it
        """The tokens of a text."""
        raise NotImplementedError("a Tokenizer must define tokenize()")


class DefaultTokenizer(Tokenizer):
    """Lower-cased runs of ASCII letters and digits, Porter-stemmed if asked for."""

    def __init__(self, use_stemmer: bool = False) -> None:
        self._stemmer = PorterStemmer() if use_stemmer else None

    def tokenize(self, text: str | bytes) -> list[str]:
        """The tokens of a text."""
        return tokenize.tokenize(text, self._stemmer)
