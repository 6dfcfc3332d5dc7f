"""Every score with an interval shows it, under the same names."""

import json
import pickle

import pytest
import tricolore as tc

PREDICTIONS = ["the cat sat on a mat", "it rains", "a b c d e f", "dogs bark loudly at night"] * 5
REFERENCES = ["the cat sat on the mat", "it rained", "a b c d x f", "dogs bark loudly at night"] * 5
IDS = list(range(20))
METRICS = {"bleu": tc.BLEU(), "chrf": tc.CHRF(word_order=2), "ter": tc.TER()}
METRICS |= {"exact_match": tc.ExactMatch(), "token_f1": tc.TokenF1()}
PRINTED = {"bleu": "BLEU = ", "chrf": "chrF2++ = ", "ter": "TER = ", "exact_match": "exact match = "}
PRINTED["token_f1"] = "token F1 = "


def one_pass(metric):
    accumulator = metric.accumulator(0.9, samples=60, seed=3)
    accumulator.update(PREDICTIONS, REFERENCES, ids=IDS)
    return accumulator.compute()


def scores_of(metric):
    """Yields a score with an interval from each way to compute one."""
    yield metric.corpus(PREDICTIONS, REFERENCES, confidence=0.9, samples=60)
    yield metric.from_statistics(metric.statistics(PREDICTIONS, REFERENCES), confidence=0.9, samples=60)
    yield one_pass(metric)


@pytest.mark.parametrize("name", METRICS)
def test_metrics_of_one_figure(name):
    metric = METRICS[name]
    plain = metric.corpus(PREDICTIONS, REFERENCES)
    assert plain.to_dict() == {name: plain.score}
    assert "±" not in str(plain)
    digits = 2 if name in ("bleu", "chrf", "ter") else 4
    for score in scores_of(metric):
        low, high = score.confidence_interval
        assert list(score.to_dict().items()) == [
            (name, score.score),
            (f"{name}_low", low),
            (f"{name}_high", high),
            (f"{name}_mean", score.bootstrap_mean),
            (f"{name}_half_width", score.half_width),
        ]
        assert low <= score.bootstrap_mean <= high
        assert json.loads(json.dumps(score.to_dict())) == score.to_dict()
        shown = f"{score.score:.{digits}f} (μ = {score.bootstrap_mean:.{digits}f} ± {score.half_width:.{digits}f})"
        assert str(score).startswith(PRINTED[name] + shown)


def test_rouge():
    metric = tc.ROUGE(["rouge1", "rougeL"])
    plain = metric.corpus(PREDICTIONS, REFERENCES)
    figures = [f"{t}_{f}" for t in ("rouge1", "rougeL") for f in ("precision", "recall", "fmeasure")]
    assert list(plain.to_dict()) == figures
    assert "±" not in str(plain)
    assert "confidence_interval" not in repr(plain)
    for score in scores_of(metric):
        expected = {}
        for name, measures in score.items():
            for figure in ("precision", "recall", "fmeasure"):
                flat = f"{name}_{figure}"
                low, high = getattr(score.confidence_interval[name], figure)
                expected[flat] = getattr(measures, figure)
                expected[f"{flat}_low"], expected[f"{flat}_high"] = low, high
                expected[f"{flat}_mean"] = getattr(score.bootstrap_mean[name], figure)
                expected[f"{flat}_half_width"] = getattr(score.half_width[name], figure)
        assert list(score.to_dict().items()) == list(expected.items())
        assert plain.to_dict().items() <= score.to_dict().items()
        mean, half_width = score.bootstrap_mean["rougeL"].fmeasure, score.half_width["rougeL"].fmeasure
        f = f"F={score['rougeL'].fmeasure:.4f} (μ = {mean:.4f} ± {half_width:.4f})"
        assert str(score).endswith(f)
        assert str(score).count("±") == 2
        assert f"confidence_interval={score.confidence_interval!r}" in repr(score)
        assert repr(pickle.loads(pickle.dumps(score))) == repr(score)


def test_an_interval_around_zero():
    for metric, shown in (
        (tc.ExactMatch(), "exact match = 0.0000 (μ = 0.0000 ± 0.0000) (0 of 2)"),
        (tc.TokenF1(), "token F1 = 0.0000 (μ = 0.0000 ± 0.0000) (P = 0.0000 R = 0.0000)"),
        (tc.ROUGE(["rouge1"]), "rouge1 P=0.0000 R=0.0000 F=0.0000 (μ = 0.0000 ± 0.0000)"),
        # sacreBLEU's line leaves out a mean of 0.
        (tc.CHRF(), "chrF2 = 0.00"),
    ):
        score = metric.corpus(["a", "b"], ["x", "y"], confidence=0.9, samples=10)
        assert str(score) == shown
        assert len(score.to_dict()) in (5, 15)


@pytest.mark.parametrize("metric", [*METRICS.values(), tc.ROUGE(["rouge1"])], ids=repr)
def test_comparisons_have_the_scores_alone(metric):
    systems = {"a": PREDICTIONS, "b": REFERENCES}
    drawn = {}
    for name, texts in systems.items():
        drawn[name] = metric.accumulator(0.9, samples=60, seed=3)
        drawn[name].update(texts, REFERENCES, ids=IDS)
    for comparison in (tc.compare(drawn, metrics=[metric]), tc.compare(systems, REFERENCES, [metric], samples=60)):
        for row in comparison.rows:
            assert row.score == metric.corpus(systems[row.system], REFERENCES).to_dict()[row.metric.rstrip("+")]
