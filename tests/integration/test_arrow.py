"""Columns by the Arrow PyCapsule protocol, in and out, with the libraries that support it."""

import pickle
import sys

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from texts import RETOLD, STORY

PREDICTIONS = [STORY, "", "the lamp", "漢字 and İstanbul", RETOLD, "a" * 20]
REFERENCES = [RETOLD, "a", "the Lamp!", "漢字", STORY, "b c"]
LISTS = [[RETOLD, "x"], ["a"], ["the Lamp!", "the lamp", ""], ["漢字"], [STORY], ["b c", "d"]]
METRICS = [tc.ROUGE(["rouge1", "rouge2", "rougeLsum"]), tc.BLEU(), tc.BLEU("ja-mecab"), tc.CHRF(lowercase=True)]
METRICS += [tc.TER(), tc.ROUGE(["rouge1"], tokenizer=str.split), tc.ROUGE(["rouge1"], tokenizer="unicode")]
by_metric = pytest.mark.parametrize("metric", METRICS, ids=repr)


class Only:
    """An object that has one method of the protocol and nothing else."""

    def __init__(self, column, method):
        setattr(type(self), method, lambda self, requested_schema=None: getattr(column, method)(requested_schema))


def only(column, method):
    return type("Only", (Only,), {})(column, method)


def chunked(texts, kind):
    halves = [pa.array(part, kind) for part in (texts[:2], [], texts[2:])]
    return pa.chunked_array(halves, kind)


def query(texts):
    return duckdb.from_arrow(pa.table({"text": texts}))


COLUMNS = {
    "utf8": lambda texts: pa.array(texts, pa.string()),
    "large_utf8": lambda texts: pa.array(texts, pa.large_string()),
    "string_view": lambda texts: pa.array(texts, pa.string_view()),
    "dictionary": lambda texts: pa.array(texts).dictionary_encode(),
    "slice": lambda texts: pa.array(["before", *texts, "behind"]).slice(1, len(texts)),
    "chunked": lambda texts: chunked(texts, pa.string()),
    "chunked views": lambda texts: chunked(texts, pa.string_view()),
    "array alone": lambda texts: only(pa.array(texts), "__arrow_c_array__"),
    "stream alone": lambda texts: only(chunked(texts, pa.large_string()), "__arrow_c_stream__"),
    "polars": lambda texts: pl.Series(texts),
    "polars, categories": lambda texts: pl.Series(texts, dtype=pl.Categorical),
    "pandas": lambda texts: pd.Series(texts),
    "pandas, objects": lambda texts: pd.Series(texts, dtype=object),
    "pandas, Arrow": lambda texts: pd.Series(texts, dtype=pd.ArrowDtype(pa.string())),
    "duckdb": query,
    "numpy": lambda texts: np.array(texts, dtype=object),
}
LIST_COLUMNS = {
    "list": lambda lists: pa.array(lists, pa.list_(pa.string())),
    "large_list": lambda lists: pa.array(lists, pa.large_list(pa.large_string())),
    "list of views": lambda lists: pa.array(lists, pa.list_(pa.string_view())),
    "slice": lambda lists: pa.array([["x"], *lists, ["y", "z"]]).slice(1, len(lists)),
    "chunked": lambda lists: chunked(lists, pa.list_(pa.string())),
    "polars": lambda lists: pl.Series(lists),
    "duckdb": query,
}


@pytest.mark.filterwarnings("ignore:the .*tokenizer")
@pytest.mark.parametrize("make", COLUMNS.values(), ids=COLUMNS)
@by_metric
def test_columns_score_as_lists(metric, make):
    expected = metric.score_each(PREDICTIONS, REFERENCES)
    scores = metric.score_each(make(PREDICTIONS), make(REFERENCES))
    assert scores.statistics == expected.statistics
    assert np.array_equal(scores.values, expected.values)
    assert metric.corpus(make(PREDICTIONS), REFERENCES) == metric.corpus(PREDICTIONS, REFERENCES)
    assert metric.statistics(PREDICTIONS, make(REFERENCES)) == expected.statistics
    prepared = metric.prepare(make(REFERENCES))
    assert metric.statistics(make(PREDICTIONS), prepared) == expected.statistics
    assert prepared[1:3].texts == REFERENCES[1:3]


