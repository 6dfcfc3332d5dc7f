"""Runs a program as Python does, with the originals replaced."""

from __future__ import annotations

import builtins
import io
import linecache
import marshal
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from importlib.machinery import BuiltinImporter, SourceFileLoader, SourcelessFileLoader
from importlib.util import MAGIC_NUMBER
from pkgutil import get_importer
from types import CodeType, ModuleType
from typing import Any

from . import current, verification
from .groups import ORIGINALS

__all__ = ["main"]

USAGE = f"""\
usage: python -m tricolore.dropin [--verify] [--only NAMES] (script | -m module | -c text | -) [arguments ...]

Runs a Python program on tricolore, which answers in place of the installed metric packages wherever its results are
the same to the bit: {", ".join(ORIGINALS)}.

  --verify      compute every replaced call both ways; exit with 70 at the first result that differs
  --only NAMES  replace only these, such as sacrebleu,nltk (default: all)
  --status      when the program has ended, print to stderr what was replaced and which calls tricolore answered
  -h, --help    print this help
"""


class UsageError(Exception):
    """The command line is wrong."""


def main(arguments: Sequence[str]) -> Any:
    """Runs the program in the arguments. Exceptions of the program, including SystemExit, are not caught."""
    try:
        options, kind, program = parse(list(arguments))
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
        if kind == "-m":
            run_module(program)
        elif kind == "-c":
            sys.argv[:] = ["-c", *program[1:]]
            run_text(program[0].encode("utf-8", "surrogateescape"), "<string>")
        else:
            run_script(program)
    finally:
        try:
            # Wait for threads, as the interpreter does at the end of a program.
            for thread in threading.enumerate():
                if thread is not threading.current_thread() and not thread.daemon:
                    thread.join()
            if options["status"]:
                print(current.status(), file=sys.stderr)
        finally:
            if options["verify"]:
                verification.finish()
    return 0


def parse(arguments: list[str]) -> tuple[dict[str, Any], str, list[str]]:
    """Returns our options, the kind of program ("-m", "-c", or "" for a script), and the program with its arguments."""
    options: dict[str, Any] = {"verify": False, "status": False, "help": False, "only": ORIGINALS}
    while arguments:
        argument = arguments.pop(0)
        if argument in ("-h", "--help"):
            options["help"] = True
            return options, "", []
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
        elif argument in ("-m", "-c"):
            if not arguments:
                raise UsageError("-m takes a module" if argument == "-m" else "-c takes the text of a program")
            return options, argument, arguments
        elif argument.startswith(("-m", "-c")):
            return options, argument[:2], [argument[2:], *arguments]
        elif argument.startswith("-") and argument != "-":
            raise UsageError(f"there is no option {argument}")
        else:
            return options, "", [argument, *arguments]
    raise UsageError("name a program to run")


def fresh_main() -> ModuleType:
    """Returns a new `__main__` like that of a program."""
    made = ModuleType("__main__")
    vars(made)["__builtins__"] = builtins
    made.__loader__ = BuiltinImporter
    if sys.version_info < (3, 14):
        made.__annotations__ = {}
    sys.modules["__main__"] = made
    return made


def run_module(program: list[str]) -> None:
    """Runs a module as `python -m` does."""
    # `python -m` calls this function. Only it gives the program its own `__main__` and spec.
    from runpy import _run_module_as_main  # type: ignore[attr-defined]

    fresh_main()
    sys.argv[:] = ["-m", *program[1:]]
    _run_module_as_main(program[0])


def run_script(program: list[str]) -> None:
    """Runs a script, a folder, an archive or standard input as `python` does."""
    path = program[0]
    sys.argv[:] = program
    if path == "-":
        run_text(sys.stdin.buffer.read(), "<stdin>")
        return
    name = absolute(path)
    if get_importer(name) is not None:
        from runpy import _run_module_as_main  # type: ignore[attr-defined]

        put_first(name)
        fresh_main()
        _run_module_as_main("__main__", False)
        return
    try:
        # Read the file only once: it may be a pipe.
        with io.open_code(name) as file:
            source = file.read()
    except OSError as error:
        said = f"can't open file {name!r}: [Errno {error.errno}] {error.strerror}"
        print(f"python -m tricolore.dropin: {said}", file=sys.stderr)
        raise SystemExit(2) from None
    made = fresh_main()
    put_first(folder_of(path))
    made.__file__ = name
    vars(made)["__cached__"] = None
    # Python decides by the content of the file, not by its name alone.
    if name.endswith(".pyc") or source[:2] == MAGIC_NUMBER[:2]:
        made.__loader__ = SourcelessFileLoader("__main__", name)
        code = code_of(source)
    else:
        made.__loader__ = SourceFileLoader("__main__", name)
        code = compile(source, name, "exec", dont_inherit=True)
    exec(code, vars(made))


def run_text(source: bytes, name: str) -> None:
    """Runs source code as `python -` and `python -c` do."""
    made = fresh_main()
    put_first("")
    if name == "<stdin>":
        made.__file__ = name
        vars(made)["__cached__"] = None
    elif sys.version_info >= (3, 13):
        # Tracebacks show the lines of `-c` since 3.13.
        lines = source.decode(errors="replace").splitlines(keepends=True)
        linecache.cache[name] = (len(source), None, lines, name)
    exec(compile(source, name, "exec", dont_inherit=True), vars(made))


def code_of(data: bytes) -> CodeType:
    """Returns the code in a `.pyc` file."""
    if data[:4] != MAGIC_NUMBER:
        raise RuntimeError("Bad magic number in .pyc file")
    code = marshal.loads(data[16:])
    if not isinstance(code, CodeType):
        raise RuntimeError("Bad code object in .pyc file")
    return code


def absolute(path: str) -> str:
    """Returns an absolute path as Python makes `__file__`, with dots and links left in it."""
    return os.path.abspath(path) if os.name == "nt" else os.path.join(os.getcwd(), path)


def folder_of(path: str) -> str:
    """Returns the folder that Python puts on `sys.path` for a script: that of the file, if the script is a link."""
    with suppress(OSError):
        path = os.path.join(os.path.dirname(path), os.readlink(path))
    with suppress(OSError):
        path = os.path.realpath(path, strict=True)
    return os.path.dirname(path)


def put_first(folder: str) -> None:
    """Puts the folder of the program first on `sys.path`, in place of ours, unless Python runs with a safe path."""
    if not sys.flags.safe_path:
        sys.path[0] = folder
