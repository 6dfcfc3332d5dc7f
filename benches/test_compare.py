"""Times paired tests from statistics with pytest-benchmark, and checks their answers."""

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
    # In each system a tenth of the predictions equal their references.
    systems = {f"s{k}": [references[i] if i % 10 == k else predictions[i] for i in range(count)] for k in range(10)}
    statistics = {name: [metric.statistics(texts, references) for metric in METRICS] for name, texts in systems.items()}
    samples = 1000
    compared = benchmark(tc.compare, statistics, metrics=METRICS, test=test, samples=samples)
    if test == "bootstrap":
        # Check one system with numpy. The sums are of whole numbers, so the order of addition does not matter.
        drawn = np.random.default_rng(12345).choice(count, size=(samples, count))
        sums = np.stack([statistics["s3"][0].rows[sample].sum(axis=0) for sample in drawn])
        means = tc.BLEU().layout.sample_scores(sums.astype("float64"), count)[:, 0]
        assert compared.rows[3].mean == np.sort(means).mean()
    assert len(compared.rows) == 20
