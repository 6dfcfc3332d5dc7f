"""Scores as polars expressions: they equal `score_each` and `corpus` to the bit."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest
import tricolore as tc
import tricolore.polars
from columns import (
    GROUPS,
    LISTS,
    PREDICTIONS,
    REFERENCES,
    by_name,
    by_option,
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
FRAME = pl.DataFrame({"p": PREDICTIONS, "r": REFERENCES, "l": LISTS, "g": GROUPS})
ENGINES = ("in-memory", "streaming")
by_engine = pytest.mark.parametrize("engine", ENGINES)


def rows(name, references="r", of="p", **options):
    return getattr(pl.col(of).tricolore, identifier(name))(references, **options)


def corpus(name, references="r", of="p", **options):
    return getattr(pl.col(of).tricolore, f"corpus_{identifier(name)}")(references, **options)


def listed(frame, expression, engine="in-memory"):
    query = frame.lazy().select(score=expression)
    made = query.collect(engine=engine)
    assert made.schema == query.collect_schema()
    return made["score"].to_list()


FRAMES = {
    "whole": lambda: FRAME,
    "slice": lambda: pl.concat([FRAME[:1], FRAME, FRAME[3:]])[1 : 1 + len(FRAME)],
    "chunks": lambda: pl.concat([FRAME[:3], FRAME[:0], FRAME[3:4], FRAME[4:]], rechunk=False),
    "categories": lambda: FRAME.cast({"p": pl.Categorical, "r": pl.Categorical}),
}


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES)
@by_engine
@by_name
def test_rows(name, engine, make):
    metric = tc.metric(name)
    assert listed(make(), rows(name), engine) == row_scores(metric, PREDICTIONS, REFERENCES)
    assert listed(make(), rows(name, "l"), engine) == row_scores(metric, PREDICTIONS, LISTS)
    assert listed(make(), corpus(name), engine) == [corpus_score(metric, PREDICTIONS, REFERENCES)]
    assert listed(make(), corpus(name, "l"), engine) == [corpus_score(metric, PREDICTIONS, LISTS)]


@by_engine
@by_name
def test_groups(name, engine):
    metric = tc.metric(name)
    query = FRAME.lazy().group_by("g").agg(own=corpus(name, "l"), each=rows(name, "l"))
    made = query.collect(engine=engine)
    assert sorted(made["g"]) == sorted(set(GROUPS))
    for group, own, each in made.rows():
        texts = of_group(group, PREDICTIONS), of_group(group, LISTS)
        assert own == corpus_score(metric, *texts)
        assert each == row_scores(metric, *texts)
    over = FRAME.lazy().select("g", own=corpus(name, "l").over("g")).collect(engine=engine)
    assert dict(over.rows()) == dict(made.select("g", "own").rows())


@by_option
def test_options(metric):
    namespace = pl.col("p").tricolore
    assert listed(FRAME, namespace.score_each(metric, "l")) == row_scores(metric, PREDICTIONS, LISTS)
    assert listed(FRAME, namespace.corpus(metric, "l")) == [corpus_score(metric, PREDICTIONS, LISTS)]
    assert listed(FRAME, rows("rouge", types=["rouge1"], use_stemmer=True)) == row_scores(
        tc.ROUGE(["rouge1"], use_stemmer=True), PREDICTIONS, REFERENCES
    )
    assert listed(FRAME, corpus("bleu", tokenize="char")) == [corpus_score(tc.BLEU("char"), PREDICTIONS, REFERENCES)]


@given(
    texts=st.lists(st.tuples(*[st.one_of(few_words, st.text(max_size=20))] * 2), max_size=12), cut=st.integers(0, 12)
)
@by_name
def test_any_texts(name, texts, cut):
    frame = pl.DataFrame(texts, schema={"p": pl.String, "r": pl.String}, orient="row")
    frame = pl.concat([frame[:cut], frame[cut:]], rechunk=False)
    predictions, references = ([pair[side] for pair in texts] for side in (0, 1))
    for engine in ENGINES:
        expected = row_scores(tc.metric(name), predictions, references)
        assert listed(frame, rows(name, num_threads=2), engine) == expected


@by_engine
@by_name
def test_no_rows(name, engine):
    metric = tc.metric(name)
    assert listed(FRAME[:0], rows(name), engine) == []
    assert listed(FRAME[:0], corpus(name), engine) == [None]
    assert FRAME[:0].lazy().group_by("g").agg(own=corpus(name)).collect(engine=engine).is_empty()
    kept = pl.col("g") > 2
    filtered = getattr(pl.col("p").filter(kept).tricolore, f"corpus_{identifier(name)}")(pl.col("r").filter(kept))
    made = dict(FRAME.lazy().group_by("g").agg(own=filtered).collect(engine=engine).rows())
    assert made[1] is made[2] is None
    assert made[3] == corpus_score(metric, of_group(3, PREDICTIONS), of_group(3, REFERENCES))


@by_engine
def test_references_as_expressions(engine):
    metric = tc.CHRF()
    both = [[reference, "the lamp"] for reference in REFERENCES]
    several = pl.concat_list("r", pl.lit("the lamp"))
    assert listed(FRAME, rows("chrf", several), engine) == row_scores(metric, PREDICTIONS, both)
    assert listed(FRAME, rows("chrf", pl.col("l").list.first()), engine) == row_scores(
        metric, PREDICTIONS, [texts[0] for texts in LISTS]
    )
    # One text for all rows, on either side.
    one = ["the lamp"] * len(FRAME)
    assert listed(FRAME, rows("chrf", pl.lit("the lamp")), engine) == row_scores(metric, PREDICTIONS, one)
    assert listed(FRAME, corpus("chrf", pl.lit("the lamp")), engine) == [corpus_score(metric, PREDICTIONS, one)]
    assert listed(FRAME, pl.lit("the lamp").tricolore.chrf("r"), engine) == row_scores(metric, one, REFERENCES)
    alone = pl.col("p").first().tricolore.corpus_chrf("r")
    assert listed(FRAME, alone, engine) == [corpus_score(metric, PREDICTIONS[:1] * len(FRAME), REFERENCES)]
    own = FRAME.lazy().group_by("g").agg(corpus("chrf", pl.lit("the lamp"))).collect(engine=engine)
    assert dict(own.rows())[2] == corpus_score(metric, of_group(2, PREDICTIONS), of_group(2, one))


def test_several_systems():
    frame = FRAME.rename({"r": "q"}).with_columns(r=pl.lit("the lamp"))
    made = frame.select(pl.col("p", "q").tricolore.corpus_ter("r"))
    reference = ["the lamp"] * len(frame)
    assert made.rows() == [tuple(corpus_score(tc.TER(), own, reference) for own in (PREDICTIONS, REFERENCES))]
    assert made.columns == ["p", "q"]
    unnested = FRAME.select(rows("rouge", types=["rouge1"])).unnest("p")
    assert unnested.columns == ["rouge1_precision", "rouge1_recall", "rouge1_fmeasure"]


P, R, L = ["a b", "c d", "e", "f"], ["a b", None, "e", "g"], [["a b", None], [None], ["e", "f"], None]


@by_engine
@by_name
def test_nulls(name, engine):
    metric = tc.metric(name)
    frame = pl.DataFrame({"p": P, "r": R, "l": L})
    for column, texts in (("r", R), ("l", L)):
        expected = row_scores(metric, P, texts, "empty")
        assert listed(frame, rows(name, column, nulls="empty"), engine) == expected
        assert listed(frame, corpus(name, column, nulls="empty"), engine) == [corpus_score(metric, P, texts, "empty")]
        scored = iter(row_scores(metric, P, texts, "drop_segment"))
        expected = [next(scored) if text not in (None, [None]) else None for text in texts]
        assert listed(frame, rows(name, column, nulls="drop_segment"), engine) == expected
        assert listed(frame, corpus(name, column, nulls="drop_segment"), engine) == [
            corpus_score(metric, P, texts, "drop_segment")
        ]
        for own in (rows, corpus):
            with pytest.raises(TypeError, match=r"references\[\d\](\[\d\])? is null"):
                listed(frame, own(name, column), engine)
            with pytest.raises(ValueError, match=r"references\[\d\] has no reference that is not null"):
                listed(frame, own(name, column, nulls="drop"), engine)
    assert listed(frame[:1], rows(name, "l", nulls="drop"), engine) == row_scores(metric, P[:1], L[:1], "drop")
    none = frame.filter(pl.col("r").is_null())
    assert listed(none, rows(name, nulls="drop_segment"), engine) == [None]
    assert listed(none, corpus(name, nulls="drop_segment"), engine) == [None]
    with pytest.raises(TypeError, match=r"predictions\[\d\] is null"):
        listed(frame, rows(name, "p", of="r", nulls="drop_segment"), engine)
    missing = pl.DataFrame({"p": [None, None], "r": ["a", "b"]})
    assert listed(missing, rows(name, nulls="empty"), engine) == row_scores(metric, ["", ""], ["a", "b"])


def test_tokens():
    frame = pl.DataFrame({"p": [[1, 2, 3], [4]], "r": [[1, 2], [4]], "l": [[[1, 2], [3]], [[4]]]})
    expression = pl.col("p").tricolore.bleu
    for column in ("r", "l"):
        expected = row_scores(tc.BLEU("pretokenized"), frame["p"].to_list(), frame[column].to_list())
        assert listed(frame, expression(column, tokenize="pretokenized")) == expected


@by_name
def test_threads(name):
    frame = pl.concat([FRAME] * 500, rechunk=True)
    expected = row_scores(tc.metric(name), PREDICTIONS, LISTS) * 500
    for threads in (1, 2, 5):
        assert listed(frame, rows(name, "l", num_threads=threads), "streaming") == expected
    with ThreadPoolExecutor(4) as pool:
        engines = [*ENGINES] * 4
        assert all(own == expected for own in pool.map(lambda engine: listed(frame, rows(name, "l"), engine), engines))


def test_wrong_arguments_are_refused_before_a_query_runs():
    namespace = pl.col("p").tricolore
    with pytest.raises(ValueError, match="an option of 'bleu' is 'types'"):
        namespace.bleu("r", types=["rouge1"])
    with pytest.raises(ValueError, match="nulls is 'skip', which is none of 'error', 'empty'"):
        namespace.corpus_bleu("r", nulls="skip")
    with pytest.raises(ValueError, match="num_threads is 0"):
        namespace.bleu("r", num_threads=0)
    with pytest.raises(ValueError, match="did you mean 'bleu'"):
        namespace.score_each("blue", "r")
    with pytest.raises(TypeError, match="references is of type list: it must be the name of a column or an expression"):
        namespace.bleu(REFERENCES)
    with pytest.raises(AttributeError, match="blue"):
        namespace.blue("r")


def test_wrong_columns():
    with pytest.raises(TypeError, match=r"predictions.* is of the Arrow type Int64"):
        FRAME.select(pl.col("g").tricolore.bleu("r"))
    with pytest.raises(ValueError, match="8 predictions, but references for 2"):
        FRAME.select(pl.col("p").tricolore.bleu(pl.col("r").head(2)))


def test_expressions_pickle():
    expression = pickle.loads(pickle.dumps(rows("rouge", "l")))
    assert listed(FRAME, expression) == row_scores(tc.ROUGE(), PREDICTIONS, LISTS)


@by_name
def test_methods_are_documented(name):
    for own in (identifier(name), f"corpus_{identifier(name)}"):
        method = getattr(tricolore.polars.TricoloreNamespace, own)
        assert method.__name__ == own
        assert repr(name) in method.__doc__
