"""Explanations add up to the scores."""

import json
import re

import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from texts import RETOLD, STORY, few_words
from tricolore.explanations.ter import TEREdit, TERMove

TYPES = ("rouge1", "rouge3", "rougeL", "rougeLsum", "rougeLsubstr")


@pytest.mark.parametrize("multi_reference", ["best", "average"])
@given(prediction=few_words, references=st.lists(few_words, min_size=1, max_size=3))
def test_they_add_up(multi_reference, prediction, references):
    rouge = tc.ROUGE(TYPES, use_stemmer=True, multi_reference=multi_reference)
    explanation = rouge.explain(prediction, references)
    score = rouge.score(prediction, references)
    assert explanation.score == score
    if score.counts:
        for pair in explanation.pairs:
            assert score.counts[pair.type] == (pair.matches, pair.prediction_total, pair.reference_total)
            assert score[pair.type] == (pair.precision, pair.recall, pair.fmeasure)
    else:
        assert len(explanation.pairs) == len(TYPES) * len(references)
    for pair in explanation.pairs:
        for aligned in pair.alignment:
            assert pair.prediction_tokens[aligned.prediction_place] == aligned.token
            assert pair.reference_tokens[aligned.reference_place] == aligned.token
    json.dumps(explanation.to_dict())


def test_text_and_notebook():
    explanation = tc.ROUGE(["rouge2", "rougeL"]).explain("the cat & the cat", ["a dog", "the cat <sat>"])
    assert str(explanation) == (
        "rouge2: P = 1/3 = 0.3333, R = 1/2 = 0.5000, F = 2PR/(P+R) = 0.4000 (references[1])\n"
        "  prediction  [the cat] & ~the cat~\n"
        "  reference   [the cat] <sat>\n"
        "  the cat     2 in prediction, 1 in reference: 1 counts, clipped\n"
        "              [matched], ~clipped: the reference has it less often~\n"
        "rougeL: P = 2/4 = 0.5000, R = 2/3 = 0.6667, F = 2PR/(P+R) = 0.5714 (references[1])\n"
        "  prediction  the cat & [the cat]\n"
        "  reference   [the cat] <sat>\n"
        "              [matched]"
    )
    html = tc.ROUGE(["rouge1"], tokenizer="whitespace").explain("a <b>", "<b>")._repr_html_()
    assert re.search(r"a <mark [^>]*>&lt;b&gt;</mark>", html)
    assert "<b>" not in html


def test_a_callable_is_explained():
    pairs = tc.ROUGE(["rougeLsum", "rouge1"], tokenizer=str.split).explain(STORY, RETOLD).pairs
    assert pairs[0].matches > 0
    # The tokenizer splits only at white space, so "evening." and "evening" do not match.
    assert ("keeper",) in {match.ngram for match in pairs[1].ngrams}
    assert ("evening",) not in {match.ngram for match in pairs[1].ngrams}


def test_references_may_come_from_an_iterator():
    explanation = tc.ROUGE(["rouge1"]).explain("a b", iter(["c", "a"]))
    assert (explanation.pairs[0].reference, explanation.pairs[0].matches) == (1, 1)


@given(prediction=few_words, references=st.lists(few_words, min_size=1, max_size=3))
def test_those_of_ter_add_up(prediction, references):
    ter = tc.TER(normalized=True)
    explanation = ter.explain(prediction, references)
    assert explanation.score == ter.score(prediction, references)
    wrong = sum(edit.kind != "kept" for edit in explanation.edits)
    assert explanation.score.num_edits == wrong + len(explanation.moves)
    assert tuple(edit.prediction for edit in explanation.edits if edit.prediction) == explanation.moved_tokens
    assert tuple(edit.reference for edit in explanation.edits if edit.reference) == explanation.reference_tokens
    assert sorted(explanation.moved_tokens) == sorted(explanation.prediction_tokens)
    assert all(edit.prediction == edit.reference for edit in explanation.edits if edit.kind == "kept")
    json.dumps(explanation.to_dict())


@pytest.mark.parametrize(
    "metric",
    [tc.BLEU(), tc.CHRF(), tc.TER(), tc.ExactMatch("squad"), tc.TokenF1(), tc.WER(), tc.CER(), tc.ANLS(), tc.GLEU()],
)
def test_all_show_themselves(metric):
    explanation = metric.explain("<i>so</i> it was", "it was <b>so</b>")
    assert str(explanation).startswith(str(explanation.score))
    assert "<b>" not in explanation._repr_html_()
    assert "<table>" in explanation._repr_html_()
    json.dumps(explanation.to_dict())


def test_long_texts():
    """The texts have 10,000 tokens and one of 5,000 characters. A table, or a column that wide, would be too large."""
    words = [f"w{i}" for i in range(10_000)]
    prediction = " ".join([*words, "x" * 5_000])
    reference = " ".join([*words[5:20], *words[:5], *words[20:], "y" * 5_000])
    for metric in (
        tc.ROUGE(TYPES),
        tc.BLEU(),
        tc.CHRF(),
        tc.TER(),
        tc.TokenF1(),
        tc.WER(),
        tc.EditSimilarity(),
        tc.GLEU(),
    ):
        explanation = metric.explain(prediction, reference)
        assert explanation.score == metric.score(prediction, reference)
        assert max(map(len, (str(explanation), explanation._repr_html_()))) < 20_000_000
    pairs = tc.ROUGE(["rougeL", "rougeLsum", "rougeLsubstr"]).explain(prediction, reference).pairs
    rest = [(words[i], i, i) for i in range(20, 10_000)]
    assert pairs[0].alignment == pairs[1].alignment == (*((words[i], i, i - 5) for i in range(5, 20)), *rest)
    assert pairs[2].alignment == tuple(rest)
    explanation = tc.TER().explain(prediction, reference)
    # One move replaces five deletions and five insertions.
    assert explanation.moves == (TERMove(0, 5, 20, 10),)
    assert [edit for edit in explanation.edits if edit.kind != "kept"] == [
        TEREdit("substituted", "x" * 5_000, "y" * 5_000)
    ]
    assert f"  moved        {' '.join(words[:5])}: in front of w20, 1 edit for 10" in str(explanation)


def test_a_long_name_does_not_widen_the_others():
    explanation = tc.ROUGE(["rouge1"]).explain(f"a {'b' * 500}", f"{'b' * 500} a")
    assert f"  {'b' * 500}  1 in prediction" in str(explanation)
    assert f"  {'a':60}  1 in prediction" in str(explanation)


def test_names_are_in_one_column():
    lines = str(tc.BLEU(max_ngram_order=1).explain("a bb", "bb a")).splitlines()
    assert len({line.index(" in prediction") for line in lines if " in prediction" in line}) == 1
