"""Runs of the command line over several files, stopped and gone on with."""

import csv
import json
import os
import random
import signal
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tricolore as tc
from pyarrow import compute

ROWS = 6000
COMMAND = ["score", "-m", "bleu", "-m", "ter", "--confidence", "0.9", "--samples", "20", "--id-key", "id", "--json"]
# The command in batches of a few kilobytes. It kills itself at some time after it has saved something: as told, before
# the name is given to a checkpoint, right after, or whenever.
DRIVER = """
import os, random, signal, sys, threading, time
import tricolore.cli.read, tricolore.whole_file
from tricolore.cli import main
from tricolore.cli.checkpoint import Checkpoint

tricolore.cli.read.BATCH = 5000
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
seed = int(sys.argv.pop(1))
generator = random.Random(seed)
left = generator.randrange(1, 12)
save, replace = Checkpoint.save, tricolore.whole_file.Path.replace

def dying_save(self, state):
    global left
    left -= 1
    if left == 0 and seed % 3 == 0:
        tricolore.whole_file.Path.replace = lambda *arguments: die()
    save(self, state)
    if left == 0 and seed % 3 == 1:
        die()
    if left == 0 and seed % 3 == 2:
        threading.Timer(generator.uniform(0, 0.05), die).start()

if seed:
    Checkpoint.save = dying_save
sys.exit(main(sys.argv[1:]))
"""


def rows_of(count):
    generator = random.Random(3)
    for number in range(count):
        text = " ".join(generator.choices("the cat sat on a mat and then it slept".split(), k=generator.randint(1, 12)))
        prediction = " ".join(word if generator.random() < 0.8 else "dog" for word in text.split())
        references = [text, text[::-1]][: 1 + number % 2]
        yield {"id": number, "prediction": prediction, "references": references, "task": "ab"[number % 3 == 0]}


TABLE = pa.Table.from_pylist(list(rows_of(ROWS)))


def run(*arguments, cwd, seed=0):
    command = [sys.executable, "-c", DRIVER, str(seed), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd)


def good(*arguments, cwd):
    result = run(*arguments, cwd=cwd)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def bad(*arguments, cwd):
    result = run(*arguments, cwd=cwd)
    assert (result.returncode, result.stdout) == (1, "")
    return result.stderr


