"""rouge_score and nltk's stemmer without the drop-in and with it."""

import warnings
from enum import Enum
from functools import partial

import numpy as np
import pytest
from dropin import assert_same as assert_same_with
from dropin import outcome, served, strictly
from hypothesis import given
from hypothesis import strategies as st
from nltk.stem.porter import PorterStemmer
from rouge_score import rouge_scorer, scoring, tokenize, tokenizers
from rouge_score.rouge_scorer import RougeScorer, _score_lcs, _summary_level_lcs
from texts import RETOLD, STORY, TYPES, texts
from tricolore.compat.rouge_score import rouge_scorer as compat

assert_same = partial(assert_same_with, only=("rouge_score",))
SCORE = "rouge_scorer.RougeScorer.score"


@pytest.mark.parametrize("use_stemmer", [False, True])
@given(target=texts, prediction=texts)
def test_scores(use_stemmer, target, prediction):
    scorer = RougeScorer(list(TYPES), use_stemmer=use_stemmer)
    assert served(assert_same(lambda: scorer.score(target, prediction)), SCORE)


@given(targets=st.lists(texts, max_size=3), prediction=texts)
def test_score_multi(targets, prediction):
    scorer = RougeScorer(("rouge1", "rougeL"))
    assert_same(lambda: scorer.score_multi(targets, prediction))


@pytest.mark.parametrize(
    "types",
    [["rouge0"], ["rouge10"], ["rougeX"], ["rouge1\n", "rouge1"], [], ("rougeLsum",), "rouge1", [b"rouge1"], [5], None],
)
@pytest.mark.parametrize("text", ["a cat\nran", b"a cat", None, 5, np.str_("a cat"), ""])
def test_what_the_original_makes_of_odd_input(types, text):
    scorer = RougeScorer(types)
    assert_same(lambda: scorer.score(text, "the cat\nran"))
    assert_same(lambda: scorer.score("the cat\nran", text))
    assert_same(lambda: tokenize.tokenize(text, None))


class Kind(str, Enum):  # noqa: UP042 (as there: `str` of a member of StrEnum is its value)
    ONE = "rouge1"
    L = "rougeL"
    SUM = "rougeLsum"


class Loud(str):
    def __getitem__(self, place):
        return str.__getitem__(self, place).upper()


def test_types_of_an_enumeration():
    """The keys of the result are the members, as in azure-ai-evaluation."""
    for types in ([Kind.L], [Kind.ONE, Kind.L, Kind.SUM], [Kind.ONE, "rouge1"], ["rouge1", Kind.ONE]):
        scorer = RougeScorer(types)
        made = {}

        def call(scorer=scorer, made=made):
            made["keys"] = [*map(type, scorer.score("a cat\nran", "the cat\nran"))]
            return scorer.score("a cat\nran", "the cat\nran"), made["keys"]

        assert served(assert_same(call), SCORE)
        assert compat.RougeScorer(types).score("a cat", "cat") == scorer.score("a cat", "cat")
    scorer = RougeScorer([Loud("rouge1")])
    assert not served(assert_same(lambda: scorer.score("a", "a")), SCORE)


class Words(tokenizers.Tokenizer):
    """A user's tokenizer that records the texts it is given."""

    def __init__(self, make=str.split):
        self.asked = []
        self.make = make

    def tokenize(self, text):
        self.asked.append(text)
        return self.make(text)


@given(target=texts, prediction=texts)
def test_other_tokenizers_are_asked_as_before(target, prediction):
    def call():
        tokenizer = Words()
        return RougeScorer(list(TYPES), tokenizer=tokenizer).score(target, prediction), tokenizer.asked

    assert served(assert_same(call), "rouge_scorer._score_lcs", "rouge_scorer._summary_level_lcs")


@pytest.mark.parametrize("make", [tuple, np.array, lambda text: [*map(ord, text)], lambda text: [[c] for c in text]])
def test_tokens_of_any_kind(make):
    for types in (["rouge1", "rougeL"], ["rougeL"], ["rougeLsum"]):
        assert_same(lambda: RougeScorer(types, tokenizer=Words(make)).score("a cat\nb", "a bat\nb"))


