"""Times every tokenizer on text of several languages, and several references, after checking the answers.

    python benches/languages.py FOLDER                        # `wmt22.*.jsonl.gz`, see workloads.py
    python benches/languages.py FOLDER --cpu avx2             # on a lower instruction set
    python benches/languages.py FOLDER --references           # several references beside one
    python benches/languages.py FOLDER --shares               # where the time goes
    python benches/languages.py FOLDER --loop                 # `score`, one segment at a time
    python benches/languages.py FOLDER --threads              # two threads beside one

Every figure is in microseconds per pair on one thread, the minimum of several rounds after one round to warm up. Scores
of some segments are compared with the definitions in `tricolore.reference` first.
"""

import argparse
import gzip
import json
import os
import sys
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import tricolore as tc
from tricolore import _core, reference

__all__ = ["METRICS", "Timed", "check"]

TYPES = ("rouge1", "rouge2", "rougeL")
# Segments whose answers are checked: the definitions are slow, TER's most of all.
CHECKED = 20
SETS = ("baseline", "avx2", "avx512")


class Timed(NamedTuple):
    """A metric, and its definition for one segment."""

    metric: tc.Metric[Any]
    definition: Callable[[str, list[str]], Any]


def rouge(tokenizer: str) -> Timed:
    """ROUGE-1, 2 and L with a tokenizer."""
    made = tc.ROUGE(TYPES, tokenizer=tokenizer)
    return Timed(made, lambda p, r: reference.rouge(p, r, TYPES, tokenizer=tokenizer))


def bleu(tokenize: str, lowercase: bool = False) -> Timed:
    """BLEU with a tokenizer."""
    made = tc.BLEU(tokenize, lowercase)
    return Timed(made, lambda p, r: reference.bleu(p, r, tokenize, lowercase).score)


def ter(**options: bool) -> Timed:
    """TER with these options."""
    return Timed(tc.TER(**options), lambda p, r: reference.ter(p, r, **options))


METRICS = {
    "BLEU 13a": bleu("13a"),
    "BLEU intl": bleu("intl"),
    "BLEU zh": bleu("zh"),
    "BLEU char": bleu("char"),
    "BLEU 13a, lower case": bleu("13a", lowercase=True),
    "ROUGE": rouge("default"),
    "ROUGE unicode": rouge("unicode"),
    "chrF": Timed(tc.CHRF(), reference.chrf),
    "chrF++": Timed(tc.CHRF(word_order=2), lambda p, r: reference.chrf(p, r, word_order=2)),
    "TER": ter(),
    "TER normalized": ter(normalized=True),
    "TER normalized, Asian": ter(normalized=True, asian_support=True),
    "token F1": Timed(tc.TokenF1(), reference.token_f1),
    "exact match, SQuAD": Timed(tc.ExactMatch("squad"), lambda p, r: reference.exact_match(p, r, "squad")),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Times every tokenizer on text of several languages.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cpu", choices=SETS, help="the instruction set (default: the best one)")
    parser.add_argument("--only", default="", metavar="PART", help="time only metrics with PART in their names")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--systems", type=int, default=4, help="the number of systems of each file to use")
    tables = {
        "references": (print_references, "time several references beside one"),
        "shares": (print_shares, "print the shares of reading, tokenizing and counting"),
        "loop": (print_loop, "time `score` beside a batch"),
        "threads": (print_threads, "time two threads beside one, on 2,000 pairs and on all"),
    }
    which = parser.add_mutually_exclusive_group()
    for name, (table, says) in tables.items():
        which.add_argument(f"--{name}", dest="table", action="store_const", const=table, help=says)
    given = parser.parse_args()
    if given.cpu and os.environ.get("TRICOLORE_CPU") != given.cpu:
        # The set is chosen once, when the extension is first used.
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "TRICOLORE_CPU": given.cpu})
    warnings.simplefilter("ignore")
    texts = {name: of_file(path, given.systems) for name, path in files(given.folder).items()}
    metrics = {name: timed for name, timed in METRICS.items() if given.only in name}
    for name, timed in metrics.items():
        for predictions, references in texts.values():
            check(name, timed, predictions, references)
    (given.table or print_languages)(metrics, texts, given.rounds)


def files(folder: Path) -> dict[str, Path]:
    """Returns the files by what their names say: `de-en`, `dialogsum`."""
    paths = sorted(folder.glob("*.jsonl.gz"))
    return {path.name.removesuffix(".jsonl.gz").removeprefix("wmt22."): path for path in paths}


