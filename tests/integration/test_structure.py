"""The files of the Rust crates form no circle, and their rooms stand in one order."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE, PY = ROOT / "rust/core/src", ROOT / "rust/py/src"

# The rooms of the core, from the ground up: a file uses its own room and rooms on lines above its own.
FLOORS = [
    {"error", "math", "seeds"},
    {"limits"},
    {"parallel", "cpu"},
    {"sampling", "kernels"},
    {"tokenize", "explain"},
    {"texts"},
    {"metrics"},
    {"corpus"},
    {"lib"},
]


TOKEN = re.compile(r"[A-Za-z_][A-Za-z_0-9]*|::|[{},;*]|\S")


def code(path):
    """The source without comments, strings and test modules."""
    source = re.sub(r"//[^\n]*", "", path.read_text())
    source = re.sub(r'b?"(?:\\.|[^"\\])*"', '""', source, flags=re.DOTALL)
    return re.sub(r"#\[cfg\(test\)\]\s*(?:mod \w+ \{.*?^\}|mod \w+;)", "", source, flags=re.DOTALL | re.MULTILINE)


def flat(tokens, before):
    """The paths of a tree of `use`, each with the name that it gets; reads the tree off `tokens`."""
    path = list(before)
    while tokens:
        token = tokens.pop(0)
        if token == "{":
            while tokens[0] != "}":
                yield from flat(tokens, path)
                if tokens[0] == ",":
                    tokens.pop(0)
            tokens.pop(0)
            return
        if token != "::":
            path.append(token)
        if not tokens or tokens[0] in {",", "}", ";"}:
            name = path[-1]
            if len(path) > 2 and path[-2] == "as":
                path = path[:-2]
            elif path[-1] == "self":
                path.pop()
                name = path[-1]
            yield path, name
            return


class Crate:
    """The modules of a crate, by path: `()` is `lib.rs`, `("kernels", "ngram")` a file in a folder."""

    def __init__(self, root):
        self.files = {}
        for path in sorted(root.rglob("*.rs")):
            parts = path.relative_to(root).with_suffix("").parts
            self.files[parts[:-1] if parts[-1] in {"mod", "lib"} else parts] = path
        self.sources = {module: code(path) for module, path in self.files.items()}
        self.exports = {}
        self.used = {}
        for module, source in self.sources.items():
            uses, rest = [], source
            for statement in re.finditer(r"(pub(?:\([^)]*\))? )?\buse ([^;]*);", source):
                paths = list(flat(TOKEN.findall(statement[2]), []))
                uses += [path for path, _ in paths]
                self.exports.setdefault(module, {}).update({name: path for path, name in paths})
                rest = rest.replace(statement[0], "")
            uses += [found.split("::") for found in re.findall(r"\b\w+(?:::\w+)+", re.sub(r"\s*::\s*", "::", rest))]
            self.used[module] = uses

    def absolute(self, module, path):
        """The path from the root of the crate, or `None` if it leads out of the crate."""
        head, *rest = path
        if head == "crate":
            return tuple(rest)
        place = module
        if head in {"self", "super"}:
            while head == "super":
                place = place[:-1]
                head, *rest = rest or [""]
            return (*place, *(rest if head in {"self", ""} else [head, *rest]))
        if (*module, head) in self.files:
            return (*module, *path)
        imported = self.exports.get(module, {}).get(head)
        if imported and imported != path and imported[0] in {"crate", "self", "super"}:
            start = self.absolute(module, imported)
            return start and (*start, *rest)
        return None

    def file_of(self, path, seen=()):
        """The module that defines the item of an absolute path, through `use` in the modules between."""
        module = path
        while module not in self.files:
            module = module[:-1]
        if len(path) > len(module) and path not in seen:
            onward = self.exports.get(module, {}).get(path[len(module)])
            onward = onward and self.absolute(module, onward)
            if onward is not None:
                return self.file_of((*onward, *path[len(module) + 1 :]), (*seen, path))
        return module

    def arrows(self):
        """The modules that each module uses."""
        arrows = {}
        for module, paths in self.used.items():
            absolute = (self.absolute(module, path) for path in paths)
            arrows[module] = {self.file_of(path) for path in absolute if path} - {module}
        return arrows


@cache
def crate(root):
    return Crate(root)


def circles(arrows):
    """The sets of modules that reach each other, by Tarjan's algorithm."""
    numbers, lowest, stack, found = {}, {}, [], []

    def visit(module):
        numbers[module] = lowest[module] = len(numbers)
        stack.append(module)
        for other in arrows[module]:
            if other not in numbers:
                visit(other)
            if other in stack:
                lowest[module] = min(lowest[module], lowest[other])
        if lowest[module] == numbers[module]:
            place = stack.index(module)
            if len(stack) > place + 1:
                found.append({"/".join(name) or "lib" for name in stack[place:]})
            del stack[place:]

    for module in arrows:
        if module not in numbers:
            visit(module)
    return found


@pytest.mark.parametrize("root", [CORE, PY], ids=["core", "py"])
def test_no_circle_of_files(root):
    found = circles(crate(root).arrows())
    assert not found, f"files that use each other in a circle: {found}"


def test_rooms_of_the_core_stand_in_order():
    floor = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
    rooms = {module[0] if module else "lib" for module in crate(CORE).files} - {"testing"}
    assert rooms == set(floor)
    for module, others in crate(CORE).arrows().items():
        room = module[0] if module else "lib"
        for other in others if room != "testing" else ():
            below = other[0] if other else "lib"
            assert below == room or floor[below] < floor[room], f"{'/'.join(module)} uses {'/'.join(other)}"


def test_a_metric_uses_no_other_metric():
    arrows = crate(CORE).arrows()
    metrics = {module for module in arrows if module[:1] == ("metrics",)} - {("metrics",), ("metrics", "any")}
    for module in metrics:
        assert arrows[module] & metrics <= {("metrics", "metric")}, module


def test_paths_are_resolved():
    """Arrows of each kind are found: `use`, a path in a line, `super::`, and a name that another module exports."""
    arrows = crate(CORE).arrows()
    for module, other in [
        ("texts/segment", "texts/segments"),
        ("tokenize/whitespace", "tokenize/tokens"),
        ("tokenize/reader", "tokenize/rouge"),
        ("texts/prepared", "tokenize/reader"),
        ("corpus/worker", "metrics/any"),
        ("kernels/ngram", "cpu"),
    ]:
        assert tuple(other.split("/")) in arrows[tuple(module.split("/"))], (module, other)
