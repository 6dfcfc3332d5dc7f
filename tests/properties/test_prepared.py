"""Prepared references give the scores of their texts."""

import pickle

import numpy as np
import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from texts import RETOLD, STORY, markup, texts

METRICS = [
    tc.ROUGE(["rouge1", "rouge2", "rougeL", "rougeLsum"]),
    tc.ROUGE(["rouge1", "rouge5", "rougeL", "rougeLsubstr"], use_stemmer=True, multi_reference="average"),
    tc.ROUGE(["rouge1", "rougeLsum"], tokenizer="char"),
    tc.ROUGE(["rouge2", "rougeLsum"], tokenizer="unicode"),
    tc.ROUGE(["rouge1", "rougeLsum"], tokenizer=str.split),
    tc.BLEU(),
    tc.BLEU("char", lowercase=True, effective_order=True),
    tc.BLEU("ja-mecab"),
    tc.CHRF(word_order=2),
    tc.CHRF(char_order=0, word_order=1),
    tc.CHRF(whitespace=True, lowercase=True),
    tc.TER(normalized=True, asian_support=True),
    tc.ExactMatch(),
    tc.ExactMatch("squad"),
    tc.TokenF1(),
    tc.WER(),
    tc.CER(),
    tc.EditSimilarity(),
    tc.EditSimilarity(False, True),
    tc.ANLS(),
    tc.GLEU(),
]
by_metric = pytest.mark.parametrize("metric", METRICS, ids=repr)


def library(metric):
    return getattr(metric, "_tokenize", "") == "ja-mecab"


def written(text):
    """Returns the text without lone surrogates, which the tokenizer libraries do not take."""
    return text.encode("utf-8", "replace").decode()


@pytest.mark.filterwarnings("ignore:the .*tokenizer")
@by_metric
@given(
    given=st.lists(
        st.tuples(st.one_of(texts, markup), st.lists(st.one_of(texts, markup), min_size=1, max_size=3)), max_size=8
    )
)
def test_as_unprepared(metric, given):
    predictions, references = [p for p, _ in given], [r for _, r in given]
    if library(metric):
        predictions, references = [written(p) for p in predictions], [[written(t) for t in r] for r in references]
    prepared = metric.prepare(references)
    assert len(prepared) == len(references)
    assert prepared.texts == references
    assert metric.statistics(predictions, prepared) == metric.statistics(predictions, references)
    for place, prediction in enumerate(predictions):
        assert metric.score(prediction, prepared[place]) == metric.score(prediction, references[place])
    # Score each prediction against the references of one segment.
    for place in range(min(len(references), 2)):
        each = metric.score_each(predictions, prepared[place])
        expected = metric.score_each(predictions, [references[place]] * len(predictions))
        assert each.statistics == expected.statistics
        assert np.array_equal(each.values, expected.values)


@by_metric
def test_slices_and_pickles(metric):
    references = [STORY, RETOLD, "", "the lamp", "A cat? 3.5 cats."]
    predictions = [RETOLD, "a lamp", "", "the lamp", "cats"]
    prepared = metric.prepare(references)
    for which in (slice(1, 4), slice(None, -2), slice(-1, None), slice(3, 1)):
        part = prepared[which]
        assert part.texts == references[which]
        assert metric.statistics(predictions[which], part) == metric.statistics(predictions[which], references[which])
    again = pickle.loads(pickle.dumps(prepared[1:4][1:]))
    assert again.texts == references[2:4]
    assert again.metric == metric
    assert metric.statistics(predictions[2:4], again) == metric.statistics(predictions[2:4], references[2:4])
    assert repr(prepared[-1]) == f"PreparedReferences(1 segments, {metric!r})"
    with pytest.raises(IndexError):
        prepared[5]
    with pytest.raises(ValueError, match="step 1"):
        prepared[::2]


