"""Python in a process of its own, for tests of what a process does."""

import os
import subprocess
import sys

__all__ = ["run"]


def run(*arguments, cwd=None, stdin=None, timeout=300, **environment):
    """Runs Python with these arguments, and with these variables added to the environment."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, **environment},
        timeout=timeout,
    )
