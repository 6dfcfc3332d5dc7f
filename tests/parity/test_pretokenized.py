"""Texts that are tokens already."""

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
import sacrebleu
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from nltk.translate.bleu_score import corpus_bleu
from rouge_score import rouge_scorer
from rouge_score.tokenizers import Tokenizer

numbers = st.lists(st.integers(0, 6), max_size=40)
segments = st.lists(st.tuples(numbers, st.lists(numbers, min_size=1, max_size=3)), min_size=1, max_size=6)
BLEU = tc.BLEU("pretokenized")
ROUGE = tc.ROUGE(["rouge1", "rouge2", "rougeL", "rougeLsum"], tokenizer="pretokenized")


class Words(Tokenizer):
    def tokenize(self, text):
        return text.split()


def words(tokens):
    return [f"w{token}" for token in tokens]


def text(tokens):
    return " ".join(words(tokens))


@given(given=segments)
def test_bleu_is_sacrebleus(given):
    predictions, references = map(list, zip(*given, strict=True))
    streams = [[text(r[i]) if i < len(r) else None for r in references] for i in range(max(map(len, references)))]
    expected = sacrebleu.corpus_bleu([text(p) for p in predictions], streams, tokenize="none")
    for mapped in (lambda tokens: tokens, words, lambda tokens: [token + 2**60 for token in tokens]):
        score = BLEU.corpus([mapped(p) for p in predictions], [[mapped(t) for t in r] for r in references])
        assert (score.score, score.counts, score.totals) == (
            expected.score,
            tuple(expected.counts),
            tuple(expected.totals),
        )


@given(given=segments)
def test_rouge_is_rouge_scores(given):
    peer = rouge_scorer.RougeScorer(list(ROUGE.types), tokenizer=Words())
    for prediction, references in given:
        score = ROUGE.score(prediction, references[0])
        assert dict(score) == peer.score(text(references[0]), text(prediction))
        assert dict(ROUGE.score(words(prediction), [words(t) for t in references])) == peer.score_multi(
            [text(t) for t in references], text(prediction)
        )


def test_bleu_is_nltks():
    rng = np.random.default_rng(5)
    predictions = [rng.integers(0, 9, 30).tolist() for _ in range(20)]
    references = [[rng.integers(0, 9, 28).tolist() for _ in range(2)] for _ in range(20)]
    score = tc.BLEU("pretokenized", smooth_method="none").corpus(predictions, references).score
    assert score == pytest.approx(100 * corpus_bleu(references, predictions), rel=1e-14)


@pytest.mark.parametrize("metric", [BLEU, ROUGE])
def test_forms_of_the_same(metric):
    predictions = [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1], [7, 7, 7, 1, 2]]
    references = [[1, 2, 3, 4, 6], [1, 2, 3, 4, 5], [7, 1, 2, 7, 7]]
    expected = metric.statistics(predictions, references)
    assert metric.statistics([words(t) for t in predictions], [words(t) for t in references]) == expected
    for dtype in ("int64", "int32", "uint16", "int8"):
        arrays = np.array(predictions, dtype), np.array(references, dtype)
        assert metric.statistics(*arrays) == expected
        assert metric.statistics(list(arrays[0]), tuple(arrays[1])) == expected
    assert metric.statistics(map(tuple, predictions), references) == expected
    assert metric.statistics(predictions, metric.prepare(references)) == expected
    nested = metric.statistics(predictions, [[t] for t in references])
    assert np.array_equal(nested.rows, expected.rows)
    assert np.array_equal(metric.statistics(predictions, np.array(references)[:, None]).rows, expected.rows)
    assert metric.score(predictions[0], references[0]) == metric.score_each(predictions, references)[0]
    assert (
        metric.score(np.array(predictions[0]), np.array(references[0])) == metric.score_each(predictions, references)[0]
    )


def test_prepared_tokens():
    references = [[[1, 2, 3], [9, 9]], [[4, 5]]]
    prepared = BLEU.prepare(references)
    # 77 is in no reference, and neither is 2**62.
    predictions = [[1, 2, 77, 3], [4, 2**62, 5]]
    assert BLEU.statistics(predictions, prepared) == BLEU.statistics(predictions, references)
    assert BLEU.score([9, 9, 77], prepared[0]) == BLEU.score([9, 9, 77], references[0])
    with pytest.raises(TypeError, match=r"predictions\[0\]\[0\] is a str where other tokens are an integer"):
        BLEU.statistics([["1"], ["4"]], prepared)


def test_pairs_of_tokens():
    texts = [[1, 2, 3, 4], [1, 2, 3, 5], [6], []]
    matrix = BLEU.pairwise(texts, texts[:2])
    assert matrix.tolist() == [[BLEU.score(p, r).score for r in texts[:2]] for p in texts]
    assert tc.self_score(texts, BLEU).tolist() == [
        BLEU.score(p, texts[:i] + texts[i + 1 :]).score for i, p in enumerate(texts)
    ]


def test_empty_texts_are_texts():
    assert BLEU.score([], [1]).score == 0.0
    assert BLEU.statistics([[], [1]], [[], [1]]).rows[:, :2].tolist() == [[0, 0], [1, 1]]
    # The first that holds something says what is a text: these are references of one text each.
    assert BLEU.statistics([[1], [1]], [[], [1]]).signature.startswith("nrefs:1|")
    assert BLEU.statistics([[1], [1]], [[[]], [[1], [2]]]).signature.startswith("nrefs:var|")


