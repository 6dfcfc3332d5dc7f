"""ROUGE-1.5.5 by Rust and by the reference is equal to the bit.

The Perl script may not be shipped. `tools/rouge155_parity.py` holds both to its answers, and
`tests/golden/test_rouge155_by_hand.py` has some of them.
"""

from pathlib import Path

import numpy as np
import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from texts import any_text, few_words, odd
from tricolore.compat.rouge155.evaluations import text_of
from tricolore.reference import rouge155 as reference
from tricolore.resampling.rouge155 import averages, items_by_name

pytestmark = pytest.mark.filterwarnings("ignore:the tokenizer of ROUGE-1.5.5")

FORMS = Path(__file__).parents[2] / "rust/core/src/tokenize/wordnet_exceptions.txt"
EXCEPTIONS = dict(line.split() for line in FORMS.read_text().splitlines())
TYPES = ("rouge1", "rouge2", "rouge5", "rougeL", "rougeW1.2", "rougeS3", "rougeSU3")
ANY_DISTANCE = ("rouge1", "rougeS*", "rougeSU*", "rougeW2")

# Few words give ties between subsequences; blanks, hyphens and other scripts are where limits and tokens are hard.
pieces = ["a", "b", "c", "d", "running", "went", "Comics", "the", " ", "  ", "\n", "\n", "\n ", ", ", "-", "\t", "\r"]
pieces += ["é", "漢", "\xa0", "\x00", "K", "3.14", "don't", "always", "yes"]
hard = st.lists(st.sampled_from(pieces), max_size=40).map(" ".join) | st.lists(st.sampled_from(pieces)).map("".join)
letters = st.lists(st.sampled_from("abcd\n"), max_size=30).map(" ".join)
some = st.one_of(hard, letters, few_words, odd, any_text)

limits = st.one_of(
    st.just({}),
    st.integers(1, 12).map(lambda most: {"max_words": most}),
    st.integers(1, 40).map(lambda most: {"max_bytes": most}),
)
options = st.fixed_dictionaries(
    {
        "use_stemmer": st.booleans(),
        "exceptions": st.sampled_from(["wordnet", "none"]),
        "stop_words": st.sampled_from([(), ("a", "the"), ("Comics", "c", "x")]),
        "multi_reference": st.sampled_from(["average", "best"]),
        "alpha": st.sampled_from([0.5, 0, 0.2, 1]),
    }
)


def rules_of(given):
    """The options of a metric as the reference takes them."""
    exceptions = EXCEPTIONS if given["exceptions"] == "wordnet" else {}
    return reference.Rules(
        given["use_stemmer"], exceptions, given["stop_words"], given.get("max_words"), given.get("max_bytes")
    )


def as_bytes(text):
    return text.encode("utf-8", "surrogatepass")


@given(prediction=some, others=st.lists(some, min_size=1, max_size=3), chosen=options, limit=limits)
@pytest.mark.parametrize("types", [TYPES, ANY_DISTANCE, ("rouge1", "rouge2", "rougeL")])
def test_one_segment(types, prediction, others, chosen, limit):
    chosen |= limit
    metric, rules = tc.ROUGE155(types, **chosen), rules_of(chosen)
    texts = as_bytes(prediction), [as_bytes(other) for other in others]
    best, alpha = chosen["multi_reference"] == "best", chosen["alpha"]
    statistics = metric.statistics([prediction], [others])
    try:
        expected = reference.item(*texts, types, rules, best, alpha)
    except ZeroDivisionError:
        for call in (metric.score, metric.explain, lambda *pair: metric.from_statistics(statistics)):
            with pytest.raises(tc.UndefinedScoreError, match="a text without a token"):
                call(prediction, others)
        with pytest.raises(tc.UndefinedScoreError, match=r"references\[0\]"):
            metric.score_each([prediction], [others])
        return
    assert dict(metric.score(prediction, others)) == expected
    assert dict(metric.score_each([prediction], [others])[0]) == expected
    assert dict(metric.score(prediction, metric.prepare([others])[0])) == expected
    read = [reference.read(text, rules) for text in (texts[0], *texts[1])]
    counts = [[*reference.counts(name, read[0], other)] for other in read[1:] for name in types]
    assert statistics.rows.reshape(-1, 3).tolist() == counts
    explanation = metric.explain(prediction, others)
    assert explanation.score == metric.score(prediction, others)
    if len(others) == 1:
        assert [[*own] for own in metric.score(prediction, others).counts.values()] == counts
        assert {pair.type: (pair.precision, pair.recall, pair.fmeasure) for pair in explanation.pairs} == expected


