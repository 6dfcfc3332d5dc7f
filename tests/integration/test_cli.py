"""The command line as a user runs it."""

import contextlib
import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tricolore as tc
from process import run
from warm import run_warm

pty = pytest.importorskip("pty")

EXAMPLES = Path(__file__).parents[2] / "examples"


# `python -m tricolore`.
PROGRAM = "import runpy; runpy.run_module('tricolore', run_name='__main__', alter_sys=True)"


def tricolore(*arguments, **options):
    return run_warm(PROGRAM, *arguments, **options)


def good(*arguments, **options):
    result = tricolore(*arguments, **options)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def lines(path):
    return path.read_text("utf-8").splitlines()


def test_the_main_job():
    arguments = ["score", EXAMPLES / "predictions.txt", "-r", EXAMPLES / "references.txt"]
    out = good(*arguments)
    assert run("-m", "tricolore", *arguments).stdout == out
    rows = [row.split() for row in out.splitlines()]
    assert rows[0] == ["precision", "recall", "fmeasure"]
    means = tc.ROUGE().corpus(lines(EXAMPLES / "predictions.txt"), lines(EXAMPLES / "references.txt"))
    assert rows[1:5] == [[name, *(f"{figure:.4f}" for figure in measures)] for name, measures in means.items()]
    assert out.splitlines()[5:] == ["5 segments", f"signature: {means.signature}"]


def test_json_lines_with_every_option():
    options = ["--type", "rougeLsum", "--type", "rouge3", "--use-stemmer", "--multi-reference", "average"]
    options += ["--json", "--num-threads", "2", "-m", "rouge"]
    out = json.loads(good("score", EXAMPLES / "predictions.jsonl", *options))
    rows = [json.loads(line) for line in lines(EXAMPLES / "predictions.jsonl")]
    rouge = tc.ROUGE(["rougeLsum", "rouge3"], use_stemmer=True, multi_reference="average")
    references = [[r] if isinstance(r, str) else r for r in (row["references"] for row in rows)]
    score = rouge.corpus([row["prediction"] for row in rows], references)
    assert out == {"rouge": {**score.to_dict(), "signature": score.signature, "segments": 2}}


def test_several_metrics_in_one_pass(tmp_path):
    files = [EXAMPLES / "predictions.txt", "-r", EXAMPLES / "references.txt"]
    predictions, references = lines(files[0]), lines(files[2])
    metrics = {"chrf++": tc.CHRF(word_order=2), "bleu": tc.BLEU(), "rouge": tc.ROUGE(["rougeL"]), "chrf": tc.CHRF()}
    asked = [word for name in metrics for word in ("-m", name)] + ["--type", "rougeL"]
    out = json.loads(good("score", *files, *asked, "--json"))
    scores = {name: metric.corpus(predictions, references) for name, metric in metrics.items()}
    for name, score in scores.items():
        assert out[name].items() >= {**score.to_dict(), "signature": score.signature, "segments": 5}.items()
    # The numbers of sacreBLEU's verbose_score.
    bleu = scores["bleu"]
    about = {"precisions": list(bleu.precisions), "counts": list(bleu.counts), "totals": list(bleu.totals)}
    about |= {"bp": bleu.bp, "ratio": bleu.ratio, "sys_len": bleu.sys_len, "ref_len": bleu.ref_len}
    assert out["bleu"] == {"bleu": bleu.score, **about, "signature": bleu.signature, "segments": 5}
    printed = good("score", *files, *asked, "--per-segment", tmp_path / "each.csv").splitlines()
    assert printed[:2] == [str(scores["chrf++"]), str(scores["bleu"])]
    assert printed[4:6] == [str(scores["chrf"]), "5 segments"]
    assert printed[6].startswith("signatures: nrefs:1; chrF++ case:mixed|eff:yes|nc:6|nw:2|space:no|version:sacrebleu.")
    with open(tmp_path / "each.csv") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "segment",
        "chrf++",
        "bleu",
        "rougeL_precision",
        "rougeL_recall",
        "rougeL_fmeasure",
        "chrf",
    ]
    for name in ("chrf++", "bleu", "chrf"):
        assert [float(row[name]) for row in rows] == metrics[name].score_each(predictions, references).values.tolist()


def test_options_of_bleu_and_chrf():
    files = [EXAMPLES / "predictions.txt", "-r", EXAMPLES / "references.txt"]
    options = ["--tokenize", "intl", "--lowercase", "--max-ngram-order", "3", "--smooth-method", "floor"]
    options += ["--smooth-value", "0.2", "--char-order", "4", "--beta", "3"]
    out = json.loads(good("score", *files, "-m", "bleu", "-m", "chrf", *options, "--json"))
    texts = lines(files[0]), lines(files[2])
    assert out["bleu"]["bleu"] == tc.BLEU("intl", True, 3, "floor", 0.2).corpus(*texts).score
    assert out["chrf"]["chrf"] == tc.CHRF(4, beta=3, lowercase=True).corpus(*texts).score
    wrong = tricolore("score", *files, "-m", "bleu", "--tokenize", "13")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr.startswith("tricolore: error: tokenize is '13', which is none of '13a'")
    explained = good("explain", *files, "-m", "bleu", "-m", "chrf", "--segment", "2")
    bleu, chrf = (metric.explain(texts[0][1], texts[1][1]) for metric in (tc.BLEU(), tc.CHRF()))
    assert explained == f"{bleu}\n\n{chrf}\n"


