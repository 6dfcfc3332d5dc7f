import os
import sys
from pathlib import Path

from hypothesis import settings

# Shared helpers are imported by name: `from texts import ...`.
sys.path.insert(0, str(Path(__file__).parent))

# A slow machine is not a failure.
examples = int(os.environ.get("TRICOLORE_TEST_EXAMPLES", "40"))
settings.register_profile("tests", deadline=None, derandomize=True, max_examples=examples)
settings.load_profile("tests")
