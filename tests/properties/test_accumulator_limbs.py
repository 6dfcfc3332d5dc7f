"""The arrays of accumulators add up to the arrays of their sum."""

from functools import reduce

import numpy as np
import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from tricolore.corpus.accumulator_limbs import from_arrays, to_arrays
from tricolore.metrics.registry import METRICS, metric_of

pytestmark = pytest.mark.filterwarnings("ignore:the .*tokenizer")
TEXTS = st.text("ab ü.", max_size=20)
SEGMENTS = st.lists(st.tuples(TEXTS, st.lists(TEXTS, min_size=1, max_size=4)), max_size=5)
AVERAGE = tc.ROUGE(["rouge1", "rougeL"], multi_reference="average")


def accumulated(metric, segments):
    accumulator = metric.accumulator()
    accumulator.update([p for p, _ in segments], [r for _, r in segments])
    return accumulator


@pytest.mark.parametrize("metric", [*map(metric_of, METRICS), AVERAGE], ids=lambda metric: metric.signature)
@given(batches=st.lists(SEGMENTS, min_size=1, max_size=5))
def test_arrays_add_up(metric, batches):
    parts = [accumulated(metric, batch) for batch in batches]
    numbers, references = zip(*map(to_arrays, parts), strict=True)
    assert all(array.dtype == np.int64 for array in (*numbers, *references))
    merged = from_arrays(metric, sum(numbers).tolist(), reduce(np.maximum, references).tolist())
    assert merged == sum(part.as_part() for part in parts)
    if len(merged):
        assert merged.compute().signature == sum(parts).compute().signature


@pytest.mark.parametrize("name", METRICS)
def test_no_limb_overflows(name):
    metric = metric_of(name)
    # Mean lengths of 5/3 and figures of 1/3 fill the limbs of a sum of float64.
    once = accumulated(metric, [("a b c", ["a d e", "a d e f g h", "a"])]).as_part()
    numbers, references = to_arrays(once)
    many = from_arrays(metric, (numbers << 31).tolist(), references.tolist())
    sums, segments, nrefs, dropped, *_ = many.__getstate__()
    before, *_ = once.__getstate__()
    assert (segments, nrefs, dropped) == (1 << 31, (3, 3, 0), 0)
    assert sums == [None if number is None else number << 31 for number in before]
    assert (numbers << 31 >= 0).all()


def test_segments_that_were_left_out():
    accumulator = tc.BLEU().accumulator()
    accumulator.update(["a b", "c"], [["a b"], [None]], nulls="drop_segment")
    numbers, references = to_arrays(accumulator)
    again = from_arrays(tc.BLEU(), (2 * numbers).tolist(), references.tolist())
    assert (len(again), again.dropped) == (2, 2)
    assert "dropped:2" in again.compute().signature
