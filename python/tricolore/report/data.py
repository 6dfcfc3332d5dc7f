"""The segments of a report, packed for the page's script."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Sequence
from typing import Any

from ..explanations.marks import STYLES
from .content import Content
from .marks import LEGEND, LONGEST, packed_marks

__all__ = ["packed_segments"]

# The most segments that a page holds, and the most characters of packed data: with the rest, below two megabytes.
MOST_SEGMENTS = 2000
MOST_PACKED = 1_750_000
# For each figure and system, the segments with the largest gains and losses that a sample always has.
EXTREMES = 20
SEED = 12345


def packed_segments(content: Content) -> tuple[str, int]:
    """The segments as base64 of gzip of JSON, and their number.

    All segments if the result is small enough. Otherwise a sample: the largest gains and losses, and others at random.
    """
    marks: dict[int, list[list[str]]] = {}
    count = min(len(content), MOST_SEGMENTS)
    while True:
        chosen = sample(content, count)
        packed = base64.b64encode(gzip.compress(json.dumps(data_of(content, chosen, marks)).encode(), 9, mtime=0))
        if len(packed) <= MOST_PACKED or count == 1:
            return packed.decode(), len(chosen)
        count = max(1, min(count - 1, int(count * 0.95 * MOST_PACKED / len(packed))))


def sample(content: Content, count: int) -> list[int]:
    """The places of this many segments, in order."""
    import numpy as np

    if count >= len(content):
        return list(range(len(content)))
    orders = [
        np.argsort(content.better(series, system), kind="stable")
        for series in content.series
        for system in range(1, len(content.systems))
    ] or [np.argsort(series.scores[0], kind="stable") for series in content.series]
    chosen: dict[int, None] = {}
    for rank in range(min(EXTREMES, count // (4 * len(orders)))):
        for order in orders:
            chosen[int(order[rank])] = chosen[int(order[-1 - rank])] = None
    for place in np.random.default_rng(SEED).permutation(len(content)).tolist():
        if len(chosen) >= count:
            break
        chosen[place] = None
    return sorted(chosen)


def data_of(content: Content, chosen: Sequence[int], marks: dict[int, list[list[str]]]) -> dict[str, Any]:
    """The data of the chosen segments. `marks` keeps the marks of segments for the next call."""
    for place in chosen:
        if place not in marks:
            marks[place] = marks_of(content, place)
    labels = content.labels
    used = [labels[place] for place in chosen] if labels else []
    known = {label: number for number, label in enumerate(dict.fromkeys(used))}
    return {
        "systems": content.systems,
        "tags": {letter: STYLES[kind].tag for letter, kind, _ in LEGEND},
        "figures": [
            {"title": own.title, "head": own.head, "lower": own.lower_is_better, "digits": own.digits}
            for own in content.series
        ],
        "labels": list(known),
        "label": [known[label] for label in used] if labels else None,
        "numbers": [content.numbers[place] for place in chosen],
        "predictions": [[cut(own[place]) for place in chosen] for own in content.predictions],
        "references": [[cut(text) for text in content.references[place]] for place in chosen],
        "scores": [
            [[round(float(own[place]), series.digits + 1) for place in chosen] for own in series.scores]
            for series in content.series
        ],
        "marks": [
            [[marks[place][figure][system] for place in chosen] for system in range(len(content.systems))]
            for figure in range(len(content.series))
        ],
    }


def marks_of(content: Content, place: int) -> list[list[str]]:
    """The marks of a segment by figure and system; empty strings for texts that are too long."""
    references = list(content.references[place])
    by_metric: dict[int, list[str]] = {}
    for series in content.series:
        by_metric.setdefault(id(series.metric), []).append(series.name)
    each: list[dict[tuple[int, str], str]] = []
    for predictions in content.predictions:
        own: dict[tuple[int, str], str] = {}
        if len(predictions[place]) + sum(map(len, references)) <= LONGEST:
            for series in content.series:
                if (id(series.metric), series.name) not in own:
                    names = by_metric[id(series.metric)]
                    packed = packed_marks(series.metric, names, predictions[place], references)
                    own |= {(id(series.metric), name): text for name, text in packed.items()}
        each.append(own)
    return [[own.get((id(series.metric), series.name), "") for own in each] for series in content.series]


def cut(text: str) -> str:
    """The text, or its beginning and the number of characters that follow.

    A lone surrogate, which no file can hold, becomes one other character, so that marks keep their places.
    """
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]} … ({len(text) - LONGEST} more characters)"
    return re.sub("[\ud800-\udfff]", "\ufffd", shown)
