"""tricolore.compat.rouge_score has the values, types and exceptions of rouge_score."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.stem.porter import PorterStemmer
from rouge_score import rouge_scorer as original_scorer
from rouge_score import scoring as original_scoring
from rouge_score import tokenize as original_tokenize
from rouge_score import tokenizers as original_tokenizers
from texts import RETOLD, STORY, TYPES, texts
from tricolore.compat.rouge_score import rouge_scorer, scoring, tokenize, tokenizers


def outcome(call):
    """Returns the value of a call with the types of its numbers, or the type of the exception that it raises."""
    try:
        result = call()
    except Exception as error:
        return type(error)
    if isinstance(result, dict):
        return {name: [(type(figure), float(figure).hex()) for figure in score] for name, score in result.items()}
    return result


def both(types, **options):
    return rouge_scorer.RougeScorer(types, **options), original_scorer.RougeScorer(types, **options)


@pytest.mark.parametrize("use_stemmer", [False, True])
@given(target=texts, prediction=texts)
def test_scores(use_stemmer, target, prediction):
    ours, original = both(list(TYPES), use_stemmer=use_stemmer)
    assert outcome(lambda: ours.score(target, prediction)) == outcome(lambda: original.score(target, prediction))


@given(targets=st.lists(texts, max_size=3), prediction=texts)
def test_score_multi(targets, prediction):
    ours, original = both(list(TYPES))
    assert outcome(lambda: ours.score_multi(targets, prediction)) == outcome(
        lambda: original.score_multi(targets, prediction)
    )


@given(st.binary(max_size=60) | texts.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_bytes(data):
    for types in (["rouge1", "rougeL"], ["rougeLsum"], ["rougeLsum", "rouge2"]):
        ours, original = both(types)
        for target, prediction in ((data, "a cat\nran"), ("İ cat\nran", data), (data, data)):
            assert outcome(lambda: ours.score(target, prediction)) == outcome(
                lambda: original.score(target, prediction)
            )
    assert outcome(lambda: tokenize.tokenize(data, None)) == outcome(lambda: original_tokenize.tokenize(data, None))


@pytest.mark.parametrize(
    "text", [None, 5, 1.5, ["a"], (), {}, object(), np.str_("A cat"), type("S", (str,), {})("B c")]
)
@pytest.mark.parametrize("types", [["rouge1"], ["rougeLsum"], ["rougeL", "rougeLsum"]])
def test_what_is_no_text(types, text):
    ours, original = both(types)
    for target, prediction in ((text, "a cat"), ("a cat", text)):
        assert outcome(lambda: ours.score(target, prediction)) == outcome(lambda: original.score(target, prediction))


@pytest.mark.parametrize(
    "types",
    [
        ["rouge1\n"], ["rouge0"], ["rouge10"], ["rouge"], ["Rouge1"], ["rougel"], ["rouge1 "], ["rouge\u0661"], [""],
        [b"rouge1"], [b"rougeL"], [None], [1], ["rouge1", "rogue"], ["rouge1", "rouge1"], ["rougeLsum", "rougeLsum"],
        ["rougeLsubstr"], [], (), "rouge1", "", None, 3, {"rouge1"}, {"rougeLsum": 1}, ("rouge2", "rougeL"),
        [["rouge1"]], ["rougeL\n"], ["rouge9", "rouge5"],
    ],
)  # fmt: skip
def test_types(types):
    ours, original = both(types)
    for target, prediction in ((STORY, RETOLD), ("", "a"), (None, "a")):
        assert outcome(lambda: ours.score(target, prediction)) == outcome(lambda: original.score(target, prediction))
        assert outcome(lambda: ours.score_multi([target] * 2, prediction)) == outcome(
            lambda: original.score_multi([target] * 2, prediction)
        )


class Recorder:
    """A user's tokenizer that records the texts it is given."""

    def __init__(self, tokens):
        self.asked = []
        self.tokens = tokens

    def tokenize(self, text):
        self.asked.append(text)
        return self.tokens(text)


@pytest.mark.parametrize(
    "tokens",
    [str.split, list, lambda text: tuple(text.split()), lambda text: [len(word) for word in text.split()], str.upper]
    + [lambda text: [1, 1.0, True, "1"], lambda text: [[word] for word in text.split()], lambda text: iter(text)]
    + [lambda text: None, lambda text: np.array([1, 2]), lambda text: []],
)
@pytest.mark.parametrize(
    "types", [["rouge1"], ["rougeL"], ["rougeLsum"], ["rougeL", "rougeLsum", "rouge2"], ["rougeX"]]
)
def test_a_tokenizer_of_the_users(types, tokens):
    for target, prediction in (("the cat\nsat on", "a cat\n\nsat"), ("", "a"), ("a", "a")):
        recorders = Recorder(tokens), Recorder(tokens)
        ours = rouge_scorer.RougeScorer(types, tokenizer=recorders[0])
        original = original_scorer.RougeScorer(types, tokenizer=recorders[1])
        assert outcome(lambda: ours.score(target, prediction)) == outcome(lambda: original.score(target, prediction))
        assert recorders[0].asked == recorders[1].asked


