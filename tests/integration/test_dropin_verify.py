"""`--verify` computes every call both ways and ends with exit code 70 if any result differs."""

import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from fractions import Fraction

import numpy as np
import pytest
from process import run
from tricolore.dropin.same import difference, exact

# A program under test calls this to make our result wrong.
BREAK = """
    def break_(name, wrong):
        from tricolore.dropin import current
        (found,) = (each for each in current.all_replaced() if each.name.endswith(name))
        ours = found.ours
        found.ours = lambda *args: wrong(ours(*args))
    """


def verify(folder, program, *arguments, **environment):
    (folder / "program.py").write_text(textwrap.dedent(BREAK) + textwrap.dedent(program), "utf-8")
    environment = {"TMPDIR": str(folder), "TRICOLORE_DROPIN_STRICT": "1", **environment}
    return run("-m", "tricolore.dropin", "--verify", "program.py", *arguments, cwd=folder, timeout=120, **environment)


def test_nothing_moves(tmp_path):
    made = verify(
        tmp_path,
        """
        import logging, random, sys, warnings
        import numpy as np
        from nltk.translate.bleu_score import sentence_bleu
        from rouge_score import rouge_scorer, scoring
        from sacrebleu.metrics import BLEU
        np.random.seed(5); random.seed(5)
        logging.basicConfig(stream=sys.stdout, format="%(message)s")
        scorer, aggregator = rouge_scorer.RougeScorer(["rouge1"]), scoring.BootstrapAggregator(n_samples=9)
        for a, b in (("a b", "a"), ("a", "b"), ("a c d", "c d")):
            aggregator.add_scores(scorer.score(a, b))
        print(aggregator.aggregate()["rouge1"].mid, np.random.random(), random.random())
        lines = ["it is so ."] * 100
        print(BLEU().corpus_score(lines, [lines], n_bootstrap=5))
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, *more: print("warned", str(message)[:30])
        print(sentence_bleu([["a", "b"]], ["a", "c"]))
        try:
            BLEU().corpus_score(["a"], [[5]])
        except TypeError as error:
            print(error)
        sys.exit(3)
        """,
    )
    program = [sys.executable, "program.py"]
    plain = subprocess.run(program, capture_output=True, text=True, cwd=tmp_path)
    assert plain.stdout.count("That's 100 lines") == 1
    assert plain.stdout.count("warned") == 3
    assert (made.stdout, made.returncode) == (plain.stdout, plain.returncode), made.stderr
    assert plain.returncode == 3
    assert re.search(r"--verify: \d+ calls computed both ways, 0 differ; originals [\d.]+ s, tricolore", made.stderr)
    # No temporary file is left behind.
    assert [path.name for path in tmp_path.iterdir()] == ["program.py"]


def test_a_value_that_differs_ends_the_program(tmp_path):
    made = verify(
        tmp_path,
        """
        from rouge_score import rouge_scorer
        def wrong(scores):
            return {k: v._replace(recall=v.recall + 2.0 ** -52) for k, v in scores.items()}
        break_("RougeScorer.score", wrong)
        print("before", flush=True)
        try:
            rouge_scorer.RougeScorer(["rouge1"]).score("a b c", "a")
        except Exception:
            print("not an Exception")
        print("after")
        """,
    )
    assert (made.returncode, made.stdout) == (70, "before\n")
    third = 1 / 3
    assert "RougeScorer.score differs at result['rouge1'][1]" in made.stderr
    assert f"{third.hex()} ({third!r})" in made.stderr
    assert f"{(third + 2.0**-52).hex()}" in made.stderr
    assert "argument 1: 'a b c'" in made.stderr
    assert "program.py" in made.stderr
    assert "1 differ;" in made.stderr
    (script,) = tmp_path.glob("tricolore-dropin-*/difference-*/reproduce.py")
    again = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, cwd=tmp_path)
    # Without the broken replacement tricolore is right.
    assert again.returncode == 0, again.stderr
    assert "differs: None" in again.stdout


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ("lambda rows: [[*rows[0][:-1], float(rows[0][-1])]]", "result[0][9]: int against float"),
        ("lambda rows: tuple(rows)", "result: list against tuple"),
        ("lambda rows: rows + rows", "result: length 1 against 2"),
        ("lambda rows: __import__('random').random() and rows", "the random state afterwards[0]"),
        ("lambda rows: setattr(metric, 'num_refs', 9) or rows", "the object afterwards[0]['num_refs']"),
    ],
)
def test_what_counts_as_different(wrong, where, tmp_path):
    made = verify(
        tmp_path,
        f"""
        from sacrebleu.metrics import BLEU
        metric = BLEU()
        break_("_extract_corpus_statistics", {wrong})
        metric.corpus_score(["a"], [["a"]])
        """,
    )
    assert made.returncode == 70
    assert f"_extract_corpus_statistics differs at {where}" in made.stderr