def of_file(path: Path, systems: int) -> tuple[list[str], list[list[str]]]:
    """Reads the predictions of some systems, and the references of each."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    if "prediction" in rows[0]:
        return [row["prediction"] for row in rows], [row["references"] for row in rows]
    names = list(rows[0]["systems"])[:systems]
    references = [list(row["references"].values()) for row in rows]
    return [row["systems"][name] for name in names for row in rows], references * len(names)


def check(name: str, timed: Timed, predictions: list[str], references: list[list[str]]) -> None:
    """Exits with an error unless scores of some segments equal the definition's."""
    for prediction, texts in list(zip(predictions, references, strict=True))[:: max(1, len(predictions) // CHECKED)]:
        score, expected = timed.metric.score(prediction, texts), timed.definition(prediction, texts)
        if (dict(score) if isinstance(expected, dict) else score.score) != expected:
            raise SystemExit(f"{name}: {score} is not {expected} for {prediction!r} and {texts!r}")


def seconds(call: Callable[[], Any], rounds: int) -> float:
    """Returns the shortest time of a call."""
    call()
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def of_corpus(metric: tc.Metric[Any], predictions: list[str], references: Any, rounds: int) -> float:
    """Returns the microseconds a pair of a corpus score."""
    return 1e6 * seconds(lambda: metric.corpus(predictions, references, num_threads=1), rounds) / len(predictions)


def print_languages(metrics: dict[str, Timed], texts: dict[str, Any], rounds: int) -> None:
    """Prints the times of each metric, and how many times that of BLEU with 13a they are."""
    print(f"{'':24}" + "".join(f"{name:>16}" for name in texts))
    pairs = {name: (predictions, [one[0] for one in references]) for name, (predictions, references) in texts.items()}
    base = {name: of_corpus(METRICS["BLEU 13a"].metric, *pairs[name], rounds) for name in texts}
    for name, timed in metrics.items():
        same = name == "BLEU 13a"
        times = base if same else {of: of_corpus(timed.metric, *pairs[of], rounds) for of in texts}
        print(f"{name:24}" + "".join(f"{took:9.2f}{took / base[of]:6.1f}x" for of, took in times.items()), flush=True)


def each(metrics: dict[str, Timed], texts: dict[str, Any]) -> Iterator[tuple[str, tc.Metric[Any], list[str], Any, Any]]:
    """Yields the start of a row, the metric, the predictions, their first references and all their references."""
    for of, (predictions, references) in texts.items():
        ones = [several[0] for several in references]
        for name, timed in metrics.items():
            yield f"{name:24}{of:12}", timed.metric, predictions, ones, references


def print_references(metrics: dict[str, Timed], texts: dict[str, Any], rounds: int) -> None:
    """Prints the times of each metric with one reference and with all of a segment's."""
    print(f"{'':36}{'references':>12}{'one':>8}{'all':>8}{'ratio':>8}")
    for row, metric, predictions, ones, references in each(metrics, texts):
        count = len(references[0])
        if count > 1:
            one, every = (of_corpus(metric, predictions, some, rounds) for some in (ones, references))
            print(f"{row}{count:12}{one:8.2f}{every:8.2f}{every / one:7.1f}x", flush=True)


def print_shares(metrics: dict[str, Timed], texts: dict[str, Any], rounds: int) -> None:
    """Prints where the time of `score_each` goes.

    Reading a list of str is timed alone. Prepared references spare reading and tokenizing one of two sides, and
    `statistics` spares the scores. The rest is counting.
    """
    print(f"{'':36}{'all, us':>9}{'reading':>9}{'tokens':>9}{'counting':>9}{'scores':>9}")
    for row, metric, predictions, ones, _ in each(metrics, texts):
        prepared = metric.prepare(ones)
        reading = seconds(lambda p=predictions, r=ones: _core.check(p, r), rounds)
        whole = seconds(lambda m=metric, p=predictions, r=ones: m.score_each(p, r, num_threads=1), rounds)
        rows = seconds(lambda m=metric, p=predictions, r=ones: m.statistics(p, r, num_threads=1), rounds)
        without = seconds(lambda m=metric, p=predictions, r=prepared: m.statistics(p, r, num_threads=1), rounds)
        tokens = max(0.0, 2 * (rows - without) - reading)
        parts = (reading, tokens, max(0.0, rows - reading - tokens), max(0.0, whole - rows))
        shares = "".join(f"{part / sum(parts):9.0%}" for part in parts)
        print(f"{row}{1e6 * whole / len(ones):9.2f}{shares}", flush=True)


def print_loop(metrics: dict[str, Timed], texts: dict[str, Any], rounds: int) -> None:
    """Prints the time of `score` in a loop that drops the scores, beside that of the same segments together."""
    print(f"{'':36}{'score':>9}{'batch':>9}")
    for row, metric, predictions, ones, _ in each(metrics, texts):
        loop = seconds(lambda m=metric, p=predictions, r=ones: deque(map(m.score, p, r), maxlen=0), rounds)
        batch = seconds(lambda m=metric, p=predictions, r=ones: m.score_each(p, r, num_threads=1), rounds)
        print(f"{row}{1e6 * loop / len(ones):9.2f}{1e6 * batch / len(ones):9.2f}", flush=True)


def print_threads(metrics: dict[str, Timed], texts: dict[str, Any], rounds: int) -> None:
    """Prints how many times as fast two threads make the statistics of 2,000 pairs, and of all."""
    print(f"{'':36}{'2,000':>9}{'all':>9}")
    for row, metric, predictions, ones, _ in each(metrics, texts):
        ratios = []
        for count in (2000, len(ones)):
            p, r = predictions[:count], ones[:count]
            one, two = (
                seconds(lambda m=metric, p=p, r=r, n=n: m.statistics(p, r, num_threads=n), rounds) for n in (1, 2)
            )
            ratios.append(one / two)
        print(row + "".join(f"{ratio:9.2f}" for ratio in ratios), flush=True)


if __name__ == "__main__":
    main()