raw = st.one_of(st.binary(max_size=60), some.map(as_bytes))


@given(prediction=raw, other=raw, chosen=options, limit=limits)
def test_files_of_bytes(prediction, other, chosen, limit):
    """The script reads bytes, which need not be text."""
    chosen |= limit
    types = ["rouge1", "rougeL", "rougeS3"]
    expected = reference.item(prediction, [other], types, rules_of(chosen), alpha=chosen["alpha"])
    chosen["multi_reference"] = "average"
    texts = [text_of(data, "SPL") for data in (prediction, other)]
    assert dict(tc.ROUGE155(types, **chosen).score(*texts)) == expected


@given(text=some, chosen=options)
def test_tokens(text, chosen):
    rules = rules_of(chosen)
    assert tc.ROUGE155(**chosen).tokenize(text) == reference.tokens(as_bytes(text), rules)


@given(
    stem=st.text("abcdefghijklmnopqrstuvwxyz019", max_size=6),
    suffixes=st.lists(
        st.sampled_from("s es ed ing y al ational ement ment ent ion tion ization izer logi bli full ll e".split()),
        max_size=3,
    ),
)
def test_stems(stem, suffixes):
    word = "".join([stem, *suffixes])
    for exceptions in ("wordnet", "none"):
        rules = reference.Rules(True, EXCEPTIONS if exceptions == "wordnet" else {})
        metric = tc.ROUGE155(use_stemmer=True, exceptions=exceptions)
        assert metric.tokenize(word) == reference.tokens(word.encode(), rules)


def test_irregular_forms():
    metric = tc.ROUGE155(use_stemmer=True)
    for form, base in EXCEPTIONS.items():
        assert metric.tokenize(form) == [base]
    # The order of WordNet's files decides; a database that is built in another order has "good".
    assert metric.tokenize("best better offer testes") == ["well", "well", "offer", "testes"]


@given(
    segments=st.lists(st.tuples(letters, letters), min_size=1, max_size=25),
    confidence=st.sampled_from([0.95, 0.9, 0.5, 0.975]),
    samples=st.integers(2, 40),
)
def test_a_corpus(segments, confidence, samples):
    types = ["rouge1", "rougeL"]
    metric = tc.ROUGE155(types)
    predictions, references = map(list, zip(*segments, strict=True))
    score = metric.corpus(predictions, references, confidence=confidence, samples=samples)
    items = [reference.item(as_bytes(p), [as_bytes(r)], types) for p, r in segments]
    for name in types:
        for figure in ("precision", "recall", "fmeasure"):
            values = [getattr(item[name], figure) for item in items]
            mean, low, high = reference.average(values, 100 * confidence, samples)
            assert getattr(score[name], figure) == mean
            assert getattr(score.confidence_interval[name], figure) == (low, high)
    statistics = metric.statistics(predictions, references)
    assert metric.from_statistics(statistics, confidence=confidence, samples=samples) == score
    parts = metric.statistics(predictions[:1], references[:1]) + metric.statistics(predictions[1:], references[1:])
    assert metric.from_statistics(parts, confidence=confidence, samples=samples) == score


def test_a_corpus_in_constant_memory_has_the_plain_means():
    metric = tc.ROUGE155(["rouge1", "rougeW1.2"])
    predictions, references = ["a b c", "a", "b c d"], [["a c", "b"], ["a"], ["d c b"]]
    accumulator = metric.accumulator()
    for prediction, others in zip(predictions, references, strict=True):
        accumulator.update([prediction], [others])
    plain = metric.corpus(predictions, references, confidence=None)
    assert accumulator.compute() == plain
    assert tc.Accumulator.from_bytes(metric, accumulator.to_bytes()).compute() == plain
    assert plain != metric.corpus(predictions, references)
    assert plain["rouge1"].recall == np.mean(metric.score_each(predictions, references)["rouge1_recall"])


def test_evaluate_has_the_script_s_averages():
    metric = tc.ROUGE155(["rouge1"])
    predictions, references = ["a b c", "a", "b c d"], ["a c", "a b", "d c b"]
    corpus = metric.corpus(predictions, references, confidence=0.9, samples=30)
    evaluation = tc.evaluate(predictions, references, [metric], confidence=0.9, samples=30)
    (row,) = evaluation.rows
    assert (row.score, (row.low, row.high)) == (
        corpus["rouge1"].fmeasure,
        corpus.confidence_interval["rouge1"].fmeasure,
    )
    assert corpus.signature == evaluation.figures[0].signature
    (row,) = tc.evaluate(predictions, references, [metric], confidence=None).rows
    assert row.score == metric.corpus(predictions, references, confidence=None)["rouge1"].fmeasure
    plain = metric.corpus(predictions, references, confidence=None)["rouge1"].fmeasure
    assert tc.compare({"a": predictions, "b": references}, references, [metric]).rows[0].score == plain


