"""The module rouge_score.tokenize."""

import re
from typing import Any, Protocol

from tricolore import ROUGE

from .porter import PorterStemmer
from .six_str import ensure_str

__all__ = ["tokenize"]

WORD = re.compile(r"[a-z0-9]+")
# With `$`, which also matches before a newline at the end: a user's stemmer may leave one (:59).
VALID = re.compile(r"^[a-z0-9]+$")
PLAIN, STEMMED = ROUGE(["rouge1"]), ROUGE(["rouge1"], use_stemmer=True)


class Stemmer(Protocol):
    """The interface of stemmers."""

    def stem(self, word: str, /) -> Any: ...


def tokenize(text: str | bytes, stemmer: Stemmer | None) -> list[str]:
    """Returns the tokens of a text: lowercase runs of ASCII letters and digits.

    Args:
        text: a str, or bytes, in which only ASCII is lowercased, as in the original.
        stemmer: None, or an object whose `stem` is called with each token longer than 3 characters.
    """
    if type(text) is str:
        if not stemmer:
            return PLAIN.tokenize(text)
        if type(stemmer) is PorterStemmer:
            return STEMMED.tokenize(text)
    tokens = WORD.findall(ensure_str(text.lower()))
    if stemmer:
        tokens = [ensure_str(stemmer.stem(token)) if len(token) > 3 else token for token in tokens]
    return [token for token in tokens if VALID.match(token)]
