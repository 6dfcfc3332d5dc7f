"""Runs a program as Python itself would, with the originals replaced."""

from __future__ import annotations

import builtins
import io
import os
import sys
import threading
from collections.abc import Sequence
from importlib.machinery import SourceFileLoader
from types import ModuleType
from typing import Any

from . import current, verification
from .groups import ORIGINALS

__all__ = ["main"]

USAGE = """\
usage: python -m tricolore.dropin [--verify] [--only NAMES] (script.py | -m module) [arguments ...]

Runs a Python program with rouge_score, sacrebleu and nltk, as they are installed, replaced by tricolore where
the results are the same to the bit.

  --verify      compute every replaced call both ways; exit with 70 at the first result that differs
  --only NAMES  of rouge_score,sacrebleu,nltk, those to replace
  --status      when the program has ended, print what was replaced and which calls were served, to stderr
  -h, --help    print this
"""


class UsageError(Exception):
    """The command line is wrong."""


def main(arguments: Sequence[str]) -> Any:
    """Runs what the arguments say. What the program raises, its exit among it, goes on from here."""
    try:
        options, module, program = parse(list(arguments))
    except UsageError as error:
        print(f"python -m tricolore.dropin: {error}\n\n{USAGE}", file=sys.stderr, end="")
        return 2
    if options["help"]:
        print(USAGE, end="")
        return 0
    current.install(options["only"])
    if options["verify"]:
        verification.start()
    try:
        if module is not None:
            run_module(module, program)
        else:
            run_script(program)
    finally:
        # As the interpreter waits for them before a program has ended.
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join()
        if options["status"]:
            print(current.status(), file=sys.stderr)
        if options["verify"]:
            verification.finish()
    return 0


def parse(arguments: list[str]) -> tuple[dict[str, Any], str | None, list[str]]:
    """Ours go up to the program: what follows is the program's own."""
    options: dict[str, Any] = {"verify": False, "status": False, "help": False, "only": ORIGINALS}
    while arguments:
        argument = arguments.pop(0)
        if argument in ("-h", "--help"):
            options["help"] = True
            return options, None, []
        if argument in ("--verify", "--status"):
            options[argument[2:]] = True
        elif argument == "--only" or argument.startswith("--only="):
            _, equals, names = argument.partition("=")
            if not equals:
                if not arguments:
                    raise UsageError("--only takes names, such as sacrebleu,nltk")
                names = arguments.pop(0)
            options["only"] = names.split(",")
            for name in options["only"]:
                if name not in ORIGINALS:
                    raise UsageError(f"--only takes {', '.join(ORIGINALS)}, not {name!r}")
        elif argument == "-m":
            if not arguments:
                raise UsageError("-m takes a module")
            return options, arguments[0], arguments[1:]
        elif argument.startswith("-m") and not argument.startswith("--"):
            return options, argument[2:], arguments
        elif argument.startswith("-") and argument != "-":
            raise UsageError(f"there is no option {argument}")
        else:
            return options, None, [argument, *arguments]
    raise UsageError("name a program to run")


def fresh_main() -> ModuleType:
    """A `__main__` like the one that a program finds."""
    made = ModuleType("__main__")
    vars(made)["__builtins__"] = builtins
    if sys.version_info < (3, 14):
        made.__annotations__ = {}
    sys.modules["__main__"] = made
    return made


def run_module(name: str, arguments: list[str]) -> None:
    """As `python -m` does."""
    # What `python -m` itself calls: no other way gives the program its own `__main__` and its spec.
    from runpy import _run_module_as_main  # type: ignore[attr-defined]

    fresh_main()
    sys.argv[:] = ["-m", *arguments]
    _run_module_as_main(name)


def run_script(program: list[str]) -> None:
    """As `python script.py` does."""
    path = program[0]
    sys.argv[:] = program
    if path != "-" and (os.path.isdir(path) or not os.path.isfile(path) or is_archive(path)):
        if not os.path.exists(path):
            print(f"python -m tricolore.dropin: can't open file {path!r}: there is none", file=sys.stderr)
            raise SystemExit(2)
        from runpy import _run_module_as_main  # type: ignore[attr-defined]

        put_first(os.path.abspath(path))
        fresh_main()
        _run_module_as_main("__main__", False)
        return
    made = fresh_main()
    if path == "-":
        source: Any = sys.stdin.read()
        put_first("")
        name = made.__file__ = "<stdin>"
    else:
        put_first(os.path.dirname(os.path.realpath(path)))
        # As given: Python 3.9 and later make it absolute themselves.
        name = os.path.abspath(path)
        with io.open_code(name) as file:
            source = file.read()
        made.__file__ = name
        made.__loader__ = SourceFileLoader("__main__", name)
        vars(made)["__cached__"] = None
    code = compile(source, name, "exec", dont_inherit=True)
    exec(code, vars(made))


def put_first(folder: str) -> None:
    """The folder of a program in place of ours on the path; none where Python was told that this is not safe."""
    if not sys.flags.safe_path:
        sys.path[0] = folder


def is_archive(path: str) -> bool:
    from zipfile import is_zipfile

    return not path.endswith(".py") and is_zipfile(path)
