"""The classes of the unicode tokenizer are those that its rules say, and one in Rust and Python."""

import re
from pathlib import Path

import pytest
from tricolore._core import UNICODE_VERSION
from tricolore.reference import unicode_tables


def test_rust_and_python_name_one_version():
    assert UNICODE_VERSION == unicode_tables.UNICODE_VERSION


def test_the_tables_are_what_the_tool_writes():
    regex = pytest.importorskip("regex")
    source = (Path(__file__).parents[2] / "tools/unicode_tables.py").read_text()
    namespace = {"__name__": "tool"}
    exec(compile(source, "tools/unicode_tables.py", "exec"), namespace)
    assert regex.__version__ == namespace["REGEX_VERSION"]
    runs = list(zip(unicode_tables.STARTS, unicode_tables.CLASSES, strict=True))
    assert runs == list(namespace["classify"]())
    rust = (Path(__file__).parents[2] / "rust/core/src/tokenize/unicode_tables.rs").read_text()
    names = [
        (int(start, 16), namespace["NAMES"].index(name)) for start, name in re.findall(r"\(0x(\w+), (\w+)\)", rust)
    ]
    assert names == runs
