"""`python -m tricolore.dropin` runs programs as Python runs them."""

import os
import py_compile
import subprocess
import sys
import textwrap
import zipfile
from contextlib import contextmanager

import pytest
from process import run

# Programs import jiwer, because rouge_score and NLTK take more than a second to import.
PROGRAM = """
    import sys
    import jiwer
    class Own: pass
    print(sys.argv, __name__, getattr(__spec__, 'name', None), __package__, __file__, type(__loader__).__name__)
    print(sys.modules["__main__"].Own is Own, sys.path[0] == FOLDER, sorted(vars()))
    print(jiwer.wer("a b", "a"))
    if "fail" in sys.argv: raise KeyError("mine")
    sys.exit(7)
    """


def strictly(*arguments, cwd, stdin=None, **environment):
    made = run(*arguments, cwd=cwd, stdin=stdin, **{"TRICOLORE_DROPIN_STRICT": "1", **environment})
    return made.returncode, made.stdout, made.stderr


@pytest.mark.parametrize("way", [["program.py"], ["folder"], ["-m", "module"], ["packed.zip"], ["-m", "package.sub"]])
@pytest.mark.parametrize("arguments", [["--verify", "-m", "x"], ["fail"]])
def test_a_program_runs_as_it_would(way, arguments, tmp_path):
    text = textwrap.dedent(PROGRAM)
    places = {
        "program.py": tmp_path,
        "folder": tmp_path / "folder",
        "packed.zip": tmp_path / "packed.zip",
        "module": tmp_path,
        "package.sub": tmp_path,
    }
    text = text.replace("FOLDER", repr(str(places[way[-1]])))
    for name in ("program.py", "module.py", "folder/__main__.py", "package/__init__.py", "package/sub/__main__.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("" if name == "package/__init__.py" else text)
    (tmp_path / "package/sub/__init__.py").write_text("")
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("__main__.py", text)
    plain = strictly(*way, *arguments, cwd=tmp_path)
    replaced = strictly("-m", "tricolore.dropin", "--status", *way, *arguments, cwd=tmp_path)
    assert replaced[:2] == plain[:2]
    assert plain[0] == (1 if "fail" in arguments else 7), plain
    assert "jiwer.process.process_words" in replaced[2]
    assert ("KeyError: 'mine'" in replaced[2]) == ("fail" in arguments)


SHOW = """
import sys
name = getattr(__loader__, "__name__", type(__loader__).__name__)
print(sys.argv, __name__, globals().get("__file__"), repr(sys.path[0]), name, __spec__, sorted(globals()))
import jiwer
print(jiwer.wer("a b", "a"), "é")
def fail():
    raise KeyError("mine")
if "fail" in sys.argv: fail()
"""


def frames(stderr):
    """Returns the program's part of a traceback."""
    lines = stderr.splitlines()
    starts = [i for i, line in enumerate(lines) if "in <module>" in line]
    return lines[starts[-1] :] if starts else lines


def assert_same_run(way, tmp_path, stdin=None, **options):
    for more in ([], ["a", "--b"], ["fail"]):
        made = []
        for runner in ([], ["-m", "tricolore.dropin"]):
            with open_source(options.get("pipe")) as descriptors:
                path = [f"/dev/fd/{descriptor}" for descriptor in descriptors]
                command = [sys.executable, *runner, *way, *path, *more]
                done = subprocess.run(
                    command, capture_output=True, text=True, cwd=tmp_path, input=stdin, pass_fds=descriptors
                )
            named = done.stdout.replace(path[0], "PIPE") if path else done.stdout
            shown = done.stderr.replace(path[0], "PIPE") if path else done.stderr
            made.append((done.returncode, named, frames(shown)))
        assert made[0] == made[1], made
        assert made[0][0] == ("fail" in more), made


@contextmanager
def open_source(text):
    """Yields the descriptor of a pipe that holds a program, as process substitution does."""
    if text is None:
        yield ()
        return
    reading, writing = os.pipe()
    os.write(writing, text.encode())
    os.close(writing)
    try:
        yield (reading,)
    finally:
        os.close(reading)


def test_a_program_from_standard_input(tmp_path):
    assert_same_run(["-"], tmp_path, stdin=SHOW)


@pytest.mark.parametrize("way", [["-c", SHOW], ["-c" + SHOW]])
def test_a_program_on_the_command_line(way, tmp_path):
    assert_same_run(way, tmp_path)


@pytest.mark.parametrize("name", ["program.pyc", "program.odd"])
def test_a_compiled_program(name, tmp_path):
    (tmp_path / "program.py").write_text(SHOW, "utf-8")
    py_compile.compile(str(tmp_path / "program.py"), str(tmp_path / name), doraise=True)
    assert_same_run([name], tmp_path)


@pytest.mark.parametrize("way", ["./program.py", "sub/../program.py", "sub/link.py", "./folder", "sub/../folder"])
def test_paths_that_are_not_plain(way, tmp_path):
    for name in ("program.py", "folder/__main__.py", "sub/other.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(SHOW.replace("__spec__,", "__spec__ is None,"), "utf-8")
    if way == "sub/link.py":
        try:
            (tmp_path / way).symlink_to("../program.py")
        except OSError:
            pytest.skip("the system has no symbolic links")
    assert_same_run([way], tmp_path)


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="the system has no process substitution")
def test_a_program_in_a_pipe(tmp_path):
    assert_same_run([], tmp_path, pipe=SHOW)


def test_a_compiled_program_of_another_python(tmp_path):
    (tmp_path / "program.pyc").write_bytes(b"\0" * 20)
    plain = strictly("program.pyc", cwd=tmp_path)
    replaced = strictly("-m", "tricolore.dropin", "program.pyc", cwd=tmp_path)
    assert plain[:2] == replaced[:2] == (1, "")
    assert "RuntimeError: Bad magic number in .pyc file" in replaced[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name a program to run"),
        (["--only"], "--only takes names"),
        (["--only", "nope", "x.py"], "not 'nope'"),
        (["--onyl=nltk", "x.py"], "there is no option --onyl=nltk"),
        (["-m"], "-m takes a module"),
        (["-c"], "-c takes the text of a program"),
        (["absent.py"], "absent.py': [Errno 2] No such file or directory"),
    ],
)
def test_wrong_command_lines(arguments, said, tmp_path):
    code, out, err = strictly("-m", "tricolore.dropin", *arguments, cwd=tmp_path)
    assert (code, out) in ((2, ""), (1, ""))
    assert said in err
    assert "Traceback" not in err


def test_help(tmp_path):
    code, out, err = strictly("-m", "tricolore.dropin", "--help", cwd=tmp_path)
    assert (code, err) == (0, "")
    assert out.startswith("usage: python -m tricolore.dropin [--verify]")
