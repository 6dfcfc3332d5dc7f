"""Examples from courses on fine-tuning, against values computed by hand."""

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
    # Papineni et al., 2002, example 2: "the" occurs twice in the first reference and once in the second.
    candidate = "the the the the the the the"
    references = ["The cat is on the mat.", "There is a cat on the mat."]
    assert tc.ngram_overlap(candidate, references)[:2] == (2, 7)
    # The largest counts are 2 for "the" and 1 each for cat, is, on, mat, there and a.
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
    # Lin, 2004, section 3.2: the union of w1 w2 w3 w4 w5 with the two sentences is w1 w2 w3 w5.
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
        # Marks in both orders; jamo; kana and U+212B; texts that compose only after lower-casing.
        ("unicode", "Tie\u0302\u0301ng Vie\u0323\u0302t Vie\u0302\u0323t", "ti\u1ebfng vi\u1ec7t vi\u1ec7t"),
        ("unicode", "\u1112\u1161\u11ab\u1100\u116e\u11a8", "\ud55c\uad6d"),
        ("unicode", "\u304b\u3099\u304d \u212bngstro\u0308m", "\u304c \u304d \u00e5ngstr\u00f6m"),
        ("unicode", "J\u030c \u01f0 I\u0307 \u0130", "\u01f0 \u01f0 i\u0307 i\u0307"),
        # A composition exclusion is decomposed; a final sigma stays final under a mark.
        ("unicode", "\u0958 \u0391\u03a3\u0301", "\u0915\u093c \u03b1\u03c2\u0301"),
        # Format characters are removed, even between a letter and its mark.
        ("unicode", "\ufeffinter\u00adnatio\u2060nal\u200e \u200f\u05d0\u05d1 \u00ad", "international \u05d0\u05d1"),
        ("unicode", "caf\u0065\u00ad\u0301", "caf\u00e9"),
        # Joiners stay: Sinhala, Bengali, Persian.
        ("unicode", "\u0dc1\u0dca\u200d\u0dbb\u0dd3 \u0d9a", "\u0dc1\u0dca\u200d\u0dbb\u0dd3 \u0d9a"),
        ("unicode", "\u09b0\u200d\u09cd\u09af\u09be\u09ac", "\u09b0\u200d\u09cd\u09af\u09be\u09ac"),
        ("unicode", "\u0645\u06cc\u200c\u0631\u0648\u0645", "\u0645\u06cc\u200c\u0631\u0648\u0645"),
        # In scripts without spaces a joiner and an ideographic variation selector stay with their character.
        ("unicode", "\u4e00\u200d\u4e8c\u845b\U000e0100\u4e09", "\u4e00\u200d \u4e8c \u845b\U000e0100 \u4e09"),
        # No token begins with a mark (WB4), and a zero width space separates words.
        ("unicode", "\u0301a \u0301b !\u0308c\n\u0308d \u200de\u200d", "a b c d e\u200d"),
        ("unicode", "a\u200bb a\u200cb a\u00adb", "a b a\u200cb ab"),
        # A Syriac word that contains an abbreviation mark, and an Arabic number after a number sign.
        ("unicode", "\u0718\u070f\u072b \u0600\u0661", "\u0718\u070f\u072b \u0661"),
        # Emoji are not letters, even when joined.
        ("unicode", "I \u2764\ufe0f\u200d\U0001f525 U \U0001f44d\U0001f3fd ok", "i u ok"),
        # A slashed equals sign is one symbol.
        ("unicode", "a =\u0338 b \u2260 c", "a b c"),
    ],
)
def test_tokenizers(tokenizer, text, tokens):
    assert tc.ROUGE(tokenizer=tokenizer).tokenize(text) == tokens.split(" ")
