"""Arrow record batches in and out, and parts of a corpus score as rows, without an engine."""

import pickle
import random

import pyarrow as pa
import pytest
import tricolore as tc
from engines import DRAWING, METRICS, PARTITIONS, SIZE, SYSTEMS, check_groups, check_scores, corpus, expected
from tricolore.partial_scores import PartialScores
from tricolore.poisson import PoissonBootstrap

TABLE = corpus()


def cut(table, parts, seed=3):
    """Shuffled, in so many partitions of batches of several sizes; some are empty."""
    generator = random.Random(seed)
    order = generator.sample(range(len(table)), len(table))
    for part in range(parts):
        own = table.take(order[part::parts])
        yield own.combine_chunks().to_batches(max_chunksize=generator.randint(1, 99))


@pytest.mark.parametrize("name", METRICS)
def test_scores_are_those_of_score_each(name):
    metric = METRICS[name]
    scores = metric.score_each(TABLE["prediction"].to_pylist(), TABLE["references"].to_pylist()).to_dict()
    work = pickle.loads(pickle.dumps(tc.batches(metric, keep=["id", "group"])))
    batches = TABLE.to_batches(max_chunksize=64)
    scored = list(work(iter(batches)))
    assert [type(batch) for batch in scored] == [pa.RecordBatch] * len(batches)
    assert pa.Table.from_batches(scored) == work(TABLE).combine_chunks()
    assert work(TABLE).to_pydict() == {
        **TABLE.select(["id", "group"]).to_pydict(),
        **dict(zip(work.columns, (values.tolist() for values in scores.values()), strict=True)),
    }
    assert list(work.columns) == (["chrf++"] if name == "chrf++" else list(scores))


def test_batches_are_scored_as_they_come():
    def endless():
        while True:
            yield TABLE.to_batches()[0].slice(0, 2)

    scored = tc.batches("bleu")(endless())
    assert len(next(scored)) == len(next(scored)) == 2


def test_types_of_columns():
    batch = TABLE.to_batches()[0].slice(3, 5)
    (plain,) = tc.batches("chrf")([batch])
    for kind in (pa.large_string(), pa.string_view()):
        columns = [batch["prediction"].cast(kind), batch["references"].cast(pa.large_list(kind))]
        other = pa.record_batch(columns, names=["prediction", "references"])
        assert list(tc.batches("chrf")([other])) == [plain]
    assert tc.batches("chrf")(batch.slice(0, 0)).to_pydict() == {"chrf": []}


def test_names_of_columns():
    metrics = {"zh": tc.BLEU("zh"), "bleu": "bleu", "stemmed": tc.ROUGE(["rouge1"], use_stemmer=True)}
    expected = ("zh", "bleu", "stemmed_rouge1_precision", "stemmed_rouge1_recall", "stemmed_rouge1_fmeasure")
    assert tc.batches(metrics).columns == expected
    assert tc.batches(["chrf", "chrf++"]).columns == ("chrf", "chrf++")
    assert tc.batches(tc.ROUGE(["rougeL"])).columns == ("rougeL_precision", "rougeL_recall", "rougeL_fmeasure")


def test_what_is_refused():
    batch = TABLE.to_batches()[0]
    nulls = pa.record_batch({"prediction": ["a", None], "references": ["a", "b"]})
    for call, error, message in (
        (lambda: tc.batches("blue"), ValueError, "did you mean 'bleu'"),
        (lambda: tc.batches([]), ValueError, "metric is empty"),
        (lambda: tc.batches([tc.BLEU(), tc.BLEU("zh")]), ValueError, "a dict of metrics by names of your own"),
        (lambda: tc.batches("bleu", keep=["bleu"]), ValueError, "two columns would be named 'bleu'"),
        (lambda: tc.batches("bleu", keep="id"), TypeError, r"wrap it in a list, \['id'\]"),
        (
            lambda: list(tc.batches("bleu", prediction="x")([batch])),
            ValueError,
            "^record batch 0: no column is named 'x'",
        ),
        (lambda: tc.batches("bleu", prediction="x")(TABLE), ValueError, "^no column is named 'x'; there are 'id', "),
        (lambda: list(tc.batches("bleu")([batch, nulls])), TypeError, r"^record batch 1: predictions\[1\] is null"),
        (
            lambda: list(tc.batches("bleu", prediction="id")([batch])),
            TypeError,
            r"predictions\[0\] is of the Arrow type",
        ),
    ):
        with pytest.raises(error, match=message):
            call()
    (scored,) = tc.batches("bleu", nulls="empty")([nulls])
    assert scored["bleu"].to_pylist() == tc.BLEU().score_each(["a", ""], ["a", "b"]).values.tolist()


