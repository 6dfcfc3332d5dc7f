"""The fuzz targets accept the inputs of their corpora, without a fuzzer."""

from pathlib import Path

import pytest
from corpora import inputs
from targets import TARGETS


@pytest.mark.parametrize("target", TARGETS)
def test_corpus(target):
    if target == "arrow":
        pytest.importorskip("pyarrow")
    found = inputs(Path(__file__).parent / "corpora" / f"{target}.hex")
    assert len(found) >= 5
    for data in found:
        TARGETS[target](data)
