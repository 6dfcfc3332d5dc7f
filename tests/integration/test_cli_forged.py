"""Forged checkpoints with valid checksums, and files that killed runs left behind."""

import copy
import fcntl
import json
import os
import random
import struct
import zlib

import pytest
import tricolore as tc
from command import outcome, printed, refused
from tricolore.cli.files import read
from tricolore.cli.saving.checkpoint import Checkpoint
from tricolore.cli.saving.parts import is_part_of, new_part

DAMAGED = "state.bin is not a checkpoint of tricolore, or it is damaged"
COMMAND = ["score", "-m", "bleu", "-m", "rouge", "rows.jsonl", "--group-key", "t", "--per-segment", "out.csv"]
INTERVAL = ["--confidence", "0.9", "--samples", "5", "--id-key", "id"]


class Killed(BaseException):
    """Ends a run without being caught as an error."""


@pytest.fixture(autouse=True)
def several_batches(here, monkeypatch):
    """Writes rows that the command reads in several batches."""
    monkeypatch.setattr(read, "BATCH", 100)
    rows = [
        {"id": i, "prediction": f"the cat {i} sat", "references": f"a cat {i} sat", "t": "xy"[i % 2]} for i in range(30)
    ]
    (here / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def stop(capsys, monkeypatch, command, after=3):
    """Runs a command and ends it after the given number of saves."""
    save = Checkpoint.save
    left = after

    def saving(self, state):
        nonlocal left
        save(self, state)
        left -= 1
        if not left:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Checkpoint, "save", saving)
        with pytest.raises(Killed):
            outcome(capsys, *command, "--checkpoint", "state.bin", "--checkpoint-seconds", 0)
    capsys.readouterr()


def taken_apart(data):
    """Returns the bytes of a checkpoint's accumulators and its JSON object."""
    (length,) = struct.unpack("<I", data[-8:-4])
    return data[8 : -8 - length], json.loads(data[-8 - length : -8])


def put_together(accumulators, about):
    """Returns a checkpoint with a valid checksum."""
    head = about if isinstance(about, bytes) else json.dumps(about).encode()
    data = b"tricockp" + accumulators + head + struct.pack("<I", len(head))
    return data + struct.pack("<I", zlib.crc32(data))


@pytest.fixture(params=[[], INTERVAL], ids=["", "interval"])
def stopped(request, here, capsys, monkeypatch):
    """Stops a run. Returns its command, the output it would have printed, and the two parts of its checkpoint."""
    command = [*COMMAND, *request.param]
    expected = printed(capsys, *command)
    (here / "out.csv").unlink()
    stop(capsys, monkeypatch, command)
    return [*command, "--checkpoint", "state.bin"], expected, *taken_apart((here / "state.bin").read_bytes())


def test_what_was_taken_apart_is_gone_on_with(capsys, here, stopped):
    command, expected, accumulators, about = stopped
    (here / "state.bin").write_bytes(put_together(accumulators, about))
    assert printed(capsys, *command) == expected


def test_no_other_file_is_written_over(capsys, here, stopped):
    command, _, accumulators, about = stopped
    part, segments, _ = about["written"]
    (here / "victim").write_text("kept " * 1000)
    (here / "folder").mkdir()
    (here / "folder" / part).write_text("kept")
    names = [
        "victim",
        str(here / "victim"),
        "rows.jsonl",
        "../victim",
        f"folder/{part}",
        f"./{part}",
        "",
        ".",
        "\0",
        None,
    ]
    names += [7, [part], part.upper(), part + "x", "x" + part, ".tricolore-1-12345678.part", "x" * 5000, "state.bin"]
    for name in names:
        forged = {**about, "written": [name, segments, 1]}
        (here / "state.bin").write_bytes(put_together(accumulators, forged))
        assert refused(capsys, *command) == DAMAGED
    # A link of that name does not help either.
    (here / part).unlink()
    (here / part).symlink_to("victim")
    (here / "state.bin").write_bytes(put_together(accumulators, about))
    assert "is not as the checkpoint left it" in refused(capsys, *command)
    done = {**about, "file": 1, "places": []}
    (here / "state.bin").write_bytes(put_together(accumulators, done))
    assert "is not as the checkpoint left it" in refused(capsys, *command)
    assert (here / "victim").read_text() == "kept " * 1000
    assert (here / "folder" / part).read_text() == "kept"
    assert not (here / "out.csv").exists()


ODD = [None, True, -1, 1.5, float("nan"), 2**63, 10**400, "", [[]], {"x": 1}, [None] * 3]


