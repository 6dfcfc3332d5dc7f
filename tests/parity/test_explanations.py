"""The compiled module's explanations equal the reference's in every part."""

import random
from collections import Counter
from itertools import accumulate

import pytest
import tricolore as tc
from answers import answer
from hypothesis import given
from hypothesis import strategies as st
from texts import few_words, markup, texts
from tricolore import _core, reference
from tricolore.explanations.ngram_matches import NgramMatch, numbered, rows_of
from tricolore.explanations.ter import search
from tricolore.reference.bleu import ngram_counts
from tricolore.reference.rouge import lcs, longest_run, ngrams, union
from tricolore.reference.squad import squad_answers
from tricolore.reference.ter import TERSearch, ter_search
from tricolore.reference.tokenizers import lines

some = st.one_of(few_words, markup, texts)
several = st.lists(some, min_size=1, max_size=3)
# Lengths around the sizes of the machine words and of the blocks of bits that the kernels work on.
EDGES = [0, 1, 2, 63, 64, 65, 127, 128, 129, 192, 255, 256, 257, 513]


def union_of(prediction_lines, reference_lines):
    """Returns the union that the compiled module finds."""
    sides = [[token for line in side for token in line] for side in (prediction_lines, reference_lines)]
    p, r = numbered(*sides)
    ends = [[*accumulate(map(len, side))] for side in (prediction_lines, reference_lines)]
    return [*rows_of(_core.lcs_union(p, ends[0], r, ends[1]), 2)]


def run_of(prediction, other):
    """Returns the longest run that the compiled module finds."""
    run = _core.longest_run(*numbered(prediction, other))
    places = (range(start, start + run.length) for start in (run.prediction, run.reference))
    return [*zip(*places, strict=True)]


def drawn(generator, length, vocabulary):
    return [str(generator.randrange(vocabulary)) for _ in range(length)]


@pytest.mark.parametrize("vocabulary", [1, 2, 3, 20, 400])
@pytest.mark.parametrize("length", EDGES)
def test_alignments_at_the_edges(length, vocabulary):
    for (a, b), expected in zip(
        pairs_at_the_edges(length, vocabulary), answer(defined, length, vocabulary, exact=True), strict=True
    ):
        assert (union_of([a], [b]), run_of(a, b)) == expected


def pairs_at_the_edges(length, vocabulary):
    """Returns pairs of texts, one of this length and one of each length in EDGES."""
    generator = random.Random(length * 1000 + vocabulary)
    pairs = []
    for other in EDGES:
        # The vocabulary of one side has an extra token, which matches nothing on the other side.
        p, r = drawn(generator, length, vocabulary + 1), drawn(generator, other, vocabulary)
        pairs += [(p, r), (r, p)]
    return pairs


def defined(length, vocabulary):
    """Returns the union and the longest run of each pair, by their definitions."""
    return [(lcs(a, b), longest_run(a, b)) for a, b in pairs_at_the_edges(length, vocabulary)]


@pytest.mark.parametrize("seed", range(30))
def test_unions_of_lines(seed):
    generator = random.Random(seed)
    vocabulary = generator.choice([1, 2, 3, 10, 50])

    def text():
        lengths = (generator.choice([0, 1, 4, 30, 64, 66, 130, 260]) for _ in range(generator.randrange(6)))
        return [drawn(generator, length, vocabulary + generator.randrange(3)) for length in lengths]

    p, r = text(), text()
    assert union_of(p, r) == union(p, r)


def altered(generator, tokens):
    """Returns the tokens with some blocks moved and some tokens changed."""
    tokens = list(tokens)
    for _ in range(generator.randrange(1, 9)):
        start, length = generator.randrange(len(tokens)), generator.randrange(1, 12)
        part = tokens[start : start + length]
        del tokens[start : start + length]
        place = generator.randrange(len(tokens) + 1)
        tokens[place:place] = part
        tokens[generator.randrange(len(tokens))] = str(generator.randrange(60))
    return tokens


@given(prediction=few_words.map(str.split), other=few_words.map(str.split))
def test_the_search_of_ter(prediction, other):
    assert search(prediction, other) == ter_search(prediction, other)


@pytest.mark.parametrize("seed", range(8))
def test_the_search_of_ter_in_longer_texts(seed):
    generator = random.Random(seed)
    tokens = drawn(generator, generator.choice([40, 63, 64, 66]), generator.choice([8, 60, 300]))
    found = search(tokens, other := altered(generator, tokens))
    assert found == answer(ter_search, tokens, other, exact=True)


@pytest.mark.parametrize(
    "lengths", [(60, 62), (50, 66), (70, 30), (30, 80), (140, 20), (4, 90), (2, 110), (1, 60), (70, 75)]
)
@pytest.mark.parametrize("vocabulary", [3, 9])
def test_the_search_of_ter_where_the_beam_cuts(lengths, vocabulary):
    """The beam cuts if the lengths differ much."""
    generator = random.Random(sum(lengths) + vocabulary)
    p, r = (drawn(generator, length, vocabulary) for length in lengths)
    assert search(p, r) == answer(ter_search, p, r, exact=True)


def test_the_search_of_ter_where_it_gives_up():
    """A round with more than a thousand candidate moves makes no move."""
    p, r = ["a", "b"] * 24, ["b", "a", "c"] * 16
    found = search(p, r)
    assert found == ter_search(p, r)
    assert found == TERSearch([], p, found.trace)


def matches(ours, theirs):
    return tuple(NgramMatch(g, c, theirs[g], min(c, theirs[g])) for g, c in ours.items() if g in theirs)


