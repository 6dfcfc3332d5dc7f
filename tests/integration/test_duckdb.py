"""Scores as SQL functions of DuckDB: they equal `score_each` and `corpus` to the bit."""

from concurrent.futures import ThreadPoolExecutor

import duckdb
import pyarrow as pa
import pytest
import tricolore as tc
import tricolore.duckdb
from columns import (
    GROUPS,
    LISTS,
    OPTIONS,
    PREDICTIONS,
    REFERENCES,
    by_name,
    corpus_score,
    identifier,
    of_group,
    quietly,
    row_scores,
)
from hypothesis import given
from hypothesis import strategies as st
from texts import few_words

pytestmark = quietly
TABLE = pa.table({"n": range(len(GROUPS)), "p": PREDICTIONS, "r": REFERENCES, "l": LISTS, "g": GROUPS})


def connected(table, **options):
    """Returns a connection with the functions, and with a table named `texts`."""
    connection = duckdb.connect()
    tricolore.duckdb.register(connection, **options)
    connection.from_arrow(table).create("texts")
    return connection


@pytest.fixture(scope="module")
def connection():
    with connected(TABLE) as made:
        yield made


def column(connection, sql):
    return [value for (value,) in connection.sql(sql).fetchall()]


@by_name
def test_rows(connection, name):
    metric, function = tc.metric(name), f"tricolore_{identifier(name)}"
    for own, texts in (("r", REFERENCES), ("l", LISTS)):
        expected = row_scores(metric, PREDICTIONS, texts)
        assert column(connection, f"SELECT {function}(p, {own}) FROM texts ORDER BY n") == expected
        few = column(connection, f"SELECT {function}(p, {own}) FROM texts WHERE g <> 2 ORDER BY n")
        assert few == [score for score, group in zip(expected, GROUPS, strict=True) if group != 2]
    both = [[reference, "the lamp"] for reference in REFERENCES]
    several = column(connection, f"SELECT {function}(p, [r, 'the lamp']) FROM texts ORDER BY n")
    assert several == row_scores(metric, PREDICTIONS, both)
    assert column(connection, f"SELECT {function}('a b', 'a c')") == row_scores(metric, ["a b"], ["a c"])
    assert column(connection, f"SELECT {function}(p, r) FROM texts WHERE g > 9") == []


@by_name
def test_corpora(connection, name):
    metric, function = tc.metric(name), f"tricolore_corpus_{identifier(name)}"
    for own, texts in (("r", REFERENCES), ("l", LISTS)):
        assert column(connection, f"SELECT {function}(p, {own}) FROM texts") == [
            corpus_score(metric, PREDICTIONS, texts)
        ]
        groups = connection.sql(f"SELECT g, {function}(p, {own}) FROM texts GROUP BY g ORDER BY g").fetchall()
        expected = {g: corpus_score(metric, of_group(g, PREDICTIONS), of_group(g, texts)) for g in sorted({*GROUPS})}
        assert groups == list(expected.items())
        filtered = f"{function}_of_list(list({{'prediction': p, 'reference': {own}}} ORDER BY n) FILTER (g = 2))"
        assert column(connection, f"SELECT {filtered} FROM texts") == [expected[2]]
    assert column(connection, f"SELECT {function}(p, r) FROM texts WHERE g > 9") == [None]


def test_numbers_of_a_score(connection):
    kind = connection.sql("SELECT tricolore_rouge(p, r) AS score FROM texts").types[0]
    assert [name for name, _ in kind.children] == list(tc.ROUGE().layout.names)
    assert {str(own) for _, own in kind.children} == {"DOUBLE"}
    made = column(connection, "SELECT tricolore_rouge(p, l).rougeL_fmeasure FROM texts ORDER BY n")
    assert made == tc.ROUGE().score_each(PREDICTIONS, LISTS)["rougeL_fmeasure"].tolist()


