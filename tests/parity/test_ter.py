"""TER by Rust, by the reference and by sacreBLEU is equal to the bit."""

import itertools
import random
import sys

import numpy as np
import pytest
import tricolore as tc
from answers import answer
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu import metrics
from sacrebleu.metrics import lib_ter
from texts import clitics, markup, texts
from tricolore import reference

some = st.one_of(texts, markup)
few = st.lists(st.sampled_from(["a", "b", "c", "d", "e."]), max_size=14).map(" ".join)
NAMES = ("normalized", "no_punct", "asian_support", "case_sensitive")
OPTIONS = [dict(zip(NAMES, values, strict=True)) for values in itertools.product([False, True], repeat=4)]


def figures(score):
    return float(score.score).hex(), score.num_edits, float(score.ref_length).hex()


def expected_rows(options, predictions, references):
    """Returns, per segment, the number of edits, the sum of the references' lengths and the number of references."""
    original, rows = metrics.TER(**options), []
    for prediction, others in zip(predictions, references, strict=True):
        streams = [[text] for text in others]
        edits, _ = original._extract_corpus_statistics([prediction], streams)[0]
        (info,) = original._cache_references(streams)
        rows.append([edits, sum(map(len, info["ref_words"])), len(others)])
    return rows


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@given(text=some)
def test_tokens(options, text):
    expected = metrics.TER(**options)._preprocess_segment(text).split()
    assert tc.TER(**options).tokens(text) == reference.ter_tokens(text, **options) == expected
    (info,) = metrics.TER(**options)._cache_references([[text]])
    (twice,) = info["ref_words"]
    assert tc.TER(**options).reference_tokens(text) == twice
    assert reference.ter_reference_tokens(text, *options.values()) == twice


@pytest.mark.parametrize("kana", ["ひらがな", "カタカナ", "ㇰㇱ", "㈱㋿", "㌀ⱶ", "中文，字。「引」・｡！", "⺀㐀豈︰"])
@pytest.mark.parametrize("options", OPTIONS[:8], ids=str)
def test_asian_characters_beside_others(options, kana):
    for text in (kana, f"a{kana}b", f" {kana}{kana} .", f"1{kana}2,{kana}"):
        expected = metrics.TER(**options)._preprocess_segment(text).split()
        assert tc.TER(**options).tokens(text) == reference.ter_tokens(text, **options) == expected


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@given(prediction=st.one_of(few, some), references=st.lists(st.one_of(few, some), min_size=1, max_size=3))
def test_one_segment(options, prediction, references):
    ours, original = tc.TER(**options), metrics.TER(**options)
    expected = original.sentence_score(prediction, references)
    score = ours.score(prediction, references)
    assert figures(score) == figures(expected)
    assert float(reference.ter(prediction, references, **options)).hex() == float(expected.score).hex()
    scores = ours.score_each([prediction], [references])
    assert scores.values.tolist() == [expected.score]
    assert scores.statistics.rows.tolist() == expected_rows(options, [prediction], [references])
    assert score.signature.rpartition("|version:")[0] == str(original.get_signature()).rpartition("|version:")[0]


POSSESSIVE = "Now TSMC's market capitalization has surpassed Intel's."


SPACES = ["", " ", "\n", "\t", "\r\n", "\x1c", "\x85", "\xa0", "\u2028", "\u3000"]


@pytest.mark.parametrize("options", [options for options in OPTIONS if options["normalized"]], ids=str)
def test_white_space_around_a_possessive(options):
    predictions, references = [], []
    for before, after in itertools.product(SPACES, repeat=2):
        predictions += [f"{before}x's{after}", f"it's{before}1,{after}", f"{before}漢's{after}y's{after}"]
        references += [[f"x 's{after}y", f"x's's{after}"], [f"it 's 1 ,{before}"], [f"漢 's{before}y{after}"]]
    statistics = tc.TER(**options).statistics(predictions, references)
    assert statistics.rows.tolist() == expected_rows(options, predictions, references)


