"""Properties of every metric that makes one row per segment."""

import copy
import pickle

import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from texts import RETOLD, STORY, markup

METRICS = [
    tc.BLEU(),
    tc.BLEU("intl", True, 6, "add-k", 0.5, True),
    tc.CHRF(),
    tc.CHRF(5, 2, 1, True, True, True),
    tc.TER(),
    tc.TER(True, True, True, True),
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
segments = st.lists(st.tuples(markup, st.lists(markup, min_size=1, max_size=3)), min_size=1, max_size=12)


@pytest.mark.parametrize("metric", METRICS)
@given(given=segments, cut=st.integers(0, 12))
def test_any_split_gives_the_corpus(metric, given, cut):
    predictions, references = map(list, zip(*given, strict=True))
    if isinstance(metric, tc.TER):
        # Thirds are not exact, so their sum depends on the order of segments, as in sacreBLEU.
        references = [texts[:2] for texts in references]
    whole = metric.corpus(predictions, references)
    parts = [metric.statistics(predictions[part], references[part]) for part in (slice(cut), slice(cut, None))]
    assert metric.from_statistics(parts[0] + parts[1]) == whole
    assert metric.from_statistics(parts[1] + parts[0]) == whole


@pytest.mark.parametrize("metric", METRICS)
def test_any_number_of_threads_gives_the_same(metric):
    predictions, references = STORY.split() * 100, RETOLD.split()[: len(STORY.split())] * 100
    texts = (
        [" ".join(predictions[i : i + 30]) for i in range(len(predictions) - 30)],
        [" ".join(references[i : i + 30]) for i in range(len(references) - 30)],
    )
    texts = [side[: min(map(len, texts))] for side in texts]
    alone, together = (metric.score_each(*texts, num_threads=n) for n in (1, 3))
    assert alone.values.tobytes() == together.values.tobytes()
    assert alone.statistics == together.statistics == metric.statistics(*texts)


@pytest.mark.parametrize("metric", METRICS)
def test_metrics_and_results_pickle_and_compare(metric, tmp_path):
    scores = metric.score_each([STORY, RETOLD], [RETOLD, STORY])
    for thing in (metric, scores[0], metric.corpus([STORY], [RETOLD])):
        assert pickle.loads(pickle.dumps(thing)) == copy.copy(thing) == thing
        assert repr(pickle.loads(pickle.dumps(thing))) == repr(thing)
    assert hash(metric) == hash(pickle.loads(pickle.dumps(metric)))
    again = pickle.loads(pickle.dumps(scores))
    assert (again.values.tolist(), again.signature, list(again)) == (
        scores.values.tolist(),
        scores.signature,
        list(scores),
    )
    assert [score.score for score in scores] == scores[scores.columns[0]].tolist() == scores.values.tolist()
    scores.statistics.save(tmp_path / "rows.npz")
    assert tc.Statistics.load(tmp_path / "rows.npz") == scores.statistics
    assert list(scores.to_dict()) == list(scores.columns)
    with pytest.raises(KeyError):
        scores["rouge1_fmeasure"]


@pytest.mark.parametrize("metric", METRICS)
def test_what_does_not_belong_together_is_refused(metric):
    statistics = metric.statistics(["a"], ["a"])
    with pytest.raises(ValueError, match="different options"):
        tc.BLEU(lowercase=True).from_statistics(statistics)
    with pytest.raises(ValueError, match="there is no segment"):
        metric.corpus([], [])
    with pytest.raises(TypeError, match="not Statistics"):
        metric.from_statistics([1])
    with pytest.raises(TypeError, match="call score_each"):
        metric.score(["a"], ["a"])


def test_orders_are_part_of_what_rows_mean():
    rows = tc.BLEU(max_ngram_order=2).statistics(["a"], ["a"])
    with pytest.raises(ValueError, match="columns"):
        tc.BLEU().from_statistics(rows)
    with pytest.raises(ValueError, match="columns"):
        rows + tc.BLEU().statistics(["a"], ["a"])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"tokenize": "13b"}, ValueError, "tokenize is '13b', .* did you mean '13a'"),
        ({"tokenize": 13}, ValueError, "tokenize is 13, which is none of"),
        ({"tokenizer": "13b"}, ValueError, "tokenizer is '13b', .* did you mean '13a'"),
        ({"tokenize": "zh", "tokenizer": "zh"}, TypeError, "tokenize and tokenizer are two names of one option"),
        ({"trg_lang": 1}, TypeError, "trg_lang is 1: it must be a str"),
        ({"smooth_value": 0.1}, ValueError, "smooth_value is for the methods 'floor' and 'add-k': 'exp' has none"),
        ({"ignore_ids": {0}}, ValueError, "ignore_ids is for the tokenizer 'pretokenized', not for '13a'"),
        ({"lowercase": 1}, TypeError, "lowercase is 1: it must be True or False"),
        ({"max_ngram_order": 0}, ValueError, "max_ngram_order is 0: it must be from 1"),
        ({"max_ngram_order": 2.0}, TypeError, "max_ngram_order is 2.0: it must be an int"),
        ({"smooth_method": "add_k"}, ValueError, "did you mean 'add-k'"),
        ({"smooth_value": "1"}, TypeError, "smooth_value is '1': it must be a number"),
        ({"smooth_value": -1}, ValueError, "smooth_value is -1: it must be a finite number from 0 on"),
        ({"smooth_value": float("nan")}, ValueError, "smooth_value is nan"),
        ({"effective_order": "yes"}, TypeError, "effective_order is 'yes'"),
    ],
)
def test_options_of_bleu(options, error, message):
    with pytest.raises(error, match=message):
        tc.BLEU(**options)


@pytest.mark.parametrize("name", ["normalized", "no_punct", "asian_support", "case_sensitive"])
def test_options_of_ter(name):
    with pytest.raises(TypeError, match=f"{name} is 'yes': it must be True or False"):
        tc.TER(**{name: "yes"})
