"""Times unchanged programs with and without the drop-in in one run, on one thread. Their answers must be equal.

    python benches/unchanged.py [--data FOLDER] [--rounds 3]

Each program is a typical loop or call of an original. Slow originals get fewer pairs. Times are per pair. The last
program is a whole process, timed from start to end.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

os.environ.setdefault("TRICOLORE_NUM_THREADS", "1")
os.environ.setdefault("TRICOLORE_DROPIN_STRICT", "1")

import nltk.translate.bleu_score as nltk_bleu
import sacrebleu
import tricolore.dropin
from rouge import Rouge
from rouge_score import rouge_scorer, scoring
from tricolore.dropin.same import difference
from workloads import Workload, from_folder, generated

Program = Callable[[Any, Any], object]


def rouge_loop(stemmed: bool, types: tuple[str, ...] = ("rouge1", "rouge2", "rougeL")) -> Program:
    def run(predictions: list[str], references: list[str]) -> object:
        scorer = rouge_scorer.RougeScorer(list(types), use_stemmer=stemmed)
        return [scorer.score(r, p) for p, r in zip(predictions, references, strict=True)]

    return run


def aggregated(predictions: list[str], references: list[str]) -> object:
    import numpy as np

    np.random.seed(1)  # noqa: NPY002
    scorer, aggregator = rouge_scorer.RougeScorer(["rouge1", "rougeL"]), scoring.BootstrapAggregator()
    for p, r in zip(predictions, references, strict=True):
        aggregator.add_scores(scorer.score(r, p))
    return aggregator.aggregate()


def sentence_bleu(predictions: list[str], references: list[str]) -> object:
    return [sacrebleu.sentence_bleu(p, [r]) for p, r in zip(predictions, references, strict=True)]


def pltrdy_loop(predictions: list[str], references: list[str]) -> object:
    rouge = Rouge()
    return [rouge.get_scores(p, r) for p, r in zip(predictions, references, strict=True)]


def nltk_loop(smoothing: str = "") -> Program:
    """Returns a loop over nltk's sentence BLEU, with a smoothing function of nltk or without one."""
    function = getattr(nltk_bleu.SmoothingFunction(), smoothing) if smoothing else None

    def loop(predictions: list[str], references: list[str]) -> object:
        pairs = zip(predictions, references, strict=True)
        return [nltk_bleu.sentence_bleu([r.split()], p.split(), smoothing_function=function) for p, r in pairs]

    return loop


def programs(sentences: Workload, documents: Workload) -> list[tuple[str, float, Program, Any, Any]]:
    """Returns each program's name, target ratio (0 for none), function and texts."""
    many = (sentences.predictions[:20_000], sentences.references[:20_000])
    some = (sentences.predictions[:2_000], sentences.references[:2_000])
    # rouge raises an error for a text without a word.
    filled = [(p, r) for p, r in zip(*some, strict=True) if p.strip(".") and r.strip(".")]
    paired = ([p for p, _ in filled], [r for _, r in filled])
    few = (sentences.predictions[:500], sentences.references[:500])
    tokens = ([p.split() for p in many[0]], [[r.split()] for r in many[1]])
    long = (documents.predictions[:100], documents.references[:100])
    return [
        ("rouge_scorer.score, documents", 200, rouge_loop(False), *long),
        ("rouge_scorer.score, documents, stemmed", 150, rouge_loop(True), *long),
        ("rouge_scorer.score, sentences, with Lsum", 0, rouge_loop(False, ("rouge1", "rougeLsum")), *some),
        ("rouge with BootstrapAggregator, sentences", 0, aggregated, *some),
        ("rouge get_scores in a loop, sentences", 30, pltrdy_loop, *paired),
        ("rouge get_scores, average of sentences", 30, lambda p, r: Rouge().get_scores(p, r, avg=True), *paired),
        ("sacrebleu.corpus_bleu, 20,000 sentences", 50, lambda p, r: sacrebleu.corpus_bleu(p, [r]), *many),
        ("sacrebleu.corpus_chrf, 20,000 sentences", 80, lambda p, r: sacrebleu.corpus_chrf(p, [r]), *many),
        ("sacrebleu.corpus_ter, 500 sentences", 50, lambda p, r: sacrebleu.corpus_ter(p, [r]), *few),
        ("sacrebleu.sentence_bleu in a loop", 6, sentence_bleu, *some),
        ("nltk sentence_bleu in a loop", 5, nltk_loop(), *some),
        ("nltk sentence_bleu in a loop, method1", 5, nltk_loop("method1"), *some),
        ("nltk corpus_bleu, 20,000 sentences", 10, lambda p, r: nltk_bleu.corpus_bleu(r, p), *tokens),
        *torchmetrics_programs(sentences),
    ]


