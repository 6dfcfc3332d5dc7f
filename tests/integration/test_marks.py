"""Marks in a text: the parts of the text as it was written that matched, and those that did not."""

import json

import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from texts import few_words, markup, texts

METRICS = [
    tc.ROUGE(["rouge1", "rouge2", "rougeL", "rougeLsubstr"], use_stemmer=True),
    tc.ROUGE(["rougeLsum"], use_stemmer=True),
    tc.ROUGE(["rouge1"], tokenizer=str.split),
    tc.BLEU(lowercase=True),
    tc.BLEU("zh"),
    tc.BLEU("char"),
    tc.CHRF(word_order=2),
    tc.CHRF(lowercase=True, whitespace=True),
    tc.CHRF(char_order=0, word_order=2),
    tc.TER(),
    tc.TER(normalized=True, no_punct=True, asian_support=True),
    tc.ExactMatch(),
    tc.ExactMatch("squad"),
    tc.TokenF1(),
    tc.WER(),
    tc.CER(),
    tc.EditSimilarity(lowercase=True),
    tc.EditSimilarity(substitutions=False),
    tc.ANLS(),
    tc.GLEU("intl"),
]
some = st.one_of(few_words, markup, texts)


def every_marked(explanation):
    """Returns the marked texts of an explanation."""
    first = explanation.marked[0]
    return explanation.marked if hasattr(first, "marks") else [text for pair in explanation.marked for text in pair]


def plain(metric, prediction, reference):
    """Returns the two lines of an explanation that show the texts."""
    return [text.plain() for text in every_marked(metric.explain(prediction, reference))]


@pytest.mark.parametrize("metric", METRICS, ids=str)
@given(prediction=some, references=st.lists(some, min_size=1, max_size=3))
def test_marks_lie_in_the_text(metric, prediction, references):
    explanation = metric.explain(prediction, references)
    for marked in every_marked(explanation):
        assert marked.text in ([prediction] if marked.name == "prediction" else references)
        at = 0
        for mark in marked.marks:
            assert at <= mark.start < mark.end <= len(marked.text)
            assert marked.text[mark.start : mark.end].strip() or isinstance(
                metric, (tc.ANLS, tc.CER, tc.CHRF, tc.EditSimilarity)
            )
            at = mark.end
        assert "".join(part for part, _ in marked.parts()) == marked.text
    json.dumps(explanation.to_dict())
    assert "\x1b[" not in str(explanation).replace(prediction, "")


@given(text=some.filter(str.split))
def test_a_text_against_itself_has_no_other_mark(text):
    # sacreBLEU's TER reads a reference twice, so that it may differ from itself.
    for metric in (own for own in METRICS if own != tc.TER(True, True, True)):
        kinds = {mark.kind for marked in every_marked(metric.explain(text, text)) for mark in marked.marks}
        assert kinds <= {"match"}, metric


@given(prediction=few_words, reference=few_words)
def test_marks_add_up_to_the_counts(prediction, reference):
    """Words are apart in these texts, so that each token has its own place."""
    explanation = tc.TokenF1().explain(prediction, reference)
    for marked in explanation.marked:
        words = [word for part, mark in marked.parts() if mark and mark.kind == "match" for word in part.split()]
        assert len(words) == sum(match.matches for match in explanation.matches)
    score = tc.WER().score(prediction, reference)
    ours, theirs = tc.WER().explain(prediction, reference).marked

    def count(marked, kind):
        return sum(len(part.split()) for part, mark in marked.parts() if mark and mark.kind == kind)

    assert [count(ours, kind) for kind in ("match", "substituted", "extra")] == [
        score.hits,
        score.substitutions,
        score.insertions,
    ]
    assert [count(theirs, kind) for kind in ("match", "substituted", "missing")] == [
        score.hits,
        score.substitutions,
        score.deletions,
    ]


@pytest.mark.parametrize(
    ("metric", "prediction", "reference", "expected"),
    [
        # One of four counts, and the other three are clipped.
        (tc.ROUGE(["rouge1"]), "cold cold cold cold", "It is cold", ["[cold] ~cold cold cold~", "It is [cold]"]),
        (tc.TokenF1(), "cold, cold.", "cold", ["[cold], ~cold~.", "[cold]"]),
        (tc.BLEU(), "cold cold cold cold", "it is cold", ["[cold] ~cold cold cold~", "it is [cold]"]),
        (tc.GLEU(), "cold cold cold cold", "it is cold", ["[cold] ~cold cold cold~", "it is [cold]"]),
        (tc.CHRF(2), "abab", "ab", ["[ab]~ab~", "[ab]"]),
        # In the reference nothing is clipped: what the prediction lacks is not marked.
        (tc.ROUGE(["rouge1"]), "cold", "cold cold", ["[cold]", "[cold] cold"]),
        # Words as they were written: stems are "run", "poni" and "be".
        (
            tc.ROUGE(["rouge1"], use_stemmer=True),
            "Running, ponies: (well-being)!",
            "runs pony being",
            ["[Running], [ponies]: (well-[being])!", "[runs pony being]"],
        ),
        (tc.ROUGE(["rouge1"], use_stemmer=True), "He RAN.\nPonies", "pony ran", ["He [RAN]. [Ponies]", "[pony ran]"]),
        # The default tokenizer of ROUGE leaves out the accent, and the word stays whole.
        (tc.ROUGE(["rouge1"]), "le café", "caf bar", ["le [café]", "[caf] bar"]),
        # 13a decodes an entity, and splits off the full stop.
        (tc.BLEU(), "say &quot;no&quot;.", 'say "no".', ["[say &quot;no&quot;.]", '[say "no".]']),
        (tc.BLEU("zh"), "你好，世界", "世界你好", ["[你好]，[世界]", "[世界你好]"]),
        # The articles are dropped, and "he" is not the end of "the".
        (tc.TokenF1(), "the U.S. theory he", "us he", ["the [U.S]. theory [he]", "[us he]"]),
        # Snover et al., 2006: a run that moves is marked where it stood.
        (
            tc.TER(),
            "on the mat the cat sat",
            "the cat sat on the mat",
            ["{on the mat} [the cat sat]", "[the cat sat on the mat]"],
        ),
        (tc.WER(), "a x c d", "a b c", ["[a] /x/ [c] +d+", "[a] /b/ [c]"]),
        (tc.WER(), "a c", "a b c", ["[a c]", "[a] -b- [c]"]),
        (tc.CER(), "cat", "cut", ["[c]/a/[t]", "[c]/u/[t]"]),
        (tc.EditSimilarity(lowercase=True), "CAT", "cut", ["[C]/A/[T]", "[c]/u/[t]"]),
        (tc.ANLS(), " The  Nile ", "the nil", ["[The  Nil]+e+", "[the nil]"]),
        (tc.ExactMatch("squad"), "The cat!", "cat", ["[The cat!]", "[cat]"]),
        (tc.ROUGE(["rougeL"]), "a b c", "a d c", ["[a] b [c]", "[a] d [c]"]),
        # Lower-casing makes two characters of the first one, of which one mark covers both.
        (tc.CHRF(1, lowercase=True), "İ", "İ", ["[İ]", "[İ]"]),
    ],
)
def test_by_hand(metric, prediction, reference, expected):
    assert [line.strip() for line in plain(metric, prediction, reference)] == expected


