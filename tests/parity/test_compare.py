"""`paired_ar` and `paired_bs` give the results of sacreBLEU's `PairedTest` under the installed numpy."""

import random

import numpy as np
import pytest
import tricolore as tc
from sacrebleu import metrics
from sacrebleu.significance import PairedTest
from tricolore.evaluation.holm import holm
from tricolore.resampling.randomization import selections

PAIRS = [
    (tc.BLEU(), metrics.BLEU()),
    (tc.BLEU(smooth_method="add-k", smooth_value=0.5), metrics.BLEU(smooth_method="add-k", smooth_value=0.5)),
    (tc.BLEU(smooth_method="floor"), metrics.BLEU(smooth_method="floor")),
    (tc.CHRF(), metrics.CHRF()),
    (tc.CHRF(word_order=2, eps_smoothing=True), metrics.CHRF(word_order=2, eps_smoothing=True)),
    (tc.TER(), metrics.TER()),
]


def corpora(systems, streams, count=40):
    generator = random.Random(systems * 10 + streams)
    references = [[" ".join(generator.choices("abcdefgh", k=8)) for _ in range(count)] for _ in range(streams)]
    made = {}
    for number in range(systems):
        made[f"s{number}"] = [
            " ".join(w if generator.random() > 0.1 * (number + 2) else "x" for w in text.split())
            for text in references[0]
        ]
    return made, references


@pytest.mark.parametrize(("ours", "original"), PAIRS, ids=str)
@pytest.mark.parametrize(("test", "name", "samples"), [("paired_bs", "bs", 150), ("paired_ar", "ar", 200)])
@pytest.mark.parametrize(("streams", "seed"), [(1, 12345), (2, 1), (3, 1)])
def test_figures(monkeypatch, ours, original, test, name, samples, streams, seed):
    monkeypatch.setenv("SACREBLEU_SEED", str(seed))
    systems, references = corpora(3, streams)
    signatures, expected = PairedTest(list(systems.items()), {"m": original}, references, name, samples)()
    comparison = tc.compare(systems, tc.from_streams(*references), [ours], test=test, samples=samples, seed=seed)
    (figures,) = (column for key, column in expected.items() if key != "System")
    assert [(row.score, row.mean, row.half_width, row.p_value) for row in comparison.rows] == [
        (result.score, result.mean, result.ci, result.p_value) for result in figures
    ]
    ((_, signature),) = signatures.items()
    (made,) = comparison.signatures.values()
    # sacreBLEU puts the test's parts of the signature in another order.
    assert set(made.split("|")[:-1]) == set(str(signature).split("|")[:-1])


@pytest.mark.parametrize("value", [0.5, 1.7, 2])
@pytest.mark.parametrize(("test", "name"), [("paired_bs", "bs"), ("paired_ar", "ar")])
def test_what_is_added_to_small_counts(value, test, name):
    """sacreBLEU holds a shuffle's counts as integers, so it truncates a fraction that smoothing adds to them."""
    systems, references = corpora(3, 1, count=6)
    original = metrics.BLEU(smooth_method="add-k", smooth_value=value)
    _, expected = PairedTest(list(systems.items()), {"m": original}, references, name, 200)()
    (figures,) = (column for key, column in expected.items() if key != "System")
    ours = tc.BLEU(smooth_method="add-k", smooth_value=value)
    rows = tc.compare(systems, references[0], [ours], test=test, samples=200).rows
    assert [row.p_value for row in rows] == [result.p_value for result in figures]


@pytest.mark.parametrize("test", ["randomization", "bootstrap"])
def test_several_metrics_share_one_pass(test):
    systems, (references,) = corpora(3, 1)
    chosen = [tc.BLEU(), tc.CHRF(word_order=2), tc.ROUGE(["rouge1", "rougeL"]), tc.TER(), tc.TokenF1(), tc.ExactMatch()]
    drawing = {"samples": 100, "test": test, "family": "systems"}
    together = tc.compare(systems, references, chosen, **drawing)
    alone = [row for metric in chosen for row in tc.compare(systems, references, [metric], **drawing).rows]
    assert list(together.rows) == alone
    names = [row.metric for row in together.rows[::3]]
    assert names == ["bleu", "chrf++", "rouge1_fmeasure", "rougeL_fmeasure", "ter", "token_f1", "exact_match"]
    once = {name: iter(texts) for name, texts in systems.items()}
    assert tc.compare(once, (iter([text]) for text in references), chosen, **drawing) == together
    statistics = {name: [metric.statistics(texts, references) for metric in chosen] for name, texts in systems.items()}
    assert tc.compare(statistics, metrics=chosen, **drawing) == together


@pytest.mark.parametrize("test", ["bootstrap", "randomization"])
def test_rouge_beside_plain_numpy(test):
    systems, (references,) = corpora(2, 1)
    metric = tc.ROUGE(["rouge2"])
    row = tc.compare(systems, references, [metric], test=test, samples=300, seed=4).rows[1]
    base, other = (metric.score_each(texts, references)["rouge2_fmeasure"] for texts in systems.values())
    generator = np.random.default_rng(4)
    if test == "bootstrap":
        drawn = generator.choice(40, size=(300, 40), replace=True)
        changes = other[drawn].mean(axis=1) - base[drawn].mean(axis=1) - (other.mean() - base.mean())
    else:
        chosen = generator.integers(2, size=(300, 40), dtype=bool)
        changes = (np.where(chosen, base, other) - np.where(chosen, other, base)).mean(axis=1)
    # The tolerance is far above rounding errors and far below any difference that is not a tie.
    expected = (int((np.abs(changes) >= abs(other.mean() - base.mean()) - 1e-12).sum()) + 1) / 301
    assert row.p_value == expected
    assert row.difference == row.score - tc.compare(systems, references, [metric], samples=2).rows[0].score