def torchmetrics_programs(sentences: Workload) -> list[tuple[str, float, Program, Any, Any]]:
    """Returns calls of torchmetrics' functions, in the form of `programs`. None if torchmetrics is not installed."""
    if find_spec("torchmetrics") is None:
        return []
    import torch
    from torchmetrics.functional import text

    torch.set_num_threads(1)
    few = (sentences.predictions[:100], sentences.references[:100])
    listed = (few[0], [[reference] for reference in few[1]])
    functions: dict[str, tuple[Program, Any]] = {
        "word_error_rate": (text.word_error_rate, few),
        "char_error_rate": (text.char_error_rate, few),
        "match_error_rate": (text.match_error_rate, few),
        "word_information_lost": (text.word_information_lost, few),
        "edit_distance": (text.edit_distance, few),
        "extended_edit_distance": (text.extended_edit_distance, listed),
        "translation_edit_rate": (text.translation_edit_rate, listed),
        "bleu_score": (text.bleu_score, listed),
        "sacre_bleu_score": (text.sacre_bleu_score, listed),
        "chrf_score": (text.chrf_score, listed),
        "rouge_score": (lambda p, r: text.rouge_score(p, r, rouge_keys=("rouge1", "rouge2", "rougeL")), listed),
        "squad": (squad, few),
    }
    return [(f"torchmetrics {name}", 20, function, *texts) for name, (function, texts) in functions.items()]


def squad(predictions: list[str], references: list[str]) -> object:
    from torchmetrics.functional.text import squad

    given = [{"prediction_text": text, "id": str(i)} for i, text in enumerate(predictions)]
    return squad(given, [{"answers": {"text": [text]}, "id": str(i)} for i, text in enumerate(references)])


def timed(program: Program, texts: tuple[list[str], list[str]], rounds: int) -> tuple[float, object]:
    """Returns the shortest time of some rounds in seconds, and the answer."""
    least = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        answer = program(*texts)
        least = min(least, time.perf_counter() - start)
    return least, answer


def paired(sentences: Workload, rounds: int) -> tuple[float, float]:
    """Times `sacrebleu --paired-bs` with ten systems of 2,000 segments as a process. Returns the seconds without the
    drop-in and with it."""
    size = min(2_000, len(sentences.predictions) // 10)
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for k in range(11):
            path = Path(folder, f"system{k}" if k else "reference")
            of = sentences.predictions[(k - 1) * size : k * size] if k else sentences.references[:size]
            path.write_text("".join(text.replace("\n", " ") + "\n" for text in of), "utf-8")
            names.append(str(path))
        command = ["-m", "sacrebleu", names[0], "-i", *names[1:], "-m", "bleu", "chrf", "--paired-bs", "-f", "text"]
        least, answers = [], []
        for runner in ([], ["-m", "tricolore.dropin"]):
            seconds = []
            for _ in range(rounds if runner else 1):
                start = time.perf_counter()
                made = subprocess.run([sys.executable, *runner, *command], capture_output=True, text=True)
                if made.returncode:
                    sys.exit(made.stderr)
                seconds.append(time.perf_counter() - start)
            answers.append((made.stdout, made.stderr))
            least.append(min(seconds))
    if answers[0] != answers[1]:
        sys.exit(f"sacrebleu --paired-bs prints something else:\n{answers[0]}\n{answers[1]}")
    return least[0], least[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a folder of real text (default: generated text)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", metavar="START", help="time only programs whose names start with START")
    options = parser.parse_args()
    sentences, documents, _ = from_folder(options.data) if options.data else generated()
    print(f"{'us a pair':44} {'tricolore':>10} {'original':>10} {'ratio':>8} {'asked':>6}")
    for name, asked, program, *texts in programs(sentences, documents):
        if not name.startswith(options.only):
            continue
        original, expected = timed(program, tuple(texts), 1)
        with tricolore.dropin.installed(), warnings.catch_warnings():
            program(texts[0][:10], texts[1][:10])
            ours, answer = timed(program, tuple(texts), options.rounds)
        found = difference(expected, answer)
        if found is not None:
            sys.exit(f"{name} differs at {found}")
        pairs = len(texts[0]) / 1e6
        print(f"{name:44} {ours / pairs:10.2f} {original / pairs:10.1f} {original / ours:7.1f}x {asked or '':>6}")
    name = "sacrebleu --paired-bs, a process, seconds"
    if not name.startswith(options.only):
        return
    original, ours = paired(sentences, options.rounds)
    print(f"{name:44} {ours:10.2f} {original:10.1f} {original / ours:7.1f}x {10:>6}")


if __name__ == "__main__":
    main()
