"""Calls under the drop-in keep the program's options, errors, threads and signals."""

import enum
import signal
import time
import warnings

import numpy as np
import pytest
import tricolore.dropin as dropin
from dropin import EXTRACT, outcome, strictly
from rouge_score import rouge_scorer
from sacrebleu import corpus_bleu
from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.significance import PairedTest
from tricolore.dropin.same import difference


def test_references_are_those_of_the_time_they_were_given():
    import copy

    references = ["a b c", "d e"]

    def call():
        own = list(references)
        metric = CHRF(references=[own])
        own[0] = "z"
        twin = copy.deepcopy(metric)
        return metric.corpus_score(["a b", "d"], None), twin.corpus_score(["a b", "d"], None), list(metric._ref_cache)

    expected = call()
    with strictly():
        assert difference(expected, call()) is None


def test_errors_of_the_program_come_as_they_were_raised():
    class Broken(BLEU):
        def _compute_score_from_stats(self, stats):
            raise OSError("mine") from KeyError("why")

    def caught():
        try:
            raise LookupError("before")
        except LookupError:
            try:
                Broken().corpus_score(["a", "b"], [["a", "b"]])
            except OSError as error:
                return error

    expected = caught()
    with strictly():
        made = caught()
    assert [type(error) for error in (made, made.__cause__, made.__context__)] == [OSError, KeyError, LookupError]
    assert made.__suppress_context__ is expected.__suppress_context__ is True


def test_many_threads_look_into_one_list():
    from concurrent.futures import ThreadPoolExecutor

    lines = [f"line {i} of many" for i in range(50)]
    with strictly(), ThreadPoolExecutor(6) as pool:
        for _ in range(10):
            metric = CHRF(references=[lines])
            # Subclasses of str: the original runs over the objects in the list.
            odd = [np.str_(line) for line in lines]
            scores = list(pool.map(lambda _, metric=metric, odd=odd: metric.corpus_score(odd, None).score, range(6)))
            assert scores == [100.0] * 6


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no timer signals")
def test_a_handler_s_exception_is_the_program_s():
    class TimeIsUpError(Exception):
        pass

    def handler(*args):
        raise TimeIsUpError

    scorer, text = rouge_scorer.RougeScorer(["rouge1", "rougeL"]), "the cat sat on the mat " * 50

    def score_until_the_timer_ends():
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        while signal.getitimer(signal.ITIMER_REAL)[0]:
            scorer.score(text, text)
        # A timer that ends within `getitimer` has a handler that is still to run.
        time.sleep(0.1)

    before = signal.signal(signal.SIGALRM, handler)
    try:
        with strictly():
            for _ in range(20):
                with pytest.raises(TimeIsUpError):
                    score_until_the_timer_ends()
            assert dropin.status().fallbacks == {}
    finally:
        signal.signal(signal.SIGALRM, before)


def test_types_of_keys_are_those_given():
    class Kind(str, enum.Enum):  # noqa: UP042
        ONE = "rouge1"

    def call():
        types = ["rouge1", np.str_("rouge1"), Kind.ONE, "rouge1"]
        return [[type(key) for key in rouge_scorer.RougeScorer([kind]).score("a", "a")] for kind in types]

    expected = call()
    with strictly():
        assert call() == expected


def test_options_that_change_before_a_test_is_run():
    def call(before, after, test_type):
        metric = CHRF(**before) if "char_order" in before else BLEU(**before)
        systems = [("a", ["a b c d", "c d e"] * 9), ("b", ["a c d", "c d e f"] * 9)]
        test = PairedTest(systems, {"m": metric}, [["a b c d e", "c d e"] * 9], test_type, n_samples=30)
        vars(metric).update(after)
        return test()

    for before, after in (
        ({"max_ngram_order": 4}, {"max_ngram_order": 2}),
        ({"max_ngram_order": 2}, {"max_ngram_order": 4}),
        ({"char_order": 6, "word_order": 2}, {"char_order": 2, "word_order": 6}),
    ):
        for test_type in ("ar", "bs"):
            expected = outcome(lambda: call(before, after, test_type))
            with strictly():
                assert difference(expected, outcome(lambda: call(before, after, test_type))) is None


@pytest.mark.parametrize("value", [0.5, 0.9999999999999999, 2.0, 1e300, 2**70, -1.0, float("nan")])
@pytest.mark.parametrize("test_type", ["ar", "bs"])
def test_what_is_added_to_counts(test_type, value):
    def call():
        metric = BLEU(smooth_method="add-k", smooth_value=value)
        systems = [("a", ["a b c d", "c d e"] * 9), ("b", ["a c d", "c d e f"] * 9)]
        return PairedTest(systems, {"m": metric}, [["a b c d e", "c d e"] * 9], test_type, n_samples=30)()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = outcome(call)
        with strictly():
            assert difference(expected, outcome(call)) is None


def test_the_place_of_a_log_is_the_original_s(caplog):
    def call():
        caplog.clear()
        with caplog.at_level("INFO", "sacrebleu"):
            systems = [("a", ["a b", "c"]), ("b", ["a", "c d"])]
            for test_type in ("bs", "ar"):
                PairedTest(systems, {"m": BLEU()}, [["a b", "d"]], test_type, n_samples=9, n_ar_confidence=9)()
        return [(record.message, record.filename, record.funcName) for record in caplog.records]

    expected = call()
    with strictly():
        assert call() == expected


def test_options_that_change_after_the_references_were_read():
    hypotheses, references = ["a B c", "d"], [["A b c", "d"]]

    def call():
        metric = BLEU(references=references)
        metric.lowercase = True
        other = CHRF(references=references)
        other.char_order, other.order = 2, 2
        return metric.corpus_score(hypotheses, None), other.corpus_score(hypotheses, None)

    expected = call()
    with strictly():
        assert difference(expected, call()) is None
        assert dropin.status().fallbacks[EXTRACT] == {"cache": 2}


def test_what_ours_does_not_expect_is_an_error_under_strict_and_else_the_original_s(monkeypatch):
    def call():
        return corpus_bleu(["a"], [["a"]]).score

    expected = call()
    with dropin.installed():
        from tricolore.dropin import current

        ours = next(each for each in current.all_replaced() if each.name == EXTRACT)
        monkeypatch.setattr(ours, "ours", lambda *args: 1 / 0)
        assert call() == expected
        assert dropin.status().fallbacks[EXTRACT] == {"ZeroDivisionError: division by zero": 1}
        monkeypatch.setenv("TRICOLORE_DROPIN_STRICT", "1")
        with pytest.raises(dropin.StrictError, match="fell back to the original: ZeroDivisionError"):
            call()
