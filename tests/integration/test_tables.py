"""Results as tables: text, Markdown, LaTeX, CSV, HTML, JSON and dataframes."""

import csv
import datetime
import io
import json
import pickle
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pandas
import polars
import pytest
import tricolore as tc
from tricolore.support.tables.latex import as_latex
from tricolore.support.tables.markdown import as_markdown
from tricolore.support.tables.table import Cell, table_of
from tricolore.support.tables.text import as_text

REFERENCES = ["the cat sat on the mat", "it rained a bit", "no one came", "we left at noon"] * 25
BASE = ["the cat sat on a mat", "it rains", "no one came", "we left"] * 25
TUNED = ["the cat sat on the mat", "it rained", "no one came", "we"] * 25
SYSTEMS = {"base": BASE, "tuned_1 & 2": TUNED, "copy": BASE}
TASKS = ["pets", "weather", "people", "time"] * 25
NASTY = r"""\ { } $ & # % _ ~ ^ < > | " ' ` -- * [a](b) <b>"""


@pytest.fixture(scope="module")
def comparison():
    return tc.compare(SYSTEMS, REFERENCES, ["chrf", "ter", tc.ROUGE(["rouge1"])], samples=500, confidence=0.95)


@pytest.fixture(scope="module")
def grouped():
    return tc.compare(SYSTEMS, REFERENCES, ["chrf", "ter"], groups=TASKS, samples=500)


def test_the_best_value_and_significance(comparison):
    """chrF: the tuned system is better, and significantly. TER: lower is better."""
    scores, differences = comparison.tables()
    assert scores.head == ("system", "chrF ↑", "TER ↓", "ROUGE-1 ↑")
    rows = {row[0].text: row[1:] for row in scores.rows}
    by_name = {(row.metric, row.system): row for row in comparison.rows}
    for place, (metric, digits) in enumerate((("chrf", 2), ("ter", 2), ("rouge1_fmeasure", 4))):
        every = {name: by_name[metric, name].score for name in SYSTEMS}
        best = (min if metric == "ter" else max)(every.values())
        for name, score in every.items():
            cell, row = rows[name][place], by_name[metric, name]
            assert cell.text == f"{score:.{digits}f} ± {row.half_width:.{digits}f}"
            assert cell.best == (score == best)
            assert cell.significant == (name == "tuned_1 & 2" and row.p_holm < 0.05)
    assert any(cell.significant for row in scores.rows for cell in row)
    assert [row[2].text == "unchanged" for row in differences.rows] == [False, True] * 3


def test_an_equal_score_is_not_the_best():
    scores, _ = tc.compare({"a": BASE, "b": BASE}, REFERENCES, ["chrf"], samples=50).tables()
    assert not any(cell.best for row in scores.rows for cell in row)


def test_intervals_are_those_of_the_corpus(comparison):
    row = next(row for row in comparison.rows if (row.metric, row.system) == ("chrf", "base"))
    score = tc.CHRF().corpus(BASE, REFERENCES, confidence=0.95)
    assert (row.low, row.high) == score.confidence_interval
    assert (row.mean, row.half_width) == (score.bootstrap_mean, score.half_width)


def test_one_line_of_signatures(comparison):
    (line,) = [line for line in str(comparison).splitlines() if line.startswith("signature")]
    assert line.count("randomization:500") == line.count("seed:12345") == line.count("nrefs:1") == 1
    for name, signature in comparison.signatures.items():
        assert all(field in line for field in signature.split("|")), name
    alone = tc.compare({"a": BASE, "b": TUNED}, REFERENCES, ["rouge"], samples=50)
    assert str(alone).splitlines()[-1] == f"signature: {alone.signatures['rouge1_fmeasure']}"


def test_groups_worst_first(grouped):
    tables = grouped.tables()
    assert [table.title for table in tables] == ["", "chrF ↑", "chrF ↑", "TER ↓", "TER ↓"]
    chrf, copy, ter = tables[1], tables[2], tables[3]
    assert chrf.head[:4] == ("group", "base", "tuned_1 & 2", "difference")
    for table, sign in ((chrf, 1), (ter, -1)):
        *groups, everything = table.rows
        assert everything[0].text == "all"
        assert {row[0].text for row in groups} == set(TASKS)
        changes = [0 if row[3].text == "unchanged" else float(row[3].text) for row in groups]
        assert changes == sorted(changes, key=lambda change: sign * change)
        # "we left" became "we", "no one came" did not change.
        assert groups[0][0].text == "time"
        assert next(row for row in groups if row[0].text == "people")[3].text == "unchanged"
    assert {row[3].text for row in copy.rows} == {"unchanged"}
    for row in chrf.rows[:-1]:
        own = [i for i, task in enumerate(TASKS) if task == row[0].text]
        score = tc.CHRF().corpus([BASE[i] for i in own], [REFERENCES[i] for i in own]).score
        assert row[1].text == f"{score:.2f}"


