"""Holds tricolore to rouge_score on every pair of a folder of real data.

    python tools/real_data_parity.py FOLDER [--stemmed]

FOLDER has .jsonl.gz files whose rows have `prediction` and `references` (a list), or `systems` and
`references` by name. Every system is compared with every reference, and with all of them together;
and some of it joined to longer texts.
"""

import argparse
import gzip
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import tricolore as tc
from rouge_score import rouge_scorer

TYPES = ["rouge1", "rouge2", "rouge3", "rougeL", "rougeLsum"]


def segments(path: Path):
    """(prediction, references) of a file; then, for every 160 rows, 8 of them joined by newlines."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    for row in rows:
        predictions = row["systems"].values() if "systems" in row else [row["prediction"]]
        references = list(row["references"].values()) if "systems" in row else row["references"]
        for prediction in predictions:
            yield prediction, references
            if len(references) > 1:
                yield from ((prediction, [reference]) for reference in references)
    for start in range(0, len(rows) - 8, 160):
        group = rows[start : start + 8]
        system = next(iter(group[0].get("systems", [""])))
        predictions = [row["systems"][system] if system else row["prediction"] for row in group]
        references = [next(iter(row["references"].values())) if system else row["references"][0] for row in group]
        yield "\n".join(predictions), ["\n".join(references)]


def differences(path: Path, stemmed: bool) -> tuple[str, int, int]:
    """The file, the pairs compared, and how many differ."""
    ours, original = tc.ROUGE(TYPES, use_stemmer=stemmed), rouge_scorer.RougeScorer(TYPES, use_stemmer=stemmed)
    pairs = list(segments(path))
    scores = ours.score_each(*zip(*pairs, strict=True), num_threads=1)
    differ = 0
    for (prediction, references), score in zip(pairs, scores, strict=True):
        expected = original.score_multi(references, prediction)
        differ += any(tuple(score[name]) != tuple(expected[name]) for name in TYPES)
    return path.name, len(pairs), differ


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stemmed", action="store_true")
    given = parser.parse_args()
    paths = sorted(given.folder.glob("*.jsonl.gz"))
    failed = 0
    with ProcessPoolExecutor() as pool:
        for name, compared, differ in pool.map(differences, paths, [given.stemmed] * len(paths)):
            print(f"{name}: {differ} of {compared} differ", flush=True)
            failed += differ
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
