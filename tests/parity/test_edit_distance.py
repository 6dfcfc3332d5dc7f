"""WER and CER equal jiwer, edit similarity equals rapidfuzz, and ANLS equals anls_star, with `==` on every figure."""

import random
import string

import anls_star
import jiwer
import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Indel, Levenshtein
from texts import RETOLD, STORY, any_text, few_words, markup, odd
from tricolore import _core, reference
from tricolore.reference import edit_distance

# Spaces, runs of white space, and single characters of white space that jiwer leaves inside words.
spaced = st.lists(st.sampled_from([*"abc", " ", " ", "  ", "\t", "\n", " \n", "\u00a0", "\u3000", "\x1c"]), max_size=30)
some = st.one_of(few_words, markup, odd, any_text, spaced.map("".join))
WORDS = [(tc.WER(), jiwer.process_words, reference.wer), (tc.CER(), jiwer.process_characters, reference.cer)]


def counts(score):
    return score.hits, score.substitutions, score.deletions, score.insertions


def rate_of(output):
    return float(output.wer if isinstance(output, jiwer.WordOutput) else output.cer)


@pytest.mark.parametrize(("metric", "process", "definition"), WORDS)
@given(prediction=some, text=some)
def test_one_segment(metric, process, definition, prediction, text):
    expected, score = process(text, prediction), metric.score(prediction, text)
    assert score.score == rate_of(expected) == definition(prediction, [text])
    assert counts(score) == counts(expected)
    # Only `process_words` has the other measures.
    words = jiwer.process_words(
        [text], [prediction], *[jiwer.Compose([lambda _, own=own: [own]]) for own in tokens(expected)]
    )
    assert score[1:4] == (words.mer, words.wil, words.wip)
    assert [metric.tokens(text), metric.tokens(prediction)] == [expected.references[0], expected.hypotheses[0]]
    assert edit_distance.errors_row(metric.tokens(prediction), metric.tokens(text)) == [*counts(score)]
    chunks = [(c.type, c.ref_start_idx, c.ref_end_idx, c.hyp_start_idx, c.hyp_end_idx) for c in expected.alignments[0]]
    assert [*metric.explain(prediction, text).chunks] == chunks


def tokens(output):
    return output.references[0], output.hypotheses[0]


@pytest.mark.parametrize(("metric", "process", "definition"), WORDS)
@given(pairs=st.lists(st.tuples(some, some), min_size=1, max_size=8))
def test_a_corpus(metric, process, definition, pairs):
    predictions, texts = map(list, zip(*pairs, strict=True))
    expected, score = process(texts, predictions), metric.corpus(predictions, texts)
    assert (score.score, counts(score)) == (rate_of(expected), counts(expected))
    if process is jiwer.process_words:
        assert score[1:4] == (expected.mer, expected.wil, expected.wip)


@given(prediction=few_words, texts=st.lists(few_words, min_size=2, max_size=3))
def test_several_references(prediction, texts):
    """The first reference with the lowest rate gives the counts."""
    for metric in (tc.WER(), tc.CER()):
        best = min((metric.score(prediction, text) for text in texts), key=lambda score: score.score)
        score = metric.score(prediction, texts)
        assert score[:8] == best[:8]
        explanation = metric.explain(prediction, texts)
        assert metric.score(prediction, texts[explanation.reference])[:8] == best[:8]
    for metric in (tc.EditSimilarity(), tc.EditSimilarity(False), tc.ANLS()):
        best = max(metric.score(prediction, text).score for text in texts)
        assert metric.score(prediction, texts).score == best


@pytest.mark.parametrize("size", [(40, 30), (64, 64), (65, 200), (300, 10), (9, 500), (500, 480)], ids=str)
@pytest.mark.parametrize("vocabulary", [1, 2, 5, 60])
def test_alignments(size, vocabulary):
    """Ties are taken as rapidfuzz takes them, for texts of one and of several machine words."""
    generator = random.Random(sum(size) * vocabulary)
    words = [f"w{i}" for i in range(vocabulary)]
    for other in range(3):
        text, prediction = (generator.choices(words, k=generator.randrange(n)) for n in size)
        if other:
            # The same text with some changes.
            prediction = [word for word in text for _ in range(generator.choice([0, 1, 1, 1, 2]))]
        expected = jiwer.process_words(" ".join(text), " ".join(prediction))
        explanation = tc.WER().explain(" ".join(prediction), " ".join(text))
        assert [chunk.kind for chunk in explanation.chunks] == [chunk.type for chunk in expected.alignments[0]]
        assert counts(explanation.score) == counts(expected)
        assert edit_distance.errors_row(prediction, text) == [*counts(expected)]