@pytest.fixture
def folder(tmp_path):
    """The same rows in each format; Parquet in three files, in groups of rows that batches do not meet."""
    (tmp_path / "parquet" / "sub").mkdir(parents=True)
    cuts = [0, 2000, 2001, ROWS]
    for name, start, stop in zip(("a", "b", "sub/c"), cuts, cuts[1:], strict=False):
        pq.write_table(TABLE.slice(start, stop - start), tmp_path / "parquet" / f"{name}.parquet", row_group_size=999)
    (tmp_path / "parquet" / "_SUCCESS").touch()
    (tmp_path / "parquet" / ".hidden.parquet").touch()
    rows = TABLE.to_pylist()
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with (tmp_path / "rows.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "prediction", "references"])
        # Some texts are of several lines.
        writer.writerows((row["id"], row["prediction"].replace("sat", "sat\n"), row["references"][0]) for row in rows)
    (tmp_path / "p.txt").write_text("".join(f"{row['prediction']}\n" for row in rows))
    (tmp_path / "r.txt").write_text("".join(f"{row['references'][0]}\n" for row in rows))
    return tmp_path


def test_several_files_and_folders_are_one_corpus(folder):
    out = json.loads(good(*COMMAND, "--group-key", "task", "parquet", cwd=folder))
    for name, metric in (("bleu", tc.BLEU()), ("ter", tc.TER())):
        for label, figures in [(None, out[name]), *out[name]["groups"].items()]:
            table = TABLE if label is None else TABLE.filter(compute.equal(TABLE["task"], label))
            accumulator = metric.accumulator(0.9, samples=20)
            accumulator.update(table["prediction"], table["references"], ids=table["id"])
            score = accumulator.compute()
            assert score.to_dict() == metric.corpus(table["prediction"], table["references"]).to_dict()
            assert figures[name] == score.score
            assert figures["confidence_interval"] == list(score.confidence_interval)
            assert figures["signature"] == score.signature
            assert figures["segments"] == len(table)
    paths = [f"parquet/{name}.parquet" for name in ("sub/c", "a", "b")]
    assert json.loads(good(*COMMAND, "--group-key", "task", *paths, cwd=folder)) == out
    assert json.loads(good(*COMMAND, "--group-key", "task", "rows.jsonl", cwd=folder)) == out


FORMS = {
    "parquet": [*COMMAND, "parquet", "--group-key", "task", "--per-segment", "out.jsonl"],
    "parquet beside text": [*COMMAND, "parquet/a.parquet", "-r", "rows.jsonl", "--per-segment", "out.jsonl"],
    "jsonl": [*COMMAND, "rows.jsonl", "--per-segment", "out.csv"],
    "csv": [*COMMAND, "rows.csv", "--per-segment", "out.csv"],
    "txt": ["score", "-m", "bleu", "-m", "rouge", "p.txt", "-r", "r.txt", "-r", "p.txt", "--per-segment", "out.jsonl"],
    "no output": [*COMMAND, "parquet"],
}


@pytest.mark.parametrize("form", FORMS)
def test_a_run_that_is_killed_goes_on_with_the_same_bits(folder, form):
    command = FORMS[form]
    if form == "parquet beside text":
        pq.write_table(TABLE, folder / "parquet" / "a.parquet")
    expected = good(*command, cwd=folder)
    output = folder / command[-1] if "--per-segment" in command else None
    figures = output and output.read_text()
    if output:
        assert len(figures.splitlines()) == ROWS + (output.suffix == ".csv")
        output.unlink()
    kills = 0
    for seed in (1, 2, 3, 4, 5, 0):
        result = run(*command, "--checkpoint", "state.bin", "--checkpoint-seconds", 0, cwd=folder, seed=seed)
        if result.returncode != -signal.SIGKILL:
            break
        kills += 1
        # No half of a file that looks whole.
        assert not output or not output.exists() or output.read_text() == figures
        if not (folder / "state.bin").exists() and result.stdout:
            # All was done.
            result.returncode = 0
            break
    assert (result.returncode, result.stderr) == (0, "")
    assert kills >= 3
    assert result.stdout == expected
    assert not output or output.read_text() == figures
    left = {path.name for path in folder.iterdir() if "part" in path.name or path.name == "state.bin"} - {"parquet"}
    # A checkpoint that was not given its name yet is named otherwise.
    assert all(name.startswith(".tricolore-") for name in left)


def test_a_run_that_is_killed_at_its_end(folder):
    """All is read, the figures of segments have their name or not yet, nothing is printed."""
    command = [*COMMAND, "rows.jsonl", "--per-segment", "out.jsonl"]
    expected = good(*command, cwd=folder)
    figures = (folder / "out.jsonl").read_text()
    for patch in ("tricolore.cli.score.show", "tricolore.cli.score.part_of"):
        (folder / "out.jsonl").unlink(missing_ok=True)
        # `part_of` is called there at the end alone.
        kill = f"import os, tricolore.cli.score; {patch} = lambda *arguments: os.kill(os.getpid(), 9)\n"
        killed = subprocess.run(
            [sys.executable, "-c", kill + DRIVER, "0", *command, "--checkpoint", "state.bin"],
            capture_output=True,
            text=True,
            cwd=folder,
        )
        assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, "")
        assert (folder / "out.jsonl").exists() == (patch.endswith("show"))
        assert good(*command, "--checkpoint", "state.bin", cwd=folder) == expected
        assert (folder / "out.jsonl").read_text() == figures
        assert not (folder / "state.bin").exists()


@pytest.fixture
def stopped(folder):
    """A run that was killed."""
    command = [*COMMAND, "rows.jsonl", "--per-segment", "out.jsonl", "--checkpoint", "state.bin"]
    result = run(*command, "--checkpoint-seconds", 0, cwd=folder, seed=1)
    assert result.returncode == -signal.SIGKILL
    return folder


