"""The command `explain`: the matches behind the score of one segment."""

from __future__ import annotations

import argparse
import json
from typing import Any

from .arguments import files_of
from .error import CommandError
from .files.read import read_segments
from .visible import visible

__all__ = ["explain"]


def explain(given: argparse.Namespace, metrics: dict[str, Any]) -> None:
    """Prints the explanation of one segment by each metric."""
    (files,) = files_of([given.predictions], given)
    segments = read_segments(files)
    count = len(segments.predictions)
    if not 1 <= given.segment <= count:
        raise CommandError(f"--segment is {given.segment}: {given.predictions} has segments 1 to {count}")
    texts = segments.predictions[given.segment - 1], segments.references[given.segment - 1]
    if not texts[1]:
        raise CommandError(f"{given.predictions}: segment {given.segment} has no reference")
    for metric in metrics.values():
        explanation = metric.explain(*texts)
        shown = json.dumps(explanation.to_dict(), indent=2) if given.json else visible(str(explanation), keep="\n")
        print(shown)