@pytest.mark.parametrize("vocabulary", [2, 4])
def test_long_texts_are_split(monkeypatch, vocabulary):
    """Beyond a megabyte of table, rapidfuzz divides a pair, which changes its choice among ties."""
    generator = random.Random(vocabulary)
    text, prediction = ([generator.randrange(vocabulary) for _ in range(n)] for n in (2300, 2200))
    steps = _core.alignment(prediction, text)
    expected = Levenshtein.opcodes(text, prediction)
    letters = {"equal": " ", "replace": "s", "delete": "d", "insert": "i"}
    lengths = [max(op.src_end - op.src_start, op.dest_end - op.dest_start) for op in expected]
    assert steps == "".join(letters[op.tag] * n for op, n in zip(expected, lengths, strict=True))


def test_a_split_keeps_the_cost(monkeypatch):
    differ = 0
    for seed in range(30):
        generator = random.Random(seed)
        text, prediction = ([generator.choice("abcd") for _ in range(n)] for n in (110, 100))
        monkeypatch.setattr(edit_distance, "MOST_STORED", 1 << 20)
        whole = edit_distance.alignment(prediction, text)
        monkeypatch.setattr(edit_distance, "MOST_STORED", 1 << 9)
        halves = edit_distance.alignment(prediction, text)
        assert len(halves) - halves.count(" ") == len(whole) - whole.count(" ")
        differ += halves != whole
    assert differ


@given(prediction=some, text=some)
def test_edit_similarity(prediction, text):
    for substitutions, original in ((True, Levenshtein), (False, Indel)):
        metric = tc.EditSimilarity(substitutions)
        score = metric.score(prediction, text).score
        assert score == original.normalized_similarity(prediction, text)
        assert score == reference.edit_similarity(prediction, [text], substitutions)
        explanation = metric.explain(prediction, text)
        assert explanation.distance == original.distance(prediction, text)
        assert (explanation.prediction, explanation.reference) == (prediction, text)
        lower = tc.EditSimilarity(substitutions, lowercase=True).score(prediction, text).score
        assert lower == original.normalized_similarity(prediction.lower(), text.lower())


@given(prediction=some, texts=st.lists(some, min_size=1, max_size=3))
def test_anls(prediction, texts):
    score = tc.ANLS().score(prediction, texts).score
    assert score == anls_star.anls_score(tuple(texts), prediction) == reference.anls(prediction, texts)
    assert tc.ANLS().explain(prediction, texts).score.score == score
    assert tc.ANLS(0.0).score(prediction, texts).score == reference.anls(prediction, texts, 0.0)
    assert tc.ANLS(1).score(prediction, texts).score == float(reference.anls(prediction, texts, 0.0) == 1)


def test_the_threshold_itself_counts():
    assert tc.ANLS().score("ab", "ax").score == anls_star.anls_score("ax", "ab") == 0.5
    assert tc.ANLS(0.51).score("ab", "ax").score == 0.0


def test_custom_transforms():
    """A callable stands for a transform of jiwer."""

    def words(text):
        return text.lower().translate(str.maketrans("", "", string.punctuation)).split()

    transform = jiwer.Compose([lambda texts: [words(text) for text in texts]])
    lines = STORY.splitlines(), RETOLD.splitlines()[: len(STORY.splitlines())]
    texts, predictions = (side[: min(map(len, lines))] for side in lines)
    expected = jiwer.process_words(texts, predictions, transform, transform)
    score = tc.WER(words).corpus(predictions, texts)
    assert (score.score, counts(score)) == (expected.wer, counts(expected))
    assert tc.WER(words).statistics(predictions, tc.WER(words).prepare(texts)).rows.sum(0).tolist() == [*counts(score)]
    tokenized = [[words(text) for text in side] for side in (predictions, texts)]
    assert counts(tc.WER("pretokenized").corpus(*tokenized)) == counts(expected)
    assert counts(tc.CER("none").score(" a", "a")) == (1, 0, 0, 1)


def test_options_are_checked():
    for make in (tc.WER, tc.CER):
        with pytest.raises(ValueError, match="tokenizer is 'words'"):
            make("words")
        with pytest.raises(ValueError, match="ignore_ids is for the tokenizer 'pretokenized'"):
            make(ignore_ids=[0])
    with pytest.raises(TypeError, match="substitutions is 1"):
        tc.EditSimilarity(1)
    for threshold in (-0.1, 1.5, float("nan")):
        with pytest.raises(ValueError, match="threshold is"):
            tc.ANLS(threshold)
