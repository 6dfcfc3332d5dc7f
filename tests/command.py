"""Runs the command line in this process, which is faster than starting one."""

from tricolore.cli import main

__all__ = ["outcome", "printed", "refused"]


def outcome(capsys, *arguments):
    """Returns the exit code, standard output and standard error of a command."""
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as end:
        code = end.code
    return code, *capsys.readouterr()


def printed(capsys, *arguments):
    """Returns the output of a command that must succeed and write nothing to standard error."""
    code, out, err = outcome(capsys, *arguments)
    assert (code, err) == (0, "")
    return out


def refused(capsys, *arguments, code=1):
    """Returns the one-line error of a command that must fail, without `tricolore: error: `."""
    result, out, err = outcome(capsys, *arguments)
    assert (result, out) == (code, "")
    assert err.startswith("tricolore: error: ")
    assert err.endswith("\n")
    assert err.count("\n") == 1
    return err.removeprefix("tricolore: error: ").rstrip("\n")