def test_moves_of_ter_one_after_the_other():
    # "on the mat" moves to the end, then "sat" moves behind "the old cat", and "old" has no counterpart.
    assert plain(tc.TER(), "on the mat sat the old cat", "the cat sat on the mat") == [
        "{on the mat sat} [the] +old+ [cat]",
        "[the cat sat on the mat]",
    ]


def test_every_reference_of_bleu_has_marks():
    explanation = tc.BLEU(max_ngram_order=1).explain("the the the", ["the cat", "the dog the"])
    assert [text.plain() for text in explanation.marked] == ["[the the] ~the~", "[the] cat", "[the] dog [the]"]


def test_the_average_over_references_marks_each_pair():
    rouge = tc.ROUGE(["rouge1"], multi_reference="average")
    assert plain(rouge, "a b", ["a", "b"]) == ["[a] b", "[a]", "a [b]", "[b]"]


def test_colours_of_a_terminal():
    shown = tc.ROUGE(["rouge1"]).explain("cold\x1b[2J cold cold", "cold").to_text(color=True)
    # A control character of the text is shown as an escape, so that only our own sequences reach the terminal.
    assert "\x1b[2J" not in shown
    assert "\\x1b" in shown
    assert "\x1b[32mcold\x1b[0m" in shown
    assert "\x1b[9;33mcold" in shown
    shown = tc.BLEU().explain("the cat sat", "the cat ran").to_text(color=True)
    assert "\x1b[32;4mthe cat\x1b[0m sat" in shown


@pytest.mark.parametrize("metric", METRICS, ids=str)
def test_html_carries_its_style_and_escapes_texts(metric):
    html = metric.explain("<script>x</script> & y", "y <i>&amp;</i>")._repr_html_()
    assert html.startswith('<div class="tricolore"><style>')
    assert "<script" not in html
    assert "<i>" not in html


@pytest.mark.parametrize(
    ("metric", "formula"),
    [
        (tc.ROUGE(["rouge1"]), "P = 2/3 = 0.6667, R = 2/4 = 0.5000, F = 2PR/(P+R) = 0.5714"),
        (tc.TokenF1(), "P = 2/3 = 0.6667, R = 2/4 = 0.5000, F = 2PR/(P+R) = 0.5714"),
        (tc.WER(), "(S + D + I)/N = (1 + 1 + 0)/4 = 0.5000"),
        (tc.TER(), "100 x 2/4 = 50.0000"),
        # exp(1 - 4/3) = 0.7165; 2/3 of the words and 1/2 of the pairs of words.
        (tc.BLEU(max_ngram_order=2), "0.7165 x (66.6667 x 50.0000)^(1/2) = 41.3690"),
        # 2 + 1 n-grams of the 4 + 3 of the longer text.
        (tc.GLEU(max_len=2), "matches / n-grams of the longer text = 3/7"),
        # Of the letters of "wexyzu" and "wexyqrst" five match.
        (tc.CHRF(1), "mean P = 0.6667, mean R = 0.5000, (1 + 4) P R / (4 P + R) = 0.5263"),
    ],
)
def test_the_worked_formula(metric, formula):
    if isinstance(metric, tc.CHRF):
        assert formula in str(metric.explain("abc", "abxy"))
    else:
        assert formula in str(metric.explain("w x u", "w x q r"))


def test_similarities_have_a_formula():
    assert "1 - 3/7 = 0.5714" in str(tc.EditSimilarity().explain("kitten", "sitting"))
    assert "1 - 1/4 = 0.7500" in str(tc.ANLS().explain("abc", "abcd"))


def test_marks_of_a_million_characters():
    prediction, reference = "ab cd " * 170_000, "cd ab " * 170_000
    explanation = tc.TokenF1().explain(prediction, reference)
    assert explanation.marked[0].marks[0][1:3] == (0, len(prediction) - 1)
    assert len(explanation.marked[1].marks) == 1
