"""ROUGE by Rust, by the reference and by rouge_score is equal to the bit."""

import math
import os
import subprocess
import sys

import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from rouge_score import rouge_scorer
from texts import RETOLD, STORY, TYPES, texts
from tricolore import reference

TOKENIZERS = ("default", "whitespace", "char", "unicode")


def bits(scores):
    """Returns the exact figures of each ROUGE type. 0.0 and -0.0 differ."""
    return {name: tuple(float(figure).hex() for figure in measures) for name, measures in scores.items()}


@pytest.mark.parametrize("use_stemmer", [False, True])
@given(prediction=texts, target=texts)
def test_as_rouge_score(use_stemmer, prediction, target):
    original = rouge_scorer.RougeScorer(list(TYPES), use_stemmer=use_stemmer).score(target, prediction)
    ours = tc.ROUGE(TYPES, use_stemmer).score(prediction, target)
    by_definition = reference.rouge(prediction, [target], TYPES, use_stemmer)
    assert bits(ours) == bits(original) == bits(by_definition)


@pytest.mark.parametrize("multi_reference", ["best", "average"])
@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@given(prediction=texts, references=st.lists(texts, min_size=1, max_size=4))
def test_as_the_reference(tokenizer, multi_reference, prediction, references):
    types = (*TYPES, "rougeLsubstr")
    ours = tc.ROUGE(types, tokenizer=tokenizer, multi_reference=multi_reference).score(prediction, references)
    by_definition = reference.rouge(prediction, references, types, False, tokenizer, multi_reference)
    assert bits(ours) == bits(by_definition)


@given(prediction=texts, targets=st.lists(texts, min_size=1, max_size=4))
def test_the_best_reference_is_that_of_score_multi(prediction, targets):
    original = rouge_scorer.RougeScorer(list(TYPES)).score_multi(targets, prediction)
    assert bits(tc.ROUGE(TYPES).score(prediction, targets)) == bits(original)


@given(prediction=texts, target=texts)
def test_counts_are_those_of_the_reference(prediction, target):
    types = (*TYPES, "rougeLsubstr")
    counts = tc.ROUGE(types).score(prediction, target).counts
    assert counts == {name: reference.count(name, prediction, target) for name in types}


@given(prediction=texts, target=texts)
def test_a_callable_tokenizes_as_the_tokenizer_of_its_rule(prediction, target):
    assert bits(tc.ROUGE(TYPES, tokenizer=str.split).score(prediction, target)) == bits(
        tc.ROUGE(TYPES, tokenizer="whitespace").score(prediction, target)
    )


@pytest.mark.parametrize("times", [1, 4, 20])
@pytest.mark.parametrize("use_stemmer", [False, True])
def test_long_texts(times, use_stemmer):
    """Texts of more than 64 tokens, with lines of more than 64 and more than 256 tokens."""
    types = (*TYPES, "rouge9", "rougeLsubstr")
    prediction = "\n".join([RETOLD, STORY] * times)
    target = "\n".join([STORY.replace("\n", " ")] * times) + "\n" + (RETOLD * times).replace("\n", " ")
    ours = tc.ROUGE(types, use_stemmer).score(prediction, target)
    by_definition = reference.rouge(prediction, [target], types, use_stemmer)
    assert bits(ours) == bits(by_definition)


def test_high_orders():
    text = " ".join(str(i % 7) for i in range(500))
    for n in (10, 63, 64, 65, 127, 400, 500, 501, 999_999_999):
        name = f"rouge{n}"
        score = tc.ROUGE([name]).score(text, text + " 7")
        assert score.counts[name] == reference.count(name, text, text + " 7")


def test_the_corpus_is_the_rounded_mean():
    predictions, references = STORY.split("\n") * 7 + ["x"], RETOLD.split("\n") * 7 + ["x y"]
    rouge = tc.ROUGE(TYPES)
    columns = rouge.score_each(predictions, references).to_dict()
    expected = {name: math.fsum(column) / len(column) for name, column in columns.items()}
    assert rouge.corpus(predictions, references).to_dict() == expected


def test_every_instruction_set_gives_the_same_bits():
    """Each instruction set runs in a separate process. A set that the processor lacks falls back to the best it has."""
    program = (
        "import tricolore as tc, texts\n"
        "for t in (texts.TYPES, (*texts.TYPES, 'rougeLsubstr')):\n"
        "    m = tc.ROUGE(t)\n"
        "    print(repr(m.score(texts.STORY * 9, texts.RETOLD * 8)), repr(m.score(texts.STORY, texts.RETOLD)))\n"
        "    print(repr(m.corpus(texts.STORY.split('\\n'), texts.RETOLD.split('\\n'))))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(__file__))}
    out = [
        subprocess.run(
            [sys.executable, "-c", program], env=environment | extra, capture_output=True, text=True, check=True
        ).stdout
        for extra in ({}, *({"TRICOLORE_CPU": name} for name in ("baseline", "avx2", "avx512")))
    ]
    assert len(set(out)) == 1
    assert out[0].count("ROUGEScore") == 6
