"""nltk's BLEU without the drop-in and with it."""

import warnings
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from dropin import assert_same as assert_same_with
from dropin import served
from hypothesis import given
from hypothesis import strategies as st
from nltk.translate import bleu_score
from nltk.translate.bleu_score import SmoothingFunction, corpus_bleu, modified_precision, sentence_bleu
from texts import RETOLD, STORY, texts
from tricolore.dropin import install, installed, status, uninstall

assert_same = partial(assert_same_with, only=("nltk",))
NAME = "bleu_score.corpus_bleu"
METHODS = [None, *(f"method{n}" for n in range(8))]
some = st.one_of(st.lists(st.sampled_from("abc"), max_size=12), texts.map(str.split), st.text("ab", max_size=9))


def with_warnings(call):
    """Returns a call whose value is the result or error of the given call and the warnings it gives."""

    def made():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                result = call()
            except Exception as error:
                result = type(error), error.args
        return result, [(str(warning.message), warning.lineno, warning.category) for warning in caught]

    return made


@pytest.mark.parametrize("method", METHODS)
@given(data=st.data())
def test_scores(method, data):
    count = data.draw(st.integers(1, 3))
    hypotheses = [data.draw(some) for _ in range(count)]
    references = [data.draw(st.lists(some, min_size=1, max_size=3)) for _ in range(count)]
    weights = data.draw(
        st.sampled_from(
            [(0.25,) * 4, (1,), (0.5, 0.5), [0.2] * 5, [(0.5, 0.5), (0.2,) * 5], [[1.0], [0.1] * 6], (0.3, 0, 0.7)]
        )
    )
    smoothing = method and getattr(SmoothingFunction(), method)
    reweigh = data.draw(st.booleans())
    call = with_warnings(lambda: corpus_bleu(references, hypotheses, weights, smoothing, reweigh))
    assert served(assert_same(call), NAME)
    call = with_warnings(lambda: sentence_bleu(references[0], hypotheses[0], weights, smoothing, reweigh))
    assert served(assert_same(call), NAME)


ids = st.lists(st.sampled_from([0, 1, 2, -1, 2**22, 2**62, -(2**63)]), max_size=9)


@given(st.lists(st.one_of(ids, ids.map(tuple)), min_size=1, max_size=3), ids)
def test_integers(references, hypothesis):
    assert served(assert_same(with_warnings(lambda: sentence_bleu(references, hypothesis))), NAME)


def test_a_long_pair():
    hypothesis, reference = (text.split() * 300 for text in (STORY, RETOLD))
    assert served(assert_same(lambda: sentence_bleu([reference], hypothesis)), NAME)
    assert served(assert_same(lambda: sentence_bleu([list(STORY * 40)], RETOLD * 40)), NAME)


def test_tokens_that_define_equality_are_left_to_the_original():
    class Any(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other):
            return len(self) == len(other)

    class Words(list):
        pass

    for reference, hypothesis in (([Any("a")], ["b"]), (["a"], [Any("b")]), (Words("a"), ["a"]), ([True], [1])):
        status = assert_same(with_warnings(lambda own=reference, text=hypothesis: sentence_bleu([own], text, (1,))))
        assert status.fallbacks[f"nltk.translate.{NAME}"] == {"input": 1}


@given(st.lists(some, min_size=1, max_size=3), some, st.integers(1, 6))
def test_modified_precision(references, hypothesis, n):
    def call():
        made = modified_precision(references, hypothesis, n)
        return (
            made,
            getattr(made, "__dict__", {}),
            made.numerator,
            made.denominator,
            made._numerator,
            made._denominator,
            float(made),
        )

    assert served(assert_same(call), "bleu_score.modified_precision")


@pytest.mark.parametrize("n", [0, -1, 65, True, 1.0, "1", None])
def test_modified_precision_of_odd_orders(n):
    assert not served(assert_same(lambda: modified_precision([["a"]], ["a"], n)), "bleu_score.modified_precision")


