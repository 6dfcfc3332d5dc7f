"""Times tricolore and its peers in one run, after checking that their answers are equal.

    python -m pip install '.[bench]'
    python benches/side_by_side.py                      # on generated text
    python benches/side_by_side.py --data FOLDER        # on real text, see workloads.py

Every figure is in microseconds per pair on one thread. It is the minimum of several rounds after one round to warm up.
In each round tricolore and the peer take turns. A peer that is not installed is left out.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tricolore as tc
from peers import CORPORA, EDITS, LOOPS, PAIRS, PEERS
from workloads import Workload, from_folder, generated

BASIC = ("rouge1", "rouge2", "rougeL")
WITH_LSUM = (*BASIC, "rougeLsum")
SLOW = {"rouge_score", "sacrebleu", "anls_star"}
# The name for comparisons of tricolore with other ways of calling tricolore.
OURSELVES = "tricolore"


def main() -> None:
    parser = argparse.ArgumentParser(description="Times tricolore and its peers.")
    parser.add_argument("--data", type=Path, help="a folder of real text (default: generated text)")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--scale", type=float, default=1.0, help="the share of the pairs to use")
    parser.add_argument(
        "--peer",
        action="append",
        choices=[*PEERS, *CORPORA, *EDITS, *PAIRS, OURSELVES],
        help="a peer to time (default: all)",
    )
    parser.add_argument("--only", default="", metavar="START", help="time only workloads whose names start with START")
    given = parser.parse_args()
    workloads = from_folder(given.data, given.scale) if given.data else generated(given.scale)
    print(f"{'workload':34}{'tricolore':>12}{'peer':>12}{'ratio':>9}   peer")
    for workload in workloads:
        if not workload.name.startswith(given.only):
            continue
        for types in (BASIC, WITH_LSUM):
            for use_stemmer in (False, True):
                if workload.name == "books" and types is WITH_LSUM:
                    continue
                rouge = tc.ROUGE(types, use_stemmer)
                what = f"{workload.name}{', stemmed' * use_stemmer}{', with Lsum' * (types is WITH_LSUM)}"
                for name in PEERS:
                    if name in (given.peer or PEERS):
                        beside(what, name, workload, rouge, given.rounds)
    sentences, documents, _ = workloads
    for metric in (tc.BLEU(), tc.CHRF(), tc.CHRF(word_order=2), tc.TER()):
        for name in CORPORA:
            if name in (given.peer or CORPORA) and sentences.name.startswith(given.only):
                corpus_beside(metric, name, sentences, given.rounds)
    for metric in (tc.WER(), tc.CER(), tc.EditSimilarity(), tc.ANLS(), tc.GLEU("none")):
        for name, (score, metrics) in EDITS.items():
            chosen = name in (given.peer or EDITS) and type(metric).__name__ in metrics
            if chosen and sentences.name.startswith(given.only):
                edits_beside(metric, name, score, sentences, given.rounds)
    for name, make in LOOPS.items():
        if name not in (given.peer or LOOPS):
            continue
        one, rouge = available(lambda make=make: make(BASIC)), tc.ROUGE(BASIC)
        if one and sentences.name.startswith(given.only):
            pairs = list(zip(sentences.predictions, sentences.references, strict=True))
            if any(rouge.score(p, r) != one(p, r) for p, r in pairs[::50]):
                raise SystemExit(f"a score differs from that of {name}")
            turns = take_turns(
                [lambda: [rouge.score(p, r) for p, r in pairs], lambda: [one(p, r) for p, r in pairs]], given.rounds
            )
            report("sentences, score in a loop", turns, len(pairs), name)
    for name, make_pairs in PAIRS.items():
        if name in (given.peer or PAIRS) and sentences.name.startswith(given.only):
            pairwise_beside(name, make_pairs, sentences, given.rounds)
    if OURSELVES in (given.peer or [OURSELVES]):
        for workload in (sentences, documents):
            if workload.name.startswith(given.only):
                beside_ourselves(workload, given.rounds)


def pairwise_beside(name: str, make: Any, workload: Workload, rounds: int) -> None:
    """Times and prints the scores of all pairs of 200 texts."""
    predictions, references = workload.predictions[:200], workload.references[:200]
    peer = available(lambda: make(predictions, references))
    if not peer:
        return
    chrf = tc.CHRF()
    if chrf.pairwise(predictions, references).tolist() != np.asarray(peer()).tolist():
        raise SystemExit(f"a pairwise score differs from that of {name}")
    turns = take_turns([lambda: chrf.pairwise(predictions, references, num_threads=1), peer], rounds)
    report("pairwise chrF, 200 x 200", turns, len(predictions) * len(references), name)


def beside_ourselves(workload: Workload, rounds: int) -> None:
    """Times ways of calling tricolore against each other: threads, prepared references, Arrow columns."""
    what, predictions, references = workload
    rouge = tc.ROUGE(BASIC)
    metrics = {"ROUGE": rouge, "BLEU": tc.BLEU(), "chrF": tc.CHRF(), "token F1": tc.TokenF1()}
    rows: list[tuple[str, tc.Metric[Any], tuple[Any, Any], int, str]] = [
        ("two threads", rouge, (predictions, references), 2, "one thread")
    ]
    for name, metric in metrics.items():
        rows.append((f"{name}, prepared", metric, (predictions, metric.prepare(references)), 1, "not prepared"))
    arrow = available(lambda: __import__("pyarrow"))
    if arrow:
        rows.append(("Arrow columns", rouge, (arrow.array(predictions), arrow.array(references)), 1, "lists of str"))
    for how, metric, texts, threads, otherwise in rows:
        if metric.statistics(*texts, num_threads=threads) != metric.statistics(predictions, references, num_threads=1):
            raise SystemExit(f"{how} changes a count")
        calls = [
            lambda m=metric, t=texts, n=threads: m.score_each(*t, num_threads=n),
            lambda m=metric: m.score_each(predictions, references, num_threads=1),
        ]
        report(f"{what}, {how}", take_turns(calls, rounds), len(predictions), otherwise)


def beside(what: str, name: str, workload: Workload, rouge: tc.ROUGE, rounds: int) -> None:
    """Prints a row of the table if the peer is installed and has the types."""
    _, predictions, references = workload
    if name in SLOW:
        # A peer that takes a hundred times as long is timed on a sample.
        few = max(1, len(predictions) // 100)
        predictions, references, rounds = predictions[:few], references[:few], 1
        if workload.name == "books":
            return
    peer = available(lambda: PEERS[name](rouge.types, rouge.use_stemmer))
    if not peer:
        return
    check(rouge, predictions, references, peer(predictions, references))
    turns = take_turns(
        [lambda: rouge.score_each(predictions, references, num_threads=1), lambda: peer(predictions, references)],
        rounds,
    )
    report(what, turns, len(predictions), name)


def corpus_beside(metric: tc.BLEU | tc.CHRF | tc.TER, name: str, workload: Workload, rounds: int) -> None:
    """Prints a row of the table for a corpus score if the peer is installed and has the metric."""
    what, predictions, references = workload
    if isinstance(metric, tc.TER):
        # Take every fiftieth segment, because the peer needs minutes for all of them.
        predictions, references = predictions[::50], references[::50]
    if name in SLOW:
        rounds = 2
    peer = available(lambda: CORPORA[name](metric, predictions, references))
    if not peer:
        return
    score = metric.corpus(predictions, references, num_threads=1)
    # bleuscore has another formula, so its score is not compared.
    if name == "sacrebleu" and peer() != score.score:
        raise SystemExit(f"{metric} differs from the peer's")
    turns = take_turns([lambda: metric.corpus(predictions, references, num_threads=1), peer], rounds)
    kind = str(score).split(" ")[0].replace("2", "")
    report(f"{what}, corpus {kind}", turns, len(predictions), name)


def edits_beside(metric: Any, name: str, score: Any, workload: Workload, rounds: int) -> None:
    """Prints a row of the table for a corpus score by edit distance, or GLEU, if the peer is installed."""
    what, predictions, references = workload
    if name in SLOW:
        predictions, references, rounds = predictions[::50], references[::50], 1
    theirs = available(lambda: score(metric, predictions, references))
    if theirs is None:
        return
    ours = metric.corpus(predictions, references, num_threads=1).score
    # fastwer rounds, and werx sums by its own rule.
    if ours != theirs and not (name in ("fastwer", "werx") and abs(ours - theirs) < 1e-4):
        raise SystemExit(f"{metric} differs from {name}: {ours} against {theirs}")
    turns = take_turns(
        [
            lambda: metric.corpus(predictions, references, num_threads=1),
            lambda: score(metric, predictions, references),
        ],
        rounds,
    )
    report(f"{what}, corpus {type(metric).__name__}", turns, len(predictions), name)


def available(make: Callable[[], Any]) -> Any:
    """Returns the result of `make`, or None if the peer is not installed."""
    try:
        return make()
    except ImportError:
        return None


def check(rouge: tc.ROUGE, predictions: list[str], references: list[str], theirs: Any) -> None:
    """Exits with an error unless our figures equal the peer's to the bit."""
    columns = rouge.score_each(predictions, references, num_threads=1).to_dict()
    for name, column in columns.items():
        kind, _, figure = name.partition("_")
        if isinstance(theirs, list):
            expected = [getattr(score[kind], figure) for score in theirs]
        else:
            expected = list(getattr(theirs, name))
        if column.tolist() != expected:
            raise SystemExit(f"{name} differs from the peer's")


def take_turns(calls: list[Callable[[], Any]], rounds: int) -> list[float]:
    """Returns the shortest time of each call in seconds."""
    best = [float("inf")] * len(calls)
    for round_ in range(rounds + 1):
        for i, call in enumerate(calls):
            start = time.perf_counter()
            call()
            if round_:
                best[i] = min(best[i], time.perf_counter() - start)
    return best


def report(what: str, turns: list[float], pairs: int, name: str) -> None:
    ours, theirs = (1e6 * seconds / pairs for seconds in turns)
    print(f"{what:34}{ours:12.3f}{theirs:12.3f}{theirs / ours:8.1f}x   {name}", flush=True)


if __name__ == "__main__":
    main()
