"""Lists whose content is made when a program first accesses it."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import RLock
from typing import Any

__all__ = ["LazyList"]

lock = RLock()


def new_lock() -> None:
    """Replaces the lock in a forked process, because another thread may have held it."""
    global lock
    lock = RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=new_lock)


class LazyList(list):  # type: ignore[type-arg]
    """A list of known length, whose content is made at the first access.

    Args:
        length: the length of the list.
        content: returns the content. It is called at the first access and then dropped, because the list may be changed
            afterwards.
    """

    def __init__(self, length: int, content: Callable[[], list[Any]]) -> None:
        self._length = length
        self._content: Callable[[], list[Any]] | None = content

    @property
    def untouched(self) -> bool:
        """True if the content has not been accessed yet."""
        return self._content is not None

    def peek(self) -> list[Any]:
        """Returns a plain copy, without counting as an access."""
        content = self._content
        return list(self) if content is None else content()

    def _fill(self) -> None:
        with lock:
            if self._content is not None:
                list.extend(self, self._content())
                self._content = None

    def __len__(self) -> int:
        return self._length if self._content is not None else list.__len__(self)

    def __radd__(self, other: list[Any]) -> list[Any]:
        # Otherwise Python would call `__add__` of the left list, which would find this one empty.
        return other + list(self)

    def __reduce_ex__(self, protocol: Any) -> Any:
        # Pickles and copies are plain lists, which do not need tricolore.
        return list, (list(self),)

    __hash__ = None


def filling(name: str) -> Callable[..., Any]:
    """Returns a method of list that makes the content first."""
    plain = getattr(list, name)

    def method(self: LazyList, *args: Any, **kwargs: Any) -> Any:
        self._fill()
        return plain(self, *args, **kwargs)

    method.__name__ = name
    return method


for name in (
    "__add__ __contains__ __delitem__ __eq__ __ge__ __getitem__ __gt__ __iadd__ __imul__ __iter__ __le__ __lt__ "
    "__mul__ __ne__ __repr__ __reversed__ __rmul__ __setitem__ append clear copy count extend index insert pop remove "
    "reverse sort"
).split():
    setattr(LazyList, name, filling(name))