@pytest.mark.parametrize("make", LIST_COLUMNS.values(), ids=LIST_COLUMNS)
@by_metric
def test_lists_of_references(metric, make):
    expected = metric.statistics(PREDICTIONS, LISTS)
    assert metric.statistics(PREDICTIONS, make(LISTS)) == expected
    assert metric.statistics(pa.array(PREDICTIONS), make(LISTS)) == expected
    assert metric.statistics(PREDICTIONS, metric.prepare(make(LISTS))) == expected


def test_lists_of_one_length():
    lists = [texts[:1] * 2 for texts in LISTS]
    column = pa.array(lists, pa.list_(pa.string(), 2))
    assert tc.BLEU().statistics(PREDICTIONS, column) == tc.BLEU().statistics(PREDICTIONS, lists)
    assert tc.BLEU().statistics(PREDICTIONS[1:3], column.slice(1, 2)) == tc.BLEU().statistics(
        PREDICTIONS[1:3], lists[1:3]
    )


def test_what_else_takes_columns():
    predictions, references = pa.array(PREDICTIONS), pl.Series(REFERENCES)
    names = ["bleu", "chrf", "rouge", "exact_match", "token_f1"]
    table = tc.evaluate(predictions, references, names, confidence=None)
    assert table == tc.evaluate(PREDICTIONS, REFERENCES, names, confidence=None)
    systems = {"a": predictions, "b": pl.Series(REFERENCES)}
    assert tc.compare(systems, references, samples=10) == tc.compare(
        {"a": PREDICTIONS, "b": REFERENCES}, REFERENCES, samples=10
    )
    assert np.array_equal(tc.CHRF().pairwise(predictions, references), tc.CHRF().pairwise(PREDICTIONS, REFERENCES))
    assert np.array_equal(tc.mbr(predictions), tc.mbr(PREDICTIONS))
    assert np.array_equal(tc.self_score(references), tc.self_score(REFERENCES))
    accumulator = tc.BLEU().accumulator()
    accumulator.update(predictions, references)
    assert accumulator.compute() == tc.BLEU().corpus(PREDICTIONS, REFERENCES)
    # A stream can be read only once, so `evaluate` must read it once for all metrics.
    batches = pa.RecordBatchReader.from_batches(
        pa.schema([("text", pa.string())]), [pa.record_batch({"text": PREDICTIONS})]
    )
    assert tc.evaluate(batches, references, names, confidence=None) == table


@pytest.mark.parametrize(
    "metric", [tc.BLEU(), tc.BLEU("ja-mecab"), tc.ROUGE(), tc.ROUGE(tokenizer=str.split)], ids=repr
)
def test_nulls(metric):
    texts, empty = ["a b", None, "c"], ["a b", "", "c"]
    expected = metric.statistics(empty, empty)
    for make in (pa.array, pl.Series, list, lambda texts: pa.array(texts).dictionary_encode()):
        if make is not list:
            with pytest.raises(TypeError, match=r'predictions\[1\] is null; nulls="empty" takes it as an empty text'):
                metric.score_each(make(texts), empty)
            with pytest.raises(TypeError, match=r"references\[1\] is null"):
                metric.corpus(empty, make(texts))
        assert metric.statistics(make(texts), make(texts), nulls="empty") == expected
        assert metric.score_each(make(texts), empty, nulls="empty").statistics == expected
        assert metric.corpus(empty, make(texts), nulls="empty") == metric.corpus(empty, empty)
        assert metric.statistics(empty, metric.prepare(make(texts), nulls="empty")) == expected
    lists = pa.array([["a b", None], None, ["c"]])
    with pytest.raises(TypeError, match=r"references\[0\]\[1\] is null"):
        metric.score_each(empty, lists)
    with pytest.raises(TypeError, match=r"references\[1\] is null"):
        metric.score_each(empty, lists.slice(0, 3).take(pa.array([2, 1, 2])))
    assert metric.statistics(empty, lists, nulls="empty") == metric.statistics(empty, [["a b", ""], [""], ["c"]])
    accumulator = metric.accumulator()
    accumulator.update(pa.array(texts), empty, nulls="empty")
    assert accumulator.compute() == metric.corpus(empty, empty)
    with pytest.raises(ValueError, match=r"nulls .*'error', 'empty'"):
        metric.score_each(empty, empty, nulls="skip")


