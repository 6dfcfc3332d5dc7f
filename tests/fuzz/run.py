"""Runs a target under atheris: `python tests/fuzz/run.py arrow [options of libFuzzer]`."""

import sys

import atheris

with atheris.instrument_imports(include=["tricolore"]):
    import tricolore  # noqa: F401
    from targets import TARGETS


if __name__ == "__main__":
    name = sys.argv[1]
    # libFuzzer starts this command anew to merge corpora.
    command = f"{sys.executable} {' '.join(sys.argv[:2])}"
    atheris.Setup([command, *sys.argv[2:]], TARGETS[name])
    atheris.Fuzz()
