"""tricolore beside its peers, in one run, answers first.

    python -m pip install '.[bench]'
    python benches/side_by_side.py                      # on generated text
    python benches/side_by_side.py --data FOLDER        # on real text, see workloads.py

Every figure is the minimum of several rounds in which ours and the peer take turns, after one round
to warm up, on one thread; microseconds a pair. A peer that is not installed is left out.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tricolore as tc
from peers import CORPORA, LOOPS, PEERS
from workloads import Workload, from_folder, generated

BASIC = ("rouge1", "rouge2", "rougeL")
WITH_LSUM = (*BASIC, "rougeLsum")
SLOW = {"rouge_score", "sacrebleu"}


def main() -> None:
    parser = argparse.ArgumentParser(description="Times tricolore beside its peers.")
    parser.add_argument("--data", type=Path, help="a folder of real text (default: generated text)")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the pairs to take")
    parser.add_argument("--peer", action="append", choices=[*PEERS, *CORPORA], help="which peers (default: all)")
    parser.add_argument("--only", default="", metavar="START", help="workloads whose name starts so")
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
    for workload in (sentences, documents):
        if not workload.name.startswith(given.only):
            continue
        rouge = tc.ROUGE(BASIC)
        two, alone = (rouge.score_each(workload.predictions, workload.references, num_threads=n) for n in (2, 1))
        if two.values.tobytes() != alone.values.tobytes():
            raise SystemExit("two threads give other scores than one")
        calls = [
            lambda threads=threads, w=workload: rouge.score_each(w.predictions, w.references, num_threads=threads)
            for threads in (2, 1)
        ]
        report(
            f"{workload.name}, two threads", take_turns(calls, given.rounds), len(workload.predictions), "one thread"
        )


def beside(what: str, name: str, workload: Workload, rouge: tc.ROUGE, rounds: int) -> None:
    """A row of the table, if the peer is there and can do it."""
    _, predictions, references = workload
    if name in SLOW:
        # A sample is enough of what takes a hundred times as long.
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
    """A row of the table for a corpus score, if the peer is there and has the metric."""
    what, predictions, references = workload
    if isinstance(metric, tc.TER):
        # Every fiftieth: the peer takes minutes for all of them.
        predictions, references = predictions[::50], references[::50]
    if name in SLOW:
        rounds = 2
    peer = available(lambda: CORPORA[name](metric, predictions, references))
    if not peer:
        return
    score = metric.corpus(predictions, references, num_threads=1)
    # bleuscore follows another formula: it is timed alone.
    if name == "sacrebleu" and peer() != score.score:
        raise SystemExit(f"{metric} differs from the peer's")
    turns = take_turns([lambda: metric.corpus(predictions, references, num_threads=1), peer], rounds)
    kind = str(score).split(" ")[0].replace("2", "")
    report(f"{what}, corpus {kind}", turns, len(predictions), name)


def available(make: Callable[[], Any]) -> Any:
    """What `make` gives, or None where the peer is not installed."""
    try:
        return make()
    except ImportError:
        return None


def check(rouge: tc.ROUGE, predictions: list[str], references: list[str], theirs: Any) -> None:
    """Ours and the peer's figures are the same bits."""
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
    """The least seconds that each call took."""
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