@pytest.mark.parametrize(
    ("predictions", "references", "error", "message"),
    [
        (pa.array([1, 2]), ["a", "b"], TypeError, r"predictions\[0\] is of the Arrow type Int64: strings belong there"),
        (pa.array(["a"]), pa.array([[1]]), TypeError, r"references\[0\]\[0\] is of the Arrow type Int64"),
        (pa.array([["a"]]), ["a"], TypeError, "predictions is an Arrow column of lists where one text each belongs"),
        (pa.array(["a", "b"]), pa.array([["a"], []]), ValueError, r"references\[1\] is empty"),
        (pa.array(["a", "b"]), pa.array(["a"]), ValueError, "2 predictions, but references for 1"),
        (pa.table({"p": ["a"], "q": ["b"]}), ["a"], TypeError, "predictions is of type Table, a table"),
        (pl.DataFrame({"p": ["a"]}), ["a"], TypeError, "predictions is of type DataFrame, a table"),
        (
            only(pa.table({"p": ["a"], "q": ["b"]}), "__arrow_c_stream__"),
            ["a"],
            TypeError,
            "predictions is a table of the columns p, q: pass one of them",
        ),
    ],
)
def test_bad_columns(predictions, references, error, message):
    for metric in (tc.BLEU(), tc.ROUGE()):
        with pytest.raises(error, match=message):
            metric.score_each(predictions, references)


def test_a_query_of_several_columns():
    with pytest.raises(TypeError, match="predictions is of type DuckDBPyRelation, a table: pass one of its columns"):
        tc.BLEU().score_each(duckdb.from_arrow(pa.table({"p": ["a"], "q": ["b"]})), ["a"])


CATEGORIES = pa.dictionary(pa.int32(), pa.string())


def test_categories_of_nothing():
    bleu = tc.BLEU()
    assert len(bleu.score_each(pl.Series([], dtype=pl.Categorical), [])) == 0
    empty = pl.Series([None], dtype=pl.Categorical)
    assert bleu.statistics(empty, ["a"], nulls="empty") == bleu.statistics([""], ["a"])
    with pytest.raises(TypeError, match=r"predictions\[0\] is null"):
        bleu.score_each(empty, ["a"])
    column = pa.chunked_array([pa.array([], CATEGORIES), pa.array(["a"], CATEGORIES)])
    assert bleu.statistics(column, ["a"]) == bleu.statistics(["a"], ["a"])
    lists = pa.array([["a", "b"], ["b"]] * 20_000, pa.list_(CATEGORIES))
    assert bleu.statistics(["a"] * 40_000, lists) == bleu.statistics(["a"] * 40_000, [["a", "b"], ["b"]] * 20_000)


def not_utf8(texts):
    offsets = np.cumsum([0, *map(len, texts)], dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), len(texts), [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(texts))])


EVERY_METRIC = [*METRICS, tc.CHRF(), tc.ExactMatch("squad"), tc.ExactMatch(), tc.TokenF1()]
EVERY_METRIC += [tc.WER(), tc.CER(), tc.EditSimilarity(), tc.ANLS(), tc.GLEU()]


