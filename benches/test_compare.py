"""Paired tests by pytest-benchmark, from statistics, as test_rouge.py."""

import numpy as np
import pytest
import tricolore as tc
from workloads import generated

SENTENCES = generated(scale=0.1)[0]
METRICS = [tc.BLEU(), tc.CHRF()]


@pytest.mark.parametrize("test", ["bootstrap", "randomization", "paired_ar", "paired_bs"])
def test_ten_systems(benchmark, test):
    _, predictions, references = SENTENCES
    count = len(predictions)
    # A tenth of the predictions of each system are the references.
    systems = {f"s{k}": [references[i] if i % 10 == k else predictions[i] for i in range(count)] for k in range(10)}
    statistics = {name: [metric.statistics(texts, references) for metric in METRICS] for name, texts in systems.items()}
    samples = 1000
    compared = benchmark(tc.compare, statistics, metrics=METRICS, test=test, samples=samples)
    if test == "bootstrap":
        # By numpy, of one system: whole numbers, so that the order of adding does not matter.
        drawn = np.random.default_rng(12345).choice(count, size=(samples, count))
        sums = np.stack([statistics["s3"][0].rows[sample].sum(axis=0) for sample in drawn])
        means = tc.BLEU().layout.sample_scores(sums.astype("float64"), count)[:, 0]
        assert compared.rows[3].mean == np.sort(means).mean()
    assert len(compared.rows) == 20
