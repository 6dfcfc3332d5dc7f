"""The installation of this process, if there is one."""

from __future__ import annotations

from collections.abc import Iterable
from threading import RLock

from . import children
from .groups import ORIGINALS
from .installation import Installation
from .status import Status

__all__ = ["install", "installation", "only", "status", "uninstall"]

lock = RLock()
installation: Installation | None = None


def install(names: Iterable[str]) -> None:
    global installation
    with lock:
        wanted = set(names)
        if installation is not None:
            if wanted <= set(installation.only):
                return
            wanted |= set(installation.only)
        made = Installation(sorted(wanted, key=lambda name: (name not in ORIGINALS, name)))
        uninstall()
        made.start()
        installation = made
        children.start(made.only)


def uninstall() -> None:
    global installation
    with lock:
        if installation is not None:
            installation.stop()
            installation = None
            children.stop()


def only() -> tuple[str, ...] | None:
    return None if installation is None else installation.only


def status() -> Status:
    if installation is None:
        return Status({}, {}, {}, {})
    made = installation
    return Status(
        dict(made.versions),
        dict(made.left_alone),
        {each.name: each.served for each in made.replaced},
        {each.name: dict(each.fallbacks) for each in made.replaced if each.fallbacks},
    )
