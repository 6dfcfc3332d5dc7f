"""GLEU by Rust, by the reference and by NLTK is equal to the bit."""

import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from nltk.translate.gleu_score import corpus_gleu, sentence_gleu
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a
from texts import few_words, markup, texts
from tricolore import reference

some = st.one_of(few_words, markup, texts)
ORDERS = [(1, 4), (1, 1), (2, 3), (3, 9)]


@pytest.mark.parametrize(("min_len", "max_len"), ORDERS)
@given(prediction=some, others=st.lists(some, min_size=1, max_size=3))
def test_one_segment(min_len, max_len, prediction, others):
    gleu = tc.GLEU("none", min_len=min_len, max_len=max_len)
    score = gleu.score(prediction, others)
    expected = sentence_gleu([text.split() for text in others], prediction.split(), min_len, max_len)
    assert score.score == expected == reference.gleu(prediction, others, "none", min_len, max_len)
    tokens = [text.split() for text in others]
    assert [score.matches, score.total] == reference.gleu_row(prediction.split(), tokens, min_len, max_len)
    explanation = gleu.explain(prediction, others)
    assert explanation.score == score
    assert sum(match.matches for own in explanation.matches.values() for match in own) == score.matches
    pretokenized = tc.GLEU("pretokenized", min_len=min_len, max_len=max_len)
    assert pretokenized.score(prediction.split(), tokens).score == expected


@given(segments=st.lists(st.tuples(some, some, some), min_size=1, max_size=8))
def test_a_corpus(segments):
    predictions, *streams = map(list, zip(*segments, strict=True))
    references = [list(own) for own in zip(*streams, strict=True)]
    # evaluate's google_bleu gives the tokens of 13a to NLTK.
    split = Tokenizer13a()
    tokens = [[split(text).split() for text in own] for own in references]
    expected = corpus_gleu(tokens, [split(text).split() for text in predictions])
    assert tc.GLEU().corpus(predictions, references).score == expected
    lower = corpus_gleu(
        [[text.lower().split() for text in own] for own in references], [text.lower().split() for text in predictions]
    )
    assert tc.GLEU("none", lowercase=True).corpus(predictions, references).score == lower
    by_callable = tc.GLEU(str.split).corpus(predictions, references)
    assert by_callable.score == tc.GLEU("none").corpus(predictions, references).score


def test_long_texts():
    words = [f"w{i * i % 97}" for i in range(700)]
    for other in (words[::-1], words[3:] + words[:3], words[:100] * 9, [*words, "x"]):
        for min_len, max_len in ORDERS:
            gleu = tc.GLEU("none", min_len=min_len, max_len=max_len)
            assert gleu.score(" ".join(words), " ".join(other)).score == sentence_gleu([other], words, min_len, max_len)


def test_options_are_checked():
    for min_len, max_len, name in ((0, 4, "min_len"), (3, 2, "max_len")):
        with pytest.raises(ValueError, match=f"{name} is"):
            tc.GLEU(min_len=min_len, max_len=max_len)
    with pytest.raises(ValueError, match="lowercase is for texts"):
        tc.GLEU("pretokenized", lowercase=True)
    with pytest.raises(ValueError, match="tokenize is 'words'"):
        tc.GLEU("words")
