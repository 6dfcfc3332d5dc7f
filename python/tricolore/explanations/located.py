"""The places of tokens in the text that they come from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

__all__ = ["Span", "located", "written"]

Span = tuple[int, int]
"""The start and the end of a token in its text; both are equal for a token without a place."""

WORD = re.compile(r"\S+")
# A tokenizer may drop characters between two tokens. A token that is further away than this has no place.
FARTHEST = 1000


def located(text: str, tokens: Sequence[str], tokenize: Callable[[str], list[str]] | None) -> list[Span]:
    """The place of each token in the text, in the order of the tokens.

    Tokens may differ from the text: they may be lower-cased or stemmed, entities may be decoded, and characters may be
    left out. `tokenize` is the function that made the tokens, if it may be called for each word. If the words apart
    give the same tokens, as with most texts, a token lies within its word. Otherwise the tokens are searched in the
    whole text. Both take linear time.
    """
    if tokenize is not None:
        words = [(found.start(), found.end()) for found in WORD.finditer(text)]
        known = {word: tokenize(word) for word in {text[start:end] for start, end in words}}
        each = [known[text[start:end]] for start, end in words]
        if [*chain.from_iterable(each)] == list(tokens):
            return [
                span
                for (start, end), own in zip(words, each, strict=True)
                for span in ([core(text, start, end, own[0])] if len(own) == 1 else within(text, start, end, own))
            ]
    return [*within(text, 0, len(text), tokens)]


def core(text: str, start: int, end: int, token: str) -> Span:
    """The place of a word whose only token this is, without punctuation around it that the token lacks."""
    while start < end and is_mark(text[start]) and not is_mark(token[:1]):
        start += 1
    while start < end and is_mark(text[end - 1]) and not is_mark(token[-1:]):
        end -= 1
    return start, end


def is_mark(character: str) -> bool:
    """True for a punctuation mark or a symbol."""
    return bool(character) and unicodedata.category(character)[0] in "PS"


def within(text: str, start: int, end: int, tokens: Sequence[str]) -> Iterator[Span]:
    """Yields the place of each token in a part of the text. A token that is not found takes the gap between others."""
    folded = fold(text[start:end])
    found: list[int] = []
    lengths = [len(token) for token in tokens]
    at = 0
    for token, length in zip(tokens, lengths, strict=True):
        place = folded.find(fold(token), at, at + length + FARTHEST)
        found.append(place)
        if place >= 0:
            at = place + length
    after = len(folded)
    following = [after] * len(tokens)
    for number in range(len(tokens) - 1, -1, -1):
        following[number] = after
        if found[number] >= 0:
            after = found[number]
    at = 0
    for place, length, most in zip(found, lengths, following, strict=True):
        if place >= 0:
            stop = place + length
            # The rest of a word that was stemmed. Stems are of ASCII letters and digits.
            while length and stop < most and (folded[stop - 1] + folded[stop]).isalnum() and folded[stop].isascii():
                stop += 1
        else:
            gap = folded[at:most]
            place = at + len(gap) - len(gap.lstrip())
            stop = max(place, at + len(gap.rstrip()))
        yield start + place, start + stop
        at = stop


def fold(text: str) -> str:
    """The text in lower case, with as many characters."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := character.lower()) == 1 else character for character in text)


def written(text: str, spans: Sequence[Span], tokens: Sequence[str], n: int) -> dict[tuple[str, ...], str]:
    """For each n-gram of the tokens, the part of the text where it first occurs, with single spaces."""
    out: dict[tuple[str, ...], str] = {}
    for place in range(len(tokens) - n + 1):
        ngram = tuple(tokens[place : place + n])
        if ngram not in out:
            out[ngram] = " ".join(text[spans[place][0] : spans[place + n - 1][1]].split()) or " ".join(ngram)
    return out
