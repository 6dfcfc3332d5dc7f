"""The format and compression of a file, told by the ending of its name."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ..error import CommandError

__all__ = ["COMPRESSIONS", "ENDINGS", "FORMATS", "Form", "form_by_name", "form_of"]

ENDINGS = {
    ".txt": "txt",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
}
COMPRESSIONS = (".gz", ".bz2", ".xz", ".zst")
FORMATS = tuple(dict.fromkeys(ENDINGS.values()))


class Form(NamedTuple):
    """The format and compression of a file."""

    name: str
    """One of FORMATS."""
    compression: str | None = None
    """One of COMPRESSIONS, or None."""


def form_by_name(path: str) -> tuple[str | None, str | None]:
    """Returns the format and the compression that the ending of a name tells, None for each that it does not."""
    name = Path(path)
    compression = name.suffix.lower()
    if compression not in COMPRESSIONS:
        return ENDINGS.get(compression), None
    return ENDINGS.get(name.with_suffix("").suffix.lower()), compression


def form_of(path: str, given: str | None) -> Form:
    """Returns the form of a file by its name, else by `given`; standard input is text unless `given` differs."""
    if path == "-":
        return Form(given or "txt")
    known, compression = form_by_name(path)
    if known is None and given is None:
        raise CommandError(
            f"{path}: the ending does not tell the format; valid endings are {', '.join(ENDINGS)}, each also with "
            f"{', '.join(COMPRESSIONS)}; or give --format"
        )
    return Form(known or str(given), compression)
