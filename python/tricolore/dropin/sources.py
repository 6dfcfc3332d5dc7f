"""How a version of an original is recognised."""

from __future__ import annotations

from hashlib import sha256
from types import CodeType

from .known_sources import KNOWN_SOURCES

__all__ = ["fingerprint", "source_of", "versions_of"]


def fingerprint(source: str) -> str:
    """Of a source file, whatever ends its lines."""
    return sha256(source.replace("\r\n", "\n").encode()).hexdigest()[:16]


def versions_of(module: str, source: str) -> tuple[str, ...]:
    """The known versions of which a module has this source."""
    return KNOWN_SOURCES[module].get(fingerprint(source), ())


def source_of(name: str) -> tuple[str, CodeType] | None:
    """The source of a module and its code, as its loader has them: from a file, a zip or elsewhere."""
    from importlib.util import find_spec

    spec = find_spec(name)
    try:
        source = spec.loader.get_source(name)  # type: ignore[union-attr]
        code = spec.loader.get_code(name)  # type: ignore[union-attr]
    except (AttributeError, ImportError, OSError, SyntaxError):
        return None
    return None if source is None or code is None else (source, code)
