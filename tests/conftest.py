import os
import signal
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test, settings
from hypothesis.errors import InvalidArgument

# Shared helpers are imported by name: `from texts import ...`.
sys.path.insert(0, str(Path(__file__).parent))

# Without a deadline a slow machine cannot fail a test.
examples = int(os.environ.get("TRICOLORE_TEST_EXAMPLES", "20"))
settings.register_profile("tests", deadline=None, derandomize=True, max_examples=examples)
settings.load_profile("tests")


def pytest_collection_modifyitems(items):
    """Gives each property at least a hundred examples, shared among its sets of parameters.

    With the variable TRICOLORE_TEST_EXAMPLES, each set of parameters has this many examples instead.
    """
    if "TRICOLORE_TEST_EXAMPLES" in os.environ:
        return
    sets = Counter(item.function for item in items if is_hypothesis_test(getattr(item, "function", None)))
    for function, count in sets.items():
        # A property that has settings of its own keeps them.
        with suppress(InvalidArgument):
            settings(max_examples=max(examples, -(-100 // count)))(function)


# Without this, numpy's BLAS starts threads in each of the hundreds of processes that tests start.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Makes an empty folder the current one and returns it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


# A shell's background job ignores SIGINT, and `nohup` makes it ignore SIGHUP. Processes that tests start inherit that,
# and tests send these signals.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
