"""Compares BLEU, chrF and TER with sacreBLEU on real text, with every option.

    python -m pip install '.[test]'
    python tools/sacrebleu_parity.py FOLDER [--systems N] [--every N]

FOLDER holds `wmt22.*.jsonl.gz`, with one JSON object per line that has `systems` and `references` by name, and other
`*.jsonl.gz` files with `prediction` and `references` (a list). Each system is scored against each reference and
against all references together. Each reference is scored against itself. For every combination of boolean options the
rows, the scores of segments and the corpus score are compared with `==`. The tool prints the number of figures that
differ for each file and metric. The exit code is 1 if any figure differs.

sacreBLEU takes hours for everything, mostly for TER. `--systems` limits the systems of a file, and `--every` takes each
Nth segment.
"""

import argparse
import gzip
import itertools
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import tricolore as tc
from sacrebleu import metrics

TOKENIZERS = {"ja": ("char", "intl", "none"), "zh": ("zh", "char", "none")}
SMOOTHING = [("exp", None), ("floor", None), ("floor", 0.5), ("add-k", None), ("add-k", 0.5), ("none", None)]
NO_OR_YES = (False, True)
CHRF_OPTIONS = ("lowercase", "whitespace", "eps_smoothing")
TER_OPTIONS = ("normalized", "no_punct", "asian_support", "case_sensitive")
MAKE = {"bleu": (tc.BLEU, metrics.BLEU), "chrf": (tc.CHRF, metrics.CHRF), "ter": (tc.TER, metrics.TER)}


def options_of(metric: str, language: str) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Yields each choice of the options that affect the rows, with the choices that affect only the scores."""
    if metric == "bleu":
        scoring = [
            {"smooth_method": method, "smooth_value": value, "effective_order": effective}
            for (method, value), effective in itertools.product(SMOOTHING, NO_OR_YES)
        ]
        for tokenize in TOKENIZERS.get(language, ("13a", "intl", "none")):
            for lowercase, order in itertools.product(NO_OR_YES, (4, 2)):
                yield {"tokenize": tokenize, "lowercase": lowercase, "max_ngram_order": order}, scoring
    else:
        names, more = (CHRF_OPTIONS, [{"word_order": n} for n in (0, 2)]) if metric == "chrf" else (TER_OPTIONS, [{}])
        for first in more:
            for values in itertools.product(NO_OR_YES, repeat=len(names)):
                yield {**first, **dict(zip(names, values, strict=True))}, [{}]


def corpora(path: Path, systems: int, every: int) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Yields the predictions and the streams of references of each corpus in a file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file][::every]
    if "systems" in rows[0]:
        predictions = [[row["systems"][name] for row in rows] for name in list(rows[0]["systems"])[:systems]]
        streams = [[row["references"][name] for row in rows] for name in sorted(rows[0]["references"])]
    else:
        predictions = [[row["prediction"] for row in rows]]
        streams = [list(stream) for stream in zip(*(row["references"] for row in rows), strict=True)]
    for own in predictions:
        yield from ((own, [stream]) for stream in streams)
        if len(streams) > 1:
            yield own, streams
    yield from ((stream, [stream]) for stream in streams)


def differences(path: Path, metric: str, systems: int, every: int) -> tuple[int, int]:
    """Returns the number of figures that differ and the number compared."""
    ours, theirs = MAKE[metric]
    language = path.name.split("-")[-1].split(".")[0]
    differ = compared = 0
    for predictions, streams in corpora(path, systems, every):
        references = tc.from_streams(*streams)
        for reading, scorings in options_of(metric, language):
            expected = theirs(**reading)._extract_corpus_statistics(predictions, streams)
            for scoring in scorings:
                made, original = ours(**reading, **scoring), theirs(**reading, **scoring)
                scores = made.score_each(predictions, references, num_threads=1)
                rows = scores.statistics.rows.tolist()
                if metric == "ter":
                    rows = [[edits, lengths / number] for edits, lengths, number in rows]
                if scoring is scorings[0]:
                    differ += sum(a != list(b) for a, b in zip(rows, expected, strict=True))
                    compared += len(rows)
                segments = [original._compute_score_from_stats(list(row)).score for row in expected]
                differ += sum(a != b for a, b in zip(scores.values.tolist(), segments, strict=True))
                corpus = original._aggregate_and_compute([list(row) for row in expected]).score
                differ += made.from_statistics(scores.statistics).score != corpus
                compared += len(segments) + 1
    return differ, compared


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--systems", type=int, default=99, help="the number of systems of each file (default: all)")
    parser.add_argument("--every", type=int, default=1, help="take each Nth segment (default: 1)")
    parser.add_argument("-m", "--metric", action="append", choices=MAKE, help="a metric (default: all three)")
    given = parser.parse_args()
    work = list(itertools.product(sorted(given.folder.glob("*.jsonl.gz")), given.metric or MAKE))
    wrong = 0
    with ProcessPoolExecutor() as pool:
        found = [pool.submit(differences, *one, given.systems, given.every) for one in work]
        for (path, metric), future in zip(work, found, strict=True):
            differ, compared = future.result()
            print(f"{path.name} {metric}: {differ} of {compared} differ", flush=True)
            wrong += differ
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
