"""Missing references are refused, taken as empty, or dropped alone or with their segment, in all kinds of input."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import tricolore as tc
from sacrebleu import metrics

METRICS = [
    tc.BLEU(),
    tc.CHRF(word_order=2),
    tc.TER(),
    tc.ROUGE(["rouge1", "rougeLsum"]),
    tc.ROUGE(["rouge2"], multi_reference="average"),
    tc.ROUGE(["rouge1", "rougeLsum"], tokenizer=str.split),
    tc.ExactMatch(),
    tc.TokenF1(),
    tc.WER(),
    tc.CER(),
    tc.EditSimilarity(),
    tc.EditSimilarity(False, True),
    tc.ANLS(),
    tc.GLEU(),
]
# The second segment has no reference. The first reference of the third segment is missing.
PREDICTIONS = ["the cat sat", "nothing to see", "we went home early today", "it rained"]
GIVEN = [
    ["the cat sat on the mat near the old door", None],
    [None, None],
    [None, "we went home early"],
    ["it rained", "it"],
]
LEFT = [["the cat sat on the mat near the old door"], ["we went home early"], ["it rained", "it"]]
KEPT = [0, 2, 3]
PREDICTIONS_LEFT = [PREDICTIONS[place] for place in KEPT]
FILLED = [[text or "" for text in own] for own in GIVEN]

MAKE = {
    "lists": lambda rows: rows,
    "tuples": lambda rows: tuple(map(tuple, rows)),
    "arrays": lambda rows: [np.array(own, dtype=object) for own in rows],
    "polars": pl.Series,
    "arrow": pa.array,
    "chunks": lambda rows: pa.chunked_array([pa.array(rows[:1]), pa.array(rows[1:])]),
    "pandas": pd.Series,
    "large": lambda rows: pa.array(rows, pa.large_list(pa.large_string())),
    "views": lambda rows: pa.array(rows, pa.list_(pa.string_view())),
    "categories": lambda rows: pa.array(rows, pa.list_(pa.dictionary(pa.int8(), pa.string()))),
}
of_every_kind = pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
of_every_metric = pytest.mark.parametrize("metric", METRICS, ids=repr)


@of_every_kind
@of_every_metric
def test_lists_of_references(make, metric):
    given = make(GIVEN)
    expected = metric.statistics(PREDICTIONS_LEFT, LEFT)
    with pytest.raises(TypeError, match=r'references\[0\]\[1\] is null; nulls="drop" .*"drop_segment" .*"empty"'):
        metric.statistics(PREDICTIONS, given)
    with pytest.raises(ValueError, match=r'references\[1\] has no reference that is not null; nulls="drop_segment"'):
        metric.statistics(PREDICTIONS, given, nulls="drop")
    assert metric.statistics(PREDICTIONS, given, nulls="empty") == metric.statistics(PREDICTIONS, FILLED)
    made = metric.statistics(PREDICTIONS, given, nulls="drop_segment")
    assert made.rows.tolist() == expected.rows.tolist()
    assert made.dropped == 1
    assert made.signature.startswith("nrefs:var|dropped:1|")
    assert (
        metric.corpus(PREDICTIONS, given, nulls="drop_segment").to_dict()
        == metric.corpus(PREDICTIONS_LEFT, LEFT).to_dict()
    )
    assert metric.score_each(PREDICTIONS, given, nulls="drop_segment").values.tolist() == (
        metric.score_each(PREDICTIONS_LEFT, LEFT).values.tolist()
    )
    without_the_second = make([GIVEN[place] for place in KEPT])
    assert metric.statistics(PREDICTIONS_LEFT, without_the_second, nulls="drop") == expected


FLAT = {
    "list": lambda texts: texts,
    "nan": lambda texts: [float("nan") if text is None else text for text in texts],
    "na": lambda texts: [pd.NA if text is None else text for text in texts],
    "array": lambda texts: np.array(texts, dtype=object),
    "pandas": pd.Series,
    "pandas of strings": lambda texts: pd.Series(texts, dtype="string"),
    "polars": pl.Series,
    "arrow": pa.array,
    "categories": lambda texts: pa.array(texts).dictionary_encode(),
}


@pytest.mark.parametrize("make", FLAT.values(), ids=FLAT)
@of_every_metric
def test_one_reference_each(make, metric):
    texts = ["the cat", None, "we went home", "it rained"]
    given, left = make(texts), [texts[place] for place in KEPT]
    with pytest.raises(TypeError, match=r'references\[1\] is null; nulls="drop" .*"drop_segment" .*"empty"'):
        metric.statistics(PREDICTIONS, given)
    with pytest.raises(ValueError, match=r"references\[1\] has no reference that is not null"):
        metric.statistics(PREDICTIONS, given, nulls="drop")
    made = metric.statistics(PREDICTIONS, given, nulls="drop_segment")
    assert made.rows.tolist() == metric.statistics(PREDICTIONS_LEFT, left).rows.tolist()
    assert made.signature.startswith("nrefs:1|dropped:1|")
    assert metric.statistics(PREDICTIONS, given, nulls="empty") == metric.statistics(
        PREDICTIONS, [text or "" for text in texts]
    )
    # Only references are dropped.
    for nulls in ("error", "drop", "drop_segment"):
        with pytest.raises(TypeError, match=r'predictions\[1\] is null; nulls="empty" takes it as an empty text$'):
            metric.statistics(given, texts[:1] * 4, nulls=nulls)


@pytest.mark.parametrize("name", ["BLEU", "CHRF", "TER"])
def test_the_scores_of_sacrebleu_which_drops_none(name):
    given = [GIVEN[place] for place in KEPT]
    streams = [list(stream) for stream in zip(*given, strict=True)]
    expected = getattr(metrics, name)().corpus_score(PREDICTIONS_LEFT, streams).score
    metric = getattr(tc, name)()
    assert metric.corpus(PREDICTIONS_LEFT, tc.from_streams(*streams)).score == expected
    for make in MAKE.values():
        assert metric.corpus(PREDICTIONS_LEFT, make(given), nulls="drop").score == expected
        # For chrF an empty reference is never the best one.
        same = metric.corpus(PREDICTIONS_LEFT, make(given), nulls="empty").score == expected
        assert same == (name == "CHRF")


@of_every_kind
@of_every_metric
def test_prepared_references(make, metric):
    prepared = metric.prepare(make(GIVEN), nulls="drop_segment")
    expected = metric.statistics(PREDICTIONS, GIVEN, nulls="drop_segment")
    assert len(prepared) == 4
    assert prepared.kept.tolist() == KEPT
    assert metric.statistics(PREDICTIONS, prepared) == expected
    again = pickle.loads(pickle.dumps(prepared))
    assert metric.statistics(PREDICTIONS, again) == expected
    assert again.texts == prepared.texts
    assert prepared.texts[1] is None
    assert metric.statistics(PREDICTIONS[1:3], prepared[1:3]) == metric.statistics(
        PREDICTIONS[1:3], GIVEN[1:3], nulls="drop_segment"
    )
    assert metric.statistics(PREDICTIONS[2:], prepared[2:]) == metric.statistics(PREDICTIONS[2:], LEFT[1:])
    assert metric.statistics(PREDICTIONS, prepared[2]) == metric.statistics(PREDICTIONS, [LEFT[1]] * 4)
    with pytest.raises(ValueError, match=r"references\[1\] was left out: the segment has no reference"):
        prepared[1]
    with pytest.raises(ValueError, match=r"3 predictions, but references for 4"):
        metric.statistics(PREDICTIONS[:3], prepared)
    with pytest.raises(ValueError, match=r"references\[1\] has no reference"):
        metric.prepare(make(GIVEN), nulls="drop")


@of_every_metric
def test_accumulators(metric):
    expected = metric.corpus(PREDICTIONS_LEFT, LEFT)
    accumulator, other = metric.accumulator(), metric.accumulator()
    accumulator.update(PREDICTIONS[:2], GIVEN[:2], nulls="drop_segment")
    other.update(PREDICTIONS[1:2], GIVEN[1:2], nulls="drop_segment")
    other.update(PREDICTIONS[2:], GIVEN[2:], nulls="drop_segment")
    both = accumulator + other
    assert (len(both), both.dropped) == (3, 2)
    assert both.compute().to_dict() == expected.to_dict()
    assert both.compute().signature.startswith("nrefs:var|dropped:2|")
    assert tc.Accumulator.from_bytes(metric, both.to_bytes()) == both
    assert pickle.loads(pickle.dumps(both)).dropped == 2


def test_what_is_drawn_depends_on_the_ids_of_the_segments_that_are_kept():
    metric = tc.BLEU()
    given, left = metric.accumulator(0.9, 50), metric.accumulator(0.9, 50)
    given.update(PREDICTIONS, pl.Series(GIVEN), nulls="drop_segment", ids=["a", "b", "c", "d"])
    left.update(PREDICTIONS_LEFT, LEFT, ids=["a", "c", "d"])
    assert given.compute()._replace(signature="") == left.compute()._replace(signature="")


@of_every_kind
def test_evaluate(make):
    groups = ["x", "y", "x", "y"]
    everything = [*METRICS[:4], METRICS[6]]
    made = tc.evaluate(PREDICTIONS, make(GIVEN), everything, groups, samples=20, nulls="drop_segment")
    expected = tc.evaluate(PREDICTIONS_LEFT, LEFT, everything, ["x", "x", "y"], samples=20)
    assert made.rows == expected.rows
    assert made.signatures["bleu"].startswith("nrefs:var|dropped:1|bs:20|seed:12345|case")
    assert tc.evaluate(PREDICTIONS, pd.Series(GIVEN), ["chrf"], pd.Series(groups), nulls="drop_segment").rows[1:]
    with pytest.raises(ValueError, match="4 segments, but groups has 3"):
        tc.evaluate(PREDICTIONS, make(GIVEN), everything, groups[:3], nulls="drop_segment")
    with pytest.raises(ValueError, match=r"nulls is 'dropp', .*; did you mean 'drop'"):
        tc.evaluate(PREDICTIONS, make(GIVEN), nulls="dropp")


@of_every_kind
def test_compare(make):
    groups = ["x", "y", "x", "y"]
    systems = {"a": PREDICTIONS, "b": PREDICTIONS[::-1]}
    left = {name: [texts[place] for place in KEPT] for name, texts in systems.items()}
    metrics = ["bleu", tc.ROUGE(["rouge1"])]
    made = tc.compare(systems, make(GIVEN), metrics, groups=groups, samples=50, nulls="drop_segment")
    expected = tc.compare(left, LEFT, metrics, groups=["x", "x", "y"], samples=50)
    assert made.rows == expected.rows
    assert made.signatures["bleu"].startswith("nrefs:var|dropped:1|randomization:50|seed:12345|case")
    prepared = tc.BLEU().prepare(make(GIVEN), nulls="drop_segment")
    again = tc.compare(systems, prepared, ["bleu"], groups=pd.Series(groups), samples=50)
    assert again.rows == tc.compare(left, LEFT, ["bleu"], groups=["x", "x", "y"], samples=50).rows
    with pytest.raises(ValueError, match="4 segments, but groups has 3"):
        tc.compare(systems, make(GIVEN), groups=groups[1:], nulls="drop_segment")
    with pytest.raises(ValueError, match=r"references\[1\] has no reference"):
        tc.compare(systems, make(GIVEN), nulls="drop")


def test_record_batches_pass_on_the_rows_that_are_kept():
    batch = pa.record_batch({"id": [1, 2, 3, 4], "prediction": PREDICTIONS, "references": GIVEN})
    (scored,) = tc.batches(["bleu", tc.ROUGE(["rouge1"])], keep=["id"], nulls="drop_segment")([batch])
    assert scored.column("id").to_pylist() == [1, 3, 4]
    assert scored.column("bleu").to_pylist() == tc.BLEU().score_each(PREDICTIONS_LEFT, LEFT)["bleu"].tolist()
    with pytest.raises(ValueError, match=r"record batch 0: references\[1\] has no reference"):
        list(tc.batches("bleu", nulls="drop")([batch]))


def test_parts_of_a_corpus_score():
    from tricolore.engines.partial_scores import PartialScores

    rows = pa.record_batch({"g": ["x", "y", "x", "y"], "prediction": PREDICTIONS, "references": GIVEN})
    for groups, expected in ((None, ["nrefs:var|dropped:1"]), ("g", ["nrefs:1|case:mixed", "nrefs:2|dropped:1"])):
        parts = PartialScores("bleu", {"": "prediction"}, "references", None, None, groups, "drop_segment")
        table = pa.Table.from_batches(list(parts.merge(parts([rows]))))
        scores = [accumulators[""]["bleu"].compute() for _, accumulators in parts.by_group(table)]
        assert ["|".join(score.signature.split("|")[:2]) for score in scores] == expected


@pytest.mark.parametrize("make", FLAT.values(), ids=FLAT)
def test_from_streams(make):
    first, second = make(["a", None, "c"]), make(["x", None, None])
    with pytest.raises(ValueError, match=r'segment 1 has no reference in any stream; nulls="drop_segment"'):
        tc.from_streams(first, second)
    assert tc.from_streams(make(["a", None]), make([None, "y"])) == [["a"], ["y"]]
    assert tc.from_streams(first, second, nulls="drop_segment") == [["a", "x"], [], ["c"]]
    assert tc.from_streams(first, second, nulls="empty") == [["a", "x"], ["", ""], ["c", ""]]
    with pytest.raises(TypeError, match=r'streams\[0\]\[1\] is null; nulls="drop"'):
        tc.from_streams(first, second, nulls="error")
    statistics = tc.BLEU().statistics(
        ["a x", "b", "c"], tc.from_streams(first, second, nulls="drop_segment"), nulls="drop_segment"
    )
    assert statistics.rows.tolist() == tc.BLEU().statistics(["a x", "c"], [["a", "x"], ["c"]]).rows.tolist()


TOKENS = {
    "lists": lambda rows: rows,
    "arrow": lambda rows: pa.array(rows, pa.list_(pa.list_(pa.int32()))),
    "polars": pl.Series,
}


@pytest.mark.parametrize("make", TOKENS.values(), ids=TOKENS)
@pytest.mark.parametrize("metric", [tc.BLEU("pretokenized"), tc.ROUGE(["rouge1"], tokenizer="pretokenized")], ids=repr)
def test_texts_that_are_tokens(make, metric):
    predictions, given = [[1, 2], [3], [4]], [[None, [1, 2]], [None], [[4], [5]]]
    expected = metric.statistics([[1, 2], [4]], [[[1, 2]], [[4], [5]]])
    made = metric.statistics(predictions, make(given), nulls="drop_segment")
    assert made.rows.tolist() == expected.rows.tolist()
    assert made.dropped == 1
    with pytest.raises(ValueError, match=r"references\[1\] has no reference"):
        metric.statistics(predictions, make(given), nulls="drop")
    with pytest.raises(TypeError, match=r'references\[0\]\[0\] is null; nulls="drop"'):
        metric.statistics(predictions, make(given))
    assert metric.statistics(predictions[::2], make(given[::2]), nulls="drop") == expected
    empty = metric.statistics(predictions, [[[], [1, 2]], [[]], [[4], [5]]])
    assert metric.statistics(predictions, make(given), nulls="empty") == empty


@pytest.mark.parametrize("metric", [tc.BLEU("pretokenized"), tc.ROUGE(["rouge1"], tokenizer="pretokenized")], ids=repr)
@pytest.mark.parametrize("nulls", ["error", "drop", "drop_segment", "empty"])
def test_a_token_that_is_null_is_no_reference(metric, nulls):
    with pytest.raises(TypeError, match=r"references\[0\](\[0\])?\[2\] is null"):
        metric.statistics([[1, 2, 3]], [[1, 2, None, 3]], nulls=nulls)


@pytest.mark.parametrize("make", [list, pa.array, pl.Series])
def test_errors_have_the_numbers_of_what_was_given(make):
    bleu = tc.BLEU()
    with pytest.raises(TypeError, match=r"predictions\[2\] is not a str but of type int"):
        bleu.score_each(["a", "b", 5], make([None, "b", "c"]), nulls="drop_segment")
    # A null prediction is an error even in a dropped segment.
    with pytest.raises(TypeError, match=r'predictions\[0\] is null; nulls="empty"'):
        bleu.score_each(make([None, "b"]), make([None, "b"]), nulls="drop_segment")
    with pytest.raises(TypeError, match=r"references\[2\]\[0\] is not a str but of type int"):
        bleu.score_each(["a", "b", "c"], [[None], ["b"], [5]], nulls="drop_segment")
    for given in ([[None], ["b"], [5]], [None, "b", 5]):
        with pytest.raises(TypeError, match=r"references\[2\]\[0\] is not a str but of type int"):
            bleu.prepare(given, nulls="drop_segment")
    for groups in ("xyz", {"x": 1, "y": 2, "z": 3}):
        with pytest.raises(TypeError, match="groups is of type"):
            tc.evaluate(["a", "b", "c"], make(["a", None, "c"]), ["chrf"], groups, None, nulls="drop_segment")


@pytest.mark.parametrize("metric", [tc.BLEU(), tc.BLEU(str.split)], ids=["native", "callable"])
def test_a_null_prediction_is_called_null(metric):
    wrong = r'predictions\[1\] is null; nulls="empty"'
    with pytest.raises(TypeError, match=wrong):
        metric.pairwise(["a", None], ["a"])
    with pytest.raises(TypeError, match=wrong):
        metric.score_each(["a", None], metric.prepare(["a", "b"]))


def test_how_many_are_left_out_does_not_depend_on_batches():
    from tricolore.engines.partial_scores import PartialScores

    table = pa.Table.from_pylist(
        [{"g": g, "prediction": "a", "references": [r]} for g, r in (("x", "a"), ("y", None), ("y", "a"), ("z", None))]
    )
    parts = PartialScores("chrf", {"": "prediction"}, "references", None, None, "g", "drop_segment")
    for size in (1, 2, 4):
        made = pa.Table.from_batches(list(parts.merge(parts(table.to_batches(size)))))
        scores = parts.scores(made)
        assert scores.column("g").to_pylist() == ["x", "y"]
        assert ["dropped:1" in signature for signature in scores.column("chrf_signature").to_pylist()] == [False, True]


@of_every_metric
def test_a_prepared_segment_that_was_left_out(metric):
    for prepared in (
        metric.prepare(["x", None], nulls="drop_segment")[1:2],
        metric.prepare([None], nulls="drop_segment"),
    ):
        with pytest.raises(ValueError, match="references were left out: the segment has none"):
            metric.score("z", prepared)
        assert len(metric.score_each(["z"], prepared)) == 0


def test_missing_values_of_other_types():
    for missing in (np.float32("nan"), np.float64("nan"), pd.NA, pd.NaT, None):
        assert tc.BLEU().statistics(["a"], [["a", missing]], nulls="drop").rows.tolist()[0][0] == 1
    accumulator = tc.BLEU().accumulator(0.9, 5)
    with pytest.raises(ValueError, match="nulls is 'zzz'"):
        tc.compare({"a": accumulator, "b": accumulator}, nulls="zzz")


def test_a_corpus_of_which_nothing_is_left():
    with pytest.raises(ValueError, match="there is no segment"):
        tc.BLEU().corpus(["a"], [None], nulls="drop_segment")
    assert len(tc.BLEU().score_each(["a"], [[]], nulls="drop_segment")) == 0
    # A call for one segment cannot drop it.
    with pytest.raises(TypeError, match=r"^references\[0\] is not a str but of type NoneType$"):
        tc.BLEU().score("a", [None])


def test_statistics_keep_count(tmp_path):
    statistics = tc.BLEU().statistics(PREDICTIONS, GIVEN, nulls="drop_segment")
    statistics.save(tmp_path / "rows.npz")
    assert tc.Statistics.load(tmp_path / "rows.npz") == statistics
    assert tc.Statistics.load(tmp_path / "rows.npz").dropped == 1
    assert (statistics + statistics).dropped == 2
    assert statistics[:1].dropped == 0
    assert tc.BLEU().from_statistics(statistics).signature.startswith("nrefs:var|dropped:1|")
