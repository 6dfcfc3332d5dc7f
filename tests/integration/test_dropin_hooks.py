"""Under the drop-in the parts of the originals that a program replaced are still called."""

import re
import sys

import numpy as np
import pytest
import tricolore.dropin as dropin
from dropin import EXTRACT, SCORE, strictly
from nltk.stem.porter import PorterStemmer
from nltk.translate import bleu_score
from rouge_score import rouge_scorer, scoring, tokenize, tokenizers
from sacrebleu.metrics import BLEU, CHRF, TER, base, bleu, chrf, helpers, lib_ter, ter
from sacrebleu.significance import PairedTest
from sacrebleu.tokenizers import tokenizer_13a, tokenizer_re, tokenizer_ter, tokenizer_zh
from tricolore.dropin.same import difference

# Parts of an original that ours does not call, each with a call that makes the original use it.
HOOKS = [
    *(
        (BLEU, name, lambda: BLEU().corpus_score(["a b", "c"], [["a b", "d"]]))
        for name in (
            "_preprocess_segment",
            "_extract_reference_info",
            "_compute_segment_statistics",
            "_get_closest_ref_len",
        )
    ),
    *(
        (CHRF, name, lambda: CHRF(word_order=2).corpus_score(["a b", "c."], [["a b", "d."]]))
        for name in (
            "_preprocess_segment",
            "_extract_reference_info",
            "_compute_segment_statistics",
            "_get_match_statistics",
            "_remove_punctuation",
            "_compute_f_score",
        )
    ),
    *(
        (TER, name, lambda: TER().corpus_score(["a b", "c"], [["b a", "d"]]))
        for name in (
            "_preprocess_segment",
            "_extract_reference_info",
            "_compute_segment_statistics",
        )
    ),
    (base.Metric, "_cache_references", lambda: BLEU().corpus_score(["a"], [["a"]])),
    (bleu, "extract_all_word_ngrams", lambda: BLEU().corpus_score(["a"], [["a"]])),
    (helpers, "Counter", lambda: CHRF().corpus_score(["a"], [["a"]])),
    (chrf, "extract_all_char_ngrams", lambda: CHRF().corpus_score(["a"], [["a"]])),
    (ter, "translation_edit_rate", lambda: TER().corpus_score(["a"], [["b"]])),
    (lib_ter, "_perform_shift", lambda: TER().corpus_score(["a b c d"], [["c d a b"]])),
    (lib_ter, "_find_shifted_pairs", lambda: TER().corpus_score(["a b c d"], [["c d a b"]])),
    (tokenizer_re.TokenizerRegexp, "__call__", lambda: BLEU().corpus_score(["a, b"], [["a b"]])),
    (tokenizer_13a.Tokenizer13a, "__call__", lambda: BLEU().corpus_score(["a, b!"], [["a b!"]])),
    (tokenizer_ter, "_remove_punct", lambda: TER(no_punct=True).corpus_score(["a, b?"], [["a b?"]])),
    (rouge_scorer, "_score_ngrams", lambda: rouge_scorer.RougeScorer(["rouge1"]).score("a", "a")),
    (rouge_scorer, "_score_lcs", lambda: rouge_scorer.RougeScorer(["rougeL"]).score("a", "a")),
    (rouge_scorer, "_lcs_table", lambda: rouge_scorer.RougeScorer(["rougeL"]).score("a", "a")),
    (rouge_scorer, "_union_lcs", lambda: rouge_scorer.RougeScorer(["rougeLsum"]).score("a", "a")),
    (scoring, "fmeasure", lambda: rouge_scorer.RougeScorer(["rouge1"]).score("a", "a")),
    (scoring, "Score", lambda: rouge_scorer.RougeScorer(["rouge1"]).score("a", "a")),
    (tokenize, "tokenize", lambda: rouge_scorer.RougeScorer(["rouge1"]).score("a", "a")),
    (tokenizers.DefaultTokenizer, "tokenize", lambda: rouge_scorer.RougeScorer(["rouge1"]).score("a", "a")),
    (PorterStemmer, "_step1a", lambda: rouge_scorer.RougeScorer(["rouge1"], True).score("walks", "walks")),
    (PorterStemmer, "_step5b", lambda: PorterStemmer().stem("walks")),
    (bleu_score, "modified_precision", lambda: bleu_score.corpus_bleu([[["a"]]], [["a"]], (1,))),
    (bleu_score, "closest_ref_length", lambda: bleu_score.corpus_bleu([[["a"]]], [["a"]], (1,))),
]


def bootstrapped(metric):
    """Returns the paired bootstrap test of two systems by a metric."""
    return PairedTest([("a", ["a b", "c"]), ("b", ["a", "c d"])], {"m": metric}, [["a b", "d"]], "bs", n_samples=9)()


