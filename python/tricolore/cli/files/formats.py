"""The format of a file, and how it is compressed, by the endings of its name."""

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
    """How a file is read."""

    name: str
    """One of FORMATS."""
    compression: str | None = None
    """One of COMPRESSIONS."""


def form_by_name(path: str) -> tuple[str | None, str | None]:
    """The format and the compression that a name tells."""
    name = Path(path)
    compression = name.suffix.lower()
    if compression not in COMPRESSIONS:
        return ENDINGS.get(compression), None
    return ENDINGS.get(name.with_suffix("").suffix.lower()), compression


def form_of(path: str, given: str | None) -> Form:
    """The format of a file by its name, else as given; standard input is text unless something else was given."""
    if path == "-":
        return Form(given or "txt")
    known, compression = form_by_name(path)
    if known is None and given is None:
        raise CommandError(
            f"{path}: the format is not known by the ending; valid are {', '.join(ENDINGS)}, and each with "
            f"{', '.join(COMPRESSIONS)}; or give --format"
        )
    return Form(known or str(given), compression)