def joined(lines):
    return [token for line in lines for token in line]


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=9), max_size=4), st.lists(st.lists(st.just("a"))))
def test_functions_that_count(lines, others):
    status = assert_same(lambda: (_summary_level_lcs(lines, others), _summary_level_lcs(others, lines)))
    assert served(status, "_summary_level_lcs")
    assert served(assert_same(lambda: _score_lcs(joined(lines), joined(others))), "_score_lcs")


@given(st.lists(texts, max_size=4))
def test_tokenizing_and_stemming(many):
    stemmer = PorterStemmer()
    for text in many:
        status = assert_same(lambda: [tokenize.tokenize(text, None), tokenize.tokenize(text, stemmer)])
        assert served(status, "tokenize.tokenize")
    assert_same(lambda: [stemmer.stem(word) for text in many for word in text.split()])
    assert_same(lambda: [stemmer.stem(word, to_lowercase=False) for text in many for word in text.split()])


def test_stemmers():
    words = (STORY + " " + RETOLD + " Sky DYING skies y by yyyy").split()
    lower = [word.lower() for word in words]
    assert served(assert_same(lambda: [PorterStemmer().stem(word) for word in lower]), "PorterStemmer.stem")
    # Before nltk 3.10 some words with capitals have other stems.
    assert_same(lambda: [PorterStemmer().stem(word) for word in words])
    for mode in (PorterStemmer.ORIGINAL_ALGORITHM, PorterStemmer.MARTIN_EXTENSIONS):
        status = assert_same(lambda: [PorterStemmer(mode).stem(word) for word in words])
        assert not status.served["nltk.stem.porter.PorterStemmer.stem"]
    # An original that walks a run of y's by recursion may raise an error that our stemmer does not raise.
    assert_same(lambda: outcome(lambda: PorterStemmer().stem("y" * 5000)))
    assert_same(lambda: outcome(lambda: tokenize.tokenize("a " + "y" * 5000, PorterStemmer())))
    assert_same(lambda: outcome(lambda: RougeScorer(["rouge1"], True).score("Y" * 5000, "a")))
    for odd in (None, 5, b"abc", ["a"]):
        assert_same(lambda: PorterStemmer().stem(odd))


@pytest.mark.parametrize("confidence", [0.95, 0.9, 0, 1, 0.123])
@pytest.mark.parametrize("segments", [1, 2, 7, 300])
def test_aggregator(segments, confidence):
    lines = (STORY + "\n" + RETOLD).split("\n")

    def call():
        np.random.seed(7)  # noqa: NPY002
        scorer = RougeScorer(["rouge1", "rougeL"])
        aggregator = scoring.BootstrapAggregator(confidence, n_samples=90)
        for i in range(segments):
            aggregator.add_scores(scorer.score(lines[i % 8], lines[i // 8 % 8]))
        return aggregator.aggregate(), np.random.random()  # noqa: NPY002

    assert served(assert_same(call), "BootstrapAggregator._bootstrap_resample", SCORE)


def test_aggregator_of_other_scores():
    def call(scores):
        def made():
            np.random.seed(3)  # noqa: NPY002
            aggregator = scoring.BootstrapAggregator(n_samples=20)
            for score in scores:
                aggregator.add_scores({"x": score})
            return aggregator.aggregate(), np.random.random()  # noqa: NPY002

        return made

    class One(scoring.collections.namedtuple("One", ["value"])):
        pass

    assert_same(call([One(0.1 * i) for i in range(20)]))
    assert_same(call([scoring.Score(0, 0, 0)] * 3))
    assert_same(call([scoring.Score(float("nan"), 1, float("inf"))] * 3))
    assert_same(call([scoring.Score(np.float32(0.1), 1, 2)] * 3))
    assert_same(call([]))

    def empty():
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return scoring.BootstrapAggregator(n_samples=3)._bootstrap_resample(np.zeros((0, 3)))

    assert_same(empty)


def test_several_lines_split_by_nltk_stay_the_original_s():
    status = assert_same(lambda: RougeScorer(["rougeLsum"], split_summaries=True).score("A b. C d.", "A b."))
    assert status.fallbacks[f"rouge_score.{SCORE}"] == {"option": 1}


def test_classes_are_the_originals():
    with strictly():
        scores = rouge_scorer.RougeScorer(["rouge1"]).score("a", "a")
        assert type(scores["rouge1"]) is scoring.Score
        assert isinstance(rouge_scorer.RougeScorer(["rouge1"]), scoring.BaseScorer)
