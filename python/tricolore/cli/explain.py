"""The command `explain`: the matches behind the score of one segment."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from tricolore.support.visible import visible

from .arguments import files_of
from .error import CommandError
from .files.formats import form_by_name
from .files.read import read_segments
from .options import explicit
from .show import has_colors

__all__ = ["explain"]

# Options that have no effect on texts.
OF_FILES = ("segment", "prediction_key", "reference_key", "format", "encoding", "nulls")


def explain(given: argparse.Namespace, metrics: dict[str, Any]) -> None:
    """Prints the explanation of one segment by each metric."""
    prediction, references = texts_of(given)
    explanations = [metric.explain(prediction, references) for metric in metrics.values()]
    if given.json:
        for explanation in explanations:
            print(json.dumps(explanation.to_dict(), indent=2))
    elif has_colors():
        print("\n\n".join(explanation.to_text(color=True) for explanation in explanations))
    else:
        print("\n\n".join(visible(str(explanation), keep="\n") for explanation in explanations))


def texts_of(given: argparse.Namespace) -> tuple[str, list[str]]:
    """Returns the prediction and the references: the arguments themselves, or a segment of the files they name."""
    named = [given.predictions, *given.references]
    files = [path for path in named if is_file(path)]
    if not files:
        if not given.references:
            raise CommandError("explain needs a reference: give it with -r")
        for option in OF_FILES:
            if option in explicit(given) or (option == "reference_key" and given.reference_key):
                name = option.replace("_", "-")
                raise CommandError(f"--{name} is for files, and there is no file {given.predictions!r}")
        return given.predictions, given.references
    for path in named:
        if path not in files:
            raise CommandError(f"{files[0]} is a file, and there is no file {path!r}: give texts alone, or files alone")
    (read,) = files_of([given.predictions], given)
    segments = read_segments(read)
    count = len(segments.predictions)
    if not 1 <= given.segment <= count:
        raise CommandError(f"--segment is {given.segment}: {given.predictions} has segments 1 to {count}")
    texts = segments.predictions[given.segment - 1], segments.references[given.segment - 1]
    if not texts[1]:
        raise CommandError(f"{given.predictions}: segment {given.segment} has no reference")
    return texts


def is_file(text: str) -> bool:
    """True if an argument names a file: one that exists, standard input, or one with a known ending."""
    if text == "-":
        return True
    try:
        path = Path(text)
        return (path.exists() and not path.is_dir()) or (" " not in text and form_by_name(text)[0] is not None)
    except (OSError, ValueError):
        # Too long for a path, or with a NUL.
        return False