def test_own_metrics():
    with connected(TABLE, metrics={f"own_{place}": own for place, own in enumerate(OPTIONS)}) as connection:
        for place, metric in enumerate(OPTIONS):
            rows = column(connection, f"SELECT tricolore_own_{place}(p, l) FROM texts ORDER BY n")
            assert rows == row_scores(metric, PREDICTIONS, LISTS)
            corpora = column(connection, f"SELECT tricolore_corpus_own_{place}(p, l) FROM texts")
            assert corpora == [corpus_score(metric, PREDICTIONS, LISTS)]
        with pytest.raises(duckdb.CatalogException, match="tricolore_bleu does not exist"):
            connection.sql("SELECT tricolore_bleu('a', 'a')")
    with connected(TABLE, metrics=["chrf++", tc.BLEU("char")]) as connection:
        assert column(connection, "SELECT tricolore_chrfpp('a b', 'a b')") == [100]
        assert column(connection, "SELECT tricolore_bleu('ab', 'ac')") == row_scores(tc.BLEU("char"), ["ab"], ["ac"])


def test_tokens():
    table = pa.table({"p": [[1, 2, 3], [4]], "r": [[1, 2], [4]], "l": [[[1, 2], [3]], [[4]]]})
    metric = tc.BLEU("pretokenized")
    with connected(table, metrics={"ids": metric}) as connection:
        for own in ("r", "l"):
            expected = row_scores(metric, table["p"].to_pylist(), table[own].to_pylist())
            assert column(connection, f"SELECT tricolore_ids(p, {own}) FROM texts") == expected


P, R, L = ["a b", "c d", "e", "f"], ["a b", None, "e", "g"], [["a b", None], [None], ["e", "f"], None]
MISSING = pa.table({"n": range(4), "p": P, "r": R, "l": L})


def test_nulls_are_empty_texts():
    with connected(MISSING, nulls="empty") as connection:
        for name in tc.metric_names():
            metric, own = tc.metric(name), identifier(name)
            for texts, given_texts in (("r", R), ("l", L)):
                made = column(connection, f"SELECT tricolore_{own}(p, {texts}) FROM texts ORDER BY n")
                assert made == row_scores(metric, P, given_texts, "empty")
            assert column(connection, f"SELECT tricolore_{own}(NULL::VARCHAR, 'a')") == row_scores(metric, [""], ["a"])


def test_nulls_drop_references():
    with connected(MISSING, nulls="drop_segment") as connection:
        for name in tc.metric_names():
            metric, own = tc.metric(name), identifier(name)
            for texts, given_texts in (("r", R), ("l", L)):
                scored = iter(row_scores(metric, P, given_texts, "drop_segment"))
                expected = [next(scored) if text not in (None, [None]) else None for text in given_texts]
                made = column(connection, f"SELECT tricolore_{own}(p, {texts}) FROM texts ORDER BY n")
                assert made == expected
                made = column(connection, f"SELECT tricolore_corpus_{own}(p, {texts}) FROM texts")
                assert made == [corpus_score(metric, P, given_texts, "drop_segment")]
                made = column(connection, f"SELECT tricolore_corpus_{own}(p, {texts}) FROM texts WHERE r IS NULL")
                assert made == [None]
    with connected(MISSING, nulls="drop") as connection:
        made = column(connection, "SELECT tricolore_bleu(p, l) FROM texts WHERE n = 0")
        assert made == row_scores(tc.BLEU(), P[:1], L[:1], "drop")
        with pytest.raises(duckdb.InvalidInputException, match=r"ValueError: references\[1\] has no reference"):
            connection.sql("SELECT tricolore_bleu(p, l) FROM texts").fetchall()