@pytest.mark.parametrize(
    ("predictions", "references", "error", "message"),
    [
        (["a b"], [["a"]], TypeError, r"predictions\[0\] is of type str: a text that is tokens already is a sequence"),
        ([["a"]], ["a"], TypeError, r"references\[0\] is of type str"),
        ([[1.5]], [[1]], TypeError, r"predictions\[0\]\[0\] is of type float: tokens are str or integers"),
        ([[True]], [[1]], TypeError, r"predictions\[0\]\[0\] is of type bool"),
        ([[1, "a"]], [[1]], TypeError, r"predictions\[0\]\[1\] is a str where other tokens are an integer"),
        ([["a"]], [[["a"], [1]]], TypeError, r"references\[0\]\[1\]\[0\] is an integer where other tokens are a str"),
        ([[2**64]], [[1]], ValueError, r"predictions\[0\]\[0\] does not fit an integer of 64 bits"),
        ([[1], [2]], [[1]], ValueError, "2 predictions, but references for 1"),
        ([[1], [2]], [[[1]], []], ValueError, r"references\[1\] is empty"),
        ([None], [[1]], TypeError, r"predictions\[0\] is null"),
    ],
)
def test_bad_input(predictions, references, error, message):
    for metric in (BLEU, ROUGE):
        with pytest.raises(error, match=message):
            metric.score_each(predictions, references)


def test_options_that_are_of_texts():
    with pytest.raises(ValueError, match="lowercase is for texts"):
        tc.BLEU("pretokenized", lowercase=True)
    with pytest.raises(ValueError, match="use_stemmer is for the default tokenizer"):
        tc.ROUGE(tokenizer="pretokenized", use_stemmer=True)
    assert "tok:pretokenized" in BLEU.signature
    assert "tok:pretokenized" in ROUGE.signature
    with pytest.raises(ValueError, match="are tokens already"):
        BLEU.tokens("a b")
    with pytest.raises(ValueError, match="are tokens already"):
        ROUGE.tokenize("a b")
    for metric in (BLEU, ROUGE):
        with pytest.raises(ValueError, match="are tokens already"):
            metric.explain([1], [1])


PADDED = [[5, 6, 7, 8] + [-100] * 12, [1, 2, 3] + [0] * 13]
OTHERS = [[9, 10, 11, 12] + [-100] * 12, [1, 2, 4] + [0] * 13]
IGNORED = {-100, 0}


@pytest.mark.parametrize(
    "make",
    [
        lambda rows: rows,
        np.array,
        lambda rows: list(np.array(rows, np.int32)),
        pa.array,
        lambda rows: pa.array(rows, pa.list_(pa.int16())),
        pl.Series,
    ],
)
@pytest.mark.parametrize(
    ("padded", "plain"),
    [
        (tc.BLEU("pretokenized", ignore_ids=IGNORED), BLEU),
        (tc.ROUGE(ROUGE.types, tokenizer="pretokenized", ignore_ids=IGNORED), ROUGE),
    ],
)
def test_padding_is_left_out(make, padded, plain):
    without = [[[token for token in row if token not in IGNORED] for row in rows] for rows in (PADDED, OTHERS)]
    expected = plain.statistics(*without)
    assert padded.statistics(make(PADDED), make(OTHERS)).rows.tolist() == expected.rows.tolist()
    prepared = padded.prepare(make(OTHERS))
    assert padded.statistics(make(PADDED), prepared).rows.tolist() == expected.rows.tolist()
    assert padded.score(PADDED[0], OTHERS[0]).to_dict() == plain.score(without[0][0], without[1][0]).to_dict()
    assert padded.signature.startswith(plain.signature.partition("|version")[0].partition("tok")[0])
    assert "|tok:pretokenized|ignore:-100,0|" in padded.signature
    with pytest.raises(ValueError, match=r"prepared by .*ignore_ids=\(-100, 0\).* makes other tokens than"):
        plain.statistics(without[0], prepared)
    with pytest.raises(ValueError, match="different options"):
        padded.from_statistics(plain.statistics(*without))
    # Several metrics at once.
    read = tc.evaluate(make(PADDED), make(OTHERS), [padded], confidence=None)
    assert read.rows[-1].score == list(plain.corpus(*without).to_dict().values())[-1]


@pytest.mark.parametrize("metric", [BLEU, ROUGE])
def test_negative_ids_are_refused(metric):
    """No token in common, and yet the padding alone made BLEU 72."""
    message = r"predictions\[0\]\[4\] is -100: the id of a token is not negative; ignore_ids=\{-100\} leaves it out"
    for rows in (PADDED, np.array(PADDED), pa.array(PADDED), pl.Series(PADDED)):
        with pytest.raises(ValueError, match=message):
            metric.corpus(rows, OTHERS)
    with pytest.raises(ValueError, match=r"references\[1\]\[0\]\[0\] is -1: "):
        metric.corpus([[1], [1]], [[[1]], [[-1]]])
    with pytest.raises(ValueError, match=r"references\[0\]\[1\] is -1: "):
        metric.prepare([[1, -1]])


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (-100, TypeError, "ignore_ids is -100: it must be a set of integers, such as {-100, 0}"),
        ("0", TypeError, "ignore_ids is '0': it must be a set"),
        ({"pad"}, TypeError, "ignore_ids holds 'pad', which is not an integer"),
        ({2**63}, ValueError, "ignore_ids holds 9223372036854775808: it must be an integer of 64 bits"),
        ([True], ValueError, "ignore_ids holds True"),
    ],
)
def test_ids_to_ignore_that_are_none(given, error, message):
    for make in (tc.BLEU, lambda tokenizer, **more: tc.ROUGE(tokenizer=tokenizer, **more)):
        with pytest.raises(error, match=message):
            make("pretokenized", ignore_ids=given)
        with pytest.raises(TypeError, match=r"predictions\[0\]\[0\] is a str, and ignore_ids is for integers"):
            make("pretokenized", ignore_ids=np.array([0])).corpus([["a"]], [["a"]])