def test_subclasses_and_fields_of_the_users():
    class Upper(tokenizers.DefaultTokenizer):
        def tokenize(self, text):
            return [token.upper() for token in super().tokenize(text)] + ["END"]

    class OriginalUpper(original_tokenizers.DefaultTokenizer):
        def tokenize(self, text):
            return [token.upper() for token in super().tokenize(text)] + ["END"]

    ours = rouge_scorer.RougeScorer(list(TYPES), tokenizer=Upper(True))
    original = original_scorer.RougeScorer(list(TYPES), tokenizer=OriginalUpper(True))
    assert outcome(lambda: ours.score(STORY, RETOLD)) == outcome(lambda: original.score(STORY, RETOLD))
    ours, original = both(["rouge1"])
    ours.rouge_types = original.rouge_types = ["rougeL"]
    assert outcome(lambda: ours.score(STORY, RETOLD)) == outcome(lambda: original.score(STORY, RETOLD))


@given(texts)
def test_tokenize_with_stemmers(text):
    class Odd:
        def stem(self, word):
            return f"{word[:2]}{word[3:]}\n" if len(word) % 2 else ""

    for stemmer in (None, PorterStemmer(), Odd()):
        assert tokenize.tokenize(text, stemmer) == original_tokenize.tokenize(text, stemmer)
    assert tokenizers.DefaultTokenizer(True).tokenize(text) == original_tokenizers.DefaultTokenizer(True).tokenize(text)


@pytest.mark.parametrize("segments", [1, 2, 7])
@pytest.mark.parametrize("options", [{}, {"confidence_interval": 0.5, "n_samples": 30}, {"confidence_interval": 1}])
def test_the_aggregator_and_its_random_numbers(segments, options):
    lines = list(zip(STORY.split("\n") * 2, RETOLD.split("\n")[1:] * 3, strict=False))[:segments]
    results = []
    for scorers, aggregators in ((rouge_scorer, scoring), (original_scorer, original_scoring)):
        scorer = scorers.RougeScorer(["rouge1", "rougeL"])
        aggregator = aggregators.BootstrapAggregator(**options)
        for target, prediction in lines:
            aggregator.add_scores(scorer.score(target, prediction))
        np.random.seed(7)  # noqa: NPY002
        aggregate = aggregator.aggregate()
        figures = {name: [[x.hex() for x in score] for score in bounds] for name, bounds in aggregate.items()}
        kinds = {type(figure) for bounds in aggregate.values() for score in bounds for figure in score}
        names = {type(bounds).__name__ + type(bounds.mid).__name__ for bounds in aggregate.values()}
        results.append((figures, kinds, names, np.random.random_sample()))  # noqa: NPY002
    assert results[0] == results[1]


@pytest.mark.parametrize("options", [{"confidence_interval": -0.1}, {"confidence_interval": 1.1}, {"n_samples": 0}])
def test_an_aggregator_refuses(options):
    for aggregators in (scoring, original_scoring):
        with pytest.raises(ValueError, match=r"confidence_interval|n_samples"):
            aggregators.BootstrapAggregator(**options)
    assert scoring.BootstrapAggregator().aggregate() == {}


def test_split_summaries_asks_nltk(monkeypatch):
    import nltk

    monkeypatch.setattr(nltk, "sent_tokenize", lambda text: text.split("."))
    ours, original = both(list(TYPES), split_summaries=True)
    assert outcome(lambda: ours.score(STORY, RETOLD)) == outcome(lambda: original.score(STORY, RETOLD))


def test_scorers_and_scores_pickle():
    scorer = pickle.loads(pickle.dumps(rouge_scorer.RougeScorer(["rouge1"], use_stemmer=True)))
    score = scorer.score(STORY, RETOLD)["rouge1"]
    assert pickle.loads(pickle.dumps(score)) == score
    assert score._fields == ("precision", "recall", "fmeasure")
    assert issubclass(rouge_scorer.RougeScorer, scoring.BaseScorer)
    assert scoring.fmeasure(0, 0) == 0.0
