"""Files of results, which appear whole or not at all."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tricolore.whole_file import write_whole

from .error import CommandError

__all__ = ["SegmentWriter", "Written", "part_of", "resumed_writer", "segment_writer"]

FORMATS = (".jsonl", ".csv")
Written = tuple[int, int]
"""Segments, and bytes of the file."""


class SegmentWriter:
    """Writes a line a segment: its number from 1, and its figures with every digit."""

    def __init__(self, file: IO[str], is_csv: bool, written: int = 0) -> None:
        self._file = file
        self._csv = csv.writer(file, lineterminator="\n") if is_csv else None
        self._written = written

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

    def written(self) -> Written:
        """What is on the disk, all that was written."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._written, os.fstat(self._file.fileno()).st_size


def checked(path: str, inputs: list[str]) -> Path:
    """A path to write to."""
    target = Path(path)
    if target.suffix.lower() not in FORMATS:
        raise CommandError(f"{path}: the format is not known by the ending; valid are {' and '.join(FORMATS)}")
    if target.is_dir():
        raise CommandError(f"{path} is a directory")
    if any(target.exists() and Path(given).exists() and target.samefile(given) for given in inputs):
        raise CommandError(f"{path} is an input: it would be overwritten")
    return target


@contextmanager
def segment_writer(path: str | None, inputs: list[str]) -> Iterator[SegmentWriter | None]:
    """A writer to `path`, if it is one; the file takes its name when all has been written."""
    if path is None:
        yield None
        return
    try:
        target = checked(path, inputs)
        with write_whole(target) as file:
            yield SegmentWriter(file, target.suffix.lower() == ".csv")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error


def part_of(path: str) -> Path:
    """Where what is written to `path` stands until it is whole."""
    return Path(path).resolve().with_name(Path(path).name + ".part")


@contextmanager
def resumed_writer(
    path: str | None, inputs: list[str], before: Written | None, keep: Callable[[], bool]
) -> Iterator[SegmentWriter | None]:
    """As `segment_writer`, but what was written stays where `part_of` says if the block raises, to be gone on with, if
    it is to be kept then. `before` is what a checkpoint knows of it; what is behind that is cut off. The name is left
    to be given."""
    if path is None:
        yield None
        return
    try:
        target = checked(path, inputs)
        part = part_of(path)
        segments, size = before or (0, 0)
        if before is not None and (not part.is_file() or part.stat().st_size < size):
            raise CommandError(f"{part} is not as the checkpoint left it, with the figures of {segments} segments")
        with part.open("r+" if before else "w", encoding="utf-8", newline="") as file:
            os.truncate(file.fileno(), size)
            file.seek(0, os.SEEK_END)
            try:
                yield SegmentWriter(file, target.suffix.lower() == ".csv", segments)
            except BaseException:
                if not keep():
                    part.unlink()
                raise
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
