"""The unicode tokenizer treats canonically equivalent texts as equal."""

import unicodedata
from unicodedata import combining, normalize

import numpy as np
import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from texts import composing, texts
from tricolore import reference

ROUGE = tc.ROUGE(["rouge1", "rouge2", "rougeL", "rougeLsum"], tokenizer="unicode")

COMPOSED = [
    "Ti\u1ebfng Vi\u1ec7t r\u1ea5t kh\xf3",
    "한국어를 공부합니다",
    "schöne Grüße",
    "がぎぐ",
    "\u1fbc \xc5 ΑΣ\u0301",
]
DECOMPOSED = [normalize("NFD", text) for text in COMPOSED]


@st.composite
def equivalents(draw):
    """Draws a text and a canonically equivalent one, with some code points decomposed and some marks reordered."""
    text = draw(st.one_of(composing, texts))
    chosen = draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
    points = list("".join(normalize("NFD", c) if take else c for c, take in zip(text, chosen, strict=True)))
    for place in draw(st.lists(st.integers(0, 60), max_size=20)):
        pair = points[place : place + 2]
        if len({combining(c) for c in pair} - {0}) == 2:
            points[place : place + 2] = reversed(pair)
    other = "".join(points)
    assert normalize("NFD", other) == normalize("NFD", text)
    return text, other


@given(equivalents())
def test_equivalent_texts_have_equal_tokens(pair):
    text, other = pair
    tokens = ROUGE.tokenize(text)
    assert tokens == ROUGE.tokenize(other) == reference.tokenize(other, "unicode")
    for form in ("NFC", "NFD"):
        assert ROUGE.tokenize(normalize(form, text)) == tokens


@given(st.one_of(composing, texts))
def test_tokens_are_composed_and_stay(text):
    tokens = ROUGE.tokenize(text)
    assert all(token == normalize("NFC", token) for token in tokens)
    assert ROUGE.tokenize(" ".join(tokens)) == tokens


@given(
    st.one_of(composing, texts), st.lists(st.tuples(st.integers(0, 60), st.sampled_from("\u00ad\u2060\ufeff\u200e")))
)
def test_format_characters_change_nothing(text, places):
    points = list(text)
    for place, c in places:
        points.insert(place, c)
    assert ROUGE.tokenize("".join(points)) == ROUGE.tokenize(text)


@given(st.one_of(composing, texts), st.lists(st.integers(0, 60)), st.sampled_from("\u200c\u200d\ufe0f\u0334"))
def test_marks_part_no_token(text, places, mark):
    """Inserted marks split no token (UAX #29, WB4). Without the marks, the tokens are those of the plain text."""
    tokens = ROUGE.tokenize(text.replace(mark, ""))
    points = list(" ".join(tokens))
    for place in places:
        points.insert(place, mark)
    assert [token.replace(mark, "") for token in ROUGE.tokenize("".join(points))] == tokens


def test_by_every_way_in():
    pyarrow = pytest.importorskip("pyarrow")
    expected = ROUGE.score_each(COMPOSED, COMPOSED)
    assert expected["rouge1_fmeasure"].tolist() == [1.0] * 5
    for predictions, references in (
        (COMPOSED, DECOMPOSED),
        (DECOMPOSED, tuple(COMPOSED)),
        (pyarrow.array(DECOMPOSED), pyarrow.array(COMPOSED)),
        (pyarrow.array(COMPOSED, pyarrow.string_view()), pyarrow.array(DECOMPOSED, pyarrow.large_string())),
        (COMPOSED, pyarrow.array([[text] for text in DECOMPOSED])),
        (COMPOSED, [[text] for text in DECOMPOSED]),
        (COMPOSED, ROUGE.prepare(DECOMPOSED)),
        (DECOMPOSED, ROUGE.prepare(COMPOSED)),
    ):
        scores = ROUGE.score_each(predictions, references)
        assert scores.statistics == expected.statistics
        assert np.array_equal(scores.values, expected.values)
    for composed, decomposed in zip(COMPOSED, DECOMPOSED, strict=True):
        assert ROUGE.score(composed, decomposed) == ROUGE.score(composed, composed)
        assert ROUGE.explain(composed, decomposed).score == ROUGE.explain(composed, composed).score
        assert tc.ngrams(composed, 2, "unicode") == tc.ngrams(decomposed, 2, "unicode")
    pairs = ROUGE.pairwise(COMPOSED, DECOMPOSED)
    assert all(np.array_equal(pairs[name], ROUGE.pairwise(COMPOSED, COMPOSED)[name]) for name in pairs)


def test_metrics_that_read_texts_otherwise_are_not_mixed_up():
    """BLEU lower-cases and does not compose. It keeps its own tokens when it is evaluated together with ROUGE."""
    bleu = tc.BLEU("none", lowercase=True)
    together = tc.evaluate(COMPOSED, DECOMPOSED, [ROUGE, bleu], confidence=None)
    alone = [tc.evaluate(COMPOSED, DECOMPOSED, [metric], confidence=None) for metric in (ROUGE, bleu)]
    assert together.rows == alone[0].rows + alone[1].rows
    scores = {row["metric"]: row["score"] for row in together.to_dict()["rows"]}
    assert scores["rouge1_fmeasure"] == 1.0
    assert scores["bleu"] < 20
    with pytest.raises(ValueError, match="prepared by"):
        bleu.score_each(COMPOSED, ROUGE.prepare(COMPOSED))


def test_the_signature_names_the_rules():
    fields = dict(field.split(":", 1) for field in ROUGE.signature.split("|"))
    assert fields["tok"] == "unicode.2-18.0.0"
    assert fields["lower"] == unicodedata.unidata_version


def test_statistics_of_the_rules_before_do_not_combine():
    now = ROUGE.statistics(["a"], ["a"])
    before = tc.Statistics(
        now.rows, now.offsets, now.columns, (1, 1), ROUGE.signature.replace("unicode.2-", "unicode-"), "ROUGE"
    )
    with pytest.raises(ValueError, match="unicode-18"):
        ROUGE.from_statistics(before)
    with pytest.raises(ValueError, match="unicode-18"):
        now + before
