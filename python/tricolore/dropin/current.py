"""The installation of this process, and the requests for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from threading import RLock

from . import children
from .groups import ORIGINALS
from .installation import Installation
from .replaced import Replaced
from .status import Status

__all__ = ["all_replaced", "enter", "install", "leave", "status", "uninstall"]

lock = RLock()
installation = Installation()
# The originals that `install` asked for, and for each original the number of `with` statements that ask for it.
asked: set[str] = set()
entered: Counter[str] = Counter()


def checked(names: Iterable[str]) -> set[str]:
    """Returns the names. Raises ValueError for one that is not in ORIGINALS."""
    made = {names} if isinstance(names, str) else set(names)
    for name in made:
        if name not in ORIGINALS:
            raise ValueError(f"only holds {name!r}: it takes {', '.join(ORIGINALS)}")
    return made


def install(names: Iterable[str]) -> None:
    """Adds these originals to those that `install` asked for."""
    with lock:
        new = checked(names) - asked
        asked.update(new)
        try:
            choose()
        except BaseException:
            asked.difference_update(new)
            choose()
            raise


def uninstall() -> None:
    """Withdraws all that `install` asked for."""
    with lock:
        asked.clear()
        choose()


def enter(names: Iterable[str]) -> set[str]:
    """Adds a `with` statement that asks for these originals. Returns the names, for `leave`."""
    with lock:
        made = checked(names)
        entered.update(made)
        try:
            choose()
        except BaseException:
            leave(made)
            raise
        return made


def leave(names: set[str]) -> None:
    """Ends a `with` statement that asked for these originals."""
    with lock:
        entered.subtract(names)
        choose()


def choose() -> None:
    """Installs exactly the originals that someone still asks for."""
    only = tuple(name for name in ORIGINALS if name in asked or entered[name] > 0)
    if only != installation.only:
        installation.choose(only)
        if only:
            children.start(only)
        else:
            children.stop()


def all_replaced() -> list[Replaced]:
    """All functions that are replaced now."""
    return [each for group in list(installation.replaced.values()) for each in group]


def status() -> Status:
    """The status of the installation."""
    replaced = all_replaced()
    return Status(
        dict(installation.versions),
        dict(installation.left_alone),
        {each.name: each.served for each in replaced},
        {each.name: dict(each.fallbacks) for each in replaced if each.fallbacks},
    )
