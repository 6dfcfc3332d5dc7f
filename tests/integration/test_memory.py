"""Memory stays bounded. Each test measures the peak of a separate process."""

import json
import subprocess
import sys

import pytest


def peak_megabytes(program):
    """Runs `program` in a separate process after numpy and tricolore have loaded. Returns the megabytes it prints."""
    measure = (
        "import resource, numpy, tricolore as tc\n"
        "tc.ROUGE().score_each(['a'], ['b'])\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
    )
    run = subprocess.run([sys.executable, "-c", measure + program], capture_output=True, text=True, check=True)
    return float(run.stdout)


def words(count, vocabulary):
    # The squares modulo a number repeat with that number as their period.
    period = f"['w%d' % (i * i % {vocabulary}) for i in range({vocabulary})]"
    return f"' '.join(({period} * {-(-count // vocabulary)})[:{count}])"


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss has other units on other systems")
class TestPeak:
    def test_a_pair_of_books_needs_no_table(self):
        # A table of 7,000 x 7,000 would take 50 MB in bytes.
        program = f"a, b = {words(7000, 4001)}, {words(7000, 3989)}; before = peak(); tc.ROUGE().score(a, b)\n"
        assert peak_megabytes(program + "print(peak() - before)") < 16

    def test_two_long_lines_need_no_table(self):
        # The columns of a table of 60,000 x 60,000 would take 450 MB as bits.
        program = (
            f"a, b = 'x\\n' + {words(60_000, 4001)}, 'y\\n' + {words(60_000, 3989)}; before = peak()\n"
            "tc.ROUGE(['rougeLsum']).score(a, b)\n"
        )
        assert peak_megabytes(program + "print(peak() - before)") < 64

    def test_an_alignment_needs_no_table(self):
        # The columns of a table of 60,000 x 60,000 would take 450 MB as bits, and its lengths 14 GB. The explanation
        # itself has 60,000 objects of 200 bytes and the tokens of both texts.
        program = (
            f"a, b = {words(60_000, 4001)}, {words(60_000, 3989)}\n"
            "rouge = tc.ROUGE(['rougeL']); rouge.score(a, b); before = peak()\n"
            "assert len(rouge.explain(a, b).pairs[0].alignment) == rouge.score(a, b).counts['rougeL'].matches\n"
        )
        assert peak_megabytes(program + "print(peak() - before)") < 64

    def test_the_moves_of_ter_need_no_table(self):
        program = (
            f"a, b = {words(60_000, 4001)}, {words(60_000, 3989)}\n"
            "ter = tc.TER(); ter.score(a, b); before = peak()\n"
            "assert ter.explain(a, b).score == ter.score(a, b)\n"
        )
        assert peak_megabytes(program + "print(peak() - before)") < 64

    def test_unique_tokens_do_not_pile_up(self):
        program = (
            "def text(first): return ' '.join('t%d' % i for i in range(first, first + 20))\n"
            "def corpus(k): return [text(j) for j in range(k * 100_000, (k + 1) * 100_000, 20)]\n"
            "for k in range(4): tc.ROUGE().score_each(corpus(k), corpus(k), num_threads=1)\n"
            "before = peak()\n"
            "for k in range(4, 30): tc.ROUGE().score_each(corpus(k), corpus(k), num_threads=1)\n"
        )
        # 2.6 million tokens would take at least 160 MB.
        assert peak_megabytes(program + "print(peak() - before)") < 24

    def test_nothing_is_left_of_a_giant(self):
        program = (
            "import os\n"
            "def now(): return int(open('/proc/self/statm').read().split()[1]) * os.sysconf('SC_PAGE_SIZE') / 2**20\n"
            "m = tc.ROUGE(); before = now()\n"
            "for text in (' ' * 200_000_000, '\\n' * 50_000_000, '漢' * 50_000_000, 'a ' * 20_000_000):\n"
            "    m.score(text, 'b'); del text\n"
        )
        assert peak_megabytes(program + "print(now() - before)") < 32

    def test_a_file_is_not_held(self, tmp_path):
        path = tmp_path / "p.jsonl"
        line = json.dumps({"prediction": "the cat sat " * 400, "references": ["a cat sat " * 400]}) + "\n"
        with path.open("w") as file:
            file.writelines([line] * 20_000)
        assert path.stat().st_size > 170e6
        program = (
            "import contextlib, io, tricolore.cli\n"
            f"before = peak(); out = io.StringIO()\n"
            f"with contextlib.redirect_stdout(out): tricolore.cli.main(['score', {str(path)!r}, '-m', 'exact_match'])\n"
        )
        assert peak_megabytes(program + "print(peak() - before)") < 80

    def test_nothing_is_left_of_prepared_giants(self):
        program = (
            "import ctypes, os\n"
            # Memory that is free but not returned by the allocator must not count, hence `malloc_trim`.
            "def now():\n"
            "    getattr(ctypes.CDLL(None), 'malloc_trim', lambda _: 0)(0)\n"
            "    return int(open('/proc/self/statm').read().split()[1]) * os.sysconf('SC_PAGE_SIZE') / 2**20\n"
            "before = now()\n"
            "text = 'ab c ' * 1_500_000\n"
            "for m in tc.CHRF(), tc.ROUGE(['rouge1', 'rouge2']):\n"
            "    m.pairwise([text], [text]); m.score(text[:4_000_000], m.prepare(text))\n"
            "tc.BLEU('pretokenized').score([1, 2, 3] * 500_000, [1, 2, 3] * 500_000)\n"
            "del text\n"
        )
        assert peak_megabytes(program + "print(now() - before)") < 48

    def test_pairs_take_a_matrix_and_little_more(self):
        program = (
            "texts = ['the cat number %d sat on the mat' % i for i in range(3000)]\n"
            "before = peak(); tc.self_score(texts, 'chrf'); tc.mbr(texts)\n"
        )
        # The full matrix, which is never made, would take 72 MB.
        assert peak_megabytes(program + "print(peak() - before)") < 40

    def test_too_little_memory_is_an_error(self):
        program = (
            "import resource; text = ' ' * 300_000_000\n"
            "resource.setrlimit(resource.RLIMIT_AS, (1200 << 20, resource.RLIM_INFINITY))\n"
            "try: tc.ROUGE().score(text, 'b')\n"
            "except MemoryError as error: assert '300000001 bytes' in str(error); print(0)\n"
        )
        assert peak_megabytes(program) == 0

    @pytest.mark.parametrize("place", [0, 1, 2, 3])
    def test_too_little_memory_in_a_batch(self, place):
        """The call raises MemoryError regardless of the thread that reads the giant text."""
        program = (
            "import resource; texts = ['a b'] * 60_000; texts = [*texts, ' ' * 300_000_000, *texts]\n"
            f"texts = texts[{place} * 15_000 :]; other = ['b'] * len(texts)\n"
            "tc.ROUGE().score_each(other * 4, other * 4, num_threads=2)\n"
            "resource.setrlimit(resource.RLIMIT_AS, (2000 << 20, resource.RLIM_INFINITY))\n"
            "try: tc.ROUGE().score_each(texts, other, num_threads=2)\n"
            "except MemoryError as error: assert '300000001 bytes' in str(error); print(0)\n"
        )
        assert peak_megabytes(program) == 0

    def test_a_million_tokens(self):
        program = (
            f"a, b = {words(1_000_000, 5003)}, {words(1_000_000, 4999)}; before = peak()\n"
            "score = tc.ROUGE(['rouge1', 'rouge2', 'rouge4', 'rougeLsubstr']).score(a, b)\n"
            "assert score.counts['rouge1'][1:] == (1_000_000, 1_000_000)\n"
        )
        assert peak_megabytes(program + "print(peak() - before)") < 600

    @pytest.mark.parametrize(
        "metric",
        [
            "BLEU()",
            "CHRF(word_order=2)",
            "TER()",
            "ExactMatch('squad')",
            "TokenF1()",
            "GLEU()",
        ],
    )
    def test_a_million_tokens_by_every_metric(self, metric):
        """A score takes at most 72 bytes per byte of text, as docs/speed.md says."""
        program = (
            f"a, b = {words(1_000_000, 5003)}, {words(1_000_000, 4999)}; before = peak()\n"
            f"tc.{metric}.score(a, b)\n"
            "print(peak() - before - 72 * len(a + b) / 2**20)\n"
        )
        assert peak_megabytes(program) < 0

    @pytest.mark.parametrize("metric", ["WER()", "CER()", "EditSimilarity()"])
    def test_an_edit_distance_takes_linear_memory(self, metric):
        """The table of the pair has 2.5 * 10^9 cells."""
        unit = "words" if metric == "WER()" else "characters"
        program = (
            f"a, b = {words(50_000, 5003)}, {words(50_000, 4999)}\n"
            f"if {unit!r} == 'characters': a, b = a[:50_000], b[:50_000]\n"
            f"before = peak(); tc.{metric}.score(a, b)\n"
            "print(peak() - before)\n"
        )
        assert peak_megabytes(program) < 30


