"""Lists of strings that are written in cells of CSV and TSV files."""

from __future__ import annotations

import json
import re
import warnings

from ..error import CommandError

__all__ = ["list_in"]

# Brackets around nothing, or around text in quotation marks.
LOOKS_LIKE_ONE = re.compile(r"\s*\[\s*(\]|['\"].*['\"]\s*\])\s*", re.DOTALL)


def list_in(where: str, key: str, cell: str) -> str | list[str]:
    """Returns the strings of a cell that holds a list of strings, in JSON or as Python and pandas print it.

    Returns any other cell as it is. Raises CommandError for a cell that looks like a list of strings but is none, such
    as a printed numpy array.
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
        "where a string is always a text"
    )


def python_list(cell: str) -> object:
    """Returns the value whose `repr` is this cell. Raises ValueError for other literals, such as adjacent strings."""
    import ast

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        value = ast.literal_eval(cell.strip())
    if repr(value) != cell.strip():
        raise ValueError("not a repr")
    return value
