"""Lists and dicts that programs seldom look into, made when they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["LazyDict", "LazyList"]


def filling(kind: type, name: str) -> Callable[..., Any]:
    """A method of list or dict that makes the content first."""
    plain = getattr(kind, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        self._fill()
        return plain(self, *args, **kwargs)

    method.__name__ = name
    return method


BOTH = "__contains__ __delitem__ __eq__ __ge__ __getitem__ __gt__ __iter__ __le__ __lt__ __ne__ __repr__ __reversed__"
LIST = f"{BOTH} __add__ __iadd__ __imul__ __mul__ __rmul__ __setitem__ append clear copy count extend index insert"
DICT = f"{BOTH} __ior__ __or__ __ror__ __setitem__ clear copy get items keys pop popitem setdefault update values"


class Lazy:
    """What both have. `_content` makes it, and is gone once it was made: who holds it may have changed it."""

    _content: Callable[[], Any] | None

    @property
    def untouched(self) -> bool:
        """Whether nobody has looked into it yet."""
        return self._content is not None

    def peek(self) -> Any:
        """A copy of the content; this stays as it is."""
        return type(self).__mro__[-2](self if self._content is None else self._content())

    def _fill(self) -> None:
        content, self._content = self._content, None
        if content is not None:
            self._take(content())

    def _take(self, content: Any) -> None:
        raise NotImplementedError

    def __reduce_ex__(self, protocol: Any) -> Any:
        # Pickles and copies are what the original's are: they need none of us.
        kind = type(self).__mro__[-2]
        return kind, (kind(self),)


class LazyList(Lazy, list):  # type: ignore[type-arg]
    """A list of a known length."""

    def __init__(self, length: int, content: Callable[[], list[Any]]) -> None:
        self._length = length
        self._content = content

    def _take(self, content: list[Any]) -> None:
        list.extend(self, content)

    def __len__(self) -> int:
        return self._length if self._content is not None else list.__len__(self)


class LazyDict(Lazy, dict):  # type: ignore[type-arg]
    """A dict."""

    def __init__(self, content: Callable[[], dict[Any, Any]]) -> None:
        self._content = content

    def _take(self, content: dict[Any, Any]) -> None:
        dict.update(self, content)

    def __len__(self) -> int:
        self._fill()
        return dict.__len__(self)


def added_to(self: LazyList, other: list[Any]) -> list[Any]:
    """`other + self`: without it Python would ask the list on the left, which sees what is not yet made."""
    return other + list(self)


LazyList.__radd__ = added_to  # type: ignore[attr-defined]
for name in [*LIST.split(), "pop", "remove", "reverse", "sort"]:
    setattr(LazyList, name, filling(list, name))
for name in DICT.split():
    setattr(LazyDict, name, filling(dict, name))
# As of list and dict.
LazyList.__hash__ = LazyDict.__hash__ = None
