"""Rust, the reference and sacreBLEU hold each other to the bit."""

import math
import random
import sys

import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from originals import original_row
from sacrebleu import metrics
from texts import markup, texts
from tricolore import _core, reference

TOKENIZERS = ("13a", "intl", "zh", "char", "none")
SMOOTHINGS = (
    ("exp", None),
    ("none", None),
    ("floor", None),
    ("floor", 0.5),
    ("floor", 0),
    ("add-k", None),
    ("add-k", 2),
    ("add-k", 0.25),
)
some = st.one_of(texts, markup)


def figures(score):
    """All of a score, floats in full; an int for the float that it equals."""
    numbers = [score.score, *score.precisions, *score.counts, *score.totals, score.bp, score.sys_len, score.ref_len]
    return [float(number).hex() for number in numbers]


@pytest.mark.parametrize("lowercase", [False, True])
@pytest.mark.parametrize("tokenize", TOKENIZERS)
@given(text=some)
def test_tokens(tokenize, lowercase, text):
    expected = metrics.BLEU(tokenize=tokenize, lowercase=lowercase)._preprocess_segment(text).split()
    assert tc.BLEU(tokenize, lowercase).tokens(text) == expected
    assert reference.bleu_tokens(text, tokenize, lowercase) == expected


@pytest.mark.parametrize("order", [1, 4, 6])
@pytest.mark.parametrize("tokenize", TOKENIZERS)
@given(prediction=some, references=st.lists(some, min_size=1, max_size=3))
def test_one_segment(tokenize, order, prediction, references):
    ours = tc.BLEU(tokenize, max_ngram_order=order)
    original = metrics.BLEU(tokenize=tokenize, max_ngram_order=order, effective_order=True)
    expected = original.sentence_score(prediction, references)
    by_definition = reference.bleu(prediction, references, tokenize, max_ngram_order=order)
    assert figures(ours.score(prediction, references)) == figures(expected) == figures(by_definition)
    scores = ours.score_each([prediction], [references])
    assert scores.values.tolist() == [expected.score]
    assert scores.statistics.rows.tolist() == [original_row(original, prediction, references)]


@pytest.mark.parametrize("effective_order", [False, True])
@pytest.mark.parametrize(("method", "value"), SMOOTHINGS)
@given(prediction=some, text=some)
def test_smoothing(method, value, effective_order, prediction, text):
    options = {"smooth_method": method, "smooth_value": value, "effective_order": effective_order}
    original, ours = metrics.BLEU(**options), tc.BLEU(**options)
    score = original.sentence_score(prediction, [text])
    assert figures(ours.score(prediction, text)) == figures(score)
    assert ours.score_each([prediction], [text]).values.tolist() == [score.score]
    assert figures(ours.corpus([prediction], [text])) == figures(original.corpus_score([prediction], [[text]]))
    assert (
        ours.corpus([prediction], [text]).signature.rpartition("|version:")[0]
        == (str(original.get_signature()).rpartition("|version:")[0])
    )


@given(pairs=st.lists(st.tuples(some, some, some), min_size=1, max_size=20))
def test_a_corpus(pairs):
    predictions, first, second = map(list, zip(*pairs, strict=True))
    original = metrics.BLEU()
    expected = original.corpus_score(predictions, [first, second])
    ours = tc.BLEU().corpus(predictions, tc.from_streams(first, second))
    assert figures(ours) == figures(expected)
    assert ours.signature.startswith("nrefs:2|case:mixed|eff:no|tok:13a|smooth:exp|version:sacrebleu.2.6.0-")


def words(generator, most):
    return " ".join(generator.choice("abcdefg") for _ in range(generator.randrange(most)))


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("order", [2, 4, 7])
def test_texts_around_the_length_that_masks_hold(order, count):
    generator = random.Random(order * 10 + count)
    original, ours = metrics.BLEU(max_ngram_order=order), tc.BLEU(max_ngram_order=order)
    predictions = [words(generator, 300) for _ in range(60)]
    references = [[words(generator, 300) for _ in range(count)] for _ in predictions]
    rows = ours.statistics(predictions, references, num_threads=2).rows.tolist()
    assert rows == [original_row(original, p, r) for p, r in zip(predictions, references, strict=True)]


def test_segments_read_together_are_those_read_alone():
    generator = random.Random(3)
    parts = [
        "a",
        "b5",
        "3.14",
        "1,000",
        ".",
        ",",
        "..",
        "-",
        "5-",
        "(",
        "'s",
        "€",
        "中",
        "\u3000",
        " ",
        " ",
        "\n",
        "&amp;",
    ]
    # Markup sends what is read with it another way: now with it, now without.
    predictions = [
        "".join(generator.choices(parts[: 17 if i // 40 % 2 else 18], k=generator.randrange(60))) for i in range(400)
    ]
    references = predictions[1:] + predictions[:1]
    bleu = tc.BLEU()
    together = bleu.statistics(predictions, references).rows.tolist()
    assert together == [
        bleu.statistics([p], [r]).rows.tolist()[0] for p, r in zip(predictions, references, strict=True)
    ]
    assert together == [
        reference.bleu_row(reference.bleu_tokens(p), [reference.bleu_tokens(r)])
        for p, r in zip(predictions, references, strict=True)
    ]


def compensated_sum(numbers):
    """`sum` as CPython 3.12 and later adds floats, and ints among them (bltinmodule.c)."""
    numbers = list(numbers)
    total, correction = 0, 0.0
    while numbers and isinstance(numbers[0], int):
        total += numbers.pop(0)
    if not numbers:
        return total
    total += numbers.pop(0)
    for number in numbers:
        if isinstance(number, int):
            total += float(number)
            continue
        new = total + number
        correction += (total - new) + number if abs(total) >= abs(number) else (number - new) + total
        total = new
    return total + correction if correction and math.isfinite(correction) else total


def plain_sum(numbers):
    total = 0
    for number in numbers:
        total += number
    return total


def test_the_two_sums_of_logarithms():
    """Both ways, whichever the running interpreter's is."""
    generator = random.Random(7)
    differ = 0
    for _ in range(600):
        words = [generator.choice("abcdefgh") for _ in range(generator.randrange(1, 40))]
        prediction, text = (" ".join(generator.choices(words, k=generator.randrange(1, 40))) for _ in range(2))
        for method, value in (("exp", 0.0), ("none", 0.0), ("floor", 0.1), ("add-k", 1.0)):
            scores = []
            for compensated, add in ((False, plain_sum), (True, compensated_sum)):
                compiled = _core.Metric.bleu("none", False, 4, method, value, True, compensated, [])
                data = compiled.score(prediction, text)
                figures = reference.bleu_score(memoryview(data[8:]).cast("i").tolist(), method, value or None, True)
                effective = sum(1 for total in figures.totals if total)
                logs = [math.log(p) if p else -9999999999 for p in figures.precisions[:effective]]
                expected = figures.bp * math.exp(add(logs) / effective) if any(figures.precisions) else 0.0
                scores.append(memoryview(data[:8]).cast("d")[0])
                assert scores[-1].hex() == expected.hex()
            differ += scores[0] != scores[1]
    assert differ > 50
    assert sum([0.1] * 10) == (compensated_sum if sys.version_info >= (3, 12) else plain_sum)([0.1] * 10)
