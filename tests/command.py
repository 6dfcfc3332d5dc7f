"""The command line in this process: fast, where a process of its own is not what is tested."""

from tricolore.cli import main

__all__ = ["outcome", "printed", "refused"]


def outcome(capsys, *arguments):
    """The exit code, standard output and standard error."""
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as end:
        code = end.code
    return code, *capsys.readouterr()


def printed(capsys, *arguments):
    """The output of a command that must succeed in silence."""
    code, out, err = outcome(capsys, *arguments)
    assert (code, err) == (0, "")
    return out


def refused(capsys, *arguments, code=1):
    """The one line of a command that must be refused, without its beginning."""
    result, out, err = outcome(capsys, *arguments)
    assert (result, out) == (code, "")
    assert err.startswith("tricolore: error: ")
    assert err.endswith("\n")
    assert err.count("\n") == 1
    return err.removeprefix("tricolore: error: ").rstrip("\n")
