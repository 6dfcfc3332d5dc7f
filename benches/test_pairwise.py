"""Times the scores of all pairs of texts with pytest-benchmark, and fastchrf if it is installed."""

import numpy as np
import pytest
import tricolore as tc
from peers import PAIRS
from workloads import generated

_, PREDICTIONS, REFERENCES = (side[:200] for side in generated(scale=0.1)[0])


@pytest.mark.parametrize("metric", [tc.CHRF(), tc.CHRF(word_order=2), tc.BLEU(), tc.TokenF1()], ids=repr)
def test_pairwise(benchmark, metric):
    matrix = benchmark(metric.pairwise, PREDICTIONS, REFERENCES, num_threads=1)
    for row, column in ((0, 0), (3, 150), (199, 7)):
        assert matrix[row, column] == metric.score(PREDICTIONS[row], REFERENCES[column]).score


@pytest.mark.parametrize("name", PAIRS)
def test_peers(benchmark, name):
    pytest.importorskip(name)
    theirs = benchmark(PAIRS[name](PREDICTIONS, REFERENCES))
    assert np.array_equal(theirs, tc.CHRF().pairwise(PREDICTIONS, REFERENCES))


def test_mbr(benchmark):
    utilities = benchmark(tc.mbr, PREDICTIONS, "chrf")
    scores = [tc.CHRF().score(PREDICTIONS[5], other).score for i, other in enumerate(PREDICTIONS) if i != 5]
    assert utilities[5] == pytest.approx(np.mean(scores), rel=1e-12)


def test_self_bleu(benchmark):
    scores = benchmark(tc.self_score, PREDICTIONS[:60])
    assert scores[3] == tc.BLEU().score(PREDICTIONS[3], PREDICTIONS[:3] + PREDICTIONS[4:60]).score
