"""The tests `randomization` and `bootstrap` are valid: p-values, ties, identical systems, false positives."""

import random
from fractions import Fraction
from itertools import product
from math import comb, sqrt

import numpy as np
import pytest
import tricolore as tc

ANSWERS = 100
PAIRS = 300
# An answer of one word equals the reference or not, so exchanging outputs is the sign test for all these metrics.
METRICS = [
    tc.ExactMatch(),
    tc.TokenF1(),
    tc.WER(),
    tc.ANLS(),
    tc.GLEU(),
    tc.ROUGE(["rouge1"]),
    tc.BLEU(max_ngram_order=1),
    tc.CHRF(),
    tc.CHRF(word_order=2, eps_smoothing=True),
    tc.TER(),
]


def answers(wins, losses):
    """Returns the answers of two systems. Only the second is right in `wins` answers, only the first in `losses`."""
    rest = ANSWERS - wins - losses
    base = ["no"] * wins + ["yes"] * losses + ["yes"] * rest
    return {"base": base, "other": ["yes"] * wins + ["no"] * losses + ["yes"] * rest}


def sign_test(wins, losses):
    """Returns the exact two-sided p-value of the sign test."""
    count, least = wins + losses, max(wins, losses)
    return min(1, Fraction(2 * sum(comb(count, x) for x in range(least, count + 1)), 2**count))


def near(p, exact, samples):
    """True if a p-value is within four standard errors of the exact one, or equal to it where the exact one is 1."""
    return p == 1 if exact == 1 else abs(p - exact) <= 4 * sqrt(exact * (1 - exact) / samples) + 1 / samples


def p_of(systems, metric, test, references=None, **options):
    references = ["yes"] * len(systems["base"]) if references is None else references
    return tc.compare(systems, references, [metric], test=test, **options).rows[1].p_value


@pytest.mark.parametrize(
    ("wins", "losses"), [(1, 0), (1, 1), (2, 0), (3, 0), (5, 0), (8, 0), (2, 3), (6, 2), (2, 6), (12, 9)]
)
def test_randomization_is_the_sign_test(wins, losses):
    exact = sign_test(wins, losses)
    rows = tc.compare(answers(wins, losses), ["yes"] * ANSWERS, METRICS).rows[1::2]
    assert len(rows) == len(METRICS)
    assert [row.metric for row in rows if not near(row.p_value, exact, 10_000)] == []


def test_the_sign_test_is_that_of_the_books():
    assert [sign_test(wins, 0) for wins in (1, 2, 3, 5)] == [1, Fraction(1, 2), Fraction(1, 4), Fraction(1, 16)]
    assert sign_test(3, 2) == 1
    assert sign_test(6, 2) == Fraction(2 * (28 + 8 + 1), 256)


def texts(count, seed, words="abcdef"):
    """Returns two systems, which differ in half of the segments, and three references per segment."""
    generator = random.Random(seed)

    def text():
        return " ".join(generator.choices(words, k=generator.randrange(1, 7)))

    references = [[text(), text(), text()] for _ in range(count)]
    base = [generator.choice([*own, text()]) for own in references]
    return {"base": base, "other": [text() if generator.random() < 0.5 else own for own in base]}, references


def exact_figures(metric, systems, references):
    """Returns each system's figures per segment as fractions, and a function that turns their sums into a score."""
    rows = [metric.statistics(own, references).rows.tolist() for own in systems.values()]
    if isinstance(metric, tc.TER):
        values = [[(Fraction(edits), Fraction(length, n)) for edits, length, n in own] for own in rows]
        return values, lambda edits, length: edits / length
    # F1 is twice the matches over the sum of both totals.
    values = [[(Fraction(2 * row[0], max(1, row[-2] + row[-1])),) for row in own] for own in rows]
    return values, lambda total: total / len(rows[0])


EXACT = [tc.ROUGE(["rouge1"]), tc.TokenF1(), tc.TER()]