def test_options_of_edit_distances_and_gleu():
    files = [EXAMPLES / "predictions.txt", "-r", EXAMPLES / "references.txt"]
    texts = lines(files[0]), lines(files[2])
    for arguments, metric in (
        (["wer", "--tokenizer", "whitespace"], tc.WER("whitespace")),
        (["cer", "--tokenizer", "none"], tc.CER("none")),
        (["edit_similarity", "--no-substitutions", "--lowercase"], tc.EditSimilarity(False, True)),
        (["anls", "--threshold", "0.9"], tc.ANLS(0.9)),
        (["gleu", "--tokenize", "intl", "--min-len", "2", "--max-len", "3"], tc.GLEU("intl", min_len=2, max_len=3)),
    ):
        score = metric.corpus(*texts)
        assert good("score", *files, "-m", *arguments) == f"{score}\n5 segments\nsignature: {score.signature}\n"


def test_options_of_ter_and_exact_match():
    files = [EXAMPLES / "predictions.txt", "-r", EXAMPLES / "references.txt"]
    texts = lines(files[0]), lines(files[2])
    names = ["-m", "ter", "-m", "exact_match", "-m", "token_f1"]
    options = ["--normalized", "--no-punct", "--asian-support", "--case-sensitive", "--normalization", "squad"]
    for given, metrics in (
        ([], (tc.TER(), tc.ExactMatch(), tc.TokenF1())),
        (options, (tc.TER(True, True, True, True), tc.ExactMatch("squad"), tc.TokenF1())),
    ):
        scores = [metric.corpus(*texts) for metric in metrics]
        printed = good("score", *files, *names, *given).splitlines()
        assert printed[:4] == [*map(str, scores), "5 segments"]
        for field in scores[0].signature.split("|"):
            assert field in printed[4]
        explained = good("explain", *files, *names, *given, "--segment", "2")
        assert explained == "\n\n".join(str(metric.explain(texts[0][1], texts[1][1])) for metric in metrics) + "\n"


@pytest.mark.parametrize(
    ("asked", "option", "whose"),
    [
        (["-m", "ter"], ["--tokenize", "zh"], "--tokenize is an option of bleu"),
        (["-m", "ter"], ["--lowercase"], "--lowercase is an option of bleu and chrf"),
        (["-m", "bleu"], ["--case-sensitive"], "--case-sensitive is an option of ter"),
        (["-m", "bleu"], ["--use-stemmer"], "--use-stemmer is an option of rouge"),
        ([], ["--beta", "3"], "--beta is an option of chrf"),
    ],
)
def test_an_option_that_would_change_nothing(asked, option, whose):
    done = tricolore("score", EXAMPLES / "predictions.txt", "-r", EXAMPLES / "references.txt", *asked, *option)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"tricolore: error: {whose}")


def test_intervals():
    files = [EXAMPLES / "predictions.txt", "-r", EXAMPLES / "references.txt"]
    texts = lines(files[0]), lines(files[2])
    options = ["--confidence", "0.9", "--samples", "50", "--seed", "3"]
    bleu, rouge = (m.corpus(*texts, 0.9, 50, 3) for m in (tc.BLEU(), tc.ROUGE(["rouge1"])))
    printed = good("score", *files, "-m", "bleu", "-m", "rouge", "--type", "rouge1", *options).splitlines()
    assert printed[0] == str(bleu)
    assert printed[1].split() == ["precision", "recall", "fmeasure", "low", "high"]
    low, high = rouge.confidence_interval["rouge1"].fmeasure
    assert printed[2].split()[-2:] == [f"{low:.4f}", f"{high:.4f}"]
    out = json.loads(good("score", *files, "-m", "bleu", "-m", "rouge", "--type", "rouge1", *options, "--json"))
    assert out["bleu"]["confidence_interval"] == list(bleu.confidence_interval)
    assert out["bleu"]["half_width"] == bleu.half_width
    assert out["rouge"]["confidence_interval"]["rouge1"]["fmeasure"] == [low, high]
    wrong = tricolore("score", *files, "--confidence", "95")
    assert wrong.stderr == "tricolore: error: confidence is 95.0: it must be between 0 and 1, such as 0.95\n"


