"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

__all__ = ["write_whole"]


@contextmanager
def write_whole(path: str | os.PathLike[str], mode: str = "w", part: Path | None = None) -> Iterator[IO[Any]]:
    """Opens a file that takes the name `path` when the block ends, and is removed if the block raises.

    An existing file with that name is replaced as a whole or not at all. Text is UTF-8, and newlines stay as written.
    `part` is the path of the file until the block ends, in the same folder; None chooses one.
    """
    # A link stays a link: its target is replaced.
    target = Path(path).resolve()
    text: dict[str, Any] = {} if "b" in mode else {"encoding": "utf-8", "newline": ""}
    if target.exists() and not target.is_file():
        # A pipe or a device cannot be replaced.
        with target.open(mode, **text) as file:
            yield file
        return
    part = part or target.parent / f".tricolore-{os.getpid()}-{secrets.token_hex(4)}.part"
    # The permissions are those of any new file, or those of the file that is replaced.
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(handle, mode, **text) as file:
            yield file
            file.flush()
            # Bring the data to the disk before the name, so that a power loss cannot leave the name without the data.
            os.fsync(file.fileno())
        if target.exists():
            part.chmod(target.stat().st_mode & 0o7777)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
