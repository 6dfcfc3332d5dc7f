"""Mistakes that once gave a plausible number are refused with advice, or do the intended thing."""

import json
import os
import subprocess
import sys

import pytest
import tricolore as tc
from command import outcome, printed, refused

ROW = '{"prediction": "the cat sat", "references": ["a cat sat"]}\n'


@pytest.fixture(autouse=True)
def two_systems(here):
    """Writes two systems."""
    (here / "a.jsonl").write_text(ROW)
    (here / "b.jsonl").write_text(ROW.replace("the", "a"))
    (here / "p.txt").write_text("the cat sat\n")
    (here / "r.txt").write_text("a cat sat\n")


def score_of(capsys, *arguments):
    out = json.loads(printed(capsys, "score", *arguments, "-m", "chrf", "--json"))["chrf"]
    return out["chrf"], out["segments"]


def test_two_systems_are_not_one_corpus(capsys, here):
    error = refused(capsys, "score", "a.jsonl", "b.jsonl")
    assert "to compare systems, use tricolore compare a.jsonl b.jsonl" in error
    assert "parts of one corpus, add --pool" in error
    pooled = tc.CHRF().corpus(["the cat sat", "a cat sat"], ["a cat sat"] * 2).score
    assert score_of(capsys, "a.jsonl", "b.jsonl", "--pool") == (pooled, 2)
    # A single name needs no --pool, and --pool with one file is fine.
    (here / "both").mkdir()
    for name in ("a.jsonl", "b.jsonl"):
        (here / "both" / name).write_bytes((here / name).read_bytes())
    assert score_of(capsys, "both") == (pooled, 2)
    assert score_of(capsys, "a.jsonl", "--pool")[1] == 1
    assert "--pool" in refused(capsys, "score", "both", "a.jsonl")