@by_metric
def test_one_text_is_one_segment(metric):
    prepared = metric.prepare(STORY)
    assert prepared.texts == [STORY]
    assert metric.corpus([RETOLD, STORY], prepared) == metric.corpus([RETOLD, STORY], [STORY, STORY])
    accumulator = metric.accumulator()
    accumulator.update([RETOLD], prepared)
    accumulator.update([STORY], prepared)
    assert accumulator.compute() == metric.corpus([RETOLD, STORY], [STORY, STORY])


@pytest.mark.filterwarnings("ignore:the .*tokenizer")
@by_metric
def test_again_and_again(metric):
    # After the first call a thread may keep the references as ids of its vocabulary. The predictions are new each time.
    references = [STORY, RETOLD, "", "the lamp\nof the keeper é漢", "A cat? 3.5 cats."] * 3
    prepared = metric.prepare(references)
    for step in range(4):
        predictions = [f"{text} new{step} ñ{chr(0x3B1 + step)}" for text in references[2:] + references[:2]]
        assert metric.statistics(predictions, prepared) == metric.statistics(predictions, references)
        assert np.array_equal(
            metric.score_each(predictions[:3], prepared[4:7]).values,
            metric.score_each(predictions[:3], references[4:7]).values,
        )


def test_predictions_turn_between_references_and_vocabularies():
    # Each call uses a different vocabulary from the thread's last one.
    metric = tc.ROUGE(["rouge1", "rouge2", "rougeL"], use_stemmer=True)
    words = [f"{stem}{end}" for stem in ("run", "jump", "walk", "talk") for end in ("", "s", "ed", "ing")]
    references = [" ".join(words[i:] + words[:i]) for i in range(len(words))]
    one_by_one = [metric.prepare(text) for text in references]
    for step in range(40):
        place = step * 7 % len(words)
        prediction = f"new{step} {references[(place * 5) % len(words)]}"
        assert metric.score(prediction, one_by_one[place]) == metric.score(prediction, references[place])


def test_many_tokens():
    # The tokens exceed the limit of a thread's vocabulary, so the vocabulary restarts during the call.
    metric = tc.BLEU("none")
    references = [" ".join(f"w{i * 50 + j}" for j in range(50)) for i in range(3000)]
    predictions = [" ".join(f"w{(i * 50 + j * 2) % 400_000}" for j in range(60)) for i in range(3000)]
    prepared = metric.prepare(references)
    for _ in range(3):
        assert metric.statistics(predictions, prepared) == metric.statistics(predictions, references)


@pytest.mark.parametrize("threads", [1, 3])
def test_threads(threads):
    predictions, references = [STORY, RETOLD, "a"] * 400, [RETOLD, STORY, "a b"] * 400
    for metric in (tc.ROUGE(), tc.CHRF(word_order=2)):
        prepared = metric.prepare(references)
        assert metric.statistics(predictions, prepared, threads) == metric.statistics(predictions, references)


def test_what_does_not_fit_is_refused():
    bleu, chrf = tc.BLEU(), tc.CHRF()
    prepared = bleu.prepare(["a", "b", "c"])
    with pytest.raises(ValueError, match="2 predictions, but references were prepared for 3 segments"):
        bleu.score_each(["a", "b"], prepared)
    with pytest.raises(ValueError, match=r"prepared for 3 segments: choose one, references\[i\]"):
        bleu.score("a", prepared)
    for other in (chrf, tc.BLEU("intl"), tc.BLEU(lowercase=True), tc.ROUGE()):
        with pytest.raises(ValueError, match="prepared by a metric that sees other tokens"):
            other.score_each(["a", "b", "c"], prepared)
    with pytest.raises(ValueError, match=r"prepared by BLEU\(tokenize='ja-mecab'.*makes other tokens than BLEU\("):
        tc.BLEU("none").score_each(["a"], tc.BLEU("ja-mecab").prepare(["a"]))
    with pytest.raises(ValueError, match=r"references\[1\] is empty"):
        bleu.prepare([["a"], []])
    with pytest.raises(TypeError, match=r"references\[1\] is not a str but of type int"):
        bleu.prepare(["a", 1])
    with pytest.raises(TypeError, match=r"references\[1\]\[0\] is null; nulls="):
        chrf.prepare([["a"], [None]])
    with pytest.raises(TypeError, match=r"predictions\[1\] is not a str but of type int"):
        bleu.score_each(["a", 1, "c"], prepared)


