"""Predictions and references from files."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

from .error import CommandError

__all__ = ["FORMATS", "Segments", "read_segments"]

FORMATS = ("txt", "jsonl")


class Segments(NamedTuple):
    """What is to be scored, a segment an item."""

    predictions: list[str]
    references: list[list[str]]


class Keys(NamedTuple):
    """Where a line of JSON has its texts."""

    prediction: str
    references: str


def read_segments(
    predictions: str, references: list[str], form: str | None, prediction_key: str, reference_key: str
) -> Segments:
    """Reads the files of a command line; `-` is standard input.

    In text files each line is a segment. In JSON Lines each line is an object with a prediction and
    references, a str or a list; without reference files, the predictions' own lines have them.
    """
    if [predictions, *references].count("-") > 1:
        raise CommandError("standard input can be read once: '-' was given twice")
    keys = Keys(prediction_key, reference_key)
    kind = form_of(predictions, form)
    if not references and kind != "jsonl":
        raise CommandError(f"{predictions} has no references: give files of them with -r")
    rows = read_lines(predictions)
    if kind == "txt":
        texts = rows
    else:
        objects = [parse(predictions, i, row) for i, row in enumerate(rows, start=1)]
        texts = [text_of(predictions, i, row, keys.prediction) for i, row in enumerate(objects, start=1)]
        if not references:
            own = [texts_of(predictions, i, row, keys.references) for i, row in enumerate(objects, start=1)]
            return Segments(texts, own)
    merged: list[list[str]] = [[] for _ in texts]
    for path in references:
        lines = read_lines(path)
        if len(lines) != len(texts):
            raise CommandError(f"{predictions} has {len(texts)} segments and {path} has {len(lines)}")
        is_json = form_of(path, form) == "jsonl"
        for i, (segment, line) in enumerate(zip(merged, lines, strict=True), start=1):
            segment += texts_of(path, i, parse(path, i, line), keys.references) if is_json else [line]
    return Segments(texts, merged)


def form_of(path: str, form: str | None) -> str:
    """The format of a file: by its ending, or as given; text for standard input."""
    if path == "-":
        return form or "txt"
    ending = Path(path).suffix.removeprefix(".").lower()
    if ending in FORMATS and form in (None, ending):
        return ending
    if ending in FORMATS:
        raise CommandError(f"{path}: the ending says .{ending} and --format {form}")
    if form is None:
        raise CommandError(
            f"{path}: the format is not known by the ending; valid are .txt and .jsonl, or give --format"
        )
    return form


def read_lines(path: str) -> list[str]:
    """The lines of a UTF-8 file, which end at a newline and lose a carriage return before it."""
    try:
        if path == "-" and sys.stdin is None:
            raise CommandError("standard input is closed")
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from error
    # Some editors begin a file with a byte order mark.
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    texts = []
    for i, line in enumerate(lines, start=1):
        try:
            texts.append(line.removesuffix(b"\r").decode("utf-8"))
        except UnicodeDecodeError as error:
            raise CommandError(f"{path}:{i}: not UTF-8 at byte {error.start + 1} of the line") from error
    return texts


def parse(path: str, number: int, line: str) -> dict[str, Any]:
    """A line of JSON, which must be an object."""
    if not line.strip():
        raise CommandError(f"{path}:{number}: an empty line where a JSON object belongs")
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise CommandError(f"{path}:{number}: not JSON: {error.msg} at column {error.colno}") from error
    except ValueError as error:  # a number of too many digits
        raise CommandError(f"{path}:{number}: not a segment: {error}") from error
    except RecursionError as error:
        raise CommandError(f"{path}:{number}: not a segment: nested too deeply") from error
    if not isinstance(row, dict):
        raise CommandError(f"{path}:{number}: a {type(row).__name__} where an object belongs")
    return row


def value_of(path: str, number: int, row: dict[str, Any], key: str) -> Any:
    """What a line has under a key."""
    if key not in row:
        has = ", ".join(map(repr, row)) or "none"
        raise CommandError(f"{path}:{number}: no key {key!r}; its keys are {has}")
    return row[key]


def text_of(path: str, number: int, row: dict[str, Any], key: str) -> str:
    """The text under a key."""
    text = value_of(path, number, row, key)
    if not isinstance(text, str):
        raise CommandError(f"{path}:{number}: {key!r} is of type {type(text).__name__}: it must be a string")
    return text


def texts_of(path: str, number: int, row: dict[str, Any], key: str) -> list[str]:
    """The texts under a key: a string, or a list of them."""
    value = value_of(path, number, row, key)
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise CommandError(f"{path}:{number}: {key!r} must be a string or a list of strings")
    if not texts:
        raise CommandError(f"{path}:{number}: {key!r} is empty: a segment needs a reference")
    return texts
