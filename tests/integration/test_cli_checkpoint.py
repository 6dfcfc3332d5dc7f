"""Runs of the command line over several files that are killed and resumed."""

import bz2
import csv
import fcntl
import gzip
import io
import json
import lzma
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tricolore as tc
from pyarrow import compute
from warm import run_warm

ROWS = 6000
COMMAND = ["score", "-m", "bleu", "-m", "ter", "--confidence", "0.9", "--samples", "20", "--id-key", "id", "--json"]
# The command in batches of a few kilobytes. After some saves it kills itself. The seed chooses the moment: before a
# checkpoint gets its name, right after the save, or at a random time.
DRIVER = """
import os, random, signal, sys, threading, time
import tricolore.cli.files.read, tricolore.support.atomic_file
from tricolore.cli import main
from tricolore.cli.saving.checkpoint import Checkpoint

tricolore.cli.files.read.BATCH = 5000
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
seed = int(sys.argv.pop(1))
generator = random.Random(seed)
left = generator.randrange(1, 12)
save, replace = Checkpoint.save, tricolore.support.atomic_file.Path.replace

def dying_save(self, state):
    global left
    left -= 1
    if left == 0 and seed % 3 == 0:
        tricolore.support.atomic_file.Path.replace = lambda *arguments: die()
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


def driven(*arguments, cwd, seed=0, before=""):
    return run_warm(before + DRIVER, seed, *arguments, cwd=cwd)


def killing(function):
    """Returns code that makes a function of the command kill the process."""
    return f"import os, tricolore.cli.score as score\nscore.{function} = lambda *arguments: os.kill(os.getpid(), 9)\n"


def good(*arguments, cwd):
    result = driven(*arguments, cwd=cwd)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def bad(*arguments, cwd):
    result = driven(*arguments, cwd=cwd)
    assert (result.returncode, result.stdout) == (1, "")
    return result.stderr


def parts_in(folder):
    """Returns the unfinished files, which do not have their final name yet."""
    return list(folder.glob(".tricolore-*.part"))


@pytest.fixture
def folder(tmp_path):
    """Writes the same rows in each format. Parquet has three files, whose row groups do not end where batches end."""
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
        # Some texts have several lines.
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
            plain = metric.corpus(table["prediction"], table["references"]).to_dict()
            assert plain.items() <= score.to_dict().items() <= figures.items()
            assert figures["confidence_interval"] == list(score.confidence_interval)
            assert figures["signature"] == score.signature
            assert figures["segments"] == len(table)
    paths = [f"parquet/{name}.parquet" for name in ("sub/c", "a", "b")]
    assert json.loads(good(*COMMAND, "--group-key", "task", "--pool", *paths, cwd=folder)) == out
    assert json.loads(good(*COMMAND, "--group-key", "task", "rows.jsonl", cwd=folder)) == out


def compress(folder):
    """Writes the rows again: compressed, as a JSON array, and in another encoding."""
    rows = TABLE.to_pylist()
    (folder / "rows.jsonl.gz").write_bytes(gzip.compress((folder / "rows.jsonl").read_bytes()))
    (folder / "rows.json.bz2").write_bytes(bz2.compress(json.dumps(rows).encode()))
    pq.write_table(TABLE, folder / "whole.parquet", row_group_size=999)
    (folder / "rows.parquet.gz").write_bytes(gzip.compress((folder / "whole.parquet").read_bytes()))
    text = io.StringIO()
    csv.writer(text, delimiter="\t").writerows(
        [("id", "prediction", "references"), *((row["id"], row["prediction"], row["references"][0]) for row in rows)]
    )
    (folder / "rows.tsv.xz").write_bytes(lzma.compress(text.getvalue().encode("utf-16")))


TSV = [*COMMAND, "rows.tsv.xz", "--encoding", "utf-16", "--per-segment", "out.csv"]
FORMS = {
    "parquet": [*COMMAND, "parquet", "--group-key", "task", "--per-segment", "out.jsonl"],
    "parquet beside text": [*COMMAND, "parquet/a.parquet", "-r", "rows.jsonl", "--per-segment", "out.jsonl"],
    "jsonl": [*COMMAND, "rows.jsonl", "--per-segment", "out.csv"],
    "csv": [*COMMAND, "rows.csv", "--per-segment", "out.csv"],
    "txt": ["score", "-m", "bleu", "-m", "rouge", "p.txt", "-r", "r.txt", "-r", "p.txt", "--per-segment", "out.jsonl"],
    "no output": [*COMMAND, "parquet"],
    "compressed": [*COMMAND, "rows.jsonl.gz", "-r", "rows.json.bz2", "--per-segment", "out.csv"],
    "compressed and encoded": TSV,
    "compressed parquet": [*COMMAND, "rows.parquet.gz", "--per-segment", "out.csv"],
}


@pytest.mark.parametrize("form", FORMS)
def test_a_run_that_is_killed_goes_on_with_the_same_bits(folder, form):
    command = FORMS[form]
    if "compressed" in form:
        compress(folder)
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
        result = driven(*command, "--checkpoint", "state.bin", "--checkpoint-seconds", 0, cwd=folder, seed=seed)
        if result.returncode != -signal.SIGKILL:
            break
        kills += 1
        # The output file is absent or complete.
        assert not output or not output.exists() or output.read_text() == figures
        if not (folder / "state.bin").exists() and result.stdout:
            # The kill came after the run's last step.
            result.returncode = 0
            break
    assert (result.returncode, result.stderr) == (0, "")
    assert kills >= 3
    assert result.stdout == expected
    assert not output or output.read_text() == figures
    assert not (folder / "state.bin").exists()


def test_a_run_that_is_killed_at_its_end(folder):
    """The run is killed after it has read everything, before or after the output has its name, and before it prints."""
    command = [*COMMAND, "rows.jsonl", "--per-segment", "out.jsonl"]
    expected = good(*command, cwd=folder)
    figures = (folder / "out.jsonl").read_text()
    for patch in ("show", "give_name"):
        (folder / "out.jsonl").unlink(missing_ok=True)
        checkpoint = ["--checkpoint", "state.bin"]
        killed = driven(*command, *checkpoint, cwd=folder, before=killing(patch))
        assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, "")
        (output,) = parts_in(folder) or [folder / "out.jsonl"]
        assert output.read_text() == figures
        # A resumed run refuses an output that is missing or changed.
        output.rename(folder / "elsewhere")
        assert "is not as the checkpoint left it" in bad(*command, *checkpoint, cwd=folder)
        output.write_text(figures[:-1])
        assert "is not as the checkpoint left it" in bad(*command, *checkpoint, cwd=folder)
        (folder / "elsewhere").replace(output)
        assert good(*command, *checkpoint, cwd=folder) == expected
        assert (folder / "out.jsonl").read_text() == figures
        assert not (folder / "state.bin").exists()
        assert not parts_in(folder)


@pytest.fixture
def stopped(folder):
    """Kills a run and returns its folder."""
    command = [*COMMAND, "rows.jsonl", "--per-segment", "out.jsonl", "--checkpoint", "state.bin"]
    result = driven(*command, "--checkpoint-seconds", 0, cwd=folder, seed=1)
    assert result.returncode == -signal.SIGKILL
    return folder


def test_what_is_not_gone_on_with(stopped):
    modified = ((stopped / "rows.jsonl").stat().st_mtime_ns,) * 2
    command = [*COMMAND, "rows.jsonl", "--per-segment", "out.jsonl", "--checkpoint", "state.bin"]
    for change, what in (
        (["--lowercase"], "metrics was"),
        (["--seed", "3"], "interval was"),
        (["--group-key", "task"], "names was"),
        (["--prediction-key", "id"], "names was"),
    ):
        error = bad(*command, *change, cwd=stopped)
        assert error.startswith(f"tricolore: error: state.bin is the checkpoint of another run: {what}")
        assert "remove it to start anew" in error
    elsewhere = [{"out.jsonl": "other.jsonl"}.get(word, word) for word in command]
    assert "of another run: output was" in bad(*elsewhere, cwd=stopped)
    content = (stopped / "rows.jsonl").read_text()
    (stopped / "rows.jsonl").write_text(content + "\n")
    assert "of another run: files was" in bad(*command, cwd=stopped)
    (stopped / "rows.jsonl").write_text(content)
    os.utime(stopped / "rows.jsonl", ns=modified)
    data = (stopped / "state.bin").read_bytes()
    (part,) = (path for path in parts_in(stopped) if path.read_bytes()[:8] != b"tricockp")
    written = part.read_bytes()
    for changed in (b"", data[:-1], data[:-9] + bytes([data[-9] ^ 1]) + data[-8:], b"x" + data):
        (stopped / "state.bin").write_bytes(changed)
        assert bad(*command, cwd=stopped) == (
            "tricolore: error: state.bin is not a checkpoint of tricolore, or it is damaged\n"
        )
    newer = data[:-4].replace(b'{"format": 2', b'{"format": 3', 1)
    (stopped / "state.bin").write_bytes(newer + struct.pack("<I", zlib.crc32(newer)))
    assert "is a checkpoint in format 3; this release reads 2" in bad(*command, cwd=stopped)
    (stopped / "state.bin").write_bytes(data)
    part.write_bytes(written[:10])
    assert f"{part.name} is not as the checkpoint left it" in bad(*command, cwd=stopped)
    part.unlink()
    assert f"{part.name} is not as the checkpoint left it" in bad(*command, cwd=stopped)
    # The refused runs changed nothing, so the run can still be resumed.
    part.write_bytes(written + b"what a later batch wrote")
    with part.open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert "another run with the same checkpoint is at work" in bad(*command, cwd=stopped)
    assert good(*command, cwd=stopped) == good(*command[:-2], cwd=stopped)


def test_files_in_another_role_are_another_run(folder):
    """A run with the same paths in another role or with other reading options refuses the checkpoint."""
    shutil.copy(folder / "rows.jsonl", folder / "rows.dat")
    checkpoint = ["--checkpoint", "state.bin", "--checkpoint-seconds", 0]
    command = ["score", "-m", "bleu", "-m", "ter"]
    for first, second, what in (
        (["--pool", "rows.jsonl", "rows.csv"], ["rows.jsonl"], "files"),
        (["--pool", "rows.jsonl", "rows.csv"], ["rows.jsonl", "-r", "rows.csv"], "files"),
        (["p.txt", "-r", "r.txt", "-r", "p.txt"], ["p.txt", "-r", "r.txt"], "files"),
        (["rows.dat", "--format", "jsonl"], ["rows.dat", "-r", "r.txt", "--format", "txt"], "format"),
        (["rows.jsonl"], ["rows.jsonl", "--encoding", "latin-1"], "encoding"),
        (["rows.jsonl"], ["rows.jsonl", "-m", "chrf"], "metrics"),
    ):
        assert driven(*command, *first, *checkpoint, cwd=folder, seed=1).returncode == -signal.SIGKILL
        assert f"is the checkpoint of another run: {what} was" in bad(*command, *second, *checkpoint, cwd=folder)
        (folder / "state.bin").unlink()
    assert driven(*command, "rows.jsonl", *checkpoint, cwd=folder, seed=1).returncode == -signal.SIGKILL
    assert "another run: metrics was" in bad("score", "-m", "ter", "-m", "bleu", "rows.jsonl", *checkpoint, cwd=folder)


def test_what_it_writes_may_be_in_the_folder_that_is_read(folder):
    command = [*COMMAND, "parquet", "--per-segment", "parquet/out.jsonl", "--checkpoint", "parquet/state.csv"]
    expected = good(*command[:-4], cwd=folder)
    result = driven(*command, "--checkpoint-seconds", 0, cwd=folder, seed=1)
    assert result.returncode == -signal.SIGKILL
    assert driven(*command, cwd=folder, before=killing("show")).returncode == -signal.SIGKILL
    assert good(*command, cwd=folder) == expected
    assert len((folder / "parquet" / "out.jsonl").read_text().splitlines()) == ROWS


def test_links_and_empty_files_in_folders(folder):
    command = ["score", "-m", "bleu", "all"]
    pq.write_table(TABLE.slice(0, 0), folder / "parquet" / "empty.parquet")
    (folder / "all").mkdir()
    (folder / "all" / "link").symlink_to(folder / "parquet")
    (folder / "parquet" / "circle").symlink_to(folder / "all")
    (folder / "all" / "README.txt").touch()
    assert f"{ROWS} segments" in good(*command, cwd=folder)
    (folder / "all" / "x.jsonl").symlink_to("nowhere")
    assert bad(*command, cwd=folder) == "tricolore: error: all/x.jsonl: No such file or directory\n"
    (folder / "all" / "x.jsonl").unlink()
    (folder / "all" / "link").unlink()
    pq.write_table(TABLE.slice(0, 0), folder / "all" / "empty.parquet")
    assert bad(*command, cwd=folder) == "tricolore: error: all/empty.parquet has no segments\n"


def test_an_interrupt_while_the_first_checkpoint_is_saved(folder):
    command = [*COMMAND, "rows.jsonl", "--per-segment", "out.jsonl", "--checkpoint", "state.bin"]
    interrupt = (
        "import os, pathlib\n"
        "whole = pathlib.Path.replace\n"
        "def interrupted(self, target):\n"
        "    whole(self, target)\n"
        "    os.kill(os.getpid(), 2)\n"
        "pathlib.Path.replace = interrupted\n"
    )
    result = driven(*command, "--checkpoint-seconds", 0, cwd=folder, before=interrupt)
    assert (result.returncode, result.stderr) == (130, "tricolore: the same command continues from state.bin\n")
    assert good(*command, cwd=folder) == good(*command[:-2], cwd=folder)


def test_an_interrupt_ends_a_run_that_waits_for_a_pipe(folder):
    os.mkfifo(folder / "pipe.jsonl")
    process = subprocess.Popen([sys.executable, "-c", DRIVER, "0", "score", "pipe.jsonl"], cwd=folder)
    with (folder / "pipe.jsonl").open("w") as pipe:
        pipe.write('{"prediction": "a", "references": "a"}\n')
        pipe.flush()
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130


def test_bad_input_leaves_something_to_go_on_from(stopped):
    command = [*COMMAND, "rows.jsonl", "--per-segment", "out.jsonl", "--checkpoint", "state.bin"]
    (stopped / "state.bin").unlink()
    lines = (stopped / "rows.jsonl").read_text().splitlines(keepends=True)
    (stopped / "rows.jsonl").write_text("".join([*lines[:4000], "{}\n", *lines[4001:]]))
    error = bad(*command, "--checkpoint-seconds", 0, cwd=stopped)
    assert error.startswith("tricolore: error: rows.jsonl:4001: no key 'prediction'; its keys are none")
    assert (stopped / "state.bin").exists()
    assert not (stopped / "out.jsonl").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["parquet", "-r", "r.txt"], "-r goes with one file of predictions, and there are 3"),
        (["empty"], "empty has no file that ends in .jsonl, .ndjson, .json, .csv,"),
        (["-", "-"], "standard input can be read once: '-' was given twice"),
        (["no.jsonl", "--checkpoint", "s"], "no.jsonl: No such file or directory"),
        (["parquet", "--checkpoint", "s", "--checkpoint-seconds", "nan"], "--checkpoint-seconds is nan"),
        (["parquet", "--per-segment", "pipe.csv", "--checkpoint", "s"], "pipe.csv is not a regular file: --checkpoint"),
        (["surrogate.jsonl", "--id-key", "id", "--confidence", "0.9"], "surrogate.jsonl:1: 'id' is '\\ud800': an id"),
        (["-", "-r", "r.txt", "--checkpoint", "s"], "--checkpoint needs files"),
        (["parquet", "--confidence", "0.9", "--checkpoint", "s"], "--checkpoint with --confidence needs --id-key"),
        (["parquet", "--checkpoint", "s", "--checkpoint-seconds", "-1"], "--checkpoint-seconds is -1.0"),
        (
            ["parquet", "--per-segment", "a.csv", "--checkpoint", "./a.csv"],
            "--checkpoint is ./a.csv, which is also the file of --per-segment",
        ),
        (["parquet", "--id-key", "id"], "--id-key needs --confidence"),
        (["p.txt", "-r", "r.txt", "--id-key", "id", "--confidence", "0.9"], "p.txt has no ids"),
        (["parquet", "--id-key", "references", "--confidence", "0.9"], "parquet/a.parquet:1: 'references' is ["),
        (["parquet", "--id-key", "x", "--confidence", "0.9"], "parquet/a.parquet: no column 'x'"),
        (["id.jsonl", "--id-key", "id", "--confidence", "0.9"], "id.jsonl:2: 'id' is 1.5: an id is a string,"),
        (["parquet", "--checkpoint", "no/s", "--checkpoint-seconds", "0"], "no/s: No such file or directory"),
        (["id.jsonl", "--reference-key", "x", "--per-segment", "a.csv", "--checkpoint", "s"], "id.jsonl:1: no key 'x'"),
    ],
)
def test_what_is_refused(folder, arguments, message):
    (folder / "empty").mkdir()
    rows = [{"id": 1, "prediction": "a", "references": "a"}, {"id": 1.5, "prediction": "a", "references": "a"}]
    (folder / "id.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "surrogate.jsonl").write_text('{"id": "\\ud800", "prediction": "a", "references": "a"}')
    os.mkfifo(folder / "pipe.csv")
    before = sorted(Path(folder).rglob("*"))
    assert bad("score", "-m", "bleu", *arguments, cwd=folder).startswith(f"tricolore: error: {message}")
    assert sorted(Path(folder).rglob("*")) == before
