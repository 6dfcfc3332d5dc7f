"""The objects of a JSON file, one at a time: an array of them, or one after the other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from ..error import CommandError

__all__ = ["not_json", "object_of", "objects"]

CHUNK = 1 << 20
SPACE = re.compile(r"[ \t\n\r]*")
# The longest word that may be cut by the end of what has been read, "-Infinity" or an escape of two surrogates.
LONGEST_WORD = 12

decode = json.JSONDecoder().raw_decode


def not_json(where: str, error: Exception) -> CommandError:
    """The error for text of which no object is made."""
    if isinstance(error, json.JSONDecodeError):
        return CommandError(f"{where}: not JSON: {error.msg} at column {error.colno}")
    if isinstance(error, RecursionError):
        return CommandError(f"{where}: not a segment: nested too deeply")
    return CommandError(f"{where}: not a segment: {error}")  # a number of too many digits


def object_of(where: str, value: Any) -> dict[str, Any]:
    """The value, which must be an object."""
    if not isinstance(value, dict):
        raise CommandError(f"{where}: a {type(value).__name__} where an object belongs")
    return value


def objects(path: str, read: Callable[[int], str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects, each with the file's name and its number from 1. Holds one of them and a chunk of text.

    `read` gives up to so many characters more, and none at the end.
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
        raise CommandError(f"{path}: not JSON: there is more behind the array")


class Text:
    """Text that is taken from the front."""

    def __init__(self, read: Callable[[int], str]) -> None:
        self._read = read
        self._text = ""
        self.at = 0

    def _more(self) -> bool:
        # At least as much as there is: what is read again and again doubles.
        more = self._read(max(CHUNK, len(self._text) - self.at))
        self._text, self.at = self._text[self.at :] + more, 0
        return bool(more)

    def next(self) -> str:
        """The next character that is not white space, which stays; none at the end."""
        while True:
            found = SPACE.match(self._text, self.at)
            assert found is not None
            self.at = found.end()
            if self.at < len(self._text):
                return self._text[self.at]
            if not self._more():
                return ""

    def value(self) -> Any:
        """The next value."""
        while True:
            try:
                value, self.at = decode(self._text, self.at)
                return value
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated") or error.pos > len(self._text) - LONGEST_WORD
                if not (cut and self._more()):
                    raise
