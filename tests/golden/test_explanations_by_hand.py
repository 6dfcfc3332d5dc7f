"""Explanations against values computed by hand. Places count from 0."""

import pytest
import tricolore as tc
from tricolore.explanations.ter import TEREdit, TERMove


def aligned(name, prediction, reference):
    (pair,) = tc.ROUGE([name], tokenizer="whitespace").explain(prediction, reference).pairs
    return [(place.token, place.prediction_place, place.reference_place) for place in pair.alignment]


@pytest.mark.parametrize(
    ("prediction", "reference", "expected"),
    [
        # "a" and "b" are common subsequences of equal length. The last tokens differ, and removing either one keeps
        # the length at 1. The backtrace drops the reference's last token and takes "a".
        ("b a", "a b", [("a", 1, 0)]),
        # The backtrace takes the last of equal tokens, in the prediction and in the reference.
        ("a a a", "a", [("a", 2, 0)]),
        ("a", "a a a", [("a", 0, 2)]),
        # "x" matches nothing. Without the reference's last "b" the length is still 2, so the backtrace drops that
        # "b" before it drops "x", and takes the first "b".
        ("a b x", "a b b", [("a", 0, 0), ("b", 1, 1)]),
        # Without "x" the backtrace takes the second "b".
        ("a b", "a b b", [("a", 0, 0), ("b", 1, 2)]),
        ("x y", "a b", []),
        ("", "a b", []),
    ],
)
def test_which_longest_common_subsequence(prediction, reference, expected):
    assert aligned("rougeL", prediction, reference) == expected


def test_a_union_shows_the_first_line_that_takes_a_token():
    # Lin, 2004, section 3.2: the first line gives w1 and w2. The second line adds w3 and w5; w1 is already taken.
    assert aligned("rougeLsum", "w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5", "w1 w2 w3 w4 w5") == [
        ("w1", 0, 0),
        ("w2", 1, 1),
        ("w3", 6, 2),
        ("w5", 9, 4),
    ]
    # Each line of the reference has its own union. Places count through all lines.
    assert aligned("rougeLsum", "a b\nc", "c\n\na") == [("c", 2, 0), ("a", 0, 1)]


@pytest.mark.parametrize(
    ("prediction", "reference", "expected"),
    [
        # "a b" and "c d" are runs of equal length. The run that is first in the prediction wins.
        ("c d x a b", "a b y c d", [("c", 0, 3), ("d", 1, 4)]),
        # If that run occurs twice in the reference, its first place there wins.
        ("x a b", "a b z a b", [("a", 1, 0), ("b", 2, 1)]),
        ("a", "b", []),
    ],
)
def test_which_longest_run(prediction, reference, expected):
    assert aligned("rougeLsubstr", prediction, reference) == expected


def test_which_ngrams():
    (pair,) = tc.ROUGE(["rouge2"]).explain("a b a b c", "b a b c a").pairs
    # N-grams are in the order of the prediction. "a b" occurs twice in the prediction and once in the reference, "b a"
    # and "b c" once in each. "c a" is not in the prediction.
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
    # "a dog" takes seven edits: two substitutions and five deletions. The other reference takes three: "on the mat"
    # moves to the end, "sat" moves behind "the old cat", and "old" is deleted.
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
