"""The file of the scores of segments, which appears whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from tricolore.support.atomic_file import write_whole
from tricolore.support.column_files import COLUMN_FILES, ColumnFile, ending_of

from ..error import CommandError
from .parts import lock, new_part, remove_stale, without_links

__all__ = ["SegmentWriter", "Written", "give_name", "refuse_input", "resumed_writer", "segment_writer"]


class Written(NamedTuple):
    """The part of an output file that has been written under a temporary name."""

    part: str
    """The temporary name, in the folder of the output."""
    segments: int
    bytes: int


class SegmentWriter:
    """Writes a row per segment: its number in the files, from 1, and its scores with every digit."""

    def __init__(self, file: IO[Any], form: type[ColumnFile], written: int = 0) -> None:
        self._file = file
        self._columns = form(file, has_head=written > 0)
        self._written = written

    def write(self, columns: dict[str, Any], kept: Sequence[int], given: int) -> None:
        """Writes the next segments, of which there are `given`.

        `columns` has the values of those that were not left out, and `kept` their numbers in the batch, from 0.
        """
        if len(kept):
            self._columns.write({"segment": [self._written + 1 + number for number in kept], **columns})
        self._written += given

    def close(self) -> None:
        """Writes the end of the file."""
        self._columns.close()

    def flush(self) -> None:
        """Flushes all lines to the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    @property
    def written(self) -> Written:
        """The part of the file that is on the disk."""
        return Written(Path(self._file.name).name, self._written, os.fstat(self._file.fileno()).st_size)


def checked(path: str, inputs: list[str]) -> Path:
    """Returns the path to write to. Raises CommandError if it is an input, a directory or of another format."""
    target = Path(path)
    ending_of(target)
    refuse_input(path, inputs)
    return target


def refuse_input(path: str, inputs: list[str]) -> None:
    """Raises CommandError for a file to write that is an input, under the same name or another, or a directory."""
    target = Path(path)
    if target.is_dir():
        raise CommandError(f"{path} is a directory")
    if any(target.exists() and Path(given).exists() and target.samefile(given) for given in inputs):
        raise CommandError(f"{path} is an input: it would be overwritten")


@contextmanager
def segment_writer(path: str | None, inputs: list[str]) -> Iterator[SegmentWriter | None]:
    """Yields a writer to `path`, or None without a path. The file takes its name when the block ends without error."""
    if path is None:
        yield None
        return
    try:
        target = checked(path, inputs)
        form = COLUMN_FILES[ending_of(target)]
        with write_whole(target, form.mode) as file:
            writer = SegmentWriter(file, form)
            try:
                yield writer
            finally:
                writer.close()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error


@contextmanager
def resumed_writer(
    path: str | None, inputs: list[str], checkpoint: Path, before: Written | None
) -> Iterator[SegmentWriter | None]:
    """Yields a writer like that of `segment_writer`, for a run with a checkpoint.

    `give_name` gives the file its name later. If the block raises and the checkpoint exists, the file stays for the
    next run, whose checkpoint describes it in `before`: anything after that part is cut off.
    """
    if path is None:
        yield None
        return
    try:
        target = checked(path, inputs).resolve()
        form = COLUMN_FILES[ending_of(target)]
        if "b" in form.mode:
            raise CommandError(f"{path}: a run with --checkpoint writes .jsonl or .csv, which can be continued")
        if target.exists() and not target.is_file():
            raise CommandError(f"{path} is not a regular file: --checkpoint needs one, to replace it at the end")
        remove_stale(target, checkpoint, before and before.part)
        part = target.parent / before.part if before else new_part(target, checkpoint)
        if before is not None and not (is_own(part) and part.stat().st_size >= before.bytes):
            raise not_as_left(part, before)
        with open(part, "r+" if before else "x", encoding="utf-8", newline="", opener=without_links) as file:
            if lock(file) is False:
                raise CommandError(f"{part}: another run with the same checkpoint is at work")
            os.truncate(file.fileno(), before.bytes if before else 0)
            file.seek(0, os.SEEK_END)
            try:
                yield SegmentWriter(file, form, before.segments if before else 0)
            except BaseException:
                if not checkpoint.exists():
                    part.unlink()
                raise
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error


def is_own(part: Path) -> bool:
    """True if this is a regular file and not a link."""
    return part.is_file() and not part.is_symlink()


def give_name(path: str, written: Written) -> None:
    """Gives a complete file its name, unless a run that was killed right after doing so already has."""
    target = Path(path).resolve()
    part = target.parent / written.part
    try:
        if is_own(part) and part.stat().st_size == written.bytes:
            if target.exists():
                part.chmod(target.stat().st_mode & 0o7777)
            part.replace(target)
        elif part.exists() or not target.is_file() or target.stat().st_size != written.bytes:
            raise not_as_left(part, written)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error


def not_as_left(part: Path, written: Written) -> CommandError:
    """Returns the error for a file that differs from its checkpoint."""
    return CommandError(f"{part} is not as the checkpoint left it, with the scores of {written.segments} segments")