def test_nulls_and_wrong_types_are_errors(connection):
    def refused(sql, error, match):
        with pytest.raises(error, match=match):
            connection.sql(sql).fetchall()

    wrong = duckdb.InvalidInputException
    refused("SELECT tricolore_bleu('a', NULL::VARCHAR)", wrong, r"TypeError: references\[0\] is null; nulls=")
    refused("SELECT tricolore_bleu(NULL::VARCHAR, 'a')", wrong, r"TypeError: predictions\[0\] is null; nulls=")
    refused("SELECT tricolore_corpus_bleu(p, NULL::VARCHAR) FROM texts", wrong, r"TypeError: references\[0\] is null")
    refused("SELECT tricolore_bleu(1, 'a')", wrong, r"TypeError: predictions.* is of the Arrow type Int32")
    refused("SELECT tricolore_bleu('a')", duckdb.BinderException, r"tricolore_bleu\(ANY, ANY\)")
    refused("SELECT tricolore_bleu('a', 'b', 'c')", duckdb.BinderException, r"tricolore_bleu\(ANY, ANY\)")


def test_wrong_arguments_are_refused_before_a_function_is_added():
    with duckdb.connect() as connection:
        with pytest.raises(ValueError, match="nulls is 'skip'"):
            tricolore.duckdb.register(connection, nulls="skip")
        with pytest.raises(ValueError, match="num_threads is 0"):
            tricolore.duckdb.register(connection, num_threads=0)
        with pytest.raises(ValueError, match="a metric is 'blue'"):
            tricolore.duckdb.register(connection, ["bleu", "blue"])
        with pytest.raises(duckdb.CatalogException, match="does not exist"):
            connection.sql("SELECT tricolore_bleu('a', 'a')")


def test_registering_again_replaces(tmp_path):
    with duckdb.connect(str(tmp_path / "texts.db")) as connection:
        tricolore.duckdb.register(connection)
        with pytest.raises(duckdb.InvalidInputException, match="is null"):
            connection.sql("SELECT tricolore_chrf('a', NULL::VARCHAR)").fetchall()
        tricolore.duckdb.register(connection, nulls="empty")
        assert column(connection, "SELECT tricolore_chrf('a', NULL::VARCHAR)") == [0]
        assert column(connection, "SELECT tricolore_corpus_chrf(t, t) FROM (VALUES ('a')) AS own(t)") == [100]
        assert column(connection.cursor(), "SELECT tricolore_chrf('a', 'a')") == [100]
    # Nothing stays in the file.
    with duckdb.connect(str(tmp_path / "texts.db")) as connection:
        assert (
            column(connection, "SELECT function_name FROM duckdb_functions() WHERE function_name LIKE 'tricol%'") == []
        )


@given(texts=st.lists(st.tuples(*[st.one_of(few_words, st.text(max_size=20))] * 2), max_size=12))
def test_any_texts(connection, texts):
    predictions, references = ([pair[side] for pair in texts] for side in (0, 1))
    table = pa.table({"n": range(len(texts)), "p": pa.array(predictions, "str"), "r": pa.array(references, "str")})
    connection.from_arrow(table).create_view("any_texts", replace=True)
    for name in tc.metric_names():
        made = column(connection, f"SELECT tricolore_{identifier(name)}(p, r) FROM any_texts ORDER BY n")
        assert made == row_scores(tc.metric(name), predictions, references)


@by_name
def test_vectors_and_threads(name):
    # 160,000 rows are more than the 122,880 that DuckDB gives to one thread.
    metric, own = tc.metric(name), identifier(name)
    query = f"SELECT list(DISTINCT tricolore_{own}(p, l)) FROM texts, range(20_000) GROUP BY n ORDER BY n"
    # With three references, TER depends on the order of the segments.
    corpus = f"SELECT tricolore_corpus_{own}(p, r) FROM texts, range(100)"
    expected = [[score] for score in row_scores(metric, PREDICTIONS, LISTS)]
    whole = [corpus_score(metric, PREDICTIONS * 100, REFERENCES * 100)]
    for threads in (1, 4):
        with connected(TABLE, metrics=[name], num_threads=threads) as connection:
            connection.execute(f"SET threads = {threads}")
            assert column(connection, query) == expected
            assert column(connection, corpus) == whole
            with ThreadPoolExecutor(4) as pool:
                made = pool.map(lambda cursor: column(cursor, query), [connection.cursor() for _ in range(2)])
                assert all(own == expected for own in made)