def test_smoothing_functions_that_are_changed():
    class Mine(SmoothingFunction):
        def method4(self, p_n, *args, **kwargs):
            return [0.5] * len(p_n)

    def half(p_n, **given):
        return [0.5] * len(p_n)

    pair = [["a", "b", "c"]], ["a", "b", "d"]
    for smoothing in (Mine().method4, Mine().method7, SmoothingFunction(epsilon=0.3).method1, lambda p, **given: p):
        assert served(assert_same(lambda own=smoothing: sentence_bleu(*pair, smoothing_function=own)), NAME)
    for name, value in (("method0", Mine.method4), ("__init__", lambda self: vars(self).update(method0=half))):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(SmoothingFunction, name, value)
            expected = sentence_bleu(*pair)
        with installed(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(SmoothingFunction, name, value)
            assert sentence_bleu(*pair) == expected > 0.1


def test_what_a_smoothing_function_sees():
    seen = []

    def smoothing(p_n, references, hypothesis, hyp_len):
        seen.append((p_n, references, hypothesis, hyp_len, [type(p) for p in p_n]))
        return [Fraction(1, 2)] * 4

    references, hypotheses = [[["a", "b"]], [["c"], ["c", "d"]]], [["a", "b", "a"], ["c", "e", "f", "g", "h"]]

    def call():
        seen.clear()
        score = corpus_bleu(references, hypotheses, smoothing_function=smoothing)
        (own,) = seen
        assert own[1] is references[-1]
        assert own[2] is hypotheses[-1]
        return score, [(p.numerator, p.denominator) for p in own[0]], own[3:]

    assert served(assert_same(call), NAME)


def test_errors_of_a_smoothing_function_are_the_program_s():
    def broken(*args, **kwargs):
        calls.append(1)
        raise ZeroDivisionError("mine")

    calls = []
    status = assert_same(lambda: corpus_bleu([[["a"]]], [["a"]], smoothing_function=broken))
    assert served(status, NAME)
    assert len(calls) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ([], []),
        ([[["a"]]], []),
        ([[]], [["a"]]),
        ([[]], [[]]),
        ([[[]]], [[]]),
        ([["a b"]], ["a b"]),
        ([[["a", 1]]], [["a", 1.0]]),
        ([[[1, 2]]], [[1, 3]]),
        ([[[1, 2]]], [[True, 2]]),
        ([[[2**70]]], [[2**70]]),
        ([[["a"]]], [None]),
        ([[None]], [["a"]]),
        (None, [["a"]]),
        ([[["a"]]], iter([["a"]])),
        ([[["a"]]], [["a"]], ()),
        ([[["a"]]], [["a"]], 5),
        ([[["a"]]], [["a"]], ((),)),
        ([[["a", "b"]]], [["a", "b"]], [np.array([0.5, 0.5]), (1,)]),
        ([[["a", "b"]]], [["a", "b"]], [range(1, 3)]),
        ([[["a", "b"]]], [["a", "b"]], np.array([0.5, 0.5])),
        ([[["a"]]], [["a"]], (1, "x")),
        ([[["a", ["b"]]]], [["a", ["b"]]]),
        ([[["\ud800", "a"]]], [["\ud800", "b"]]),
    ],
    ids=ascii,
)
def test_what_the_original_makes_of_odd_input(arguments):
    assert_same(with_warnings(lambda: corpus_bleu(*arguments)))


def test_many_segments():
    lines = (STORY + "\n" + RETOLD).split("\n") * 30
    hypotheses, references = [line.split() for line in lines], [[line.split()] for line in lines[3:] + lines[:3]]
    assert served(assert_same(lambda: corpus_bleu(references, hypotheses)), NAME)


def test_the_original_runs_where_its_parts_are_another_s(monkeypatch):
    monkeypatch.setattr(bleu_score, "closest_ref_length", lambda references, length: 10)
    expected = corpus_bleu([[["a", "b"]]], [["a", "b"]], (1,))
    with pytest.warns(UserWarning, match="nltk BLEU keeps its own code: .*closest_ref_length"):
        install()
    try:
        assert corpus_bleu([[["a", "b"]]], [["a", "b"]], (1,)) == expected
        assert "nltk BLEU" in status().left_alone
        assert "nltk BLEU" not in status().versions
    finally:
        uninstall()
