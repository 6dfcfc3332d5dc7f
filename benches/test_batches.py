"""Times ways to pass the same segments with pytest-benchmark: prepared references, Arrow columns, accumulators."""

import numpy as np
import pyarrow as pa
import pytest
import tricolore as tc
from tricolore.engines.partial_scores import PartialScores
from tricolore.resampling.poisson import PoissonBootstrap
from workloads import generated

_, PREDICTIONS, REFERENCES = generated(scale=0.1)[0]
METRICS = {"rouge": tc.ROUGE(["rouge1", "rouge2", "rougeL"]), "bleu": tc.BLEU(), "chrf": tc.CHRF(), "f1": tc.TokenF1()}


@pytest.mark.parametrize("prepared", [False, True], ids=["unprepared", "prepared"])
@pytest.mark.parametrize("name", METRICS)
def test_prepared(benchmark, name, prepared):
    metric = METRICS[name]
    references = metric.prepare(REFERENCES) if prepared else REFERENCES
    scores = benchmark(metric.score_each, PREDICTIONS, references, num_threads=1)
    assert scores[7] == metric.score(PREDICTIONS[7], REFERENCES[7])


def test_a_group_of_completions(benchmark):
    metric = tc.CHRF()
    prepared = metric.prepare(REFERENCES)[3]
    scores = benchmark(metric.score_each, PREDICTIONS[:16], prepared, num_threads=1)
    assert scores[2] == metric.score(PREDICTIONS[2], REFERENCES[3])


@pytest.mark.parametrize("column", [list, pa.array], ids=["str", "arrow"])
@pytest.mark.parametrize("name", METRICS)
def test_columns(benchmark, name, column):
    metric = METRICS[name]
    scores = benchmark(metric.score_each, column(PREDICTIONS), column(REFERENCES), num_threads=1)
    assert scores.statistics == metric.statistics(PREDICTIONS, REFERENCES)


@pytest.mark.parametrize("name", METRICS)
def test_accumulators(benchmark, name):
    metric = METRICS[name]

    def accumulate():
        accumulator = metric.accumulator()
        for start in range(0, len(PREDICTIONS), 100):
            accumulator.update(PREDICTIONS[start : start + 100], REFERENCES[start : start + 100], num_threads=1)
        return accumulator.compute()

    assert benchmark(accumulate) == metric.corpus(PREDICTIONS, REFERENCES)


@pytest.mark.parametrize("name", ["rouge", "bleu", "chrf"])
def test_intervals(benchmark, name):
    metric = METRICS[name]
    statistics = metric.statistics(PREDICTIONS, REFERENCES)
    score = benchmark(metric.from_statistics, statistics, confidence=0.95)
    plain = metric.from_statistics(statistics)
    if name == "rouge":
        low, high = score.confidence_interval["rouge1"].fmeasure
        assert low < plain["rouge1"].fmeasure < high
    else:
        low, high = score.confidence_interval
        assert low < plain.score < high


@pytest.mark.parametrize("name", METRICS)
def test_intervals_in_one_pass(benchmark, name):
    metric = METRICS[name]
    statistics = metric.statistics(PREDICTIONS, REFERENCES)
    ids = np.arange(len(PREDICTIONS))

    def accumulate(part=slice(None)):
        accumulator = metric.accumulator(0.95)
        accumulator.update_statistics(statistics[part], ids[part], num_threads=1)
        return accumulator

    assert benchmark(accumulate) == accumulate(slice(700)) + accumulate(slice(700, None))


def test_bytes(benchmark):
    metric = METRICS["bleu"]
    accumulator = metric.accumulator(0.95)
    accumulator.update(PREDICTIONS, REFERENCES, ids=range(len(PREDICTIONS)))
    assert benchmark(lambda: tc.Accumulator.from_bytes(metric, accumulator.to_bytes())) == accumulator


@pytest.mark.parametrize("name", METRICS)
def test_record_batches(benchmark, name):
    table = pa.table({"prediction": PREDICTIONS, "references": [[reference] for reference in REFERENCES]})
    work = tc.batches(METRICS[name])
    scored = benchmark(lambda: pa.Table.from_batches(work(table.to_batches(max_chunksize=500))))
    assert scored.to_pydict() == pa.table(METRICS[name].score_each(PREDICTIONS, REFERENCES)).to_pydict()


@pytest.mark.parametrize("confidence", [None, 0.95], ids=["score", "interval"])
@pytest.mark.parametrize("name", METRICS)
def test_merging_parts(benchmark, name, confidence):
    """Times the task that merges the results of 100 other tasks."""
    bootstrap = PoissonBootstrap.checked(confidence, 1000, 12345)
    ids = "id" if bootstrap else None
    parts = PartialScores(METRICS[name], {"": "prediction"}, "references", bootstrap, ids, None, "error")
    table = pa.table({"id": range(100), "prediction": PREDICTIONS[:100], "references": REFERENCES[:100]})
    rows = [row for batch in table.to_batches(max_chunksize=1) for row in parts([batch])]
    (merged,) = benchmark(lambda: list(parts.merge(rows)))
    score = parts.score(pa.Table.from_batches([merged]), one=True)
    corpus = METRICS[name].corpus(PREDICTIONS[:100], REFERENCES[:100])
    assert score.to_dict().items() >= corpus.to_dict().items()
