"""Times tricolore's classes of torchmetrics beside torchmetrics' own in one run, on one thread.

    python -m pip install '.[torchmetrics]'
    python benches/torchmetrics_classes.py [--data FOLDER] [--batches 20] [--rounds 5]

A loop updates a metric with batches of 16 sentences, and then computes the score, which must be that of the whole
corpus. The second loop calls the metric, for the score of each batch too. Times are per batch, the minimum of the
rounds; torchmetrics' own classes get two rounds. Scores are shown in per cent, because the two differ.
"""

import argparse
import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TRICOLORE_NUM_THREADS", "1")

import torch
import torchmetrics.text as theirs
import tricolore.torchmetrics as ours
from workloads import from_folder, generated

SIZE = 16
TYPES = ("rouge1", "rouge2", "rougeL")
# Ours, torchmetrics' own, the figure of a dict, and the factor that turns our score into per cent.
PAIRS: list[tuple[str, Callable[[], Any], Callable[[], Any], str, float]] = [
    ("BLEU", ours.BLEU, theirs.SacreBLEUScore, "", 1),
    ("chrF", ours.CHRF, lambda: theirs.CHRFScore(n_word_order=0), "", 1),
    ("chrF++", lambda: ours.CHRF(word_order=2), theirs.CHRFScore, "", 1),
    ("TER", ours.TER, theirs.TranslationEditRate, "", 1),
    ("ROUGE", lambda: ours.ROUGE(TYPES), lambda: theirs.ROUGEScore(rouge_keys=TYPES), "rougeL_fmeasure", 100),
]


def main() -> None:
    parser = argparse.ArgumentParser(description="Times classes of torchmetrics.")
    parser.add_argument("--data", type=Path, help="a folder of real text (default: generated text)")
    parser.add_argument("--batches", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    sentences, *_ = from_folder(given.data) if given.data else generated()
    size = SIZE * given.batches
    predictions, references = sentences.predictions[:size], [[text] for text in sentences.references[:size]]
    batches = [(predictions[i : i + SIZE], references[i : i + SIZE]) for i in range(0, size, SIZE)]
    print("| metric | update, µs a batch | torchmetrics | times as fast | score | torchmetrics |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, own, other, figure, factor in PAIRS:
        metric = own()
        whole = metric.metric.corpus(predictions, references)
        for way in ("update", "forward"):
            took, score = timed(own(), way, batches, given.rounds)
            peer_took, peer_score = timed(other(), way, batches, min(2, given.rounds))
            names = metric.metric.layout.figures
            score, peer_score = ((each[figure] if figure else each).item() for each in (score, peer_score))
            assert score == metric.metric.layout.figures_of(whole)[names.index(figure) if figure else 0]
            label = name if way == "update" else f"{name}, with each batch's score"
            print(
                f"| {label} | {took:,.0f} | {peer_took:,.0f} | {peer_took / took:,.0f} | {score * factor:.4f} "
                f"| {peer_score * 100:.4f} |",
                flush=True,
            )


def timed(metric: Any, way: str, batches: list[tuple[list[str], list[list[str]]]], rounds: int) -> tuple[float, Any]:
    """The microseconds that a batch takes, and the score of all batches."""
    call = getattr(metric, way)
    best = float("inf")
    for _ in range(rounds):
        metric.reset()
        start = time.perf_counter()
        for predictions, references in batches:
            call(predictions, references)
        best = min(best, time.perf_counter() - start)
    return best / len(batches) * 1e6, metric.compute()


if __name__ == "__main__":
    main()
