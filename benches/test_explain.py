"""Times explanations and scores with pytest-benchmark."""

import pytest
import tricolore as tc
from workloads import generated

_, PREDICTIONS, REFERENCES = generated(scale=0.25)[0]
METRICS = {"ROUGE": tc.ROUGE(), "BLEU": tc.BLEU(), "chrF": tc.CHRF(), "TER": tc.TER(), "token F1": tc.TokenF1()}


@pytest.mark.parametrize("words", [200, 1000, 8000])
@pytest.mark.parametrize("call", ["score", "explain"])
@pytest.mark.parametrize("name", METRICS)
def test_document(benchmark, name, call, words):
    benchmark.group = f"{name}, {words} words"
    metric = METRICS[name]
    texts = [" ".join(" ".join(own).split()[:words]) for own in (PREDICTIONS, REFERENCES)]
    assert len(texts[0].split()) == words
    made = benchmark(getattr(metric, call), *texts)
    expected = metric.score(*texts)
    assert (made.score if call == "explain" else made) == expected
