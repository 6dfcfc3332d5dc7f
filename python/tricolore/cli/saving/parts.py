"""Files that have not got their names yet: `.tricolore-OUTPUT-CHECKPOINT-RANDOM.part`, beside what they are to be.

OUTPUT and CHECKPOINT are hashes of paths, so a run knows the files that a killed run of its own left. A run holds a
lock on each of its files, where locks are known: a file without one belongs to nobody who is alive.
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
    """The path of a file that becomes `target`, made by the run with this checkpoint."""
    return target.parent / f"{prefix(target)}{name_of(checkpoint)}-{secrets.token_hex(4)}.part"


def is_part_of(name: str, target: Path) -> bool:
    """True if this is the name of such a file, by whatever checkpoint: it may have been moved."""
    return re.fullmatch(re.escape(prefix(target)) + r"[0-9a-f]{8}-[0-9a-f]{8}\.part", name) is not None


def prefix(target: Path) -> str:
    """How the names of files that become `target` begin."""
    return f".tricolore-{name_of(target)}-"


def name_of(path: Path) -> str:
    """The part of these names that stands for a path."""
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:8]


def remove_stale(target: Path, checkpoint: Path, keep: str | None = None) -> None:
    """Removes what killed runs with this output and this checkpoint left, but for a file that the checkpoint names.
    Where locks are not known nothing is removed."""
    for part in target.parent.glob(f"{prefix(target)}{name_of(checkpoint)}-*.part"):
        if part.name == keep or not is_part_of(part.name, target):
            continue
        with suppress(OSError), open(part, "r+b", opener=without_links) as file:
            if lock(file):
                part.unlink()


def without_links(path: str, flags: int) -> int:
    """Opens a file and never what a link leads to."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)


def lock(file: IO[Any]) -> bool | None:
    """True if the file is ours alone now, until it is closed; None where locks are not known."""
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
