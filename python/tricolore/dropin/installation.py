"""Replaces functions of the originals, and restores them."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterable
from importlib import import_module
from types import FunctionType
from typing import Any

from tricolore.dropin.adapters.guard import pristine

from .copies import copy_of, may_be_a_copy
from .groups import GROUPS, Group
from .imports import ImportWatch
from .replaced import Replaced, StrictError, forwarding_code, saved_copy
from .sources import source_of, versions_of

__all__ = ["Installation"]


class Installation:
    """The functions that are replaced in this process."""

    def __init__(self) -> None:
        self.only: tuple[str, ...] = ()
        self.versions: dict[str, str] = {}
        """The version of each group that is replaced."""
        self.left_alone: dict[str, str] = {}
        """The reason for each group that is not replaced although it was asked for."""
        self.replaced: dict[str, list[Replaced]] = {}
        """The replaced functions of each group."""
        self._undo: dict[str, list[Callable[[], None]]] = {}
        self._done: set[str] = set()
        self._copies: dict[str, Group] = {}
        """The copies of rouge_score that were found, by the name of the scorer's module."""
        watched = {group.package for group in GROUPS} | {module for group in GROUPS for module in group.sources}
        self._watch = ImportWatch(lambda name: name in watched or may_be_a_copy(name), self._imported)

    def choose(self, only: Iterable[str]) -> None:
        """Replaces the functions of these originals, now or at their import, and restores those of the others."""
        self.only = tuple(only)
        for group in (*GROUPS, *self._copies.values()):
            if not self._wanted(group):
                self._put_back(group)
                self.left_alone.pop(group.name, None)
        if self.only and self._watch not in sys.meta_path:
            sys.meta_path.insert(0, self._watch)
        elif not self.only and self._watch in sys.meta_path:
            sys.meta_path.remove(self._watch)
        for package in dict.fromkeys(group.package for group in GROUPS):
            if is_whole(package):
                self._imported(package)
        for name in [name for name in sys.modules if may_be_a_copy(name)]:
            if is_whole(name):
                self._imported(name)

    def _wanted(self, group: Group) -> bool:
        return bool(set(group.originals) & set(self.only))

    def _put_back(self, group: Group) -> None:
        undo = self._undo.pop(group.name, [])
        while undo:
            undo.pop()()
        self.replaced.pop(group.name, None)
        self.versions.pop(group.name, None)
        self._done.difference_update(group.sources)

    def _imported(self, name: str) -> None:
        if may_be_a_copy(name):
            self._copy_imported(name)
        for group in filter(self._wanted, GROUPS):
            if name in (group.package, *group.sources) and group.name not in self.left_alone:
                loaded = [m for m in group.sources if m not in self._done and (m == name or is_whole(m))]
                if loaded and (name == group.package or is_whole(group.package)):
                    self._try_to_replace(group, loaded)

    def _copy_imported(self, name: str) -> None:
        """Replaces the functions of a copy of rouge_score. Its package need not be whole: known code needs no more."""
        try:
            group = copy_of(name)
        except Exception:
            # The module is not a copy, although it has the name of one.
            return
        if group is not None and self._wanted(group) and group.name not in self.left_alone:
            self._copies[name] = group
            loaded = [module for module in group.sources if module not in self._done]
            if loaded:
                self._try_to_replace(group, loaded)

    def _try_to_replace(self, group: Group, modules: list[str]) -> None:
        try:
            self._replace(group, modules)
        except StrictError:
            raise
        except Exception as error:
            # No error of the drop-in may break the program's import.
            self._leave(group, f"{type(error).__name__}: {error}")

    def _replace(self, group: Group, modules: list[str]) -> None:
        """Replaces the functions that these modules of a group define."""
        sources = {}
        known: set[str] | None = None
        for module in group.sources:
            sources[module] = source = source_of(module)
            versions = set(versions_of(module, source[0]) if source else ())
            known = versions if known is None else known & versions
            if not known:
                why = "is of an unknown version, or edited" if source else "has no source"
                return self._leave(group, f"{module} {why}")
        assert known
        for module in modules:
            source = sources[module]
            if module not in group.unchecked and source:
                changed = pristine(sys.modules[module], source[1])
                if changed is not None:
                    return self._leave(group, f"{module}.{changed} was replaced by something else before")
        # Versions with the same sources are told apart by the package's `__version__`.
        said = getattr(sys.modules[group.package], "__version__", None)
        self.versions[group.name] = said if said in known else max(known, key=version_key)
        adapter = import_module(f"tricolore.dropin.adapters.{group.adapter}")
        for module in modules:
            self._done.add(module)
            for place, ours in adapter.replaced(module).items():
                self._put(group, module, place, ours)
        originals = {made.name: made.original for made in self.replaced.get(group.name, [])}
        adapter.ready(modules, self.versions[group.name], originals)
        return None

    def _put(self, group: Group, module: str, place: str, ours: Callable[..., Any]) -> None:
        """Puts `ours` in place of a function of a module, or of a method of a class in it."""
        *owners, name = place.split(".")
        owner: Any = sys.modules[module]
        for part in owners:
            owner = getattr(owner, part)
        found = vars(owner)[name]
        cached = hasattr(found, "cache_parameters")
        function: FunctionType = found.__wrapped__ if cached else found
        replaced = Replaced(f"{module}.{place}", saved_copy(function), ours)
        code = forwarding_code(function, replaced.call)
        self.replaced.setdefault(group.name, []).append(replaced)
        undo = self._undo.setdefault(group.name, [])
        if not owners:
            # Replace its code, because other modules hold references to the function itself.
            before = function.__code__
            function.__code__ = code
            undo.append(lambda: setattr(function, "__code__", before) if function.__code__ is code else None)
            return
        made: Any = saved_copy(function, code)
        if cached:
            from functools import lru_cache, update_wrapper

            made = update_wrapper(lru_cache(**found.cache_parameters())(made), made)
        setattr(owner, name, made)
        undo.append(lambda: setattr(owner, name, found) if vars(owner).get(name) is made else None)

    def _leave(self, group: Group, why: str) -> None:
        # A group is replaced as a whole or not at all.
        self._put_back(group)
        self.left_alone[group.name] = why
        message = f"tricolore.dropin: {group.name} keeps its own code: {why}"
        if os.environ.get("TRICOLORE_DROPIN_STRICT") == "1":
            raise StrictError(message)
        try:
            warnings.warn(message, stacklevel=2)
        except Warning:
            # If warnings are errors, this one must not break an import that works without the drop-in.
            print(message, file=sys.stderr)


def is_whole(module: str) -> bool:
    """True if a module has been imported and its code has run."""
    found = sys.modules.get(module)
    return found is not None and not getattr(found.__spec__, "_initializing", False)


def version_key(version: str) -> list[int]:
    """Returns a key that sorts versions."""
    return [int(part) for part in version.split(".")]