def test_a_million_tokens_by_every_type():
    """Each kernel is linear for two texts of a million tokens with few tokens in common."""
    program = (
        "import tricolore as tc\n"
        "a = ' '.join('a%d' % (i % 90_000) if i % 100 else 'c%d' % (i % 7) for i in range(1_000_000))\n"
        "b = ' '.join('b%d' % (i % 90_000) if i % 100 else 'c%d' % (i % 5) for i in range(1_000_000))\n"
        "types = ['rouge1', 'rouge2', 'rougeL', 'rougeLsum', 'rougeLsubstr']\n"
        "score = tc.ROUGE(types).score(a, b)\n"
        "assert all(score.counts[t][1] == 1_000_000 - (t == 'rouge2') for t in types)\n"
        "assert score.counts['rouge2'][0] == 0 and score.counts['rougeLsubstr'][0] == 1\n"
        "print(score.counts['rouge1'][0])\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    # Every hundredth token is shared: 10,000 places cycle through c0 to c6 on one side and c0 to c4 on the other.
    a = [sum(1 for i in range(0, 1_000_000, 100) if i % 7 == k) for k in range(7)]
    b = [sum(1 for i in range(0, 1_000_000, 100) if i % 5 == k) for k in range(5)]
    assert int(run.stdout) == sum(map(min, a, b))


SCARCE = """
import resource, sys, tricolore as tc
import numpy
a = " ".join("w%d" % (i * i % 50_021) for i in range({words}))
b = " ".join("w%d" % (i * i % 50_023) for i in range({words}))
many = a.split()
now = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (now + ({limit} << 20), resource.RLIM_INFINITY))
for metric in (tc.BLEU(), tc.CHRF(word_order=2), tc.ROUGE(), tc.TER(), tc.TokenF1(), tc.BLEU("intl")):
    for call in (
        lambda: metric.score("a b", "b c"),
        lambda: tc.CER().score("é b", "b é"),
        lambda: metric.score(a, b),
        lambda: metric.score_each([a, b, a], [b, b, a], num_threads=2),
        lambda: metric.corpus(many, many, num_threads=2),
        lambda: metric.statistics([a, b], metric.prepare([[a, b], [b]])),
        lambda: metric.pairwise([a], [b]),
    ):
        try:
            call()
        except MemoryError:
            pass
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces limits of address space")
@pytest.mark.parametrize("words", [20_000, 300_000])
@pytest.mark.parametrize("limit", [4, 12, 20, 32, 64, 150])
def test_scarce_memory_never_ends_the_process(words, limit):
    """Each call succeeds or raises MemoryError. An allocation that fails in Rust would end the process by a signal."""
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCARCE.format(words=words, limit=limit)], capture_output=True, text=True
    )
    assert (run.returncode, run.stderr) == (0, "")


# The long pair may take 72 bytes for each byte of text and 16 MB, and a thread takes 16 MB for its first text.
AT_WORK = """
import resource, signal, threading, tricolore as tc
import numpy
wer, done = tc.WER(), threading.Event()
a = " ".join(map(str, range(40_000)))
b = " ".join(reversed(a.split()))
now = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()

def scarce_besides_the_long_pair():
    limit = now + 72 * (len(a) + len(b)) + (28 << 20)
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
"""
SHORT_IN_THREADS = """
def score_short_texts():
    while not done.is_set():
        thread = threading.Thread(target=lambda: print(wer.score("a b", "a c").score))
        thread.start()
        thread.join()

threading.stack_size(1 << 18)
shorts = threading.Thread(target=score_short_texts)
scarce_besides_the_long_pair()
shorts.start()
wer.score(a, b)
done.set()
shorts.join()
"""
SHORT_IN_A_HANDLER = """
def handler(*_):
    try:
        print(wer.score("a b", "a c").score)
    except MemoryError:
        print("MemoryError")

signal.signal(signal.SIGALRM, handler)
scarce_besides_the_long_pair()
signal.setitimer(signal.ITIMER_REAL, 0.05)
wer.score(a, b)
print(wer.score("a b", "a c").score)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces limits of address space")
@pytest.mark.parametrize(
    ("short", "expected"), [(SHORT_IN_THREADS, {"0.5"}), (SHORT_IN_A_HANDLER, {"MemoryError", "0.5"})]
)
def test_memory_is_left_to_a_long_pair(short, expected):
    """A thread waits for memory until the long pair is done. It does not hold the interpreter meanwhile, because the
    long pair needs the interpreter to check for signals. A handler cannot wait for the call that it interrupts.
    """
    run = subprocess.run([sys.executable, "-c", AT_WORK + short], capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stderr) == (0, "")
    assert set(run.stdout.split()) == expected