@pytest.mark.filterwarnings("ignore:the .*tokenizer")
@pytest.mark.parametrize("metric", EVERY_METRIC, ids=repr)
@pytest.mark.parametrize("damaged", [b"\xff\xfe", b"\xf7\xbf\xbf\xbf\xbf", b"caf\xc3", b"\x80", b"x \xed\xa0\x80"])
def test_what_is_not_utf8_is_refused(metric, damaged):
    """Every metric and every way to pass a column gives the same message."""
    column, fine = not_utf8([b"a", damaged]), ["a", "b"]
    lists = pa.ListArray.from_arrays(pa.array([0, 1, 2], pa.int32()), column)
    calls = {
        r"predictions\[1\]": [
            lambda: metric.score_each(column, fine),
            lambda: metric.corpus(column, fine),
            lambda: metric.statistics(column, fine),
            lambda: metric.statistics(column, metric.prepare(fine)),
            lambda: metric.pairwise(column, fine),
            lambda: metric.accumulator().update(column, fine),
            lambda: tc.evaluate(column, fine, [metric, "bleu"], confidence=None),
        ],
        r"references\[1\]": [
            lambda: metric.score_each(fine, column),
            lambda: metric.prepare(column),
            lambda: metric.pairwise(fine, column),
        ],
        r"references\[1\]\[0\]": [lambda: metric.score_each(fine, lists), lambda: metric.prepare(lists)],
    }
    for name, several in calls.items():
        for call in several:
            with pytest.raises(ValueError, match=f"{name} is not UTF-8"):
                call()


def test_data_that_is_not_there():
    bleu = tc.BLEU()
    masked = pa.StructArray.from_arrays([pa.array(["a", "b"])], names=["x"], mask=pa.array([False, True]))
    with pytest.raises(TypeError, match="predictions is a table in which row 1 is null"):
        bleu.score_each(masked, ["a", "b"])
    whole = pa.StructArray.from_arrays([pa.array(["a", "b"])], names=["x"])
    with pytest.raises(TypeError, match="predictions is a table in which row 3 is null"):
        bleu.score_each(pa.chunked_array([whole, masked]), ["a"] * 4)
    capsules = pa.array(["a"]).__arrow_c_array__()
    again = type("Again", (), {"__arrow_c_array__": lambda self, requested_schema=None: capsules})()
    assert bleu.statistics(again, ["a"]) == bleu.statistics(["a"], ["a"])
    with pytest.raises(ValueError, match="predictions gave Arrow data that was read before"):
        bleu.score_each(again, ["a"])
    arrays = [np.array([1, 2]), None]
    tokens = tc.BLEU("pretokenized")
    assert tokens.statistics(arrays, [[1], [2]], nulls="empty") == tokens.statistics([[1, 2], []], [[1], [2]])
    assert bleu.statistics([pd.NA, "a"], ["b", "a"], nulls="empty") == bleu.statistics(["", "a"], ["b", "a"])
    for nothing in (pa.nulls(2), pl.Series([None, None]), [None, None], np.array([None, np.nan], dtype=object)):
        assert bleu.statistics(nothing, ["a", "b"], nulls="empty") == bleu.statistics(["", ""], ["a", "b"])
    for lists in ([["a"], None], [None, ["b", None]]):
        column = pa.array(lists, pa.list_(pa.string()))
        assert bleu.statistics(["a", "b"], lists, nulls="empty") == bleu.statistics(["a", "b"], column, nulls="empty")


def test_labels_are_of_any_kind():
    texts = ["a", "b", "c"]
    for groups in (pl.Series([1, 2, 1]), pd.Series([1, 2, 1]), pa.array([1, 2, 1]), [1, 2, 1], np.array([1, 2, 1])):
        table = tc.evaluate(texts, texts, ["exact_match"], groups=groups, confidence=None)
        assert [(row.group, row.segments) for row in table.rows] == [(None, 3), (1, 2), (2, 1)]
    for groups in (pl.Series([None, "x", None]), np.array([np.nan, 1, np.nan]), [None, 1, float("nan")]):
        table = tc.evaluate(texts, texts, ["exact_match"], groups=groups, confidence=None)
        assert [row.segments for row in table.rows] == [3, 2, 1]
        assert str(table).split("\n")[1].strip().startswith("nan")
    table = tc.evaluate(texts, texts, ["exact_match"], groups=pd.array([1, None, 1], "Int64"), confidence=None)
    assert [row.segments for row in table.rows] == [3, 2, 1]
    with pytest.raises(TypeError, match="groups is of type str: it must be a sequence of labels"):
        tc.evaluate(texts, texts, ["exact_match"], groups="abc", confidence=None)
    with pytest.raises(TypeError, match=r"groups\[1\] is of type list: it must be a label"):
        tc.evaluate(texts, texts, ["exact_match"], groups=["x", ["y"], "z"], confidence=None)


