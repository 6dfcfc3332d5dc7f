"""How a text falls into tokens."""

import re
from bisect import bisect_right
from functools import cache
from unicodedata import normalize

from .porter import porter_stem

__all__ = ["lines", "tokenize"]

SEPARATOR, WORD, SINGLE, MARK, FORMAT = range(5)


def tokenize(text: str, tokenizer: str = "default", use_stemmer: bool = False) -> list[str]:
    """Tokens of `text` by the tokenizer of this name."""
    match tokenizer:
        case "default":
            # rouge_score 0.1.2, tokenize.py:49-60.
            tokens = re.findall("[a-z0-9]+", text.lower())
            return [porter_stem(t) if use_stemmer and len(t) > 3 else t for t in tokens]
        case "whitespace":
            return text.split()
        case "char":
            return [c for c in text if not c.isspace()]
        case "unicode":
            return unicode_words(text)
    raise ValueError(f"no such tokenizer: {tokenizer!r}")


def lines(text: str) -> list[str]:
    """What ROUGE-Lsum takes for sentences (rouge_scorer.py:142)."""
    return text.split("\n")


def unicode_words(text: str) -> list[str]:
    """Runs of letters, marks and numbers in lower case, the same for canonically equivalent texts.

    In a script written without spaces each letter or number is a token of its own, with the marks
    that follow it.
    """
    # Format characters go first: letters and marks compose only side by side.
    text = "".join(c for c in text if class_of(c) != FORMAT)
    # The lower case of a composed text may have more to compose: J and U+030C become U+01F0.
    text = normalize("NFC", normalize("NFC", text).lower())
    tokens: list[str] = []
    before = SEPARATOR
    for c in text:
        kind = class_of(c)
        # UAX #29, WB4: a mark belongs to the character before it.
        if (kind == MARK and before != SEPARATOR) or (kind == before == WORD):
            tokens[-1] += c
        elif kind in (WORD, SINGLE):
            tokens.append(c)
        if kind != MARK:
            before = kind
    return tokens


def class_of(character: str) -> int:
    """The class of a code point for `unicode_words`."""
    starts, classes = tables()
    return classes[bisect_right(starts, ord(character)) - 1]


@cache
def tables() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The first code point of each run of one class, and the classes: large, and of use here alone."""
    from .unicode_tables import CLASSES, STARTS

    return STARTS, CLASSES
