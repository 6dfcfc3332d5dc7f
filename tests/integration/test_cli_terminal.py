"""The command prints no control character of a file or an argument, one line per error, and no traceback."""

import json
import os
import subprocess
import sys
import threading

import pytest
from command import outcome, printed, refused
from tricolore.support.visible import visible

# An escape sequence, its C1 form, a bell, a delete, overrides of direction, separators of lines and paragraphs.
NASTY = "\x1b[31m\x9b2J\x07\x7f\u202e\u2066\u2028\u2029\r\n\0"
SHOWN = "\\x1b[31m\\x9b2J\\x07\\x7f\\u202e\\u2066\\u2028\\u2029\\r\\n\\x00"


def test_what_is_escaped():
    assert visible(NASTY) == SHOWN
    assert visible("a\nb\t", keep="\n") == "a\nb\\t"
    assert visible("\udcff") == "\\udcff"
    # Letters of all scripts, joiners, emoji and backslashes stay.
    for text in ("naïve 漢字 हिन्दी", "می\u200cخواهم", "👩\u200d🚀", "C:\\x1b"):
        assert visible(text) == text


@pytest.fixture(autouse=True)
def nasty_row(here):
    """Writes a row in which every string has control characters."""
    row = {"prediction": f"a {NASTY}", "references": f"a {NASTY}", NASTY: NASTY}
    (here / "p.jsonl").write_text(json.dumps(row))


def clean(text):
    return all(character.isprintable() or character == "\n" for character in text)


def test_labels_and_keys_in_tables_and_errors(capsys):
    out = printed(capsys, "score", "p.jsonl", "--group-key", NASTY, "-m", "exact_match")
    assert f"\n{SHOWN}\n" in out
    assert f"\n{SHOWN}  " in out
    assert clean(out)
    for given in (
        ["--prediction-key", f"x{NASTY}"],
        ["--id-key", f"x{NASTY}", "--confidence", "0.9"],
        ["--per-segment", f"x{NASTY}".replace("\0", "")],
        ["-m", "bleu", "--tokenize", NASTY],
        ["--type", NASTY],
        ["--encoding", NASTY],
    ):
        assert clean(refused(capsys, "score", "p.jsonl", *given))
    for given in (["--format", NASTY], ["--samples", NASTY], [f"--{NASTY}"], ["-m", NASTY]):
        assert clean(refused(capsys, "score", "p.jsonl", *given, code=2))


def test_texts_in_explanations(capsys):
    for metric in ("bleu", "chrf", "ter", "exact_match", "token_f1", "rouge"):
        given = ["--tokenizer", "whitespace"] if metric == "rouge" else []
        out = printed(capsys, "explain", "p.jsonl", "-m", metric, *given)
        assert clean(out), metric


def test_names_of_files(capsys, here):
    names = [f"{place}{NASTY.translate({0: None})}.txt" for place in "pqr"]
    for name in names:
        (here / name).write_text("the cat\nsat\n")
    one, two, references = names
    out = printed(capsys, "compare", one, two, "-r", references, "-m", "chrf", "--samples", "20")
    assert clean(out)
    assert visible(one) in out
    assert (
        one
        in json.loads(printed(capsys, "compare", one, two, "-r", references, "--samples", "20", "--json"))["baseline"]
    )
    assert clean(refused(capsys, "score", one))
    for name in ("x\x1b.txt", "x\\x1b.txt"):
        (here / name).write_text("the cat\nsat\n")
    error = refused(capsys, "compare", "x\x1b.txt", "x\\x1b.txt", "-r", references)
    assert error.startswith("two systems have names that a terminal cannot tell apart")


NUMBERS = ["nan", "inf", "-inf", "-1", "0", "1e308", "1e-300", str(10**30), f"-{10**30}", "9" * 5000, "999999"]
WORDS = ["", "\x1b[31m", "\udcff", "x" * 300, "a\nb", "none", "--", ".", "/", "a\0b", "no.jsonl", "/dev/null", "folder"]
OPTIONS = {
    "score": "samples seed confidence id-key group-key per-segment checkpoint checkpoint-seconds num-threads",
    "compare": "samples seed test num-threads",
    "explain": "segment",
}
COMMON = (
    "format encoding prediction-key reference-key references metric type tokenizer multi-reference tokenize "
    "smooth-value smooth-method beta normalization max-ngram-order char-order"
)
# The time grows with the order, so orders of a million are too slow.
SLOW = {("max-ngram-order", "999999"), ("char-order", "999999")}