TOKENS = [[1, 2, 3], [], [5, 5]]


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint16(), pa.int32(), pa.int64(), pa.uint64()])
def test_tokens_in_lists(kind):
    metric = tc.BLEU("pretokenized")
    references = [[[1, 2], [3]], [[]], [[5, 6]]]
    expected = metric.statistics(TOKENS, references)
    column, nested = pa.array(TOKENS, pa.list_(kind)), pa.array(references, pa.list_(pa.list_(kind)))
    assert metric.statistics(column, nested) == expected
    assert metric.statistics(column, metric.prepare(nested)) == expected
    assert metric.statistics(pl.Series(TOKENS), pa.array(TOKENS, pa.large_list(kind))) == metric.statistics(
        TOKENS, TOKENS
    )


def test_tokens_as_strings_in_lists():
    metric = tc.ROUGE(tokenizer="pretokenized")
    strings = [[str(token) for token in text] for text in TOKENS]
    assert metric.statistics(pa.array(strings), pl.Series(strings)) == metric.statistics(TOKENS, TOKENS)
    with pytest.raises(TypeError, match=r"references\[0\]\[0\] is an integer where other tokens are a str"):
        metric.statistics(pa.array(strings), pa.array(TOKENS))
    with pytest.raises(TypeError, match=r"predictions\[1\]\[0\] is null"):
        metric.statistics(pa.array([["a"], [None]]), [["a"], ["b"]])
    with pytest.raises(TypeError, match=r"predictions\[1\] is null"):
        metric.statistics(pa.array([["a"], None]), [["a"], ["b"]])
    assert metric.statistics(pa.array([["a"], None]), [["a"], ["b"]], nulls="empty") == metric.statistics(
        [["a"], []], [["a"], ["b"]]
    )
    with pytest.raises(TypeError, match="predictions is an Arrow column without lists of tokens"):
        metric.statistics(pa.array(["a b"]), [["a"]])


@given(texts=st.lists(st.one_of(st.none(), st.text(max_size=20)), max_size=12), cut=st.integers(0, 12))
def test_any_column(texts, cut):
    filled = [text or "" for text in texts]
    column = pa.chunked_array([pa.array(texts[:cut], pa.string()), pa.array(texts[cut:], pa.string())])
    metric = tc.CHRF(word_order=2)
    assert metric.statistics(column, filled[::-1], nulls="empty") == metric.statistics(filled, filled[::-1])


@pytest.mark.parametrize("metric", [tc.ROUGE(["rouge1", "rougeL"]), tc.BLEU(), tc.TER()], ids=repr)
def test_scores_go_out(metric):
    scores = metric.score_each(PREDICTIONS, LISTS)
    table = pa.table(scores)
    assert table.column_names == list(scores.columns)
    assert {field.type for field in table.schema} == {pa.float64()}
    assert table.schema.metadata[b"tricolore.signature"].decode() == scores.signature
    assert {field.metadata[b"tricolore.signature"].decode() for field in table.schema} == {scores.signature}
    for name in scores.columns:
        assert table[name].to_pylist() == scores[name].tolist()
    assert pl.DataFrame(scores).to_dict(as_series=False) == table.to_pydict()
    assert duckdb.sql("select * from scores").fetchall() == list(zip(*table.to_pydict().values(), strict=True))
    frame = pd.DataFrame.from_arrow(scores) if hasattr(pd.DataFrame, "from_arrow") else table.to_pandas()
    assert frame.to_dict("list") == table.to_pydict()