def test_an_exception_of_one_way_alone(tmp_path):
    made = verify(
        tmp_path,
        """
        from nltk.translate.bleu_score import corpus_bleu
        def wrong(score):
            from tricolore.dropin.replaced import OriginalError
            raise OriginalError(KeyError("x"))
        break_("corpus_bleu", wrong)
        corpus_bleu([[["a"]]], [["a"]], (1,), smoothing_function=lambda p, **more: p)
        """,
    )
    assert made.returncode == 70
    assert "differs at exception: None against KeyError('x')" in made.stderr
    # A local function cannot be pickled.
    assert "the arguments cannot be pickled" in made.stderr


WRONG_INSIDE = {
    "sums of rows": """
        from tricolore.dropin.adapters import sacrebleu_metrics
        (known,) = (each for cls, each in sacrebleu_metrics.KNOWN.items() if cls is BLEU)
        wrong = known._replace(kind=known.kind._replace(total=lambda matrix: [1] * 10))
        sacrebleu_metrics.KNOWN[BLEU] = wrong
        BLEU().corpus_score(["a b c", "d e"], [["a b d", "d e"]])
        """,
    "prepared references": """
        metric = BLEU(references=[["a b c", "d e"]])
        metric._ref_cache.prepared = metric._ref_cache.prepared[::1].metric.prepare(["x", "y"])
        metric.corpus_score(["a b c", "d e"], None)
        """,
    "sums of samples": """
        from tricolore.dropin.adapters import sacrebleu_significance as ours
        from sacrebleu.significance import PairedTest
        right = ours.sums_of_chunks
        systems = [("a", ["a b c d"] * 5 + ["d"]), ("b", ["a b c"] * 5 + ["d e"])]
        test = PairedTest(systems, {"BLEU": BLEU()}, [["a b c d"] * 5 + ["d e"]], "bs", n_samples=20)
        ours.sums_of_chunks = lambda rows, chunks: right(rows, chunks) + 1
        test()
        """,
}


@pytest.mark.parametrize("what", WRONG_INSIDE)
def test_what_is_made_when_somebody_looks_is_compared_as_it_was(what, tmp_path):
    program = "from sacrebleu.metrics import BLEU\n" + textwrap.dedent(WRONG_INSIDE[what])
    made = verify(tmp_path, program)
    assert made.returncode == 70, made.stderr
    assert "1 differ;" in made.stderr
    assert " 0 calls left to the originals or not repeatable" in made.stderr


def test_a_program_whose_tokenizer_does_not_answer_alike(tmp_path):
    made = verify(
        tmp_path,
        """
        from sacrebleu.metrics import BLEU
        class Counting:
            number = 0
            def __call__(self, text):
                self.number += 1
                return f"{text} {self.number}"
            def signature(self):
                return "counting"
        metric = BLEU()
        metric.tokenizer = Counting()
        print(metric.corpus_score(["a b", "c"], [["a b", "c"]]).score)
        """,
    )
    assert made.returncode == 0, made.stderr
    assert "1 calls left to the originals or not repeatable" in made.stderr


