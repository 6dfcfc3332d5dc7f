"""Lists in cells of comma-separated values, which have no lists of their own."""

from __future__ import annotations

import json
import re
import warnings

from ..error import CommandError

__all__ = ["list_in"]

# A bracket and then a quotation mark, or nothing.
LOOKS_LIKE_ONE = re.compile(r"\s*\[\s*(\]|['\"].*['\"]\s*\])\s*", re.DOTALL)


def list_in(where: str, key: str, cell: str) -> str | list[str]:
    """The strings of a cell that holds a list of strings, in JSON or as Python and pandas write it; the text of any
    other cell.

    Raises CommandError for a cell that looks like such a list and is none, as an array of numpy looks.
    """
    if not LOOKS_LIKE_ONE.fullmatch(cell):
        return cell
    for read in (json.loads, python_list):
        try:
            value = read(cell)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return value
    raise CommandError(
        f"{where}: {key!r} looks like a list of strings and is none: write it as JSON, or put the text into .jsonl, "
        "where a string is taken as it is"
    )


def python_list(cell: str) -> object:
    """The list of which Python writes exactly this: adjacent strings are not one."""
    import ast

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        value = ast.literal_eval(cell.strip())
    if repr(value) != cell.strip():
        raise ValueError("not as Python writes it")
    return value