# Globals that shadow a builtin, and a module's function that is looked up by two names.
HOOKS += [
    (bleu, "min", lambda: BLEU().corpus_score(["a"], [["a"]])),
    (bleu, "max", lambda: BLEU().sentence_score("a", ["a", "a"])),
    (base, "zip", lambda: BLEU().corpus_score(["a"], [["a"]])),
    (helpers, "len", lambda: CHRF().corpus_score(["a"], [["a"]])),
    (chrf, "sum", lambda: CHRF().sentence_score("a", ["a"])),
    (lib_ter, "abs", lambda: TER().sentence_score("a", ["b"])),
    (lib_ter, "range", lambda: TER().corpus_score(["a", "c"], [["b", "c"]])),
    (rouge_scorer, "max", lambda: rouge_scorer.RougeScorer(["rougeL"]).score("a", "b")),
    (rouge_scorer, "min", lambda: rouge_scorer._score_ngrams({"a": 1}, {"a": 1})),
    (rouge_scorer, "min", lambda: rouge_scorer.RougeScorer(["rouge1"]).score("a", "a")),
    (tokenize, "len", lambda: rouge_scorer.RougeScorer(["rouge1"], True).score("walks", "walks")),
    (bleu_score, "min", lambda: bleu_score.corpus_bleu([[["a"]]], [["a"]], (1,))),
    (sys.modules["nltk.util"], "iter", lambda: bleu_score.corpus_bleu([[["a"]]], [["a"]], (1,))),
    (sys.modules[PorterStemmer.__module__], "len", lambda: PorterStemmer().stem("walks")),
]


HOOKS += [
    (tokenizer_zh.TokenizerZh, "_is_chinese_char", lambda: BLEU(tokenize="zh").corpus_score(["a 漢"], [["漢 b"]])),
    (lib_ter.BeamEditDistance, "__init__", lambda: TER().corpus_score(["a b"], [["b a"]])),
    (lib_ter.BeamEditDistance, "_edit_distance", lambda: TER().corpus_score(["a b"], [["b a"]])),
    *((module, "sum_of_lists", lambda make=make: make().corpus_score(["a", "b"], [["a", "c"]]))
      for module, make in ((bleu, BLEU), (chrf, CHRF), (ter, TER))),
    *((owner, name, lambda make=make: bootstrapped(make())) for make, owner, name in (
        (BLEU, BLEU, "_aggregate_and_compute"), (BLEU, BLEU, "compute_bleu"), (BLEU, bleu.BLEUScore, "__init__"),
        (BLEU, bleu, "my_log"), (BLEU, base.Score, "__init__"), (CHRF, CHRF, "_aggregate_and_compute"),
        (CHRF, chrf.CHRFScore, "__init__"), (TER, TER, "_compute_score_from_stats"),
    )),
]  # fmt: skip


class SeenError(Exception):
    """Raised by the replacement of a part."""


@pytest.mark.parametrize(("owner", "name", "call"), HOOKS, ids=lambda part: getattr(part, "__name__", str(part)))
def test_a_part_that_is_another_s_is_called(owner, name, call, monkeypatch):
    def mine(*args, **kwargs):
        raise SeenError

    with strictly():
        call()
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, mine, raising=False)
            with pytest.raises(SeenError):
                call()
        before = dropin.status()
        call()
        assert dropin.status().fallbacks == before.fallbacks


@pytest.mark.parametrize(
    ("owner", "name", "value", "call"),
    [
        (lib_ter, "_OP_SUB", " ", lambda: TER().sentence_score("a c d b", ["c d d a"]).score),
        (lib_ter, "_OP_NOP", "s", lambda: TER().sentence_score("d c d b", ["a c b d"]).score),
        (lib_ter, "_FLIP_OPS", {}, lambda: TER().sentence_score("c b a a d", ["d c d c a a"]).score),
        (lib_ter, "_MAX_SHIFT_DIST", 0, lambda: TER().corpus_score(["a b c d e"], [["c d e a b"]]).score),
        (CHRF, "_PUNCTS", {"a"}, lambda: CHRF(word_order=2).corpus_score(["ba ca."], [["b c."]]).score),
        (
            tokenizer_ter.TercomTokenizer,
            "ASIAN_PUNCT",
            "(a)",
            lambda: tokenizer_ter.TercomTokenizer(no_punct=True, asian_support=True)("xaby" + "z" * 7),
        ),
    ],
)
def test_a_constant_that_was_changed_counts(owner, name, value, call, monkeypatch):
    plain = call()
    monkeypatch.setattr(owner, name, value)
    tokenizer_ter.TercomTokenizer.__call__.cache_clear()
    expected = call()
    assert expected != plain
    with strictly():
        tokenizer_ter.TercomTokenizer.__call__.cache_clear()
        assert call() == expected
    tokenizer_ter.TercomTokenizer.__call__.cache_clear()


