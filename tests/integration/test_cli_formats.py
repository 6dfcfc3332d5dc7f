"""Files as users have them: compressed, in other encodings, with lists in cells and nested keys."""

import bz2
import csv
import gzip
import io
import json
import lzma
import os
import random
import subprocess
import sys
import threading

import pytest
import tricolore as tc
from command import printed, refused
from hypothesis import given
from hypothesis import strategies as st
from tricolore.cli.error import CommandError
from tricolore.cli.files.cells import list_in
from tricolore.cli.files.json_objects import objects

zstandard = pytest.importorskip("zstandard")
pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

ROWS = [
    {"prediction": "the cat sat on the mat", "references": ["a cat sat on the mat", "the cat"]},
    {"prediction": "", "references": ["it, rained"]},
    {"prediction": 'he said "ünïcode"', "references": ["she said\tthis", "x"]},
]
COMPRESS = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.compress,
}


def separated(separator, rows):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(["prediction", "references"])
    writer.writerows((row["prediction"], json.dumps(row["references"])) for row in rows)
    return text.getvalue()


def table(rows):
    file = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows), file)
    return file.getvalue()


def in_format(name, rows):
    """Returns the rows as the bytes of a file in the given format."""
    return {
        "jsonl": lambda: "".join(json.dumps(row) + "\n" for row in rows).encode(),
        "ndjson": lambda: "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode(),
        "json": lambda: json.dumps(rows, indent=1).encode(),
        "csv": lambda: separated(",", rows).encode(),
        "tsv": lambda: separated("\t", rows).encode(),
        "parquet": lambda: table(rows),
    }[name]()


pytestmark = pytest.mark.usefixtures("here")


def chrf_of(capsys, *arguments):
    return json.loads(printed(capsys, "score", *arguments, "-m", "chrf", "--json"))["chrf"]["chrf"]


EXPECTED = tc.CHRF().corpus([row["prediction"] for row in ROWS], [row["references"] for row in ROWS]).score


@pytest.mark.parametrize("compression", COMPRESS)
@pytest.mark.parametrize("name", ["jsonl", "ndjson", "json", "csv", "tsv", "parquet"])
def test_every_format_however_compressed(capsys, here, name, compression):
    path = f"p.{name}{compression}"
    (here / path).write_bytes(COMPRESS[compression](in_format(name, ROWS)))
    assert chrf_of(capsys, path) == EXPECTED
    # The file also serves as references of another file, and the other verbs read it too.
    (here / "p.txt").write_text("".join(row["prediction"] + "\n" for row in ROWS), encoding="utf-8")
    assert chrf_of(capsys, "p.txt", "-r", path) == EXPECTED
    assert "chrF2 = " in printed(capsys, "explain", path, "-m", "chrf", "--segment", "3")
    systems = {path: [row["prediction"] for row in ROWS], "p.txt": [row["prediction"] for row in ROWS]}
    expected = tc.compare(systems, [row["references"] for row in ROWS], ["chrf"], samples=20)
    assert printed(capsys, "compare", path, "p.txt", "-r", path, "-m", "chrf", "--samples", 20) == f"{expected}\n"
    # The file may be in a folder.
    (here / "folder").mkdir()
    (here / path).rename(here / "folder" / path)
    assert chrf_of(capsys, "folder") == EXPECTED


