"""How a text falls into tokens."""

import re
from bisect import bisect_right
from itertools import pairwise

from .porter import porter_stem

__all__ = ["lines", "tokenize"]

SEPARATOR, WORD, SINGLE, MARK = range(4)


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
            return unicode_words(text.lower())
    raise ValueError(f"no such tokenizer: {tokenizer!r}")


def lines(text: str) -> list[str]:
    """What ROUGE-Lsum takes for sentences (rouge_scorer.py:142)."""
    return text.split("\n")


def unicode_words(text: str) -> list[str]:
    """Runs of letters, marks and numbers.

    In a script written without spaces each letter or number is a token of its own, with the marks
    that follow it.
    """
    # Large, and of use here alone.
    from .unicode_tables import CLASSES, STARTS

    kinds = [CLASSES[bisect_right(STARTS, ord(c)) - 1] for c in text]
    # A mark takes after what it stands on; at the start of a token it stands on itself.
    for i, kind in enumerate(kinds):
        if kind == MARK:
            before = kinds[i - 1] if i > 0 else SEPARATOR
            kinds[i] = WORD if before in (SEPARATOR, WORD) else -SINGLE
    starts = [
        i for i, kind in enumerate(kinds) if kind == SINGLE or i == 0 or (kind != -SINGLE and kind != abs(kinds[i - 1]))
    ]
    return [text[i:j] for i, j in pairwise([*starts, len(text)]) if kinds[i] != SEPARATOR]
