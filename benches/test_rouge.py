"""Times ROUGE with pytest-benchmark, and checks its answers.

python -m pytest benches                       # with timings
python -m pytest benches --benchmark-disable   # only the answers
"""

import pytest
import tricolore as tc
from tricolore import reference
from workloads import generated

TYPES = ("rouge1", "rouge2", "rougeL", "rougeLsum")
WORKLOADS = {workload.name: workload for workload in generated(scale=0.2)}
# The number of pairs checked against the reference in Python, whose table for a pair of books takes minutes.
CHECKED = {"sentences": 200, "documents": 3, "books": 0}


@pytest.mark.parametrize("use_stemmer", [False, True], ids=["plain", "stemmed"])
@pytest.mark.parametrize("types", [TYPES[:3], TYPES], ids=["basic", "lsum"])
@pytest.mark.parametrize("name", WORKLOADS)
def test_score_each(benchmark, name, types, use_stemmer):
    _, predictions, references = WORKLOADS[name]
    rouge = tc.ROUGE(types, use_stemmer)
    scores = rouge.score_each(predictions, references, num_threads=1)
    for i in range(CHECKED[name]):
        assert scores[i] == reference.rouge(predictions[i], [references[i]], types, use_stemmer)
    timed = benchmark(rouge.score_each, predictions, references, num_threads=1)
    assert timed.values.tobytes() == scores.values.tobytes()


def test_a_book_adds_up():
    """Checks a book's n-grams, and its start with every type, because the table for a whole book takes minutes."""
    _, predictions, references = WORKLOADS["books"]
    counts = tc.ROUGE(["rouge1", "rouge2"]).score(predictions[0], references[0]).counts
    for name in counts:
        assert counts[name] == reference.count(name, predictions[0], references[0])
    start = predictions[0][:6000], references[0][:6000]
    assert tc.ROUGE(TYPES).score(*start) == reference.rouge(start[0], [start[1]], TYPES)


def test_score(benchmark):
    _, predictions, references = WORKLOADS["sentences"]
    rouge = tc.ROUGE(TYPES[:3])
    expected = reference.rouge(predictions[0], [references[0]], TYPES[:3])
    assert rouge.score(predictions[0], references[0]) == expected
    assert benchmark(rouge.score, predictions[0], references[0]) == expected


def test_corpus_on_every_processor(benchmark):
    _, predictions, references = WORKLOADS["documents"]
    rouge = tc.ROUGE(TYPES)
    expected = rouge.corpus(predictions[::-1], references[::-1], num_threads=1)
    assert rouge.corpus(predictions, references) == expected
    assert benchmark(rouge.corpus, predictions, references) == expected