def test_metrics_that_see_the_same_tokens_share():
    prepared = tc.BLEU().prepare(["the cat sat on the mat"])
    floor = tc.BLEU(smooth_method="floor", max_ngram_order=2)
    assert floor.score("the cat", prepared) == floor.score("the cat", "the cat sat on the mat")
    plus = tc.CHRF(word_order=2).prepare([STORY])
    assert tc.CHRF().score(RETOLD, plus) == tc.CHRF().score(RETOLD, STORY)
    with pytest.raises(ValueError, match="sees other tokens"):
        tc.CHRF(word_order=2).score(RETOLD, tc.CHRF().prepare([STORY]))


def test_nothing_prepared_is_nothing_scored():
    metric = tc.BLEU()
    assert len(metric.score_each([], metric.prepare([]))) == 0
    assert len(metric.score_each([], metric.prepare("a"))) == 0


def test_what_was_prepared_does_not_change():
    references = [["a b c d"], ["e"]]
    metrics = tc.BLEU(), tc.ROUGE(["rouge1"], tokenizer=str.split)
    prepared = [metric.prepare(references) for metric in metrics]
    references[0][0] = "z"
    for metric, own in zip(metrics, prepared, strict=True):
        assert own.texts == [["a b c d"], ["e"]]
        assert metric.score("a b c d", own[0]) == metric.score("a b c d", ["a b c d"])
        assert metric.score("a b c d", pickle.loads(pickle.dumps(own))[0]) == metric.score("a b c d", ["a b c d"])


def test_nor_do_tokens():
    metric = tc.BLEU("pretokenized")
    references = [[[1, 2], [3]]]
    prepared = metric.prepare(references)
    references[0][0][0] = 9
    prepared.texts[0][0][1] = 9
    assert prepared.texts == [[[1, 2], [3]]]
    assert metric.score([1, 2], pickle.loads(pickle.dumps(prepared))) == metric.score([1, 2], prepared)


@pytest.mark.filterwarnings("ignore:the .*tokenizer")
def test_two_large_sets_in_turn():
    # Both sets exceed the limit of a thread's vocabulary.
    sets = [[" ".join(f"{name}{i * 40 + j}" for j in range(40)) for i in range(3500)] for name in "xy"]
    metrics = tc.ROUGE(["rouge1", "rougeL"], use_stemmer=True), tc.BLEU("none")
    prepared = [(metric, references, metric.prepare(references)) for metric in metrics for references in sets]
    for metric, references, own in prepared * 2:
        predictions = references[1:] + references[:1]
        assert metric.statistics(predictions[:900], own[:900]) == metric.statistics(predictions[:900], references[:900])


def test_wherever_references_stand():
    references = ["the cat sat", "it rained"]
    for metric in (tc.BLEU(), tc.ROUGE(["rouge1"]), tc.CHRF()):
        prepared = metric.prepare(references)
        assert tc.evaluate(["the cat", "rain"], prepared, [metric]) == tc.evaluate(
            ["the cat", "rain"], references, [metric]
        )
        systems = {"a": ["the cat", "rain"], "b": ["a cat", "it rained"]}
        assert tc.compare(systems, prepared, [metric], samples=9) == tc.compare(
            systems, references, [metric], samples=9
        )
        assert metric.explain("the cat", prepared[0]) == metric.explain("the cat", "the cat sat")
        assert str(metric.pairwise(["a"], prepared)) == str(metric.pairwise(["a"], references))
    with pytest.raises(TypeError, match="prediction is a list where one str belongs"):
        tc.BLEU().score(["a"], tc.BLEU().prepare("a"))
