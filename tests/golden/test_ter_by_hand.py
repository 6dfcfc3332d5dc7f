"""TER, exact match and token F1 against values computed by hand."""

import pytest
import tricolore as tc


@pytest.mark.parametrize(
    ("prediction", "reference", "edits", "length"),
    [
        ("a b c d", "a b c d", 0, 4),
        ("a b c d", "a b x d", 1, 4),
        ("a b c d", "a b d", 1, 3),
        ("a b d", "a b c d", 1, 4),
        # Moving one block to the end replaces three deletions and three insertions.
        ("d e f a b c", "a b c d e f", 1, 6),
        # No single move puts both tokens in place.
        ("b a x y d c", "a b x y c d", 2, 6),
        # A block of eleven tokens is too long to move, so the two tokens after it move as one block.
        ("1 2 3 4 5 6 7 8 9 10 11 x y", "x y 1 2 3 4 5 6 7 8 9 10 11", 1, 13),
        # Moves and edits together.
        ("on the mat the black cat sat", "the cat sat on the mat", 2, 6),
        ("A B", "a b", 0, 2),
        ("x y z", "a", 3, 1),
        ("", "a b", 2, 2),
        ("a b", "", 2, 0),
        ("", "", 0, 0),
    ],
)
def test_edits(prediction, reference, edits, length):
    score = tc.TER().score(prediction, reference)
    assert (score.num_edits, score.ref_length) == (edits, length)
    assert score.score == (100 * (edits / length) if length else 100.0 * (edits > 0))


def test_fifty_apart_is_the_farthest():
    """A token that would have to come from 51 places away is deleted and inserted instead."""
    between = [f"w{i}" for i in range(60)]
    for distance, edits in ((50, 1), (51, 2)):
        words = between[:distance]
        prediction, reference = " ".join([*words, "x", "end"]), " ".join(["x", *words, "end"])
        assert tc.TER().score(prediction, reference).num_edits == edits


def test_the_mean_length_of_several_references():
    score = tc.TER().score("a b c", ["a b d", "a b c d e", "q"])
    # One substitution gives the first reference, the fewest edits. The mean of the lengths 3, 5 and 1 is 3.
    assert (score.num_edits, score.ref_length) == (1, 3.0)


def test_answers():
    f1 = tc.TokenF1().score("the Nile river, in Egypt", ["River Nile", "a delta"])
    # Two of the four tokens "nile river in egypt" match, and both tokens of "river nile".
    assert (f1.precision, f1.recall, f1.score) == (0.5, 1.0, 2 * 0.5 * 1.0 / 1.5)
    corpus = tc.TokenF1().corpus(["a", "x y", "The"], ["b", "y", "an"])
    # F1 per segment: no common token gives 0; precision 1/2 and recall 1 give 2/3; two texts of articles alone give 1.
    assert corpus.score == (0 + 2 / 3 + 1) / 3
    exact = tc.ExactMatch().corpus(["1969", "Nile", "nile"], [["1968", "1969"], ["nile"], ["nile."]])
    assert (exact.score, exact.matches, exact.segments) == (1 / 3, 1, 3)
    exact = tc.ExactMatch("squad").corpus(["1969", "Nile", "nile"], [["1968", "1969"], ["the nile"], ["niles"]])
    assert (exact.score, exact.matches) == (2 / 3, 2)
