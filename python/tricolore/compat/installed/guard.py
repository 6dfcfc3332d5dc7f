"""Whether what ours passes by is still the original's: somebody may have put something else in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from types import CodeType, FunctionType, ModuleType
from typing import Any

__all__ = ["ForeignError", "Guard", "pristine"]


class ForeignError(Exception):
    """Something else stood in the original's place already."""


class Guard:
    """Names and what they should stand for.

    Args:
        hooks: pairs of a place, `module` or `module:Class`, and the names there that are passed by. A mapping
            says what they stand for; of other names that is what they stand for now.
    """

    __slots__ = ("_checks",)

    def __init__(self, *hooks: tuple[str, Sequence[str] | Mapping[str, Any]]) -> None:
        self._checks = []
        for place, names in hooks:
            namespace = namespace_of(place)
            # A name more that is always there: itemgetter of one gives no tuple.
            getter = itemgetter(*names, "__doc__")
            now = getter(namespace)
            values = (*names.values(), now[-1]) if isinstance(names, Mapping) else now
            for value in now:
                if isinstance(value, FunctionType) and value.__module__.split(".")[0] != place.split(".")[0]:
                    raise ForeignError(f"{place}: {value.__qualname__} is of {value.__module__}")
            # Copies of what may be changed in place.
            expected = tuple(value.copy() if isinstance(value, (list, dict, set)) else value for value in values)
            self._checks.append((getter, namespace, expected))

    def holds(self) -> bool:
        """Looks at all of them. Functions are compared by identity, constants by value."""
        try:
            for getter, namespace, expected in self._checks:
                if getter(namespace) != expected:
                    return False
        except KeyError:
            return False
        return True


def namespace_of(place: str) -> Mapping[str, Any]:
    """The names of a module or of a class in it."""
    import sys

    module, _, name = place.partition(":")
    found = sys.modules[module]
    return vars(getattr(found, name)) if name else vars(found)


def pristine(module: ModuleType, code: CodeType) -> str | None:
    """The name of a function of a module that its source does not have, or None.

    Args:
        module: one that was imported.
        code: that of its source.
    """
    known = {}
    todo = [code]
    while todo:
        part = todo.pop()
        for inner in part.co_consts:
            if isinstance(inner, CodeType):
                known[inner.co_qualname] = inner
                todo.append(inner)
    classes = [v for v in vars(module).values() if isinstance(v, type) and v.__module__ == module.__name__]
    owners: tuple[Any, ...] = (module, *classes)
    for owner in owners:
        for name, value in vars(owner).items():
            where = name if owner is module else f"{owner.__qualname__}.{name}"
            if where not in known or value in classes:
                continue
            # Of a static method, a property, or what remembers results, the function within.
            for within in ("__func__", "fget", "__wrapped__"):
                value = getattr(value, within, value)
            if not isinstance(value, FunctionType) or value.__code__ != known[where]:
                return where
    return None
