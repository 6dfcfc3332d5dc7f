"""`python -m tricolore.verify` compares with definitions and originals, and shows a difference of one bit."""

import json
import math
import re

import pytest
import tricolore as tc
from process import run
from tricolore.verify import checks, comparison
from tricolore.verify.__main__ import main, spaced
from tricolore.verify.hard_texts import hard_segments


def outcomes(capsys, *arguments):
    code = main([*arguments, "-f", "json"])
    return code, json.loads(capsys.readouterr().out)["outcomes"]


def test_every_metric_against_the_originals(capsys):
    code, rows = outcomes(capsys, "--originals", "--segments", "12")
    assert code == 0
    assert {row["metric"] for row in rows} == {*tc.metric_names()} - {"chrf++"}
    packages = {row["compared_with"].split()[0] for row in rows}
    assert packages == {
        "definition",
        "rouge-score",
        "sacrebleu",
        "jiwer",
        "rapidfuzz",
        "anls-star",
        "nltk",
        "transformers",
    }
    assert all(row["values"] >= row["segments"] == 12 and row["differ"] == 0 for row in rows)


def test_without_originals_the_definitions_remain(capsys):
    code, rows = outcomes(capsys, "--segments", "3", "-m", "bleu", "wer")
    assert code == 0
    assert {row["compared_with"] for row in rows} == {"definition"}
    assert {row["metric"] for row in rows} == {"bleu", "wer"}


@pytest.mark.parametrize(("place", "where"), [(0, "segment 0"), (7, "segment 7"), (None, "the corpus")])
def test_one_bit_is_a_difference(place, where, monkeypatch, capsys):
    (check,) = (each for each in checks.checks() if each.name == "chrf" and each.options == "")

    def wrong(ours, make):
        def made(*texts):
            (figure,) = make(*texts)
            return (math.nextafter(figure, 200) if texts == ours else figure,)

        return made

    segments = hard_segments(9)
    whole = segments.predictions, segments.references
    ours = whole if place is None else tuple(texts[place] for texts in whole)

    def load():
        segment, corpus = check.original.load()
        return wrong(ours, segment), wrong(ours, corpus)

    broken = check._replace(original=check.original._replace(load=load))
    definition, original = comparison.compared(broken, segments, True)
    assert (definition.differ, definition.first) == (0, "")
    assert (original.differ, original.values) == (1, 10)
    assert original.first.startswith(f"{where}: sacrebleu ")
    monkeypatch.setattr("tricolore.verify.__main__.checks", lambda: [broken])
    assert main(["--originals", "--segments", "9"]) == 1
    assert re.search(
        rf"chrf : built-in hard texts: {where}: sacrebleu 2\.6\.0 gives .*\n(.*\n)*1 of 19 values differ",
        capsys.readouterr().out,
    )


def test_an_error_of_an_original_is_a_difference():
    def load():
        return lambda prediction, references: 1 / 0, None

    (check,) = (each for each in checks.checks() if each.name == "anls")
    broken = check._replace(original=check.original._replace(load=load))
    *_, original = comparison.compared(broken, hard_segments(4), True)
    assert original.differ == original.values == 4
    assert original.first.startswith("segment 0: anls-star 1.0.1 raises ZeroDivisionError")


@pytest.mark.parametrize(
    ("figures", "said"),
    [((1.0, 2.0), "ValueError('2 figures instead of 1')"), ((None,), "TypeError("), (("x",), "ValueError(")],
)
def test_figures_of_another_form_are_differences(figures, said):
    (check,) = (each for each in checks.checks() if each.name == "anls")
    broken = check._replace(original=check.original._replace(load=lambda: (lambda *texts: figures, None)))
    *_, original = comparison.compared(broken, hard_segments(4), True)
    assert original.differ == 4
    assert f"anls-star 1.0.1 raises {said}" in original.first


def test_an_original_that_cannot_be_imported_is_a_difference():
    def load():
        raise ImportError("broken")

    (check,) = (each for each in checks.checks() if each.name == "anls")
    broken = check._replace(original=check.original._replace(load=load))
    *_, original = comparison.compared(broken, hard_segments(4), True)
    assert original.differ == original.values == 4
    assert "anls-star 1.0.1 raises ImportError('broken')" in original.first


def test_an_original_that_is_not_installed_is_named(monkeypatch, capsys):
    (check,) = (each for each in checks.checks() if each.name == "anls")
    missing = check._replace(original=check.original._replace(package="no-such-package"))
    *_, original = comparison.compared(missing, hard_segments(4), True)
    assert (original.compared_with, original.values, original.differ) == ("no-such-package (not installed)", None, 0)
    monkeypatch.setattr("tricolore.verify.__main__.checks", lambda: [missing])
    assert main(["--originals"]) == 0
    assert "not compared, because they are not installed: no-such-package\n" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["text", "markdown", "latex"])
def test_data_of_one_s_own(form, here, capsys):
    rows = [{"mt": f"a b {i}", "gold": {"A": [f"a c {i}", "b"]}} for i in range(40)]
    (here / "data").mkdir()
    (here / "data" / "x.jsonl").write_text("\n".join(map(json.dumps, rows)))
    keys = ["--prediction-key", "mt", "--reference-key", "gold.A", "-m", "ter", "-f", form]
    assert main(["--data", "data", "--segments", "7", *keys]) == 0
    shown = capsys.readouterr().out
    row = {
        "text": "ter defaults data/x.jsonl definition 7 7 0",
        "markdown": "| ter | defaults | data/x.jsonl | definition | 7 | 7 | 0 |",
        "latex": r"ter & defaults & data/x.jsonl & definition & 7 & 7 & 0 \\",
    }[form]
    assert row in [" ".join(line.split()) for line in shown.splitlines()]
    assert "SHA-256 of 7 segments of data/x.jsonl: " in shown
    assert "0 of 21 values differ" in shown


def test_segments_are_evenly_spaced():
    assert spaced(40, 7) == [0, 5, 11, 17, 22, 28, 34]
    assert spaced(3, 7) == [0, 1, 2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--data", "nothing.jsonl"], "nothing.jsonl: "),
        (["--data", ""], "a path is empty"),
        (["--data", "plain.txt"], "plain.txt has no references: "),
        (["--segments", "0"], "'0' is not a whole number from 1 on"),
        (["-m", "blue"], "invalid choice: 'blue'"),
    ],
)
def test_wrong_input_is_one_line(arguments, said, here):
    (here / "plain.txt").write_text("a\n")
    made = run("-m", "tricolore.verify", *arguments, cwd=here)
    assert made.returncode == 2
    assert made.stdout == ""
    assert said in made.stderr.splitlines()[-1]
    assert "Traceback" not in made.stderr


def test_hard_texts_are_the_same_everywhere():
    texts = hard_segments(100)
    assert texts == hard_segments(100)
    assert hard_segments(20).predictions == texts.predictions[:20]
    assert {len(own) for own in texts.references} == {1, 2, 3}
    pairs = [*zip(texts.predictions, texts.references, strict=True)]
    assert any(not prediction and any(references) for prediction, references in pairs)
    assert any(prediction and not all(references) for prediction, references in pairs)
