"""Installing, running and ending the drop-in."""

import enum
import os
import py_compile
import signal
import subprocess
import sys
import textwrap
import warnings
import zipfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import sacrebleu
import tricolore.dropin as dropin
from dropin import outcome, strictly
from nltk.stem.porter import PorterStemmer
from nltk.translate import bleu_score
from rouge_score import rouge_scorer, scoring, tokenize, tokenizers
from sacrebleu import corpus_bleu
from sacrebleu.metrics import BLEU, CHRF, TER, base, bleu, chrf, helpers, lib_ter, ter
from sacrebleu.significance import PairedTest
from sacrebleu.tokenizers import tokenizer_13a, tokenizer_re, tokenizer_ter, tokenizer_zh
from tricolore.compat.installed.answers import REASONS
from tricolore.dropin.same import difference

ROOT = Path(__file__).parents[2]
EXTRACT = "sacrebleu.metrics.base.Metric._extract_corpus_statistics"
SCORE = "rouge_score.rouge_scorer.RougeScorer.score"


def python(program, *arguments, cwd=None, **environment):
    """A program in a process of its own: what it prints, or what it says when it fails."""
    made = subprocess.run(
        [sys.executable, *arguments, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, **environment},
    )
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def test_importing_imports_no_original():
    originals = "rouge_score", "sacrebleu", "nltk", "numpy"
    program = f"import sys, tricolore.dropin as d; d.install(); print(sorted(set({originals}) & set(sys.modules)))"
    assert python(program) == "[]"


@pytest.mark.parametrize("order", ["import; install", "install; import", "install; import inside"])
def test_names_imported_before_and_after(order):
    imports = (
        "from sacrebleu import corpus_bleu\n"
        "from rouge_score.rouge_scorer import RougeScorer\n"
        "from rouge_score.tokenize import tokenize\n"
        "from nltk.translate.bleu_score import sentence_bleu\n"
    )
    install = "import tricolore.dropin as d; d.install()\n"
    program = imports + install if order == "import; install" else install + imports
    program += (
        "corpus_bleu(['a b'], [['a c']]); RougeScorer(['rouge1']).score('a', 'b')\n"
        "tokenize('a b', None); sentence_bleu([['a']], ['a'], (1,))\n"
        "print(sorted(name for name, n in d.status().served.items() if n), d.status().fallbacks)\n"
    )
    if order.endswith("inside"):
        program = "def run():\n" + textwrap.indent(program, "    ") + "run()"
    expected = [
        "nltk.translate.bleu_score.corpus_bleu",
        SCORE,
        "rouge_score.tokenize.tokenize",
        EXTRACT,
        "sacrebleu.metrics.bleu.BLEU._aggregate_and_compute",
    ]
    assert python(program) == f"{expected} {{}}"


def functions():
    return [
        bleu_score.corpus_bleu.__code__,
        tokenize.tokenize.__code__,
        vars(PorterStemmer)["stem"],
        vars(rouge_scorer.RougeScorer)["score"],
        vars(base.Metric)["_extract_corpus_statistics"],
        vars(BLEU)["_aggregate_and_compute"],
        vars(tokenizer_13a.Tokenizer13a)["__call__"],
    ]


def test_uninstalling_puts_everything_back(monkeypatch):
    import inspect

    before = functions()
    path, signature = list(sys.meta_path), inspect.signature(bleu_score.corpus_bleu)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["/x", "", "/y"]))
    environment = {name: os.environ.get(name) for name in ("PYTHONPATH", "TRICOLORE_DROPIN_ONLY")}
    dropin.install()
    try:
        assert not any(a is b for a, b in zip(before, functions(), strict=True))
        assert inspect.signature(bleu_score.corpus_bleu) == signature
        assert inspect.getsource(bleu_score.corpus_bleu).startswith("def corpus_bleu(\n    list_of_references,")
        assert rouge_scorer.RougeScorer.score.__qualname__ == "RougeScorer.score"
        assert "Calculates rouge scores" in rouge_scorer.RougeScorer.score.__doc__
        dropin.install()
        dropin.install(["nltk"])
        assert len(sys.meta_path) == len(path) + 1
    finally:
        dropin.uninstall()
        dropin.uninstall()
    assert all(a is b for a, b in zip(before, functions(), strict=True))
    assert sys.meta_path == path
    assert environment == {name: os.environ.get(name) for name in environment}


