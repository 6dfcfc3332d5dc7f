"""The bootstrap in one pass. Draws follow the reference and do not depend on place, order or repetition."""

import math
import random

import numpy as np
import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from tricolore.metrics.registry import METRICS, metric_of
from tricolore.reference.bleu import bleu_score
from tricolore.reference.poisson import draws, number_of, philox
from tricolore.resampling.poisson import numbers_of, replicated

SEEDS = st.integers(0, 2**64 - 1)
IDS = st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(exclude_categories=["Cs"]))

generator = random.Random(4)


def noisy(text, share):
    return " ".join(generator.choice("pqrst") if generator.random() < share else word for word in text.split())


REFERENCES = [" ".join(generator.choices("abcdefgh", k=8)) for _ in range(120)]
PREDICTIONS = [noisy(text, 0.3) for text in REFERENCES]
OTHERS = [noisy(text, 0.25) for text in REFERENCES]


def drawn(ids, samples, seed, num_threads=1):
    how = tc.BLEU().accumulator(0.95, samples, seed).bootstrap
    (sums,) = replicated([np.zeros((len(ids), 1))], numbers_of(ids, len(ids)), how, num_threads)
    return sums[:, 1].tolist()


def test_known_answers():
    # The published test vectors of Philox4x32-10 (Random123) and of FNV-1a.
    assert philox((0, 0, 0, 0), (0, 0)) == (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)
    pi = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0)
    assert philox(*pi) == (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)
    assert (number_of(""), number_of("foobar")) == (0xCBF29CE484222325, 0x85944171F73967E8)


@given(segment=IDS, seed=SEEDS, samples=st.integers(2, 300))
def test_draws_are_those_of_the_reference(segment, seed, samples):
    assert drawn([segment], samples, seed) == draws(segment, samples, seed)


def test_ids_may_come_as_columns_and_arrays():
    pyarrow = pytest.importorskip("pyarrow")
    numbers = [5, -3, 2**40]
    expected = drawn(numbers, 50, 1)
    for ids in (
        np.array(numbers),
        list(np.array(numbers)),
        pyarrow.array(numbers),
        pyarrow.chunked_array([numbers[:1], numbers[1:]]),
    ):
        assert drawn(ids, 50, 1) == expected
    texts = ["a", "ü", ""]
    expected = drawn(texts, 50, 1)
    for ids in (tuple(texts), np.array(texts), pyarrow.array(texts), pyarrow.array(texts, pyarrow.large_string())):
        assert drawn(ids, 50, 1) == expected


@pytest.mark.parametrize("name", METRICS)
def test_parts_order_and_threads_change_nothing(name):
    metric = metric_of(name)
    ids = [f"segment {i}" for i in range(len(REFERENCES))]
    whole = metric.accumulator(0.9, samples=130, seed=7)
    whole.update(PREDICTIONS, REFERENCES, ids=ids, num_threads=2)
    order = list(range(len(ids)))
    for parts in (1, 2, 7, 60):
        generator.shuffle(order)
        merged = metric.accumulator(0.9, samples=130, seed=7)
        for part in range(parts):
            own = order[part::parts]
            one = metric.accumulator(0.9, samples=130, seed=7)
            one.update(
                [PREDICTIONS[i] for i in own], [REFERENCES[i] for i in own], ids=[ids[i] for i in own], num_threads=1
            )
            merged += tc.Accumulator.from_bytes(metric, one.to_bytes())
        assert merged == whole
        assert merged.compute() == whole.compute()
    score, plain = whole.compute(), metric.corpus(PREDICTIONS, REFERENCES, None)
    assert plain.to_dict().items() <= score.to_dict().items()
    nrefs, rest = plain.signature.split("|", 1)
    assert score.signature == f"{nrefs}|bs:poisson.130|seed:7|{rest}"


def test_interval_of_a_sum_by_hand():
    metric = tc.BLEU()
    accumulator = metric.accumulator(0.9, samples=40, seed=3)
    accumulator.update(PREDICTIONS, REFERENCES, ids=range(120))
    taken = np.array([draws(i, 40, 3) for i in range(120)])
    sums = taken.T @ metric.statistics(PREDICTIONS, REFERENCES).rows
    scores = sorted(bleu_score(row, "exp", None, False).score for row in sums.tolist())
    assert accumulator.compute().confidence_interval == (scores[2], scores[-3])


def test_interval_of_a_mean_by_hand():
    metric = tc.ROUGE(types=["rouge2"])
    accumulator = metric.accumulator(0.9, samples=40, seed=3)
    accumulator.update(PREDICTIONS, REFERENCES, ids=range(120))
    figures = metric.score_each(PREDICTIONS, REFERENCES)["rouge2_fmeasure"]
    taken = np.array([draws(i, 40, 3) for i in range(120)])
    scores = sorted(math.fsum(np.repeat(figures, column)) / column.sum() for column in taken.T)
    # Figures are rounded to 2^-60 before they are added, and the result is rounded once or twice more.
    expected = (scores[2], scores[-3])
    assert accumulator.compute().confidence_interval["rouge2"].fmeasure == pytest.approx(expected, rel=1e-15, abs=0)


