"""What is installed in this process, and who asked for it."""

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
# By original, the `with` statements that ask for it, beside what `install` asked for.
entered: Counter[str] = Counter()
asked: set[str] = set()


def checked(names: Iterable[str]) -> set[str]:
    made = {names} if isinstance(names, str) else set(names)
    for name in made:
        if name not in ORIGINALS:
            raise ValueError(f"only holds {name!r}: it takes {', '.join(ORIGINALS)}")
    return made


def install(names: Iterable[str]) -> None:
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
    with lock:
        asked.clear()
        choose()


def enter(names: Iterable[str]) -> set[str]:
    """For as long as nobody has left as often."""
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
    with lock:
        entered.subtract(names)
        choose()


def choose() -> None:
    """Installs what anybody asks for, and no more."""
    only = tuple(name for name in ORIGINALS if name in asked or entered[name] > 0)
    if only != installation.only:
        installation.choose(only)
        if only:
            children.start(only)
        else:
            children.stop()


def all_replaced() -> list[Replaced]:
    return [each for group in list(installation.replaced.values()) for each in group]


def status() -> Status:
    replaced = all_replaced()
    return Status(
        dict(installation.versions),
        dict(installation.left_alone),
        {each.name: each.served for each in replaced},
        {each.name: dict(each.fallbacks) for each in replaced if each.fallbacks},
    )
