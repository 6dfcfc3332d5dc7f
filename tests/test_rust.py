"""Runs the tests of the Rust workspace, which sit beside its kernels."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_cargo():
    if shutil.which("cargo") is None:
        pytest.fail("cargo is needed: the tests of the Rust core are part of the tests")
    result = subprocess.run(
        ["cargo", "test", "--locked", "--workspace"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "test kernels::union_lcs::tests::as_by_the_table ... ok" in result.stdout
