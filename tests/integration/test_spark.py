"""Scores on Spark with executors in separate processes, also when an executor is killed."""

import os
import signal
import sys

import pytest
import tricolore as tc
from engines import DRAWING, METRICS, PARTITIONS, SYSTEMS, check_comparison, check_groups, check_scores, corpus, example

pytest.importorskip("pyspark", reason="Spark is an optional engine with a separate environment")
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    # Processes that live for a minute spend a quarter of it in the second compiler and the collector's threads.
    os.environ["JAVA_TOOL_OPTIONS"] = "-XX:TieredStopAtLevel=1 -XX:CICompilerCount=1 -XX:+UseSerialGC"
    builder = SparkSession.builder.master("local-cluster[2,1,1024]")
    for key, value in {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "64",
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def frame(spark):
    return spark.createDataFrame(corpus()).cache()


def test_score_each(frame):
    import tricolore.spark

    scored = tricolore.spark.score_each(frame.repartition(7), ["bleu", "rouge"]).toArrow().sort_by("id")
    table = corpus()
    local = tc.batches(["bleu", "rouge"], keep=["id", "other", "group"])(table)
    assert scored.to_pydict() == local.to_pydict()
    streamed = tricolore.spark.score_each(frame, {"mine": tc.BLEU()}, keep=[]).columns
    assert streamed == ["mine"]


@pytest.mark.parametrize("partitions", PARTITIONS)
def test_corpus_is_that_of_one_machine(frame, partitions):
    import tricolore.spark

    check_scores(tricolore.spark.corpus(frame.repartition(partitions, "id"), METRICS, id_column="id", **DRAWING))


def test_groups(frame):
    import tricolore.spark

    made = tricolore.spark.corpus(frame.repartition(7), "bleu", id_column="id", group_by="group", **DRAWING)
    check_groups([row.asDict() for row in made.collect()])
    # Without groups there is a single score, here without an interval.
    table = corpus()
    assert tricolore.spark.corpus(frame, "bleu") == tc.BLEU().corpus(table["prediction"], table["references"])


def test_compare(frame):
    import tricolore.spark

    drawing = {"samples": DRAWING["samples"], "seed": DRAWING["seed"]}
    made = tricolore.spark.compare(
        frame.repartition(7), SYSTEMS, "bleu", "id", baseline="tuned", family="systems", **drawing
    )
    check_comparison(made)


def test_an_executor_is_killed(frame, tmp_path):
    import tricolore.spark

    marker = str(tmp_path / "killed")

    def kill_once(batches):
        for batch in batches:
            yield batch
            try:
                os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                continue
            os.kill(executor(), signal.SIGKILL)

    def executor():
        """Returns the id of the Java process that is an ancestor of this process."""
        process = os.getpid()
        while True:
            with open(f"/proc/{process}/stat") as stat:
                name, rest = stat.read().split("(", 1)[1].rsplit(")", 1)
            if name == "java":
                return process
            process = int(rest.split()[1])

    killing = frame.repartition(7, "id").mapInArrow(kill_once, frame.schema)
    check_scores(tricolore.spark.corpus(killing, METRICS, id_column="id", **DRAWING))
    assert os.path.exists(marker)


def test_odd_frames(spark, frame):
    import tricolore.spark

    dotted = frame.withColumnRenamed("group", "a.b`c")
    scored = tricolore.spark.score_each(dotted, "bleu")
    assert scored.columns == ["id", "other", "a.b`c", "bleu"]
    assert scored.count() == frame.count()
    with pytest.raises(ValueError, match=r"takes no column named 'a\.b`c'"):
        tricolore.spark.corpus(dotted, "bleu", group_by="a.b`c")
    # Times in a session with a time zone, NaN and -0.0 as labels, and large Arrow types.
    table = corpus()
    odd = (
        "timestamp_seconds(1762000000 + 3600 * (id % 4)) as time",
        "if(id % 2 = 0, double('nan'), -0.0 * (id % 4)) as number",
    )
    settings = {"spark.sql.session.timeZone": "America/New_York", "spark.sql.execution.arrow.useLargeVarTypes": "true"}
    for key, value in settings.items():
        before = spark.conf.get(key)
        spark.conf.set(key, value)
        try:
            rows = frame.selectExpr("*", *odd).repartition(4)
            times = tricolore.spark.corpus(rows, "bleu", group_by="time").collect()
            assert [row["segments"] for row in times] == [len(table) // 4] * 4
            numbers = tricolore.spark.corpus(rows, "bleu", group_by="number").collect()
            assert [row["segments"] for row in numbers] == [len(table) // 2] * 2
        finally:
            spark.conf.set(key, before)


def test_the_example_of_the_page(spark, tmp_path, capfd):
    names = {"spark": spark}
    exec(example("spark", tmp_path), names)
    assert names["score"] == names["scores"]["bleu"]._replace(
        signature=names["score"].signature, confidence_interval=None, bootstrap_mean=None, half_width=None
    )
    shown = capfd.readouterr().out
    assert "language" in shown
    assert "tuned" in shown


def test_bad_input_fails_the_job(frame):
    import tricolore.spark
    from pyspark.errors import PythonException

    with pytest.raises(PythonException, match=r"record batch 0: predictions.* is of the Arrow type"):
        tricolore.spark.corpus(frame, "bleu", prediction="id")
    with pytest.raises(ValueError, match="id_column is needed"):
        tricolore.spark.corpus(frame, "bleu", confidence=0.95)
    for systems, message in (
        ({"a": "prediction"}, "systems holds 1"),
        ({"a": "prediction", "b": "other"}, "baseline is 'c'"),
    ):
        with pytest.raises(ValueError, match=message):
            tricolore.spark.compare(frame, systems, "bleu", "id", baseline="c")
    two = {"a": "prediction", "b": "other"}
    with pytest.raises(ValueError, match="metric has the figure 'bleu' twice"):
        tricolore.spark.compare(frame, two, {"bleu": "bleu", "zh": tc.BLEU("zh")}, "id")
    with pytest.raises(ValueError, match="there is no segment"):
        tricolore.spark.corpus(frame.limit(0), "bleu")
