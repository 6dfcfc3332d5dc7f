"""Arrow record batches in and out, and partial scores of a corpus as rows, without an engine."""

import pickle
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tricolore as tc
from engines import (
    DRAWING,
    METRICS,
    PARTITIONS,
    SIZE,
    SYSTEMS,
    check_comparison,
    check_groups,
    check_scores,
    corpus,
    expected,
)
from tricolore.engines.partial_scores import PartialScores
from tricolore.evaluation.named_metrics import columns_of, named_metrics
from tricolore.resampling.poisson import PoissonBootstrap

TABLE = corpus()


def cut(table, parts, seed=3):
    """Yields the shuffled rows of a table in partitions of batches of several sizes. Some partitions are empty."""
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


@pytest.mark.parametrize(
    "metric", ["bleu", ["rouge", "ter"], {"own": tc.CHRF(), "other": tc.CHRF(word_order=2)}], ids=str
)
def test_signatures_go_along(metric, tmp_path):
    work = tc.batches(metric, keep=["id"])
    metrics = named_metrics(metric)
    batches = [TABLE.to_batches()[0].slice(*part) for part in ((0, 1), (1, 5), (3, 0), (6, 40))]
    with pq.ParquetWriter(tmp_path / "scores.parquet", work(batches[0]).schema) as writer:
        for scored in work(batches):
            assert scored.schema.equals(work(TABLE).schema, check_metadata=True)
            writer.write_batch(scored)
    read = pq.read_table(tmp_path / "scores.parquet")
    assert len(read) == 46
    for table in (work(TABLE), read, work(batches[0])):
        metadata = {key.decode(): text.decode() for key, text in table.schema.metadata.items()}
        if len(metrics) == 1:
            assert metadata == {"tricolore.signature": tc.BLEU().signature}
        else:
            assert metadata == {f"tricolore.signature.{name}": own.signature for name, own in metrics.items()}
        assert b"tricolore.signature" not in (table.schema.field("id").metadata or {})
        for name, own in metrics.items():
            for column in columns_of(name, own):
                assert table.schema.field(column).metadata[b"tricolore.signature"].decode() == own.signature
    # A column that is moved to another table keeps its signature.
    moved = pa.table({"x": [1] * 46}).append_column(read.schema.field(1), read.column(1))
    assert moved.schema.field(1).metadata[b"tricolore.signature"].decode() == next(iter(metrics.values())).signature


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
        (lambda: tc.batches("bleu", keep=["id", "id"]), ValueError, "keep names the column 'id' twice"),
        (lambda: tc.batches("bleu", nulls="ignore"), ValueError, "nulls is 'ignore'"),
        (lambda: tc.batches("bleu", num_threads=0), ValueError, "num_threads is 0"),
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
    # Engines may merge in two steps.
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


def test_labels_that_are_all_missing_have_no_type():
    parts = parts_of("bleu", group_by="group")
    labels = TABLE["group"].to_pylist()
    missing = TABLE.filter(pa.array([label is None for label in labels]))
    missing = missing.set_column(missing.column_names.index("group"), "group", pa.nulls(len(missing)))
    others = TABLE.filter(pa.array([label is not None for label in labels]))
    for order in ([missing, others], [others, missing]):
        rows = [row for table in order for row in parts(table).to_batches()]
        check_groups(parts.scores(pa.Table.from_batches(list(parts.merge(rows)))).to_pylist())


HOUR = 3600 * 10**6
# Labels that Python or Arrow may confuse, such as the hour that New York has twice when the clock goes back. The
# numbers are the rows per label in every four or five rows.
LABELS = {
    "zoned times": (
        pa.array([5 * HOUR, 6 * HOUR, 7 * HOUR, 7 * HOUR], pa.timestamp("us", "America/New_York")),
        [1, 1, 2],
    ),
    "nanoseconds": (pa.array([0, 1, 1001, 1], pa.timestamp("ns")), [1, 2, 1]),
    "times of day": (pa.array([1, 1, 2, 2], pa.time64("ns")), [2, 2]),
    "durations": (pa.array([0, 0, 1, None], pa.duration("ns")), [2, 1, 1]),
    "dates": (pa.array([3, 3, 1, 1], pa.date32()), [2, 2]),
    "floats": (pa.array([float("nan"), 0.0, -0.0, None, float("nan")]), [2, 2, 1]),
    "large": (pa.array([2**64 - 1, 2**64 - 1, 1, 2**63], pa.uint64()), [1, 1, 2]),
    "decimals": (pa.array([1, 1, 2, 3]).cast(pa.decimal128(22, 2)), [2, 1, 1]),
    "bools": (pa.array([True, False, None, True]), [1, 2, 1]),
    "bytes": (pa.array([b"a", b"b", b"b", b"a"]), [2, 2]),
    "dictionary": (pa.array(["a", "b", None, "a"]).dictionary_encode(), [2, 1, 1]),
    "views": (pa.array(["a", "b", None, "a"], pa.string_view()), [2, 1, 1]),
    "nothing": (pa.nulls(4), [4]),
}