def test_only_what_was_asked_for():
    with dropin.installed(["rouge_score"]):
        assert set(dropin.status().versions) == {"rouge_score", "nltk stemmer"}
        with dropin.installed("sacrebleu"):
            assert set(dropin.status().versions) == {"rouge_score", "nltk stemmer", "sacrebleu"}
        assert set(dropin.status().versions) == {"rouge_score", "nltk stemmer"}
    with pytest.raises(ValueError, match="only holds 'sacreblue': it takes rouge_score, sacrebleu, nltk"):
        dropin.install(["sacreblue"])
    assert dropin.status() == dropin.Status({}, {}, {}, {})


def test_what_somebody_else_put_there_since_stays(monkeypatch):
    dropin.install()
    monkeypatch.setattr(BLEU, "_aggregate_and_compute", mine := lambda self, stats: 5)
    dropin.uninstall()
    assert vars(BLEU)["_aggregate_and_compute"] is mine


def test_status():
    with dropin.installed():
        corpus_bleu(["a"], [["a"]])
        corpus_bleu(["a"], ["a"])
        status = dropin.status()
    assert status.versions["sacrebleu"] == sacrebleu.__version__
    assert status.served[EXTRACT] == 2
    text = str(status)
    assert f"sacrebleu {sacrebleu.__version__}: replaced" in text
    assert EXTRACT in text
    assert status.to_dict()["versions"] == status.versions
    assert str(dropin.status()) == "nothing is replaced"


# What ours passes by, and a call that does.
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
    """The paired bootstrap of two systems by a metric."""
    return PairedTest([("a", ["a b", "c"]), ("b", ["a", "c d"])], {"m": metric}, [["a b", "d"]], "bs", n_samples=9)()


# Globals that shadow a builtin, and a function of a module that is looked up by two names.
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
    """Raised by what was put in place of a part."""


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
    changed.tokenizer._post_tokenizer._re.append((__import__("re").compile("b"), " B "))
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
            # Others than plain str: the original runs, over what it finds in the list.
            odd = [np.str_(line) for line in lines]
            scores = list(pool.map(lambda _, metric=metric, odd=odd: metric.corpus_score(odd, None).score, range(6)))
            assert scores == [100.0] * 6


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer here")
def test_a_handler_s_exception_is_the_program_s():
    class TimeIsUpError(Exception):
        pass

    def handler(*args):
        raise TimeIsUpError

    scorer, text = rouge_scorer.RougeScorer(["rouge1", "rougeL"]), "the cat sat on the mat " * 50

    def score_until_the_timer_ends():
        while signal.getitimer(signal.ITIMER_REAL)[0]:
            scorer.score(text, text)

    before = signal.signal(signal.SIGALRM, handler)
    try:
        with strictly():
            for _ in range(20):
                signal.setitimer(signal.ITIMER_REAL, 0.01)
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
    # Every sample is the segments themselves.
    assert made.low == made.mid == made.high


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


def test_the_spec_of_an_original_can_be_copied():
    program = """
        import copy, importlib.util
        import tricolore.dropin as d
        d.install()
        print(copy.deepcopy(importlib.util.find_spec("sacrebleu")).name)
        """
    assert python(program) == "sacrebleu"


def test_overlapping_statements_in_threads():
    import threading

    entered, leave = threading.Event(), threading.Event()

    def other():
        with dropin.installed():
            entered.set()
            leave.wait()

    thread = threading.Thread(target=other)
    with dropin.installed():
        corpus_bleu(["a"], [["a"]])
        thread.start()
        entered.wait()
        with dropin.installed(["nltk"]):
            assert dropin.status().served[EXTRACT] == 1
    assert dropin.status().served[EXTRACT] == 1
    leave.set()
    thread.join()
    assert dropin.status() == dropin.Status({}, {}, {}, {})


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


def test_the_documentation_lists_every_reason():
    page = (ROOT / "docs" / "unchanged-programs.md").read_text("utf-8")
    for reason in REASONS:
        assert f"| `{reason}` |" in page, reason