def test_a_builtin_that_was_replaced_counts(monkeypatch):
    import builtins

    scorer, plain = rouge_scorer.RougeScorer(["rouge1"]), min
    expected = scorer.score("a b b c", "b b c d")["rouge1"].fmeasure
    with strictly():
        with monkeypatch.context() as patch:
            patch.setattr(builtins, "min", lambda *args: plain(*args) / 2)
            halved = scorer.score("a b b c", "b b c d")["rouge1"].fmeasure
        assert dropin.status().fallbacks[SCORE] == {"hook": 1}
        assert scorer.score("a b b c", "b b c d")["rouge1"].fmeasure == expected == 2 * halved


def test_a_constructor_that_was_replaced_makes_the_scores(monkeypatch):
    scorer, plain = rouge_scorer.RougeScorer(["rouge1", "rougeL"]), scoring.Score.__new__

    def halved(cls, *figures):
        return plain(cls, *(figure / 2 for figure in figures))

    with strictly(), monkeypatch.context() as patch:
        assert scorer.score("a b", "b c")["rougeL"] == (0.5, 0.5, 0.5)
        patch.setattr(scoring.Score, "__new__", halved)
        assert scorer.score("a b", "b c") == {"rouge1": (0.25, 0.25, 0.25), "rougeL": (0.25, 0.25, 0.25)}


def test_code_that_was_replaced_counts_in_a_corpus():
    hypotheses, references = ["a b", "c"], [["a b", "d"]]
    function = helpers.extract_all_word_ngrams
    before, plain = function.__code__, BLEU().corpus_score(hypotheses, references).score

    def other(line, min_order, max_order):
        from collections import Counter

        return Counter({("x",): 1}), 1

    with strictly():
        try:
            function.__code__ = other.__code__
            assert BLEU().corpus_score(hypotheses, references).counts == [2, 0, 0, 0]
            assert dropin.status().fallbacks[EXTRACT] == {"hook": 1}
        finally:
            function.__code__ = before
        assert BLEU().corpus_score(hypotheses, references).score == plain


def test_subclasses_and_instances_of_one_s_own():
    class Upper(BLEU):
        def _preprocess_segment(self, sent):
            return super()._preprocess_segment(sent.upper())

    mine = BLEU()
    mine._preprocess_segment = lambda sent: sent.upper()
    with_tokenizer = BLEU()
    with_tokenizer.tokenizer = lambda text: text.upper()
    changed = BLEU()
    changed.tokenizer._post_tokenizer._re.append((re.compile("b"), " B "))
    hypotheses, references = ["a b c D"], [["A B c d"]]
    same = (type("Same", (kind,), {"note": "adds nothing"})() for kind in (BLEU, CHRF, TER))
    for metric, ours in ((Upper(), 0), (mine, 0), (with_tokenizer, 0), (changed, 0), *((own, 1) for own in same)):
        expected = metric.corpus_score(hypotheses, references)
        with strictly():
            assert difference(expected, metric.corpus_score(hypotheses, references)) is None
            assert dropin.status().served[EXTRACT] == ours, metric
            assert ours or dropin.status().fallbacks[EXTRACT] == {"hook": 1}


def test_a_paired_test_asks_what_scores_a_shuffle():
    class Other(BLEU):
        def _aggregate_and_compute(self, stats):
            score = super()._aggregate_and_compute(stats)
            score.score = round(score.score, 1)
            return score

    def call(test_type):
        systems = [("a", ["a b c d", "c d"] * 9), ("b", ["a c d", "c d e"] * 9)]
        references = [["a b c d e", "c d e"] * 9]
        return PairedTest(systems, {"m": Other()}, references, test_type, n_samples=20, n_ar_confidence=9)()

    for test_type in ("ar", "bs"):
        expected = call(test_type)
        with strictly():
            assert difference(expected, call(test_type)) is None
            assert dropin.status().fallbacks[f"sacrebleu.significance._paired_{test_type}_test"] == {"hook": 1}


def test_numpy_s_draws_that_are_another_s(monkeypatch):
    aggregator = scoring.BootstrapAggregator(n_samples=5)
    for text in ("a", "a b", "b"):
        aggregator.add_scores(rouge_scorer.RougeScorer(["rouge1"]).score(text, "a"))
    with strictly():
        with monkeypatch.context() as patch:
            patch.setattr(np.random, "choice", lambda numbers, size: numbers)
            made = aggregator.aggregate()["rouge1"]
        fallbacks = dropin.status().fallbacks["rouge_score.scoring.BootstrapAggregator._bootstrap_resample"]
        assert fallbacks == {"hook": 1}
    # The replaced `choice` makes every sample equal the segments themselves.
    assert made.low == made.mid == made.high
