"""Installation in a child process, called by `site/sitecustomize.py`."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["start"]


def start(only: Iterable[str]) -> None:
    """Installs what the parent process has installed, and verifies calls if the parent does."""
    import os

    from . import current, verification

    folder = os.environ.get(verification.FOLDER)
    try:
        current.install(only)
    except Exception as error:
        if folder:
            verification.cannot_check(folder, f"{type(error).__name__}: {error}")
        raise
    if folder:
        verification.start(folder)
