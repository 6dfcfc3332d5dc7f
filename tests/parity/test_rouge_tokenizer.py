"""The tokenizers of ROUGE on every code point, with the running interpreter's Unicode."""

from unicodedata import normalize

import pytest
import tricolore as tc
from answers import answer
from hypothesis import given
from hypothesis import strategies as st
from rouge_score import tokenize
from texts import composing, texts
from tricolore import reference

SURROGATES = range(0xD800, 0xE000)


def each_code_point():
    """Yields texts that together hold every code point, each between two letters."""
    for start in range(0, 0x110000, 0x1000):
        yield "\n".join(f"a{chr(point)}b" for point in range(start, start + 0x1000))


def test_every_code_point_with_a_mark():
    """Puts each code point between a letter and a mark that may compose with it. Two marks that normalization reorders
    follow."""
    tokenizer = tc.ROUGE(tokenizer="unicode").tokenize
    for text in each_code_point():
        text = text.replace("a", "e").replace("b", "\u0301 \u0323\u0307b")
        assert tokenizer(text) == answer(reference.tokenize, text, "unicode")


def test_every_code_point_by_the_default_tokenizer():
    tokenizer = tc.ROUGE().tokenize
    for text in each_code_point():
        assert tokenizer(text) == tokenize.tokenize(text, None)


def test_every_code_point_by_the_others():
    for name in ("whitespace", "char", "unicode"):
        tokenizer = tc.ROUGE(tokenizer=name).tokenize
        for text in each_code_point():
            assert tokenizer(text) == answer(reference.tokenize, text, name)


@given(texts)
def test_any_text(text):
    assert tc.ROUGE().tokenize(text) == tokenize.tokenize(text, None) == reference.tokenize(text)
    for name in ("whitespace", "char", "unicode"):
        assert tc.ROUGE(tokenizer=name).tokenize(text) == reference.tokenize(text, name)


@given(composing)
def test_marks_and_format_characters(text):
    assert tc.ROUGE(tokenizer="unicode").tokenize(text) == reference.tokenize(text, "unicode")


# Characters of scripts with spaces. Left out are characters that split or join words by other rules of UAX #29:
# apostrophes, dots, and emoji, which a joiner ties to the word before (WB3c).
words = st.lists(
    st.sampled_from(
        [*"aéжשक5٣", "\u0301", "\u094d", "\u200c", "\u200d", "\ufe0f", "\U0001f3fd", "\u00ad", "\u2060", "\u200f"]
        + ["\u0600", "\u070f", "\u200b", " ", "\n", "\r\n", "\u2028", "!"]
    ),
    max_size=20,
).map("".join)


@given(words)
def test_words_are_those_of_uax_29(text):
    regex = pytest.importorskip("regex")
    # At the start of a text this library joins a mark to the letter after it, unlike UAX #29, so a space goes first.
    segments = regex.split(r"\b", f" {text}", flags=regex.WORD | regex.V1)
    found = [regex.search(r"[\p{L}\p{N}].*", segment) for segment in segments]
    expected = [regex.sub(r"\p{WB=Format}", "", word[0]) for word in found if word]
    assert tc.ROUGE(tokenizer="unicode").tokenize(text) == [normalize("NFC", word) for word in expected]
