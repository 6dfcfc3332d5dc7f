"""Times ROUGE-1.5.5 with pytest-benchmark, by type and as files2rouge runs it, after checking its answers."""

import pytest
import tricolore as tc
from tricolore.reference import rouge155 as reference
from workloads import generated

SENTENCES, DOCUMENTS, _ = generated(scale=0.1)


@pytest.mark.parametrize("workload", [SENTENCES, DOCUMENTS], ids=["sentences", "documents"])
@pytest.mark.parametrize("name", ["rouge2", "rougeL", "rougeW1.2", "rougeS4", "rougeSU*"])
def test_counts(benchmark, name, workload):
    _, predictions, references = workload
    metric = tc.ROUGE155([name])
    statistics = benchmark(metric.statistics, predictions, references, num_threads=1)
    texts = [reference.read(text.encode(), reference.Rules()) for text in (predictions[7], references[7])]
    assert statistics.rows[7].tolist() == [*reference.counts(name, *texts)]


def test_as_files2rouge(benchmark):
    """`-c 95 -r 1000 -n 2 -a -m`, with the resampling. The script takes 102 s for 11,490 pairs."""
    _, predictions, references = SENTENCES
    metric = tc.ROUGE155(["rouge1", "rouge2", "rougeL"], use_stemmer=True, exceptions="none")
    score = benchmark(metric.corpus, predictions, references, num_threads=1)
    recalls = metric.score_each(predictions, references)["rouge2_recall"].tolist()
    assert score["rouge2"].recall == reference.average(recalls).mean
