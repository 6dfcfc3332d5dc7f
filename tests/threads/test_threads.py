"""Nothing hangs or breaks under forks, signals and other threads."""

import math
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import tricolore as tc
from texts import RETOLD, STORY

ROUGE = tc.ROUGE()
# Enough text that a call uses more than the caller's thread.
PREDICTIONS, REFERENCES = [STORY] * 1500, [RETOLD] * 1500


def parallel_mean(_=None):
    return ROUGE.corpus(PREDICTIONS, REFERENCES, num_threads=2).to_dict()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only POSIX systems have fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
class TestFork:
    def test_a_child_scores_after_a_parallel_call(self):
        expected = parallel_mean()
        with multiprocessing.get_context("fork").Pool(2) as pool:
            assert pool.map_async(parallel_mean, range(4)).get(timeout=120) == [expected] * 4
        # The parent can still score in parallel.
        assert parallel_mean() == expected

    def test_a_child_of_a_fork_under_load(self):
        """Forks repeatedly while another thread is in a parallel call."""
        stop = threading.Event()

        def load():
            while not stop.is_set():
                parallel_mean()

        thread = threading.Thread(target=load)
        expected = parallel_mean()
        thread.start()
        try:
            for _ in range(10):
                child = os.fork()
                if child == 0:
                    code = 1
                    try:
                        code = 0 if parallel_mean() == expected else 1
                    finally:
                        os._exit(code)
                for _ in range(1200):
                    done, status = os.waitpid(child, os.WNOHANG)
                    if done:
                        break
                    time.sleep(0.1)
                else:
                    os.kill(child, signal.SIGKILL)
                    os.waitpid(child, 0)
                    pytest.fail("the child hangs")
                assert os.waitstatus_to_exitcode(status) == 0
        finally:
            stop.set()
            thread.join()


HUGE = "a, b = (' '.join([*map(str, range(n))] * 200) for n in (5003, 4999))"
# Texts in opposite orders, for which no part of the table is left out.
OPPOSITE = HUGE + "; b = ' '.join(reversed(b.split()))"
MANY = "p = ['the cat sat on the mat ' * 300] * 800_000"
SWAPPED = (
    "a = [str(i) for i in range(1_000_000)]; b = ' '.join(a)\n"
    "for i in range(0, 900_000, 30_000): a[i : i + 2] = a[i + 1], a[i]\n"
    "a = ' '.join(a)"
)
REPEATED = "a = ('a ' * 9 + 'x ') * 300_000 + 'y z'; b = 'a ' * 2_700_000 + 'z y'"
NUMBERED = (
    "\nfrom tricolore import _core\nfrom tricolore.explanations.ngram_matches import numbered\n"
    "a, b = numbered(a.split(), b.split())"
)
LONG_CALLS = {
    "one huge pair": (OPPOSITE, "tc.ROUGE(['rougeL']).score(a, b)"),
    "one huge pair, unions": (HUGE, "tc.ROUGE(['rougeLsum']).score(a + '\\nx', b + '\\ny')"),
    "a huge pair in a parallel batch": (OPPOSITE, "tc.ROUGE(['rougeL']).score_each([a, 'x'], [b, 'x'], num_threads=2)"),
    "new tokens": ("a = ' '.join('running%d' % i for i in range(3_000_000))", "tc.ROUGE(use_stemmer=True).score(a, a)"),
    "characters": ("a = '漢 ' * 40_000_000", "tc.ROUGE(['rouge1'], tokenizer='char').score(a, 'x')"),
    "a long batch": (MANY, "tc.ROUGE().score_each(p, p, num_threads=1)"),
    "a long parallel batch": (MANY, "tc.ROUGE().score_each(p, p, num_threads=2)"),
    "moves in huge pairs": (SWAPPED, "tc.TER().score_each([a] * 30, [b] * 30, num_threads=1)"),
    "places that are no moves": (REPEATED, "tc.TER().score_each([a] * 30, [b] * 30, num_threads=1)"),
    "substitutions": (REPEATED, "tc.TER(True, True, True).score_each([a + '.\\n'] * 30, [b] * 30, num_threads=1)"),
    "a beam wider than a word": (SWAPPED, "tc.TER().score_each([a[:600]] * 30, [b] * 30, num_threads=1)"),
    "an alignment": (
        HUGE + NUMBERED,
        "_core.lcs_union(a, [len(a)], b, [len(b)])",
    ),
    "edits of a huge pair": (OPPOSITE, "tc.WER().score(a, b)"),
    "the alignment of a huge pair": (OPPOSITE + NUMBERED, "_core.alignment(a, b)"),
    "n-grams of many orders": (
        HUGE + NUMBERED,
        "_core.shared_ngrams(a, [b], list(range(1, 400)))",
    ),
    "huge pairs": (HUGE, "[metric.score_each([a] * 30, [b] * 30) for metric in (tc.BLEU(), tc.CHRF(), tc.TokenF1())]"),
}


