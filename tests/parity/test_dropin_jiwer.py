"""jiwer without the drop-in and with it."""

import copy
import pickle
from functools import partial

import pytest
import tricolore.dropin
from dropin import assert_same as assert_same_with
from dropin import served, strictly
from hypothesis import given
from hypothesis import strategies as st
from texts import any_text, few_words, odd

assert_same = partial(assert_same_with, only=("jiwer",))
jiwer = pytest.importorskip("jiwer")
NAME = "jiwer.process.process_words"
FUNCTIONS = ["wer", "mer", "wil", "wip", "cer", "process_words", "process_characters"]
spaced = st.lists(st.sampled_from([*"ab", " ", " ", "  ", "\t", "\n", "\u00a0"]), max_size=20).map("".join)
some = st.one_of(few_words, spaced, any_text, odd)


def is_refused(call):
    try:
        call()
    except ValueError:
        return True
    return False


@pytest.mark.parametrize("name", FUNCTIONS)
@given(pairs=st.lists(st.tuples(some, some), min_size=1, max_size=5))
def test_default_transforms(name, pairs):
    references, hypotheses = map(list, zip(*pairs, strict=True))
    function = getattr(jiwer, name)
    for arguments in ((references, hypotheses), (references[0], hypotheses[0]), (references[0], hypotheses[:1])):
        status = assert_same(lambda arguments=arguments: function(*arguments))
        assert served(status, NAME) or is_refused(lambda arguments=arguments: function(*arguments))


@given(pairs=st.lists(st.tuples(some, some), min_size=1, max_size=4))
def test_other_transforms(pairs):
    references, hypotheses = map(list, zip(*pairs, strict=True))
    lower = jiwer.Compose([jiwer.ToLowerCase(), jiwer.RemovePunctuation(), jiwer.ReduceToListOfListOfWords()])
    cases = [
        (lower, lower),
        (lower, jiwer.transformations.wer_default),
        (jiwer.transformations.wer_contiguous,) * 2,
        (jiwer.transformations.wer_standardize,) * 2,
        (jiwer.transformations.cer_contiguous,) * 2,
        (jiwer.Compose([jiwer.Strip()]),) * 2,
    ]
    for transforms in cases:
        assert_same(lambda transforms=transforms: jiwer.process_words(references, hypotheses, *transforms))


def test_transforms_run_once():
    calls = []

    class Words(jiwer.AbstractTransform):
        def process_list(self, sentences):
            calls.append(sentences)
            return [sentence.split() for sentence in sentences]

    class Odd(Words):
        def process_list(self, sentences):
            class Text(str):
                __slots__ = ()

            return [[*map(Text, words)] for words in super().process_list(sentences)]

    for transform in (Words(), Odd()):
        with strictly():
            assert jiwer.wer(["a b"], ["a c"], transform, transform) == 0.5
        assert len(calls) == 2
        calls.clear()


def test_results_are_jiwer_s():
    arguments = ["the cat sat", "it rains"], ["the cat", "it rained a lot"]
    plain = jiwer.process_words(*arguments)
    with strictly():
        made = jiwer.process_words(*arguments)
        shown = jiwer.visualize_alignment(jiwer.process_words(*arguments))
    assert isinstance(made, jiwer.WordOutput)
    assert made == plain
    assert repr(made) == repr(plain)
    assert shown == jiwer.visualize_alignment(plain)
    for copied in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made)):
        assert copied == plain
        assert type(copied.alignments) is list


@pytest.mark.parametrize(
    "arguments",
    [
        ([], []),
        (["a"], ["a", "b"]),
        ("a", 5),
        (None, "a"),
        (("a",), ("a",)),
        (["a"], [None]),
        ("", ""),
        ("", "a b"),
        ([" "], ["a"]),
        (["a", ""], ["a", ""]),
        ("a", ""),
        (["\ud800 a"], ["\ud800 b"]),
    ],
    ids=ascii,
)
def test_what_jiwer_makes_of_odd_input(arguments):
    for name in FUNCTIONS:
        assert_same(lambda name=name: getattr(jiwer, name)(*arguments))


def test_a_default_transform_that_was_changed(monkeypatch):
    steps = jiwer.transformations.wer_default.transforms
    monkeypatch.setattr(jiwer.transformations.wer_default, "transforms", [jiwer.ToLowerCase(), *steps])
    assert served(assert_same(lambda: jiwer.wer("A b", "a B")), NAME)
    assert jiwer.wer("A b", "a B") == 0.0
    monkeypatch.setattr(steps[-1], "word_delimiter", "-")
    assert served(assert_same(lambda: jiwer.wer("a-b c", "a-c")), NAME)
    with strictly():
        monkeypatch.setattr(steps[-1], "word_delimiter", "c")
        assert jiwer.wer("acb", "acx") == 0.5


def test_a_patched_class_is_left_to_jiwer(monkeypatch):
    with strictly():
        assert jiwer.wer(".a", "a") == 1.0
        monkeypatch.setattr(jiwer.transforms.Strip, "process_string", lambda self, text: text.strip("."))
        assert jiwer.wer(".a", "a") == 0.0
        assert tricolore.dropin.status().fallbacks == {NAME: {"hook": 1}}
