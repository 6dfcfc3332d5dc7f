"""Compares the stemmer with nltk's. `tools/stemmer_parity.py` does the same for a dictionary."""

import random

import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from nltk.stem.porter import PorterStemmer
from tricolore import reference

SUFFIXES = (
    "s sses ies ied eed ed ing at bl iz y alli logi ational tional enci anci izer bli entli eli ousli ization "
    "ation ator alism iveness fulness ousness aliti iviti biliti fulli icate ative alize iciti ical ful ness "
    "al ance ence er ic able ible ant ement ment ent sion tion ion ou ism ate iti ous ive ize e ll yy"
).split()
nltk = PorterStemmer()


def words():
    letters = "abeilostyz9"
    generator = random.Random(0)
    for _ in range(40_000):
        stem = "".join(generator.choices(letters, k=generator.randrange(7)))
        yield stem + "".join(generator.choices(SUFFIXES, k=generator.randrange(3)))
    yield from ("skies", "Dying", "news", "howe", "innings", "proceed", "succeed", "y" * 50, "a", "is", "")


def test_words_made_of_the_suffixes():
    for word in words():
        assert tc.porter_stem(word) == reference.porter_stem(word) == nltk.stem(word), word


@given(st.text(max_size=12))
def test_any_word(word):
    assert tc.porter_stem(word) == reference.porter_stem(word) == nltk.stem(word)


def test_a_long_word_takes_linear_time():
    assert tc.porter_stem("a" * 1_000_000 + "ing") == "a" * 1_000_000
