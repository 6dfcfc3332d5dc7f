"""Files of results, which appear whole or not at all."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tricolore.whole_file import write_whole

from .error import CommandError

__all__ = ["SegmentWriter", "segment_writer"]

FORMATS = (".jsonl", ".csv")


class SegmentWriter:
    """Writes a line a segment: its number from 1, and its figures with every digit."""

    def __init__(self, file: IO[str], is_csv: bool) -> None:
        self._file = file
        self._csv = csv.writer(file, lineterminator="\n") if is_csv else None
        self._written = 0

    def write(self, columns: tuple[str, ...], rows: list[list[float]]) -> None:
        """Writes the segments that follow those written before."""
        names = ["segment", *columns]
        if self._csv and not self._written:
            self._csv.writerow(names)
        for row in rows:
            self._written += 1
            values: list[Any] = [self._written, *row]
            if self._csv:
                self._csv.writerow(values)
            else:
                self._file.write(json.dumps(dict(zip(names, values, strict=True))) + "\n")


@contextmanager
def segment_writer(path: str | None, inputs: list[str]) -> Iterator[SegmentWriter | None]:
    """A writer to `path`, if it is one; the file takes its name when all has been written."""
    if path is None:
        yield None
        return
    target = Path(path)
    if target.suffix.lower() not in FORMATS:
        raise CommandError(f"{path}: the format is not known by the ending; valid are {' and '.join(FORMATS)}")
    try:
        if target.is_dir():
            raise CommandError(f"{path} is a directory")
        if any(target.exists() and Path(given).exists() and target.samefile(given) for given in inputs):
            raise CommandError(f"{path} is an input: it would be overwritten")
        with write_whole(target) as file:
            yield SegmentWriter(file, target.suffix.lower() == ".csv")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
