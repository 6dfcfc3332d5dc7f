"""Runs Python code in a process forked from one that has imported the package.

The code has a process of its own, with its streams, signals and exit, without the third of a second that it takes to
start Python and import numpy, pyarrow and the command line.
"""

import functools
import json
import subprocess
import sys
import tempfile
from pathlib import Path

__all__ = ["run_warm"]

# Each line of standard input is a job. The server forks, waits and answers with the child's exit code. The child leaves
# the loop and runs the job, so that it ends as any Python process ends.
SERVER = """
import importlib, json, os, pkgutil, signal, sys
import pyarrow.parquet, tricolore.cli
for module in pkgutil.walk_packages(tricolore.cli.__path__, "tricolore.cli."):
    importlib.import_module(module.name)
for line in sys.stdin:
    job = json.loads(line)
    if not (child := os.fork()):
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
else:
    sys.exit()
os.chdir(job["folder"])
for number, path in enumerate(job["streams"]):
    os.dup2(os.open(path, os.O_WRONLY if number else os.O_RDONLY), number)
sys.argv = ["-c", *job["arguments"]]
signal.alarm(300)
exec(job["code"])
"""


@functools.cache
def server():
    """Starts the server, which ends when this process closes its standard input."""
    return subprocess.Popen([sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def run_warm(code, *arguments, cwd=None, stdin=""):
    """Runs code with the given arguments as `python -c` would."""
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder, name) for name in ("stdin", "stdout", "stderr")]
        for path in streams:
            path.write_text(stdin if path.name == "stdin" else "")
        job = {
            "code": code,
            "arguments": [str(argument) for argument in arguments],
            "folder": str(cwd or Path.cwd()),
            "streams": [str(path) for path in streams],
        }
        print(json.dumps(job), file=server().stdin, flush=True)
        code = int(server().stdout.readline())
        return subprocess.CompletedProcess(arguments, code, *(path.read_text() for path in streams[1:]))
