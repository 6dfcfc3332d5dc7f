"""A run that was stopped, to be gone on with.

The file: 8 bytes "tricockp", the bytes of accumulators one after the other, a JSON object, its length as a uint32, and
the CRC-32 (that of zlib) of all before; numbers are little-endian. It is replaced as a whole, so a run that is killed
at any time leaves the one before or the one after.
"""

from __future__ import annotations

import json
import struct
import time
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from tricolore import Accumulator
from tricolore.metric import Metric
from tricolore.whole_file import write_whole

from .error import CommandError
from .records import Place
from .write import Written

__all__ = ["Checkpoint", "Group", "State"]

MAGIC = b"tricockp"
FORMAT = 1


class Group(NamedTuple):
    """The segments of a label, or all."""

    label: str | None
    segments: int
    accumulators: dict[str, Accumulator[Any]]


class State(NamedTuple):
    """How far a run has come."""

    file: int
    """The number of the file that is being read; behind the last one when all has been."""
    places: list[Place]
    """Where its next batch starts, and that of its references."""
    groups: list[Group]
    """That of all segments first."""
    warning: str | None
    warned: int
    """What was warned of, and for how many segments."""
    written: Written | None
    """What is written of the segments' figures, if they are."""


class Checkpoint:
    """The file of a run."""

    def __init__(self, path: str, command: dict[str, Any], metrics: dict[str, Metric[Any]], seconds: float) -> None:
        """`command` is what must be the same for a run to be gone on with."""
        self.path = Path(path)
        self._command = command
        self._metrics = metrics
        self._seconds = seconds
        self._pause = seconds
        self._saved = time.monotonic()

    def exists(self) -> bool:
        """Whether there is something to go on from."""
        return self.path.exists()

    def due(self) -> bool:
        """Whether it is time to save."""
        return time.monotonic() - self._saved >= self._pause

    def save(self, state: State) -> None:
        """Replaces the file."""
        start = time.monotonic()
        lengths = []
        try:
            with write_whole(self.path, "wb") as file:
                sum_ = 0

                def write(data: bytes) -> None:
                    nonlocal sum_
                    sum_ = crc32(data, sum_)
                    file.write(data)

                write(MAGIC)
                for place, group in enumerate(state.groups):
                    for name, accumulator in group.accumulators.items():
                        data = accumulator.to_bytes()
                        write(data)
                        lengths.append((place, name, len(data)))
                groups = [(group.label, group.segments) for group in state.groups]
                about = {"format": FORMAT, "command": self._command, **state._asdict()}
                head = json.dumps({**about, "groups": groups, "accumulators": lengths}).encode()
                write(head + struct.pack("<I", len(head)))
                file.write(struct.pack("<I", sum_))
        except OSError as error:
            raise CommandError(f"{self.path}: {error.strerror}") from error
        self._saved = time.monotonic()
        # Where there are many groups to save, not most of the time.
        self._pause = max(self._seconds, 10 * (self._saved - start)) if self._seconds else 0.0

    def load(self) -> State | None:
        """What was saved, or None where there is no such file."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise CommandError(f"{self.path}: {error.strerror}") from error
        if data[:8] != MAGIC or len(data) < 16 or crc32(data[:-4]) != struct.unpack("<I", data[-4:])[0]:
            raise CommandError(f"{self.path} is no checkpoint of tricolore, or a damaged one")
        (length,) = struct.unpack("<I", data[-8:-4])
        about = json.loads(data[-8 - length : -8])
        if about["format"] != FORMAT:
            raise CommandError(f"{self.path} is a checkpoint in format {about['format']}; this release reads {FORMAT}")
        for what, now in self._command.items():
            before = about["command"].get(what)
            if before != json.loads(json.dumps(now)):
                # Of many files the first are shown.
                raise CommandError(
                    f"{self.path} is the checkpoint of another run: {what} was {before!s:.300} and is {now!s:.300}; "
                    "give the command that it was made with, or remove it to start anew"
                )
        groups = [Group(label, segments, {}) for label, segments in about["groups"]]
        at = len(MAGIC)
        for place, name, size in about["accumulators"]:
            groups[place].accumulators[name] = Accumulator.from_bytes(self._metrics[name], data[at : at + size])
            at += size
        return State(
            about["file"],
            [Place(*place) for place in about["places"]],
            groups,
            about["warning"],
            about["warned"],
            None if about["written"] is None else Written(*about["written"]),
        )

    def remove(self) -> None:
        """Forgets the run: it is done."""
        self.path.unlink(missing_ok=True)
