"""pyrouge 0.1.3 without Perl: the runs of ROUGE-1.5.5.pl, which need not be installed.

Files, patterns, arguments and the parsing of results stay pyrouge's own code.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from tricolore.compat.rouge155.evaluations import ScriptError
from tricolore.compat.rouge155.script import REFUSED, flags_of, run_script

from .answers import NotServedError, OriginalError, theirs
from .guard import Guard

__all__ = ["ready", "replaced"]

MODULE = "pyrouge.Rouge155"
# The name that Python gives to `__set_rouge_dir` in the class.
SET_ROUGE_DIR = "Rouge155._Rouge155__set_rouge_dir"


class State:
    """The facts about the imported module."""

    guard: Guard
    set_rouge_dir: Callable[..., None]


def evaluate(rouge: Any, system_id: Any, rouge_args: Any) -> str:
    """`Rouge155.evaluate`."""
    if not State.guard.holds():
        raise NotServedError("hook")
    try:
        flags, _ = flags_of(str(rouge.args or rouge_args or "").split())
    except ScriptError:
        flags = {}
    if REFUSED & flags.keys():
        raise NotServedError("option")
    theirs(lambda: rouge.write_config(system_id=system_id))
    options = theirs(rouge._Rouge155__get_options, rouge_args)
    command = [rouge._bin_path, *options]
    theirs(rouge.log.info, f"Running ROUGE with command {' '.join(command)}")
    out = io.StringIO()
    status = run_script(options, out, sys.stderr)
    if status:
        raise OriginalError(subprocess.CalledProcessError(status, command, out.getvalue().encode()))
    return out.getvalue()


def set_rouge_dir(rouge: Any, home_dir: Any) -> None:
    """`Rouge155.__set_rouge_dir`. A script that is not there is no error."""
    try:
        State.set_rouge_dir(rouge, home_dir)
    except Exception:
        rouge._home_dir = home_dir or ""
        rouge._bin_path = os.path.join(rouge._home_dir, "ROUGE-1.5.5.pl")
        rouge._data_dir = os.path.join(rouge._home_dir, "data")


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    return {"Rouge155.evaluate": evaluate, SET_ROUGE_DIR: set_rouge_dir} if module == MODULE else {}


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the module as imported: each call must find it unchanged."""
    if MODULE in modules:
        State.set_rouge_dir = originals[f"{MODULE}.{SET_ROUGE_DIR}"]
        State.guard = Guard((MODULE, {"check_output": subprocess.check_output}))