def test_two_metrics_of_one_name_stay_apart():
    metrics = [tc.TER(), tc.TER(case_sensitive=True)]
    systems = {"a": [text.upper() for text in BASE], "b": BASE}
    scores, differences = tc.compare(systems, REFERENCES, metrics, samples=50).tables()
    assert scores.head == ("system", "TER (1) ↓", "TER (2) ↓")
    assert scores.rows[0][1].text != scores.rows[0][2].text
    assert [row[0].text for row in differences.rows] == ["TER (1)", "TER (2)"]
    table = tc.evaluate(systems["a"], REFERENCES, metrics, confidence=None).tables()[0]
    assert [row[1].text for row in table.rows] == [cell.text for cell in scores.rows[0][1:]]
    side = tc.compare(systems, REFERENCES, metrics, samples=50).segments.side_by_side()
    assert list(side) == ["a.ter", "a.ter (2)", "b.ter", "b.ter (2)"]
    result = tc.compare(systems, REFERENCES, metrics, samples=50)
    assert list(result.signatures) == ["ter", "ter (2)"]
    assert [record["metric"] for record in result.records()] == ["ter", "ter", "ter (2)", "ter (2)"]


def test_names_that_begin_with_a_digit_are_no_numbers():
    scores, _ = tc.compare({"7b": BASE, "2024": TUNED, "-": BASE}, REFERENCES, ["chrf"], samples=50).tables()
    assert scores.is_number() == [False, True]
    assert table_of(["", "d"], [["a", "+1.00"], ["b", "unchanged"], ["c", ""]]).is_number() == [False, True]


def test_intervals_have_the_confidence_that_was_asked_for():
    for test in ("bootstrap", "randomization"):
        row = tc.compare({"a": BASE, "b": TUNED}, REFERENCES, ["chrf"], test=test, confidence=0.5).rows[0]
        assert row.half_width == pytest.approx((row.high - row.low) / 2, rel=1e-4)
        narrow = tc.CHRF().corpus(BASE, REFERENCES, confidence=0.5).half_width
        assert row.half_width == pytest.approx(narrow, rel=1e-4)


def test_a_pickled_result_has_its_numbers(comparison):
    for result in (comparison, tc.evaluate(polars.Series(BASE), REFERENCES, ["chrf"])):
        again = pickle.loads(pickle.dumps(result))
        assert again == result
        assert str(again) == str(result)
        assert again.segments is None


def test_labels_of_any_kind_are_texts_in_every_form():
    labels = [datetime.date(2020, 1, 1), None, 1, ("a", 2)] * 25
    result = tc.compare({"a": BASE, "b": TUNED}, REFERENCES, ["chrf"], groups=labels, samples=50)
    groups = [row["group"] for row in json.loads(result.to_json())["rows"][::2]]
    assert groups == [None, "2020-01-01", "nan", "1", "('a', 2)"]
    assert result.segments.side_by_side()["group"] == ["2020-01-01", "nan", "1", "('a', 2)"] * 25


def test_names_of_systems_are_texts():
    with pytest.raises(TypeError, match="systems has the key 1: the name of a system is a str"):
        tc.compare({1: BASE, 2: TUNED}, REFERENCES)


def test_text_in_columns_and_row_by_row():
    table = table_of(["system", "BLEU ↑"], [["漢字", "7.00"], ["é", Cell("12.34 ± 0.50", best=True, significant=True)]])
    assert as_text(table).splitlines() == ["system          BLEU ↑", "漢字              7.00", "é       •12.34 ± 0.50*"]
    assert as_text(table, 10).splitlines() == ["漢字", "  BLEU ↑  7.00", "é", "  BLEU ↑  •12.34 ± 0.50*"]
    assert as_text(table, 22) == as_text(table)
    assert as_text(table, None, lambda text: f"<{text}>").splitlines()[2] == "é       <12.34 ± 0.50*>"


def test_markdown():
    table = table_of(["system", "BLEU"], [[NASTY, Cell("1.00", best=True, significant=True)]], "a|b")
    assert as_markdown(table).splitlines()[:4] == ["**a\\|b**", "", "| system | BLEU |", "| --- | ---: |"]
    row = as_markdown(table).splitlines()[4]
    # Unescaped pipes are those between cells.
    assert len(re.findall(r"(?<!\\)\|", row)) == 3
    assert row.endswith("| **1.00**\\* |")
    assert not re.search(r"(?<!\\)[<\[`~]", row)


