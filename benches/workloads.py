"""Predictions and references to time: generated ones, or real ones from a folder.

Sentences are segments as they stand, documents 16 of them joined by newlines, books 400.
"""

import gzip
import json
import random
from pathlib import Path
from typing import NamedTuple

__all__ = ["Workload", "from_folder", "generated"]

SENTENCES, DOCUMENTS, BOOKS = 10_000, 1_000, 20


class Workload(NamedTuple):
    """Pairs of one size."""

    name: str
    predictions: list[str]
    references: list[str]


def generated(scale: float = 1.0) -> list[Workload]:
    """English-looking text: a Zipf vocabulary of 30,000 words, 18 to a sentence; a prediction drops,
    changes, doubles and swaps about a third of the words of its reference."""
    generator = random.Random(2004)
    syllables = [c + v + e for c in "bcdfghklmnprstvw" for v in "aeiou" for e in ("", "n", "r", "s", "t")]
    endings = ["", "", "", "s", "ed", "ing", "ly", "ation", "ness"]
    words = ["".join(generator.choices(syllables, k=generator.choice([1, 1, 2, 2, 3]))) for _ in range(30_000)]
    words = [word + generator.choice(endings) for word in words]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    pairs = []
    # Sentences enough for the documents and the books.
    for _ in range(max(SENTENCES, DOCUMENTS * 16)):
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
    return grouped([pairs], scale)


def sentence(words: list[str]) -> str:
    """Words as they would be printed."""
    comma = len(words) // 2
    return " ".join(words[:comma]).capitalize() + (", " if comma else "") + " ".join(words[comma:]) + "."


def from_folder(folder: Path, scale: float = 1.0) -> list[Workload]:
    """Real translations into English: `wmt22.de-en.jsonl.gz` and `wmt22.zh-en.jsonl.gz`, lines with
    `systems` and `references` by name, each system against reference A."""
    systems = []
    for path in (folder / "wmt22.de-en.jsonl.gz", folder / "wmt22.zh-en.jsonl.gz"):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        for name in rows[0]["systems"]:
            systems.append([(row["systems"][name], row["references"]["A"]) for row in rows])
    return grouped(systems, scale)


def grouped(systems: list[list[tuple[str, str]]], scale: float) -> list[Workload]:
    """The three sizes; `scale` below 1 takes fewer pairs of each."""
    workloads = []
    for name, size, count in (("sentences", 1, SENTENCES), ("documents", 16, DOCUMENTS), ("books", 400, BOOKS)):
        groups = [pairs[i : i + size] for pairs in systems for i in range(0, len(pairs) - size + 1, size)]
        groups = groups[: max(1, int(count * scale))]
        sides = (["\n".join(pair[side] for pair in group) for group in groups] for side in (0, 1))
        workloads.append(Workload(name, *sides))
    return workloads
