"""Scores on Ray Data, also when a worker is killed."""

import os
import signal

import pytest
import tricolore as tc
from engines import DRAWING, METRICS, PARTITIONS, SYSTEMS, check_comparison, check_groups, check_scores, corpus, example

pytest.importorskip("ray", reason="Ray is an optional engine with a separate environment")
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def data():
    import ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    ray.data.DataContext.get_current().enable_progress_bars = False
    yield ray.data.from_arrow(corpus()).materialize()
    ray.shutdown()


def test_score_each(data):
    import tricolore.ray

    scored = tricolore.ray.score_each(data.repartition(7), ["bleu", "rouge"]).take_all()
    local = tc.batches(["bleu", "rouge"], keep=["id", "other", "group"])(corpus())
    assert sorted(scored, key=lambda row: row["id"]) == local.to_pylist()


@pytest.mark.parametrize("partitions", PARTITIONS)
def test_corpus_is_that_of_one_machine(data, partitions):
    import tricolore.ray

    blocks = data.random_shuffle(seed=1).repartition(partitions)
    check_scores(tricolore.ray.corpus(blocks, METRICS, id_column="id", **DRAWING))


def test_groups(data):
    import tricolore.ray

    made = tricolore.ray.corpus(data.repartition(7), "bleu", id_column="id", group_by="group", **DRAWING)
    check_groups(made.take_all())
    table = corpus()
    assert tricolore.ray.corpus(data, "bleu") == tc.BLEU().corpus(table["prediction"], table["references"])


def test_compare(data):
    import tricolore.ray

    drawing = {"samples": DRAWING["samples"], "seed": DRAWING["seed"]}
    made = tricolore.ray.compare(
        data.repartition(7), SYSTEMS, "bleu", "id", baseline="tuned", family="systems", **drawing
    )
    check_comparison(made)


def test_a_worker_is_killed(data, tmp_path):
    import tricolore.ray

    marker = str(tmp_path / "killed")

    def kill_once(table):
        try:
            os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return table
        return os.kill(os.getpid(), signal.SIGKILL)

    killing = data.repartition(7).map_batches(kill_once, batch_format="pyarrow")
    check_scores(tricolore.ray.corpus(killing, METRICS, id_column="id", **DRAWING))
    assert os.path.exists(marker)


def test_the_example_of_the_page(data, tmp_path):
    names = {}
    exec(example("ray", tmp_path), names)
    table = corpus()
    score = tc.CHRF().corpus(table["prediction"], table["references"])
    assert names["scores"]["chrf"].score == score.score
    assert names["ray"].data.read_parquet(str(tmp_path / "scores")).count() == len(table)


def test_bad_input_fails_the_job(data):
    import tricolore.ray

    with pytest.raises(Exception, match=r"predictions.* is of the Arrow type"):
        tricolore.ray.corpus(data, "bleu", prediction="id")
    with pytest.raises(ValueError, match="there is no segment"):
        tricolore.ray.corpus(data.filter(lambda row: False), "bleu")
    with pytest.raises(ValueError, match="id_column is needed"):
        tricolore.ray.corpus(data, "bleu", confidence=0.95)