def test_groups_are_compared_as_if_alone():
    systems, (references,) = corpora(3, 1)
    labels = ["even", "odd"] * 20
    drawing = {"samples": 60, "family": "systems"}
    comparison = tc.compare(systems, references, ["bleu", tc.ROUGE(["rouge1"])], groups=labels, **drawing)
    assert [row.group for row in comparison.rows] == [None] * 6 + ["even"] * 6 + ["odd"] * 6
    for label, part in ((None, slice(None)), ("even", slice(0, None, 2)), ("odd", slice(1, None, 2))):
        texts = {name: own[part] for name, own in systems.items()}
        alone = tc.compare(texts, references[part], ["bleu", tc.ROUGE(["rouge1"])], **drawing)
        assert [row._replace(group=None) for row in comparison.rows if row.group == label] == list(alone.rows)
    average = tc.ROUGE(["rouge1"], multi_reference="average")
    lists = [[text, text[::-1]] for text in references]
    whole = {name: average.statistics(own, lists) for name, own in systems.items()}
    half = {name: average.statistics(own[::2], lists[::2]) for name, own in systems.items()}
    rows = tc.compare(whole, metrics=[average], groups=labels, **drawing).rows[3:6]
    assert [row._replace(group=None) for row in rows] == list(tc.compare(half, metrics=[average], **drawing).rows)


def test_the_baseline_and_what_is_printed():
    systems, (references,) = corpora(3, 1)
    comparison = tc.compare(systems, references, ["chrf"], baseline="s1", test="bootstrap", samples=100)
    assert [row.system for row in comparison.rows] == ["s1", "s0", "s2"]
    assert comparison.rows[0].difference is comparison.rows[0].p_value is None
    text = str(comparison).splitlines()
    assert text[0].split() == ["system", "chrF", "↑"]
    assert [line.split()[0] for line in text[1:4]] == ["s1", "s0", "s2"]
    assert text[6].split() == ["metric", "system", "difference", "p", "p", "(Holm,", "all)"]
    assert [line.split()[:2] for line in text[7:9]] == [["chrF", "s0"], ["chrF", "s2"]]
    assert text[-1].startswith("signature: nrefs:1|bootstrap:100|seed:12345|case:mixed|")
    assert comparison._repr_html_().count("<tr>") == 7
    assert comparison.to_dict()["rows"][1]["system"] == "s0"
    (signature,) = tc.compare(systems, references, ["chrf"]).signatures.values()
    assert signature.startswith("nrefs:1|randomization:10000|seed:12345|case:mixed|")


def test_holm():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.6]) == [1.0, 1.0]
    assert holm([0.2]) == [0.2]


@pytest.mark.parametrize("length", [1, 7, 33])
@pytest.mark.parametrize("chunk", [1, 300, 1 << 20])
def test_shuffles_in_chunks_are_those_of_one_draw(monkeypatch, length, chunk):
    monkeypatch.setattr("tricolore.resampling.randomization.CHUNK", chunk)
    expected = np.random.default_rng(5).integers(2, size=(100, length), dtype=bool)
    assert np.array_equal(np.concatenate(list(selections(length, 100, 5))), expected)


@pytest.mark.parametrize(
    ("systems", "options", "error", "message"),
    [
        ({"a": ["x"]}, {}, ValueError, "systems holds 1: there must be two or more"),
        ([["x"], ["x"]], {}, TypeError, "it must be a dict of systems by name"),
        ({"a": ["x"], "b": ["x", "y"]}, {}, ValueError, r"systems\['b'\]: 2 predictions"),
        ({"a": ["x"], "b": "x"}, {}, TypeError, r"systems\['b'\] is a str where a sequence of str belongs"),
        ({"a": ["x"], "b": [None]}, {}, TypeError, r"systems\['b'\]: predictions\[0\] is null"),
        ({"a": ["x"], "b": ["x"]}, {"baseline": "c"}, ValueError, "baseline is 'c', which is none of 'a', 'b'"),
        ({"a": ["x"], "b": ["x"]}, {"test": "bootstrp"}, ValueError, "did you mean 'bootstrap'"),
        ({"a": ["x"], "b": ["x"]}, {"metrics": "bleu"}, TypeError, "wrap it in a list"),
        ({"a": ["x"], "b": ["x"]}, {"metrics": ["blue"]}, ValueError, "a metric is 'blue', .* did you mean 'bleu'"),
        ({"a": ["x"], "b": ["x"]}, {"metrics": []}, ValueError, "metrics is empty"),
        ({"a": ["x"], "b": ["x"]}, {"groups": ["g", "g"]}, ValueError, "1 segments, but groups has 2 labels"),
        ({"a": ["x"], "b": ["x"]}, {"samples": 0}, ValueError, "samples is 0"),
        (
            {"a": ["x"], "b": tc.CHRF().statistics(["x"], ["x"])},
            {},
            ValueError,
            r"systems\['b'\] has no statistics of BLEU",
        ),
    ],
)
def test_what_is_refused(systems, options, error, message):
    with pytest.raises(error, match=message):
        tc.compare(systems, ["x"], **options)