@pytest.mark.parametrize("compression", [".gz", ".bz2", ".xz", ".zst"])
def test_compressed_text(capsys, here, compression):
    (here / "r.txt").write_text("a cat\nx\n")
    # Two compressed members, one after the other, are one file.
    parts = [COMPRESS[compression](part) for part in (b"the c", b"at\nx\n")]
    (here / f"p.TXT{compression}").write_bytes(b"".join(parts))
    assert (
        chrf_of(capsys, f"p.TXT{compression}", "-r", "r.txt")
        == tc.CHRF().corpus(["the cat", "x"], ["a cat", "x"]).score
    )
    # A truncated file is refused.
    noise = "".join(random.Random(1).choices("abcdefgh \n", k=100_000)).encode()
    whole = COMPRESS[compression](noise)
    for cut in (1, len(whole) // 2, len(whole) - 1):
        (here / f"half.txt{compression}").write_bytes(whole[:cut])
        error = refused(capsys, "score", f"half.txt{compression}", "-r", "r.txt")
        assert error.startswith(f"half.txt{compression}: not a whole {compression} file: ")
    (here / f"none.txt{compression}").write_bytes(b"the cat\nx\n")
    assert "not a whole" in refused(capsys, "score", f"none.txt{compression}", "-r", "r.txt")


def test_zst_without_a_library(capsys, here, monkeypatch):
    (here / "p.jsonl.zst").write_bytes(zstandard.compress(in_format("jsonl", ROWS)))
    monkeypatch.setitem(sys.modules, "zstandard", None)
    monkeypatch.setitem(sys.modules, "compression.zstd", None)
    error = refused(capsys, "score", "p.jsonl.zst")
    assert error == "p.jsonl.zst: .zst needs zstandard: python -m pip install 'tricolore[zst]'"


def test_a_compressed_pipe(capsys, here):
    os.mkfifo(here / "pipe.jsonl.gz")
    data = gzip.compress(in_format("jsonl", ROWS))
    writer = threading.Thread(target=(here / "pipe.jsonl.gz").write_bytes, args=[data])
    writer.start()
    assert chrf_of(capsys, "pipe.jsonl.gz") == EXPECTED
    writer.join()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252", "utf-7", "utf-32"])
@pytest.mark.parametrize("name", ["jsonl", "json", "csv", "txt"])
def test_encodings(capsys, here, name, encoding):
    text = "déjà vu\nune idée\r\n" if name == "txt" else in_format(name, ROWS).decode()
    if name == "jsonl":
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
    (here / f"p.{name}").write_bytes(text.encode(encoding))
    if name == "txt":
        (here / "r.txt").write_bytes("deja vu\nune idee\n".encode(encoding))
        expected = tc.CHRF().corpus(["déjà vu", "une idée"], ["deja vu", "une idee"]).score
        assert chrf_of(capsys, "p.txt", "-r", "r.txt", "--encoding", encoding) == expected
    else:
        assert chrf_of(capsys, f"p.{name}", "--encoding", encoding) == EXPECTED


@pytest.mark.parametrize("name", ["jsonl", "json", "csv", "tsv"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_byte_order_mark_is_no_data(capsys, here, name, encoding):
    (here / f"p.{name}").write_bytes(("\ufeff" + in_format(name, ROWS).decode()).encode(encoding))
    assert chrf_of(capsys, f"p.{name}", "--encoding", encoding) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_of_text_is_what_it_is_for_sacrebleu(capsys, here, encoding):
    (here / "p.txt").write_text("the cat sat on the mat\nit rained\n", encoding="utf-8-sig")
    (here / "r.txt").write_text("the cat sat on a mat\nit rained\n")
    command = [sys.executable, "-m", "sacrebleu", "r.txt", "-i", "p.txt", "-e", encoding, "-w", "12"]
    done = subprocess.run(
        [*command, "-m", "bleu", "chrf", "ter", "-f", "json"], capture_output=True, text=True, check=True
    )
    theirs = {own["name"]: own["score"] for own in json.loads(done.stdout)}
    out = printed(capsys, "score", "p.txt", "-r", "r.txt", "-m", "bleu", "-m", "chrf", "-m", "ter", "--json",
                  "--encoding", encoding)  # fmt: skip
    ours = json.loads(out)
    assert {"BLEU": round(ours["bleu"]["bleu"], 12), "chrF2": round(ours["chrf"]["chrf"], 12),
            "TER": round(ours["ter"]["ter"], 12)} == theirs  # fmt: skip


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--encoding", "no-such"], "--encoding is 'no-such', which Python does not know"),
        (["--encoding", "rot13"], "--encoding is 'rot13', which"),
        (["--encoding", ""], "--encoding is '', which"),
        (["--encoding", "utf-16"], "p.jsonl:1: not utf-16 in this line or soon after: --encoding names another"),
        (["--encoding", "ascii"], "p.jsonl:3: not ascii in this line or soon after"),
    ],
)
def test_encodings_that_are_not_those_of_the_file(capsys, here, given, message):
    rows = [*ROWS[:2]] * 1 + ROWS[2:]
    (here / "p.jsonl").write_bytes("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())
    error = refused(capsys, "score", "p.jsonl", *given)
    # The decoder reads some kilobytes ahead, so the error names an earlier line.
    assert error.startswith(message.replace("p.jsonl:3", "p.jsonl:1"))
    (here / "p.parquet").write_bytes(table(ROWS))
    if "no-such" in given:
        assert "p.parquet is Parquet" in refused(capsys, "score", "p.parquet", "--encoding", "latin-1")


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(texts=st.lists(TEXT), space=st.sampled_from(["", " ", "\n"]))
def test_a_list_in_a_cell(texts, space):
    for cell in (json.dumps(texts), json.dumps(texts, ensure_ascii=False), repr(texts)):
        assert list_in("p:1", "references", space + cell + space) == texts


@pytest.mark.parametrize("text", ["", "[", "[]x", "[1, 2]", "[a]", "plain", '"a"', "[CLS] a [SEP]", "[[1], [2]]", "{}"])
def test_a_cell_that_is_text(text):
    assert list_in("p:1", "references", text) == text


@pytest.mark.parametrize("cell", ["['a' 'b']", "['a'\n 'b']", '["a", null, "b"]', '["a"] and ["b"]', "['a', b'c']"])
def test_a_cell_that_only_looks_like_a_list(cell):
    with pytest.raises(CommandError, match=r"^p:1: 'references' looks like a list of strings and is none"):
        list_in("p:1", "references", cell)


def test_lists_in_cells(capsys, here):
    (here / "p.csv").write_text('prediction,references\n"[""the cat""]","[""a cat"", ""the cat""]"\n')
    assert chrf_of(capsys, "p.csv") == 100.0
    (here / "p.csv").write_text('prediction,references\n"[""the"", ""cat""]",a\n')
    assert refused(capsys, "score", "p.csv") == (
        "p.csv:2: 'prediction' is a list of 2: it must be a string, or a list of one"
    )
    (here / "p.csv").write_text("prediction,references\na,[]\n")
    assert refused(capsys, "score", "p.csv") == "p.csv:2: 'references' is empty: a segment needs a reference"
    # A label and a string in JSON are not parsed as lists.
    (here / "p.csv").write_text('prediction,references,t\na,a,"[""x""]"\n')
    assert '\n["x"] ' in printed(capsys, "score", "p.csv", "--group-key", "t")
    (here / "p.jsonl").write_text(json.dumps({"prediction": "a", "references": '["a", "b"]'}))
    assert chrf_of(capsys, "p.jsonl") == tc.CHRF().corpus(["a"], ['["a", "b"]']).score


@pytest.mark.parametrize("name", ["jsonl", "json", "parquet"])
def test_keys_in_keys(capsys, here, name):
    rows = [
        {
            "resps": [["the cat"]],
            "doc": {"answers": [{"text": "a cat"}, {"text": "the cat"}], "id": 7, "kind": "x"},
            "answers": {"text": ["a", "b"]},
        }
    ]
    (here / f"p.{name}").write_bytes(in_format(name, rows))
    keys = ["--prediction-key", "resps", "--reference-key", "doc.answers.text"]
    own = ["--group-key", "doc.kind", "--id-key", "doc.id", "--confidence", "0.9"]
    assert chrf_of(capsys, f"p.{name}", *keys, *own) == 100.0
    score = tc.CHRF().corpus(["the cat"], [["a", "b"]]).score
    assert chrf_of(capsys, f"p.{name}", "--prediction-key", "resps", "--reference-key", "answers.text") == score
    error = refused(capsys, "score", f"p.{name}", "--prediction-key", "doc.nothing", "--reference-key", "answers.text")
    assert "no key 'doc.nothing'" in error
    error = refused(capsys, "score", f"p.{name}", "--prediction-key", "nothing.at.all")
    assert "'nothing.at.all'" in error


@pytest.mark.parametrize("name", ["jsonl", "csv", "parquet"])
def test_a_key_that_has_a_dot_wins(capsys, here, name):
    rows = [{"prediction": "a", "a.b": "a", "references": ["x"], **({} if name == "csv" else {"a": {"b": "z"}})}]
    if name == "csv":
        (here / "p.csv").write_text("prediction,a.b\na,a\n")
    else:
        (here / f"p.{name}").write_bytes(in_format(name, rows))
    assert chrf_of(capsys, f"p.{name}", "--reference-key", "a.b") == 100.0


@pytest.mark.parametrize("name", ["jsonl", "json", "parquet"])
def test_a_prediction_is_a_string_or_a_list_of_one(capsys, here, name):
    for prediction in (["the cat"], [["the cat"]]):
        rows = [{"prediction": prediction, "references": "the cat"}] * 2
        (here / f"p.{name}").write_bytes(in_format(name, rows))
        assert chrf_of(capsys, f"p.{name}") == 100.0
    for prediction, count in (([], 0), (["a", "b"], 2)):
        (here / f"p.{name}").write_bytes(in_format(name, [*rows, {**rows[0], "prediction": prediction}][-1:]))
        assert f"'prediction' is a list of {count}: it must be" in refused(capsys, "score", f"p.{name}")


def test_blank_lines_at_the_end_are_no_segments(capsys, here):
    data = in_format("jsonl", ROWS)
    (here / "p.jsonl").write_bytes(data + b"\n \r\n")
    assert chrf_of(capsys, "p.jsonl") == EXPECTED
    (here / "p.jsonl").write_bytes(data + b"\n\n" + data)
    assert refused(capsys, "score", "p.jsonl") == "p.jsonl:4: an empty line where a JSON object belongs"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "p.json has no segments"),
        ("[]", "p.json has no segments"),
        ("[", "p.json: not JSON: the array does not end"),
        ('[{"prediction": "a", "references": "a"}', "p.json: not JSON: the array does not end"),
        ('[{"prediction": "a", "references": "a"} {}]', "p.json:2: not JSON: ',' or ']' belongs"),
        ('[{"prediction": "a", "references": "a"},]', "p.json:2: not JSON: Expecting value"),
        ('[{"prediction": "a", "references": "a"}] x', "p.json: not JSON: there is more after the array"),
        ('[{"prediction": "a", "references": "a"}, 1]', "p.json:2: a int where an object belongs"),
        ('{"data": []}', "p.json:1: no key 'prediction'; its keys are 'data'"),
        ('[{"prediction": "a', "p.json:1: not JSON: Unterminated string"),
        ("[" * 100_000, "p.json:1: not a segment: nested too deeply"),
        ("[" + "9" * 5000, "p.json:1: not a segment: Exceeds the limit"),
        ("nothing", "p.json:1: not JSON: Expecting value"),
    ],
)
def test_a_json_file_that_is_no_array_of_objects(capsys, here, text, message):
    (here / "p.json").write_text(text)
    assert refused(capsys, "score", "p.json").startswith(message)


