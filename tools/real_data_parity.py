"""Compares ROUGE with rouge_score on every pair of a folder of real data, with and without stemming.

    python -m pip install '.[test]'
    python tools/real_data_parity.py FOLDER [--every N]

FOLDER has .jsonl.gz files whose rows have `prediction` and `references` (a list), or `systems` and `references` by
name. Every system is scored against every reference and against all references together, and every reference against
itself. Some rows are also joined to longer texts. Scores of segments and their means are compared with `==`, and again
with newlines at sentence ends, as `split_summaries` puts them. The tool prints the number of pairs that differ. The
exit code is 1 if any pair differs.
"""

import argparse
import gzip
import itertools
import json
import math
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import tricolore as tc
from rouge_score import rouge_scorer

TYPES = ["rouge1", "rouge2", "rouge3", "rougeL", "rougeLsum"]


def segments(path: Path, every: int):
    """Yields (prediction, references) of each row of a file, then for every 160 rows 8 rows joined by newlines."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file][::every]
    for row in rows:
        predictions = row["systems"].values() if "systems" in row else [row["prediction"]]
        references = list(row["references"].values()) if "systems" in row else row["references"]
        for prediction in predictions:
            yield prediction, references
            if len(references) > 1:
                yield from ((prediction, [reference]) for reference in references)
        yield from ((reference, [reference]) for reference in references)
    for start in range(0, len(rows) - 8, 160):
        group = rows[start : start + 8]
        system = next(iter(group[0].get("systems", [""])))
        predictions = [row["systems"][system] if system else row["prediction"] for row in group]
        references = [next(iter(row["references"].values())) if system else row["references"][0] for row in group]
        yield "\n".join(predictions), ["\n".join(references)]


def differences(path: Path, stemmed: bool, separator: str | None, every: int) -> tuple[int, int]:
    """Returns the number of pairs that differ, counting the mean of all as a pair, and the number compared."""
    # Warnings about odd texts do not matter for parity.
    warnings.simplefilter("ignore")
    ours = tc.ROUGE(TYPES, use_stemmer=stemmed, split_summaries=separator)
    original = rouge_scorer.RougeScorer(TYPES, use_stemmer=stemmed)
    pairs = list(segments(path, every))
    predictions, references = map(list, zip(*pairs, strict=True))
    scores = ours.score_each(predictions, references, num_threads=1)
    expected = []
    for prediction, own in pairs:
        if separator is not None:
            prediction, own = prediction.replace(separator, "\n"), [text.replace(separator, "\n") for text in own]
        expected.append(original.score_multi(own, prediction))
    differ = sum(
        any(tuple(score[name]) != tuple(other[name]) for name in TYPES)
        for score, other in zip(scores, expected, strict=True)
    )
    corpus = ours.corpus(predictions, references)
    for name in TYPES:
        figures = zip(*(other[name] for other in expected), strict=True)
        differ += tuple(corpus[name]) != tuple(math.fsum(figure) / len(pairs) for figure in figures)
    return differ, len(pairs) + 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take each Nth row (default: 1)")
    given = parser.parse_args()
    work = list(itertools.product(sorted(given.folder.glob("*.jsonl.gz")), (False, True), (None, ". ")))
    failed = 0
    with ProcessPoolExecutor() as pool:
        found = [pool.submit(differences, *one, given.every) for one in work]
        for (path, stemmed, separator), future in zip(work, found, strict=True):
            differ, compared = future.result()
            how = f"{'stemmed' if stemmed else 'plain'}{', sentences' if separator else ''}"
            print(f"{path.name}, {how}: {differ} of {compared} differ", flush=True)
            failed += differ
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
