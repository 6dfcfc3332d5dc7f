"""Checks that the parts of an original which an adapter bypasses are unchanged."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from operator import itemgetter
from types import CodeType, FunctionType, ModuleType
from typing import Any

from .answers import NotServedError

__all__ = ["ForeignError", "Guard", "function_within", "looked_up", "pristine", "require_unchanged"]

CHANGEABLE = (list, dict, set)


class ForeignError(Exception):
    """A function of another package has already replaced the original's."""


class Guard:
    """Names, and the values that they must have.

    A name of a module is looked up as the module's code does: among its globals, then among the builtins. So `holds`
    detects a replaced builtin, and a global that shadows one.

    Args:
        hooks: pairs of a place, `module` or `module:Class`, and the names there that the adapter bypasses. A name in a
            module may have dots, as in `"np.random.choice"`. Names in a mapping must have the values given; names in a
            sequence must keep their present values.

    Raises ForeignError if a function of another package has replaced one of the names.
    """

    __slots__ = ("_codes", "_looks", "names")

    def __init__(self, *hooks: tuple[str, Sequence[str] | Mapping[str, Any]]) -> None:
        self.names: set[tuple[str, str]] = set()
        """The pairs of a place and a name that are checked."""
        self._codes: dict[FunctionType, CodeType] = {}
        checks: dict[str, Checks] = {}
        for place, names in hooks:
            module, _, cls = place.partition(":")
            namespace = vars(sys.modules[module])
            check = checks.setdefault(module, Checks(namespace))
            if cls:
                values = self._values(place, names, vars(namespace[cls]).__getitem__)
                if values:
                    check.require_members(vars(namespace[cls]), values)
            else:
                values = self._values(place, names, partial(look_up, namespace))
                for name, value in values.items():
                    # A global named like a builtin, such as `range` from six, must be the builtin itself.
                    check.require(name, vars(builtins).get(name, value))
        looks: Callable[[], bool] | None = None
        for check in checks.values():
            looks = check.compiled(looks)
        assert looks is not None
        self._looks = looks

    def _values(
        self, place: str, names: Sequence[str] | Mapping[str, Any], look_up: Callable[[str], Any]
    ) -> dict[str, Any]:
        """Returns the required values of the names that are not checked yet."""
        values = {}
        for name in names:
            if (place, name) in self.names:
                continue
            self.names.add((place, name))
            now = look_up(name)
            root = look_up(name.partition(".")[0]) if "." in name else None
            module = root.__name__ if isinstance(root, ModuleType) else place.partition(":")[0]
            package = module.partition(".")[0]
            function = function_within(now)
            if function is not None:
                if not isinstance(names, Mapping) and function.__module__.partition(".")[0] != package:
                    raise ForeignError(f"{place}: {function.__qualname__} is of {function.__module__}")
                self._codes[function] = function.__code__
            values[name] = now
            if isinstance(names, Mapping):
                wanted = names[name]
                if type(now) is not type(wanted) or now != wanted:
                    values[name] = wanted
        return values

    def holds(self) -> bool:
        """True if all names have their values. Lists, dicts and sets are compared by value, others by identity."""
        try:
            return self._looks()
        except (NameError, AttributeError, KeyError):
            return False

    def codes_hold(self) -> bool:
        """True if each function has its code. This check takes too long for a call with one segment."""
        return [function.__code__ for function in self._codes] == [*self._codes.values()]


def require_unchanged(*guards: Guard) -> None:
    """Leaves the call to the original if a name that an adapter bypasses has another value or code."""
    if not all(guard.holds() and guard.codes_hold() for guard in guards):
        raise NotServedError("hook")


def look_up(namespace: Mapping[str, Any], name: str) -> Any:
    """Returns the value of a name, which may have dots, in a module."""
    root, *attributes = name.split(".")
    value = namespace[root] if root in namespace else vars(builtins)[root]
    for attribute in attributes:
        value = getattr(value, attribute)
    return value


class Checks:
    """Builds a function that compares globals of a module, and members of its classes, with their required values.

    The globals of the function are the module's own namespace, because Python looks names up faster there than in a
    dict. The required values are the defaults of its parameters.
    """

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace
        self._terms: list[str] = []
        self._defaults: list[Any] = []

    def _parameter(self, value: Any) -> str:
        self._defaults.append(value)
        return f"parameter_{len(self._defaults)}"

    def require(self, name: str, value: Any) -> None:
        if isinstance(value, CHANGEABLE):
            self._terms.append(f"{name} == {self._parameter(value.copy())}")
        else:
            self._terms.append(f"{name} is {self._parameter(value)}")

    def require_members(self, members: Mapping[str, Any], values: dict[str, Any]) -> None:
        wanted = tuple(value.copy() if isinstance(value, CHANGEABLE) else value for value in values.values())
        getter = self._parameter(itemgetter(*values))
        # `itemgetter` returns no tuple for a single name.
        expected = self._parameter(wanted if len(wanted) > 1 else wanted[0])
        self._terms.append(f"{getter}({self._parameter(members)}) == {expected}")

    def compiled(self, then: Callable[[], bool] | None) -> Callable[[], bool]:
        """Returns the function, which calls `then` at the end."""
        if then is not None:
            self._terms.append(f"{self._parameter(then)}()")
        terms = " and ".join(self._terms)
        parameters = ", ".join(f"parameter_{i + 1}" for i in range(len(self._defaults)))
        return FunctionType(code_of(f"lambda {parameters}: {terms}"), self._namespace, "holds", tuple(self._defaults))


@cache
def code_of(source: str) -> CodeType:
    """Returns the code of a lambda. The drop-in may be installed many times in a process."""
    code: CodeType = eval(source).__code__
    return code


def function_within(value: Any) -> FunctionType | None:
    """Returns the function inside a static method, a property or a cached function, or None."""
    for attribute in ("__func__", "fget", "__wrapped__"):
        value = getattr(value, attribute, value)
    return value if isinstance(value, FunctionType) else None


def codes_in(code: CodeType) -> Iterator[CodeType]:
    """Yields the code, and the code of each function and class in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes_in(constant)


def looked_up(function: FunctionType | None) -> list[str]:
    """Returns the globals and builtins that a function reads, for functions whose code differs between releases.

    The result may have more names, because attributes can have the same names.
    """
    assert function is not None
    names = {name for code in codes_in(function.__code__) for name in code.co_names}
    known = {**vars(builtins), **function.__globals__}
    found = []
    for name in names & known.keys():
        value = known[name]
        if isinstance(value, ModuleType):
            found += [f"{name}.{attribute}" for attribute in names & vars(value).keys()]
        elif not is_error(value):
            found.append(name)
    return sorted(found)


def is_error(value: Any) -> bool:
    """True for a class of exceptions. These need no check, because adapters bypass no `raise`."""
    return isinstance(value, type) and issubclass(value, BaseException)


def pristine(module: ModuleType, code: CodeType) -> str | None:
    """Returns the name of a function of a module that differs from the module's source, or None.

    Args:
        module: the module as imported.
        code: the code compiled from its source.
    """
    known = {inner.co_qualname: inner for inner in codes_in(code) if inner is not code}
    classes = [v for v in vars(module).values() if isinstance(v, type) and v.__module__ == module.__name__]
    owners: tuple[Any, ...] = (module, *classes)
    for owner in owners:
        for name, value in vars(owner).items():
            where = name if owner is module else f"{owner.__qualname__}.{name}"
            if where not in known or value in classes:
                continue
            function = function_within(value)
            if function is None or function.__code__ != known[where]:
                return where
    return None