@pytest.mark.parametrize("name", LABELS)
def test_labels_of_any_type(name):
    labels, counts = LABELS[name]
    times = 20
    column = pa.concat_arrays([labels] * times)
    size = len(column)
    table = TABLE.slice(0, size).select(["id", "prediction", "references"]).append_column("label", column)
    found = []
    for partitions in (1, 2, 7, size):
        parts = parts_of("bleu", group_by="label")
        # Cut by slices, because `take` does not support every type.
        step = -(-size // partitions)
        cuts = [table.slice(start, step).to_batches(max_chunksize=9) for start in range(0, size, step)]
        made = [row for batches in cuts for row in parts(iter(batches))]
        scores = parts.scores(pa.Table.from_batches(list(parts.merge(made))))
        found.append(scores.drop_columns("label"))
        assert sorted(scores["segments"].to_pylist()) == sorted(count * times for count in counts)
    assert all(scores == found[0] for scores in found)


def test_a_group_has_its_own_number_of_references():
    rows = {"prediction": ["a b"] * 3, "references": [["a b"], ["a b", "a c"], ["a"]], "group": ["one", "two", "one"]}
    for size in (1, 3):
        parts = parts_of("bleu", confidence=False, group_by="group")
        (made,) = parts(iter(pa.table(rows).to_batches(max_chunksize=size)))
        one, two = parts.scores(pa.Table.from_batches([made]))["bleu_signature"].to_pylist()
        assert (one[:8], two[:8]) == ("nrefs:1|", "nrefs:2|")


def test_columns_that_would_hide_others():
    for metric, groups, message in (
        ("bleu", "segments", "two columns would be named 'segments'"),
        ("bleu", "bleu", "two columns would be named 'bleu'"),
        ({"segments": tc.CHRF()}, "group", "two columns would be named 'segments'"),
        ({"bleu": "bleu", "bleu_signature": "chrf"}, "group", "two columns would be named 'bleu_signature'"),
        ({"bleu": "bleu", "bleu_low": "chrf"}, "group", "two columns would be named 'bleu_low'"),
        ("bleu", ["group", "group"], "group_by names the column 'group' twice"),
    ):
        with pytest.raises(ValueError, match=message):
            parts_of(metric, group_by=groups)
    with pytest.raises(TypeError, match="group_by: the column 'references' is of the Arrow type list<"):
        list(parts_of("bleu", group_by="references")(iter(TABLE.to_batches())))


def test_readers_are_iterators():
    scored = pa.Table.from_batches(tc.batches("bleu")(TABLE.to_reader(max_chunksize=99)))
    assert scored == tc.batches("bleu")(TABLE).combine_chunks()
    parts = parts_of("bleu")
    assert parts.score(pa.Table.from_batches(parts(TABLE.to_reader())), one=True) == expected("bleu").compute()


def test_errors_of_their_own_types():
    def refuse(text):
        raise UnicodeDecodeError("utf-8", b"x", 0, 1, "not today")

    with pytest.raises(ValueError, match="record batch 0: 'utf-8' codec"):
        list(tc.batches(tc.ROUGE(["rouge1"], tokenizer=refuse))(TABLE.to_batches()))


def test_two_systems_in_one_pass():
    parts = parts_of("bleu", predictions=SYSTEMS)
    ((_, systems),) = parts.by_group(merged(parts, 7))
    assert {name: own["bleu"] for name, own in systems.items()} == {
        name: expected("bleu", column) for name, column in SYSTEMS.items()
    }
    check_comparison(parts.comparison(merged(parts, 7), "tuned", "systems"), DRAWING["confidence"])


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
    with pytest.raises(ValueError, match="there is no segment"):
        parts.score(pa.table({}), one=True)
