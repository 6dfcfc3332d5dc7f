"""Files as records, one at a time: lines of text, or rows with names."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from .error import CommandError

__all__ = ["FORMATS", "START", "Place", "Record", "columns_of", "form_of", "open_parquet", "parquet_from", "records_of"]

FORMATS = ("txt", "jsonl", "csv", "parquet")
# Rows of Parquet that are read at once, at most, and bytes of a column.
ROWS = 1 << 14
BUFFER = 1 << 20


class Place(NamedTuple):
    """How far a file has been read."""

    bytes: int
    """Of a Parquet file 0: rows tell."""
    number: int
    """Lines or rows."""


START = Place(0, 0)


class Record(NamedTuple):
    """A segment's part of a file."""

    where: str
    """For errors: the file and the number of the line or row, from 1."""
    value: str | dict[str, Any]
    """A text, or texts and whatever else by name."""
    behind: Place
    """Where the next record starts."""


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
        endings = ", ".join(f".{name}" for name in FORMATS)
        raise CommandError(f"{path}: the format is not known by the ending; valid are {endings}, or give --format")
    return form


def records_of(path: str, form: str, keys: list[str], start: Place = START) -> Iterator[Record]:
    """The records of a file from a place on, in constant memory; `-` is standard input. Of Parquet the columns of
    these names."""
    if form == "parquet":
        yield from parquet_rows(path, keys, start)
    elif form == "csv":
        yield from csv_rows(path, start)
    else:
        for line, behind in lines(path, start):
            text = line.removesuffix("\n").removesuffix("\r")
            where = f"{path}:{behind.number}"
            yield Record(where, text if form == "txt" else parse(where, text), behind)


def lines(path: str, start: Place = START) -> Iterator[tuple[str, Place]]:
    """The lines of a UTF-8 file, which end at a newline, from a place on, with the place behind each."""
    done = start.bytes
    with opened(path) as file:
        if done:
            file.seek(done)
        for number, line in enumerate(file, start=start.number + 1):
            done += len(line)
            # Some editors begin a file with a byte order mark.
            text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            try:
                yield text.decode("utf-8"), Place(done, number)
            except UnicodeDecodeError as error:
                raise CommandError(f"{path}:{number}: not UTF-8 at byte {error.start + 1} of the line") from error


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """A file to read; what goes wrong with it is an error of the command."""
    if path == "-" and sys.stdin is None:
        raise CommandError("standard input is closed")
    try:
        if path == "-":
            yield sys.stdin.buffer
        else:
            with open(path, "rb") as file:
                yield file
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from error


def parse(where: str, line: str) -> dict[str, Any]:
    """A line of JSON, which must be an object."""
    if not line.strip():
        raise CommandError(f"{where}: an empty line where a JSON object belongs")
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise CommandError(f"{where}: not JSON: {error.msg} at column {error.colno}") from error
    except ValueError as error:  # a number of too many digits
        raise CommandError(f"{where}: not a segment: {error}") from error
    except RecursionError as error:
        raise CommandError(f"{where}: not a segment: nested too deeply") from error
    if not isinstance(row, dict):
        raise CommandError(f"{where}: a {type(row).__name__} where an object belongs")
    return row


def csv_rows(path: str, start: Place = START) -> Iterator[Record]:
    """The rows of comma-separated values from a place on, under the names in the first one."""
    names: list[str] | None = None
    if start.bytes:
        first, _ = next(csv_lists(path, START))
        names = first
    for row, where in csv_lists(path, start):
        place = f"{path}:{where.first}"
        if names is None:
            names = row
            for name in names:
                if names.count(name) > 1:
                    raise CommandError(f"{place}: {names.count(name)} columns are named {name!r}")
        elif len(row) != len(names):
            raise CommandError(f"{place}: {len(row)} values, and the first line names {len(names)}")
        else:
            yield Record(place, dict(zip(names, row, strict=True)), where.behind)


class Lines(NamedTuple):
    """Where a row of comma-separated values is, which may be several lines."""

    first: int
    behind: Place


def csv_lists(path: str, start: Place) -> Iterator[tuple[list[str], Lines]]:
    """The rows, blank lines left out."""
    # A text may be long; the library's own bound is 128 KB.
    csv.field_size_limit(2**31 - 1)
    behind = start

    def texts() -> Iterator[str]:
        nonlocal behind
        for line, behind in lines(path, start):  # noqa: B007
            yield line

    rows = csv.reader(texts(), strict=True)
    while True:
        first = behind.number + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise CommandError(f"{path}:{first}: not comma-separated values: {error}") from error
        if row is None:
            return
        if row:
            yield row, Lines(first, behind)


def parquet_rows(path: str, keys: list[str], start: Place = START) -> Iterator[Record]:
    """The rows of a Parquet file from a place on."""
    number = start.number
    with open_parquet(path) as file:
        for batch in parquet_from(file, number, columns_of(path, file, keys)):
            for row in batch.to_pylist():
                number += 1
                yield Record(f"{path}:{number}", row, Place(0, number))


def parquet_from(file: Any, row: int, columns: list[str]) -> Iterator[Any]:
    """Batches of a Parquet file from a row on. Groups of rows before it are not read."""
    groups = list(range(file.metadata.num_row_groups))
    while groups and row >= file.metadata.row_group(groups[0]).num_rows:
        row -= file.metadata.row_group(groups.pop(0)).num_rows
    # One thread: the others are for scoring, and each would hold a column of its own.
    for batch in file.iter_batches(ROWS, groups, columns, use_threads=False):
        if row < len(batch):
            yield batch.slice(row)
        row = max(0, row - len(batch))


def columns_of(path: str, file: Any, keys: list[str]) -> list[str]:
    """The columns of these names, each of which is there once."""
    names = file.schema_arrow.names
    for key in keys:
        if key not in names:
            raise CommandError(f"{path}: no column {key!r}; its columns are {', '.join(map(repr, names))}")
        if names.count(key) > 1:
            raise CommandError(f"{path}: {names.count(key)} columns are named {key!r}")
    return list(dict.fromkeys(keys))


@contextmanager
def open_parquet(path: str) -> Iterator[Any]:
    """A Parquet file by pyarrow."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise CommandError(f"{path}: Parquet is read by pyarrow: python -m pip install 'tricolore[parquet]'") from error
    if path == "-":
        raise CommandError("Parquet is read from files, not from standard input")
    try:
        # In pieces: else the columns of a whole group of rows are held.
        with pyarrow.parquet.ParquetFile(path, buffer_size=BUFFER, pre_buffer=False) as file:
            yield file
    except pyarrow.ArrowException as error:
        raise CommandError(f"{path}: not a Parquet file: {error}") from error
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from error
