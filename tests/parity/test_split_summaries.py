"""ROUGE-Lsum over sentences: rouge_score's `split_summaries`, and separators in place of newlines."""

import pickle
import re

import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from rouge_score import rouge_scorer
from rouge_score.tokenizers import Tokenizer
from texts import texts
from tricolore import reference

TYPES = ["rouge1", "rouge2", "rougeL", "rougeLsum"]
sentences = st.lists(
    st.sampled_from(["the cat sat.", "It rained!", "a b c", "a.", "\n", "<n>", " ", "  ", ". ", "?"]), max_size=12
)
some = st.one_of(sentences.map("".join), sentences.map(" ".join), texts)


def by_marks(text):
    """Splits a text into sentences as a sentence tokenizer does: without the white space between them."""
    return re.split(r"(?<=[.!?])\s+", text.strip())


class Words(Tokenizer):
    def tokenize(self, text):
        return text.split()


@pytest.mark.filterwarnings("ignore:the .*tokenizer knows only ASCII")
@pytest.mark.parametrize("stemmed", [False, True])
@given(prediction=some, references=st.lists(some, min_size=1, max_size=2))
def test_a_callable_is_rouge_scores_split_summaries(stemmed, prediction, references):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rouge_scorer.nltk, "sent_tokenize", by_marks)
        original = rouge_scorer.RougeScorer(TYPES, use_stemmer=stemmed, split_summaries=True)
        expected = original.score_multi(references, prediction)
    ours = tc.ROUGE(TYPES, use_stemmer=stemmed, split_summaries=by_marks)
    assert dict(ours.score(prediction, references)) == expected
    assert dict(ours.score_each([prediction], [references])[0]) == expected
    assert dict(ours.score(prediction, ours.prepare([references]))) == expected
    assert reference.rouge(prediction, references, TYPES, stemmed, split_summaries=by_marks) == expected


@given(prediction=some, references=st.lists(some, min_size=1, max_size=2))
def test_with_a_tokenizer_too(prediction, references):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rouge_scorer.nltk, "sent_tokenize", by_marks)
        original = rouge_scorer.RougeScorer(TYPES, tokenizer=Words(), split_summaries=True)
        expected = original.score_multi(references, prediction)
    for tokenizer in (str.split, "whitespace"):
        ours = tc.ROUGE(TYPES, tokenizer=tokenizer, split_summaries=by_marks)
        assert dict(ours.score(prediction, references)) == expected
    assert reference.rouge(prediction, references, TYPES, tokenizer=str.split, split_summaries=by_marks) == expected


@pytest.mark.parametrize("tokenizer", ["default", "whitespace", str.split])
@given(prediction=some, references=st.lists(some, min_size=1, max_size=2))
def test_a_separator_stands_for_a_newline(tokenizer, prediction, references):
    ours, plain = tc.ROUGE(TYPES, tokenizer=tokenizer, split_summaries="<n>"), tc.ROUGE(TYPES, tokenizer=tokenizer)
    lines = [text.replace("<n>", "\n") for text in (prediction, *references)]
    expected = dict(plain.score(lines[0], lines[1:]))
    assert dict(ours.score(prediction, references)) == expected
    assert dict(ours.score(prediction, ours.prepare([references]))) == expected
    assert reference.rouge(prediction, references, TYPES, tokenizer=tokenizer, split_summaries="<n>") == expected
    if tokenizer == "default":
        assert expected == rouge_scorer.RougeScorer(TYPES).score_multi(lines[1:], lines[0])


def test_by_hand():
    """Split into sentences, both shared sentences match in any order. As one line, only six tokens match in order."""
    prediction = "The cat sat. It rained all day. We went home."
    other = "It rained all day. The cat sat. We left home."
    assert tc.ROUGE(["rougeL"]).score(prediction, other)["rougeL"].recall == 0.6
    for split in (by_marks, ". "):
        assert tc.ROUGE(["rougeLsum"], split_summaries=split).score(prediction, other)["rougeLsum"].recall == 0.9


def test_every_verb():
    metric = tc.ROUGE(["rouge1", "rougeLsum"], split_summaries=by_marks)
    predictions, references = ["A b. C d.", "x"], ["C d. A b.", "x"]
    assert pickle.loads(pickle.dumps(metric)) == metric
    assert metric != tc.ROUGE(["rouge1", "rougeLsum"])
    assert metric.pairwise(predictions, references)["rougeLsum"].tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert metric.corpus(predictions, references)["rougeLsum"].fmeasure == 1.0
    accumulator = metric.accumulator()
    accumulator.update(predictions, metric.prepare(references))
    assert accumulator.compute()["rougeLsum"].fmeasure == 1.0
    assert "|split:test_split_summaries.by_marks|" in metric.signature
    assert "|split:a\\x7cb\\n|" in tc.ROUGE(split_summaries="a|b\n").signature
    assert metric.explain(predictions[0], references[0]).pairs[1].matches == 4


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"split_summaries": ""}, ValueError, "split_summaries is empty: give a separator"),
        ({"split_summaries": 1}, TypeError, "split_summaries is 1: it must be None, a separator or a callable"),
        ({"split_summaries": "<n>", "tokenizer": "pretokenized"}, ValueError, "split_summaries is for texts"),
    ],
)
def test_what_is_refused(options, error, message):
    with pytest.raises(error, match=message):
        tc.ROUGE(**options)


@pytest.mark.parametrize(
    ("split", "message"), [(str.upper, "gave a str"), (len, "gave a int"), (lambda _: [1], "gave 1")]
)
def test_what_a_callable_must_give(split, message):
    with pytest.raises(TypeError, match=f"split_summaries {message}"):
        tc.ROUGE(split_summaries=split).score("a", "a")


def test_a_corpus_without_newlines_is_warned_of_once():
    texts = ["a b. c", "d. e", "f"]
    message = r'rougeLsum is rougeL here, because no text has a newline: .*split_summaries="<n>"'
    metric = tc.ROUGE()
    for call in (metric.corpus, metric.score_each, metric.statistics, tc.evaluate):
        more = {"metrics": [metric], "confidence": None} if call is tc.evaluate else {}
        with pytest.warns(UserWarning, match=message) as caught:
            call(texts, texts, **more)
        assert len(caught) == 1
        assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match=message):
        metric.score_each(texts, metric.prepare(texts))


@pytest.mark.filterwarnings("error:rougeLsum is rougeL here")
def test_others_are_not_warned_of():
    texts, lines = ["a b. c", "d. e", "f"], ["a b.\nc", "d. e", "f"]
    metric = tc.ROUGE()
    metric.corpus(lines, texts)
    metric.corpus(texts, lines)
    metric.corpus(texts, metric.prepare(lines))
    metric.score(texts[0], texts[0])
    metric.corpus(["", ""], ["", ""])
    tc.ROUGE(["rougeL"]).corpus(texts, texts)
    tc.ROUGE(split_summaries=by_marks).corpus(texts, texts)
    tc.ROUGE(split_summaries="<n>").corpus(texts, texts)
    tc.ROUGE(tokenizer="pretokenized").corpus([[1, 2]], [[1, 2]])