def test_averages_in_the_order_of_names():
    figures = np.linspace(0, 1, 12)[:, None]
    names = [f"{number}.X" for number in range(1, 13)]
    assert items_by_name(names).tolist() == [0, 9, 10, 11, 1, 2, 3, 4, 5, 6, 7, 8]
    mean, low, high = reference.average([*figures[:, 0]], 95, 1)
    (interval,) = averages(figures, 95, 1, items_by_name(names))
    # A bound that no sample reaches is 0 in the script, and the share of the way to it is not 0.
    assert (interval.mean, interval.low, interval.high) == (mean, low, high)
    assert low != mean
    (other,) = averages(figures, 95, 1, items_by_name(names[::-1]))
    assert other.mean != mean


def test_long_texts():
    """The kernels for texts of more than 128 tokens, of more tokens at a distance, and of several units."""
    words = [f"w{number * number % 97}" for number in range(900)]
    lines = "\n".join(" ".join(words[start : start + 70]) for start in range(0, 900, 70))
    shuffled = "\n".join(" ".join(words[start : start + 300][::-1]) for start in range(0, 900, 300))
    for types in (TYPES, ("rouge1", "rouge9", "rougeS*", "rougeSU*"), ("rougeS300", "rougeL")):
        for chosen in ({}, {"max_bytes": 1000}, {"max_words": 333}):
            found = tc.ROUGE155(types, **chosen).score(lines, [shuffled, " ".join(words)])
            rules = reference.Rules(False, {}, (), chosen.get("max_words"), chosen.get("max_bytes"))
            texts = [text.encode() for text in (shuffled, " ".join(words))]
            assert dict(found) == reference.item(lines.encode(), texts, types, rules)


def test_any_number_of_threads():
    metric = tc.ROUGE155(TYPES, use_stemmer=True)
    predictions = [f"a b c{number % 7} d\ne f{number % 5}" for number in range(3000)]
    references = [[f"a c{number % 3} b", f"f{number % 4} e d"] for number in range(3000)]
    alone = metric.statistics(predictions, references, num_threads=1)
    assert alone == metric.statistics(predictions, references, num_threads=2)
    matrix = metric.pairwise(predictions[:3], [own[0] for own in references[:3]])
    assert matrix["rougeW1.2"][1, 2] == metric.score(predictions[1], references[2][0])["rougeW1.2"].fmeasure
    with pytest.raises(tc.UndefinedScoreError):
        metric.pairwise(["a"], ["a", "..."])


def test_statistics_are_saved(tmp_path):
    metric = tc.ROUGE155(TYPES)
    statistics = metric.statistics(["a b a", "c"], [["a b", "a"], ["c d"]])
    assert statistics.rows.dtype == np.float64
    statistics.save(tmp_path / "rows.npz")
    loaded = tc.Statistics.load(tmp_path / "rows.npz")
    assert loaded == statistics
    assert metric.from_statistics(loaded) == metric.from_statistics(statistics)
    assert tc.ROUGE155().statistics(["a"], ["a"]).rows.dtype == np.int32
    with pytest.raises(ValueError, match="the mean of its segments' scores"):
        statistics.sum()


def test_every_verb_refuses_what_is_not_defined():
    metric, texts = tc.ROUGE155(["rouge1", "rougeW1.2"]), ["a b", "a c", ""]
    for call, name in (
        (lambda: tc.mbr(texts, metric), "candidates"),
        (lambda: tc.self_score(texts, metric), "texts"),
        (lambda: metric.pairwise(texts, texts), "references"),
        (lambda: metric.corpus(texts, texts), r"references\[2\]"),
    ):
        with pytest.raises(tc.UndefinedScoreError, match=f"{name} has a text without a token"):
            call()


@pytest.mark.parametrize(
    ("limit", "text", "shown"),
    [
        ({"max_words": 2}, "The went  cats the going", "[The went]  cats the going"),
        ({"max_words": 3}, "\nThe  é went\tgoing", "\n[The]  é [went]\tgoing"),
        ({"max_bytes": 8}, "Thé went the going", "[Thé wen]t the going"),
        ({"max_bytes": 5}, "went going", "[went] going"),
    ],
)
def test_explanations_mark_what_counts(limit, text, shown):
    metric = tc.ROUGE155(["rouge1"], use_stemmer="max_words" in limit, **limit)
    (own, _), *_ = metric.explain(text, text).marked
    assert "".join(shown.split("[")).replace("]", "") == text
    expected, at, place = [], None, 0
    for letter in shown:
        if letter == "[":
            at = place
        elif letter == "]":
            expected.append((at, place))
        else:
            place += 1
    assert [(mark.start, mark.end) for mark in own.marks] == expected


