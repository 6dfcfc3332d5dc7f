"""CONTRIBUTING's map names every room and every file of the sources.

Three top folders have a section each. A section names each folder as `name/` and each file by its name. A name in the
map must exist.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOPS = ("rust/core/src", "rust/py/src", "python/tricolore")
# Files whose purpose their name says by convention.
UNNAMED = {"__init__.py", "__main__.py", "_core.pyi", "mod.rs", "lib.rs", "py.typed"}


def section(top):
    """The lines of the map from a top folder's own to the next top folder's."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    found = re.search(rf"^{top}/.*\n(?:  .*\n)*", text, re.MULTILINE)
    assert found, f"the map has no line for {top}/"
    return found[0]


def names(top):
    return set(re.findall(r"[\w.]+/?", section(top)))


@pytest.mark.parametrize("top", TOPS)
def test_every_folder_is_named(top):
    folders = {p.name + "/" for p in (ROOT / top).iterdir() if p.is_dir() and not p.name.startswith((".", "__"))}
    assert folders <= names(top), f"CONTRIBUTING's map does not name {sorted(folders - names(top))} of {top}"


@pytest.mark.parametrize("top", TOPS)
def test_every_file_is_named(top):
    files = {p.name for p in (ROOT / top).rglob("*") if p.suffix in (".py", ".rs")} - UNNAMED
    assert files <= names(top), f"CONTRIBUTING's map does not name {sorted(files - names(top))} of {top}"


@pytest.mark.parametrize("top", TOPS)
def test_what_is_named_exists(top):
    there = {p.name for p in (ROOT / top).rglob("*")}
    named = {name for name in names(top) if name.endswith((".py", ".rs"))}
    assert named <= there, f"CONTRIBUTING's map names {sorted(named - there)}, which {top} does not have"