@pytest.mark.parametrize("metric", EXACT, ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_all_exchanges_of_eight_segments(metric, seed):
    systems, references = texts(8, seed)
    (base, other), score = exact_figures(metric, systems, references)

    def difference(chosen):
        sides = ((a, b) if swap else (b, a) for a, b, swap in zip(base, other, chosen, strict=True))
        first, second = zip(*sides, strict=True)
        return abs(score(*map(sum, zip(*first, strict=True))) - score(*map(sum, zip(*second, strict=True))))

    differences = [difference(chosen) for chosen in product([False, True], repeat=8)]
    exact = Fraction(sum(own >= differences[0] for own in differences), len(differences))
    assert near(p_of(systems, metric, "randomization", references), exact, 10_000)


@pytest.mark.parametrize("metric", EXACT, ids=str)
@pytest.mark.parametrize("test", ["randomization", "bootstrap"])
@pytest.mark.parametrize("seed", range(3))
def test_ties_are_those_of_fractions(metric, test, seed):
    """On the same draws, the test counts as many large differences as exact arithmetic does."""
    systems, references = texts(12, seed, "ab")
    (base, other), score = exact_figures(metric, systems, references)
    generator = np.random.default_rng(seed)
    samples = 400

    def scored(rows):
        return score(*map(sum, zip(*rows, strict=True)))

    observed = scored(other) - scored(base)
    if test == "bootstrap":
        drawn = generator.choice(12, size=(samples, 12)).tolist()
        changes = [scored([other[i] for i in own]) - scored([base[i] for i in own]) - observed for own in drawn]
    else:
        chosen = generator.integers(2, size=(samples, 12), dtype=bool).tolist()
        sides = [[(a, b) if swap else (b, a) for a, b, swap in zip(base, other, own, strict=True)] for own in chosen]
        changes = [scored([a for a, _ in own]) - scored([b for _, b in own]) for own in sides]
    counted = sum(abs(own) >= abs(observed) for own in changes)
    expected = (counted + 1) / (samples + 1)
    if test == "bootstrap":
        # The p-value is at least that of the most extreme exchange of the differing outputs.
        expected = max(expected, 2 ** (1 - sum(a != b for a, b in zip(base, other, strict=True))))
    assert p_of(systems, metric, test, references, samples=samples, seed=seed) == expected
    # The draws of the randomization test must contain ties.
    assert test == "bootstrap" or any(abs(own) == abs(observed) for own in changes)


@pytest.mark.parametrize("metric", [*METRICS, tc.ROUGE(["rouge1", "rougeL"], multi_reference="average")], ids=str)
@pytest.mark.parametrize("test", [None, "randomization", "bootstrap"])
def test_identical_systems(metric, test):
    systems = {**answers(4, 1), "copy": answers(4, 1)["base"]}
    comparison = tc.compare(systems, ["yes"] * ANSWERS, [metric], test=test, samples=200)
    for base, other, copy in zip(*[iter(comparison.rows)] * 3, strict=True):
        assert (base.identical, other.identical, copy.identical) == (None, False, True)
        assert (copy.p_value, copy.p_holm, copy.difference) == (1, 1, 0)
        assert other.p_value < 1
    differences = comparison.tables()[1]
    place = differences.head.index("difference")
    assert [row[place].text == "unchanged" for row in differences.rows] == [False, True] * (len(comparison.rows) // 3)
    assert [row["identical"] for row in comparison.to_dict()["rows"]] == [row.identical for row in comparison.rows]


def test_equal_scores_are_not_identical_systems():
    row = tc.compare(answers(3, 3), ["yes"] * ANSWERS, ["exact_match"]).rows[1]
    assert (row.difference, row.p_value, row.identical) == (0, 1, False)
    labels = ["differs"] * 6 + ["same"] * 94
    rows = tc.compare(answers(3, 3), ["yes"] * ANSWERS, ["exact_match"], groups=labels, samples=50).rows[1::2]
    assert [(row.group, row.identical) for row in rows] == [(None, False), ("differs", False), ("same", True)]


def test_few_answers_differ():
    """Over all outcomes of equally good systems, at most 5 % are called different."""
    for differing, most in ((1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (10, 0.05)):
        wins = range(differing + 1)
        shares = [comb(differing, own) / 2**differing for own in wins]
        p_values = [p_of(answers(own, differing - own), tc.ExactMatch(), "randomization") for own in wins]
        assert sum(share for share, p in zip(shares, p_values, strict=True) if p <= 0.05) <= most
        # The bootstrap is an approximation. Five differing answers all favour one system with probability 1/16.
        p_values = [p_of(answers(own, differing - own), tc.ExactMatch(), "bootstrap") for own in wins]
        assert sum(share for share, p in zip(shares, p_values, strict=True) if p <= 0.05) <= 0.0625


@pytest.mark.parametrize("test", ["randomization", "bootstrap"])
def test_equally_good_systems_are_rarely_called_different(test):
    """If outputs are exchanged at random, 5 % of the pairs are called different, within three standard errors. A rate
    twice as high would fail. See tools/false_positives.py."""
    (base, other), references = map(list, texts(100, 1)[0].values()), texts(100, 1)[1]
    metrics = [tc.TokenF1(), tc.ROUGE(["rougeL"]), tc.BLEU()]
    pool = [metric.statistics(base, references) + metric.statistics(other, references) for metric in metrics]
    generator = np.random.default_rng(3)
    called = np.zeros(3)
    for pair in range(PAIRS):
        segments = generator.integers(100, size=100)
        swapped = generator.integers(2, size=100) * 100
        systems = {"a": [own.take(segments + swapped) for own in pool]}
        systems["b"] = [own.take(segments + 100 - swapped) for own in pool]
        rows = tc.compare(systems, metrics=metrics, test=test, samples=100, seed=pair).rows[1::2]
        called += [row.p_value <= 0.05 for row in rows]
    assert np.abs(called / PAIRS - 0.05).max() < 3 * sqrt(0.05 * 0.95 / PAIRS)


@pytest.mark.parametrize(
    "metric", [*METRICS, tc.BLEU(smooth_method="add-k", smooth_value=0.5), tc.BLEU(smooth_method="floor")], ids=str
)
def test_the_score_of_all_sums_is_the_corpus_score(metric):
    """The paired tests compute scores of samples and of the corpus in two ways, which must agree."""
    systems, references = texts(30, 2)
    statistics = metric.statistics(systems["base"], references)
    sums = metric.layout.sample_rows(statistics, double=True).sum(axis=0)[None]
    figures = list(metric.from_statistics(statistics).to_dict().values())
    made = metric.layout.sample_scores(sums, 30)[0]
    assert made.tolist() == pytest.approx(figures[: len(made)], rel=1e-12)
    assert sums.dtype == np.float64


def test_families():
    generator = random.Random(8)
    references = [" ".join(generator.choices("abcdefgh", k=8)) for _ in range(40)]
    systems = {
        name: [" ".join(w if generator.random() > share else "x" for w in text.split()) for text in references]
        for name, share in (("base", 0.2), ("second", 0.25), ("third", 0.32))
    }
    options = {"metrics": ["chrf", "token_f1"], "groups": ["even", "odd"] * 20, "samples": 999}
    tables = {
        family: tc.compare(systems, references, family=family, **options)
        for family in ("all", "systems", "metrics", "groups")
    }
    keys = {
        "all": lambda row: None,
        "systems": lambda row: (row.group, row.metric),
        "metrics": lambda row: row.group,
        "groups": lambda row: row.metric,
    }
    sizes = {"all": 12, "systems": 2, "metrics": 4, "groups": 6}
    for family, comparison in tables.items():
        families = {}
        for row in comparison.rows:
            if row.p_value is not None:
                families.setdefault(keys[family](row), []).append(row)
        for rows in families.values():
            assert len(rows) == sizes[family]
            ordered = sorted(rows, key=lambda row: row.p_value)
            # Holm's definition: the k-th smallest p-value times the number of p-values left, and never decreasing.
            expected = [min(1, (len(rows) - k) * row.p_value) for k, row in enumerate(ordered)]
            expected = [max(expected[: k + 1]) for k in range(len(rows))]
            assert [row.p_holm for row in ordered] == expected
        assert [row._replace(p_holm=None) for row in comparison.rows] == [
            row._replace(p_holm=None) for row in tables["all"].rows
        ]
        assert comparison.tables()[1].head[-1] == f"p (Holm, {family})"
        assert comparison.to_dict()["family"] == comparison.family == family
    assert tc.compare(systems, references, **options) == tables["all"]


def test_families_of_figures_of_one_name():
    systems = answers(8, 0)
    comparison = tc.compare(systems, ["yes"] * ANSWERS, [tc.TER(), tc.TER(no_punct=True)], family="systems")
    assert [row.p_holm for row in comparison.rows] == [row.p_value for row in comparison.rows]
    comparison = tc.compare(systems, ["yes"] * ANSWERS, [tc.TER(), tc.TER(no_punct=True)], family="metrics")
    assert [row.p_holm for row in comparison.rows[1::2]] == [2 * row.p_value for row in comparison.rows[1::2]]


class Untouched(dict):
    """Systems that must not be read."""

    def __getitem__(self, name):
        raise AssertionError("a system was read")

    values = items = __getitem__


@pytest.mark.parametrize("test", ["paired_ar", "paired_bs"])
@pytest.mark.parametrize("metric", ["rouge", "exact_match", "token_f1"])
def test_tests_of_sacrebleu_are_refused_for_other_metrics(test, metric):
    message = f"test is '{test}', which is sacreBLEU's.* use test='randomization' or test='bootstrap'"
    with pytest.raises(ValueError, match=message):
        tc.compare(Untouched(answers(1, 0)), ["yes"] * ANSWERS, ["bleu", metric], test=test)


def test_what_is_refused():
    with pytest.raises(ValueError, match=r"family is 'metric', .* did you mean 'metrics'"):
        tc.compare(Untouched(answers(1, 0)), ["yes"] * ANSWERS, family="metric")


def test_the_bootstrap_says_nothing_of_few_segments():
    """Few segments cannot give a small p-value, although all their replicates have the same difference."""
    for differing in (1, 2, 3, 5):
        systems = {"a": ["no"] * differing + ["yes"] * 20, "b": ["yes"] * (differing + 20)}
        groups = ["few"] * differing + ["rest"] * 20
        made = tc.compare(systems, ["yes"] * (differing + 20), ["exact_match"], groups=groups, test="bootstrap")
        everything, few, rest = (row for row in made.rows if row.system == "b")
        assert few.p_value == 2 ** (1 - differing)
        assert everything.p_value >= few.p_value
        assert (rest.p_value, rest.identical) == (1.0, True)
    average = tc.ROUGE(["rouge1"], multi_reference="average")
    made = tc.compare({"a": ["x"], "b": ["a"]}, [["a", "b", "c"]], [average], test="bootstrap")
    assert made.rows[1].p_value == 1.0