def test_a_file_counts_once(capsys, here):
    (here / "folder").mkdir()
    os.link(here / "a.jsonl", here / "folder" / "x.jsonl")
    (here / "link.jsonl").symlink_to("a.jsonl")
    (here / "other.txt").symlink_to("r.txt")
    for given, message in (
        (["a.jsonl", "a.jsonl"], "a.jsonl is given twice as predictions"),
        (["a.jsonl", "./a.jsonl"], "a.jsonl and ./a.jsonl are one file, which is given twice"),
        (["a.jsonl", "link.jsonl"], "a.jsonl and link.jsonl are one file"),
        (["folder", "a.jsonl"], "folder/x.jsonl and a.jsonl are one file"),
        (["folder", "folder"], "folder/x.jsonl is given twice"),
    ):
        assert message in refused(capsys, "score", "--pool", *given)
    for verb in (["score", "p.txt"], ["explain", "p.txt"], ["compare", "a.jsonl", "b.jsonl"]):
        error = refused(capsys, *verb, "-r", "r.txt", "-r", "other.txt")
        assert error == "r.txt and other.txt are one file, which is given twice as references: give it once"
    assert "a.jsonl is given twice as a system" in refused(capsys, "compare", "a.jsonl", "b.jsonl", "a.jsonl")
    assert "link.jsonl are one file" in refused(capsys, "compare", "a.jsonl", "b.jsonl", "link.jsonl")


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "parquet"])
def test_references_in_several_columns(capsys, here, ending):
    row = {"prediction": "the cat", "ref1": "zzz", "ref2": "the cat", "t": "x"}
    if ending == "jsonl":
        (here / "p.jsonl").write_text(json.dumps({**row, "ref2": ["x", "the cat"]}))
    elif ending == "parquet":
        pa = pytest.importorskip("pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        parquet.write_table(pa.Table.from_pylist([row]), here / "p.parquet")
    else:
        separator = "," if ending == "csv" else "\t"
        (here / f"p.{ending}").write_text("".join(f"{separator.join(words)}\n" for words in (row, row.values())))
    out = json.loads(printed(capsys, "explain", f"p.{ending}", "--reference-key", "ref1", "--reference-key", "ref2",
                             "-m", "chrf", "--json"))  # fmt: skip
    assert out["score"]["score"] == 100.0
    keys = ["--reference-key", "ref1", "--reference-key", "ref2"]
    out = json.loads(printed(capsys, "score", f"p.{ending}", *keys, "--json", "-m", "bleu", "--group-key", "t"))
    assert out["bleu"]["signature"].startswith(f"nrefs:{3 if ending == 'jsonl' else 2}|")
    error = refused(capsys, "score", f"p.{ending}", "--reference-key", "ref1", "--reference-key", "ref1")
    assert error == "--reference-key ref1 is given twice: give it once"


def test_an_option_of_one_value_is_given_once(capsys):
    options = {
        "score": "format encoding prediction-key tokenizer multi-reference tokenize max-ngram-order smooth-method "
        "smooth-value char-order beta normalization samples seed confidence id-key group-key per-segment checkpoint "
        "checkpoint-seconds num-threads nulls split-summaries",
        "compare": "test family samples seed num-threads format encoding nulls",
        "explain": "segment format encoding nulls",
    }
    # Two valid values of each option that takes a choice. All other options take numbers.
    choices = {
        "format": ("txt", "csv"),
        "nulls": ("drop", "empty"),
        "test": ("bootstrap", "paired_ar"),
        "family": ("all", "systems"),
    }
    for verb, names in options.items():
        for name in names.split():
            first, second = choices.get(name, (1, 2))
            for given in ([f"--{name}", first, f"--{name}", first], [f"--{name}={first}", f"--{name}={second}"]):
                error = refused(capsys, verb, "p.txt", *given, code=2)
                assert error.startswith(f"argument --{name}: it is given twice and takes one value")


def test_every_option_that_would_win_unseen_is_covered():
    """No option of a parser silently keeps only its last value."""
    import argparse

    from tricolore.cli.options import parser

    verbs = next(action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    for verb in verbs.choices.values():
        for action in verb._actions:
            assert not (isinstance(action, argparse._StoreAction) and action.option_strings), action


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            ["-m", "bleu", "--smooth-value", "1"],
            "--smooth-value goes with --smooth-method floor and add-k, and exp has",
        ),
        (["-m", "bleu", "--smooth-method", "none", "--smooth-value", "1"], "floor and add-k, and none has no value"),
        (["-m", "ter", "--asian-support"], "--asian-support needs --normalized or --no-punct"),
        (["--checkpoint-seconds", "5"], "--checkpoint-seconds needs --checkpoint"),
        (["--seed", "12345"], "--samples and --seed need --confidence"),
        (["-m", "ter", "--tokenize", "13a"], "--tokenize is an option of bleu"),
        (
            ["--prediction-key", "x"],
            "p.txt is text with one segment per line: --prediction-key is for files of records",
        ),
        (["--reference-key", "x"], "r.txt is text with one segment per line: --reference-key is for files of records"),
        (["--tokenizer", "char", "--use-stemmer"], "use_stemmer is for the default tokenizer"),
        (["--format", "csv"], "and --format csv would not change that: to read it as csv, give - in its place"),
    ],
)
def test_an_option_that_another_makes_useless(capsys, given, message):
    assert message in refused(capsys, "score", "p.txt", "-r", "r.txt", *given)


def test_an_option_that_is_of_use_to_one_of_the_files(capsys, here):
    (here / "r.jsonl").write_text('{"x": "a cat sat"}')
    (here / "p.dat").write_text('{"y": "the cat sat"}')
    expected = tc.CHRF().corpus(["the cat sat"], ["a cat sat"]).score
    assert score_of(capsys, "p.txt", "-r", "r.jsonl", "--reference-key", "x")[0] == expected
    given = ["p.dat", "--format", "jsonl", "--prediction-key", "y", "-r", "r.txt"]
    assert score_of(capsys, *given)[0] == expected
    # A redundant option is not an error.
    assert score_of(capsys, "p.txt", "-r", "r.txt", "--format", "txt")[0] == expected


