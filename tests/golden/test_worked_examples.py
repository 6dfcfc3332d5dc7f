"""Examples that courses on fine-tuning work through, figured by hand."""

import pytest
import tricolore as tc

REFERENCE = "It is cold outside."
OUTPUT = "It is very cold outside"


@pytest.mark.parametrize(
    ("name", "counts", "precision", "recall", "rounded_f"),
    [
        ("rouge1", (4, 5, 4), 4 / 5, 4 / 4, 0.89),
        ("rouge2", (2, 4, 3), 2 / 4, 2 / 3, 0.57),
        ("rougeL", (4, 5, 4), 4 / 5, 4 / 4, 0.89),
        ("rougeLsum", (4, 5, 4), 4 / 5, 4 / 4, 0.89),
        ("rougeLsubstr", (2, 5, 4), 2 / 5, 2 / 4, 0.44),
    ],
)
def test_it_is_very_cold_outside(name, counts, precision, recall, rounded_f):
    score = tc.ROUGE(types=[name]).score(OUTPUT, REFERENCE)
    assert score.counts[name] == counts
    assert score[name].precision == precision
    assert score[name].recall == recall
    assert round(score[name].fmeasure, 2) == rounded_f


def test_clipping():
    output, reference = "cold cold cold cold", "It is cold outside"
    assert tc.ngram_overlap(output, reference, clip=False) == (4, 4, 4)
    assert tc.ngram_overlap(output, reference, clip=True) == (1, 4, 4)
    assert tc.ROUGE(types=["rouge1"]).score(output, reference)["rouge1"].precision == 1 / 4


def test_several_references_clip_at_the_largest_count():
    # Papineni et al., 2002, example 2: "the" is twice in the first reference and once in the other.
    candidate = "the the the the the the the"
    references = ["The cat is on the mat.", "There is a cat on the mat."]
    assert tc.ngram_overlap(candidate, references)[:2] == (2, 7)
    # The largest counts: the 2, cat, is, on, mat, there, a.
    assert tc.ngram_overlap(candidate, references).reference_total == 8


def test_ngrams():
    text = "Large Language Models are awesome"
    assert tc.ngrams(text, n=3, tokenizer="whitespace") == [
        ("Large", "Language", "Models"),
        ("Language", "Models", "are"),
        ("Models", "are", "awesome"),
    ]
    assert tc.ngrams(text, n=2)[0] == ("large", "language")
    assert tc.ngrams(text, n=6) == []


def test_what_overlap_cannot_see():
    rouge = tc.ROUGE(types=["rouge1", "rouge2"])
    shuffled = rouge.score("drinking tea loves she", "she loves drinking tea")
    assert shuffled["rouge1"].fmeasure == 1.0
    assert shuffled["rouge2"].fmeasure < 1.0
    same_meaning = rouge.score("really loves drinking tea", "adores sipping tea")["rouge1"]
    assert (same_meaning.precision, same_meaning.recall) == (1 / 4, 1 / 3)
    opposite = rouge.score("He does not drink coffee", "He does drink coffee")["rouge1"]
    assert (opposite.precision, opposite.recall) == (4 / 5, 1.0)


def test_a_union_takes_what_lines_give_together():
    # Lin, 2004, section 3.2: w1 w2 w3 w4 w5 against two sentences; the union is w1 w2 w3 w5.
    reference = "w1 w2 w3 w4 w5"
    prediction = "w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5"
    score = tc.ROUGE(types=["rougeLsum"]).score(prediction, reference)
    assert score.counts["rougeLsum"] == (4, 10, 5)


def test_texts_without_tokens_score_zero():
    rouge = tc.ROUGE(types=["rouge1", "rouge2", "rougeL", "rougeLsum", "rougeLsubstr"])
    for prediction in ("", " ", "\n\n", "...", "漢字"):
        for reference in ("", "?!", "a word"):
            for a, b in ((prediction, reference), (reference, prediction)):
                assert set(rouge.score(a, b).to_dict().values()) == {0.0}


@pytest.mark.parametrize(
    ("tokenizer", "text", "tokens"),
    [
        ("default", "Don't STOP: 3.5 Ångström, İstanbul, 5 K", "don t stop 3 5 ngstr m i stanbul 5 k"),
        ("whitespace", "Don't  STOP\x1cnow\u3000ok", "Don't STOP now ok"),
        ("char", "Ab c\u0301", "A b c \u0301"),
        ("unicode", "Don't STOP: café, 3 Wörter", "don t stop café 3 wörter"),
        ("unicode", "Привет, мир!", "привет мир"),
        ("unicode", "我爱北京2024", "我 爱 北 京 2024"),
        ("unicode", "пʼять tʼáá スーパー 〆切", "пʼять tʼáá ス ー パ ー 〆 切"),
        ("unicode", "カタカナとひらがな", "カ タ カ ナ と ひ ら が な"),
        ("unicode", "สวัสดี", "ส วั ส ดี"),
        ("unicode", "नमस्ते दुनिया", "नमस्ते दुनिया"),
        ("unicode", "대한민국 만세", "대한민국 만세"),
        ("unicode", "\u0301a \u0301", "\u0301a \u0301"),
    ],
)
def test_tokenizers(tokenizer, text, tokens):
    assert tc.ROUGE(tokenizer=tokenizer).tokenize(text) == tokens.split(" ")
