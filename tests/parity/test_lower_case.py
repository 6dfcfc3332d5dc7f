"""Lower case is that of `str.lower`, whichever way a text is lower-cased."""

import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from process import run

TOKENS = tc.BLEU("none", lowercase=True).tokens
# Among them a sigma, whose lower case depends on its neighbours, and letters whose lower case has another length.
LETTERS = "aZ Σσ'.\u0301ΑİKÅȺЖжÉéßẞǅ漢か“\U00010400\U0001e900\ud800"


def test_every_code_point():
    points = [chr(point) for point in range(0x80, 0x110000) if not 0xD800 <= point < 0xE000]
    points = [point for point in points if not point.isspace()]
    for start in range(0, len(points), 16):
        some = points[start : start + 16]
        assert TOKENS(" ".join(some)) == [point.lower() for point in some]


@given(st.text(LETTERS, max_size=150))
def test_texts_that_mix_scripts(text):
    assert TOKENS(text) == text.lower().split()


@pytest.mark.parametrize("metric", [tc.TokenF1(), tc.TER(), tc.ROUGE(["rouge1"], tokenizer="unicode")], ids=repr)
def test_metrics_that_ignore_case(metric):
    text = "ΟΔΥΣΣΕΥΣ Σ.Σ IŞIK İstanbul ЖЕНА Élan Åse ẞ Ⱥ \U00010400"
    assert metric.score(text, text.lower()) == metric.score(text.lower(), text.lower())


@pytest.mark.parametrize("first", ["a", "\u0416", "\u03a3", "\u0130", "e\u0301", "\ud800"], ids=ascii)
def test_the_first_text_of_a_process(first):
    """The extension knows a version of Unicode of its own, with letters that the interpreter may lack."""
    code = (
        "import tricolore as tc\n"
        "from tricolore.reference.tokenizers import unicode_words\n"
        "rouge = tc.ROUGE(['rouge1'], tokenizer='unicode')\n"
        f"rouge.tokenize({first!a})\n"
        "points = [chr(point) for point in range(0x80, 0x20000) if not 0xD800 <= point < 0xE000]\n"
        "some = [' '.join(points[start : start + 16]) for start in range(0, len(points), 16)]\n"
        "print([text for text in some if rouge.tokenize(text) != unicode_words(text)])\n"
    )
    assert run("-c", code).stdout == "[]\n"