def test_latex():
    table = table_of(["system", "BLEU ↑"], [[NASTY, Cell("-1.00 ± 0.10", best=True, significant=True)]], "a\nb%")
    lines = as_latex(table, ("one\ntwo",)).splitlines()
    assert lines[:4] == ["% one two", r"\begin{tabular}{lr}", r"\toprule", r"\multicolumn{2}{l}{a b\%} \\"]
    assert lines[4] == r"system & BLEU $\uparrow$ \\"
    assert lines[6].endswith(r"& \textbf{$-$1.00 $\pm$ 0.10}$^{*}$ \\")
    assert lines[7:] == [r"\bottomrule", r"\end{tabular}"]


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_latex_compiles(tmp_path, comparison, grouped):
    nasty = tc.compare(
        {NASTY: BASE, "ü é ß": TUNED}, REFERENCES, ["chrf"], groups=[NASTY, "b", "c", "d"] * 25, samples=50
    )
    body = "\n\n".join(result.to_latex() for result in (comparison, grouped, nasty, tc.evaluate(BASE, REFERENCES)))
    head = r"\documentclass{article}\usepackage{booktabs}\begin{document}"
    (tmp_path / "table.tex").write_text(f"{head}\n{body}\n\\end{{document}}\n", "utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "table.tex"], cwd=tmp_path, capture_output=True
    )
    assert done.returncode == 0, done.stdout[-2000:]


def test_csv_and_dataframes(comparison, grouped):
    for result in (comparison, grouped, tc.evaluate(BASE, REFERENCES, ["bleu", "ter"], groups=TASKS)):
        rows = list(csv.DictReader(io.StringIO(result.to_csv())))
        assert [float(row["score"]) for row in rows] == [row.score for row in result.rows]
        assert [row["group"] or None for row in rows] == [row.group for row in result.rows]
        frame = result.to_pandas()
        assert isinstance(frame, pandas.DataFrame)
        assert frame["score"].tolist() == [row.score for row in result.rows]
        frame = result.to_polars()
        assert isinstance(frame, polars.DataFrame)
        assert frame["score"].to_list() == [row.score for row in result.rows]
        assert frame["group"].to_list() == [row.group for row in result.rows]


def test_json_has_the_numbers_of_verbose_scores():
    result = json.loads(
        tc.compare({"a": BASE, "b": TUNED}, REFERENCES, ["bleu", "chrf", "rouge"], samples=50).to_json()
    )
    bleu = tc.BLEU().corpus(BASE, REFERENCES)
    assert result["rows"][0]["details"] == {
        "precisions": list(bleu.precisions),
        "counts": list(bleu.counts),
        "totals": list(bleu.totals),
        "bp": bleu.bp,
        "sys_len": bleu.sys_len,
        "ref_len": bleu.ref_len,
        "ratio": bleu.ratio,
    }
    rouge = tc.ROUGE().corpus(TUNED, REFERENCES)["rouge2"]
    row = next(row for row in result["rows"] if (row["metric"], row["system"]) == ("rouge2_fmeasure", "b"))
    assert row["details"] == rouge._asdict()


class Balanced(HTMLParser):
    """Checks that elements are closed in order, and keeps their names."""

    def __init__(self):
        super().__init__()
        self.opened, self.names = [], []

    def handle_starttag(self, tag, attributes):
        self.opened.append(tag)
        self.names.append(tag)

    def handle_endtag(self, tag):
        assert self.opened.pop() == tag


RESULTS = [
    lambda: tc.compare({NASTY: BASE, "b": TUNED}, REFERENCES, ["chrf"], samples=50),
    lambda: tc.evaluate(BASE, REFERENCES, ["chrf"], groups=[NASTY] * 100),
    *(
        lambda metric=metric: metric.corpus(BASE, REFERENCES, confidence=0.9, samples=50)
        for metric in (
            tc.BLEU(),
            tc.CHRF(),
            tc.TER(),
            tc.ROUGE(split_summaries=NASTY),
            tc.ExactMatch(),
            tc.TokenF1(),
            tc.WER(),
            tc.CER(),
            tc.EditSimilarity(),
            tc.ANLS(),
            tc.GLEU(),
        )
    ),
    lambda: tc.BLEU().score_each(BASE, REFERENCES),
    lambda: tc.ROUGE().score_each(BASE, REFERENCES),
    lambda: tc.BLEU().statistics(BASE, REFERENCES),
    lambda: tc.ROUGE(split_summaries="<n>").accumulator(),
    lambda: accumulated(tc.BLEU()),
    lambda: accumulated(tc.ROUGE()),
    lambda: tc.TER().explain(NASTY, "b"),
]


def accumulated(metric):
    accumulator = metric.accumulator()
    accumulator.update(BASE, REFERENCES)
    return accumulator


@pytest.mark.parametrize("made", RESULTS)
def test_every_result_shows_itself_in_a_notebook(made):
    html = made()._repr_html_()
    page = Balanced()
    page.feed(html)
    assert page.opened == []
    assert page.names[:2] == ["div", "style"]
    assert "table" in page.names
    # Texts and names stay texts.
    assert set(page.names) <= {
        "div",
        "style",
        "p",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "caption",
        "b",
        "mark",
        "s",
        "ins",
    }
    assert len(re.findall("<b>", html)) == sum(name == "b" for name in page.names)
