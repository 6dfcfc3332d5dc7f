"""Bad input is refused with a clear message."""

import numpy as np
import pandas as pd
import pytest
import tricolore as tc

rouge = tc.ROUGE(types=["rouge1", "rougeLsum"])
bleu, chrf = tc.BLEU(), tc.CHRF()
BATCH = (
    rouge.score_each,
    rouge.corpus,
    rouge.statistics,
    bleu.score_each,
    bleu.corpus,
    bleu.statistics,
    chrf.score_each,
    tc.TER().score_each,
    tc.ExactMatch().score_each,
    tc.TokenF1().score_each,
    tc.WER().score_each,
    tc.CER().corpus,
    tc.EditSimilarity().score_each,
    tc.ANLS().statistics,
    tc.GLEU().score_each,
)


@pytest.mark.parametrize("call", BATCH)
@pytest.mark.parametrize(
    ("predictions", "references", "error", "message"),
    [
        (["a", None], ["a", "b"], TypeError, r'predictions\[1\] is null; nulls="empty" takes it as an empty text'),
        (["a", 3], ["a", "b"], TypeError, r"predictions\[1\] .* int"),
        (["a", float("nan")], ["a", "b"], TypeError, r"predictions\[1\] is null"),
        (["a", ["b"]], ["a", "b"], TypeError, r"predictions\[1\] .* list"),
        ([b"a"], ["a"], TypeError, r"predictions\[0\] .* bytes"),
        (["a", "b"], ["a", None], TypeError, r"references\[1\] is null; nulls="),
        (["a", "b"], ["a", ["b"]], TypeError, r"references\[1\] .* list"),
        (["a", "b"], [["a"], "b"], TypeError, r"references\[1\] is a str and references\[0\] a list"),
        (["a"], [["a", None]], TypeError, r"references\[0\]\[1\] is null; nulls="),
        (["a"], [3], TypeError, r"references\[0\] .* int"),
        ("a", ["a"], TypeError, "wrap it in a list, or call score"),
        (["a"], "a", TypeError, "references is a str .* wrap it in a list"),
        (b"a", ["a"], TypeError, "predictions is of type bytes"),
        ({"a"}, ["a"], TypeError, "predictions is of type set"),
        ({"a": 1}, ["a"], TypeError, "predictions is of type dict"),
        (None, ["a"], TypeError, "predictions is of type NoneType"),
        (["a"], 5, TypeError, "references is of type int"),
        (["a", "b"], ["a"], ValueError, "2 predictions, but references for 1"),
        (["a"], ["a", "b"], ValueError, "1 predictions, but references for 2"),
        (["a", "b"], [["a"], []], ValueError, r"references\[1\] is empty"),
        (["a", "b", "c"], [["a", "b", "c"]], ValueError, "3 predictions, but references for 1; .*from_streams"),
        (["a", "b", "c"], [["a", "b", "c"]] * 2, ValueError, "3 predictions, but references for 2; .*from_streams"),
        ([np.nan], ["a"], TypeError, r"predictions\[0\] is null"),
        (pd.Series(["a", None]), ["a", "b"], TypeError, r"predictions\[1\] "),
        (np.array(["a", None], dtype=object), ["a", "b"], TypeError, r"predictions\[1\] is null"),
        (np.array([1.5]), ["a"], TypeError, r"predictions\[0\] .* float"),
        (pd.DataFrame({"prediction": ["a"]}), ["a"], TypeError, "predictions is of type DataFrame, a table"),
        (["a", "b"], [["a"], None], TypeError, r"references\[1\] is null; nulls="),
    ],
)
def test_batches(call, predictions, references, error, message):
    with pytest.raises(error, match=message):
        call(predictions, references)


@pytest.mark.parametrize("call", [rouge.score, rouge.explain, tc.ngram_overlap])
@pytest.mark.parametrize(
    ("prediction", "references", "error", "message"),
    [
        (None, "a", TypeError, "prediction is not a str but of type NoneType"),
        (b"a", "a", TypeError, "prediction .* bytes"),
        (["a"], "a", TypeError, "prediction is a list .* score_each"),
        ("a", None, TypeError, "references is of type NoneType"),
        ("a", 5, TypeError, "references is of type int"),
        ("a", [], ValueError, "references is empty"),
        ("a", ["a", 5], TypeError, r"references\[1\] .* int"),
        ("a", ["a", ["b"]], TypeError, r"references\[1\] .* list"),
        ("a", b"a", TypeError, "references is of type bytes"),
    ],
)
def test_one_segment(call, prediction, references, error, message):
    with pytest.raises(error, match=message):
        call(prediction, references)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"types": ["rogue1"]}, ValueError, "'rogue1', .*'rougeLsum'.* did you mean 'rouge1'"),
        ({"types": ["rouge0"]}, ValueError, "'rouge0'"),
        ({"types": ["rouge1\n"]}, ValueError, "rouge1"),
        ({"types": ["rouge1", "rouge1"]}, ValueError, "twice"),
        ({"types": []}, ValueError, "types is empty"),
        ({"types": "rouge1"}, TypeError, "wrap it in a list"),
        ({"types": [1]}, TypeError, "types holds 1"),
        ({"use_stemmer": 1}, TypeError, "use_stemmer is 1"),
        ({"tokenizer": "unicoed"}, ValueError, "did you mean 'unicode'"),
        ({"tokenizer": None}, ValueError, "tokenizer is None"),
        ({"tokenizer": "char", "use_stemmer": True}, ValueError, "default tokenizer"),
        ({"multi_reference": "mean"}, ValueError, "'best', 'average'"),
    ],
)
def test_options(options, error, message):
    with pytest.raises(error, match=message):
        tc.ROUGE(**options)