def test_the_format_is_that_of_standard_input_and_of_names_that_do_not_tell(here):
    (here / "r.dat").write_text('{"references": "a cat sat"}\n')
    command = [sys.executable, "-m", "tricolore", "score", "-", "--format", "jsonl", "-m", "chrf"]
    for references in ("r.dat", "r.txt"):
        done = subprocess.run([*command, "-r", references], input=ROW, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(str(tc.CHRF().corpus(["the cat sat"], ["a cat sat"])))


@pytest.mark.parametrize(
    ("row", "given", "option"),
    [
        ({"target": "a", "filtered_resps": ["a"], "resps": [["a"]]}, [], "--prediction-key filtered_resps"),
        ({"target": "a", "resps": [["a"]]}, ["--prediction-key", "resps"], "--reference-key target"),
        ({"prediction": "a", "ref1": "b", "Ref_2": "c"}, [], "--reference-key ref1 --reference-key Ref_2"),
        ({"Hypothesis": "a", "references": "b"}, [], "--prediction-key Hypothesis"),
        ({"prediction": "a", "highlights": "b"}, [], "--reference-key highlights"),
    ],
)
def test_a_missing_key_says_which_option_names_another(capsys, here, row, given, option):
    (here / "x.jsonl").write_text(json.dumps(row))
    error = refused(capsys, "score", "x.jsonl", *given)
    assert error.endswith(f": name another with {option.split()[0]}, such as {option}")


def test_a_missing_key_of_which_nothing_is_guessed(capsys, here):
    (here / "x.jsonl").write_text('{"q": "a", "references": "b"}')
    assert refused(capsys, "score", "x.jsonl").endswith("'q', 'references': name another with --prediction-key")
    parquet = pytest.importorskip("pyarrow.parquet")
    pa = pytest.importorskip("pyarrow")
    parquet.write_table(pa.table({"prediction": ["a"], "target": ["b"]}), here / "x.parquet")
    assert refused(capsys, "score", "x.parquet").endswith("such as --reference-key target")
    assert "no key 't'" in refused(capsys, "score", "a.jsonl", "--group-key", "t")
    assert refused(capsys, "score", "a.jsonl", "--group-key", "t").endswith("name another with --group-key")


JAPANESE = "猫がマットの上に座っていた。\n昨日は一日中雨が降った。\n"


@pytest.mark.parametrize(
    ("text", "given", "warns"),
    [
        (JAPANESE, [], True),
        ("今天天气很好\n我们去公园\n", [], True),
        ("แมวนั่งบนเสื่อ\n", [], True),
        ("漢字\n", [], True),
        (JAPANESE, ["--tokenize", "char"], False),
        (JAPANESE, ["--tokenize", "zh"], False),
        # Words separated by spaces, Korean, and a few names among English words.
        ("今天 天气 很 好\n我们 去 公园\n", [], False),
        ("고양이가 매트 위에 앉았다.\n", [], False),
        ("the word 猫 is cat\n", [], False),
        (JAPANESE + "the cat sat\n" * 2, [], False),
        ("123\n\n", [], False),
    ],
)
def test_the_default_tokenizer_of_bleu_on_scripts_without_spaces(capsys, here, text, given, warns):
    (here / "x.txt").write_text(text, encoding="utf-8")
    (here / "y.txt").write_text(text, encoding="utf-8")
    warning = "tricolore: warning: most predictions are in a script without spaces"
    for command in (["score", "x.txt"], ["compare", "x.txt", "y.txt", "--samples", "20"]):
        code, _, err = outcome(capsys, *command, "-r", "y.txt", "-m", "bleu", "-m", "chrf", *given)
        assert code == 0
        assert err.startswith(warning) if warns else err == ""
        if warns:
            assert err.count("\n") == 1
            assert "--tokenize zh, ja-mecab, char or flores200" in err


def test_warnings_of_two_metrics(capsys, here):
    (here / "x.txt").write_text(JAPANESE, encoding="utf-8")
    code, _, err = outcome(capsys, "score", "x.txt", "-r", "x.txt", "-m", "bleu", "-m", "rouge")
    assert (code, err.count("\n")) == (0, 2)
    code, _, err = outcome(capsys, "score", "x.txt", "-r", "x.txt", "-m", "chrf")
    assert (code, err) == (0, "")
