"""Runs Python in a separate process, for tests of the behaviour of a process."""

import os
import subprocess
import sys

__all__ = ["run"]


def run(*arguments, cwd=None, stdin=None, timeout=300, **environment):
    """Runs Python with the given arguments and with the given variables added to the environment."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, **environment},
        timeout=timeout,
    )
