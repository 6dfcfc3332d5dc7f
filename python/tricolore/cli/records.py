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

__all__ = ["FORMATS", "Record", "columns_of", "form_of", "open_parquet", "records_of", "size_of"]

FORMATS = ("txt", "jsonl", "csv", "parquet")


class Record(NamedTuple):
    """A segment's part of a file."""

    where: str
    """For errors: the file and the number of the line or row, from 1."""
    value: str | dict[str, Any]
    """A text, or texts and whatever else by name."""
    done: int
    """How far the file has been read, in the unit of `size_of`."""


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


def size_of(path: str, form: str) -> int | None:
    """The size of a file, where it has one: bytes, or rows of Parquet."""
    if form == "parquet":
        with open_parquet(path) as file:
            return int(file.metadata.num_rows)
    return Path(path).stat().st_size if path != "-" and Path(path).is_file() else None


def records_of(path: str, form: str, keys: list[str]) -> Iterator[Record]:
    """The records of a file, in constant memory; `-` is standard input. Of Parquet the columns of these names."""
    if form == "parquet":
        yield from parquet_rows(path, keys)
    elif form == "csv":
        yield from csv_rows(path)
    else:
        for number, line, done in lines(path):
            text = line.removesuffix("\n").removesuffix("\r")
            where = f"{path}:{number}"
            yield Record(where, text if form == "txt" else parse(where, text), done)


def lines(path: str) -> Iterator[tuple[int, str, int]]:
    """The lines of a UTF-8 file, which end at a newline, with their numbers and the bytes so far."""
    done = 0
    with opened(path) as file:
        for number, line in enumerate(file, start=1):
            done += len(line)
            # Some editors begin a file with a byte order mark.
            text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            try:
                yield number, text.decode("utf-8"), done
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


def csv_rows(path: str) -> Iterator[Record]:
    """The rows of comma-separated values, under the names in the first one."""
    # A text may be long; the library's own bound is 128 KB.
    csv.field_size_limit(2**31 - 1)
    read = done = 0

    def texts() -> Iterator[str]:
        nonlocal read, done
        for read, line, done in lines(path):  # noqa: B007
            yield line

    rows = csv.reader(texts(), strict=True)
    names: list[str] | None = None
    while True:
        first = read + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise CommandError(f"{path}:{first}: not comma-separated values: {error}") from error
        if row is None:
            return
        if not row:
            # A blank line.
            continue
        if names is None:
            names = row
            for name in names:
                if names.count(name) > 1:
                    raise CommandError(f"{path}:{first}: {names.count(name)} columns are named {name!r}")
        elif len(row) != len(names):
            raise CommandError(f"{path}:{first}: {len(row)} values, and the first line names {len(names)}")
        else:
            yield Record(f"{path}:{first}", dict(zip(names, row, strict=True)), done)


def parquet_rows(path: str, keys: list[str]) -> Iterator[Record]:
    """The rows of a Parquet file."""
    number = 0
    with open_parquet(path) as file:
        for batch in file.iter_batches(columns=columns_of(path, file, keys)):
            for row in batch.to_pylist():
                number += 1
                yield Record(f"{path}:{number}", row, number)


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
        with pyarrow.parquet.ParquetFile(path) as file:
            yield file
    except pyarrow.ArrowException as error:
        raise CommandError(f"{path}: not a Parquet file: {error}") from error
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from error