def test_a_text_against_itself_where_references_are_tokenized_twice():
    """Computed by hand: the prediction has eight tokens. The reference has ten, because the second pass splits off both
    possessives. So there are two edits for ten tokens."""
    ter, original = tc.TER(normalized=True), metrics.TER(normalized=True)
    assert ter.score(POSSESSIVE, POSSESSIVE).score == original.sentence_score(POSSESSIVE, [POSSESSIVE]).score == 20.0
    assert reference.ter(POSSESSIVE, [POSSESSIVE], normalized=True) == 20.0
    prepared = ter.prepare([POSSESSIVE])
    # A thread that meets the same prepared references again keeps their tokens as ids of its own vocabulary.
    for _ in range(5):
        assert ter.score_each([POSSESSIVE] * 3, prepared[0]).values.tolist() == [20.0] * 3
    assert ter.pairwise([POSSESSIVE], [POSSESSIVE]).tolist() == [[20.0]]
    assert tc.self_score([POSSESSIVE] * 2, ter).tolist() == [20.0] * 2
    assert tc.evaluate([POSSESSIVE], [POSSESSIVE], [ter], confidence=None).rows[0].score == 20.0
    accumulator = ter.accumulator()
    accumulator.update([POSSESSIVE], [POSSESSIVE])
    assert accumulator.compute().score == 20.0
    assert ter.explain(POSSESSIVE, POSSESSIVE).reference_tokens == tuple(ter.reference_tokens(POSSESSIVE))


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@given(texts=st.lists(clitics, min_size=1, max_size=8))
def test_texts_against_themselves(options, texts):
    ours, original = tc.TER(**options), metrics.TER(**options)
    expected = original.corpus_score(texts, [texts])
    assert figures(ours.corpus(texts, texts)) == figures(expected)
    assert figures(ours.corpus(texts, ours.prepare(texts))) == figures(expected)
    matrix = [[original.sentence_score(a, [b]).score for b in texts] for a in texts]
    assert ours.pairwise(texts, texts).tolist() == matrix


@pytest.mark.parametrize("options", [{}, {"normalized": True}, OPTIONS[-1]], ids=str)
@given(pairs=st.lists(st.tuples(few, few, clitics, few), min_size=1, max_size=12))
def test_a_corpus(options, pairs):
    predictions, *streams = map(list, zip(*pairs, strict=True))
    for count in (1, 2, 3):
        expected = metrics.TER(**options).corpus_score(predictions, streams[:count])
        ours = tc.TER(**options).corpus(predictions, tc.from_streams(*streams[:count]))
        assert figures(ours) == figures(expected)


def retold(generator, words, most):
    """Returns the words with some moved, changed, deleted or inserted."""
    words = list(words)
    for _ in range(generator.randrange(most)):
        place = generator.randrange(len(words) + 1)
        change = generator.randrange(4)
        if change == 0 and words:
            start = generator.randrange(len(words))
            part = words[start : start + generator.randrange(1, 13)]
            del words[start : start + len(part)]
            words[place:place] = part
        elif change == 1 and place < len(words):
            words[place] = "other"
        elif change == 2:
            del words[place : place + 2]
        else:
            words.insert(place, generator.choice(["more", "a", "the"]))
    return words


