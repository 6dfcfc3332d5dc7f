"""Runs every example in docstrings, the README and docs/."""

import doctest
import importlib
import pkgutil
import re
import shutil
from pathlib import Path

import pytest
import tricolore

ROOT = Path(__file__).parents[2]
MODULES = [m.name for m in pkgutil.walk_packages(tricolore.__path__, "tricolore.") if not m.name.endswith("__main__")]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("name", ["tricolore", *MODULES])
def test_docstrings(name):
    if name == "tricolore.torchmetrics":
        pytest.importorskip("torchmetrics", reason="torch is optional, with an environment of its own")
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages(page, monkeypatch, tmp_path):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    source = "\n".join(block for block in blocks if ">>>" in block)
    if "tricolore.torchmetrics" in source:
        pytest.importorskip("torchmetrics", reason="torch is optional, with an environment of its own")
    test = doctest.DocTestParser().get_doctest(source, {}, page.name, str(page), 0)
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test).failed == 0


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"], ids=lambda page: str(page.relative_to(ROOT))
)
def test_links_lead_somewhere(page):
    text = page.read_text("utf-8")
    for target, anchor in re.findall(r"\]\(([^)#]+)#?([^)]*)\)", text):
        linked = page.parent / target
        assert linked.exists(), target
        heads = re.findall(r"^#+ (.*)$", linked.read_text("utf-8"), re.MULTILINE) if anchor else []
        assert not anchor or anchor in [head.lower().replace(" ", "-") for head in heads], anchor
    # Named files exist, and no placeholder is left.
    for name in re.findall(r"`((?:tests|benches|tools|docs|rust|python|examples)/[\w./-]+)`", text):
        assert (ROOT / name).exists(), name
    assert not re.search(r"^[A-Z]{8,}$", text, re.MULTILINE)


VERBS = ("score", "score_each", "corpus", "statistics", "from_statistics", "accumulator", "prepare", "pairwise")
METRICS = ("ROUGE", "BLEU", "CHRF", "TER", "ExactMatch", "TokenF1")


def test_the_verbs_stand_on_the_base():
    for name in METRICS:
        metric = getattr(tricolore, name)
        assert all(getattr(metric, verb) is getattr(tricolore.Metric, verb) for verb in VERBS), name


def test_the_api_reference_has_every_public_name():
    text = "\n".join(page.read_text("utf-8") for page in sorted((ROOT / "docs" / "api").glob("*.md")))
    compat = [name.removeprefix("tricolore.") for name in MODULES if name.startswith("tricolore.compat.rouge_score")]
    compat += ["compat.rouge155", "compat.rouge155.pyrouge", "compat.rouge155.files2rouge"]
    expected = {*tricolore.__all__, "spark", "ray", "polars", "duckdb", "torchmetrics", "dropin", *compat} - {
        "__version__"
    }
    assert set(re.findall(r"^::: tricolore\.([\w.]+)$", text, re.MULTILINE)) == expected


def test_there_are_examples_of_every_public_function_and_method():
    for name in tricolore.__all__:
        public = getattr(tricolore, name)
        assert not callable(public) or public.__doc__, name
    for verb in VERBS:
        assert ">>>" in getattr(tricolore.Metric, verb).__doc__, verb
    for name in METRICS:
        metric = getattr(tricolore, name)
        for method in (metric, metric.explain, getattr(metric, "tokens", metric), getattr(metric, "tokenize", metric)):
            assert ">>>" in method.__doc__, metric
    for name in ("ngrams", "ngram_overlap", "from_streams", "porter_stem", "mbr", "self_score", "PreparedReferences"):
        assert ">>>" in getattr(tricolore, name).__doc__, name