def test_what_is_not_gone_on_with(stopped):
    modified = ((stopped / "rows.jsonl").stat().st_mtime_ns,) * 2
    command = [*COMMAND, "rows.jsonl", "--per-segment", "out.jsonl", "--checkpoint", "state.bin"]
    for change, what in (
        (["--lowercase"], "metrics was"),
        (["--seed", "3"], "interval was"),
        (["--group-key", "task"], "names was"),
        (["--per-segment", "other.jsonl"], "output was"),
        (["--prediction-key", "id"], "names was"),
    ):
        error = bad(*command, *change, cwd=stopped)
        assert error.startswith(f"tricolore: error: state.bin is the checkpoint of another run: {what}")
        assert "remove it to start anew" in error
    content = (stopped / "rows.jsonl").read_text()
    (stopped / "rows.jsonl").write_text(content + "\n")
    assert "of another run: files was" in bad(*command, cwd=stopped)
    (stopped / "rows.jsonl").write_text(content)
    os.utime(stopped / "rows.jsonl", ns=modified)
    data = (stopped / "state.bin").read_bytes()
    part = (stopped / "out.jsonl.part").read_bytes()
    for changed in (b"", data[:-1], data[:-9] + bytes([data[-9] ^ 1]) + data[-8:], b"x" + data):
        (stopped / "state.bin").write_bytes(changed)
        assert bad(*command, cwd=stopped) == (
            "tricolore: error: state.bin is no checkpoint of tricolore, or a damaged one\n"
        )
    newer = data[:-4].replace(b'{"format": 1', b'{"format": 2', 1)
    (stopped / "state.bin").write_bytes(newer + struct.pack("<I", zlib.crc32(newer)))
    assert "is a checkpoint in format 2; this release reads 1" in bad(*command, cwd=stopped)
    (stopped / "state.bin").write_bytes(data)
    (stopped / "out.jsonl.part").write_bytes(part[:10])
    assert "out.jsonl.part is not as the checkpoint left it" in bad(*command, cwd=stopped)
    (stopped / "out.jsonl.part").unlink()
    assert "out.jsonl.part is not as the checkpoint left it" in bad(*command, cwd=stopped)
    # Nothing of this has changed anything.
    (stopped / "out.jsonl.part").write_bytes(part + b"what a later batch wrote")
    assert good(*command, cwd=stopped) == good(*command[:-2], cwd=stopped)


def test_bad_input_leaves_something_to_go_on_from(stopped):
    command = [*COMMAND, "rows.jsonl", "--per-segment", "out.jsonl", "--checkpoint", "state.bin"]
    (stopped / "state.bin").unlink()
    lines = (stopped / "rows.jsonl").read_text().splitlines(keepends=True)
    (stopped / "rows.jsonl").write_text("".join([*lines[:4000], "{}\n", *lines[4001:]]))
    error = bad(*command, "--checkpoint-seconds", 0, cwd=stopped)
    assert error == "tricolore: error: rows.jsonl:4001: no key 'prediction'; its keys are none\n"
    assert (stopped / "state.bin").exists()
    assert not (stopped / "out.jsonl").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["parquet", "-r", "r.txt"], "-r is for one file of predictions, and there are 3"),
        (["empty"], "empty has no file that ends in one of .txt, .jsonl, .csv, .parquet"),
        (["-", "-r", "r.txt", "--checkpoint", "s"], "--checkpoint is for files"),
        (["parquet", "--confidence", "0.9", "--checkpoint", "s"], "--checkpoint with --confidence needs --id-key"),
        (["parquet", "--checkpoint", "s", "--checkpoint-seconds", "-1"], "--checkpoint-seconds is -1.0"),
        (
            ["parquet", "--per-segment", "a.csv", "--checkpoint", "./a.csv"],
            "--checkpoint is ./a.csv, where the",
        ),
        (["parquet", "--per-segment", "a.csv", "--checkpoint", "a.csv.part"], "--checkpoint is a.csv.part, where the"),
        (["parquet", "--id-key", "id"], "--id-key is for --confidence"),
        (["p.txt", "-r", "r.txt", "--id-key", "id", "--confidence", "0.9"], "p.txt has no ids"),
        (["parquet", "--id-key", "references", "--confidence", "0.9"], "parquet/a.parquet:1: 'references' is ["),
        (["parquet", "--id-key", "x", "--confidence", "0.9"], "parquet/a.parquet: no column 'x'"),
        (["id.jsonl", "--id-key", "id", "--confidence", "0.9"], "id.jsonl:2: 'id' is 1.5: an id is a string or"),
        (["parquet", "--checkpoint", "no/s", "--checkpoint-seconds", "0"], "no/s: No such file or directory"),
        (["id.jsonl", "--reference-key", "x", "--per-segment", "a.csv", "--checkpoint", "s"], "id.jsonl:1: no key 'x'"),
    ],
)
def test_what_is_refused(folder, arguments, message):
    (folder / "empty").mkdir()
    rows = [{"id": 1, "prediction": "a", "references": "a"}, {"id": 1.5, "prediction": "a", "references": "a"}]
    (folder / "id.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    before = sorted(Path(folder).rglob("*"))
    assert bad("score", "-m", "bleu", *arguments, cwd=folder).startswith(f"tricolore: error: {message}")
    assert sorted(Path(folder).rglob("*")) == before