def test_compare(tmp_path):
    other, third = tmp_path / "other.txt", tmp_path / "third.txt"
    texts, references = lines(EXAMPLES / "predictions.txt"), lines(EXAMPLES / "references.txt")
    other.write_text("".join(f"{text.upper()}\n" for text in texts))
    third.write_text("a\nb\nc\nd\n")
    systems = {str(EXAMPLES / "predictions.txt"): texts, str(other): [text.upper() for text in texts]}
    files = [*systems, "-r", EXAMPLES / "references.txt", "-m", "bleu", "-m", "ter"]
    expected = tc.compare(systems, references, ["bleu", "ter"])
    assert good("compare", *files) == f"{expected}\n"
    assert "nrefs:1|randomization:10000|seed:12345|" in str(expected)
    for test in ("randomization", "bootstrap", "paired_ar", "paired_bs"):
        options = ["--test", test, "--samples", "100", "--seed", "1", "--family", "systems", "--json"]
        expected = tc.compare(systems, references, ["bleu", "ter"], test=test, samples=100, seed=1, family="systems")
        assert json.loads(good("compare", *files, *options)) == json.loads(json.dumps(expected.to_dict()))
    copy = tmp_path / "copy.txt"
    copy.write_text("".join(f"{text}\n" for text in texts))
    printed = good("compare", EXAMPLES / "predictions.txt", copy, *files[2:4], "-m", "bleu").splitlines()
    assert printed[1].split()[1] == printed[2].split()[1]
    assert printed[6].split() == ["BLEU", str(copy), "unchanged", "1.0000"]
    for arguments, message in (
        ([other], "compare needs at least two files"),
        ([other, other], "compare needs at least two files"),
        ([other, third], f"{third} has 4 segments and {EXAMPLES / 'references.txt'} has 5"),
        # This error comes before files are read, so the missing file does not matter.
        ([other, "none.txt", "--test", "paired_bs"], "test is 'paired_bs', which is sacreBLEU's, and ROUGE is not"),
    ):
        wrong = tricolore("compare", *arguments, "-r", EXAMPLES / "references.txt")
        assert (wrong.returncode, wrong.stdout) == (1, "")
        assert wrong.stderr.startswith(f"tricolore: error: {message}")


def test_several_reference_files_and_standard_input(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"the cat\r\n\nlast without newline")
    (tmp_path / "b.jsonl").write_text('{"ref": "a cat"}\n{"ref": ["x", "y"]}\n{"ref": []}\n'.replace("[]", '["z"]'))
    files = ["-r", "a.txt", "-r", "b.jsonl", "--reference-key", "ref"]
    out = good("score", "-", *files, "--json", stdin="a cat\ny\nlast\n", cwd=tmp_path)
    references = [["the cat", "a cat"], ["", "x", "y"], ["last without newline", "z"]]
    score = tc.ROUGE().corpus(["a cat", "y", "last"], references)
    assert json.loads(out)["rouge"]["rouge1_recall"] == score["rouge1"].recall
    assert json.loads(out)["rouge"]["signature"].startswith("nrefs:var|")
    rows = '{"p": "a", "r": "b"}\n'
    out = good("score", "-", "--format", "jsonl", "--prediction-key", "p", "--reference-key", "r", stdin=rows)
    assert "1 segments" in out


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_per_segment(tmp_path, ending):
    path = tmp_path / f"out.{ending}"
    good("score", EXAMPLES / "predictions.txt", "-r", EXAMPLES / "references.txt", "--per-segment", path)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file)) if ending == "csv" else [json.loads(line) for line in file]
    scores = tc.ROUGE().score_each(lines(EXAMPLES / "predictions.txt"), lines(EXAMPLES / "references.txt"))
    assert [int(row.pop("segment")) for row in rows] == [1, 2, 3, 4, 5]
    assert [{name: float(figure) for name, figure in row.items()} for row in rows] == [s.to_dict() for s in scores]
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_explain():
    arguments = [EXAMPLES / "predictions.txt", "-r", EXAMPLES / "references.txt", "--segment", "5", "--type", "rouge2"]
    texts = lines(EXAMPLES / "predictions.txt")[4], lines(EXAMPLES / "references.txt")[4]
    explanation = tc.ROUGE(["rouge2"]).explain(*texts)
    assert good("explain", *arguments) == f"{explanation}\n"
    assert json.loads(good("explain", *arguments, "--json")) == explanation.to_dict()


