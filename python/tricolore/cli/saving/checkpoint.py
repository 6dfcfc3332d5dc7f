"""The checkpoint of a run, from which the same command continues.

The file holds 8 bytes "tricockp", the bytes of the accumulators, a JSON object, its length as a uint32, and zlib's
CRC-32 of all bytes before it. Numbers are little-endian. The file is always replaced as a whole, so a run that is
killed at any time leaves either the old file or the new one. The checksum detects damage but not forgery, so loading
checks every field.
"""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

from tricolore.support.atomic_file import write_whole

from ..error import CommandError
from .parts import lock, new_part, remove_stale
from .state import Expected, State, accumulators_of, packed, unpacked

__all__ = ["Checkpoint"]

MAGIC = b"tricockp"
FORMAT = 2


class Checkpoint:
    """The file of a run's checkpoint."""

    def __init__(self, path: str, command: dict[str, Any], expected: Expected, seconds: float) -> None:
        """`command` holds the facts that must be the same for a run to continue."""
        self.path = Path(path)
        self._command = command
        self._expected = expected
        self._seconds = seconds
        self._pause = seconds
        self._saved = time.monotonic()

    def exists(self) -> bool:
        """True if the file exists."""
        return self.path.exists()

    def due(self) -> bool:
        """True if it is time to save."""
        return time.monotonic() - self._saved >= self._pause

    def save(self, state: State) -> None:
        """Replaces the file by the state of the run."""
        start = time.monotonic()
        target = self.path.resolve()
        try:
            with write_whole(target, "wb", new_part(target, target)) as file:
                lock(file)
                sum_ = 0
                for data in self._bytes(state):
                    sum_ = crc32(data, sum_)
                    file.write(data)
                file.write(struct.pack("<I", sum_))
        except OSError as error:
            raise CommandError(f"{self.path}: {error.strerror}") from error
        self._saved = time.monotonic()
        # With many groups, saving is slow: keep it below a tenth of the time.
        self._pause = max(self._seconds, 10 * (self._saved - start)) if self._seconds else 0.0

    def load(self) -> State | None:
        """Returns the saved state, or None if there is no file."""
        try:
            # Remove files of runs that were killed while they saved.
            remove_stale(self.path.resolve(), self.path)
            data = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise CommandError(f"{self.path}: {error.strerror}") from error
        try:
            return self._read(data)
        except (ValueError, RecursionError):
            raise CommandError(f"{self.path} is not a checkpoint of tricolore, or it is damaged") from None

    def _bytes(self, state: State) -> Iterator[bytes]:
        """Yields the bytes to write, without the checksum, one accumulator at a time."""
        yield MAGIC
        lengths = []
        for place, name, data in accumulators_of(state):
            lengths.append((place, name, len(data)))
            yield data
        about = {"format": FORMAT, "command": self._command, **packed(state, lengths)}
        head = json.dumps(about).encode()
        yield head
        yield struct.pack("<I", len(head))

    def _read(self, data: bytes) -> State:
        """Returns the state in these bytes. Raises ValueError if no run can have saved them."""
        if data[:8] != MAGIC or len(data) < 16 or crc32(data[:-4]) != struct.unpack("<I", data[-4:])[0]:
            raise ValueError("damaged")
        (length,) = struct.unpack("<I", data[-8:-4])
        if length > len(data) - 16:
            raise ValueError("the JSON is longer than the file")
        about = json.loads(data[-8 - length : -8])
        if not isinstance(about, dict) or not isinstance(about.get("command"), dict):
            raise ValueError("no object")
        form = about.get("format")
        if type(form) is int and form != FORMAT:
            raise CommandError(f"{self.path} is a checkpoint in format {form}; this release reads {FORMAT}")
        if form != FORMAT:
            raise ValueError("no format")
        for what, now in self._command.items():
            before = about["command"].get(what)
            if before != json.loads(json.dumps(now)):
                # The message shows the beginning of a long list of files.
                raise CommandError(
                    f"{self.path} is the checkpoint of another run: {what} was {before!s:.300} and is {now!s:.300}; "
                    "repeat the command that made it, or remove it to start anew"
                )
        return unpacked(about, data[len(MAGIC) : -8 - length], self._expected)

    def remove(self) -> None:
        """Removes the file of a run that is complete."""
        self.path.unlink(missing_ok=True)