def parts_of(metric, confidence=True, predictions=None, group_by=None):
    bootstrap = PoissonBootstrap.checked(*DRAWING.values()) if confidence else None
    ids = "id" if confidence else None
    return PartialScores(metric, predictions or {"": "prediction"}, "references", bootstrap, ids, group_by, "error")


def merged(parts, partitions):
    made = [row for batches in cut(TABLE, partitions) for row in parts(iter(batches))]
    # In two steps, as engines may.
    halves = [row for half in (made[::2], made[1::2]) for row in parts.merge(half)]
    return pa.Table.from_batches(list(parts.merge(halves)))


@pytest.mark.parametrize("partitions", PARTITIONS)
def test_any_partition_gives_the_score_of_one_machine(partitions):
    parts = parts_of(METRICS)
    check_scores(parts.score(merged(parts, partitions), one=False))
    plain = parts_of("ter", confidence=False)
    assert plain.score(merged(plain, partitions), one=True) == METRICS["ter"].corpus(
        TABLE["prediction"], TABLE["references"]
    )


@pytest.mark.parametrize("partitions", PARTITIONS)
def test_groups(partitions):
    parts = parts_of("bleu", group_by="group")
    check_groups(parts.scores(merged(parts, partitions)).to_pylist())
    parts = parts_of("bleu", group_by=["group", "id"])
    assert len(merged(parts, partitions)) == SIZE


def test_two_systems_in_one_pass():
    parts = parts_of("bleu", predictions=SYSTEMS)
    ((_, systems),) = parts.by_group(merged(parts, 7))
    assert {name: own["bleu"] for name, own in systems.items()} == {
        name: expected("bleu", column) for name, column in SYSTEMS.items()
    }


def test_thirds_do_not_depend_on_partitions():
    generator = random.Random(2)
    texts = [" ".join(generator.choices("abcdef", k=generator.randint(1, 9))) for _ in range(4 * SIZE)]
    references = [texts[place::SIZE][1:] for place in range(SIZE)]
    table = pa.table({"prediction": texts[:SIZE], "references": references})
    parts = parts_of("ter", confidence=False)
    scores = set()
    for partitions in PARTITIONS:
        made = [row for batches in cut(table, partitions) for row in parts(iter(batches))]
        scores.add(parts.score(pa.Table.from_batches(list(parts.merge(made))), one=True))
    assert len(scores) == 1


def test_ids_are_needed_for_intervals():
    bootstrap = PoissonBootstrap.checked(0.95, 100, 1)
    for ids, drawing, message in (
        (None, bootstrap, "id_column is needed for an interval"),
        ("id", None, "id_column is for an interval, and confidence is None"),
    ):
        with pytest.raises(ValueError, match=message):
            PartialScores("bleu", {"": "prediction"}, "references", drawing, ids, None, "error")


def test_nothing_at_all():
    parts = parts_of("bleu")
    assert list(parts(iter([]))) == list(parts.merge([])) == []
    (rows,) = parts(iter([TABLE.to_batches()[0].slice(0, 0)]))
    assert len(rows) == 0
    with pytest.raises(ValueError, match="there is no segment"):
        parts.score(pa.Table.from_batches([rows]), one=True)