@pytest.mark.parametrize(
    ("files", "arguments", "message"),
    [
        ({"p.txt": "a"}, ["p.txt"], "p.txt has no references: give files of references with -r"),
        ({"p.txt": "a"}, ["p.txt", "-r", "none.txt"], "none.txt: No such file or directory"),
        ({"p.txt": "a\nb", "r.txt": "a"}, ["p.txt", "-r", "r.txt"], "p.txt has 2 segments and r.txt has 1"),
        ({"p.txt": b"a\n\xff\n", "r.txt": "a\nb"}, ["p.txt", "-r", "r.txt"], "p.txt:2: not UTF-8 at byte 1"),
        ({"p.doc": "a", "r.txt": "a"}, ["p.doc", "-r", "r.txt"], "p.doc: the ending does not tell the format"),
        ({"p.txt": "", "r.txt": ""}, ["p.txt", "-r", "r.txt"], "p.txt has no segments"),
        ({"p.jsonl": '{"prediction": "a"}'}, ["p.jsonl"], "p.jsonl:1: no key 'references'; its keys are 'prediction'"),
        ({"p.jsonl": '{"x": 1}\n'}, ["p.jsonl"], "p.jsonl:1: no key 'prediction'; its keys are 'x'"),
        ({"p.jsonl": '{"prediction": 1}'}, ["p.jsonl"], "p.jsonl:1: 'prediction' is of type int"),
        ({"p.jsonl": '{"prediction": "a", "references": [1]}'}, ["p.jsonl"], "p.jsonl:1: 'references' must be"),
        ({"p.jsonl": '{"prediction": "a", "references": []}'}, ["p.jsonl"], "p.jsonl:1: 'references' is empty"),
        ({"p.jsonl": '{"prediction": "a", "references": "a"}\n{'}, ["p.jsonl"], "p.jsonl:2: not JSON: "),
        ({"p.jsonl": "9" * 5000}, ["p.jsonl"], "p.jsonl:1: not a segment: Exceeds the limit"),
        ({"p.jsonl": "[]"}, ["p.jsonl"], "p.jsonl:1: a list where an object belongs"),
        ({"p.jsonl": "[" * 100_000}, ["p.jsonl"], "p.jsonl:1: not a segment: nested too deeply"),
        ({"p.jsonl": '\n{"prediction": "a", "references": "a"}\n'}, ["p.jsonl"], "p.jsonl:1: an empty line"),
        ({"p.jsonl": '{"prediction": "a", "references": "a"}'}, ["p.jsonl", "--per-segment", "p.jsonl"], "is an input"),
        ({"p.txt": "{}"}, ["p.txt", "--format", "jsonl"], "p.txt is read as txt, by its ending, and"),
        ({}, ["-", "-r", "-"], "standard input can be read once"),
        ({"p.csv": "prediction,references\na,b,c\n"}, ["p.csv"], "p.csv:2: 3 values, and the first line names 2"),
        ({"p.csv": "x,references\na,b\n"}, ["p.csv"], "p.csv:2: no key 'prediction'; its keys are 'x', 'references'"),
        ({"p.csv": b"prediction,references\na,\xff\n"}, ["p.csv"], "p.csv:2: not UTF-8 at byte 3 of the line"),
        ({"p.csv": 'prediction,references\na,"b\n'}, ["p.csv"], "p.csv:2: not comma-separated values: unexpected end"),
        ({"p.csv": "prediction,references\n"}, ["p.csv"], "p.csv has no segments"),
        ({"p.csv": "prediction,x,prediction\n"}, ["p.csv"], "p.csv:1: 2 columns are named 'prediction'"),
        ({"p.txt": "a", "r.txt": "a"}, ["p.txt", "-r", "r.txt", "--confidence", "7"], "confidence is 7.0: it must be"),
        ({"p.txt": "a", "r.txt": "a"}, ["p.txt", "-r", "r.txt", "--samples", "5"], "--samples and --seed need"),
        (
            {"p.txt": "a", "r.txt": "a"},
            ["p.txt", "-r", "r.txt", "--confidence", ".9", "--samples", "0"],
            "samples is 0",
        ),
        ({"p.txt": "a", "r.txt": "a"}, ["p.txt", "-r", "r.txt", "--tokenizer", "pretokenized"], "files hold text"),
        (
            {"p.txt": "a", "r.txt": "a"},
            ["p.txt", "-r", "r.txt", "--per-segment", "x" * 300 + ".csv"],
            "x.csv: File name too long",
        ),
        ({"p.parquet": "PAR"}, ["p.parquet"], "p.parquet: not a Parquet file: "),
        ({}, ["-", "--format", "parquet"], "Parquet is read from files, not from standard input"),
        ({"p.txt": "a", "r.txt": "a"}, ["p.txt", "-r", "r.txt", "--group-key", "task"], "p.txt has no groups"),
        (
            {"p.jsonl": '{"prediction": "a", "references": "a", "task": [1]}'},
            ["p.jsonl", "--group-key", "task"],
            "p.jsonl:1: 'task' is of type list: it must be a label",
        ),
        ({"p.txt": "a", "r.txt": "a"}, ["p.txt", "-r", "r.txt", "--type", "rogue"], "did you mean 'rouge"),
        ({"p.txt": "a", "r.txt": "a"}, ["p.txt", "-r", "r.txt", "--tokenizer", "uni"], "'unicode'"),
        ({"p.txt": "a", "r.txt": "a"}, ["p.txt", "-r", "r.txt", "--num-threads", "0"], "num_threads is 0"),
        ({"p.txt": "a", "r.txt": "a"}, ["p.txt", "-r", "r.txt", "--per-segment", "o.xls"], ".jsonl, .csv and .parquet"),
        ({"p.txt": "a", "r.txt": "a"}, ["p.txt", "-r", "r.txt", "--per-segment", "no/o.csv"], "no/o.csv: No such file"),
    ],
)  # fmt: skip
def test_errors_are_one_line(tmp_path, files, arguments, message):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    result = tricolore("score", *arguments, stdin="", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith("tricolore: error: ")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == set(files)


def test_comma_separated_values(tmp_path):
    rows = [('the cat, "sat"', "a cat\nsat", "x"), ("", "ü", "y"), ("long " * 40_000, "long", "x")]
    with (tmp_path / "p.CSV").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([("hypothesis", "references", "task"), *rows])
    out = good("score", tmp_path / "p.CSV", "--prediction-key", "hypothesis", "--json", "-m", "chrf")
    assert json.loads(out)["chrf"]["chrf"] == tc.CHRF().corpus([p for p, *_ in rows], [r for _, r, _ in rows]).score


def parquet(path, columns):
    pq.write_table(pa.table(columns), path, row_group_size=2)


@pytest.mark.parametrize("lists", [False, True])
def test_parquet(tmp_path, lists):
    predictions, references = ["the cat", "sat", "", "on the mat", "ü"], ["a cat", "sat", "x", "on a mat", "u"]
    several = [[text, "mat"] for text in references] if lists else references
    parquet(tmp_path / "p.parquet", {"prediction": predictions, "references": several, "other": [1, 2, 3, 4, 5]})
    out = json.loads(good("score", tmp_path / "p.parquet", "--json", "-m", "bleu", "-m", "rouge"))
    assert out["bleu"]["bleu"] == tc.BLEU().corpus(predictions, several).score
    assert out["rouge"]["rougeL_recall"] == tc.ROUGE().corpus(predictions, several)["rougeL"].recall
    (tmp_path / "r.txt").write_text("\n".join(references), encoding="utf-8")
    out = json.loads(good("score", tmp_path / "p.parquet", "-r", tmp_path / "r.txt", "--json", "-m", "chrf"))
    assert out["chrf"]["chrf"] == tc.CHRF().corpus(predictions, references).score
    # The files also serve as references of other files, and `explain` reads them too.
    parquet(tmp_path / "r.parquet", {"references": several})
    (tmp_path / "p.txt").write_text("\n".join(predictions), encoding="utf-8")
    out = json.loads(good("score", tmp_path / "p.txt", "-r", tmp_path / "r.parquet", "--json", "-m", "chrf"))
    assert out["chrf"]["chrf"] == tc.CHRF().corpus(predictions, several).score
    assert "chrF2" in good("explain", tmp_path / "p.parquet", "-m", "chrf", "--segment", "4")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"prediction": ["a"]}, "p.parquet: no column 'references'; its columns are 'prediction'"),
        ({"prediction": ["a", None], "references": ["a", "b"]}, "p.parquet:2: 'prediction' is null: --nulls empty"),
        ({"prediction": [1], "references": ["a"]}, "p.parquet:1: 'prediction' is of type int"),
        ({"prediction": ["a"] * 5, "references": [["a"]] * 4 + [[]]}, "p.parquet:5: 'references' is empty"),
        (
            {"prediction": ["a"] * 3, "references": [["a"]] * 2 + [[None]]},
            "p.parquet:3: 'references' has a null: --nulls drop",
        ),
    ],
)
def test_parquet_that_is_not_segments(tmp_path, columns, message):
    parquet(tmp_path / "p.parquet", columns)
    result = tricolore("score", "p.parquet", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_labels_that_look_alike(tmp_path):
    labels = [1, "1", True, 1.0, None, "None", "x"]
    rows = [{"prediction": "a", "references": "a", "task": label} for label in labels]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    out = json.loads(good("score", tmp_path / "p.jsonl", "--group-key", "task", "--json", "-m", "exact_match"))
    counts = {label: group["segments"] for label, group in out["exact_match"]["groups"].items()}
    assert counts == {"1": 2, "true": 1, "1.0": 1, "null": 1, "None": 1, "x": 1}
    nan = float("nan")
    parquet(tmp_path / "p.parquet", {"prediction": ["a"] * 3, "references": ["a"] * 3, "task": [nan, 2.5, nan]})
    out = json.loads(good("score", tmp_path / "p.parquet", "--group-key", "task", "--json", "-m", "exact_match"))
    assert {label: group["segments"] for label, group in out["exact_match"]["groups"].items()} == {"nan": 2, "2.5": 1}
    parquet(tmp_path / "q.parquet", {"prediction": ["a"], "references": ["a"], "task": [{"x": 1}]})
    result = tricolore("score", tmp_path / "q.parquet", "--group-key", "task")
    assert "q.parquet:1: 'task' is of type dict: it must be a label" in result.stderr


def test_columns_that_are_not_asked_for_are_not_read(tmp_path):
    far = pa.array([2**60], pa.timestamp("us"))
    parquet(tmp_path / "p.parquet", {"prediction": ["the cat"], "references": ["the cat"], "when": far})
    assert "chrF2 = 100.00" in good("explain", tmp_path / "p.parquet", "-m", "chrf")
    twice = pa.Table.from_arrays([pa.array(["a"])] * 3, names=["prediction", "references", "references"])
    pq.write_table(twice, tmp_path / "q.parquet")
    assert "2 columns are named 'references'" in tricolore("score", tmp_path / "q.parquet").stderr


def test_pipes_are_read_once(tmp_path):
    for name, text in (("p", "a\nb\n"), ("q", "a\nc\n"), ("r", "a\nb\n")):
        (tmp_path / f"{name}.txt").write_text(text)
    command = ["compare", "p.txt", "q.txt", "-m", "chrf", "--samples", "5"]
    expected = good(*command, "-r", "r.txt", cwd=tmp_path)
    assert good(*command, "-r", "-", stdin="a\nb\n", cwd=tmp_path) == expected
    result = tricolore("score", "p.txt", "-r", "-", stdin="a\n", cwd=tmp_path)
    assert "p.txt has 2 segments and - has 1" in result.stderr
    row = json.dumps({"prediction": "a"})
    out = good("score", "-", "--format", "jsonl", "-r", "r.txt", "-m", "chrf", stdin=f"{row}\n{row}\n", cwd=tmp_path)
    assert out.startswith("chrF2 = 50.00")


def test_blank_lines_of_csv(tmp_path):
    (tmp_path / "p.csv").write_text("\nprediction,references\n\na,a\n\n")
    assert "1 segments" in good("score", tmp_path / "p.csv", "-m", "exact_match")


def test_a_batch_that_looks_odd_is_no_odd_file(tmp_path, monkeypatch, capsys):
    from tricolore.cli import main
    from tricolore.cli.files import read

    monkeypatch.setattr(read, "BATCH", 20)
    (tmp_path / "p.txt").write_text("漢字\n" * 10 + "cat\n" * 40, encoding="utf-8")
    (tmp_path / "r.txt").write_text("cat\n" * 50)
    assert main(["score", str(tmp_path / "p.txt"), "-r", str(tmp_path / "r.txt")]) == 0
    assert capsys.readouterr().err == ""


def test_parquet_without_pyarrow(tmp_path, monkeypatch, capsys):
    from tricolore.cli import main

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert main(["score", str(tmp_path / "p.parquet")]) == 1
    assert "Parquet needs pyarrow: python -m pip install 'tricolore[parquet]'" in capsys.readouterr().err


def grouped_files(folder):
    rows = [
        {"prediction": f"the {w} sat", "references": [f"a {w} sat", "b"], "task": t}
        for w, t in zip("abcdef", "xyxxyy", strict=True)
    ]
    (folder / "p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    parquet(folder / "p.parquet", {name: [row[name] for row in rows] for name in rows[0]})
    with (folder / "p.csv").open("w", newline="") as file:
        csv.writer(file).writerows([rows[0], *([r["prediction"], r["references"][0], r["task"]] for r in rows)])
    return rows


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
@pytest.mark.parametrize("interval", [[], ["--confidence", "0.9", "--samples", "30"]])
def test_groups(tmp_path, ending, interval):
    rows = grouped_files(tmp_path)
    command = ["score", tmp_path / f"p.{ending}", "--group-key", "task", "-m", "bleu", "-m", "rouge", *interval]
    out = json.loads(good(*command, "--json"))
    confidence, samples = (0.9, 30) if interval else (None, 1000)
    for task in "xy":
        own = [row for row in rows if row["task"] == task]
        references = [row["references"][: 1 if ending == "csv" else 2] for row in own]
        score = tc.BLEU().corpus([row["prediction"] for row in own], references, confidence, samples)
        group = out["bleu"]["groups"][task]
        assert (group["bleu"], group["segments"], group["signature"]) == (score.score, 3, score.signature)
        if interval:
            assert group["confidence_interval"] == list(score.confidence_interval)
        rouge = tc.ROUGE().corpus([row["prediction"] for row in own], references)
        assert out["rouge"]["groups"][task]["rouge2_fmeasure"] == rouge["rouge2"].fmeasure
    assert out["bleu"]["segments"] == 6
    text = good(*command)
    table = text[text.index("task") :].splitlines()
    assert table[1].split()[:2] == ["group", "segments"]
    assert [line.split()[:2] for line in table[2:5]] == [["x", "3"], ["y", "3"], ["all", "6"]]


@pytest.mark.parametrize("ending", ["txt", "jsonl", "csv", "parquet"])
def test_batches_change_nothing(tmp_path, ending, monkeypatch, capsys):
    from tricolore.cli import main
    from tricolore.cli.files import read

    rows = [(f"the cat {i} sat on {'mat ' * (i % 5)}", f"a cat {i} sat", str(i % 3)) for i in range(60)]
    predictions, references, tasks = map(list, zip(*rows, strict=True))
    columns = {"prediction": predictions, "references": references, "task": tasks}
    path, command = tmp_path / f"p.{ending}", []
    if ending == "txt":
        path.write_text("\n".join(predictions))
        (tmp_path / "r.txt").write_text("\n".join(references))
        command = ["-r", str(tmp_path / "r.txt")]
    elif ending == "jsonl":
        path.write_text("".join(json.dumps(dict(zip(columns, row, strict=True))) + "\n" for row in rows))
    elif ending == "csv":
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([columns, *rows])
    else:
        parquet(path, columns)
    command += [] if ending == "txt" else ["--group-key", "task"]
    command = ["score", str(path), *command, "-m", "rouge", "-m", "ter", "-m", "chrf++", "--json"]
    outputs = []
    for size in (1 << 22, 200):
        monkeypatch.setattr(read, "BATCH", size)
        each = tmp_path / f"each{size}.csv"
        assert main([*command, "--per-segment", str(each)]) == 0
        outputs.append((capsys.readouterr(), each.read_text()))
    assert outputs[0] == outputs[1]
    assert json.loads(outputs[0][0].out)["ter"]["ter"] == tc.TER().corpus(predictions, references).score


def test_a_segment_that_is_not_there():
    result = tricolore("explain", EXAMPLES / "predictions.txt", "-r", EXAMPLES / "references.txt", "--segment", "6")
    assert result.returncode == 1
    assert "has segments 1 to 5" in result.stderr


def test_a_failed_run_leaves_what_was_there(tmp_path, monkeypatch):
    from tricolore.cli import main
    from tricolore.cli.saving.write import SegmentWriter

    out = tmp_path / "out.csv"
    out.write_text("kept")

    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(SegmentWriter, "write", fail)
    paths = [str(EXAMPLES / "predictions.txt"), "-r", str(EXAMPLES / "references.txt")]
    assert main(["score", *paths, "--per-segment", str(out)]) == 130
    assert out.read_text() == "kept"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def shown_on(terminal):
    """Returns everything that was written to the terminal, whose other side is closed."""
    shown = b""
    # On Linux reading past the end is an error, on other systems it returns nothing.
    with contextlib.suppress(OSError):
        while part := os.read(terminal, 10_000):
            shown += part
    os.close(terminal)
    return shown.decode()


@pytest.mark.parametrize("has_rich", [True, False])
def test_a_bar_where_it_takes_long_on_a_terminal(has_rich, monkeypatch, capfd):
    from tricolore.cli import show

    monkeypatch.setenv("TERM", "xterm")
    if not has_rich:
        monkeypatch.setitem(sys.modules, "rich.progress", None)
    terminal, side = pty.openpty()
    with os.fdopen(side, "w") as stream:
        before, sys.stderr = sys.stderr, stream
        try:
            # The run continues from a checkpoint: a quarter is done before the first call.
            with show.progress(8) as advance:
                advance(2, 9000)
                advance(3, 9100)
                start, *before_that = advance.__self__._first
                advance.__self__._first = (start - 10, *before_that)
                advance(4, 14000)
        finally:
            sys.stderr = before
    drawn = shown_on(terminal)
    # At first nothing is shown. Later the bar appears, with one time left, and at the end it is erased. Two eighths
    # took ten seconds, so that the other four take twenty.
    assert "20 s left" in drawn
    assert set(re.findall(r"\d+ s left", drawn)) == {"20 s left"}
    assert not re.search(r"\d:\d\d", drawn)
    assert "50%" in drawn
    assert "500 segments/s" in drawn
    # rich erases a line with [2K, the plain bar with [K.
    assert "\x1b[2K" in drawn.rpartition("50%")[2] if has_rich else drawn.endswith("\r\x1b[K")
    with show.progress(4) as advance:
        advance(4, 1)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("columns", [45, 200])
def test_numbers_are_never_cut(columns, tmp_path):
    """A terminal of 45 columns shows every number whole, in a line of its own where the table would be too wide."""
    environment = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm"}
    files = [EXAMPLES / "predictions.txt", EXAMPLES / "references.txt", "-r", EXAMPLES / "references.txt"]
    command = [
        sys.executable,
        "-m",
        "tricolore",
        "compare",
        *files,
        "-m",
        "bleu",
        "chrf",
        "ter",
        "--confidence",
        "0.95",
    ]
    terminal, side = pty.openpty()
    subprocess.run(command, stdout=side, check=True, env=environment, cwd=tmp_path)
    os.close(side)
    lines = shown_on(terminal).replace("\x1b[1m", "").replace("\x1b[0m", "").split("\r\n")
    texts, references = (path.read_text().splitlines() for path in files[:2])
    bleu = tc.BLEU().corpus(texts, references, 0.95)
    shown = f"{bleu.score:.2f} ± {bleu.half_width:.2f}"
    assert any(shown in line for line in lines)
    table = [line for line in lines[:-2] if str(EXAMPLES) not in line]
    if columns == 45:
        assert max(map(len, table)) <= 45
        assert f"  BLEU ↑  {shown}" in lines


def test_whoever_reads_may_stop(tmp_path):
    explain = f"{sys.executable} -m tricolore explain {EXAMPLES}/predictions.txt -r {EXAMPLES}/references.txt"
    command = f"{explain} | true; echo ${{PIPESTATUS[0]}}"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=tmp_path)
    assert (result.stdout, result.stderr) == ("0\n", "")


def test_a_byte_order_mark_and_capital_endings(tmp_path):
    (tmp_path / "p.TXT").write_bytes(b"\xef\xbb\xbfcat\n")
    (tmp_path / "r.jsonl").write_bytes(b'\xef\xbb\xbf{"references": "cat"}\n')
    options = ["--tokenizer", "whitespace", "--per-segment", "O.CSV", "--json"]
    # A byte order mark stays in plain text, as in sacreBLEU.
    for encoding, recall in (([], 0.0), (["--encoding", "utf-8-sig"], 1.0)):
        out = good("score", "p.TXT", "-r", "r.jsonl", *options, *encoding, cwd=tmp_path)
        assert json.loads(out)["rouge"]["rouge1_recall"] == recall
    assert (tmp_path / "O.CSV").read_text().startswith("segment,rouge1_precision,")


def test_a_warning_is_one_line(tmp_path):
    (tmp_path / "p.txt").write_text("漢字\n")
    result = tricolore("score", "p.txt", "-r", "p.txt", cwd=tmp_path)
    assert result.returncode == 0
    assert result.stderr.startswith("tricolore: warning: the default tokenizer")
    assert result.stderr.count("\n") == 1


def test_what_the_terminal_cannot_show(tmp_path):
    (tmp_path / "p.jsonl").write_text('{"prediction": "\\ud800 é", "references": "é"}\n')
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "tricolore", "explain", "p.jsonl", "--tokenizer", "whitespace", "--type", "rougeL"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert result.returncode == 0
    assert "\\ud800 [\\xe9]" in result.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
def test_no_space_left():
    paths = [EXAMPLES / "predictions.txt", "-r", EXAMPLES / "references.txt"]
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "tricolore", "score", *map(str, paths)]
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert result.returncode == 1
    assert result.stderr == "tricolore: error: standard output: No space left on device\n"


