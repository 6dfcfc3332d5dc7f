"""Every code point, in the running interpreter's Unicode."""

import tricolore as tc
from hypothesis import given
from rouge_score import tokenize
from texts import texts
from tricolore import reference

SURROGATES = range(0xD800, 0xE000)


def each_code_point():
    """Texts that together hold every code point between two letters."""
    for start in range(0, 0x110000, 0x1000):
        yield "\n".join(f"a{chr(point)}b" for point in range(start, start + 0x1000))


def test_every_code_point_by_the_default_tokenizer():
    tokenizer = tc.ROUGE().tokenize
    for text in each_code_point():
        assert tokenizer(text) == tokenize.tokenize(text, None)


def test_every_code_point_by_the_others():
    for name in ("whitespace", "char", "unicode"):
        tokenizer = tc.ROUGE(tokenizer=name).tokenize
        for text in each_code_point():
            assert tokenizer(text) == reference.tokenize(text, name)


@given(texts)
def test_any_text(text):
    assert tc.ROUGE().tokenize(text) == tokenize.tokenize(text, None) == reference.tokenize(text)
    for name in ("whitespace", "char", "unicode"):
        assert tc.ROUGE(tokenizer=name).tokenize(text) == reference.tokenize(text, name)
