"""nltk's GLEU and edit distance without the drop-in and with it."""

from functools import partial

import numpy as np
import pytest
from dropin import assert_same as assert_same_with
from dropin import served
from hypothesis import given
from hypothesis import strategies as st
from nltk.metrics.distance import edit_distance
from nltk.translate.gleu_score import corpus_gleu, sentence_gleu
from texts import any_text, few_words, odd, texts

assert_same = partial(assert_same_with, only=("nltk",))
GLEU, DISTANCE = "gleu_score.corpus_gleu", "distance.edit_distance"
tokens = st.one_of(
    st.lists(st.sampled_from("abc"), max_size=12), texts.map(str.split), st.lists(st.integers(0, 3), max_size=9)
)
some = st.one_of(few_words, any_text, odd)


@pytest.mark.parametrize("orders", [(1, 4), (1, 1), (2, 3), (3, 9)])
@given(data=st.data())
def test_gleu(orders, data):
    kind = data.draw(
        st.sampled_from([tokens.filter(lambda own: not own or type(own[0]) is str), st.text("ab", max_size=9)])
    )
    count = data.draw(st.integers(1, 3))
    hypotheses = [data.draw(kind) for _ in range(count)]
    references = [data.draw(st.lists(kind, min_size=1, max_size=3)) for _ in range(count)]
    assert served(assert_same(lambda: corpus_gleu(references, hypotheses, *orders)), GLEU)
    assert served(assert_same(lambda: sentence_gleu(references[0], hypotheses[0], *orders)), GLEU)


@given(hypothesis=tokens, references=st.lists(tokens, min_size=1, max_size=3))
def test_gleu_of_any_tokens(hypothesis, references):
    assert_same(lambda: sentence_gleu(references, hypothesis))


@pytest.mark.parametrize(
    "arguments",
    [
        ([], []),
        ([[]], [["a"]]),
        ([[["a"]]], []),
        ([[[]]], [[]]),
        (None, [["a"]]),
        ([[["a"]]], [["a"]], 0, 4),
        ([[["a"]]], [["a"]], 3, 2),
        ([[["a"]]], [["a"]], 1, -1),
        ([[["a", 1]]], [["a", 1.0]]),
        ([[[["a"]]]], [["a"]]),
    ],
    ids=str,
)
def test_what_gleu_makes_of_odd_input(arguments):
    assert_same(lambda: corpus_gleu(*arguments))


@given(first=some, second=some)
def test_edit_distance(first, second):
    assert served(assert_same(lambda: edit_distance(first, second)), DISTANCE)
    words = first.split(), tuple(second.split())
    assert served(assert_same(lambda: edit_distance(words[0], [*words[1]])), DISTANCE)
    assert_same(lambda: edit_distance(*words))
    for options in ((2,), (1, True), (1.0, False)):
        assert_same(lambda options=options: edit_distance(first[:20], second[:20], *options))


def test_arrays_of_tokens():
    """lighteval passes numpy's arrays of texts."""
    first, second = np.array("the cat sat".split()), np.array("a cat sat down".split())
    for arguments in ((first, second), (first, second.tolist()), (first[:0], second)):
        assert served(assert_same(lambda arguments=arguments: edit_distance(*arguments)), DISTANCE)
    for arguments in ((np.array([]), second), (np.array([1, 2]), np.array([1])), (first[None], second)):
        assert_same(lambda arguments=arguments: edit_distance(*arguments))


@pytest.mark.parametrize(
    "arguments",
    [(None, "a"), ("a", ["a"]), ([1, 2], [1, 3]), ([["a"]], [["b"]]), (b"ab", b"ac"), ("ab", "ab", True), ("", "")],
    ids=str,
)
def test_what_edit_distance_makes_of_odd_input(arguments):
    assert_same(lambda: edit_distance(*arguments))


def test_the_longest_texts():
    """From 3.10.4 on, nltk refuses texts of more than 2,000 characters."""
    for length in (300, 2001):
        assert_same(lambda length=length: edit_distance("ab" * (length // 2) + "c" * (length % 2), "b"))
