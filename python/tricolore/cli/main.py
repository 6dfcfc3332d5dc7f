"""The command line: arguments in, exit code out."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from tricolore.support.visible import visible

from .arguments import metrics_of
from .compare import compare_systems
from .error import CommandError
from .explain import explain
from .options import check_options, parser, with_repeated
from .report import report
from .score import score

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit code.

    0 is success. 1 is an error in the input: one line on standard error says where. 2 is a wrong command line, and 130
    is Ctrl-C.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    # The grammar of this command is the script's own.
    is_script = arguments[:1] == ["rouge155"]
    given = None if is_script else parse(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Characters that standard output cannot encode are printed as escapes.
        sys.stdout.reconfigure(errors="backslashreplace")
    if given is None:
        return script(arguments[1:])
    try:
        try:
            check_options(given)
            metrics = metrics_of(given)
            if given.command == "score":
                score(given, metrics)
            elif given.command == "compare":
                compare_systems(given, metrics)
            elif given.command == "report":
                report(given, metrics)
            else:
                explain(given, metrics)
        except (ValueError, ImportError, FileNotFoundError) as error:
            raise CommandError(str(error)) from error
        except MemoryError as error:
            raise CommandError("there is not enough memory for this") from error
        if sys.stdout is not None:
            sys.stdout.flush()
    except CommandError as error:
        print(f"tricolore: error: {visible(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The program that reads the output has closed it, as `head` does.
        forget_output()
        return 0
    except OSError as error:
        where = "standard output" if error.filename is None else os.fsdecode(error.filename)
        print(f"tricolore: error: {visible(where)}: {error.strerror}", file=sys.stderr)
        if error.filename is None:
            forget_output()
        return 1
    return 0


def script(arguments: Sequence[str]) -> int:
    """Runs the command line of ROUGE-1.5.5 and returns its exit code."""
    from tricolore.compat.rouge155 import run_script

    try:
        status = run_script(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        forget_output()
        return 0
    return status


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Returns the options of a command line. A shell that asks for completions gets them instead."""
    grammar = parser()
    if "_ARGCOMPLETE" in os.environ:
        try:
            from argcomplete import autocomplete
        except ImportError:
            pass
        else:
            autocomplete(grammar)
    return grammar.parse_args(with_repeated(arguments))


def forget_output() -> None:
    """Discards what standard output still buffers, because Python would report an error for it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
