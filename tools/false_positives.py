"""Measures how often the paired tests of `compare` call equally good systems different at the level 0.05.

    python tools/false_positives.py [--data FOLDER] [--pairs 2000] [--segments 200 1000]
    python tools/false_positives.py --outcomes

The second command simulates nothing. It goes through all outcomes of two systems that differ in a few of 100 answers.

Each simulated pair of systems is made from the outputs of two real systems. Segments are drawn from a pool, and chance
assigns the two outputs of each segment to the two simulated systems. So neither system is better, and a valid test has
p <= 0.05 in 5 % of the pairs. The tool prints this share for each metric, number of segments and test. The exit code is
1 if a share of `randomization` or `bootstrap` is more than three standard errors from 0.05.

BLEU and ROUGE-L score sentences. Exact match and token F1 score answers, which are the first two words of each
sentence. Exact match has few p-values: if k answers are right in only one system, the absolute difference has
k // 2 + 1 values, and the exact test stays below the level. So k is fixed at a number for which the level of the exact
test is near 0.05. For BLEU the results of sacreBLEU's two tests are shown next to the valid tests.
"""

import argparse
import gzip
import json
import math
import random
import sys
from pathlib import Path

import numpy as np
import tricolore as tc

sys.path.insert(0, str(Path(__file__).parents[1] / "benches"))
from workloads import generated

TESTS = ("randomization", "bootstrap", "paired_ar", "paired_bs")
SENTENCES = {"BLEU": tc.BLEU(), "ROUGE-L": tc.ROUGE(["rougeL"])}
ANSWERS = {"exact match": tc.ExactMatch(), "token F1": tc.TokenF1()}
# Each test with its metrics and its number of samples. That number affects the level only if there are few p-values.
PLAN = (
    ("randomization", list(SENTENCES), 1000),
    ("randomization", list(ANSWERS), 10_000),
    ("bootstrap", [*SENTENCES, *ANSWERS], 1000),
    ("paired_ar", ["BLEU"], 1000),
    ("paired_bs", ["BLEU"], 1000),
)
LEVEL = 0.05
# A p-value from 10,000 shuffles has a standard error of 0.002. If the exact level were 0.05, a simulated p-value would
# miss it half of the time.
ATTAINED = 0.047


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="a folder with wmt22.de-en.jsonl.gz (default: generated text)")
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--segments", type=int, nargs="+", default=[200, 1000])
    parser.add_argument("--outcomes", action="store_true", help="all outcomes of few answers, with their probabilities")
    given = parser.parse_args()
    if given.outcomes:
        print(f"{'differ':>8}" + "".join(f"{test:>15}" for test in TESTS))
        for differing in (1, 2, 3, 4, 5, 6, 8, 10, 20):
            print(f"{differing:8}" + "".join(f"{share_of_outcomes(test, differing):15.3f}" for test in TESTS))
        return
    outputs, references = from_folder(given.data) if given.data else made()
    pool = {}
    for metrics, cut in ((SENTENCES, str), (ANSWERS, answer)):
        for name, metric in metrics.items():
            first, second = (metric.statistics(list(map(cut, own)), list(map(cut, references))) for own in outputs)
            pool[name] = first + second
    error = math.sqrt(LEVEL * (1 - LEVEL) / given.pairs)
    print(f"{given.pairs} pairs, {len(references)} segments in the pool, standard error {error:.4f}")
    print(f"{'segments':>8}  {'metric':12}" + "".join(f"{test:>15}" for test in TESTS))
    wrong = False
    for count in given.segments:
        for name, shares in simulated(pool, count, given.pairs).items():
            cells = (f"{shares[test]:15.4f}" if test in shares else f"{'':15}" for test in TESTS)
            print(f"{count:8}  {name:12}" + "".join(cells), flush=True)
            wrong |= any(abs(shares[test] - LEVEL) > 3 * error for test in ("randomization", "bootstrap"))
    sys.exit(wrong)


