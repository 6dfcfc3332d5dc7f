"""Texts that are null in files, and sentences of summaries, on the command line."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tricolore as tc
from command import outcome, printed, refused

ROWS = [
    {"prediction": "the cat sat", "references": ["the cat sat on the mat", None], "g": "x", "id": 1},
    {"prediction": "nothing to see", "references": [None], "g": "y", "id": 2},
    {"prediction": "it rained", "references": [None, "it rained a lot"], "g": "x", "id": 3},
    {"prediction": "we went home", "references": ["we went home", "home we went"], "g": "z", "id": 4},
]
KEPT = [0, 2, 3]
PREDICTIONS = [ROWS[place]["prediction"] for place in KEPT]
REFERENCES = [[text for text in ROWS[place]["references"] if text is not None] for place in KEPT]


@pytest.fixture(params=["jsonl", "json", "parquet"])
def file(request, tmp_path):
    path = tmp_path / f"rows.{request.param}"
    if request.param == "parquet":
        pq.write_table(pa.Table.from_pylist(ROWS), path)
    elif request.param == "json":
        path.write_text(json.dumps(ROWS))
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return path


def test_the_choices(capsys, file):
    error = refused(capsys, "score", file, "-m", "bleu")
    assert ":1: 'references' has a null: --nulls drop leaves out such references, --nulls drop_segment" in error
    assert ":2: 'references' has no reference that is not null" in refused(capsys, "score", file, "--nulls", "drop")
    empty = json.loads(printed(capsys, "score", file, "-m", "bleu", "--json", "--nulls", "empty"))["bleu"]
    filled = [[text or "" for text in row["references"]] for row in ROWS]
    assert empty["bleu"] == tc.BLEU().corpus([row["prediction"] for row in ROWS], filled).score
    left = json.loads(
        printed(
            capsys, "score", file, "-m", "bleu", "-m", "rouge", "--type", "rouge1", "--json", "--nulls", "drop_segment"
        )
    )
    assert left["bleu"]["bleu"] == tc.BLEU().corpus(PREDICTIONS, REFERENCES).score
    assert (left["bleu"]["segments"], left["rouge"]["segments"]) == (3, 3)
    assert left["bleu"]["signature"].startswith("nrefs:var|dropped:1|")


def test_no_segment_has_a_reference(capsys, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"prediction": "a", "references": null}\n{"prediction": "b", "references": [null]}\n')
    for more in ([], ["--confidence", "0.9", "--samples", "9"]):
        error = refused(capsys, "score", path, "-m", "bleu", "--nulls", "drop_segment", *more)
        assert error.endswith("rows.jsonl: no segment has a reference")


def test_what_belongs_to_a_segment_is_left_out_with_it(capsys, file, tmp_path):
    more = ["--nulls", "drop_segment", "-m", "bleu", "--json"]
    grouped = json.loads(printed(capsys, "score", file, *more, "--group-key", "g"))["bleu"]["groups"]
    assert {label: group["segments"] for label, group in grouped.items()} == {"x": 2, "z": 1}
    assert grouped["x"]["bleu"] == tc.BLEU().corpus(PREDICTIONS[:2], REFERENCES[:2]).score
    out = json.loads(printed(capsys, "score", file, *more, "--confidence", "0.9", "--samples", "50", "--id-key", "id"))[
        "bleu"
    ]
    accumulator = tc.BLEU().accumulator(0.9, 50)
    accumulator.update(PREDICTIONS, REFERENCES, ids=[1, 3, 4])
    assert tuple(out["confidence_interval"]) == accumulator.compute().confidence_interval
    checkpoint = ["--checkpoint", tmp_path / "state.bin", "--checkpoint-seconds", "0"]
    printed(capsys, "score", file, *more, "--per-segment", tmp_path / "out.jsonl", *checkpoint)
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [line["segment"] for line in lines] == [1, 3, 4]
    assert [line["bleu"] for line in lines] == tc.BLEU().score_each(PREDICTIONS, REFERENCES)["bleu"].tolist()


def test_a_prediction_is_never_dropped(capsys, tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text('{"prediction": null, "references": ["a"]}\n{"prediction": [NaN], "references": ["a"]}\n')
    for nulls in ("error", "drop", "drop_segment"):
        error = refused(capsys, "score", path, "--nulls", nulls)
        assert ":1: 'prediction' is null: --nulls empty takes it as an empty text" in error
    out = json.loads(printed(capsys, "score", path, "-m", "exact_match", "--json", "--nulls", "empty"))
    assert out["exact_match"]["segments"] == 2


def test_compare_and_explain(capsys, file, tmp_path):
    other = tmp_path / f"other{file.suffix}"
    other.write_bytes(file.read_bytes())
    arguments = ["compare", file, other, "-m", "chrf", "--json", "--nulls"]
    out = json.loads(printed(capsys, *arguments, "drop_segment"))
    assert out["rows"][0]["score"] == tc.CHRF().corpus(PREDICTIONS, REFERENCES).score
    assert "|dropped:1|" in out["signatures"]["chrf"]
    assert ":2: 'references' has no reference" in refused(capsys, *arguments, "drop")
    shown = json.loads(
        printed(capsys, "explain", file, "-m", "bleu", "--segment", "3", "--json", "--nulls", "drop_segment")
    )
    assert len(shown["reference_tokens"]) == 1
    assert refused(capsys, "explain", file, "--segment", "2", "--nulls", "drop_segment").endswith(
        f"{file.name}: segment 2 has no reference"
    )
    code, _, err = outcome(capsys, "score", file, "--nulls", "some")
    assert code == 2
    assert "--nulls" in err


def test_sentences_of_summaries(capsys, tmp_path):
    path = tmp_path / "summaries.jsonl"
    path.write_text(json.dumps({"prediction": "a b<n>c d", "references": "c d<n>a b"}) + "\n")
    arguments = ["score", path, "--type", "rougeLsum", "--json"]
    out = json.loads(printed(capsys, *arguments, "--split-summaries", "<n>"))["rouge"]
    assert out["rougeLsum_fmeasure"] == 1.0
    assert "|split:<n>|" in out["signature"]
    code, out, err = outcome(capsys, *arguments)
    assert (code, err.startswith("tricolore: warning: rougeLsum is rougeL here, because no text has a newline")) == (
        0,
        True,
    )
    assert json.loads(out)["rouge"]["rougeLsum_fmeasure"] < 1
    assert "--split-summaries is an option of rouge" in refused(
        capsys, "score", path, "-m", "bleu", "--split-summaries", "<n>"
    )
