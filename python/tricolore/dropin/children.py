"""Child processes: the environment makes Python run `site/sitecustomize.py` when it starts in them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

__all__ = ["ONLY", "start", "stop"]

FOLDER = str(Path(__file__).parent / "site")
ONLY = "TRICOLORE_DROPIN_ONLY"


def start(only: Iterable[str]) -> None:
    """Makes child processes replace these originals."""
    os.environ[ONLY] = ",".join(only)
    path = os.environ.get("PYTHONPATH")
    if path is None:
        os.environ["PYTHONPATH"] = FOLDER
    elif FOLDER not in path.split(os.pathsep):
        os.environ["PYTHONPATH"] = FOLDER + os.pathsep + path


def stop() -> None:
    """Restores the environment. Other entries of PYTHONPATH stay, empty ones too."""
    os.environ.pop(ONLY, None)
    path = os.environ.get("PYTHONPATH", "")
    if path == FOLDER:
        del os.environ["PYTHONPATH"]
    elif path.startswith(FOLDER + os.pathsep):
        os.environ["PYTHONPATH"] = path.removeprefix(FOLDER + os.pathsep)
