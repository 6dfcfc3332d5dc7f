"""Recognition of versions of the originals, by fingerprints of their source."""

from __future__ import annotations

import os
from functools import cache
from hashlib import sha256
from types import CodeType
from typing import Any
from warnings import catch_warnings

from .forms import is_known_form, release_of
from .known_sources import KNOWN_SOURCES

__all__ = ["fingerprint", "source_of", "versions_of"]


@cache
def fingerprint(source: str) -> str:
    """Returns the fingerprint of a source file, the same for all kinds of line ends."""
    return sha256(source.replace("\r\n", "\n").encode()).hexdigest()[:16]


def versions_of(module: str, source: str) -> tuple[str, ...]:
    """Returns the known versions that have this source of a module, which may be one of a copy."""
    if module in KNOWN_SOURCES:
        return tuple(KNOWN_SOURCES[module].get(fingerprint(source), "").split())
    role = module.rpartition(".")[2]
    return (release_of(role),) if is_known_form(role, source) else ()


def source_of(name: str) -> tuple[str, CodeType] | None:
    """Returns the source and the code of a module, by its loader, or None if there is no source."""
    from importlib.util import find_spec

    spec = find_spec(name)
    if spec is None:
        return None
    try:
        file = os.stat(spec.origin or "")
        return read_again(spec.loader, name, file.st_mtime_ns, file.st_size)
    except (OSError, TypeError):
        # The module has no file of its own, as in an archive, or its loader has no hash.
        return read(spec.loader, name)


def read(loader: Any, name: str) -> tuple[str, CodeType] | None:
    """Returns the source and the code of a module by this loader."""
    try:
        # A warning about an escape would be an error of syntax where a program turns warnings into errors.
        with catch_warnings(action="ignore"):
            source, code = loader.get_source(name), loader.get_code(name)
    except (AttributeError, ImportError, OSError, SyntaxError):
        return None
    return None if source is None or code is None else (source, code)


@cache
def read_again(loader: Any, name: str, modified: int, size: int) -> tuple[str, CodeType] | None:
    """Returns what `read` returns, and reads a file again only if it has changed.

    A program may install the drop-in for each of many calls.
    """
    return read(loader, name)