def test_a_result_keeps_the_permissions_of_the_file_it_replaces(tmp_path):
    paths = [EXAMPLES / "predictions.txt", "-r", EXAMPLES / "references.txt"]
    out = tmp_path / "out.csv"
    good("score", *paths, "--per-segment", out)
    out.chmod(0o600)
    good("score", *paths, "--per-segment", out)
    assert out.stat().st_mode & 0o777 == 0o600


def test_links_and_pipes(tmp_path):
    paths = [EXAMPLES / "predictions.txt", "-r", EXAMPLES / "references.txt"]
    (tmp_path / "link.csv").symlink_to("real.csv")
    good("score", *paths, "--per-segment", "link.csv", cwd=tmp_path)
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().count("\n") == 6
    os.mkfifo(tmp_path / "pipe.csv")
    with subprocess.Popen(["cat", "pipe.csv"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as reader:
        good("score", *paths, "--per-segment", "pipe.csv", cwd=tmp_path)
        assert reader.stdout.read().count("\n") == 6


def test_closed_streams():
    command = f"{sys.executable} -m tricolore score {EXAMPLES}/predictions.txt -r"
    for redirect, code in ((f"{EXAMPLES}/references.txt >&-", 0), ("- <&-", 1)):
        result = subprocess.run(["bash", "-c", f"{command} {redirect}"], stderr=subprocess.PIPE, text=True)
        assert result.returncode == code
        assert "Traceback" not in result.stderr


def test_version_and_help():
    assert good("--version") == f"tricolore {tc.__version__}\n"
    assert good("-V") == good("--version")
    for command in ([], ["score"], ["compare"], ["explain"], ["report"]):
        shown = good(*command, "--help")
        assert "usage: tricolore" in shown
        assert "examples:\n  tricolore " in shown