@pytest.mark.parametrize(("threads", "error"), [(0, ValueError), (-1, ValueError), (1.0, TypeError), (True, TypeError)])
def test_threads(threads, error, monkeypatch):
    with pytest.raises(error, match="num_threads is"):
        rouge.score_each(["a"], ["a"], num_threads=threads)
    monkeypatch.setenv("TRICOLORE_NUM_THREADS", "many")
    with pytest.raises(ValueError, match="TRICOLORE_NUM_THREADS is 'many'"):
        rouge.score_each(["a"], ["a"])
    assert len(rouge.score_each(["a"], ["a"], num_threads=10**30)) == 1
    monkeypatch.setenv("TRICOLORE_NUM_THREADS", "2")
    assert len(rouge.score_each(["a"], ["a"])) == 1


@pytest.mark.parametrize(
    ("streams", "error", "message"),
    [
        ((), ValueError, "no stream"),
        ((["a", "b"], ["c"]), ValueError, r"streams\[0\] has 2 references and streams\[1\] has 1"),
        (("ab",), TypeError, r"streams\[0\] is a str"),
        ((["a", 3],), TypeError, r"streams\[0\]\[1\] .* int"),
        ((["a", None], ["b", None]), ValueError, "segment 1 has no reference"),
        (([["a", "b"], ["c", "d"]],), TypeError, r"an argument of its own, from_streams\(\*streams\)"),
        (([["a", "b"]],), TypeError, r"from_streams\(\*streams\)"),
        (((["a"], ("b",)),), TypeError, r"from_streams\(\*streams\)"),
        (([np.array(["a"]), np.array(["b"])],), TypeError, r"from_streams\(\*streams\)"),
        (([pd.Series(["a"]), pd.Series(["b"])],), TypeError, r"from_streams\(\*streams\)"),
        ((iter([["a"], ["b"]]),), TypeError, r"from_streams\(\*streams\)"),
        (([b"a"],), TypeError, r"streams\[0\]\[0\] .* bytes"),
        (([["a"]], ["b"]), TypeError, r"streams\[0\]\[0\] .* list"),
    ],
)
def test_streams(streams, error, message):
    with pytest.raises(error, match=message):
        tc.from_streams(*streams)


def test_ngram_arguments():
    for n, error in ((0, ValueError), (-1, ValueError), (1.0, TypeError), (True, TypeError)):
        with pytest.raises(error, match="n is"):
            tc.ngrams("a b", n)
    with pytest.raises(TypeError, match="text is not a str"):
        tc.ngrams(None, 1)
    with pytest.raises(TypeError, match="clip is 1"):
        tc.ngram_overlap("a", "a", clip=1)


@pytest.mark.parametrize(
    ("tokenizer", "message"),
    [(str.upper, "gave a str"), (lambda _: [1], "gave 1 as a token"), (lambda _: None, "NoneType")],
)
def test_what_a_callable_gives(tokenizer, message):
    with pytest.raises(TypeError, match=message):
        tc.ROUGE(tokenizer=tokenizer).score("a", "a")


def test_what_may_be_passed():
    expected = rouge.score_each(["a b", "c"], ["a", "c d"]).values.tolist()
    for wrap in (tuple, np.array, pd.Series, iter, lambda texts: (text for text in texts)):
        assert rouge.score_each(wrap(["a b", "c"]), ["a", "c d"]).values.tolist() == expected
        assert rouge.score_each(["a b", "c"], wrap(["a", "c d"])).values.tolist() == expected
        assert rouge.score_each(["a b", "c"], wrap([["a"], ["c d"]])).values.tolist() == expected
        assert rouge.score_each(["a b", "c"], [wrap(["a"]), wrap(["c d"])]).values.tolist() == expected
    # One array among lists and tuples.
    assert len(rouge.score_each(["a", "b", "c"], [["a"], np.array(["b", "d"]), ("c",)])) == 3
    assert rouge.score("a", np.array(["b", "a"])) == rouge.score("a", ("b", "a"))
    assert rouge.score(np.str_("a"), iter(["b", "a"]))["rouge1"].recall == 1.0
    assert len(rouge.score_each([], [])) == 0
    with pytest.raises(ValueError, match="no segment"):
        rouge.corpus([], [])


