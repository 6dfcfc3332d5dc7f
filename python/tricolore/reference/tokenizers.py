"""The tokenizers of ROUGE, and the classes of characters that other metrics share."""

import re
from functools import cache
from unicodedata import normalize

from .porter import porter_stem

__all__ = ["lines", "tokenize"]

SEPARATOR, WORD, SINGLE, MARK, FORMAT = range(5)


def tokenize(text: str, tokenizer: str = "default", use_stemmer: bool = False) -> list[str]:
    """Returns the tokens of `text` by the tokenizer with this name."""
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
    """Returns the sentences of ROUGE-Lsum: the lines of the text (rouge_scorer.py:142)."""
    return text.split("\n")


def unicode_words(text: str) -> list[str]:
    """Returns the lowercase runs of letters, marks and numbers, the same for canonically equivalent texts.

    In scripts written without spaces, each letter or number is a token of its own, together with the marks after it.
    """
    # Remove format characters first, because a letter and a mark compose only if nothing is between them.
    text = "".join(c for c in text if class_of(c) != FORMAT)
    # Compose again after lowercasing, which can make new pairs: J and U+030C become U+01F0.
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
    """Returns the class of a character for `unicode_words`."""
    return classes()[ord(character)]


@cache
def classes() -> bytes:
    """Returns the class of each code point. The tables are imported late because they are large."""
    from .unicode_tables import CLASSES, STARTS

    runs = zip(CLASSES, STARTS, [*STARTS[1:], 0x110000], strict=True)
    return b"".join(bytes([kind]) * (stop - start) for kind, start, stop in runs)
