"""What a child process does when Python starts in it."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["start"]


def start(only: Iterable[str]) -> None:
    """Installs what the parent has installed."""
    import os

    from . import current, verification

    current.install(only)
    folder = os.environ.get(verification.FOLDER)
    if folder:
        verification.start(folder)