def edited(folder, package, file, change):
    """A copy of an installed package, with a change."""
    import shutil

    source = Path(sys.modules[package].__file__).parent
    shutil.copytree(source, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    path = folder / package / file
    path.write_text(change(path.read_text("utf-8")), "utf-8")


@pytest.mark.parametrize("strict", ["0", "1"])
def test_an_edited_original_stays_itself(tmp_path, strict):
    edited(tmp_path, "rouge_score", "scoring.py", lambda text: text.replace("return 0.0", "return 0.5"))
    program = """
        import warnings
        import tricolore.dropin as d
        d.install()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                from rouge_score import rouge_scorer
            except d.StrictError as error:
                print(error)
                raise SystemExit
        print(rouge_scorer.RougeScorer(["rouge1"]).score("a", "b")["rouge1"].fmeasure, len(caught), caught[0].message)
        print(d.status().left_alone, "rouge_score" in d.status().versions)
        """
    out = python(program, cwd=tmp_path, PYTHONPATH=str(tmp_path), TRICOLORE_DROPIN_STRICT=strict)
    why = "rouge_score.scoring is of a version that is not known, or edited"
    said = f"tricolore.dropin: rouge_score keeps its own code: {why}"
    assert out == (said if strict == "1" else f"0.5 1 {said}\n{{'rouge_score': {why!r}}} False")


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        (
            "rouge_scorer._create_ngrams = lambda tokens, n: {}",
            "rouge_score.rouge_scorer._create_ngrams was replaced by something else before",
        ),
        (
            "rouge_scorer.min = lambda *numbers: 0",
            "ForeignError: rouge_score.rouge_scorer: <lambda> is of __main__",
        ),
        (
            "import builtins; plain = min; builtins.min = lambda *numbers: 0 if numbers == (1, 1) else plain(*numbers)",
            "ForeignError: rouge_score.rouge_scorer: <lambda> is of __main__",
        ),
    ],
)
def test_an_original_that_was_patched_before_stays_itself(patch, said):
    program = f"""
        import warnings
        from rouge_score import rouge_scorer
        {patch}
        import tricolore.dropin as d
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            d.install(["rouge_score"])
        print(rouge_scorer.RougeScorer(["rouge1"]).score("a", "a")["rouge1"].fmeasure, caught[0].message)
        """
    assert python(program) == f"0.0 tricolore.dropin: rouge_score keeps its own code: {said}"


def test_a_builtin_that_was_shadowed_by_another_before_counts():
    program = """
        from rouge_score import rouge_scorer
        rouge_scorer.min = max
        import tricolore.dropin as d
        d.install()
        scores = rouge_scorer.RougeScorer(["rouge1"]).score("a a", "a")
        print(scores["rouge1"].precision, d.status().fallbacks)
        """
    assert python(program) == "2.0 {'rouge_score.rouge_scorer.RougeScorer.score': {'hook': 1}}"


def test_an_original_in_an_archive_is_recognised(tmp_path):
    source = Path(rouge_scorer.__file__).parent
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        for path in source.glob("*.py"):
            archive.write(path, f"rouge_score/{path.name}")
    program = """
        import tricolore.dropin as d
        d.install()
        from rouge_score import rouge_scorer
        assert "packed.zip" in rouge_scorer.__file__
        rouge_scorer.RougeScorer(["rouge1"]).score("a", "a")
        print(d.status().served["rouge_score.rouge_scorer.RougeScorer.score"], type(rouge_scorer.__loader__).__name__)
        """
    assert python(program, PYTHONPATH=str(tmp_path / "packed.zip")) == "1 zipimporter"


PROGRAM = """
    import sys
    from rouge_score.rouge_scorer import RougeScorer
    class Own: pass
    print(sys.argv, __name__, getattr(__spec__, 'name', None), __package__, __file__, type(__loader__).__name__)
    print(sys.modules["__main__"].Own is Own, sys.path[0] == FOLDER, sorted(vars()))
    print(RougeScorer(["rouge1"]).score("a b", "a")["rouge1"].recall)
    if "fail" in sys.argv: raise KeyError("mine")
    sys.exit(7)
    """


def run(*arguments, cwd, stdin=None, **environment):
    made = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        input=stdin,
        env={**os.environ, "TRICOLORE_DROPIN_STRICT": "1", **environment},
    )
    return made.returncode, made.stdout, made.stderr


