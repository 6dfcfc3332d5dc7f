"""Python processes that this one starts, other than by fork: they find `bootstrap/sitecustomize.py` on their path."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

__all__ = ["ONLY", "start", "stop"]

FOLDER = str(Path(__file__).parent / "bootstrap")
ONLY = "TRICOLORE_DROPIN_ONLY"


def start(only: Iterable[str]) -> None:
    """Tells children what to replace."""
    os.environ[ONLY] = ",".join(only)
    parts = [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]
    if FOLDER not in parts:
        os.environ["PYTHONPATH"] = os.pathsep.join([FOLDER, *parts])


def stop() -> None:
    """Children are as they were."""
    os.environ.pop(ONLY, None)
    parts = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    rest = [part for part in parts if part != FOLDER]
    if any(rest):
        os.environ["PYTHONPATH"] = os.pathsep.join(rest)
    else:
        os.environ.pop("PYTHONPATH", None)
