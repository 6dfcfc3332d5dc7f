"""A hook that reports when modules have been imported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["ImportWatch"]


class ImportWatch(MetaPathFinder):
    """The first finder on `sys.meta_path`. The other finders find, load and run modules as usual.

    Args:
        watched: true for the name of a module to report.
        imported: called with the name of each module when its code has run.
    """

    def __init__(self, watched: Callable[[str], bool], imported: Callable[[str], None]) -> None:
        self.watched = watched
        self.imported = imported

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not self.watched(fullname):
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(fullname, path, target)
            if spec is not None:
                if spec.loader is not None and hasattr(spec.loader, "exec_module"):
                    spec.loader = WatchedLoader(spec.loader, self.imported)
                return spec
        return None


class WatchedLoader(Loader):
    """A loader that puts the module's own loader back when the module runs."""

    def __init__(self, loader: Loader, imported: Callable[[str], None]) -> None:
        self.loader = loader
        self.imported = imported

    def __getattr__(self, name: str) -> Any:
        if name == "loader":
            # `copy` asks for attributes before `loader` is set.
            raise AttributeError(name)
        return getattr(self.loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self.loader
        self.loader.exec_module(module)
        self.imported(module.__name__)