def test_a_json_file_of_lines(capsys, here):
    (here / "p.json").write_bytes(in_format("jsonl", ROWS))
    assert chrf_of(capsys, "p.json") == EXPECTED


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(
    rows=st.lists(st.dictionaries(st.text(max_size=3), VALUE, max_size=3)),
    size=st.integers(1, 30),
    indent=st.none() | st.integers(0, 2),
    lines=st.booleans(),
    ascii_only=st.booleans(),
)
def test_objects_are_the_same_in_whatever_pieces_they_come(rows, size, indent, lines, ascii_only):
    texts = [json.dumps(row, indent=indent, ensure_ascii=ascii_only) for row in rows]
    text = "\n".join(texts) if lines else f" [{', '.join(texts)}\n]\n"
    file = io.StringIO(text)
    found = list(objects("p", lambda count: file.read(min(count, size))))
    assert found == [(f"p:{number}", row) for number, row in enumerate(rows, start=1)]


def test_an_array_is_read_in_constant_memory(monkeypatch):
    """A wrong character is found without reading the rest of the array."""
    read = []

    def chunks(count):
        read.append(count)
        return '{"a": 1}, ' * 1000 if len(read) > 1 else '[{"a": 1}, '

    found = objects("p", chunks)
    for _ in range(5000):
        next(found)
    assert len(read) < 20
    bad = iter(["[{'a': 1}, ", *["x" * 1000] * 100])
    left = []

    def more(count):
        left.append(count)
        return next(bad, "")

    with pytest.raises(CommandError, match="p:1: not JSON"):
        next(objects("p", more))
    assert len(left) < 3


@pytest.mark.parametrize("name", ["p.jsonl", "p.csv"])
def test_the_share_of_a_file_that_was_read_ends_at_all_of_it(here, monkeypatch, name):
    from tricolore.cli.files import read

    line = '{"prediction": "a cat", "references": "a"}' if name == "p.jsonl" else "a cat,a"
    header = [] if name == "p.jsonl" else ["prediction,references"]
    (here / name).write_text("\n".join([*header, *[line] * 3000]) + "\n")
    for size in (read.BATCH, 5000):
        monkeypatch.setattr(read, "BATCH", size)
        files = read.Files(name, [], None, read.DEFAULTS, "utf-8", "error")
        shares = [batch.share for batch in read.read_batches(files)]
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
        assert len(shares) > 1 or size == read.BATCH
