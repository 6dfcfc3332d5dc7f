"""The scripts of evaluate's `bleu` and `squad` are served wherever they lie.

The scripts here are our own definitions under the originals' names, whose forms the tests make known.
"""

import importlib
import inspect
import itertools
import sys

import pytest
from dropin import assert_same as assert_same_with
from dropin import served
from hypothesis import given, settings
from hypothesis import strategies as st
from nmt import nmt
from texts import few_words, markup
from tricolore import dropin
from tricolore.dropin.adapters import evaluate_scripts
from tricolore.dropin.forms import form_of
from tricolore.dropin.known_sources import KNOWN_FORMS

BLEU = f"""
import math
from collections import Counter

{inspect.getsource(nmt)}

def _get_ngrams(segment, max_order):
    return Counter()

def compute_bleu(reference_corpus, translation_corpus, max_order=4, smooth=False):
    return tuple(nmt(translation_corpus, reference_corpus, max_order, smooth).values())
"""
UNSMOOTHED = BLEU.replace("if smooth:", "if smooth and n > 1:")
ZERO = BLEU.replace(
    "    return tuple(nmt",
    "    if not any(min(map(len, own)) for own in reference_corpus):\n"
    "        return 0, [0] * max_order, 0, 0, sum(map(len, translation_corpus)), 0\n"
    "    return tuple(nmt",
)
SQUAD = r"""
import re, string
from collections import Counter

def normalize_answer(text):
    kept = "".join(character for character in text.lower() if character not in string.punctuation)
    return " ".join(re.sub(r"\b(?:a|an|the)\b", " ", kept).split())

def f1_score(prediction, answer):
    left, right = (Counter(normalize_answer(text).split()) for text in (prediction, answer))
    same = (left & right).total()
    if not same:
        return 0
    precision, recall = same / left.total(), same / right.total()
    return 2 * precision * recall / (precision + recall)

def exact_match_score(prediction, answer):
    return normalize_answer(prediction) == normalize_answer(answer)

def metric_max_over_ground_truths(metric, prediction, answers):
    return max(metric(prediction, answer) for answer in answers)

def compute_score(dataset, predictions):
    questions = [own for article in dataset for paragraph in article["paragraphs"] for own in paragraph["qas"]]
    exact = f1 = 0
    for own in questions:
        if own["id"] in predictions:
            given = predictions[own["id"]], [answer["text"] for answer in own["answers"]]
            exact += metric_max_over_ground_truths(exact_match_score, *given)
            f1 += metric_max_over_ground_truths(f1_score, *given)
    return {"exact_match": 100.0 * exact / len(questions), "f1": 100.0 * f1 / len(questions)}
"""
number = itertools.count()


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Returns a function that writes a script into a new package, makes its form known, and imports it."""

    def made(name, source):
        folder = tmp_path / f"scripts_{next(number)}"
        folder.mkdir()
        (folder / f"{name}.py").write_text(source, "utf-8")
        monkeypatch.setitem(KNOWN_FORMS[name], form_of(source), ("ours",))
        return importlib.import_module(f"{folder.name}.{name}")

    monkeypatch.syspath_prepend(str(tmp_path))
    yield made
    for name in [name for name in sys.modules if name.startswith("scripts_")]:
        del sys.modules[name]


def assert_same(call):
    return assert_same_with(call, only=("evaluate",))


words = st.one_of(few_words, markup).map(str.split)
answers = st.lists(st.sampled_from("The cat a sat, sat An . Été été".split()), max_size=5).map(" ".join)
corpora = st.lists(st.tuples(words, st.lists(words, min_size=1, max_size=3)), min_size=1, max_size=3)


@pytest.mark.parametrize("source", [BLEU, UNSMOOTHED, ZERO], ids=["main", "unsmoothed", "zero"])
def test_bleu(source, load, monkeypatch):
    assert len({BLEU, UNSMOOTHED, ZERO}) == 3
    module = load("nmt_bleu", source)
    monkeypatch.setattr(evaluate_scripts, "FIRST_ORDER_UNSMOOTHED", form_of(UNSMOOTHED))
    monkeypatch.setattr(evaluate_scripts, "ZERO_WITHOUT_REFERENCES", form_of(ZERO))

    @settings(max_examples=40)
    @given(data=corpora, order=st.integers(1, 5), smooth=st.booleans())
    def check(data, order, smooth):
        texts, references = ([own[i] for own in data] for i in (0, 1))
        status = assert_same(lambda: module.compute_bleu(references, texts, order, smooth))
        assert status.versions == {f"nmt_bleu in {module.__name__.split('.')[0]}": "0.4.6"}
        if any(texts) and all(all(own) for own in references):
            assert served(status, "nmt_bleu.compute_bleu")

    check()
    for arguments in (([], []), ([[]], [["a"]]), ([[["a"]]], ["a"]), ([[[1]]], [[1]]), ([[["a"]]], [["a"], ["b"]])):
        assert_same(lambda arguments=arguments: module.compute_bleu(*arguments))
    assert_same(lambda: module.compute_bleu([[["a"]]], [["a"]], 0))


def test_squad(load):
    module = load("compute_score", SQUAD)

    @settings(max_examples=100)
    @given(st.lists(st.tuples(answers, st.lists(answers, min_size=1, max_size=3)), min_size=1, max_size=4))
    def check(data):
        questions = [{"id": str(i), "answers": [{"text": text} for text in own]} for i, (_, own) in enumerate(data)]
        predictions = {str(i): text for i, (text, _) in enumerate(data)}
        dataset = [{"paragraphs": [{"qas": questions[:2]}, {"qas": questions[2:]}]}]
        status = assert_same(lambda: module.compute_score(dataset, predictions))
        assert served(status, "compute_score.compute_score")
        assert_same(lambda: module.compute_score(dataset, {"0": "the"}))

    check()
    for arguments in (([], {}), ([{"paragraphs": [{"qas": [{"id": 1, "answers": []}]}]}], {1: "a"}), (None, {})):
        assert_same(lambda arguments=arguments: module.compute_score(*arguments))


def test_other_code_of_this_name_is_left_alone(load, monkeypatch):
    module = load("nmt_bleu", BLEU)
    monkeypatch.setattr(module, "_get_ngrams", lambda segment, max_order: None)
    with dropin.installed(("evaluate",)):
        assert not dropin.status().versions
        assert "_get_ngrams was replaced" in next(iter(dropin.status().left_alone.values()))
    monkeypatch.delitem(KNOWN_FORMS["nmt_bleu"], form_of(BLEU))
    with dropin.installed(("evaluate",)):
        assert not dropin.status().versions
        assert not dropin.status().left_alone
