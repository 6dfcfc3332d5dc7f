"""Puts ours in place of the originals' functions, and those back."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterable
from importlib import import_module
from types import FunctionType
from typing import Any

from .groups import GROUPS, ORIGINALS, Group
from .guard import pristine
from .imports import ImportWatch
from .replaced import Replaced, StrictError, forwarding_code, saved_copy
from .sources import source_of, versions_of

__all__ = ["Installation"]


class Installation:
    """What `install` makes and `uninstall` undoes.

    Args:
        only: the originals to replace functions of.
    """

    def __init__(self, only: Iterable[str] = ORIGINALS) -> None:
        self.only = tuple(only)
        for name in self.only:
            if name not in ORIGINALS:
                raise ValueError(f"only holds {name!r}: it takes {', '.join(ORIGINALS)}")
        self.groups = [group for group in GROUPS if set(group.originals) & set(self.only)]
        self.versions: dict[str, str] = {}
        """Of each group that is replaced."""
        self.left_alone: dict[str, str] = {}
        """Why a group is not."""
        self.replaced: list[Replaced] = []
        self._undo: list[Callable[[], None]] = []
        self._done: set[str] = set()
        watched = {group.package for group in self.groups} | {m for group in self.groups for m in group.sources}
        self._watch = ImportWatch(frozenset(watched), self._imported)

    def start(self) -> None:
        """Replaces what is imported already, and the rest when it will be."""
        sys.meta_path.insert(0, self._watch)
        try:
            for package in dict.fromkeys(group.package for group in self.groups):
                if is_whole(package):
                    self._imported(package)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Puts the originals back."""
        if self._watch in sys.meta_path:
            sys.meta_path.remove(self._watch)
        while self._undo:
            self._undo.pop()()

    def _imported(self, name: str) -> None:
        for group in self.groups:
            if name in (group.package, *group.sources) and group.name not in self.left_alone:
                loaded = [m for m in group.sources if m not in self._done and (m == name or is_whole(m))]
                if loaded and (name == group.package or is_whole(group.package)):
                    try:
                        self._replace(group, loaded)
                    except StrictError:
                        raise
                    except Exception as error:
                        # Whatever it is, it is not to break somebody's import.
                        self._leave(group, f"{type(error).__name__}: {error}")

    def _replace(self, group: Group, modules: list[str]) -> None:
        """Replaces what modules of a group have."""
        sources = {}
        known: set[str] | None = None
        for module in group.sources:
            sources[module] = source = source_of(module)
            versions = set(versions_of(module, source[0]) if source else ())
            known = versions if known is None else known & versions
            if not known:
                why = "is of a version that is not known, or edited" if source else "has no source"
                return self._leave(group, f"{module} {why}")
        assert known
        for module in modules:
            source = sources[module]
            if module not in group.unchecked and source:
                changed = pristine(sys.modules[module], source[1])
                if changed is not None:
                    return self._leave(group, f"{module}.{changed} was replaced by something else before")
        # Versions with the same sources are told apart by what the package says.
        said = getattr(sys.modules[group.package], "__version__", None)
        self.versions[group.name] = said if said in known else max(known, key=version_key)
        adapter = import_module(f"tricolore.compat.installed.{group.adapter}")
        for module in modules:
            self._done.add(module)
            for place, ours in adapter.replaced(module).items():
                self._put(module, place, ours)
        originals = {made.name: made.original for made in self.replaced}
        adapter.ready(modules, self.versions[group.name], originals)
        return None

    def _put(self, module: str, place: str, ours: Callable[..., Any]) -> None:
        """Ours in place of a function of a module, or of a method of a class of one."""
        *owners, name = place.split(".")
        owner: Any = sys.modules[module]
        for part in owners:
            owner = getattr(owner, part)
        found = vars(owner)[name]
        cached = hasattr(found, "cache_parameters")
        function: FunctionType = found.__wrapped__ if cached else found
        replaced = Replaced(f"{module}.{place}", saved_copy(function), ours)
        code = forwarding_code(function, replaced.call)
        self.replaced.append(replaced)
        if not owners:
            # By its code, for other modules hold the function itself.
            before = function.__code__
            function.__code__ = code
            self._undo.append(lambda: setattr(function, "__code__", before) if function.__code__ is code else None)
            return
        made: Any = saved_copy(function, code)
        if cached:
            from functools import lru_cache, update_wrapper

            made = update_wrapper(lru_cache(**found.cache_parameters())(made), made)
        setattr(owner, name, made)
        self._undo.append(lambda: setattr(owner, name, found) if vars(owner).get(name) is made else None)

    def _leave(self, group: Group, why: str) -> None:
        self.left_alone[group.name] = why
        message = f"tricolore.dropin: {group.name} keeps its own code: {why}"
        if os.environ.get("TRICOLORE_DROPIN_STRICT") == "1":
            raise StrictError(message)
        try:
            warnings.warn(message, stacklevel=2)
        except Warning:
            # Where warnings are errors, this one is not to break an import that would not break without us.
            print(message, file=sys.stderr)


def is_whole(module: str) -> bool:
    """Whether a module has been imported and its code has run."""
    found = sys.modules.get(module)
    return found is not None and not getattr(found.__spec__, "_initializing", False)


def version_key(version: str) -> list[int]:
    """By which versions are ordered."""
    return [int(part) for part in version.split(".")]
