"""The scores of many segments in numpy, pandas, polars and pyarrow, and selections of segments."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import tricolore as tc

PREDICTIONS = ["the cat sat", "it rained", "a b c d e", "", "dogs"]
REFERENCES = [["the cat sat down", "a cat"], ["it rains"], ["a b x d e", "a", "e d"], ["c"], ["dogs"]]
METRICS = [
    tc.ROUGE(["rouge1", "rougeL"]),
    tc.ROUGE(["rouge1"], multi_reference="average"),
    tc.BLEU(),
    tc.CHRF(word_order=2),
    tc.TER(),
    tc.ExactMatch(),
    tc.TokenF1(),
    tc.WER(),
    tc.CER(),
    tc.EditSimilarity(),
    tc.EditSimilarity(False, True),
    tc.ANLS(),
    tc.GLEU(),
]
by_metric = pytest.mark.parametrize("metric", METRICS, ids=repr)
# Indices, and the numbers of the segments that each index selects.
PARTS = [
    (slice(3), [0, 1, 2]),
    (slice(1, None), [1, 2, 3, 4]),
    (slice(None, None, -2), [4, 2, 0]),
    (slice(2, 2), []),
    (slice(-100, 100), [0, 1, 2, 3, 4]),
    ([4, 0, 0], [4, 0, 0]),
    ([-1], [4]),
    ([], []),
    (np.array([2, -5], np.int8), [2, 0]),
    (np.array([], np.intp), []),
    (np.array([3], np.uint64), [3]),
    ([True, False, False, True, False], [0, 3]),
    (np.array([False, True, False, False, True]), [1, 4]),
    (pd.Series([False, True, False, False, True], index=list("edcba")), [1, 4]),
    (pl.Series([1, 3]), [1, 3]),
    (pa.array([False, False, True, False, False]), [2]),
]


@by_metric
@pytest.mark.parametrize(("key", "numbers"), PARTS, ids=lambda part: str(part)[:30].replace("\n", " "))
def test_some_segments(metric, key, numbers):
    everything = metric.score_each(PREDICTIONS, REFERENCES)
    part = everything[key]
    assert type(part) is type(everything)
    assert list(part) == [everything[i] for i in numbers]
    assert [score.signature for score in part] == [everything[i].signature for i in numbers]
    assert part.columns == everything.columns
    assert part.signature == everything.signature
    alone = metric.statistics([PREDICTIONS[i] for i in numbers], [REFERENCES[i] for i in numbers])
    assert np.array_equal(part.statistics.rows, alone.rows)
    assert (part.statistics.offsets is None) == (everything.statistics.offsets is None)
    if numbers and alone.offsets is not None:
        assert np.array_equal(part.statistics.offsets, alone.offsets)
    assert part.values.tolist() == [everything.values[i].tolist() for i in numbers]
    assert list(pickle.loads(pickle.dumps(part))) == list(part)
    with pytest.raises(ValueError, match="read-only"):
        part.values[:] = 1
    if numbers:
        assert (
            metric.from_statistics(part.statistics).to_dict()
            == metric.corpus([PREDICTIONS[i] for i in numbers], [REFERENCES[i] for i in numbers]).to_dict()
        )


@by_metric
def test_no_segments(metric):
    scores = metric.score_each(PREDICTIONS, REFERENCES)
    for key in (5, -6, [5], np.array([-6]), [True], [True] * 6):
        with pytest.raises(IndexError):
            scores[key]
    for key in (1.0, None, [1.0], np.array([0.0]), np.array([]), [[0]], (0, 1), ["bleu"], object(), {1}):
        with pytest.raises(TypeError, match=r"scores take the number of a segment, .*, not "):
            scores[key]
    with pytest.raises(KeyError, match="rouge9"):
        scores["rouge9"]


@by_metric
def test_numpy(metric, monkeypatch):
    scores = metric.score_each(PREDICTIONS, REFERENCES)
    expected = np.column_stack([scores[name] for name in scores.columns])
    if len(scores.columns) == 1 and not isinstance(metric, tc.ROUGE):
        expected = expected[:, 0]
    monkeypatch.setattr(type(scores), "__iter__", lambda self: pytest.fail("a score of each segment was made"))
    monkeypatch.setattr(type(scores), "_score", lambda self, segment: pytest.fail("a score of a segment was made"))
    made = np.asarray(scores)
    assert made.dtype == np.float64
    assert np.array_equal(made, expected)
    assert np.shares_memory(made, scores.values)
    assert not made.flags.writeable
    for copy in (np.array(scores), scores.__array__(copy=True), scores.__array__(None, copy=True)):
        assert np.array_equal(copy, expected)
        assert not np.shares_memory(copy, scores.values)
        assert copy.flags.writeable
    single = np.asarray(scores, np.float32)
    assert single.dtype == np.float32
    assert np.array_equal(single, expected.astype(np.float32))
    assert scores.__array__(np.float64, copy=False) is scores.values
    with pytest.raises(ValueError, match="as float32 they must be copied, and copy is False"):
        scores.__array__(np.float32, copy=False)
    assert np.mean(scores) == np.mean(expected)
    empty = metric.score_each([], [])
    assert np.asarray(empty).shape == (0, *expected.shape[1:])


@by_metric
def test_frames(metric):
    scores = metric.score_each(PREDICTIONS, REFERENCES)
    expected = {name: scores[name].tolist() for name in scores.columns}
    # pandas takes the column names only from a dict or from the argument.
    assert pd.DataFrame(scores, columns=scores.columns).to_dict("list") == expected
    assert pd.DataFrame(scores.to_dict()).to_dict("list") == expected
    assert pl.DataFrame(scores).to_dict(as_series=False) == expected
    assert pa.table(scores).to_pydict() == expected
    assert pl.DataFrame(scores[1:3]).to_dict(as_series=False) == {name: own[1:3] for name, own in expected.items()}
    assert pa.table(scores[:0]).to_pydict() == {name: [] for name in expected}
    assert (
        list(pd.Series(scores["rouge1_recall"] if isinstance(metric, tc.ROUGE) else scores))
        == list(expected.values())[1 if isinstance(metric, tc.ROUGE) else 0]
    )
