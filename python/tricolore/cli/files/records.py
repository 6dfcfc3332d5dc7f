"""Files as records, read one at a time: lines of text, or rows and objects with keys."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import IO, Any, NamedTuple

from ..error import CommandError
from .compressed import decompressed, errors_of
from .formats import Form
from .json_objects import not_json, object_of, objects
from .keys import Record, first_part, no_key

__all__ = ["START", "Place", "Source", "columns_of", "open_parquet", "parquet_from", "records_of"]

# The most rows of Parquet that are read at a time, and the bytes of a column.
ROWS = 1 << 14
BUFFER = 1 << 20
# Bytes per read when a file is skipped to a place or copied to the disk.
PASSED = 1 << 20


class Place(NamedTuple):
    """A position in a file, from which reading can continue."""

    bytes: int
    """The offset in the decompressed content; 0 if `number` alone is the position."""
    number: int
    """The number of lines, rows or objects before this place."""


START = Place(0, 0)


class Source:
    """A file to read. `-` is standard input."""

    def __init__(self, path: str, form: Form, encoding: str) -> None:
        """`encoding` is the encoding of text, under its name in `codecs.lookup`."""
        self.path = path
        self.form = form
        self.encoding = encoding
        self._file: IO[bytes] | None = None
        self._size = 0

    @property
    def is_utf8(self) -> bool:
        """True for UTF-8, where lines can be split before they are decoded."""
        return self.encoding in ("utf-8", "utf-8-sig")

    @property
    def has_mark(self) -> bool:
        """True if U+FEFF at the beginning is a mark. In plain text it is text, as in sacreBLEU (utils.py:252)."""
        return self.form.name != "txt" or self.encoding == "utf-8-sig"

    @property
    def share(self) -> float:
        """The share of the file that has been read, from 0 to 1; 0 if it is unknown."""
        if not self._file or not self._size:
            return 0.0
        # The file is closed before its last batch is used.
        return 1.0 if self._file.closed else self._file.tell() / self._size

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """Opens the decompressed content. Raises CommandError if it cannot be read."""
        path, compression = self.path, self.form.compression
        if path == "-" and sys.stdin is None:
            raise CommandError("standard input is closed")
        try:
            if path == "-":
                yield sys.stdin.buffer
                return
            with open(path, "rb") as file:
                about = os.fstat(file.fileno())
                self._file, self._size = file, about.st_size if stat.S_ISREG(about.st_mode) else 0
                yield decompressed(path, file, compression)
        except errors_of(compression) as error:
            if compression and not (isinstance(error, OSError) and error.strerror):
                raise CommandError(f"{path}: not a whole {compression} file: {error}") from error
            raise CommandError(f"{path}: {getattr(error, 'strerror', None) or error}") from error

    def not_encoded(self, where: str, detail: str) -> CommandError:
        """Returns the error for bytes that are not text in this encoding."""
        name = "UTF-8" if self.is_utf8 else self.encoding
        return CommandError(f"{where}: not {name}{detail}: --encoding names another encoding")


def records_of(source: Source, wanted: dict[str, str], start: Place = START) -> Generator[Record]:
    """Returns the records of a file from a place on, in constant memory.

    `wanted` holds the keys whose columns are read from Parquet, each with the option that sets it.
    """
    form = source.form.name
    if form == "parquet":
        return parquet_rows(source, wanted, start)
    if form in ("csv", "tsv"):
        return csv_rows(source, start)
    if form == "json":
        return json_rows(source, start)
    return json_lines(source, start) if form == "jsonl" else texts(source, start)


def texts(source: Source, start: Place) -> Generator[Record]:
    """Yields each line without its end, which is a newline or a carriage return and a newline."""
    for line, after in lines(source, start):
        yield Record(f"{source.path}:{after.number}", line.removesuffix("\n").removesuffix("\r"), after)


def lines(source: Source, start: Place = START) -> Iterator[tuple[str, Place]]:
    """Yields the lines of a file from a place on, split at newlines only, each with the place after it."""
    with source.opened() as file:
        if source.is_utf8:
            yield from utf8_lines(source, file, start)
        else:
            yield from other_lines(source, file, start)


def utf8_lines(source: Source, file: IO[bytes], start: Place) -> Iterator[tuple[str, Place]]:
    """Yields the lines of UTF-8."""
    done = start.bytes
    pass_over(file, done, source.form.compression is None)
    has_mark = source.has_mark
    for number, line in enumerate(file, start=start.number + 1):
        done += len(line)
        text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 and has_mark else line
        try:
            yield text.decode("utf-8"), Place(done, number)
        except UnicodeDecodeError as error:
            raise source.not_encoded(f"{source.path}:{number}", f" at byte {error.start + 1} of the line") from error


def pass_over(file: IO[bytes], count: int, can_seek: bool) -> None:
    """Moves forward by `count` bytes."""
    if can_seek and count:
        file.seek(count)
        return
    while count:
        passed = len(file.read(min(count, PASSED)))
        count = count - passed if passed else 0


def other_lines(source: Source, file: IO[bytes], start: Place) -> Iterator[tuple[str, Place]]:
    """Yields the lines of text in another encoding.

    A place is a number of lines there, because the bytes need not tell where a line ends.
    """
    number = 0
    with decoded(source, file, "\n") as text:
        try:
            for number, line in enumerate(text, start=1):
                if number > start.number:
                    yield line.removeprefix("\ufeff") if number == 1 and source.has_mark else line, Place(0, number)
        except UnicodeError as error:
            raise source.not_encoded(f"{source.path}:{number + 1}", " in this line or soon after") from error


@contextmanager
def decoded(source: Source, file: IO[bytes], newline: str) -> Iterator[IO[str]]:
    """Opens bytes as text."""
    text = io.TextIOWrapper(file, source.encoding, newline=newline)
    try:
        yield text
    finally:
        # Keep the wrapper from closing the file.
        text.detach()


def json_lines(source: Source, start: Place) -> Generator[Record]:
    """Yields the object of each line. Blank lines are allowed at the end."""
    blank = ""
    for line, after in lines(source, start):
        where = f"{source.path}:{after.number}"
        if not line.strip():
            blank = blank or where
            continue
        if blank:
            raise CommandError(f"{blank}: an empty line where a JSON object belongs")
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise not_json(where, error) from error
        yield Record(where, object_of(where, value), after)


def json_rows(source: Source, start: Place) -> Generator[Record]:
    """Yields the objects of an array, or consecutive objects. A place is a number of objects."""
    with source.opened() as file, decoded(source, file, "") as text:
        started = False

        def read(count: int) -> str:
            nonlocal started
            try:
                # A byte order mark is not part of JSON.
                first = "" if started else text.read(1).removeprefix("\ufeff")
                started = True
                return first + text.read(count)
            except UnicodeError as error:
                raise source.not_encoded(source.path, f" ({error})") from error

        for number, (where, value) in enumerate(objects(source.path, read), start=1):
            if number > start.number:
                yield Record(where, value, Place(0, number))


def csv_rows(source: Source, start: Place) -> Generator[Record]:
    """Yields the rows of CSV or TSV from a place on, under the names in the first row."""
    names: list[str] | None = None
    if start != START:
        first, _ = next(csv_lists(source, START))
        names = first
    for row, where in csv_lists(source, start):
        place = f"{source.path}:{where.first}"
        if names is None:
            names = row
            for name in names:
                if names.count(name) > 1:
                    raise CommandError(f"{place}: {names.count(name)} columns are named {name!r}")
        elif len(row) != len(names):
            raise CommandError(f"{place}: {len(row)} values, and the first line names {len(names)}")
        else:
            yield Record(place, dict(zip(names, row, strict=True)), where.after, cells=True)


class Lines(NamedTuple):
    """The place of a row, which may span several lines."""

    first: int
    """The number of its first line."""
    after: Place
    """The place after its last line."""


def csv_lists(source: Source, start: Place) -> Iterator[tuple[list[str], Lines]]:
    """Yields the rows as lists, without blank lines."""
    # The library's own limit of 128 KB is too small for a text.
    csv.field_size_limit(2**31 - 1)
    after = start

    def texts() -> Iterator[str]:
        nonlocal after
        for line, after in lines(source, start):  # noqa: B007
            yield line

    tabs = source.form.name == "tsv"
    rows = csv.reader(texts(), strict=True, delimiter="\t" if tabs else ",")
    while True:
        first = after.number + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            kind = "tab" if tabs else "comma"
            raise CommandError(f"{source.path}:{first}: not {kind}-separated values: {error}") from error
        if row is None:
            return
        if row:
            yield row, Lines(first, after)


def parquet_rows(source: Source, wanted: dict[str, str], start: Place) -> Generator[Record]:
    """Yields the rows of a Parquet file from a place on."""
    number = start.number
    with open_parquet(source) as file:
        for batch in parquet_from(file, number, columns_of(source.path, file, wanted)):
            for row in batch.to_pylist():
                number += 1
                yield Record(f"{source.path}:{number}", row, Place(0, number))


def parquet_from(file: Any, row: int, columns: list[str]) -> Iterator[Any]:
    """Yields batches of a Parquet file from a row on. Row groups before it are not read."""
    groups = list(range(file.metadata.num_row_groups))
    while groups and row >= file.metadata.row_group(groups[0]).num_rows:
        row -= file.metadata.row_group(groups.pop(0)).num_rows
    # One thread: the others score, and each reading thread would hold a column in memory.
    for batch in file.iter_batches(ROWS, groups, columns, use_threads=False):
        if row < len(batch):
            yield batch.slice(row)
        row = max(0, row - len(batch))


def columns_of(path: str, file: Any, wanted: dict[str, str]) -> list[str]:
    """Returns the columns that hold the values under these keys. Raises CommandError if one is missing or ambiguous."""
    names = file.schema_arrow.names
    columns = []
    for key, option in wanted.items():
        parts = first_part(names, key)
        if parts is None:
            raise no_key(path, "column", key, option, names)
        if names.count(parts[0]) > 1:
            raise CommandError(f"{path}: {names.count(parts[0])} columns are named {parts[0]!r}")
        columns.append(parts[0])
    return list(dict.fromkeys(columns))


@contextmanager
def open_parquet(source: Source) -> Iterator[Any]:
    """Opens a Parquet file by pyarrow."""
    path = source.path
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise CommandError(f"{path}: Parquet needs pyarrow: python -m pip install 'tricolore[parquet]'") from error
    if path == "-":
        raise CommandError("Parquet is read from files, not from standard input")
    with seekable(source) as given:
        try:
            # Read in pieces: otherwise memory holds the columns of a whole row group.
            with pyarrow.parquet.ParquetFile(given, buffer_size=BUFFER, pre_buffer=False) as file:
                yield file
        except pyarrow.ArrowException as error:
            raise CommandError(f"{path}: not a Parquet file: {error}") from error
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror or error}") from error


@contextmanager
def seekable(source: Source) -> Iterator[str | IO[bytes]]:
    """Yields a file that can seek: the file itself, or its decompressed content in a temporary file."""
    if source.form.compression is None:
        yield source.path
        return
    # Imported here because both are slow to import and few commands need them.
    import shutil
    import tempfile

    with tempfile.TemporaryFile() as whole:
        with source.opened() as file:
            shutil.copyfileobj(file, whole, PASSED)
        yield whole
