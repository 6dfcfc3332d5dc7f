"""Reports: one file without network, whose data are those of the metrics, and in which texts stay texts."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest
import tricolore as tc
from reports import BASE, HOSTILE, OTHER, REFERENCES, TASKS, TUNED, comparison, data_in, hostile
from tricolore.report import charts, data
from tricolore.report.svg import axis_for

MARK = re.compile(r"([0-9a-z]*)([A-Z])([0-9a-z]+)")
KINDS = {"M": "match", "N": "match", "C": "clipped", "V": "moved", "S": "substituted", "X": "extra", "I": "missing"}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Returns a comparison, its page, and the data in the page."""
    result = comparison()
    path = tmp_path_factory.mktemp("report") / "out.html"
    result.report(path)
    page = path.read_text("utf-8")
    return result, page, data_in(page)


def marks_in(packed):
    """Returns the marks of a packed string as kind, start and end."""
    out, at = [], 0
    for gap, letter, length in MARK.findall(packed):
        start = at + int(gap or "0", 36)
        at = start + int(length, 36)
        out.append((KINDS[letter], start, at))
    return out


def test_the_data_are_those_of_the_metrics(report):
    _, _, found = report
    assert found["systems"] == ["base", "tuned", "other"]
    assert [own["title"] for own in found["figures"]] == ["BLEU", "TER", "ROUGE-1", "ROUGE-L"]
    assert [own["lower"] for own in found["figures"]] == [False, True, False, False]
    assert found["predictions"] == [BASE, TUNED, OTHER]
    assert found["references"] == REFERENCES
    assert [found["labels"][label] for label in found["label"]] == TASKS
    assert found["numbers"] == list(range(1, 121))
    for system, texts in enumerate((BASE, TUNED, OTHER)):
        bleu = tc.BLEU().score_each(texts, REFERENCES).values
        assert found["scores"][0][system] == [round(float(score), 3) for score in bleu]
        rouge = tc.ROUGE(["rougeL"]).score_each(texts, REFERENCES)["rougeL_fmeasure"]
        assert found["scores"][3][system] == [round(float(score), 5) for score in rouge]


def test_the_marks_are_those_of_the_explanations(report):
    _, _, found = report
    for figure, metric in ((0, tc.BLEU()), (1, tc.TER()), (2, tc.ROUGE(["rouge1"])), (3, tc.ROUGE(["rougeL"]))):
        for system, texts in enumerate((BASE, TUNED, OTHER)):
            for segment in range(4):
                explanation = metric.explain(texts[segment], REFERENCES[segment])
                marked = explanation.marked if figure < 2 else explanation.marked[0]
                ours, *theirs = found["marks"][figure][system][segment].split("|")
                assert marks_in(ours) == [(mark.kind, mark.start, mark.end) for mark in marked[0].marks]
                by_number = dict(part.split(":") for part in theirs)
                expected = {str(REFERENCES[segment].index(own.text)): own.marks for own in marked[1:] if own.marks}
                assert by_number.keys() == expected.keys()
                for number, marks in expected.items():
                    assert marks_in(by_number[number]) == [(mark.kind, mark.start, mark.end) for mark in marks]


class Page(HTMLParser):
    """Collects elements and addresses, and checks that elements are closed in order."""

    EMPTY = ("meta", "input", "line", "path", "circle", "polyline")

    def __init__(self):
        super().__init__()
        self.names, self.addresses, self.open = [], [], []

    def handle_starttag(self, tag, attributes):
        self.names.append(tag)
        self.addresses += [value for name, value in attributes if name in ("src", "href", "srcset", "data", "action")]
        assert not any(name.startswith("on") for name, _ in attributes)
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.names.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def read(page):
    parsed = Page()
    parsed.feed(page)
    assert parsed.open == []
    return parsed


def test_the_page_is_alone(report):
    _, page, _ = report
    parsed = read(page)
    assert parsed.addresses == ["#segments"]
    assert {"link", "iframe", "img", "base"}.isdisjoint(parsed.names)
    assert parsed.names.count("script") == 2
    assert "default-src 'none'" in page
    assert not re.search(r"@import|url\(", page)


def test_the_page_is_the_same_each_time(report, tmp_path):
    result, page, _ = report
    result.report(tmp_path / "again.html")
    assert (tmp_path / "again.html").read_text("utf-8") == page
    assert [path.name for path in tmp_path.iterdir()] == ["again.html"]


def test_the_tables_and_the_charts(report):
    result, page, _ = report
    parsed = read(page)
    assert parsed.names.count("table") == len(result.tables()) + 1
    # For each of four figures: distributions, differences, scatter, length effects and groups.
    assert parsed.names.count("svg") == 4 * 5
    assert page.count('role="img"') == 4 * 5
    better = sum(
        a > b for a, b in zip(*(tc.BLEU().score_each(t, REFERENCES).values for t in (TUNED, BASE)), strict=True)
    )
    assert f"better {better}, worse " in page


def test_hostile_texts_stay_texts(tmp_path):
    result = hostile()
    result.report(tmp_path / "out.html", title=HOSTILE[1])
    page = (tmp_path / "out.html").read_text("utf-8")
    parsed = read(page)
    assert parsed.names.count("script") == 2
    assert {"img", "iframe"}.isdisjoint(parsed.names)
    found = data_in(page)
    # A lone surrogate becomes one other character, so that marks keep their places.
    shown = [text.replace("\ud800", "\ufffd") for text in HOSTILE]
    shown[8] = f"{'a' * 20_000} … (980000 more characters)"
    assert found["predictions"][0] == shown
    # Texts that are cut have no marks, and the page says so.
    assert found["marks"][0][0][8] == ""
    assert "Texts of more than 20,000 characters are cut." in page
    assert "A prediction that has more than 20,000 characters together with its references has no marks." in page


