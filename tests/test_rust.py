"""Runs the tests of the Rust core, which are in the source files. `rust/py` has none: Python calls it."""

import shutil
import subprocess
from pathlib import Path

import pytest
import tricolore as tc

ROOT = Path(__file__).parents[1]


def test_cargo():
    if shutil.which("cargo") is None:
        pytest.fail("cargo is needed, because the tests include those of the Rust core")
    result = subprocess.run(
        ["cargo", "test", "--locked", "-p", "tricolore-core", "--lib"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "test kernels::union_lcs::tests::as_by_the_table ... ok" in result.stdout


def test_corpora_of_fuzz_targets():
    manifest = ["--manifest-path", "rust/fuzz/Cargo.toml", "--target-dir", "target"]
    result = subprocess.run(
        ["cargo", "test", "--locked", "--lib", *manifest], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "test corpora::tokens ... ok" in result.stdout


EXAMPLES = {"bleu": tc.BLEU(), "chrf++": tc.CHRF(word_order=2), "ter": tc.TER()}


@pytest.mark.parametrize(("name", "metric"), EXAMPLES.items(), ids=EXAMPLES)
def test_the_example_scores_files_as_the_package_does(name, metric):
    files = [ROOT / "examples" / f"{side}.txt" for side in ("predictions", "references")]
    command = "cargo run --quiet --locked -p tricolore-core --example score_files --".split()
    result = subprocess.run([*command, name, *files], cwd=ROOT, capture_output=True, text=True, check=True)
    rows = metric.statistics(*(path.read_text().splitlines() for path in files)).rows
    assert result.stdout.startswith(f"{name} {rows.sum(axis=0).tolist()} ")