@pytest.mark.parametrize("vocabulary", [3, 12, 400])
@pytest.mark.parametrize("length", [12, 26, 62, 66, 130])
def test_where_the_beam_and_the_limits_bind(vocabulary, length):
    generator = random.Random(vocabulary * 1000 + length)
    words = [f"w{i}" for i in range(vocabulary)]
    predictions, references = [], []
    for _ in range(8 if length > 60 else 40):
        text = generator.choices(words, k=generator.randrange(length // 2, length))
        predictions.append(" ".join(retold(generator, text, 12)))
        references.append(" ".join(text))
        if generator.random() < 0.3:
            references[-1] = " ".join(generator.choices(words, k=generator.randrange(1, length)))
    rows = tc.TER().statistics(predictions, references, num_threads=2).rows.tolist()
    assert rows == answer(expected_rows, {}, predictions, [[text] for text in references], of="sacrebleu")
    # The reference recomputes the edit distance of every move, which is slow, so it checks only two segments.
    for i in range(2):
        assert answer(reference.ter_row, predictions[i].split(), [references[i].split()], exact=True) == rows[i]


def words(first, last):
    return [f"w{i}" for i in range(first, last)]


@pytest.mark.parametrize(
    ("limit", "prediction", "text"),
    [
        # The prediction has all tokens of the reference, but thirty places away, outside the beam.
        ("BEAM", ["x"] * 30 + words(0, 60), words(0, 60) + ["y"] * 30),
        ("FARTHEST", [*words(0, 51), "x", "end"], ["x", *words(0, 51), "end"]),
        # Two blocks of eleven tokens change places. With blocks of fourteen there are over a thousand candidate moves.
        ("MOST_MOVED", [*words(0, 11), *words(20, 31)], [*words(20, 31), *words(0, 11)]),
        ("MOST_TRIED", [*words(0, 14), *words(20, 34)], [*words(20, 34), *words(0, 14)]),
    ],
)
def test_each_limit_is_the_definitions_too(monkeypatch, limit, prediction, text):
    """Each limit matters here: without it the reference finds fewer edits."""
    edits, _ = lib_ter.translation_edit_rate(prediction, text)
    assert reference.ter_search(prediction, text).edits == edits
    assert tc.TER().score(" ".join(prediction), " ".join(text)).num_edits == edits
    monkeypatch.setattr(sys.modules["tricolore.reference.ter"], limit, 10_000)
    assert reference.ter_search(prediction, text).edits < edits


def test_lengths_that_have_little_to_do_with_each_other():
    generator = random.Random(9)
    lengths = [0, 1, 2, 3, 5, 24, 25, 26, 51, 75]
    pairs = [*itertools.product(lengths, repeat=2), (1, 260), (2, 260), (3, 160), (260, 2), (51, 101), (101, 26)]
    texts = {n: " ".join(generator.choices("abcde", k=n)) for n in range(261)}
    predictions, references = [texts[a] for a, _ in pairs], [texts[b] for _, b in pairs]
    rows = tc.TER().statistics(predictions, references).rows.tolist()
    assert rows == answer(expected_rows, {}, predictions, [[text] for text in references], of="sacrebleu")


def test_the_search_by_the_definition():
    generator = random.Random(10)
    for _ in range(60):
        text = generator.choices("abcdefgh", k=generator.randrange(12))
        prediction = retold(generator, text, 5)
        search = reference.ter_search(prediction, text)
        edits, length = lib_ter.translation_edit_rate(prediction, text)
        assert (search.edits, len(text)) == (edits, length)
        assert sorted(search.tokens) == sorted(prediction)


def test_thirds_are_added_in_order():
    """Means of three lengths are not exact, so a different order of addition may change the last bit of their sum."""
    predictions = [" ".join("abcdefghij"[: i % 9 + 1]) for i in range(500)]
    streams = [[" ".join("abcdefgxyz"[: (i * k) % 10 + 1]) for i in range(500)] for k in (1, 2, 3)]
    expected = metrics.TER().corpus_score(predictions, streams)
    statistics = [
        tc.TER().statistics(predictions[part], tc.from_streams(*(stream[part] for stream in streams)))
        for part in (slice(123), slice(123, None))
    ]
    assert figures(tc.TER().from_statistics(statistics[0] + statistics[1])) == figures(expected)
    # `sum` compensates rounding errors from Python 3.12 on, so this uses `cumsum`.
    lengths = np.concatenate([part.rows[:, 1] / 3 for part in statistics])
    assert len({lengths.cumsum()[-1], lengths[::-1].cumsum()[-1], np.sort(lengths).cumsum()[-1]}) > 1
