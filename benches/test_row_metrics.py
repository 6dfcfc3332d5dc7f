"""BLEU, chrF and TER by pytest-benchmark, as test_rouge.py."""

import pytest
import tricolore as tc
from tricolore import reference
from workloads import generated

WORKLOADS = {workload.name: workload for workload in generated(scale=0.1)}
METRICS = {"bleu": tc.BLEU(), "chrf": tc.CHRF(), "chrf++": tc.CHRF(word_order=2), "ter": tc.TER()}
# Segments that are checked against the definition in Python.
CHECKED = {"sentences": 100, "documents": 3, "books": 1}
# The definition of TER measures every move from the start: a document takes a quarter of a minute.
CHECKED_BY_TER = {"sentences": 10, "documents": 1, "books": 1}


def row_by_definition(name, prediction, text):
    if name == "bleu":
        return reference.bleu_row(reference.bleu_tokens(prediction), [reference.bleu_tokens(text)])
    if name == "ter":
        return reference.ter_row(reference.ter_tokens(prediction), [reference.ter_tokens(text)])
    return reference.chrf_row(prediction, text, 6, 2 if name == "chrf++" else 0)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("name", WORKLOADS)
def test_statistics(benchmark, name, metric):
    _, predictions, references = WORKLOADS[name]
    rows = METRICS[metric].statistics(predictions, references, num_threads=1).rows
    for i in range((CHECKED_BY_TER if metric == "ter" else CHECKED)[name]):
        assert rows[i].tolist() == row_by_definition(metric, predictions[i], references[i])
    timed = benchmark(METRICS[metric].statistics, predictions, references, num_threads=1)
    assert timed.rows.tobytes() == rows.tobytes()
