"""The `progress` hook of `score_each` reports the number of scored segments and changes no score."""

import random

import pyarrow as pa
import pytest
import tricolore as tc

COUNT = 9000
generator = random.Random(5)


def text():
    return " ".join(generator.choices("abcdef", k=generator.randint(1, 6)))


PREDICTIONS = [text() for _ in range(COUNT)]
ONE = [text() for _ in range(COUNT)]
SEVERAL = [[text() for _ in range(1 + place % 3)] for place in range(COUNT)]
METRICS = [
    tc.ROUGE(["rouge1", "rougeLsum"]),
    tc.ROUGE(["rouge1"], multi_reference="average"),
    tc.ROUGE(["rouge1", "rougeLsum"], tokenizer=str.split),
    tc.ROUGE(["rouge2"], tokenizer=str.split, multi_reference="average"),
    tc.BLEU(),
    tc.BLEU("ja-mecab"),
    tc.BLEU(str.split),
    tc.ROUGE(["rouge1", "rougeLsum"], split_summaries=" "),
    tc.BLEU("pretokenized"),
    tc.CHRF(),
    tc.TER(),
    tc.ExactMatch(),
    tc.TokenF1(),
    tc.WER(),
    tc.CER(),
    tc.EditSimilarity(),
    tc.EditSimilarity(False, True),
    tc.ANLS(),
    tc.GLEU(),
]
by_metric = pytest.mark.parametrize("metric", METRICS, ids=repr)


def given(metric, texts):
    """Returns the texts in the form that the metric takes."""
    if metric != tc.BLEU("pretokenized"):
        return texts
    return [own.split() if isinstance(own, str) else [text.split() for text in own] for own in texts]


class StopError(Exception):
    pass


def stop(done, total):
    raise StopError(done, total)


@by_metric
@pytest.mark.parametrize("references", [ONE, SEVERAL], ids=["one", "several"])
def test_the_same_bits(metric, references):
    predictions, references = given(metric, PREDICTIONS), given(metric, references)
    for texts, others in (
        (predictions, references),
        (predictions, metric.prepare(references)),
        (predictions, metric.prepare(references[:1])),
        (pa.array(predictions), pa.array(references)),
    ):
        calls = []
        scores = metric.score_each(texts, others, progress=lambda *call, calls=calls: calls.append(call))
        expected = metric.score_each(texts, others)
        assert scores.values.tobytes() == expected.values.tobytes()
        assert scores.statistics == expected.statistics
        assert scores.signature == expected.signature
        done, totals = zip(*calls, strict=True)
        assert set(totals) == {COUNT}
        assert len(done) > 2
        assert [0, *done] == sorted({0, *done})
        assert done[-1] == COUNT


@by_metric
def test_what_it_raises_ends_the_work(metric):
    predictions, references = given(metric, PREDICTIONS), given(metric, SEVERAL)
    for others in (references, metric.prepare(references)):
        with pytest.raises(StopError) as raised:
            metric.score_each(predictions, others, progress=stop)
        done, total = raised.value.args
        assert 0 < done < total == COUNT
    with pytest.raises(TypeError, match=r"progress is of type int: it must take \(done, total\)"):
        metric.score_each(predictions, references, progress=3)
    assert len(metric.score_each([], [], progress=stop)) == 0


@by_metric
def test_errors_are_those_of_all_segments(metric):
    predictions, references = given(metric, PREDICTIONS), given(metric, SEVERAL)
    for texts, others in (
        (predictions, references[:1024]),
        (predictions, metric.prepare(references[:1024])),
        (predictions, metric.prepare(references[:4096])),
        ([*predictions[:8000], 3, *predictions[8001:]], references),
        (predictions, [*references[:8000], [3], *references[8001:]]),
        (predictions, [*references[:8000], [], *references[8001:]]),
    ):
        messages = []
        for progress in (None, stop):
            with pytest.raises((TypeError, ValueError)) as raised:
                metric.score_each(texts, others, progress=progress)
            messages.append(str(raised.value))
        assert messages[0] == messages[1]


def test_long_texts_are_few_at_a_time():
    texts = [str(place) * (1 << 21) for place in range(5)]
    calls = []
    scores = tc.ExactMatch().score_each(texts, texts, progress=lambda *call: calls.append(call))
    assert calls == [(done, 5) for done in range(1, 6)]
    assert scores.values.tolist() == [1.0] * 5


def test_warnings_are_those_of_all_segments():
    texts = ["漢字"] * 6000 + ["a"] * 3000
    with pytest.warns(UserWarning, match="it leaves nothing of 6000 of 9000 predictions"):
        tc.ROUGE(["rouge1"]).score_each(texts, texts, progress=lambda done, total: None)
