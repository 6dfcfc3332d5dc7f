"""Compares merged scores of shuffled partitions with the scores of one call, on a folder of real data.

    python tools/partition_parity.py FOLDER

Partitions are merged as engines merge them. The tool prints every difference. Only TER with three or more references
may differ, because one call adds its inexact thirds in order.
"""

import gzip
import json
import random
import sys
from pathlib import Path

import pyarrow as pa
import tricolore as tc
from tricolore.engines.partial_scores import PartialScores
from tricolore.metrics.registry import METRICS
from tricolore.resampling.poisson import PoissonBootstrap

ALL = {name: make() for name, make in METRICS.items()}
ALL |= {"zh": tc.BLEU("zh"), "average": tc.ROUGE(multi_reference="average"), "unicode": tc.ROUGE(tokenizer="unicode")}


def main() -> None:
    for path in sorted(Path(sys.argv[1]).glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        if "systems" in rows[0]:
            first = next(iter(rows[0]["systems"]))
            pairs = [(row["systems"][first], list(row["references"].values())) for row in rows]
        else:
            pairs = [(row["prediction"], row["references"]) for row in rows]
        check(path.name, *map(list, zip(*pairs, strict=True)))


def check(name: str, predictions: list[str], references: list[list[str]]) -> None:
    """Compares the scores of each number of partitions with one call, and their intervals with each other."""
    table = pa.table({"id": range(len(predictions)), "prediction": predictions, "references": references})
    expected = {own: metric.corpus(predictions, references).to_dict() for own, metric in ALL.items()}
    bootstrap = PoissonBootstrap.checked(0.95, 200, 1)
    found = set()
    for partitions in (1, 2, 7, 200):
        parts = PartialScores(ALL, {"": "prediction"}, "references", bootstrap, "id", None, "error")
        generator = random.Random(partitions)
        order = generator.sample(range(len(table)), len(table))
        made = []
        for part in range(partitions):
            own = table.take(order[part::partitions]).combine_chunks()
            made += parts(iter(own.to_batches(max_chunksize=97)))
        generator.shuffle(made)
        scores = parts.score(pa.Table.from_batches(parts.merge(made)), one=False)
        for metric, score in scores.items():
            if score.to_dict() != expected[metric]:
                print(f"{name}, {partitions} partitions, {metric}: {score.to_dict()} and {expected[metric]}")
        found.add(repr([(score, score.confidence_interval) for score in scores.values()]))
    print(f"{name}: {len(table)} segments, {len(found)} result of 4 ways to cut them")


if __name__ == "__main__":
    main()
