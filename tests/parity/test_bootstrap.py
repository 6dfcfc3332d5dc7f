"""Intervals have sacreBLEU's bits, under the numpy that is installed."""

import random
from contextlib import nullcontext

import numpy as np
import pytest
import tricolore as tc
from sacrebleu import metrics
from tricolore.resampling.bootstrap import draws, sums_of_draws
from tricolore.resampling.sample_scores import NUMPY_1

METRICS = [
    (tc.BLEU, metrics.BLEU, {}),
    (tc.BLEU, metrics.BLEU, {"smooth_method": "add-k", "smooth_value": 0.3}),
    (tc.BLEU, metrics.BLEU, {"smooth_method": "floor", "effective_order": True, "max_ngram_order": 6}),
    (tc.BLEU, metrics.BLEU, {"smooth_method": "none"}),
    (tc.CHRF, metrics.CHRF, {}),
    (tc.CHRF, metrics.CHRF, {"word_order": 2, "beta": 3}),
    (tc.CHRF, metrics.CHRF, {"eps_smoothing": True}),
    (tc.TER, metrics.TER, {}),
]


def corpus(count, streams, words="abcdefgh", most=12):
    generator = random.Random(count * 10 + streams)

    def text():
        return " ".join(generator.choices(words, k=generator.randrange(most)))

    references = [[text() for _ in range(count)] for _ in range(streams)]
    # Half of a prediction is as in the first reference.
    predictions = [" ".join([*first.split()[:6], text()]) for first in references[0]]
    return predictions, references


def figures(score):
    return [float(number).hex() for number in (score.score, score.bootstrap_mean, score.half_width)]


@pytest.mark.parametrize(("ours", "original", "options"), METRICS, ids=str)
@pytest.mark.parametrize(("count", "streams", "seed"), [(60, 1, "12345"), (25, 3, "1"), (2, 2, "7")])
def test_intervals(monkeypatch, ours, original, options, count, streams, seed):
    monkeypatch.setenv("SACREBLEU_SEED", seed)
    predictions, references = corpus(count, streams)
    original = original(**options)
    expected = original.corpus_score(predictions, references, n_bootstrap=150)
    by_segment = tc.from_streams(*references)
    score = ours(**options).corpus(predictions, by_segment, confidence=0.95, samples=150, seed=int(seed))
    assert figures(score) == [float(x).hex() for x in (expected.score, expected._mean, expected._ci)]
    assert str(score) == expected.format()
    assert score.signature.rpartition("|version:")[0] == str(original.get_signature()).rpartition("|version:")[0]
    low, high = score.confidence_interval
    # Single precision in single precision's own arithmetic.
    assert score.half_width in (0.5 * (high - low), float(np.float32(0.5) * (np.float32(high) - np.float32(low))))
    parts = [ours(**options).statistics(predictions[part], by_segment[part]) for part in (slice(1), slice(1, None))]
    assert ours(**options).from_statistics(parts[0] + parts[1], 0.95, 150, int(seed)) == score


@pytest.mark.parametrize(("ours", "original"), [(tc.CHRF(), metrics.CHRF()), (tc.TER(), metrics.TER())], ids=str)
def test_samples_of_nothing(ours, original):
    """With numpy 2 their score is a float beside float32 there, and the mean of both an error: here it is
    answered."""
    predictions, references = ["", "a b", "", ""], ["", "a c", "", ""]
    with nullcontext() if NUMPY_1 else pytest.raises(TypeError, match="coerce"):
        original.corpus_score(predictions, [references], n_bootstrap=60)
    score = ours.corpus(predictions, references, 0.95, 60)
    sums = sums_of_draws(ours.layout.sample_rows(ours.statistics(predictions, references)), 60, 12345)
    ordered = sorted(float(original._compute_score_from_stats(list(row)).score) for row in sums)
    assert score.confidence_interval == (ordered[1], ordered[-2])


