"""Sums of the highest counts that rows hold are exact: see the table in docs/limits.md."""

import numpy as np
import pytest
import tricolore as tc
from tricolore import _core
from tricolore.corpus.exact_sums import exact_sums
from tricolore.resampling.bootstrap import Bootstrap
from tricolore.resampling.poisson import replicated
from tricolore.texts.nrefs import NRefs

HIGHEST = 2**31 - 1


def of_rows(metric, rows):
    """Returns statistics whose rows are these."""
    return metric.statistics(["a"], [["a"]]).with_rows(np.array(rows, np.int32), None, NRefs(1, 1))


def test_the_sums_of_an_accumulator():
    metric = tc.ExactMatch()
    accumulator = metric.accumulator()
    for _ in range(3):
        accumulator.update_statistics(of_rows(metric, [[HIGHEST, HIGHEST]] * 1000))
    assert accumulator.compute().score == 1.0
    assert accumulator.__getstate__()[0] == [3000 * HIGHEST] * 2


def test_the_replicates_of_an_interval():
    """Doubles are exact up to 2^53, which is why sums become integers every 2^17 segments."""
    segments = 2**17 + 2**16 + 3
    ids = np.arange(segments, dtype=np.uint64)
    (sums,) = replicated([np.full((segments, 1), float(HIGHEST))], ids, Bootstrap(0.9, 3, 1), 2)
    assert sums[:, 0].tolist() == [HIGHEST * draws for draws in sums[:, 1].tolist()]
    # Equal ids are drawn equally often, so all segments are in one replicate several times.
    (sums,) = replicated([np.full((segments, 1), float(HIGHEST))], 0 * ids, Bootstrap(0.9, 200, 1), 2)
    assert sums[:, 1].max() >= 4 * segments
    assert sums[:, 0].tolist() == [HIGHEST * draws for draws in sums[:, 1].tolist()]


def test_the_sums_of_bootstrap_samples():
    draws = np.arange(3000, dtype=np.int64) % 1000
    rows = _core.Samples(np.full((1000, 1), float(HIGHEST)), 1, True)
    assert np.frombuffer(rows.drawn(draws, False)).tolist() == [1000.0 * HIGHEST] * 3


def test_exact_sums():
    """The sum of the greatest doubles is exact, although it is no double."""
    greatest = np.finfo(np.float64).max
    assert exact_sums(np.full((5, 1), greatest), []) == [5 * int(greatest) << 1074]


@pytest.mark.parametrize(("name", "tokens", "singles"), [("rougeS*", 65_536, 0), ("rougeSU*", 65_535, 65_534)])
def test_skip_bigrams_beyond_a_row(name, tokens, singles):
    """A text of n tokens has n (n - 1) / 2 pairs, and with unigrams all tokens but the last."""
    metric = tc.ROUGE155([name])
    text = " ".join(f"w{number}" for number in range(tokens))
    pairs = tokens * (tokens - 1) // 2 + singles
    few = 5 if singles else 3
    assert metric.statistics(["w1 w2 w3"], [text]).rows.tolist() == [[few, few, pairs]]
    with pytest.raises(ValueError, match=r"a pair is too long: a count of 21475\d{5} is above 2147483647"):
        metric.statistics(["w1 w2 w3"], [f"{text} x"])
