"""BLEU, chrF and TER beside sacreBLEU on real text: every system with each reference and with all.

    python -m pip install '.[test]'
    python tools/sacrebleu_parity.py FOLDER

FOLDER holds `wmt22.*.jsonl.gz`: one JSON object a line with `systems` and `references` by name. Rows, sentence scores
and corpus scores are compared with `==`; the number that differ is printed, and is the exit code.
"""

import argparse
import gzip
import json
import sys
from pathlib import Path

import tricolore as tc
from sacrebleu import metrics

TOKENIZERS = {"ja": ("char", "intl"), "zh": ("zh", "char"), "ru": ("13a", "intl")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--systems", type=int, default=99, help="how many of each pair (default: all)")
    given = parser.parse_args()
    wrong = 0
    for path in sorted(given.folder.glob("wmt22.*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        target = path.name.split(".")[1].split("-")[1]
        tokenizers = TOKENIZERS.get(target, ("13a", "intl"))
        pairs = [
            (tc.BLEU(t), metrics.BLEU(tokenize=t, effective_order=True), metrics.BLEU(tokenize=t)) for t in tokenizers
        ]
        pairs += [(tc.CHRF(word_order=n), metrics.CHRF(word_order=n), metrics.CHRF(word_order=n)) for n in (0, 2)]
        pairs.append((tc.TER(), metrics.TER(), metrics.TER()))
        names = sorted(rows[0]["references"])
        differ = compared = 0
        for system in list(rows[0]["systems"])[: given.systems]:
            predictions = [row["systems"][system] for row in rows]
            for used in [[name] for name in names] + ([names] if len(names) > 1 else []):
                streams = [[row["references"][name] for row in rows] for name in used]
                for ours, of_sentences, of_corpora in pairs:
                    scores = ours.score_each(predictions, tc.from_streams(*streams))
                    expected = of_sentences._extract_corpus_statistics(predictions, streams)
                    made = [of_sentences._compute_score_from_stats(list(row)).score for row in expected]
                    statistics = scores.statistics.rows.tolist()
                    if isinstance(ours, tc.TER):
                        statistics = [[edits, lengths / references] for edits, lengths, references in statistics]
                    differ += sum(a != list(b) for a, b in zip(statistics, expected, strict=True))
                    differ += sum(a != b for a, b in zip(scores.values.tolist(), made, strict=True))
                    corpus = of_corpora._aggregate_and_compute(expected).score
                    differ += ours.from_statistics(scores.statistics).score != corpus
                    compared += 2 * len(rows) + 1
        print(f"{path.name}: {differ} of {compared} differ", flush=True)
        wrong += differ
    sys.exit(min(wrong, 1))


if __name__ == "__main__":
    main()