def test_width_is_that_of_the_distribution():
    # A share p of n segments matches, so its standard error is known. The spread of 1,000 replicates has a relative
    # standard error of 2.2 %, and the test allows three of these.
    n, p = 2000, 0.3
    predictions = ["a" if i < n * p else "b" for i in range(n)]
    accumulator = tc.ExactMatch().accumulator(0.95)
    accumulator.update(predictions, ["a"] * n, ids=range(n))
    spread = accumulator.replicate_scores().std()
    assert abs(spread / math.sqrt(p * (1 - p) / n) - 1) < 0.067


def test_paired_test_by_hand():
    metric = tc.CHRF()
    systems = {}
    for name, predictions in (("base", PREDICTIONS), ("tuned", OTHERS)):
        systems[name] = metric.accumulator(0.95, samples=60, seed=3)
        systems[name].update(predictions, REFERENCES, ids=range(120))
    taken = np.array([draws(i, 60, 3) for i in range(120)])
    scores = {}
    for name, predictions in (("base", PREDICTIONS), ("tuned", OTHERS)):
        sums = taken.T @ metric.statistics(predictions, REFERENCES).rows.astype(float)
        scores[name] = metric.layout.sample_scores(sums, 0)[:, 0]
    comparison = tc.compare(systems, metrics=["chrf"])
    base, tuned = comparison.rows
    assert tuned.score == metric.corpus(OTHERS, REFERENCES).score
    assert tuned.difference == tuned.score - base.score
    # Changes are relative to the observed difference. The tolerance is far above rounding errors.
    changes = np.abs(scores["tuned"] - scores["base"] - tuned.difference)
    beyond = int((changes >= abs(tuned.difference) - 1e-12).sum())
    assert tuned.p_value == (beyond + 1) / 61
    assert tuned.identical is False
    assert tuned.mean == float(np.sort(scores["tuned"]).mean())
    assert comparison.signatures["chrf"].startswith("nrefs:1|bootstrap:poisson.60|seed:3|case:mixed")
    assert comparison == tc.compare(systems, metrics=["chrf"], test="bootstrap")


@pytest.mark.parametrize(
    "metric",
    [
        tc.BLEU(),
        tc.CHRF(),
        tc.TER(),
        tc.ROUGE(["rouge1"]),
        tc.TokenF1(),
        tc.ExactMatch(),
        tc.WER(),
        tc.ANLS(),
        tc.GLEU(),
    ],
    ids=str,
)
def test_identical_systems(metric):
    """Systems are identical if their texts are, whether added in one batch or in two merged parts."""
    references = [[text, text + " a", "b " + text] for text in REFERENCES]
    names = ("base", "copy", "merged", "other")
    systems = {name: metric.accumulator(0.95, samples=60) for name in names}
    part = metric.accumulator(0.95, samples=60)
    for name in ("base", "copy"):
        systems[name].update(PREDICTIONS, references, ids=range(120))
    systems["other"].update(OTHERS, references, ids=range(120))
    systems["merged"].update(PREDICTIONS[50:], references[50:], ids=range(50, 120))
    part.update(PREDICTIONS[:50], references[:50], ids=range(50))
    systems["merged"] += part
    _, copy, merged, other = tc.compare(systems, metrics=[metric]).rows
    assert (copy.identical, copy.p_value, copy.p_holm) == (True, 1, 1)
    assert (merged.identical, merged.p_value, merged.p_holm) == (True, 1, 1)
    assert other.identical is False


def test_few_answers_differ():
    """The systems differ in one answer of a hundred. The p-value counts replicates at least as far from the observed
    difference as 0 is."""
    systems = {}
    for name, first in (("base", "no"), ("tuned", "yes")):
        systems[name] = tc.ExactMatch().accumulator(0.95, samples=500, seed=2)
        systems[name].update([first] + ["yes"] * 99, ["yes"] * 100, ids=range(100))
    drawn = np.array([draws(i, 500, 2) for i in range(100)])
    # The difference of a replicate is the first answer's share of the draws.
    changes = np.abs(drawn[0] / drawn.sum(axis=0) - 0.01)
    expected = (int((changes >= 0.01).sum()) + 1) / 501
    assert tc.compare(systems, metrics=["exact_match"]).rows[1].p_value == expected
    assert expected > 0.3


