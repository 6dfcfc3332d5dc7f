"""The objects of a JSON file, read one at a time: an array of objects, or consecutive objects."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from ..error import CommandError

__all__ = ["not_json", "object_of", "objects"]

CHUNK = 1 << 20
SPACE = re.compile(r"[ \t\n\r]*")
# The longest token that the end of a chunk may cut: "-Infinity", or an escape of two surrogates.
LONGEST_WORD = 12

decode = json.JSONDecoder().raw_decode


def not_json(where: str, error: Exception) -> CommandError:
    """Returns the error for text that is not JSON."""
    if isinstance(error, json.JSONDecodeError):
        return CommandError(f"{where}: not JSON: {error.msg} at column {error.colno}")
    if isinstance(error, RecursionError):
        return CommandError(f"{where}: not a segment: nested too deeply")
    return CommandError(f"{where}: not a segment: {error}")  # a number with too many digits


def object_of(where: str, value: Any) -> dict[str, Any]:
    """Returns the value if it is an object, else raises CommandError."""
    if not isinstance(value, dict):
        raise CommandError(f"{where}: a {type(value).__name__} where an object belongs")
    return value


def objects(path: str, read: Callable[[int], str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields each object with its place, `path:number` from 1. Memory holds one object and a chunk of text.

    `read` returns at most as many further characters as its argument says, and an empty text at the end.
    """
    text = Text(read)
    array = text.next() == "["
    text.at += array
    number = 0
    while (character := text.next()) and not (array and character == "]"):
        number += 1
        where = f"{path}:{number}"
        if array and number > 1:
            if character != ",":
                raise CommandError(f"{where}: not JSON: ',' or ']' belongs after an object of an array")
            text.at += 1
            text.next()
        try:
            value = text.value()
        except (ValueError, RecursionError) as error:
            raise not_json(where, error) from error
        yield where, object_of(where, value)
    if array and not character:
        raise CommandError(f"{path}: not JSON: the array does not end")
    text.at += array
    if text.next():
        raise CommandError(f"{path}: not JSON: there is more after the array")


class Text:
    """Text that is read in chunks and consumed from the front."""

    def __init__(self, read: Callable[[int], str]) -> None:
        self._read = read
        self._text = ""
        self.at = 0

    def _more(self) -> bool:
        # At least as much as is held, so that a long value is parsed anew only each time the text has doubled.
        more = self._read(max(CHUNK, len(self._text) - self.at))
        self._text, self.at = self._text[self.at :] + more, 0
        return bool(more)

    def next(self) -> str:
        """Returns the next character that is not white space, without consuming it; an empty text at the end."""
        while True:
            found = SPACE.match(self._text, self.at)
            assert found is not None
            self.at = found.end()
            if self.at < len(self._text):
                return self._text[self.at]
            if not self._more():
                return ""

    def value(self) -> Any:
        """Consumes and returns the next value."""
        while True:
            try:
                value, self.at = decode(self._text, self.at)
                return value
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated") or error.pos > len(self._text) - LONGEST_WORD
                if not (cut and self._more()):
                    raise
