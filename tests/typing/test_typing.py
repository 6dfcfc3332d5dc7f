"""The types that users see, and the stub of the compiled module."""

import re
from pathlib import Path

from process import run

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def checked(*arguments):
    return run("-m", *arguments, cwd=HERE)


def mypy(name):
    # From this folder and without the project's configuration, so that the installed package is what is checked.
    result = checked("mypy", "--strict", "--no-incremental", "--config-file", "", "--show-error-codes", name)
    return [
        (int(line), code)
        for line, code in re.findall(rf"^{name}:(\d+): error: .*\[([\w-]+)\]$", result.stdout, re.MULTILINE)
    ], result.stdout


def test_right_calls_are_accepted():
    errors, out = mypy("right.py")
    assert errors == [], out
    assert "Success" in out


def test_wrong_calls_are_refused():
    lines = (HERE / "wrong.py").read_text().splitlines()
    expected = [(i, m[1]) for i, line in enumerate(lines, start=1) if (m := re.search(r"# E: ([\w-]+)$", line))]
    errors, out = mypy("wrong.py")
    assert sorted(errors) == expected, out


def test_the_stub_is_that_of_the_compiled_module():
    result = checked("mypy.stubtest", "tricolore._core", "--mypy-config-file", str(ROOT / "pyproject.toml"))
    assert result.returncode == 0, result.stdout + result.stderr