@pytest.mark.parametrize("verb", OPTIONS)
def test_no_value_of_an_option_gives_a_traceback(capsys, here, verb, monkeypatch):
    (here / "folder").mkdir()
    (here / "p.txt").write_text("the cat sat\n")
    (here / "q.txt").write_text("a cat sat\n")
    (here / "p.jsonl").write_text('{"id": 1, "prediction": "a b", "references": "a c"}\n')
    monkeypatch.setattr(sys, "stdin", None)
    files = ["p.txt", "q.txt", "-r", "q.txt"] if verb == "compare" else ["p.jsonl"]
    metrics = [word for name in ("rouge", "bleu", "chrf", "ter", "exact_match") for word in ("-m", name)]
    needed = {
        "samples": ["--confidence", "0.9"],
        "seed": ["--confidence", "0.9"],
        "id-key": ["--confidence", "0.9", "--samples", "5"],
        "checkpoint-seconds": ["--checkpoint", "c"],
    }
    before = {path.name for path in here.iterdir()}
    for option in f"{OPTIONS[verb]} {COMMON}".split():
        for value in NUMBERS + WORDS:
            if (option, value) in SLOW or (option, value) == ("samples", "999999"):
                continue
            more = needed.get(option, []) if verb == "score" else []
            more = ["--smooth-method", "add-k"] if option == "smooth-value" else more
            code, _, err = outcome(capsys, verb, *files, *metrics, *more, f"--{option}={value}")
            what = f"--{option}={value!r:.60} gave {code}: {err}"
            assert code in (0, 1, 2), what
            assert err.count("\n") <= 1, what
            assert clean(err), what
            assert code == 0 or err.startswith("tricolore: error: "), what
            assert {path.name for path in here.iterdir()} <= {*before, "1", "no.jsonl"}, what


@pytest.mark.parametrize("path", ["", "a\0b", "\udcff.txt", "x" * 5000, "/", ".", "/dev/null", "folder", "folder.txt"])
def test_no_path_gives_a_traceback(capsys, here, path):
    (here / "folder").mkdir()
    (here / "folder.txt").mkdir()
    (here / "p.jsonl").write_text('{"prediction": "a b", "references": "a c"}\n')
    (here / "p.txt").write_text("a\n")
    commands = [
        ["explain", path],
        ["explain", "p.txt", "-r", path],
        ["compare", path, "p.txt", "-r", "p.txt"],
        ["score", "p.txt", "-r", path],
        ["score", "p.jsonl", "--per-segment", path],
        ["score", "p.txt", "-r", "p.txt", "--format", "jsonl", "-r", path],
    ]
    # "/" and "." are left out, because the command would search folders of this machine.
    commands += [["score", path]] if path not in ("/", ".") else []
    for command in commands:
        assert refused(capsys, *command)
    # A checkpoint may get any name that the system allows.
    code, _, err = outcome(capsys, "score", "p.jsonl", "-m", "chrf", "--checkpoint", path)
    assert (code, err.count("\n")) in ((0, 0), (1, 1))


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="the system has no file modes")
def test_a_file_that_may_not_be_read(capsys, here):
    # Load all modules first: the test gives up the superuser's rights and may then be unable to read their files.
    printed(capsys, "score", "p.jsonl")
    here.chmod(0o755)
    (here / "p.jsonl").chmod(0)
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        assert refused(capsys, "score", "p.jsonl") == "p.jsonl: Permission denied"
    finally:
        os.seteuid(before)


def test_a_pipe_in_a_folder_is_not_waited_for(capsys, here):
    (here / "folder").mkdir()
    os.mkfifo(here / "folder" / "pipe.jsonl")
    assert "folder has no file that ends in" in refused(capsys, "score", "folder")
    writer = threading.Thread(target=(here / "folder" / "pipe.jsonl").write_text, args=[(here / "p.jsonl").read_text()])
    writer.start()
    assert "1 segments" in printed(capsys, "score", "folder/pipe.jsonl", "-m", "exact_match")
    writer.join()


@pytest.mark.skipif(sys.platform != "linux", reason="on other systems file names are text")
def test_an_argument_that_is_no_text(here):
    command = [sys.executable, "-m", "tricolore", "score", b"\xff\x1b.txt", "-r", b"\xfe.txt"]
    done = subprocess.run(command, capture_output=True)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"tricolore: error: \\udcff\\x1b.txt: No such file or directory\n"
    for name in (b"\xff\x1b.txt", b"\xfe.txt"):
        (here / os.fsdecode(name)).write_text("a cat\n")
    done = subprocess.run([*command, "-m", "chrf", "--checkpoint", b"\xfd"], capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
