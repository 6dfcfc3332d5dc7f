"""Temporary names of output files: `.tricolore-OUTPUT-CHECKPOINT-RANDOM.part`, in the folder of the output.

OUTPUT and CHECKPOINT are hashes of paths, so that a run recognises the files of an earlier run that was killed. On
systems with locks, a run holds a lock on each of its files: a file without a lock belongs to no running process.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

__all__ = ["is_part_of", "lock", "new_part", "remove_stale", "without_links"]


def new_part(target: Path, checkpoint: Path) -> Path:
    """Returns a path for a file that will become `target`, in a run with this checkpoint."""
    return target.parent / f"{prefix(target)}{name_of(checkpoint)}-{secrets.token_hex(4)}.part"


def is_part_of(name: str, target: Path) -> bool:
    """True if this is a temporary name for `target`, with any checkpoint because checkpoints may be moved."""
    return re.fullmatch(re.escape(prefix(target)) + r"[0-9a-f]{8}-[0-9a-f]{8}\.part", name) is not None


def prefix(target: Path) -> str:
    """The beginning of all temporary names for `target`."""
    return f".tricolore-{name_of(target)}-"


def name_of(path: Path) -> str:
    """The hash that stands for a path in temporary names."""
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:8]


def remove_stale(target: Path, checkpoint: Path, keep: str | None = None) -> None:
    """Removes the files that killed runs with this output and checkpoint left, except the file named `keep`.

    Removes nothing on systems without locks.
    """
    for part in target.parent.glob(f"{prefix(target)}{name_of(checkpoint)}-*.part"):
        if part.name == keep or not is_part_of(part.name, target):
            continue
        with suppress(OSError), open(part, "r+b", opener=without_links) as file:
            if lock(file):
                part.unlink()


def without_links(path: str, flags: int) -> int:
    """Opens a file without following a link."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)


def lock(file: IO[Any]) -> bool | None:
    """Locks a file until it is closed. Returns False if another process has it locked, None if locks do not exist."""
    try:
        import fcntl
    except ImportError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # A file system without locks.
        return None
    return True