def test_lazy_columns_of_datasets(monkeypatch):
    """Tests a minimal stand-in for Hugging Face's datasets. `test_frameworks.py` tests the real library."""

    class Value:
        pass

    class Dataset:
        def __init__(self, table, kind=None):
            self.table = table
            self.format = {"type": kind}

        def select_columns(self, names):
            return Dataset(self.table.select(names))

        def with_format(self, kind):
            assert kind == "arrow"
            return self

        def __getitem__(self, key):
            assert key == slice(None)
            return self.table

    class Column:
        def __init__(self, source, column_name, features):
            self.source, self.column_name, self.features = source, column_name, features

        def __iter__(self):
            rows = [{"text": "row by row"}] * 4 if isinstance(self.source, Dataset) else self.source
            return (row[self.column_name] for row in rows)

    texts = ["a", None, "b c", "d"]
    whole = pa.table({"text": texts, "own": [{"text": text} for text in texts]})
    table = pa.Table.from_batches(whole.to_batches(max_chunksize=1))
    lists = Value()
    lists.feature = Value()
    with monkeypatch.context() as patch:
        module = type("Module", (), {"Column": Column, "Dataset": Dataset})
        patch.setitem(sys.modules, "datasets.arrow_dataset", module)
        metric, expected = tc.CHRF(), tc.CHRF().statistics(["a", "", "b c", "d"], ["a"] * 4)
        for column in (
            Column(Dataset(table), "text", Value()),
            Column(Dataset(table), "text", lists),
            Column(Column(Dataset(table), "own", {}), "text", Value()),
        ):
            assert metric.statistics(column, ["a"] * 4, nulls="empty") == expected
        with pytest.raises(TypeError, match=r"predictions\[1\] is null"):
            metric.corpus(Column(Dataset(table), "text", Value()), ["a"] * 4)
        for column in (Column(Dataset(table, "custom"), "text", Value()), Column(Dataset(table), "text", object())):
            assert (
                metric.statistics(column, ["row by row"] * 4).sum()
                == metric.statistics(["row by row"] * 4, ["row by row"] * 4).sum()
            )


def test_statistics_go_out():
    statistics = tc.BLEU().statistics(PREDICTIONS, LISTS)
    table = pa.table(statistics)
    assert {field.type for field in table.schema} == {pa.int32()}
    assert np.array_equal(np.column_stack([table[name] for name in statistics.columns]), statistics.rows)
    assert table.schema.metadata[b"tricolore.signature"].decode() == statistics.signature
    average = tc.ROUGE(["rouge1"], multi_reference="average").statistics(PREDICTIONS, LISTS)
    table = pa.table(average)
    assert table.column_names == ["segment", *average.columns]
    assert table["segment"].to_pylist() == [i for i, texts in enumerate(LISTS) for _ in texts]
    assert table["rouge1_matches"].to_pylist() == average.rows[:, 0].tolist()
    assert len(pa.table(statistics[:0])) == 0


def test_columns_of_tokens_everywhere():
    metric = tc.BLEU("pretokenized")
    texts = [[1, 2, 3], [2, 3, 4], [5]]
    column, nested = pa.array(texts), pa.array([[text, [9]] for text in texts])
    assert np.array_equal(metric.pairwise(column, pl.Series(texts)), metric.pairwise(texts, texts))
    assert np.array_equal(tc.mbr(column, metric), tc.mbr(texts, metric))
    assert metric.score(pa.array([1, 2]), pa.array([1, 3])) == metric.score([1, 2], [1, 3])
    assert metric.statistics([pl.Series([1, 2])], [pl.Series([1, 2])]) == metric.statistics([[1, 2]], [[1, 2]])
    assert metric.statistics([range(3)], [range(3)]) == metric.statistics([[0, 1, 2]], [[0, 1, 2]])
    prepared = metric.prepare(nested)
    assert prepared.texts == [[text, [9]] for text in texts]
    for nulls in (pa.array([None, [1, 2]]), [None, [1, 2]]):
        prepared = metric.prepare(nulls, nulls="empty")
        again = pickle.loads(pickle.dumps(prepared))
        assert prepared.texts == again.texts == [[], [1, 2]]
        assert metric.statistics([[], [1, 2]], again) == metric.statistics([[], [1, 2]], prepared)
    segments = pa.array([[None, [1]], None])
    expected = metric.statistics([[1], [2]], [[[], [1]], [[]]])
    assert metric.statistics([[1], [2]], segments, nulls="empty") == expected
    assert metric.statistics([[1], [2]], [[None, [1]], None], nulls="empty") == expected
    systems = {"a": column, "b": pa.array([[1], [2], [3]])}
    assert tc.compare(systems, column, [metric], samples=5) == tc.compare(
        {"a": texts, "b": [[1], [2], [3]]}, texts, [metric], samples=5
    )
