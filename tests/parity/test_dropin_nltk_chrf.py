"""nltk's chrF without the drop-in and with it."""

from functools import partial

import pytest
from dropin import assert_same as assert_same_with
from dropin import served
from hypothesis import given
from hypothesis import strategies as st
from nltk.translate.chrf_score import corpus_chrf, sentence_chrf
from texts import RETOLD, STORY, texts

assert_same = partial(assert_same_with, only=("nltk",))
NAME = "chrf_score.corpus_chrf"
some = st.one_of(texts, st.text("ab \u2003\x1c\ud800", max_size=12))
sentences = st.one_of(some, st.lists(some, max_size=4), st.lists(some, max_size=4).map(tuple))


@given(data=st.data())
def test_scores(data):
    count = data.draw(st.integers(1, 3))
    references, hypotheses = (data.draw(st.lists(sentences, min_size=count, max_size=count)) for _ in range(2))
    least = data.draw(st.integers(1, 4))
    most = data.draw(st.integers(least, 8))
    beta = data.draw(st.sampled_from([3.0, 1, 2, 0, 0.5, -1, 1e-200, float("nan")]))
    ignore = data.draw(st.booleans())
    status = assert_same(lambda: corpus_chrf(references, hypotheses, least, most, beta, ignore))
    assert served(status, NAME)
    assert served(assert_same(lambda: sentence_chrf(references[0], hypotheses[0], least, most, beta, ignore)), NAME)


def test_defaults_and_many_segments():
    lines = (STORY + "\n" + RETOLD).split("\n") * 20
    assert served(assert_same(lambda: corpus_chrf(lines[3:] + lines[:3], lines)), NAME)
    assert served(assert_same(lambda: [sentence_chrf(STORY.split(), RETOLD.split()), sentence_chrf("", "a")]), NAME)


@pytest.mark.parametrize(
    "arguments",
    [
        ([], []),
        (["a"], []),
        ([None], ["a"]),
        (["a"], [["a", None]]),
        (["a"], [b"a"]),
        ([[1, 2]], ["a"]),
        ("ab", "ab"),
        (["a"], ["a"], 0),
        (["a"], ["a"], -2, 3),
        (["a"], ["a"], 3, 2),
        (["a"], ["a"], 1, 65),
        (["a"], ["a"], 1.0),
        (["a"], ["a"], True),
        (["a"], ["a"], 1, 6, "3"),
        (["a"], ["a"], 1, 6, 10**200),
        (["a"], ["a"], 1, 6, 1e200),
        (["ab"], ["ab"], 1, 2, 2j),
    ],
    ids=ascii,
)
def test_what_the_original_makes_of_odd_input(arguments):
    assert_same(lambda: corpus_chrf(*arguments))


def test_iterators_are_read_once():
    for call in (lambda: corpus_chrf([iter(["a", "b"])], ["ab"]), lambda: corpus_chrf(iter(["a"]), ["a"])):
        status = assert_same(call)
        assert status.fallbacks[f"nltk.translate.{NAME}"] == {"input": 1}