def test_threads_that_end_after_the_program_are_waited_for(tmp_path):
    made = verify(
        tmp_path,
        """
        import threading, time
        import jiwer
        def work():
            time.sleep(0.5)
            print(jiwer.wer("a b", "a"))
        threading.Thread(target=work).start()
        """,
    )
    assert made.stdout == "0.5\n"
    assert "--verify: 1 calls computed both ways" in made.stderr, made.stderr


def test_threads_that_share_a_metric_and_draw(tmp_path):
    made = verify(
        tmp_path,
        """
        import random, threading
        from concurrent.futures import ThreadPoolExecutor
        from sacrebleu.metrics import BLEU
        metric, done = BLEU(), threading.Event()
        def draw():
            while not done.is_set():
                random.random()
        threading.Thread(target=draw, daemon=True).start()
        import numpy as np
        from rouge_score.scoring import BootstrapAggregator, Score
        np.random.seed(3)
        aggregator = BootstrapAggregator(n_samples=30)
        for i in range(20):
            aggregator.add_scores({"x": Score(i / 20, i / 30, i * i / 400)})
        print(aggregator.aggregate(), np.random.random())
        with ThreadPoolExecutor(4) as pool:
            made = pool.map(lambda i: metric.sentence_score("a b", ["a b"] * (1 + i % 3)).score, range(200))
            print(set(made))
        done.set()
        """,
    )
    assert made.returncode == 0, made.stderr
    assert " 0 calls left to the originals or not repeatable" in made.stderr
    plain = subprocess.run([sys.executable, "program.py"], capture_output=True, text=True, cwd=tmp_path)
    assert made.stdout == plain.stdout


def test_streams_that_are_read_once(tmp_path):
    made = verify(
        tmp_path,
        """
        from sacrebleu.metrics import BLEU
        print(BLEU(references=[iter(["a b c d"]), ["x"]]).corpus_score(["a b c d"], None).score)
        """,
    )
    assert made.returncode == 0, made.stderr
    assert made.stdout == "100.00000000000004\n"


def test_a_child_that_outlives_the_program(tmp_path):
    made = verify(
        tmp_path,
        """
        import jiwer, os, sys, time
        if os.fork() == 0:
            time.sleep(1.5)
            with open("child", "w") as file:
                file.write(str(jiwer.wer("a b", "a")))
            os._exit(0)
        sys.exit(0)
        """,
    )
    assert made.returncode == 0, made.stderr
    for _ in range(100):
        if (tmp_path / "child").exists() and (tmp_path / "child").read_text():
            break
        time.sleep(0.1)
    assert (tmp_path / "child").read_text() == "0.5"


PATCHES = {
    "code": """
        def other(line, min_order, max_order):
            from collections import Counter
            return Counter({("x",): 1}), 1
        helpers.extract_all_word_ngrams.__code__ = other.__code__
        """,
    "another library": """
        from collections import Counter
        plain = Counter.__init__
        def mine(self, *args):
            plain(self, *args)
            self[("x",)] += 1
        Counter.__init__ = mine
        """,
}


@pytest.mark.parametrize("what", PATCHES)
def test_patches_that_no_guard_sees(what, tmp_path):
    program = "from sacrebleu.metrics import BLEU, helpers\n" + textwrap.dedent(PATCHES[what])
    made = verify(tmp_path, program + "\nBLEU().sentence_score('a b', ['a b'])")
    assert made.returncode == 70, made.stderr
    assert "_extract_corpus_statistics differs at" in made.stderr


def left_behind(folder):
    return [path.name for path in folder.iterdir() if path.name.startswith("tricolore-dropin-")]


SCORE = """
    import jiwer, os, signal, subprocess, sys, threading, time
    def score():
        return jiwer.wer("a b", "a")
    score()
    (folder,) = (name for name in os.listdir(".") if name.startswith("tricolore-dropin-"))
    """
