"""`tricolore compare` with groups, intervals, columns of one file, files of segments and streams; and `report`."""

import csv
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tricolore as tc
from command import printed, refused

REFERENCES = ["the cat sat on the mat", "it rained a bit", "no one came", "we left at noon"] * 10
BASE = ["the cat sat on a mat", "it rains", "no one came", "we left"] * 10
TUNED = ["the cat sat on the mat", "it rained", "no one came", "we"] * 10
TASKS = ["pets", "weather", "people", "time"] * 10
IDS = list(range(40))


@pytest.fixture
def files(here):
    """Writes the systems as one file with two columns, and as two files, in several formats."""
    rows = [
        {"base": base, "tuned": tuned, "references": [reference], "task": task, "id": number}
        for base, tuned, reference, task, number in zip(BASE, TUNED, REFERENCES, TASKS, IDS, strict=True)
    ]
    (here / "both.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    pq.write_table(pa.Table.from_pylist(rows), here / "both.parquet")
    for name in ("base", "tuned"):
        own = [{"prediction": row[name], **{k: row[k] for k in ("references", "task", "id")}} for row in rows]
        (here / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in own))
        pq.write_table(pa.Table.from_pylist(own), here / f"{name}.parquet")
        with (here / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([own[0], *({**row, "references": row["references"][0]}.values() for row in own)])
    return here


def expected(**options):
    return tc.compare({"base": BASE, "tuned": TUNED}, REFERENCES, ["chrf", "ter"], samples=100, **options)


OPTIONS = ["-m", "chrf", "ter", "--samples", "100"]
KEYS = ["--system-key", "base", "--system-key", "tuned"]


@pytest.mark.parametrize("name", ["both.jsonl", "both.parquet"])
def test_systems_as_columns_of_one_file(capsys, files, name):
    out = printed(capsys, "compare", name, *KEYS, *OPTIONS)
    assert out == f"{expected()}\n"
    out = printed(capsys, "compare", name, *KEYS, *OPTIONS, "--group-key", "task", "--confidence", "0.9", "--json")
    assert json.loads(out) == json.loads(expected(groups=TASKS, confidence=0.9).to_json())


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_groups_of_several_files(capsys, files, ending):
    out = printed(capsys, "compare", f"base.{ending}", f"tuned.{ending}", *OPTIONS, "--group-key", "task", "-f", "csv")
    rows = list(csv.DictReader(out.splitlines()))
    own = expected(groups=TASKS).rows
    assert [(row["group"] or None, float(row["score"])) for row in rows] == [(row.group, row.score) for row in own]
    assert [row["p_value"] for row in rows] == ["" if row.p_value is None else repr(row.p_value) for row in own]


@pytest.mark.parametrize("form", ["markdown", "latex", "html"])
def test_forms(capsys, files, form):
    assert printed(capsys, "compare", "both.jsonl", *KEYS, *OPTIONS, "-f", form) == (
        f"{getattr(expected(), f'to_{form}')()}\n"
    )
    shown = printed(capsys, "score", "base.jsonl", "-m", "chrf", "ter", "--group-key", "task", "-f", form)
    table = tc.evaluate(BASE, REFERENCES, ["chrf", "ter"], groups=TASKS, confidence=None)
    assert shown == f"{getattr(table, f'to_{form}')()}\n"


def test_score_in_other_forms(capsys, files):
    out = printed(capsys, "score", "base.jsonl", "-m", "chrf", "rouge", "--confidence", "0.9", "-f", "csv")
    rows = list(csv.DictReader(out.splitlines()))
    table = tc.evaluate(BASE, REFERENCES, ["chrf", "rouge"], confidence=0.9)
    assert [[row["metric"], float(row["low"]), float(row["high"])] for row in rows] == [
        [row.metric, row.low, row.high] for row in table.rows
    ]
    one = json.loads(printed(capsys, "score", "base.jsonl", "-m", "chrf", "--json"))
    assert one == json.loads(printed(capsys, "score", "base.jsonl", "-m", "chrf", "-f", "json"))


def read_segments(path):
    """Returns the rows of a file of segments."""
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    with path.open(newline="") as file:
        if path.suffix == ".jsonl":
            return [json.loads(line) for line in file]
        rows = list(csv.DictReader(file))
    numbers = ("chrf", "ter")
    for row in rows:
        for name in row:
            if name == "segment" or name.rpartition(".")[2] in numbers or name == "id":
                row[name] = json.loads(row[name])
        if "references" in row:
            row["references"] = json.loads(row["references"])
    return rows


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_segments_side_by_side(capsys, files, ending):
    path = files / f"each.{ending}"
    options = ["--group-key", "task", "--per-segment", path, "--texts"]
    printed(capsys, "compare", "both.jsonl", *KEYS, *OPTIONS, *options)
    rows = read_segments(path)
    columns = [f"{system}.{name}" for system in ("base", "tuned") for name in ("chrf", "ter")]
    assert list(rows[0]) == ["segment", "group", "base.prediction", "tuned.prediction", "references", *columns]
    assert [row["segment"] for row in rows] == list(range(1, 41))
    assert [row["group"] for row in rows] == TASKS
    assert [row["tuned.prediction"] for row in rows] == TUNED
    assert [row["references"] for row in rows] == [[text] for text in REFERENCES]
    for system, texts in (("base", BASE), ("tuned", TUNED)):
        for name, metric in (("chrf", tc.CHRF()), ("ter", tc.TER())):
            scores = metric.score_each(texts, REFERENCES).values.tolist()
            assert [row[f"{system}.{name}"] for row in rows] == scores
    own = files / f"own.{ending}"
    expected(groups=TASKS).segments.write(own, texts=True)
    assert read_segments(own) == rows


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
@pytest.mark.parametrize("source", ["jsonl", "parquet"])
def test_segments_of_score_with_texts_labels_and_ids(capsys, files, ending, source):
    path = files / f"each.{ending}"
    options = ["--group-key", "task", "--id-key", "id", "--confidence", "0.9", "--per-segment", path, "--texts"]
    printed(capsys, "score", f"base.{source}", "-m", "chrf", *options)
    rows = read_segments(path)
    assert list(rows[0]) == ["segment", "id", "group", "prediction", "references", "chrf"]
    assert [(row["id"], row["group"], row["prediction"]) for row in rows] == [*zip(IDS, TASKS, BASE, strict=True)]
    assert [row["chrf"] for row in rows] == tc.CHRF().score_each(BASE, REFERENCES).values.tolist()
    printed(capsys, "score", f"base.{source}", "-m", "chrf", "--per-segment", path)
    assert list(read_segments(path)[0]) == ["segment", "chrf"]


def test_segments_that_were_left_out_keep_their_numbers(capsys, here):
    rows = [{"a": "x", "b": "y", "references": None if i == 1 else ["x"]} for i in range(3)]
    (here / "p.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    keys = ["--system-key", "a", "--system-key", "b", "--nulls", "drop_segment", "--samples", "20", "-m", "chrf"]
    printed(capsys, "compare", "p.jsonl", *keys, "--per-segment", "o.jsonl", "--texts")
    assert [row["segment"] for row in read_segments(here / "o.jsonl")] == [1, 3]
    options = [
        "--prediction-key",
        "a",
        "--nulls",
        "drop_segment",
        "-m",
        "chrf",
        "--per-segment",
        "o.parquet",
        "--texts",
    ]
    printed(capsys, "score", "p.jsonl", *options)
    assert [(row["segment"], row["references"]) for row in read_segments(here / "o.parquet")] == [
        (1, ["x"]),
        (3, ["x"]),
    ]


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_one_pass_with_ids(capsys, files, ending, monkeypatch):
    """The figures are those of accumulators, batch by batch, and do not depend on the batches."""
    options = [*OPTIONS, "--id-key", "id", "--group-key", "task", "--confidence", "0.9", "--json"]
    outputs = []
    for size in (1 << 22, 100):
        monkeypatch.setattr("tricolore.cli.files.read.BATCH", size)
        outputs.append(printed(capsys, "compare", f"both.{ending}", *KEYS, *options))
    outputs.append(printed(capsys, "compare", f"base.{ending}", f"tuned.{ending}", *options))
    first, second, files_apart = map(json.loads, outputs)
    assert first == second
    assert [row["score"] for row in files_apart["rows"]] == [row["score"] for row in first["rows"]]
    assert files_apart["rows"][3]["p_value"] == first["rows"][3]["p_value"]
    accumulators = {}
    for name, texts in (("base", BASE), ("tuned", TUNED)):
        accumulators[name] = [metric.accumulator(0.9, 100) for metric in (tc.CHRF(), tc.TER())]
        for own in accumulators[name]:
            own.update(texts, REFERENCES, ids=IDS)
    alone = tc.compare(accumulators, metrics=["chrf", "ter"])
    rows = [row for row in first["rows"] if row["group"] is None]
    assert [(row["score"], row["p_value"]) for row in rows] == [(row.score, row.p_value) for row in alone.rows]
    interval = accumulators["base"][0].compute().confidence_interval
    assert (rows[0]["low"], rows[0]["high"]) == interval
    assert [row["score"] for row in first["rows"]] == [row.score for row in expected(groups=TASKS).rows]


@pytest.mark.parametrize("change", ["a segment less", "another label", "another reference", "another id"])
def test_one_pass_needs_the_same_segments(capsys, files, change):
    rows = [json.loads(line) for line in (files / "tuned.jsonl").read_text().splitlines()]
    if change == "a segment less":
        rows.pop()
    else:
        key, value = {"label": ("task", "new"), "reference": ("references", ["x"]), "id": ("id", 99)}[change.split()[1]]
        rows[-1][key] = value
    (files / "other.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    options = [*OPTIONS, "--id-key", "id", "--group-key", "task"]
    error = refused(capsys, "compare", "base.jsonl", "other.jsonl", *options)
    assert error == "the ids, references or groups of other.jsonl differ from those of base.jsonl"


def test_one_pass_takes_any_order(capsys, files):
    text = (files / "tuned.jsonl").read_text().splitlines()
    (files / "other.jsonl").write_text("\n".join(text[::-1]))
    options = [*OPTIONS, "--id-key", "id", "--group-key", "task", "-f", "csv"]
    outputs = [printed(capsys, "compare", "base.jsonl", name, *options) for name in ("tuned.jsonl", "other.jsonl")]
    assert outputs[0] == outputs[1].replace("other.jsonl", "tuned.jsonl")


def test_one_pass_of_nothing(capsys, files):
    (files / "empty.jsonl").write_text("")
    assert refused(capsys, "compare", "empty.jsonl", "base.jsonl", *OPTIONS, "--id-key", "id") == (
        "empty.jsonl has no segments"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["both.jsonl", "--system-key", "base"],
            "compare needs at least two files of predictions, with different names",
        ),
        (["both.jsonl", "base.jsonl", *KEYS], "--system-key goes with one file of several systems, and there are 2"),
        (["both.jsonl", "--system-key", "base", "--system-key", "base"], "--system-key base is given twice"),
        (["both.jsonl", *KEYS, "--prediction-key", "base"], "leave out --prediction-key"),
        (["-", *KEYS, "--format", "jsonl"], "standard input can be read once: put the systems of --system-key into"),
        (
            ["both.jsonl", "--system-key", "base", "--system-key", "x"],
            "both.jsonl:1: no key 'x'; its keys are 'base', 'tuned', 'references', 'task', 'id': "
            "name another with --system-key",
        ),
        (["both.jsonl", *KEYS, "--id-key", "id", "--per-segment", "o.csv"], "leave one of them out"),
        (["both.jsonl", *KEYS, "--id-key", "id", "--test", "randomization"], "--id-key draws the bootstrap test"),
        (["both.jsonl", *KEYS, "--per-segment", "o.xls"], "valid endings are .jsonl, .csv and .parquet"),
        (["both.jsonl", *KEYS, "--per-segment", "both.jsonl"], "is an input: it would be overwritten"),
        (["both.jsonl", *KEYS, "--texts"], "--texts needs --per-segment"),
        (["both.jsonl", *KEYS, "--json", "-f", "csv"], "--json is -f json, and -f csv is given too"),
    ],
)
def test_what_is_refused(capsys, files, arguments, message):
    before = sorted(files.iterdir())
    assert message in refused(capsys, "compare", *arguments)
    assert sorted(files.iterdir()) == before


def test_a_run_with_other_columns_is_another_run(capsys, files, monkeypatch):
    """A file of segments must not change its columns in the middle."""
    from tricolore.cli import main
    from tricolore.cli.run import Run

    monkeypatch.setattr("tricolore.cli.files.read.BATCH", 200)
    command = ["score", "base.jsonl", "-m", "chrf", "--per-segment", "o.csv", "--checkpoint", "c"]
    command += ["--checkpoint-seconds", "0"]
    add, calls = Run.add, []

    def stops(self, batch):
        calls.append(batch)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return add(self, batch)

    monkeypatch.setattr(Run, "add", stops)
    assert main(command) == 130
    monkeypatch.setattr(Run, "add", add)
    capsys.readouterr()
    assert "is the checkpoint of another run: texts was False and is True" in refused(capsys, *command, "--texts")
    printed(capsys, *command)
    assert len(read_segments(files / "o.csv")) == 40


def test_lone_surrogates_in_files_of_segments(capsys, here):
    (here / "p.jsonl").write_text(
        '{"prediction": "a", "references": "a"}\n{"prediction": "\\ud800", "references": "a"}\n'
    )
    for ending in ("csv", "parquet"):
        options = ["-m", "chrf", "--per-segment", f"o.{ending}", "--texts"]
        error = refused(capsys, "score", "p.jsonl", *options)
        assert error == "column 'prediction', row 2 of its batch: a lone surrogate, which only .jsonl can hold"
    printed(capsys, "score", "p.jsonl", "-m", "chrf", "--per-segment", "o.jsonl", "--texts")
    assert read_segments(here / "o.jsonl")[1]["prediction"] == "\ud800"
    assert sorted(path.name for path in here.iterdir()) == ["o.jsonl", "p.jsonl"]


def test_labels_and_names_do_not_control_the_terminal(capsys, here):
    row = {"a": "x", "b": "y", "references": "x", "task": "\x1b[2J", "id": 1}
    other = {**row, "task": "\\x1b[2J", "id": 2}
    (here / "p.jsonl").write_text("".join(f"{json.dumps(own)}\n" for own in (row, other)))
    keys = ["--system-key", "a", "--system-key", "b", "--group-key", "task", "-m", "chrf", "--samples", "20"]
    for more in ([], ["--id-key", "id"], ["-f", "markdown"], ["-f", "latex"], ["-f", "html"]):
        assert "\x1b" not in printed(capsys, "compare", "p.jsonl", *keys, *more)
    out = printed(capsys, "score", "p.jsonl", "--prediction-key", "a", "--group-key", "task", "-m", "chrf")
    assert out.count("\\x1b[2J") == 2
    assert "\x1b" not in out


def test_groups_must_agree(capsys, files):
    text = (files / "tuned.jsonl").read_text().replace('"pets"', '"cats"')
    (files / "other.jsonl").write_text(text)
    error = refused(capsys, "compare", "base.jsonl", "other.jsonl", "--group-key", "task")
    assert error == "the groups of other.jsonl differ from those of base.jsonl"


def test_names_of_metrics(capsys, files):
    both = printed(capsys, "score", "base.jsonl", "-m", "bleu", "chrf", "ter")
    assert both == printed(capsys, "score", "-m", "bleu", "-m", "chrf", "-m", "ter", "base.jsonl")
    assert both == printed(capsys, "score", "-m", "bleu", "chrf", "ter", "base.jsonl")
    assert "chrF2 = " in printed(capsys, "score", "-m", "chrf", "base.jsonl")
    for name in ("rougeL", "rouge1", "rougeLsum"):
        error = refused(capsys, "score", "base.jsonl", "-m", name, code=2)
        assert f"'{name}' is a type of rouge: give -m rouge --type {name}" in error
    for name, kind in (("ROUGE-L", "rougeL"), ("rouge_lsum", "rougeLsum"), ("rouge-2", "rouge2")):
        assert refused(capsys, "score", "base.jsonl", "-m", name, code=2).partition(";")[0].endswith(f"--type {kind}")
    assert "did you mean 'bleu'" in refused(capsys, "score", "base.jsonl", "-m", "blue", code=2)
    assert "did you mean 'chrf'" in refused(capsys, "score", "base.jsonl", "-m", "bleu", "chfr", code=2)
    assert "did you mean 'chrf'" in refused(capsys, "compare", "-m", "bleu", "chfr", "base.jsonl", code=2)
    assert "give the names apart: -m bleu chrf" in refused(capsys, "score", "base.jsonl", "-m", "bleu,chrf", code=2)


def test_texts_are_explained(capsys, here):
    out = printed(capsys, "explain", "cold cold cold cold", "-r", "It is cold", "--type", "rouge1")
    assert out == f"{tc.ROUGE(['rouge1']).explain('cold cold cold cold', 'It is cold')}\n"
    assert "[cold] ~cold cold cold~" in out
    out = printed(capsys, "explain", "a b", "-r", "c", "-r", "b", "-m", "bleu", "--json")
    assert json.loads(out) == json.loads(json.dumps(tc.BLEU().explain("a b", ["c", "b"]).to_dict()))
    (here / "p.txt").write_text("one text\n")
    for arguments, message in (
        (["a text"], "explain needs a reference: give it with -r"),
        (["a text", "-r", "p.txt"], "p.txt is a file, and there is no file 'a text': give texts alone, or files alone"),
        (["a text", "-r", "b", "--segment", "1"], "--segment is for files, and there is no file 'a text'"),
        (["none.txt", "-r", "p.txt"], "none.txt: No such file or directory"),
        (["x" * 5000, "-r", "p.txt"], "p.txt is a file, and there is no file 'xxx"),
    ):
        assert message in refused(capsys, "explain", *arguments)


def test_reports(capsys, files):
    assert printed(capsys, "report", "out.html", "both.jsonl", *KEYS, *OPTIONS, "--group-key", "task") == ""
    own = files / "own.html"
    expected(groups=TASKS).report(own)
    assert (files / "out.html").read_text("utf-8") == own.read_text("utf-8")
    assert printed(capsys, "report", "one.html", "base.jsonl", "-m", "chrf", "--title", "A <title>") == ""
    assert "<title>A &lt;title&gt;</title>" in (files / "one.html").read_text("utf-8")
    (files / "both.html").write_text((files / "both.jsonl").read_text())
    for arguments, message in (
        (["out.txt", "both.jsonl", *KEYS], "the first argument is the file of the report: its name must end in .html"),
        (["none/out.html", "base.jsonl"], "none/out.html: No such file or directory"),
        (["both.html", "./both.html", "--format", "jsonl", *KEYS], "both.html is an input: it would be overwritten"),
        (["one.html", "base.jsonl", "--family", "all"], "--family is for several systems, and there is one"),
    ):
        assert message in refused(capsys, "report", *arguments)


def test_completions_of_a_shell(here):
    """argcomplete answers on file descriptor 8, which the shell's function opens."""
    import os
    import subprocess
    import sys

    pytest.importorskip("argcomplete")
    for line, answers in (
        ("tricolore sc", {"score "}),
        ("tricolore score -m chr", {"chrf", "chrf++"}),
        ("tricolore compare --fam", {"--family "}),
        ("tricolore compare -f lat", {"latex "}),
    ):
        environment = {**os.environ, "_ARGCOMPLETE": "1", "COMP_LINE": line, "COMP_POINT": str(len(line))}
        environment |= {"COMP_TYPE": "9", "_ARGCOMPLETE_STDOUT_FILENAME": str(here / "out"), "_ARGCOMPLETE_IFS": "\n"}
        subprocess.run([sys.executable, "-m", "tricolore"], env=environment, check=True)
        assert set((here / "out").read_text().split("\n")) == answers, line
