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
    """A file that takes the name `path` when the block ends, and none if it raises.

    A file of that name is replaced by the whole or not at all. Text is UTF-8, and newlines stay as written. `part` is
    the file's path until the block ends, in the same folder; None makes one up.
    """
    # A link stays a link: the file that it leads to is replaced.
    target = Path(path).resolve()
    text: dict[str, Any] = {} if "b" in mode else {"encoding": "utf-8", "newline": ""}
    if target.exists() and not target.is_file():
        # A pipe or a device: nothing to replace.
        with target.open(mode, **text) as file:
            yield file
        return
    part = part or target.parent / f".tricolore-{os.getpid()}-{secrets.token_hex(4)}.part"
    # Made as any file that the user makes; a file that is there keeps its permissions.
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(handle, mode, **text) as file:
            yield file
            file.flush()
            # After a loss of power, a name without its data must not remain.
            os.fsync(file.fileno())
        if target.exists():
            part.chmod(target.stat().st_mode & 0o7777)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