ENDS = {
    "exit": ("sys.exit(3)", 3),
    "exception": ("raise KeyError('mine')", 1),
    "interrupt": ("raise KeyboardInterrupt", -signal.SIGINT),
    "closed output": ("sys.stdout.close()", 0),
    "thread": (
        "threading.Thread(target=time.sleep, args=(1,)).start()\n"
        "threading.Timer(0.2, lambda: __import__('_thread').interrupt_main()).start()",
        -signal.SIGINT,
    ),
    "child": ("subprocess.run([sys.executable, '-c', 'import jiwer, sys; sys.exit(4)'])", 0),
}


@pytest.mark.parametrize("how", ENDS)
def test_nothing_is_left_behind(how, tmp_path):
    program, code = ENDS[how]
    made = verify(tmp_path, textwrap.dedent(SCORE) + program)
    if code != -signal.SIGINT or os.name == "posix":
        assert made.returncode == code, made.stderr
    assert left_behind(tmp_path) == []
    assert "--verify: 1 calls computed both ways" in made.stderr, made.stderr


@pytest.mark.skipif(os.name != "posix", reason="the system has no POSIX signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_nothing_is_left_behind_by_a_signal(name, tmp_path):
    number = getattr(signal, name)
    made = verify(tmp_path, textwrap.dedent(SCORE) + f"os.kill(os.getpid(), signal.{name})\ntime.sleep(60)")
    assert made.returncode == -number
    assert left_behind(tmp_path) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_signals_of_forks_and_of_the_program_are_its_own(tmp_path):
    made = verify(
        tmp_path,
        textwrap.dedent(SCORE)
        + textwrap.dedent("""
        child = os.fork()
        if child == 0:
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
            score()
            signal.raise_signal(signal.SIGTERM)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGTERM
        assert os.path.isdir(folder)
        child = os.fork()
        if child == 0:
            sys.exit(score() != 0.5)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert os.path.isdir(folder)
        signal.signal(signal.SIGTERM, lambda *args: sys.exit(9))
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)
        """),
    )
    assert made.returncode == 9, made.stderr
    assert "--verify: 3 calls computed both ways" in made.stderr
    assert left_behind(tmp_path) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_child_that_differs_after_the_verdict_says_so(tmp_path):
    made = verify(
        tmp_path,
        textwrap.dedent(SCORE)
        + textwrap.dedent("""
        if os.fork() == 0:
            while os.path.exists(folder):
                time.sleep(0.05)
            break_("process_words", lambda words: None)
            score()
            os._exit(0)
        """),
    )
    # The child shares the captured stderr, so `run` has waited for its end.
    assert "process_words differs at result: " in made.stderr
    assert left_behind(tmp_path) == []


def test_a_system_without_fork(tmp_path):
    program = """
        import os, signal, sys
        for name in ("fork", "register_at_fork", "getuid", "kill", "waitpid", "sched_getaffinity"):
            vars(os).pop(name, None)
        for name in ("SIGHUP", "SIGALRM", "SIGKILL", "setitimer"):
            vars(signal).pop(name, None)
        from tricolore.dropin.runner import main
        sys.exit(main(["--verify", "-c", "import sacrebleu; print(sacrebleu.corpus_bleu(['a'], [['a']]).score)"]))
        """
    made = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert made.returncode == 0, made.stderr
    assert "2 calls computed both ways, 0 differ" in made.stderr
    assert left_behind(tmp_path) == []


def test_a_program_that_empties_the_folder_of_temporary_files(tmp_path):
    made = verify(
        tmp_path,
        """
        import glob, shutil, sacrebleu
        sacrebleu.corpus_bleu(["a"], [["a"]])
        for folder in glob.glob("tricolore-dropin-*"):
            shutil.rmtree(folder)
        """,
    )
    assert made.returncode == 0, made.stderr


def test_a_child_that_cannot_be_checked_is_named(tmp_path):
    made = verify(
        tmp_path,
        """
        import os, subprocess, sys
        os.environ["TRICOLORE_DROPIN_ONLY"] = "nonsense"
        subprocess.run([sys.executable, "-c", "import sacrebleu"])
        """,
    )
    assert "NOT CHECKED, in these processes:" in made.stderr
    assert "only holds 'nonsense'" in made.stderr


def test_draws_from_entropy_are_not_compared(tmp_path):
    made = verify(
        tmp_path,
        """
        from sacrebleu.metrics import BLEU
        BLEU().corpus_score(["a b c d", "c d e f"], [["a b c d", "d c e f"]], n_bootstrap=20)
        """,
        SACREBLEU_SEED="none",
    )
    assert made.returncode == 0, made.stderr
    assert "1 drawn from entropy and not compared" in made.stderr


def test_iterators_serve_both_ways(tmp_path):
    made = verify(
        tmp_path,
        """
        from nltk.translate.bleu_score import corpus_bleu
        from rouge_score.rouge_scorer import RougeScorer
        print(RougeScorer(["rouge1"]).score_multi(iter(["a", "b"]), "b")["rouge1"].recall)
        try:
            corpus_bleu(iter([[["a"]]]), iter([["a"]]), (1,))
        except TypeError as error:
            print(error)
        """,
    )
    assert made.returncode == 0, made.stderr
    first, second = made.stdout.splitlines()
    assert first == "1.0"
    assert second.endswith("has no len()")


@pytest.mark.parametrize("how", ["fork", "spawn"])
def test_a_difference_in_a_child(how, tmp_path):
    made = verify(
        tmp_path,
        """
        import multiprocessing, sys

        def work(i):
            from rouge_score.rouge_scorer import RougeScorer
            if i == 2:
                break_("RougeScorer.score", lambda scores: {k: v._replace(recall=0.1) for k, v in scores.items()})
            return RougeScorer(["rouge1"]).score("a b", "a")["rouge1"].recall

        if __name__ == "__main__":
            with multiprocessing.get_context(sys.argv[1]).Pool(1) as pool:
                print(pool.map(work, range(4)))
        """,
        how,
    )
    # The program gets the original's results to the end. Then comes the verdict.
    assert (made.returncode, made.stdout) == (70, "[0.5, 0.5, 0.5, 0.5]\n"), made.stderr
    assert "2 differ;" in made.stderr
    assert made.stderr.count("RougeScorer.score differs at result['rouge1'][1]") == 2


def test_a_difference_in_a_thread_ends_the_program(tmp_path):
    made = verify(
        tmp_path,
        """
        import threading, time
        from rouge_score.rouge_scorer import RougeScorer
        break_("RougeScorer.score", lambda scores: {})
        threading.Thread(target=lambda: RougeScorer(["rouge1"]).score("a", "b"), daemon=True).start()
        for _ in range(600):
            time.sleep(0.1)
        print("after")
        """,
    )
    assert (made.returncode, made.stdout) == (70, "")


def test_same_is_to_the_bit():
    equal = [
        1,
        1.0,
        -0.0,
        float("nan"),
        "a",
        None,
        [1, (2.0,)],
        {"a": [1]},
        np.float32(0.1),
        np.arange(3),
        Fraction(1, 3),
    ]
    for value in equal:
        assert difference(value, value) is None
    nan = float("nan")
    assert difference([nan, {"a": np.array([nan])}], [float("nan"), {"a": np.array([nan])}]) is None
    for a, b in [
        (1, 1.0),
        (0.0, -0.0),
        (True, 1),
        (1.0, np.float64(1.0)),
        (np.float32(0.1), np.float64(0.1)),
        (np.zeros(2), np.zeros((2, 1))),
        (np.zeros(2), np.zeros(2, "f4")),
        ([1], (1,)),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"a": 1}, {"a": 2}),
        (Fraction(1, 3), Fraction(2, 3)),
        (Exception("a"), ValueError("a")),
    ]:
        assert difference(a, b), (a, b)
        assert difference([a], [b]), (a, b)
    assert exact([1 / 3, np.float32(0.5)]) == (f"list({(1 / 3).hex()} ({1 / 3!r}), float32 0x1.0000000000000p-1)")
