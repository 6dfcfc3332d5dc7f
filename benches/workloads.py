"""Predictions and references for timing, generated or read from a folder of real text.

A sentence is one segment. A document is 16 segments joined by newlines, and a book is 400.
"""

import gzip
import json
import random
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

__all__ = ["Workload", "from_folder", "generated"]


class Workload(NamedTuple):
    """Pairs of one size."""

    name: str
    predictions: list[str]
    references: list[str]


def generated(scale: float = 1.0) -> list[Workload]:
    """Generates 16,000 sentences of English-looking text from a Zipf vocabulary of 30,000 words, with 18 words per
    sentence. A prediction drops, changes, doubles or swaps about a third of its reference's words."""
    generator = random.Random(2004)
    syllables = [c + v + e for c in "bcdfghklmnprstvw" for v in "aeiou" for e in ("", "n", "r", "s", "t")]
    endings = ["", "", "", "s", "ed", "ing", "ly", "ation", "ness"]
    words = ["".join(generator.choices(syllables, k=generator.choice([1, 1, 2, 2, 3]))) for _ in range(30_000)]
    words = [word + generator.choice(endings) for word in words]
    # Given weights, each call would add them up again.
    sums = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    pairs = []
    for _ in range(int(16_000 * scale)):
        reference = generator.choices(words, cum_weights=sums, k=max(1, round(generator.gauss(18, 8))))
        prediction = []
        for word in reference:
            change = generator.random()
            if change < 0.12:
                prediction.append(generator.choices(words, cum_weights=sums)[0])
            elif change < 0.18:
                prediction += [word, word]
            elif change < 0.26 and prediction:
                prediction.insert(-1, word)
            elif change > 0.9:
                continue
            else:
                prediction.append(word)
        pairs.append((sentence(prediction), sentence(reference)))
    return grouped([pairs])


def sentence(words: list[str]) -> str:
    """Returns the words as a printed sentence."""
    comma = len(words) // 2
    return " ".join(words[:comma]).capitalize() + (", " if comma else "") + " ".join(words[comma:]) + "."


def from_folder(folder: Path, scale: float = 1.0) -> list[Workload]:
    """Reads 40,356 sentences of translations into English from `wmt22.de-en.jsonl.gz` and `wmt22.zh-en.jsonl.gz`. Each
    line has `systems` and `references` by name. Each system is paired with reference A."""
    systems = []
    for path in (folder / "wmt22.de-en.jsonl.gz", folder / "wmt22.zh-en.jsonl.gz"):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        for name in rows[0]["systems"]:
            systems.append([(row["systems"][name], row["references"]["A"]) for row in rows])
    return grouped(systems[: max(1, round(len(systems) * scale))])


def grouped(systems: list[list[tuple[str, str]]]) -> list[Workload]:
    """Returns the workloads of all three sizes for these pairs."""
    workloads = []
    for name, size in (("sentences", 1), ("documents", 16), ("books", 400)):
        groups = [pairs[i : i + size] for pairs in systems for i in range(0, len(pairs) - size + 1, size)]
        sides = (["\n".join(pair[side] for pair in group) for group in groups] for side in (0, 1))
        workloads.append(Workload(name, *sides))
    return workloads