def simulated(pool: dict[str, tc.Statistics], count: int, pairs: int) -> dict[str, dict[str, float]]:
    """Returns the share of pairs that are called different, by metric and test."""
    metrics = {**SENTENCES, **ANSWERS}
    right = pool["exact match"].rows[:, 0].reshape(2, -1)
    strata = [np.flatnonzero(right[0] != right[1]), np.flatnonzero(right[0] == right[1])]
    differing = number_differing(count)
    print(f"{count:8}  {differing} answers differ: exact level {exact_level(differing):.4f}")
    generator = np.random.default_rng(count)
    called = {name: {test: 0 for test, compared, _ in PLAN if name in compared} for name in metrics}
    for pair in range(pairs):
        segments = np.concatenate(
            [generator.choice(own, size) for own, size in zip(strata, (differing, count - differing), strict=True)]
        )
        # The second half of the rows belongs to the second system.
        swapped = generator.integers(2, size=count)
        systems = {}
        for side, chosen in (("a", swapped), ("b", 1 - swapped)):
            systems[side] = [own.take(segments + chosen * right.shape[1]) for own in pool.values()]
        for test, compared, samples in PLAN:
            made = [metrics[name] for name in compared]
            rows = tc.compare(systems, metrics=made, test=test, samples=samples, seed=pair).rows[1::2]
            for name, row in zip(compared, rows, strict=True):
                called[name][test] += row.p_value <= LEVEL
    return {name: {test: number / pairs for test, number in own.items()} for name, own in called.items()}


def share_of_outcomes(test: str, differing: int, answers: int = 100) -> float:
    """Returns the probability that a test with unigram BLEU calls two equally good systems different. In each differing
    answer either system is right with probability 1/2. Both are right in all other answers."""
    metric, references = tc.BLEU(max_ngram_order=1), ["right"] * answers
    share = 0.0
    for wins in range(differing + 1):
        same = ["right"] * (answers - differing)
        first = ["right"] * wins + ["wrong"] * (differing - wins) + same
        second = ["wrong"] * wins + ["right"] * (differing - wins) + same
        row = tc.compare({"a": first, "b": second}, references, [metric], test=test, seed=1).rows[1]
        share += (row.p_value <= LEVEL) * math.comb(differing, wins) / 2**differing
    return share


def exact_level(differing: int) -> float:
    """Returns the largest level up to 0.05 of the exact test, which is the sign test over the differing answers."""
    level, tail = 0.0, 0.0
    for wins in range(differing // 2):
        tail += 2 * math.comb(differing, wins) / 2**differing
        if tail > LEVEL:
            break
        level = tail
    return level


def number_differing(count: int) -> int:
    """Returns a number near a third of the answers for which the exact level is near `ATTAINED`."""
    near = range(count // 3 - 30, count // 3 + 30)
    return max((number for number in near if exact_level(number) <= ATTAINED), key=exact_level)


def answer(text: str) -> str:
    return " ".join(text.split()[:2])


def made() -> tuple[list[list[str]], list[str]]:
    """Returns two generated systems and the references."""
    references = generated(scale=0.25)[0].references
    words = " ".join(references).split()
    generator = random.Random(7)
    outputs = [[changed(text, words, generator) for text in references] for _ in range(2)]
    return outputs, references


def changed(text: str, words: list[str], generator: random.Random) -> str:
    """Returns a text with some words deleted and some replaced. The share of changed words varies between texts."""
    share = generator.random() / 2
    kept = []
    for word in text.split():
        chance = generator.random()
        if chance > share / 3:
            kept.append(generator.choice(words) if chance < share else word)
    return " ".join(kept)


def from_folder(folder: Path) -> tuple[list[list[str]], list[str]]:
    """Returns two WMT22 systems from German to English, and reference A."""
    with gzip.open(folder / "wmt22.de-en.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    names = list(rows[0]["systems"])[:2]
    return [[row["systems"][name] for row in rows] for name in names], [row["references"]["A"] for row in rows]


if __name__ == "__main__":
    main()