def test_what_cannot_be_paired():
    def made(predictions, ids, **options):
        accumulator = tc.BLEU().accumulator(0.95, **options)
        accumulator.update(predictions, REFERENCES[: len(predictions)], ids=ids)
        return accumulator

    one = made(PREDICTIONS, range(120))
    for other, message in (
        (made(OTHERS, range(1, 121)), "not of the same segments"),
        (made(OTHERS[:9], range(9)), "not of the same segments"),
        (made(OTHERS, range(120), seed=1), "were not drawn alike"),
        (made(OTHERS, range(120), samples=10), "were not drawn alike"),
        (tc.BLEU().accumulator(), "has no replicates"),
        (tc.CHRF().accumulator(0.95), "has no accumulator of BLEU"),
        (OTHERS, "stand alone"),
    ):
        with pytest.raises(ValueError, match=message):
            tc.compare({"one": one, "other": other})
    for test in ("randomization", "paired_ar", "paired_bs"):
        with pytest.raises(ValueError, match=f"test is '{test}', and systems are accumulators, .* only .* 'bootstrap'"):
            tc.compare({"one": one, "other": one}, test=test)
    with pytest.raises(ValueError, match="samples is 10, and the accumulators were made with 1000"):
        tc.compare({"one": one, "other": one}, samples=10)


def test_what_is_refused():
    plain, drawing = tc.BLEU().accumulator(), tc.BLEU().accumulator(0.95)
    for update, error, message in (
        (lambda: plain.update(["a"], ["a"], ids=[1]), ValueError, "ids are for an interval"),
        (lambda: drawing.update(["a"], ["a"]), ValueError, "ids are needed for an interval"),
        (lambda: drawing.update(["a"], ["a"], ids=[1, 2]), ValueError, "1 segments, but ids has 2"),
        (lambda: drawing.update(["a"], ["a"], ids="1"), TypeError, "ids is a str"),
        (lambda: drawing.update(["a", "b"], ["a", "b"], ids=[1, 2.0]), TypeError, r"ids\[1\] is of type float"),
        (lambda: drawing.update(["a"], ["a"], ids=[True]), TypeError, r"ids\[0\] is of type bool"),
        (lambda: drawing.update(["a"], ["a"], ids=[None]), TypeError, r"ids\[0\] is of type NoneType"),
        (lambda: drawing.update(["a"], ["a"], ids=[2**63]), ValueError, r"ids\[0\] is beyond int64"),
        (lambda: drawing.update(["a"], ["a"], ids=np.array([2**63], np.uint64)), ValueError, r"ids\[0\] is beyond"),
        (lambda: drawing.update(["a"], ["a"], ids=np.array([[1]])), ValueError, r"ids is an array of shape \(1, 1\)"),
        (lambda: drawing.update([], [], ids=["x"]), ValueError, "0 segments, but ids has 1"),
        (lambda: tc.BLEU().accumulator(seed="x"), TypeError, "seed is 'x'"),
        (lambda: tc.BLEU().accumulator(samples=10**7), ValueError, "samples is 10000000: it must be from 2 to 1000000"),
        (lambda: drawing.update(["a"], ["a"], ids=["\ud800"]), ValueError, r"ids\[0\] has a lone surrogate"),
        (lambda: tc.BLEU().accumulator(0.95, seed=None), ValueError, "seed is None"),
        (lambda: tc.BLEU().accumulator(0.95, seed=2**64), ValueError, "seed is"),
        (lambda: tc.BLEU().accumulator(0.95, samples=1), ValueError, "samples is 1"),
        (lambda: tc.BLEU().accumulator(95), ValueError, "confidence is 95"),
        (lambda: drawing + plain, ValueError, "different intervals"),
    ):
        with pytest.raises(error, match=message):
            update()
    assert (len(plain), len(drawing)) == (0, 0)


def test_more_segments_than_sums_have_room_for():
    accumulator = tc.ExactMatch().accumulator(0.95, samples=2)
    accumulator.update(["a"] * 2, ["a"] * 2, ids=[1, 2])
    for _ in range(30):
        accumulator += accumulator
    with pytest.raises(ValueError, match="4294967296 segments are more than an interval takes: 2147483648"):
        accumulator + accumulator


def test_numbers_of_numpy_are_numbers():
    accumulator = tc.BLEU().accumulator(np.float64(0.95), samples=10)
    accumulator.update(PREDICTIONS, REFERENCES, ids=range(120))
    assert accumulator.compute().confidence_interval == tuple(sorted(accumulator.compute().confidence_interval))
    assert tc.BLEU().corpus(PREDICTIONS, REFERENCES, confidence=np.float64(0.95)).confidence_interval is not None


def test_replicates_without_a_segment_have_no_score():
    accumulator = tc.ExactMatch().accumulator(0.5, samples=100, seed=1)
    accumulator.update(["a"], ["a"], ids=[0])
    assert 0 in draws(0, 100, 1)
    assert accumulator.compute().confidence_interval == (1.0, 1.0)
    unlucky = next(i for i in range(1000) if not any(draws(i, 2, 1)))
    accumulator = tc.ExactMatch().accumulator(0.5, samples=2, seed=1)
    accumulator.update(["a"], ["a"], ids=[unlucky])
    with pytest.raises(ValueError, match="too few segments"):
        accumulator.compute()