def test_one_system(tmp_path):
    result = tc.evaluate(BASE, REFERENCES, ["chrf", "wer"], groups=TASKS, samples=50, name="mine")
    result.report(tmp_path / "out.html")
    page = (tmp_path / "out.html").read_text("utf-8")
    assert "<title>Scores of mine</title>" in page
    assert data_in(page)["systems"] == ["mine"]
    # Without another system: distributions, length effects and groups.
    assert read(page).names.count("svg") == 2 * 3


@pytest.mark.parametrize(
    "metric",
    [
        tc.CHRF(),
        tc.ExactMatch("squad"),
        tc.TokenF1(),
        tc.WER(),
        tc.CER(),
        tc.EditSimilarity(),
        tc.ANLS(),
        tc.GLEU(),
        tc.ROUGE(["rougeL"]),
        tc.ROUGE155(["rougeS4"]),
    ],
    ids=str,
)
def test_every_metric_has_a_report(metric, tmp_path):
    systems = {"base": BASE, "same": BASE, "none": [""] * 120}
    tc.compare(systems, REFERENCES, [metric], samples=20).report(tmp_path / "out.html")
    base, same, none = data_in((tmp_path / "out.html").read_text("utf-8"))["marks"][0]
    assert base == same
    # The third of every four segments equals its reference, and an empty prediction has no mark.
    assert all("M" in base[place].split("|")[0] or "N" in base[place].split("|")[0] for place in range(2, 120, 4))
    assert {marks.split("|")[0] for marks in none} == {""}


def test_one_segment(tmp_path):
    tc.compare({"a": ["x"], "b": ["y"]}, ["x"], ["chrf"], samples=20).report(tmp_path / "out.html")
    assert "The page has the only segment." in (tmp_path / "out.html").read_text("utf-8")


def test_a_large_corpus_is_sampled(tmp_path, monkeypatch):
    """A sample has the largest gains and losses, and the page says that it is one."""
    generator = np.random.default_rng(3)
    words = [f"word{number}" for number in range(500)]

    def texts(noise):
        return [
            " ".join(word if generator.random() > noise else "noise" for word in words[i % 400 : i % 400 + 12])
            for i in range(600)
        ]

    references, base, tuned = texts(0), texts(0.4), texts(0.3)
    result = tc.compare({"base": base, "tuned": tuned}, references, ["chrf"], samples=20)
    monkeypatch.setattr(data, "MOST_SEGMENTS", 100)
    result.report(tmp_path / "out.html")
    page = (tmp_path / "out.html").read_text("utf-8")
    found = data_in(page)
    assert len(found["numbers"]) == 100
    assert found["numbers"] == sorted(found["numbers"])
    assert "The page has a sample of 100 of 600 segments" in page
    gains = tc.CHRF().score_each(tuned, references).values - tc.CHRF().score_each(base, references).values
    order = np.argsort(gains)
    assert {int(order[0]) + 1, int(order[-1]) + 1} <= set(found["numbers"])
    for number, text in zip(found["numbers"], found["predictions"][1], strict=True):
        assert text == tuned[number - 1]
    monkeypatch.setattr(data, "MOST_PACKED", 6000)
    result.report(tmp_path / "small.html")
    small = (tmp_path / "small.html").read_text("utf-8")
    assert 1 <= len(data_in(small)["numbers"]) < 100
    assert len(re.search(r'octet-stream">([^<]*)<', small)[1]) <= 6000


def test_what_has_no_report(tmp_path):
    statistics = {name: tc.CHRF().statistics(texts, REFERENCES) for name, texts in (("a", BASE), ("b", TUNED))}
    with pytest.raises(ValueError, match="the systems were given as statistics or accumulators"):
        tc.compare(statistics, metrics=["chrf"], samples=20).report(tmp_path / "out.html")
    with pytest.raises(ValueError, match="a metric is pretokenized"):
        tc.evaluate([["a"]], [["a"]], [tc.BLEU("pretokenized")], confidence=None).report(tmp_path / "out.html")
    assert list(tmp_path.iterdir()) == []


def test_an_error_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "out.html"
    path.write_text("before")

    def fails(*_):
        raise MemoryError

    monkeypatch.setattr("tricolore.report.page.packed_segments", fails)
    with pytest.raises(MemoryError):
        comparison().report(path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 100), (-0.3, 0.7), (5, 5), (0.8123, 0.8124), (-250, 1e6)])
def test_axes_have_round_ends_around_the_values(low, high):
    axis = axis_for(low, high, 10, 20)
    assert axis.low <= low
    assert axis.high >= high
    assert axis.at(axis.low) == 10
    assert axis.at(axis.high) == 20
    assert 2 <= len(axis.ticks) <= 9
    steps = np.diff(axis.ticks)
    assert np.allclose(steps, steps[0])


def test_the_interval_of_the_mean_difference():
    """The interval is that of resampled means: for a spread of 1 over n segments about 1.96 / sqrt(n) to each side."""
    values = np.random.default_rng(1).normal(5, 1, 400)
    low, high = charts.interval_of_mean(values)
    assert low < values.mean() < high
    assert abs((high - low) / 2 - 1.96 / 20) < 0.02
