"""Callables as tokenizers: of BLEU and of ROUGE, whatever is in a token."""

import pickle
import re
from functools import partial

import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu import metrics
from texts import markup
from tricolore import reference
from tricolore.texts.callable_tokenizers import spaced

parts = ["a", "b", "", " ", "a b", "\\", "\\5c;", "\\20;", "\n", "\u3000", "\x1c", "\ud800", "a\\", "\\ "]
tokens = st.lists(st.sampled_from(parts), max_size=8)


@given(first=tokens, second=tokens)
def test_equal_tokens_alone_are_written_alike(first, second):
    written = [spaced(first), spaced(second)]
    assert [len(text.split()) for text in written] == [len(first), len(second)]
    same = [a == b for a, b in zip(first, second, strict=False)]
    assert [a == b for a, b in zip(*(text.split() for text in written), strict=False)] == same


def by_bars(text):
    return text.split("|")


@given(prediction=tokens, references=st.lists(tokens, min_size=1, max_size=3))
def test_bleu_counts_tokens_as_they_are(prediction, references):
    """As over the numbers of the tokens."""
    numbers = {token: number for number, token in enumerate(parts)}
    numbers_of = [[numbers[token] for token in own] or [len(parts)] for own in (prediction, *references)]
    # Without tokens a text has one that is empty, and white space at the end of a text is not seen.
    texts = ["|".join([*own, "."]) if own else "|." for own in (prediction, *references)]
    numbers_of = [[numbers.get(token, 99) for token in text.split("|")] for text in texts]
    metric = tc.BLEU(by_bars)
    expected = tc.BLEU("pretokenized").score(numbers_of[0], numbers_of[1:])
    score = metric.score(texts[0], texts[1:])
    assert (score.score, score.counts, score.totals) == (expected.score, expected.counts, expected.totals)
    prepared = metric.prepare([texts[1:]])
    assert metric.score(texts[0], prepared) == score
    assert metric.tokens(texts[0]) == by_bars(texts[0])


@pytest.mark.parametrize("lowercase", [False, True])
@given(prediction=markup, references=st.lists(markup, min_size=1, max_size=2))
def test_bleu_by_sacrebleus_own_tokenizer(lowercase, prediction, references):
    original = metrics.BLEU(lowercase=lowercase, effective_order=True)

    def tokenize(text):
        return original.tokenizer(text).split()

    ours = tc.BLEU(tokenize, lowercase)
    assert ours.score(prediction, references).score == original.sentence_score(prediction, references).score
    assert ours.score_each([prediction], [references])["bleu"].tolist() == [
        original.sentence_score(prediction, references).score
    ]


def test_every_verb():
    metric = tc.BLEU(str.split)
    same = tc.BLEU("none")
    predictions, references = ["a b c d", "e f"], ["a b c e", "e f"]
    assert pickle.loads(pickle.dumps(metric)) == metric == tc.BLEU(tokenizer=str.split)
    assert metric.corpus(predictions, references).score == same.corpus(predictions, references).score
    assert metric.pairwise(predictions, references).tolist() == same.pairwise(predictions, references).tolist()
    assert tc.self_score(predictions, metric).tolist() == tc.self_score(predictions, same).tolist()
    accumulator = metric.accumulator()
    accumulator.update(predictions, metric.prepare(references))
    assert accumulator.compute().score == same.corpus(predictions, references).score
    assert "|tok:builtins.str.split|" in metric.signature or "|tok:str.split|" in metric.signature
    assert metric.explain("a b", "a c").prediction_tokens == ("a", "b")
    with pytest.raises(TypeError, match="the tokenizer gave a str"):
        tc.BLEU(str.upper).corpus(["a"], ["a"])
    with pytest.raises(TypeError, match=r"predictions\[0\] is not a str but of type int"):
        metric.corpus([1], ["a"])
    with pytest.raises(TypeError, match="text is not a str but of type int"):
        metric.tokens(1)


@given(prediction=tokens, other=tokens)
def test_rouge_counts_tokens_as_they_are(prediction, other):
    texts = ["|".join(own) for own in (prediction, other)]
    types = ["rouge1", "rouge2", "rougeL", "rougeLsum"]
    metric = tc.ROUGE(types, tokenizer=by_bars)
    expected = reference.rouge(texts[0], texts[1:], types, tokenizer=by_bars)
    assert dict(metric.score(texts[0], texts[1])) == expected
    only = tc.ROUGE(["rouge1"], tokenizer=by_bars)
    assert only.score(texts[0], only.prepare([texts[1]]))["rouge1"] == expected["rouge1"]
    with pytest.raises(ValueError, match="sees other tokens"):
        metric.score(texts[0], only.prepare([texts[1]]))


class Words:
    """A tokenizer with a pattern of its own."""

    def __init__(self, pattern):
        self.pattern = pattern

    def tokenize(self, text):
        return re.findall(self.pattern, text)

    def __repr__(self):
        return f"Words({self.pattern!r})"


def cut(text, length):
    return [text[i : i + length] for i in range(0, len(text), length)]


def test_signatures_tell_callables_apart():
    metrics_of = [tc.BLEU(Words(pattern).tokenize) for pattern in (r"\w+", r"\w|x")]
    metrics_of += [tc.BLEU(partial(cut, length=length)) for length in (1, 2)]
    assert len({metric.signature for metric in metrics_of}) == 4
    assert r"|tok:test_callable_tokenizers.Words.tokenize[Words('\\w\x7cx')]|" in metrics_of[1].signature
    assert "|tok:test_callable_tokenizers.cut(length=2)|" in metrics_of[3].signature
    with pytest.raises(ValueError, match="different options"):
        metrics_of[0].statistics(["a"], ["a"]) + metrics_of[1].statistics(["a"], ["a"])
    # An address in memory is another in every process.
    assert " at 0x" not in tc.BLEU(lambda text: [text]).every_option
    accumulator = metrics_of[2].accumulator()
    accumulator.update(["ab"], ["ab"])
    assert tc.Accumulator.from_bytes(tc.BLEU(partial(cut, length=1)), accumulator.to_bytes()).compute().sys_len == 2


def test_falsy_tokenizers_are_none():
    for falsy in ("", 0, [], False):
        with pytest.raises(ValueError, match="which is none of '13a'"):
            tc.BLEU(falsy)
        with pytest.raises(ValueError, match="which is none of '13a'"):
            tc.BLEU(tokenizer=falsy)
