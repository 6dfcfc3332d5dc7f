"""The tables of the unicode tokenizer follow its rules and are the same in Rust and Python."""

import re
import unicodedata
from bisect import bisect_right
from itertools import pairwise
from pathlib import Path

import pytest
from tricolore._core import UNICODE_VERSION
from tricolore.reference import unicode_tables

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool():
    """Returns the namespace of the script that writes the tables."""
    regex = pytest.importorskip("regex")
    path = ROOT / "tools/unicode_tables.py"
    namespace = {"__name__": "tool", "__file__": str(path)}
    exec(compile(path.read_text(), str(path), "exec"), namespace)
    assert regex.__version__ == namespace["REGEX_VERSION"]
    return namespace


def rust_runs(name):
    """Returns the first code point and the class name of each run in a Rust table."""
    source = (ROOT / f"rust/core/src/tokenize/{name}.rs").read_text()
    return [(int(start, 16), kind) for start, kind in re.findall(r"\(0x(\w+), (\w+)\)", source)]


def test_rust_and_python_name_one_version():
    assert UNICODE_VERSION == unicode_tables.UNICODE_VERSION


def test_the_tables_are_what_the_tool_writes(tool):
    runs = list(zip(unicode_tables.STARTS, unicode_tables.CLASSES, strict=True))
    assert runs == list(tool["classify"]())
    assert rust_runs("unicode_tables") == [(start, tool["NAMES"][kind]) for start, kind in runs]
    assert rust_runs("composed_tables") == [(start, tool["COMPOSING"][kind]) for start, kind in tool["compose"]()]


def test_every_mark_extends_what_is_before_it(tool):
    """Each mark and each format character has the class that `docs/tokenizers.md` describes."""
    kinds = dict.fromkeys(range(0x110000), 0)
    runs = [*zip(unicode_tables.STARTS, unicode_tables.CLASSES, strict=True), (0x110000, 0)]
    for (start, kind), (stop, _) in pairwise(runs):
        kinds.update(dict.fromkeys(range(start, stop), tool["NAMES"][kind]))
    for point, kind in kinds.items():
        category = unicodedata.category(chr(point))
        if category[0] == "M":
            assert kind == "Mark", hex(point)
        if category == "Cf":
            assert (kind == "Separator") == (point == 0x200B), hex(point)
        elif category != "Cn":
            assert kind != "Format", hex(point)
    assert [kinds[point] for point in (0x200C, 0x200D, 0xFE0F, 0x1F3FB, 0xE0020, 0x600)] == ["Mark"] * 6
    assert [kinds[point] for point in (0xAD, 0x61C, 0x200E, 0x2060, 0xFEFF, 0xE0001)] == ["Format"] * 6
    assert [kinds[point] for point in (0x200B, 0x20, 0xA, 0x2028, 0x2764)] == ["Separator"] * 5
    # These two are marks by Word_Break and letters by category. They count as letters, as in SQuAD.
    assert [kinds[point] for point in (0xFF9E, 0xFF9F)] == ["Single"] * 2


def test_texts_that_are_not_given_to_the_interpreter_need_no_composing():
    """The properties of Rust's table that `is_composed` relies on hold in the running interpreter's Unicode."""
    starts, kinds = zip(*rust_runs("composed_tables"), strict=True)
    pairs = {}
    for c in map(chr, range(0x110000)):
        parts = unicodedata.decomposition(c).split()
        if len(parts) == 2 and parts[0][0] != "<":
            pair = "".join(chr(int(part, 16)) for part in parts)
            pairs[pair] = unicodedata.normalize("NFC", pair) == c
    seconds = {pair[1] for pair, composes in pairs.items() if composes}
    # Hangul composes by arithmetic.
    seconds |= set(map(chr, [*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)]))
    for c in map(chr, range(0x110000)):
        kind = kinds[bisect_right(starts, ord(c)) - 1]
        if kind == "Other":
            continue
        lower = [kinds[bisect_right(starts, ord(one)) - 1] for one in c.lower()]
        assert unicodedata.normalize("NFC", c) == c, hex(ord(c))
        assert c not in seconds, hex(ord(c))
        assert lower == [kind] * len(lower), hex(ord(c))
        assert kind == "Moves" or unicodedata.combining(c) == 0, hex(ord(c))
