"""Rust, the reference and sacreBLEU hold each other to the bit."""

import random

import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from originals import original_row
from sacrebleu import metrics
from texts import markup, texts
from tricolore import reference

some = st.one_of(texts, markup)
OPTIONS = [
    {},
    {"word_order": 2},
    {"word_order": 2, "lowercase": True, "whitespace": True},
    {"eps_smoothing": True},
    {"eps_smoothing": True, "word_order": 1, "beta": 1},
    {"char_order": 3, "word_order": 5, "beta": 3},
    {"char_order": 9, "whitespace": True},
    {"char_order": 0, "word_order": 2},
    {"beta": 0.5},
    {"beta": 0},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@given(prediction=some, references=st.lists(some, min_size=1, max_size=3))
def test_one_segment(options, prediction, references):
    ours, original = tc.CHRF(**options), metrics.CHRF(**options)
    expected = original.sentence_score(prediction, references)
    score = ours.score(prediction, references)
    assert (
        score.score.hex()
        == float(expected.score).hex()
        == float(reference.chrf(prediction, references, **options)).hex()
    )
    assert score.name == expected.name
    scores = ours.score_each([prediction], [references])
    assert scores.values.tolist() == [expected.score]
    assert scores.statistics.rows.tolist() == [original_row(original, prediction, references)]
    assert score.signature.rpartition("|version:")[0] == str(original.get_signature()).rpartition("|version:")[0]


# Lengths at which one way of counting ends and another begins, and characters that some of them leave to others.
letters = st.sampled_from(["ab", "etaoin shrdlu", "aé漢", "etaoin\0shrdlu\x80", "".join(map(chr, range(0x100, 0x1A0)))])
length = st.sampled_from([0, 1, 7, 63, 64, 65, 87, 90, 119, 122, 128, 129, 190, 256, 260, 510, 515, 700])


@pytest.mark.parametrize("options", OPTIONS[:2], ids=str)
@given(letters=letters, lengths=st.lists(length, min_size=2, max_size=4), seed=st.integers(0, 10**6))
def test_texts_of_every_length(options, letters, lengths, seed):
    draw = random.Random(seed)
    first = "".join(draw.choices(letters, k=max(lengths)))
    # Alike for the most part.
    texts = ["".join(draw.choice(letters) if draw.random() < 0.1 else char for char in first[:n]) for n in lengths]
    ours, original = tc.CHRF(**options), metrics.CHRF(**options)
    prediction, references = texts[0], texts[1:]
    expected = [original.sentence_score(prediction, [text]).score for text in references]
    assert [reference.chrf(prediction, [text], **options) for text in references] == expected
    prepared = ours.prepare(references)
    assert ours.score_each([prediction] * len(references), references).values.tolist() == expected
    assert ours.score_each([prediction] * len(references), prepared).values.tolist() == expected
    assert ours.pairwise([prediction], references).tolist() == [expected]
    assert ours.score(prediction, references).score == original.sentence_score(prediction, references).score


@pytest.mark.parametrize("options", OPTIONS[:4], ids=str)
@given(pairs=st.lists(st.tuples(some, some, some), min_size=1, max_size=20))
def test_a_corpus(options, pairs):
    predictions, first, second = map(list, zip(*pairs, strict=True))
    expected = metrics.CHRF(**options).corpus_score(predictions, [first, second])
    ours = tc.CHRF(**options).corpus(predictions, tc.from_streams(first, second))
    assert ours.score.hex() == float(expected.score).hex()


@given(text=some)
def test_words(text):
    assert reference.chrf_words(text) == metrics.CHRF()._remove_punctuation(text)


@pytest.mark.parametrize("letters", ["ab", "abcdefghij", "aé中𠀀 "])
@pytest.mark.parametrize("options", [{}, {"word_order": 2}, {"char_order": 9, "word_order": 3}], ids=str)
def test_texts_around_the_lengths_that_masks_hold(options, letters):
    generator = random.Random(len(letters))
    original, ours = metrics.CHRF(**options), tc.CHRF(**options)
    texts = [
        "".join(generator.choices(letters + " .", k=generator.choice([60, 66, 125, 131, 250, 262, 400, 2000])))
        for _ in range(120)
    ]
    rows = ours.statistics(texts, texts[1:] + texts[:1], num_threads=2).rows.tolist()
    assert rows == [original_row(original, p, [r]) for p, r in zip(texts, texts[1:] + texts[:1], strict=True)]


def test_segments_read_together_are_those_read_alone():
    generator = random.Random(3)
    parts = ["a", "(b", "c)", "(d)", ".", "..", "'s", "€", "中", "é.", "\u3000", "\x85", " ", " ", "\n", "x" * 20, "\0"]
    # A NUL sends what is read with it another way: now with it, now without.
    texts = [
        "".join(generator.choices(parts[: 16 if i // 40 % 2 else 17], k=generator.randrange(60))) for i in range(400)
    ]
    chrf = tc.CHRF(word_order=2)
    together = chrf.statistics(texts, texts[1:] + texts[:1]).rows.tolist()
    pairs = list(zip(texts, texts[1:] + texts[:1], strict=True))
    assert together == [chrf.statistics([p], [r]).rows.tolist()[0] for p, r in pairs]
    assert together == [reference.chrf_row(p, r, 6, 2) for p, r in pairs]


def test_figured_by_hand():
    # Characters of "abc" in "abd": 2 of 3, 1 of 2, 0 of 1; orders 4 to 6 are of neither.
    score = tc.CHRF(char_order=3).score("abc", "abd")
    assert score.score == pytest.approx(100 * (2 / 3 + 1 / 2 + 0) / 3)
    # Recall counts four times as much: "ab" against "abcd", characters alone.
    score = tc.CHRF(char_order=1).score("ab", "abcd")
    assert score.score == pytest.approx(100 * 5 * 1 * 0.5 / (4 * 1 + 0.5))
    assert tc.CHRF().score("", "").score == 0.0
    assert tc.CHRF(eps_smoothing=True).score("", "").score == 1.0000000000000002e-14


@given(prediction=some, references=st.lists(some, min_size=1, max_size=3))
def test_an_explanation_adds_up(prediction, references):
    chrf = tc.CHRF(word_order=2, lowercase=True)
    explanation = chrf.explain(prediction, references)
    row = chrf.statistics([prediction], [references]).rows[0].tolist()
    for order, figures in zip(explanation.orders, zip(*[iter(row)] * 3, strict=True), strict=True):
        assert (order.prediction_total, order.reference_total, order.matches) == figures
        assert sum(match.matches for match in order.ngrams) == order.matches
    assert explanation.to_dict()["score"]["score"] == chrf.score(prediction, references).score
    assert explanation._repr_html_().count("<tr>") == len(explanation.facts())


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"char_order": -1}, ValueError, "char_order is -1: it must be from 0"),
        ({"char_order": 6.0}, TypeError, "char_order is 6.0: it must be an int"),
        ({"char_order": 0}, ValueError, "nothing to count"),
        ({"word_order": True}, TypeError, "word_order is True"),
        ({"beta": "2"}, TypeError, "beta is '2': it must be a number"),
        ({"beta": float("inf")}, ValueError, "beta is inf"),
        ({"whitespace": None}, TypeError, "whitespace is None"),
    ],
)
def test_options(options, error, message):
    with pytest.raises(error, match=message):
        tc.CHRF(**options)


@pytest.mark.parametrize("distinct", [60, 253, 254, 255, 300])
def test_long_texts_of_many_characters(distinct):
    # Sorted where they fit a byte, and past that not.
    characters = [chr(0x4E00 + i) for i in range(distinct)]
    prediction = "".join(characters[i * i % distinct] for i in range(1500)) + "".join(characters)
    reference = "".join(characters[(i * i + i // 7) % distinct] for i in range(1400)) + "".join(characters)
    for word_order in (0, 2):
        expected = metrics.CHRF(word_order=word_order).sentence_score(prediction, [reference]).score
        assert tc.CHRF(word_order=word_order).score(prediction, reference).score == expected