def test_odd_characters_are_scored():
    for text in ("\ud800 cat", "cat \udfff\ud800", "\x00cat\x00", "cat\U0010ffff"):
        assert rouge.score(text, "cat")["rouge1"].fmeasure == 1.0
        assert rouge.score_each([text], [[text, "cat"]])[0]["rouge1"].fmeasure == 1.0
    surrogate = tc.ROUGE(["rouge1"], tokenizer="char")
    assert surrogate.score("\ud800\udc00", "\udc00\ud800").counts["rouge1"] == (2, 2, 2)
    assert surrogate.tokenize("\ud800") == ["\ud800"]


def test_a_warning_when_the_tokenizer_leaves_nothing():
    chinese = ["我爱北京", "你好", "hello", ""]
    with pytest.warns(UserWarning, match=r'2 of 3 predictions.*tokenizer="unicode"') as caught:
        tc.ROUGE(["rouge1"]).score_each(chinese, chinese)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    for call in (
        lambda: tc.evaluate(chinese, chinese, ["rouge"]),
        lambda: tc.compare({"a": chinese, "b": chinese}, chinese, ["rouge"], samples=2),
    ):
        with pytest.warns(UserWarning, match="2 of 3 predictions") as caught:
            call()
        assert {warning.filename for warning in caught} == {__file__}
    # There is no warning if at most half of the texts have no token, or with another tokenizer.
    rouge.score_each([*chinese, "a"], [*chinese, "a"])
    tc.ROUGE(tokenizer="unicode").score_each(chinese, chinese)


def test_metrics_and_scores_are_values():
    import pickle

    a, b = tc.ROUGE(types=["rouge1"]), tc.ROUGE(types=("rouge1",))
    assert a == b
    assert hash(a) == hash(b)
    assert a != tc.ROUGE(types=["rouge1"], use_stemmer=True)
    assert repr(a) == (
        "ROUGE(types=('rouge1',), use_stemmer=False, tokenizer='default', multi_reference='best', ignore_ids=(), "
        "split_summaries=None)"
    )
    assert eval(repr(a), {"ROUGE": tc.ROUGE}) == a
    with pytest.raises(AttributeError):
        a.types = ()
    for metric in (a, tc.ROUGE(tokenizer=str.split)):
        assert pickle.loads(pickle.dumps(metric)) == metric
    score, scores = a.score("x y", "x"), a.score_each(["x y"], [["x", "z"]])
    for result in (score, scores[0], a.corpus(["x"], ["x"]), a.explain("x", "x")):
        assert pickle.loads(pickle.dumps(result)) == result
    copy = pickle.loads(pickle.dumps(scores))
    assert copy.statistics == scores.statistics
    assert copy.values.tolist() == scores.values.tolist()
    with pytest.raises(ValueError, match="read-only"):
        copy.values[0] = 1


def test_scores():
    scores = tc.ROUGE(types=["rouge1", "rougeL"]).score_each(["a b", "c"], ["a c", "c"])
    assert len(scores) == 2
    assert scores[-1] == scores[1] == {"rouge1": (1.0, 1.0, 1.0), "rougeL": (1.0, 1.0, 1.0)}
    assert [score["rouge1"].recall for score in scores] == [0.5, 1.0]
    assert pd.DataFrame(scores.to_dict()).shape == (2, 6)
    assert all(column.flags.c_contiguous and column.dtype == np.float64 for column in scores.to_dict().values())
    not_indices = [(key, TypeError) for key in (1.0, None, [[0]], ["rouge1"])]
    for key, error in ((2, IndexError), (-3, IndexError), ("rouge2_recall", KeyError), *not_indices):
        with pytest.raises(error):
            scores[key]
    score = scores[0]
    assert score.to_dict() == {
        f"{t}_{f}": 0.5 for t in ("rouge1", "rougeL") for f in ("precision", "recall", "fmeasure")
    }
    assert repr(score) == "ROUGEScore(rouge1=(0.5, 0.5, 0.5), rougeL=(0.5, 0.5, 0.5))"
    assert str(score) == "rouge1 P=0.5000 R=0.5000 F=0.5000 rougeL P=0.5000 R=0.5000 F=0.5000"
    assert scores.signature.startswith(
        "nrefs:1|types:rouge1,rougeL|stem:no|tok:default|multi:best|version:rouge_score.0.1.2"
    )
    with pytest.raises(KeyError):
        score["rouge2"]
    average = tc.ROUGE(types=["rouge1"], multi_reference="average").score_each(["a"], [["a", "b"]])
    assert average[0].counts is None
    assert average[0]["rouge1"].recall == 0.5
