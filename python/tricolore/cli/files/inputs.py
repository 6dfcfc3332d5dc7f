"""The files that the command line names."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from ..error import CommandError
from .formats import COMPRESSIONS, ENDINGS, form_by_name

__all__ = ["check_paths", "files_in", "refuse_twice"]


def check_paths(*paths: str | None) -> None:
    """Refuses a path that is empty, which would be the current folder, or that has a NUL character."""
    for path in paths:
        if path == "":
            raise CommandError("a path is empty: name a file")
        if path is not None and "\0" in path:
            raise CommandError(f"{path}: a path cannot contain a NUL character")


def files_in(paths: list[str], leave_out: list[str]) -> list[str]:
    """Returns the files that paths name: each path itself, or for a folder the files of segments in it and below.

    Files of segments are recognised by their endings. Files that this command writes (`leave_out`) are left out, and so
    are names that start with a dot or an underscore, which engines give to files that hold no data.
    """
    own = {Path(path).resolve() for path in leave_out}
    out = []
    for path in paths:
        if path == "-" or not Path(path).is_dir():
            out.append(path)
            continue
        try:
            found = [str(file) for file in sorted(files_below(Path(path), set())) if file.resolve() not in own]
        except OSError as error:
            raise CommandError(f"{error.filename or path}: {error.strerror}") from error
        if not found:
            endings = ", ".join(ending for ending, form in ENDINGS.items() if form != "txt")
            raise CommandError(
                f"{path} has no file that ends in {endings}, or in one of these with {', '.join(COMPRESSIONS)}"
            )
        out += found
    return out


def files_below(folder: Path, above: set[Path]) -> Iterator[Path]:
    """Yields the files in a folder and below whose records can have references, so no files of plain text.

    Links are followed, but not in a circle.
    """
    above = {*above, folder.resolve()}
    for path in folder.iterdir():
        if path.name.startswith((".", "_")):
            continue
        if path.is_dir():
            if path.resolve() not in above:
                yield from files_below(path, above)
        elif form_by_name(path.name)[0] not in (None, "txt") and (path.is_file() or not path.exists()):
            # No pipes, because reading one that nobody writes to never ends. A broken link gets an error of its own.
            yield path


def refuse_twice(paths: list[str], what: str) -> None:
    """Refuses a file that is given twice, under the same name or another."""
    if paths.count("-") > 1:
        raise CommandError("standard input can be read once: '-' was given twice")
    seen: dict[object, str] = {}
    for path in paths:
        file = identity(path)
        if file in seen:
            before = seen[file]
            names = f"{path} is" if before == path else f"{before} and {path} are one file, which is"
            raise CommandError(f"{names} given twice as {what}: give it once")
        seen[file] = path


def identity(path: str) -> object:
    """Returns a key that all names of one file share."""
    try:
        about = os.fstat(sys.stdin.fileno()) if path == "-" else os.stat(path)
    except (OSError, ValueError, AttributeError):
        # A missing file gets an error of its own later.
        return path
    return (about.st_dev, about.st_ino)