def rouge_pair(metric, name, prediction, text):
    """Returns the tokens, counts, n-grams and alignment of one ROUGE type, computed by the reference."""
    if name == "rougeLsum":
        by_line = [[metric.tokenize(line) for line in lines(side) if line] for side in (prediction, text)]
        p, r = ([token for line in side for token in line] for side in by_line)
        places = union(*by_line)
    else:
        p, r = metric.tokenize(prediction), metric.tokenize(text)
        places = {"rougeL": lcs, "rougeLsubstr": longest_run}.get(name, lambda p, r: [])(p, r)
    shared = ()
    if not name.startswith("rougeL"):
        n = int(name.removeprefix("rouge"))
        shared = matches(Counter(ngrams(p, n)), Counter(ngrams(r, n)))
    tokenizer = metric.tokenizer
    counts = reference.count(name, prediction, text, metric.use_stemmer, tokenizer)
    return tuple(p), tuple(r), *counts, *reference.measure(counts), shared, tuple((p[i], i, j) for i, j in places)


@pytest.mark.parametrize("tokenizer", ["default", "unicode", "char", str.split], ids=str)
@pytest.mark.parametrize("multi_reference", ["best", "average"])
@given(prediction=some, references=several)
def test_rouge(multi_reference, tokenizer, prediction, references):
    types = ("rouge3", "rougeL", "rouge1", "rougeLsum", "rougeLsubstr")
    metric = tc.ROUGE(types, tokenizer=tokenizer, multi_reference=multi_reference)
    expected = []
    for name in types:
        each = [(name, i, *rouge_pair(metric, name, prediction, text)) for i, text in enumerate(references)]
        # The best pair has the highest F-measure, and among equals the first wins.
        expected += [max(each, key=lambda pair: pair[9])] if multi_reference == "best" else each
    assert [tuple(pair) for pair in metric.explain(prediction, references).pairs] == expected


@given(prediction=some, references=several)
def test_bleu(prediction, references):
    for metric in (tc.BLEU(), tc.BLEU("char", lowercase=True, max_ngram_order=2)):
        explanation = metric.explain(prediction, references)
        expected = []
        for n in range(1, len(explanation.score.counts) + 1):
            most = Counter()
            for text in references:
                most |= ngram_counts(metric.tokens(text), n)
            expected += matches(ngram_counts(metric.tokens(prediction), n), most)
        assert explanation.ngrams == tuple(expected)
        counts = [sum(match.matches for match in expected if len(match.ngram) == n) for n in (1, 2)]
        assert counts == list(explanation.score.counts[:2])


@pytest.mark.parametrize("options", [{}, {"word_order": 2, "lowercase": True}, {"whitespace": True}], ids=str)
@given(prediction=some, references=several)
def test_chrf(options, prediction, references):
    metric = tc.CHRF(**options)
    explanation = metric.explain(prediction, references)
    lowered = [text.lower() if "lowercase" in options else text for text in (prediction, *references)]
    orders = 6, options.get("word_order", 0)
    rows = [reference.chrf_row(lowered[0], text, *orders, "whitespace" in options) for text in lowered[1:]]
    scores = [reference.chrf_score(row) for row in rows]
    best = scores.index(max(scores))
    assert explanation.reference == best
    assert [figure for order in explanation.orders for figure in order[2:5]] == rows[best]
    expected = []
    for n in range(1, 7):
        units = [text if "whitespace" in options else "".join(text.split()) for text in (lowered[0], lowered[best + 1])]
        expected.append(("character", n, matches(*(ngram_counts(text, n) for text in units))))
    for n in range(1, orders[1] + 1):
        units = [reference.chrf_words(text) for text in (lowered[0], lowered[best + 1])]
        expected.append(("word", n, matches(*(ngram_counts(text, n) for text in units))))
    assert [(order.unit, order.order, order.ngrams) for order in explanation.orders] == expected


@given(prediction=few_words, references=st.lists(few_words, min_size=1, max_size=3))
def test_ter(prediction, references):
    explanation = tc.TER().explain(prediction, references)
    p, others = prediction.split(), [text.split() for text in references]
    searches = [ter_search(p, other) for other in others]
    best = min(range(len(searches)), key=lambda place: searches[place].edits)
    assert explanation.reference == best
    assert explanation.reference_tokens == tuple(others[best])
    assert explanation.moves == tuple(searches[best].moves)
    assert explanation.moved_tokens == tuple(searches[best].tokens)
    letters = {"kept": " ", "substituted": "s", "deleted": "d", "inserted": "i"}
    assert "".join(letters[edit.kind] for edit in explanation.edits) == searches[best].trace


@given(prediction=some, references=several)
def test_answers(prediction, references):
    tokens, answers = reference.squad_tokens(prediction), squad_answers(references)
    figures = [reference.token_f1_score(reference.token_f1_row(tokens, answer))[2] for answer in answers]
    best = answers[figures.index(max(figures))]
    explanation = tc.TokenF1().explain(prediction, references)
    assert explanation.prediction_tokens == tuple(tokens)
    assert explanation.reference_tokens == tuple(best)
    ours, theirs = ngram_counts(tokens, 1), ngram_counts(best, 1)
    assert explanation.matches == matches(ours, theirs)
    explanation = tc.ExactMatch("squad").explain(prediction, references)
    assert explanation.prediction == " ".join(tokens)
    assert explanation.references == tuple(map(" ".join, answers))


def test_tokens_must_be_numbered():
    with pytest.raises(ValueError, match="a token is 2: tokens are numbered below their count, 2"):
        _core.longest_run([0], [2])
    with pytest.raises(ValueError, match="orders are at least 1"):
        _core.shared_ngrams([0], [[0]], [0])
