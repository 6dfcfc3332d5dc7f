"""Rust, the reference and transformers' copy of the SQuAD 2.0 script give the same bits."""

import math
import string

import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from texts import markup, texts
from tricolore import reference
from tricolore.reference.squad import is_letter_or_number

answers = st.lists(
    st.sampled_from(
        ["a", "an", "the", "The", "AN", "nile", "Nile", "1969", "a.", "the-", "_a_", "é", "a\u0301", "中", "²", "€"]
        + [" ", " ", "  ", "\n", "\u00a0", ",", ".", "'s"]
    ),
    max_size=12,
).map("".join)
some = st.one_of(answers, texts, markup)


@pytest.fixture(scope="module")
def original():
    from transformers.data.metrics import squad_metrics

    return squad_metrics


def raw_scores(original, prediction, references):
    """Returns the exact match and the F1 of one question."""
    from transformers.data.processors.squad import SquadExample

    answers = [{"text": text} for text in references]
    example = SquadExample("id", "?", "", None, None, None, answers=answers)
    return tuple(float(scores["id"]) for scores in original.get_raw_scores([example], {"id": prediction}))


def known(text):
    """Returns the text without characters that our tables and the interpreter's Unicode classify differently."""
    return "".join(c for c in text if is_letter_or_number(c) == c.isalnum())


@given(text=some)
def test_tokens(original, text):
    text = known(text)
    assert tc.TokenF1().tokens(text) == reference.squad_tokens(text) == original.get_tokens(text)


def test_what_a_word_is():
    """Our rule is `str.isalnum`, except for characters that later versions of Unicode added."""
    import unicodedata

    for c in map(chr, range(0x110000)):
        if unicodedata.category(c) != "Cn":
            assert is_letter_or_number(c) == c.isalnum()


@pytest.mark.parametrize("mark", string.punctuation)
def test_every_mark_goes(original, mark):
    for text in (mark, f"a{mark}", f"{mark}the b", f"x{mark}a{mark}y", f"a{mark}n b"):
        assert tc.TokenF1().tokens(text) == original.get_tokens(text)


@given(prediction=some, others=st.lists(some, min_size=1, max_size=3))
def test_one_segment(original, prediction, others):
    prediction, others = known(prediction), list(map(known, others))
    plain, squad, f1 = tc.ExactMatch(), tc.ExactMatch("squad"), tc.TokenF1()
    expected, expected_f1 = raw_scores(original, prediction, others)
    assert squad.score(prediction, others).score == expected
    assert squad.score_each([prediction], [others]).values.tolist() == [expected]
    assert reference.exact_match(prediction, others, "squad") == expected
    assert plain.score(prediction, others).score == reference.exact_match(prediction, others) == (prediction in others)
    assert f1.score(prediction, others).score.hex() == expected_f1.hex()
    assert f1.score_each([prediction], [others]).values.tolist() == [expected_f1]
    assert reference.token_f1(prediction, others).hex() == expected_f1.hex()


def test_a_reference_of_which_nothing_is_left(original):
    """A reference without tokens counts only if no other reference has tokens."""
    for prediction, others in (("a", ["the", "x"]), ("", ["", "x"]), ("the", ["a", "."]), ("x", ["the", "x"])):
        exact, f1 = raw_scores(original, prediction, others)
        assert tc.ExactMatch("squad").score(prediction, others).score == exact
        assert tc.TokenF1().score(prediction, others).score == f1
    assert tc.ExactMatch().score("", ["", "x"]).score == 1


@given(pairs=st.lists(st.tuples(some, some), min_size=1, max_size=20))
def test_a_corpus(original, pairs):
    predictions, references = (list(map(known, side)) for side in zip(*pairs, strict=True))
    matched = [original.compute_exact(r, p) for p, r in zip(predictions, references, strict=True)]
    score = tc.ExactMatch("squad").corpus(predictions, references)
    assert (score.score, score.matches, score.segments) == (sum(matched) / len(pairs), sum(matched), len(pairs))
    f1 = [original.compute_f1(r, p) for p, r in zip(predictions, references, strict=True)]
    score = tc.TokenF1().corpus(predictions, references)
    assert score.score == math.fsum(f1) / len(pairs)
    each = [tc.TokenF1().score(p, r) for p, r in zip(predictions, references, strict=True)]
    assert score.precision == math.fsum(s.precision for s in each) / len(pairs)
    assert score.recall == math.fsum(s.recall for s in each) / len(pairs)


@given(prediction=some, others=st.lists(some, min_size=1, max_size=3))
def test_explanations_add_up(prediction, others):
    explanation = tc.TokenF1().explain(prediction, others)
    row = reference.token_f1_row(explanation.prediction_tokens, explanation.reference_tokens)
    assert sum(match.matches for match in explanation.matches) == row[0]
    assert reference.token_f1_score(row)[2] == explanation.score.score
    explanation = tc.ExactMatch("squad").explain(prediction, others)
    assert (explanation.prediction in explanation.references) == explanation.score.score
