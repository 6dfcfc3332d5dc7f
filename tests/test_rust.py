"""Runs the tests of the Rust workspace, which are in the kernels' source files."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_cargo():
    if shutil.which("cargo") is None:
        pytest.fail("cargo is needed, because the tests include those of the Rust core")
    result = subprocess.run(
        ["cargo", "test", "--locked", "--workspace"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "test kernels::union_lcs::tests::as_by_the_table ... ok" in result.stdout
