"""The places that name the release agree."""

import re
from pathlib import Path

import tricolore as tc

ROOT = Path(__file__).parents[2]


def first(pattern, name):
    return re.search(pattern, (ROOT / name).read_text("utf-8"), re.M)[1]


def test_every_place_names_the_same_release():
    crates = first(r'^version = "(.*)"$', "Cargo.toml")
    assert re.fullmatch(r"\d+\.\d+\.\d+(-rc\.\d+)?", crates)
    # The form of PEP 440.
    release = crates.replace("-rc.", "rc")
    assert tc.__version__ == release
    assert first(r"^## (\S+)", "CHANGELOG.md") == release
    assert first(r"^version: (\S+)$", "CITATION.cff") == release
