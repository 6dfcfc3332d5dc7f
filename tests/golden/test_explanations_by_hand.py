"""Explanations figured by hand. Places count from 0."""

import pytest
import tricolore as tc
from tricolore.explanations.ter import TEREdit, TERMove


def aligned(name, prediction, reference):
    (pair,) = tc.ROUGE([name], tokenizer="whitespace").explain(prediction, reference).pairs
    return [(place.token, place.prediction_place, place.reference_place) for place in pair.alignment]


@pytest.mark.parametrize(
    ("prediction", "reference", "expected"),
    [
        # "a" and "b" are equally long. The last tokens differ, and the length stays 1 without either of them: the
        # way back leaves that of the reference, and takes "a".
        ("b a", "a b", [("a", 1, 0)]),
        # The last of equal tokens is taken on either side.
        ("a a a", "a", [("a", 2, 0)]),
        ("a", "a a a", [("a", 0, 2)]),
        # "x" matches nothing. The length stays 2 without the last "b" of the reference, so the way back leaves
        # that "b" before it leaves "x", and takes the one before.
        ("a b x", "a b b", [("a", 0, 0), ("b", 1, 1)]),
        # Without "x" it takes the second.
        ("a b", "a b b", [("a", 0, 0), ("b", 1, 2)]),
        ("x y", "a b", []),
        ("", "a b", []),
    ],
)
def test_which_longest_common_subsequence(prediction, reference, expected):
    assert aligned("rougeL", prediction, reference) == expected


def test_a_union_shows_the_first_line_that_takes_a_token():
    # Lin, 2004, section 3.2: w1 w2 are of the first line; of the second, w1 is taken already, w3 and w5 are new.
    assert aligned("rougeLsum", "w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5", "w1 w2 w3 w4 w5") == [
        ("w1", 0, 0),
        ("w2", 1, 1),
        ("w3", 6, 2),
        ("w5", 9, 4),
    ]
    # Each line of the reference has a union of its own, with places counted through all lines.
    assert aligned("rougeLsum", "a b\nc", "c\n\na") == [("c", 2, 0), ("a", 0, 1)]


@pytest.mark.parametrize(
    ("prediction", "reference", "expected"),
    [
        # "a b" and "c d" are each as long: the first in the prediction counts,
        ("c d x a b", "a b y c d", [("c", 0, 3), ("d", 1, 4)]),
        # and of its places in the reference the first.
        ("x a b", "a b z a b", [("a", 1, 0), ("b", 2, 1)]),
        ("a", "b", []),
    ],
)
def test_which_longest_run(prediction, reference, expected):
    assert aligned("rougeLsubstr", prediction, reference) == expected


def test_which_ngrams():
    (pair,) = tc.ROUGE(["rouge2"]).explain("a b a b c", "b a b c a").pairs
    # In order of the prediction: "a b" twice and once, "b a" and "b c" once on both sides; "c a" is not in it.
    assert [tuple(match) for match in pair.ngrams] == [
        (("a", "b"), 2, 1, 1),
        (("b", "a"), 1, 1, 1),
        (("b", "c"), 1, 1, 1),
    ]


def test_of_several_references_the_largest_count_clips():
    # Papineni et al., 2002, example 2.
    explanation = tc.BLEU(max_ngram_order=1).explain(
        "the the the the the the the", ["The cat is on the mat.", "the cat on the mat saw the rat"]
    )
    assert [tuple(match) for match in explanation.ngrams] == [(("the",), 7, 3, 3)]


def test_moves_and_edits():
    explanation = tc.TER().explain("on the mat sat the old cat", ["a dog", "the cat sat on the mat"])
    # To "a dog" seven edits lead: two substitutions and five deletions. To the other three: "on the mat" goes to
    # the end, "sat" behind "the old cat", and "old" goes.
    assert explanation.reference == 1
    assert explanation.moves == (TERMove(0, 3, 7, 2), TERMove(0, 1, 4, 2))
    assert explanation.moved_tokens == tuple("the old cat sat on the mat".split())
    kept = {TEREdit("kept", token, token) for token in "the cat sat on mat".split()}
    assert explanation.edits[1] == TEREdit("deleted", "old", None)
    assert {*explanation.edits[:1], *explanation.edits[2:]} == kept
    assert len(explanation.edits) == 7


@pytest.mark.parametrize(
    ("prediction", "reference", "edits"),
    [
        ("", "a b", [("inserted", None, "a"), ("inserted", None, "b")]),
        ("a b", "", [("deleted", "a", None), ("deleted", "b", None)]),
        ("", "", []),
    ],
)
def test_edits_of_empty_texts(prediction, reference, edits):
    explanation = tc.TER().explain(prediction, reference)
    assert explanation.moves == ()
    assert [tuple(edit) for edit in explanation.edits] == edits
