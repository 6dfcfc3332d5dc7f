"""Keeps slow answers of originals and definitions for the other interpreters and instruction sets of a CI run."""

import hashlib
import os
import pickle
import platform
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

__all__ = ["answer"]

LONGEST = 60
"""The seconds for which an answer that another process computes is awaited."""


def answer(function, *arguments, of=None, exact=False):
    """Returns `function(*arguments)`, from the folder TRICOLORE_TEST_ANSWERS if an earlier call has left it there.

    Without the variable nothing is kept. The answer of an original, the package `of`, serves every interpreter, and so
    does that of an `exact` definition, which compares and counts. Any other answer serves one release of Python,
    because its Unicode and its floats are the release's own.
    """
    if "TRICOLORE_TEST_ANSWERS" not in os.environ:
        return function(*arguments)
    by = f"{of} {version(of)}" if of else "" if exact else platform.python_version()
    question = repr((function.__module__, function.__qualname__, by, arguments))
    folder = Path(os.environ["TRICOLORE_TEST_ANSWERS"])
    path = folder / hashlib.sha256(question.encode("utf-8", "surrogatepass")).hexdigest()
    try:
        path.with_suffix(".asked").touch(exist_ok=False)
    except FileExistsError:
        # Another part of the run computes the answer, unless it was ended.
        late = time.monotonic() + LONGEST
        while not path.exists() and time.monotonic() < late:
            time.sleep(0.02)
    if path.exists():
        return pickle.loads(path.read_bytes())
    made = function(*arguments)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        file.write(pickle.dumps(made))
    Path(file.name).replace(path)
    return made
