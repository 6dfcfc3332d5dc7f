"""The types that users see, and the stub of the compiled module."""

import functools
import re
from pathlib import Path

from process import run

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def checked(*arguments):
    return run("-m", *arguments, cwd=HERE)


@functools.cache
def mypy():
    """Returns the line and the code of each error, by file, and mypy's output."""
    files = ("right.py", "wrong.py")
    # Run mypy in this folder, without the project's configuration, so that it checks the installed package.
    out = checked("mypy", "--strict", "--no-incremental", "--config-file", "", "--show-error-codes", *files).stdout
    errors = re.findall(r"^(\w+\.py):(\d+): error: .*\[([\w-]+)\]$", out, re.MULTILINE)
    return {file: [(int(line), code) for name, line, code in errors if name == file] for file in files}, out


def test_right_calls_are_accepted():
    errors, out = mypy()
    assert errors["right.py"] == [], out
    assert "in 1 file (checked 2 source files)" in out


def test_wrong_calls_are_refused():
    lines = (HERE / "wrong.py").read_text().splitlines()
    expected = [(i, m[1]) for i, line in enumerate(lines, start=1) if (m := re.search(r"# E: ([\w-]+)$", line))]
    errors, out = mypy()
    assert sorted(errors["wrong.py"]) == expected, out


def test_the_stub_is_that_of_the_compiled_module():
    result = checked("mypy.stubtest", "tricolore._core", "--mypy-config-file", str(ROOT / "pyproject.toml"))
    assert result.returncode == 0, result.stdout + result.stderr
