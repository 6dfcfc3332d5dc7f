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
    """11,490 pairs with `-c 95 -r 1000 -n 2 -a -m`, resampling included. The script takes 102 s for as many."""
    _, predictions, references = SENTENCES
    times = 11490 // len(predictions) + 1
    texts = [(own * times)[:11490] for own in (list(predictions), list(references))]
    metric = tc.ROUGE155(["rouge1", "rouge2", "rougeL"], use_stemmer=True, exceptions="none")
    benchmark(metric.corpus, *texts, num_threads=1)
    few = [own[:500] for own in texts]
    recalls = metric.score_each(*few)["rouge2_recall"].tolist()
    assert metric.corpus(*few, samples=100)["rouge2"].recall == reference.average(recalls, samples=100).mean
