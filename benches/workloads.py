"""Predictions and references to time: generated ones, or real ones from a folder.

Sentences are segments as they stand, documents 16 of them joined by newlines, books 400.
"""

import gzip
import json
import random
from pathlib import Path
from typing import NamedTuple

__all__ = ["Workload", "from_folder", "generated"]


class Workload(NamedTuple):
    """Pairs of one size."""

    name: str
    predictions: list[str]
    references: list[str]


def generated(scale: float = 1.0) -> list[Workload]:
    """16,000 sentences of English-looking text: a Zipf vocabulary of 30,000 words, 18 to a sentence;
    a prediction drops, changes, doubles and swaps about a third of the words of its reference."""
    generator = random.Random(2004)
    syllables = [c + v + e for c in "bcdfghklmnprstvw" for v in "aeiou" for e in ("", "n", "r", "s", "t")]
    endings = ["", "", "", "s", "ed", "ing", "ly", "ation", "ness"]
    words = ["".join(generator.choices(syllables, k=generator.choice([1, 1, 2, 2, 3]))) for _ in range(30_000)]
    words = [word + generator.choice(endings) for word in words]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    pairs = []
    for _ in range(int(16_000 * scale)):
        reference = generator.choices(words, weights, k=max(1, round(generator.gauss(18, 8))))
        prediction = []
        for word in reference:
            change = generator.random()
            if change < 0.12:
                prediction.append(generator.choices(words, weights)[0])
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
    """Words as they would be printed."""
    comma = len(words) // 2
    return " ".join(words[:comma]).capitalize() + (", " if comma else "") + " ".join(words[comma:]) + "."


def from_folder(folder: Path, scale: float = 1.0) -> list[Workload]:
    """Real translations into English, 40,356 sentences: `wmt22.de-en.jsonl.gz` and `wmt22.zh-en.jsonl.gz`, lines with
    `systems` and `references` by name, each system against reference A."""
    systems = []
    for path in (folder / "wmt22.de-en.jsonl.gz", folder / "wmt22.zh-en.jsonl.gz"):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        for name in rows[0]["systems"]:
            systems.append([(row["systems"][name], row["references"]["A"]) for row in rows])
    return grouped(systems[: max(1, round(len(systems) * scale))])


def grouped(systems: list[list[tuple[str, str]]]) -> list[Workload]:
    """The three sizes of these pairs."""
    workloads = []
    for name, size in (("sentences", 1), ("documents", 16), ("books", 400)):
        groups = [pairs[i : i + size] for pairs in systems for i in range(0, len(pairs) - size + 1, size)]
        sides = (["\n".join(pair[side] for pair in group) for group in groups] for side in (0, 1))
        workloads.append(Workload(name, *sides))
    return workloads