@pytest.mark.parametrize("way", [["program.py"], ["folder"], ["-m", "module"], ["packed.zip"], ["-m", "package.sub"]])
@pytest.mark.parametrize("arguments", [["--verify", "-m", "x"], ["fail"]])
def test_a_program_runs_as_it_would(way, arguments, tmp_path):
    text = textwrap.dedent(PROGRAM)
    places = {
        "program.py": tmp_path,
        "folder": tmp_path / "folder",
        "packed.zip": tmp_path / "packed.zip",
        "module": tmp_path,
        "package.sub": tmp_path,
    }
    text = text.replace("FOLDER", repr(str(places[way[-1]])))
    for name in ("program.py", "module.py", "folder/__main__.py", "package/__init__.py", "package/sub/__main__.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("" if name == "package/__init__.py" else text)
    (tmp_path / "package/sub/__init__.py").write_text("")
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("__main__.py", text)
    plain = run(*way, *arguments, cwd=tmp_path)
    replaced = run("-m", "tricolore.dropin", "--status", *way, *arguments, cwd=tmp_path)
    assert replaced[:2] == plain[:2]
    assert plain[0] == (1 if "fail" in arguments else 7), plain
    assert SCORE in replaced[2]
    assert ("KeyError: 'mine'" in replaced[2]) == ("fail" in arguments)


SHOW = """
import sys
name = getattr(__loader__, "__name__", type(__loader__).__name__)
print(sys.argv, __name__, globals().get("__file__"), repr(sys.path[0]), name, __spec__, sorted(globals()))
import sacrebleu
print(sacrebleu.corpus_bleu(["a"], [["a"]]).score, "é")
def fail():
    raise KeyError("mine")
if "fail" in sys.argv: fail()
"""


def frames(stderr):
    """The part of a traceback that is the program's."""
    lines = stderr.splitlines()
    starts = [i for i, line in enumerate(lines) if "in <module>" in line]
    return lines[starts[-1] :] if starts else lines


def assert_same_run(way, tmp_path, stdin=None, **options):
    for more in ([], ["a", "--b"], ["fail"]):
        made = []
        for runner in ([], ["-m", "tricolore.dropin"]):
            with open_source(options.get("pipe")) as descriptors:
                path = [f"/dev/fd/{descriptor}" for descriptor in descriptors]
                command = [sys.executable, *runner, *way, *path, *more]
                done = subprocess.run(
                    command, capture_output=True, text=True, cwd=tmp_path, input=stdin, pass_fds=descriptors
                )
            named = done.stdout.replace(path[0], "PIPE") if path else done.stdout
            shown = done.stderr.replace(path[0], "PIPE") if path else done.stderr
            made.append((done.returncode, named, frames(shown)))
        assert made[0] == made[1], made
        assert made[0][0] == ("fail" in more), made


@contextmanager
def open_source(text):
    """A pipe from which a program can be read, as process substitution makes it."""
    if text is None:
        yield ()
        return
    reading, writing = os.pipe()
    os.write(writing, text.encode())
    os.close(writing)
    try:
        yield (reading,)
    finally:
        os.close(reading)


def test_a_program_from_standard_input(tmp_path):
    assert_same_run(["-"], tmp_path, stdin=SHOW)


@pytest.mark.parametrize("way", [["-c", SHOW], ["-c" + SHOW]])
def test_a_program_on_the_command_line(way, tmp_path):
    assert_same_run(way, tmp_path)


@pytest.mark.parametrize("name", ["program.pyc", "program.odd"])
def test_a_compiled_program(name, tmp_path):
    (tmp_path / "program.py").write_text(SHOW, "utf-8")
    py_compile.compile(str(tmp_path / "program.py"), str(tmp_path / name), doraise=True)
    assert_same_run([name], tmp_path)


@pytest.mark.parametrize("way", ["./program.py", "sub/../program.py", "sub/link.py", "./folder", "sub/../folder"])
def test_paths_that_are_not_plain(way, tmp_path):
    for name in ("program.py", "folder/__main__.py", "sub/other.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(SHOW.replace("__spec__,", "__spec__ is None,"), "utf-8")
    if way == "sub/link.py":
        try:
            (tmp_path / way).symlink_to("../program.py")
        except OSError:
            pytest.skip("no symbolic links here")
    assert_same_run([way], tmp_path)


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="no process substitution here")
def test_a_program_in_a_pipe(tmp_path):
    assert_same_run([], tmp_path, pipe=SHOW)


def test_a_compiled_program_of_another_python(tmp_path):
    (tmp_path / "program.pyc").write_bytes(b"\0" * 20)
    plain = run("program.pyc", cwd=tmp_path)
    replaced = run("-m", "tricolore.dropin", "program.pyc", cwd=tmp_path)
    assert plain[:2] == replaced[:2] == (1, "")
    assert "RuntimeError: Bad magic number in .pyc file" in replaced[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name a program to run"),
        (["--only"], "--only takes names"),
        (["--only", "nope", "x.py"], "not 'nope'"),
        (["--onyl=nltk", "x.py"], "there is no option --onyl=nltk"),
        (["-m"], "-m takes a module"),
        (["-c"], "-c takes the text of a program"),
        (["absent.py"], "absent.py': [Errno 2] No such file or directory"),
    ],
)
def test_wrong_command_lines(arguments, said, tmp_path):
    code, out, err = run("-m", "tricolore.dropin", *arguments, cwd=tmp_path)
    assert (code, out) in ((2, ""), (1, ""))
    assert said in err
    assert "Traceback" not in err


def test_help(tmp_path):
    code, out, err = run("-m", "tricolore.dropin", "--help", cwd=tmp_path)
    assert (code, err) == (0, "")
    assert out.startswith("usage: python -m tricolore.dropin [--verify]")
