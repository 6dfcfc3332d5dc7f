"""Segments on which tokenizers and counts go wrong most easily, for a comparison without data."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Segments", "hard_segments"]

WORDS = (
    "the cat sat on a mat and its running runners ran away from mice It rained Dogs were barking The river Nile "
    "is long internationalisation U.S. e.g. Intel's don't 3.14 1,000 50% -5 $3.50 well-known (see) a-b c/d &amp; "
    "&quot; ... ! ? — “quoted” ’tis Straße ﬁne İstanbul ΣΊΣΥΦΟΣ Ångström naïve e\u0301tude Привет мир "
    "שלום مرحبا हिन्दी ไทย 한국어 日本語 漢字かな カタカナ 。 ， 「中文」 𠀀 👩‍👩‍👧 ½ ² ٣ €5 x_y"
).split()
SPACES = (" ", " ", " ", " ", " ", "  ", "\n", "\t", "\u00a0", "\u3000", "")


class Segments(NamedTuple):
    """Predictions and the references of each, and the name of their source."""

    source: str
    predictions: list[str]
    references: list[list[str]]


def hard_segments(count: int) -> Segments:
    """Segments in many scripts, the same on every machine: empty ones, equal ones, and some of sixty words."""
    generator = random.Random(20)
    predictions, references = [], []
    for place in range(count):
        words = generator.choices(WORDS, k=generator.choice((0, 1, 3, 8, 12, 20, 20, 30, 60)))
        references.append([joined(generator, retold(generator, words)) for _ in range(1 + place % 3)])
        predictions.append(joined(generator, retold(generator, words)))
        if place % 10 == 0:
            predictions[-1] = references[-1][0]
        # An empty text on one side alone.
        if place % 10 == 3:
            predictions[-1] = ""
        elif place % 10 == 4:
            references[-1][-1] = ""
    return Segments("built-in hard texts", predictions, references)


def retold(generator: random.Random, words: Sequence[str]) -> list[str]:
    """The words with some left out, replaced or moved."""
    kept = [generator.choice(WORDS) if generator.random() < 0.1 else word for word in words if generator.random() < 0.9]
    if len(kept) > 3 and generator.random() < 0.5:
        start = generator.randrange(len(kept) - 2)
        moved, kept = kept[start : start + 2], kept[:start] + kept[start + 2 :]
        place = generator.randrange(len(kept) + 1)
        kept[place:place] = moved
    return kept


def joined(generator: random.Random, words: Sequence[str]) -> str:
    """The words as a text, with white space of several kinds."""
    return "".join(word + generator.choice(SPACES) for word in words)
