"""Batches add up to the corpus score, to the bit."""

import pickle
from itertools import pairwise

import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from texts import markup

METRICS = [
    tc.ROUGE(["rouge1", "rougeLsum"], tokenizer="whitespace"),
    tc.ROUGE(["rouge2"], tokenizer="char", multi_reference="average"),
    tc.BLEU(),
    tc.CHRF(word_order=2),
    tc.TER(),
    tc.ExactMatch(),
    tc.TokenF1(),
    tc.WER(),
    tc.CER(),
    tc.EditSimilarity(),
    tc.EditSimilarity(False, True),
    tc.ANLS(),
    tc.GLEU(),
]
segments = st.lists(st.tuples(markup, st.lists(markup, min_size=1, max_size=2)), min_size=1, max_size=10)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: type(metric).__name__)
@given(given=segments, cuts=st.lists(st.integers(0, 10), max_size=3), order=st.randoms())
def test_any_split_in_any_order(metric, given, cuts, order):
    cuts = [0, *sorted(cuts), len(given)]
    batches = [given[a:b] for a, b in pairwise(cuts)]
    order.shuffle(batches)
    whole = metric.accumulator()
    parts = []
    for batch in batches:
        predictions, references = [p for p, _ in batch], [r for _, r in batch]
        whole.update(predictions, references)
        parts.append(metric.accumulator())
        parts[-1].update(predictions, references)
    corpus = metric.corpus([p for p, _ in given], [r for _, r in given])
    states = [part.to_bytes() for part in parts]
    merged = sum(parts)
    assert merged == sum(parts[1:], start=parts[0])
    for accumulator in (whole, merged, pickle.loads(pickle.dumps(merged))):
        score = accumulator.compute()
        assert score.to_dict() == corpus.to_dict()
        assert (score, score.signature) == (corpus, corpus.signature)
        assert len(accumulator) == len(given)
    assert whole == merged
    rows = [metric.statistics(*zip(*batch, strict=True)) for batch in batches if batch]
    assert metric.from_statistics(sum(rows)) == corpus
    # The sum of a single accumulator is a copy, so updating the sum does not change the accumulator.
    first = sum(parts[:1])
    first.update(["a"], ["b"])
    assert [part.to_bytes() for part in parts] == states
    whole.reset()
    assert whole == metric.accumulator()


@pytest.mark.parametrize("other", [1, -1, 0.0, "", None, [], 0j], ids=repr)
def test_sums_start_from_nothing_else(other):
    accumulator, statistics = tc.BLEU().accumulator(), tc.BLEU().statistics(["a"], ["b"])
    for one in (accumulator, statistics):
        with pytest.raises(TypeError, match=r"unsupported operand|can only concatenate"):
            other + one
        with pytest.raises(TypeError, match="unsupported operand"):
            one + other


def test_sums_keep_the_interval():
    parts = [tc.CHRF().accumulator(0.9, samples=20, seed=4) for _ in range(3)]
    for place, part in enumerate(parts):
        part.update(["a b c"], ["a b d"], ids=[place])
    assert sum(parts) == parts[0] + parts[1] + parts[2]
    assert sum(parts).compute().confidence_interval is not None


def test_thirds_come_in_the_order_of_the_segments():
    predictions = ["a b", "a", "c d e", "f"] * 40
    references = [["a b", "a", "a b c d"], ["a", "b c", "d e"], ["c", "d", "e f g h"], ["f", "g", "g h"]] * 40
    accumulator = tc.TER().accumulator()
    for i in range(0, 160, 7):
        accumulator.update(predictions[i : i + 7], references[i : i + 7])
    assert accumulator.compute() == tc.TER().corpus(predictions, references)


def test_what_is_refused():
    accumulator = tc.BLEU().accumulator()
    with pytest.raises(ValueError, match="there is no segment"):
        accumulator.compute()
    accumulator.update([], [])
    with pytest.raises(ValueError, match="there is no segment"):
        accumulator.compute()
    with pytest.raises(ValueError, match="2 predictions"):
        accumulator.update(["a", "b"], ["a"])
    with pytest.raises(TypeError, match=r"predictions\[1\]"):
        accumulator.update(["a", None], ["a", "b"])
    assert len(accumulator) == 0
    with pytest.raises(ValueError, match="different options"):
        accumulator.update_statistics(tc.BLEU(lowercase=True).statistics(["a"], ["a"]))
    with pytest.raises(TypeError, match="not Statistics"):
        accumulator.update_statistics([1])
    with pytest.raises(ValueError, match="different metrics"):
        accumulator + tc.CHRF().accumulator()


def test_slices_and_sums_of_statistics():
    metric = tc.ROUGE(["rouge1"], multi_reference="average")
    predictions, references = ["a b", "c", "a c", "b"], [["a"], ["c", "b"], ["a c", "c", "a"], ["b"]]
    rows = metric.statistics(predictions, references)
    assert len(rows[1:3]) == 2
    assert rows[1:3].rows.tolist() == metric.statistics(predictions[1:3], references[1:3]).rows.tolist()
    assert rows[1:3].offsets.tolist() == [0, 2, 5]
    assert metric.from_statistics(rows[::-1]).to_dict() == metric.corpus(predictions, references).to_dict()
    assert len(rows[4:]) == 0
    with pytest.raises(TypeError, match="a slice"):
        rows[0]
    with pytest.raises(ValueError, match="corpus score of ROUGE is the mean"):
        rows.sum()
    with pytest.raises(ValueError, match="corpus score of TokenF1 is the mean"):
        tc.TokenF1().statistics(["a"], ["a"]).sum()
    assert tc.ExactMatch().statistics(["a", "b"], ["a", "c"]).sum() == {"matches": 1, "segments": 2}
    statistics = tc.TER().statistics(["a b", "b"], [["a", "a b c", "b"], ["c"]])
    score = tc.TER().from_statistics(statistics)
    assert statistics.sum() == {"num_edits": score.num_edits, "ref_length": score.ref_length}
    assert statistics[:0].sum() == {"num_edits": 0, "ref_length": 0.0}