@pytest.mark.parametrize("call", LONG_CALLS.values(), ids=LONG_CALLS)
def test_ctrl_c(call):
    prepare, work = call
    program = (
        # If the tests run in the background, they ignore SIGINT, and the child would inherit that.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"import tricolore as tc\n{prepare}\n"
        f"try:\n    print('ready', flush=True)\n    {work}\n    print('finished')\n"
        "except KeyboardInterrupt:\n    print('interrupted')\n"
        "print(tc.ROUGE(['rouge1']).score('a', 'a')['rouge1'].recall)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            # The shortest call takes several times as long.
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            # The bound is generous. docs/speed.md has the measured time.
            out, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert out == "interrupted\n1.0\n"


def test_a_handler_may_raise_what_it_likes():
    class StopError(Exception):
        pass

    def handler(*_):
        # A handler may also score.
        assert ROUGE.score("a b", "a b")["rouge2"].recall == 1.0
        raise StopError

    big = " ".join(str(i % 997) for i in range(400_000))

    def score_until_the_timer_ends():
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        tc.ROUGE(["rougeL"]).score_each([big] * 1000, [big[::-1]] * 1000, num_threads=1)

    before = signal.signal(signal.SIGALRM, handler)
    try:
        with pytest.raises(StopError):
            score_until_the_timer_ends()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_lists_may_change_while_work_is_detached():
    expected = parallel_mean()
    for _ in range(5):
        predictions, references = list(PREDICTIONS), list(REFERENCES)
        results = []
        scorer = threading.Thread(
            target=lambda p, r: results.append(ROUGE.score_each(p, r, num_threads=2)), args=(predictions, references)
        )
        scorer.start()
        while scorer.is_alive():
            predictions.clear()
            references.clear()
            predictions += ["x"] * 10
            references += ["y"] * 10
        # Both lists are read before the call releases the interpreter. So the scores are those of the old lists, or
        # those of the new lists if the change came first. A change between the two lists is an error.
        for scores in results:
            assert len(scores) in (len(PREDICTIONS), 10)
            if len(scores) == len(PREDICTIONS):
                assert tc.ROUGE().from_statistics(scores.statistics).to_dict() == expected


@pytest.mark.parametrize("options", [{}, {"multi_reference": "average"}, {"tokenizer": str.split}])
def test_a_list_that_shrinks_as_soon_as_work_is_detached(options):
    """A signal handler clears both lists in the middle of the call."""
    predictions, references = [" ".join([STORY] * 400)] * 12, [" ".join([RETOLD] * 400)] * 12
    rouge = tc.ROUGE(["rougeL", "rougeLsum"], **options)
    expected = rouge.score(predictions[0], references[0]).to_dict()

    def handler(*_):
        predictions.clear()
        references.clear()

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        scores = rouge.score_each(predictions, references, num_threads=1)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert [score.to_dict() for score in scores] == [expected] * 12
    means = {name: math.fsum([figure] * 12) / 12 for name, figure in expected.items()}
    assert rouge.from_statistics(scores.statistics).to_dict() == means


def test_threads_share_a_metric():
    expected = [ROUGE.score(f"{STORY} {i}", RETOLD).to_dict() for i in range(200)]
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda i: ROUGE.score(f"{STORY} {i}", RETOLD).to_dict(), range(200))
        assert list(found) == expected
        means = set(pool.map(lambda _: repr(parallel_mean()), range(16)))
    assert means == {repr(parallel_mean())}


READ = {
    "strings": "p = ['a'] * 6_000_000; r = p",
    "lists": "p = ['a'] * 3_000_000; r = [['a', 'b']] * 3_000_000",
    "long strings": "p = ['A' * 100_000] * 20_000; r = p",
    "beyond ASCII": "p = ['É' * 100_000] * 1_000; r = p",
    "a column": "p = pa.repeat('a', 6_000_000); r = p",
    "a column of lists": "p = ['a'] * 3_000_000; r = pa.repeat(pa.scalar(['a']), 3_000_000)",
}


@pytest.mark.parametrize("prepare", READ.values(), ids=READ)
def test_reading_is_interrupted(prepare):
    """The signal arrives during reading. Without a check for signals, reading would end with a ValueError after the
    last text. With the check, the handler's error is raised first."""
    program = (
        f"import signal, pyarrow as pa, tricolore as tc\n{prepare}\n"
        "class StopError(Exception): pass\n"
        "def handler(*_): raise StopError\n"
        "signal.signal(signal.SIGALRM, handler)\n"
        "metric = tc.CHRF(lowercase=True)\n"
        "longer = p[:-1] if isinstance(p, list) else p.slice(1)\n"
        "try:\n"
        "    signal.setitimer(signal.ITIMER_REAL, 0.002)\n"
        "    metric.score_each(longer, r)\n"
        "except (StopError, ValueError) as error: print(type(error).__name__)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "StopError\n"
