"""BLEU against values computed by hand."""

import math

import pytest
import tricolore as tc


def test_the_example_of_the_paper():
    """Papineni et al., ACL 2002, section 2.1: "the" occurs seven times and is clipped at 2, its largest count."""
    prediction = "the the the the the the the"
    references = ["The cat is on the mat", "There is a cat on the mat"]
    score = tc.BLEU(lowercase=True).score(prediction, references)
    assert (score.counts, score.totals) == ((2, 0, 0, 0), (7, 6, 5, 4))
    assert (score.sys_len, score.ref_len) == (7, 7)


def test_geometric_mean_and_brevity_penalty():
    # All n-grams match: 5, 4, 3 and 2 of them. The prediction has 5 tokens, the reference 6.
    score = tc.BLEU().score("a b c d e", "a b c d e f")
    assert score.precisions == (100.0,) * 4
    assert score.bp == math.exp(1 - 6 / 5)
    assert score.score == pytest.approx(100 * math.exp(-1 / 5))
    # The precisions are 4/5, 3/4, 2/3 and 1/2. Their geometric mean is the fourth root of 1/5.
    score = tc.BLEU().score("a b c d x", "a b c d e")
    assert score.counts == (4, 3, 2, 1)
    assert score.totals == (5, 4, 3, 2)
    assert score.score == pytest.approx(100 * (1 / 5) ** (1 / 4))


def test_smoothing_by_hand():
    # Two of three unigrams match, none of two bigrams, and not the one trigram.
    def precisions(**options):
        return tc.BLEU(**options).score("a x b", "a b c").precisions[:3]

    assert precisions() == (200 / 3, 100 / 4, 100 / 4)
    assert precisions(smooth_method="none") == (200 / 3, 0.0, 0.0)
    assert precisions(smooth_method="floor") == pytest.approx((200 / 3, 5.0, 10.0))
    assert precisions(smooth_method="add-k") == pytest.approx((200 / 3, 100 / 3, 50.0))


def test_effective_order_is_for_single_segments():
    bleu = tc.BLEU()
    assert bleu.score("a b", "a b").score == pytest.approx(100)
    assert bleu.score("a b", "a b").signature.split("|")[2] == "eff:yes"
    assert bleu.corpus(["a b"], ["a b"]).score == 0.0
    assert bleu.corpus(["a b"], ["a b"]).signature.split("|")[2] == "eff:no"
    assert tc.BLEU(effective_order=True).corpus(["a b"], ["a b"]).score == pytest.approx(100)
    assert tc.BLEU(effective_order=False).score("a b", "a b").score == 0.0


def test_an_explanation_adds_up():
    explanation = tc.BLEU().explain("the cat the cat sat", ["the cat sat", "a cat the dog"])
    for n, count in enumerate(explanation.score.counts, start=1):
        assert sum(match.matches for match in explanation.ngrams if len(match.ngram) == n) == count
    by_ngram = {match.ngram: match for match in explanation.ngrams}
    assert by_ngram["the",] == (("the",), 2, 1, 1)
    assert by_ngram["the",].clipped
    assert by_ngram["cat", "the"].reference_count == 1
    assert "1 counts, clipped" in str(explanation)
    assert explanation._repr_html_().count("<tr>") == len(explanation.facts())
    assert explanation.to_dict()["score"]["bp"] == 1.0