def places_in(value, path=()):
    """Yields the path to every value in an object."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places_in(item, (*path, key))


@pytest.mark.parametrize("stopped", [[]], indirect=True)
def test_every_field_is_checked(capsys, here, stopped):
    """Each field in turn gets many odd values, and each list becomes shorter and longer. No change gives a traceback.
    The command prints a score only if the changed checkpoint is a valid state."""
    command, _, accumulators, about = stopped
    part = here / about["written"][0]
    content = part.read_bytes()
    ways = [way for way in places_in(about) if way and way[0] != "command"]
    assert len(ways) > 30
    accepted = []
    for way in ways:
        for odd in [*ODD, "gone", "twice"]:
            forged = copy.deepcopy(about)
            inner = forged
            for key in way[:-1]:
                inner = inner[key]
            if odd == "twice" and isinstance(inner, list):
                inner.append(inner[way[-1]])
            elif odd == "gone":
                del inner[way[-1]]
            elif odd != "twice" and odd != inner[way[-1]]:
                inner[way[-1]] = odd
            if forged == about:
                continue
            (here / "state.bin").write_bytes(put_together(accumulators, forged))
            code, out, err = outcome(capsys, *command)
            what = f"{way} {odd!r:.50}: {err}"
            if code == 0:
                accepted.append((way, odd))
            else:
                assert (code, out, err.count("\n")) == (1, "", 1), what
                assert "not a checkpoint of tricolore" in err or "checkpoint in format" in err, what
            part.write_bytes(content)
            (here / "out.csv").unlink(missing_ok=True)
    # Two fields may take other values: the label of a group is any text, and the number of a line cannot be checked.
    assert {(way[0], way[-1]) for way, _ in accepted} <= {("places", 1), ("groups", 0)}, accepted


def test_other_bytes_are_no_checkpoint(capsys, here, stopped):
    command, _, accumulators, about = stopped
    metric = tc.BLEU()
    other = metric.accumulator()
    other.update(["a"], ["a"])
    forged = [
        put_together(accumulators[:-1], about),
        put_together(accumulators + b"x", about),
        put_together(b"", about),
        put_together(other.to_bytes() * 6, about),
        put_together(accumulators, b""),
        put_together(accumulators, b"[]"),
        put_together(accumulators, b"{}"),
        put_together(accumulators, b"\xff"),
        put_together(accumulators, b"[" * 100_000),
        put_together(accumulators, b'{"format": ' + b"9" * 5000 + b"}"),
    ]
    body = b"tricockp" + b"x" * 20 + struct.pack("<I", 2**32 - 1)
    forged.append(body + struct.pack("<I", zlib.crc32(body)))
    for data in forged:
        (here / "state.bin").write_bytes(data)
        assert refused(capsys, *command) == DAMAGED


@pytest.mark.parametrize("stopped", [INTERVAL], indirect=True)
def test_accumulators_whose_numbers_were_changed(capsys, here, stopped):
    """Changed bytes of an accumulator with valid checksums give a one-line error or a score."""
    command, _, accumulators, about = stopped
    part = here / about["written"][0]
    content = part.read_bytes()
    sizes = [size for *_, size in about["accumulators"]]
    generator = random.Random(5)
    for _ in range(100):
        which = generator.randrange(len(sizes))
        start = sum(sizes[:which])
        own = bytearray(accumulators[start : start + sizes[which] - 4])
        for _ in range(generator.choice([1, 1, 4])):
            own[generator.randrange(len(own))] = generator.choice([0, 1, 127, 128, 255])
        changed = bytes(own) + struct.pack("<I", zlib.crc32(own))
        data = accumulators[:start] + changed + accumulators[start + sizes[which] :]
        (here / "state.bin").write_bytes(put_together(data, about))
        code, out, err = outcome(capsys, *command)
        assert (code, err) == (0, "") or (code, out, err) == (1, "", f"tricolore: error: {DAMAGED}\n")
        part.write_bytes(content)


def test_what_a_killed_run_left_is_removed_by_the_same_command(capsys, here, stopped):
    command, expected, *_ = stopped
    (left,) = here.glob(".tricolore-*.part")
    (here / "state.bin").unlink()
    # Unfinished files of another output, of another checkpoint and of unknown origin stay.
    others = [new_part(here / "other.csv", here / "state.bin"), new_part(here / "out.csv", here / "other.bin")]
    others.append(here / ".tricolore-123-0123abcd.part")
    for other in others:
        other.touch()
    # The unfinished file of a run that is still alive stays too.
    locked = new_part(here / "out.csv", here / "state.bin")
    with locked.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert printed(capsys, *command) == expected
        assert not left.exists()
        assert locked.exists()
    assert printed(capsys, *command) == expected
    assert sorted(here.glob(".tricolore-*")) == sorted(others)


def test_what_a_run_left_that_was_killed_while_it_saved(capsys, here, stopped):
    command, expected, *_ = stopped
    half = new_part(here / "state.bin", here / "state.bin")
    half.write_bytes(b"tricockp")
    assert printed(capsys, *command) == expected
    assert not list(here.glob(".tricolore-*"))


def test_a_checkpoint_that_was_moved_is_gone_on_with(capsys, here, stopped):
    command, expected, *_ = stopped
    os.rename("state.bin", "moved.bin")
    assert printed(capsys, *command[:-1], "moved.bin") == expected
    assert not list(here.glob(".tricolore-*"))


def test_names_of_files_that_have_not_got_theirs(here):
    part = new_part(here / "out.csv", here / "state.bin")
    assert part.parent == here
    assert is_part_of(part.name, here / "out.csv")
    assert not is_part_of(part.name, here / "out2.csv")
    assert not is_part_of(part.name + "\n", here / "out.csv")
    assert part.name != new_part(here / "out.csv", here / "state.bin").name