@pytest.mark.parametrize("chunk", [1, 100, 1 << 20])
@pytest.mark.parametrize(
    "rows",
    [
        np.array([[2**23, 1, 7], [3, 2**24 - 1, 0], [5, 1, 1], [2**22 + 1, 3, 2]], "float32"),
        np.array([[1, 1 / 3], [2, 2 / 3], [1, 5 / 3]], "float32"),
        np.arange(80, dtype="float32").reshape(-1, 2),
        np.arange(80, dtype="float64").reshape(-1, 2) / 7,
    ],
    ids=["beyond 2^24", "thirds", "whole", "double"],
)
def test_sums_are_those_of_numpy(monkeypatch, chunk, rows):
    monkeypatch.setattr("tricolore.resampling.bootstrap.CHUNK", chunk)
    expected = np.random.default_rng(3).choice(len(rows), size=(50, len(rows)), replace=True)
    assert np.array_equal(np.concatenate(list(draws(len(rows), 50, 3))), expected)
    sums = sums_of_draws(rows, 50, 3)
    assert sums.dtype == rows.dtype
    if rows.dtype == np.float32:
        assert sums.tolist() == [rows[sample].sum(0).tolist() for sample in expected]
    else:
        # In the order of the rows: each as often as it was drawn.
        counts = [np.bincount(sample, minlength=len(rows)) for sample in expected]
        added = [np.cumsum(count[:, None] * rows, axis=0)[-1] for count in counts]
        assert sums.tolist() == [row.tolist() for row in added]


@pytest.mark.parametrize("metric", [tc.ROUGE(["rouge1", "rougeL"]), tc.ROUGE(["rouge2"], multi_reference="average")])
def test_rouge_beside_a_plain_bootstrap(metric):
    predictions, streams = corpus(80, 2)
    references = tc.from_streams(*streams)
    score = metric.corpus(predictions, references, confidence=0.9, samples=200, seed=5)
    assert score.signature.startswith("nrefs:2|bs:200|seed:5|types:")
    values = metric.score_each(predictions, references).values
    drawn = np.random.default_rng(5).choice(80, size=(200, 80), replace=True)
    means = np.sort(values[drawn].mean(axis=1), axis=0).T
    for i, (name, figure) in enumerate((n, f) for n in metric.types for f in ("precision", "recall", "fmeasure")):
        low, high = getattr(score.confidence_interval[name], figure)
        # The order of adding differs.
        assert (low, high) == pytest.approx((means[i][10], means[i][189]), rel=1e-13)
        assert getattr(score.half_width[name], figure) == 0.5 * (high - low)
        assert getattr(score.bootstrap_mean[name], figure) == pytest.approx(means[i].mean(), rel=1e-13)


def test_coverage_of_a_known_distribution():
    """Of 300 corpora of 200 answers, three in ten right: 95 % of the intervals hold 0.3, within three
    standard errors."""
    generator = random.Random(11)
    held = 0
    for trial in range(300):
        predictions = [generator.choices("yn", (0.3, 0.7))[0] for _ in range(200)]
        score = tc.ExactMatch().corpus(predictions, ["y"] * 200, confidence=0.95, samples=400, seed=trial)
        low, high = score.confidence_interval
        held += low <= 0.3 <= high
    assert abs(held / 300 - 0.95) < 3 * (0.95 * 0.05 / 300) ** 0.5


@pytest.mark.parametrize("metric", [tc.BLEU(), tc.ROUGE(), tc.TokenF1()])
@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"confidence": 95}, ValueError, "confidence is 95: it must be between 0 and 1, such as 0.95"),
        ({"confidence": True}, TypeError, "confidence is True"),
        ({"confidence": "0.95"}, TypeError, "confidence is '0.95'"),
        ({"confidence": 0.95, "samples": 1}, ValueError, "samples is 1: it must be from 2"),
        ({"confidence": 0.95, "samples": 10.0}, TypeError, "samples is 10.0"),
        ({"confidence": 0.95, "seed": -1}, ValueError, "seed is -1"),
        ({"seed": "1"}, TypeError, "seed is '1'"),
    ],
)
def test_options(metric, options, error, message):
    with pytest.raises(error, match=message):
        metric.corpus(["a"], ["a"], **options)
    with pytest.raises(error, match=message):
        metric.from_statistics(metric.statistics(["a"], ["a"]), **options)


def test_a_seed_from_entropy():
    predictions, references = corpus(50, 1)
    scores = {tc.CHRF().corpus(predictions, references[0], 0.95, 50, None).bootstrap_mean for _ in range(5)}
    assert len(scores) > 1
    assert "|seed:none|" in tc.CHRF().corpus(predictions, references[0], 0.95, 50, None).signature
