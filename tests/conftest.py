import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# Shared helpers are imported by name: `from texts import ...`.
sys.path.insert(0, str(Path(__file__).parent))

# No deadline: a slow machine must not fail a test.
examples = int(os.environ.get("TRICOLORE_TEST_EXAMPLES", "40"))
settings.register_profile("tests", deadline=None, derandomize=True, max_examples=examples)
settings.load_profile("tests")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