def test_statistics_of_other_numbers_are_refused(tmp_path):
    plain, weighted = tc.ROUGE155(["rouge1"]), tc.ROUGE155(["rouge1", "rougeW2"])
    for metric, wrong in (
        (plain, lambda rows: rows.astype(float)),
        (weighted, lambda rows: rows + 0.5),
        (weighted, lambda rows: rows + 2.0**32),
        (weighted, lambda rows: rows * np.nan),
        (tc.BLEU(), lambda rows: rows + 0.5),
    ):
        statistics = metric.statistics(["a b"], ["a b"])
        changed = statistics.with_rows(wrong(statistics.rows), statistics.offsets, statistics.nrefs)
        changed.save(tmp_path / "rows.npz")
        with pytest.raises(ValueError, match="its rows"):
            tc.Statistics.load(tmp_path / "rows.npz")


def test_many_lists_of_stop_words():
    for number in range(100):
        metric = tc.ROUGE155(["rouge1"], stop_words=[f"w{number}", "\ud800", "No Token"])
        assert metric.score(f"a w{number}", f"a w{number + 1}").counts["rouge1"] == (1, 1, 2)


def test_signature_has_the_flags():
    metric = tc.ROUGE155(TYPES, use_stemmer=True, stop_words=["the"], max_bytes=75, multi_reference="best", alpha=0.2)
    assert metric.flags == "-n 5 -w 1.2 -2 3 -U -m -s -b 75 -f B -p 0.2"
    assert metric.signature.startswith(f"flags:{metric.flags}|exceptions:wordnet|stop:1.")
    assert tc.ROUGE155(["rougeSU*"], max_words=9).flags == "-x -2 -1 -u -l 9 -f A -p 0.5"
    score = tc.ROUGE155().corpus(["a"], ["a"], confidence=0.9, samples=20)
    assert score.signature.startswith("nrefs:1|c:90|r:20|flags:-n 4 -f A -p 0.5|version:ROUGE-1.5.5-tricolore.")


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"types": []}, ValueError, "types is empty"),
        ({"types": ["rouge0"]}, ValueError, "rouge0"),
        ({"types": ["rougeLsum"]}, ValueError, "rougeLsum"),
        ({"types": ["rougeW0"]}, ValueError, "above 0"),
        ({"types": ["rougeW101"]}, ValueError, "at most 100"),
        ({"types": ["rougeW1.2", "rougeW2"]}, ValueError, "more than one weight"),
        ({"types": ["rougeS1", "rougeSU2"]}, ValueError, "more than one distance"),
        ({"types": ["rouge1", "rouge1"]}, ValueError, "twice"),
        ({"types": "rouge1"}, TypeError, "types"),
        ({"types": [1]}, TypeError, "not a str"),
        ({"use_stemmer": 1}, TypeError, "use_stemmer"),
        ({"exceptions": "empty"}, ValueError, "exceptions"),
        ({"stop_words": "the"}, TypeError, "stop_words is a str"),
        ({"stop_words": ["a", 1]}, TypeError, r"stop_words\[1\]"),
        ({"max_words": 0}, ValueError, "max_words"),
        ({"max_bytes": 1.5}, TypeError, "max_bytes"),
        ({"max_words": 1, "max_bytes": 1}, ValueError, "both"),
        ({"multi_reference": "A"}, ValueError, "multi_reference"),
        ({"alpha": 1.1}, ValueError, "alpha"),
    ],
)
def test_wrong_options(wrong, error, message):
    with pytest.raises(error, match=message):
        tc.ROUGE155(**wrong)


def test_texts_without_tokens_are_warned_about():
    with pytest.warns(UserWarning, match="it leaves nothing of 2 of 3 predictions"):
        tc.ROUGE155().corpus(["漢字", "a", "кот"], ["漢字", "a", "кот"])


def test_a_seed_cannot_be_chosen():
    metric = tc.ROUGE155()
    for call in (
        lambda: metric.corpus(["a"], ["a"], seed=1),
        lambda: metric.from_statistics(metric.statistics(["a"], ["a"]), seed=None),
    ):
        with pytest.raises(ValueError, match="seed"):
            call()
