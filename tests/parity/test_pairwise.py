"""Each cell of a pairwise matrix is the score that the peers give for the pair."""

import math

import numpy as np
import pytest
import sacrebleu
import tricolore as tc
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score import rouge_scorer
from texts import RETOLD, STORY, markup, texts

some = st.lists(st.one_of(texts, markup), max_size=6)


@settings(max_examples=max(100, settings.default.max_examples))
@given(predictions=some, references=some)
def test_chrf_is_sacrebleus(predictions, references):
    for word_order in (0, 2):
        peer = sacrebleu.CHRF(word_order=word_order)
        matrix = tc.CHRF(word_order=word_order).pairwise(predictions, references)
        assert matrix.shape == (len(predictions), len(references))
        assert matrix.dtype == np.float64
        expected = [[peer.sentence_score(p, [r]).score for r in references] for p in predictions]
        assert matrix.tolist() == expected


@settings(max_examples=max(100, settings.default.max_examples))
@given(predictions=some, references=some)
def test_rouge_is_rouge_scores(predictions, references):
    types = ["rouge1", "rouge2", "rougeL", "rougeLsum"]
    peer = rouge_scorer.RougeScorer(types, use_stemmer=True)
    matrices = tc.ROUGE(types, use_stemmer=True).pairwise(predictions, references)
    scores = [[peer.score(r, p) for r in references] for p in predictions]
    assert list(matrices) == types
    for name, matrix in matrices.items():
        assert matrix.tolist() == [[score[name].fmeasure for score in row] for row in scores]


METRICS = [tc.BLEU(), tc.BLEU("intl", True), tc.TER(), tc.ExactMatch("squad"), tc.TokenF1(), tc.BLEU("ja-mecab")]
METRICS += [tc.WER(), tc.CER(), tc.EditSimilarity(), tc.EditSimilarity(False), tc.ANLS(), tc.GLEU()]


@pytest.mark.parametrize("metric", METRICS, ids=repr)
def test_a_cell_is_a_score(metric):
    predictions = [STORY, RETOLD, "", "The lamp.", "a lamp, 3.5 lamps", "漢字"]
    references = ["the Lamp!", STORY, "", RETOLD]
    matrix = metric.pairwise(predictions, iter(references))
    assert matrix.tolist() == [[metric.score(p, r).score for r in references] for p in predictions]


def test_callable_tokenizers():
    def pieces(text):
        return [text[i : i + 2] for i in range(0, len(text), 2)]

    metric = tc.ROUGE(["rougeLsum", "rouge1", "rougeL"], tokenizer=pieces)
    predictions, references = [STORY, RETOLD, "ab\ncd"], ["ab", STORY, "", "cd\nab"]
    for name, matrix in metric.pairwise(predictions, references).items():
        expected = [[metric.score(p, r)[name].fmeasure for r in references] for p in predictions]
        assert matrix.tolist() == expected


def test_blocks_threads_and_progress():
    predictions = [f"the cat number {i} sat on mat {i % 7}" for i in range(300)]
    references = [f"a cat number {i} lay on mat {i % 5}" for i in range(400)]
    metric = tc.CHRF()
    seen = []
    matrix = metric.pairwise(predictions, references, num_threads=3, progress=lambda *n: seen.append(n))
    assert matrix.tobytes() == metric.pairwise(predictions, references, num_threads=1).tobytes()
    # There is more than one block, so the hook is called before the end.
    assert len(seen) > 1
    assert seen == sorted(seen)
    assert seen[-1] == (120_000, 120_000)
    assert {total for _, total in seen} == {120_000}

    class EnoughError(Exception):
        pass

    def stop(done, total):
        raise EnoughError

    with pytest.raises(EnoughError):
        metric.pairwise(predictions, references, progress=stop)


def test_minimum_bayes_risk():
    candidates = [STORY, RETOLD, "The keeper of the lamp", "", "The keeper of the lamp", STORY[:90]]
    others = [[c for j, c in enumerate(candidates) if j != i] for i in range(len(candidates))]
    peer = sacrebleu.CHRF()
    utilities = tc.mbr(candidates)
    expected = [
        math.fsum(peer.sentence_score(c, [o]).score for o in rest) / 5
        for c, rest in zip(candidates, others, strict=True)
    ]
    assert utilities.tolist() == expected
    # Equal candidates have equal utilities.
    assert utilities[2] == utilities[4]
    rouge = tc.ROUGE(["rougeL"])
    expected = [
        math.fsum(rouge.score(c, o)["rougeL"].fmeasure for o in rest) / 5
        for c, rest in zip(candidates, others, strict=True)
    ]
    assert tc.mbr(candidates, rouge).tolist() == expected
    both = tc.mbr(candidates, tc.ROUGE(["rouge1", "rougeL"]))
    assert list(both) == ["rouge1", "rougeL"]
    assert both["rougeL"].tolist() == expected


@settings(max_examples=max(100, settings.default.max_examples))
@given(given=st.lists(markup, min_size=2, max_size=7))
def test_self_bleu_is_sacrebleus(given):
    peer = sacrebleu.BLEU(effective_order=True)
    expected = [
        peer.sentence_score(text, [o for j, o in enumerate(given) if j != i]).score for i, text in enumerate(given)
    ]
    assert tc.self_score(given).tolist() == expected


@pytest.mark.parametrize(
    "metric",
    [
        tc.CHRF(),
        tc.TER(),
        tc.TokenF1(),
        tc.WER(),
        tc.EditSimilarity(),
        tc.GLEU(),
        tc.ROUGE(["rouge2"]),
        tc.ROUGE(["rouge1"], multi_reference="average"),
    ],
)
def test_self_score_is_the_score_against_the_rest(metric):
    given = [STORY, RETOLD, "", "the lamp", "The keeper of the lamp"]
    scores = [metric.score(text, given[:i] + given[i + 1 :]) for i, text in enumerate(given)]
    if isinstance(metric, tc.ROUGE):
        expected = [score[metric.types[0]].fmeasure for score in scores]
    else:
        expected = [score.score for score in scores]
    assert tc.self_score(given, metric).tolist() == expected
    assert tc.self_score(given, metric, num_threads=2).tolist() == expected


def test_what_does_not_fit_is_refused():
    with pytest.raises(TypeError, match="predictions is a str where a sequence"):
        tc.CHRF().pairwise("a", ["b"])
    with pytest.raises(TypeError, match="references is a str where a sequence"):
        tc.CHRF().pairwise(["a"], "b")
    with pytest.raises(TypeError, match=r"references\[1\] is not a str but of type list"):
        tc.CHRF().pairwise(["a"], ["b", ["c"]])
    for metric in (tc.BLEU("ja-mecab"), tc.ROUGE(tokenizer=str.split)):
        with pytest.raises(TypeError, match=r"predictions\[0\] is not a str but of type int"):
            metric.pairwise([1], ["b"])
    with pytest.raises(ValueError, match="candidates holds 1: at least two"):
        tc.mbr(["a"])
    with pytest.raises(TypeError, match="texts is a str"):
        tc.self_score("ab")
    with pytest.raises(ValueError, match="'chrf'"):
        tc.mbr(["a", "b"], "chr")
