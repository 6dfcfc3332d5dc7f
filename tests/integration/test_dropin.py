"""The drop-in is installed and uninstalled."""

import os
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest
import sacrebleu
import tricolore.dropin as dropin
from dropin import EXTRACT, SCORE
from nltk.stem.porter import PorterStemmer
from nltk.translate import bleu_score
from rouge_score import rouge_scorer, tokenize
from sacrebleu import corpus_bleu
from sacrebleu.metrics import BLEU, base
from sacrebleu.tokenizers import tokenizer_13a
from tricolore.dropin.adapters.answers import REASONS

ROOT = Path(__file__).parents[2]


def python(program, *arguments, cwd=None, **environment):
    """Runs a program in a separate process, which must succeed, and returns its output."""
    made = subprocess.run(
        [sys.executable, *arguments, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, **environment},
    )
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def test_importing_imports_no_original():
    originals = "rouge_score", "sacrebleu", "nltk", "numpy"
    program = f"import sys, tricolore.dropin as d; d.install(); print(sorted(set({originals}) & set(sys.modules)))"
    assert python(program) == "[]"


@pytest.mark.parametrize("order", ["import; install", "install; import", "install; import inside"])
def test_names_imported_before_and_after(order):
    imports = (
        "from sacrebleu import corpus_bleu\n"
        "from rouge_score.rouge_scorer import RougeScorer\n"
        "from rouge_score.tokenize import tokenize\n"
        "from nltk.translate.bleu_score import sentence_bleu\n"
    )
    install = "import tricolore.dropin as d; d.install()\n"
    program = imports + install if order == "import; install" else install + imports
    program += (
        "corpus_bleu(['a b'], [['a c']]); RougeScorer(['rouge1']).score('a', 'b')\n"
        "tokenize('a b', None); sentence_bleu([['a']], ['a'], (1,))\n"
        "print(sorted(name for name, n in d.status().served.items() if n), d.status().fallbacks)\n"
    )
    if order.endswith("inside"):
        program = "def run():\n" + textwrap.indent(program, "    ") + "run()"
    expected = [
        "nltk.translate.bleu_score.corpus_bleu",
        SCORE,
        "rouge_score.tokenize.tokenize",
        EXTRACT,
        "sacrebleu.metrics.bleu.BLEU._aggregate_and_compute",
    ]
    assert python(program) == f"{expected} {{}}"


def functions():
    return [
        bleu_score.corpus_bleu.__code__,
        tokenize.tokenize.__code__,
        vars(PorterStemmer)["stem"],
        vars(rouge_scorer.RougeScorer)["score"],
        vars(base.Metric)["_extract_corpus_statistics"],
        vars(BLEU)["_aggregate_and_compute"],
        vars(tokenizer_13a.Tokenizer13a)["__call__"],
    ]


def test_uninstalling_puts_everything_back(monkeypatch):
    import inspect

    before = functions()
    path, signature = list(sys.meta_path), inspect.signature(bleu_score.corpus_bleu)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["/x", "", "/y"]))
    environment = {name: os.environ.get(name) for name in ("PYTHONPATH", "TRICOLORE_DROPIN_ONLY")}
    dropin.install()
    try:
        assert not any(a is b for a, b in zip(before, functions(), strict=True))
        assert inspect.signature(bleu_score.corpus_bleu) == signature
        assert inspect.getsource(bleu_score.corpus_bleu).startswith("def corpus_bleu(\n    list_of_references,")
        assert rouge_scorer.RougeScorer.score.__qualname__ == "RougeScorer.score"
        assert "Calculates rouge scores" in rouge_scorer.RougeScorer.score.__doc__
        dropin.install()
        dropin.install(["nltk"])
        assert len(sys.meta_path) == len(path) + 1
    finally:
        dropin.uninstall()
        dropin.uninstall()
    assert all(a is b for a, b in zip(before, functions(), strict=True))
    assert sys.meta_path == path
    assert environment == {name: os.environ.get(name) for name in environment}


def test_only_what_was_asked_for():
    with dropin.installed(["rouge_score"]):
        assert set(dropin.status().versions) == {"rouge_score", "nltk stemmer"}
        with dropin.installed("sacrebleu"):
            assert set(dropin.status().versions) == {"rouge_score", "nltk stemmer", "sacrebleu"}
        assert set(dropin.status().versions) == {"rouge_score", "nltk stemmer"}
    with pytest.raises(ValueError, match="only holds 'sacreblue': it takes rouge_score, sacrebleu, nltk"):
        dropin.install(["sacreblue"])
    assert dropin.status() == dropin.Status({}, {}, {}, {})


def test_what_somebody_else_put_there_since_stays(monkeypatch):
    dropin.install()
    monkeypatch.setattr(BLEU, "_aggregate_and_compute", mine := lambda self, stats: 5)
    dropin.uninstall()
    assert vars(BLEU)["_aggregate_and_compute"] is mine


def test_status():
    with dropin.installed():
        corpus_bleu(["a"], [["a"]])
        corpus_bleu(["a"], ["a"])
        status = dropin.status()
    assert status.versions["sacrebleu"] == sacrebleu.__version__
    assert status.served[EXTRACT] == 2
    text = str(status)
    assert f"sacrebleu {sacrebleu.__version__}: replaced" in text
    assert EXTRACT in text
    assert status.to_dict()["versions"] == status.versions
    assert str(dropin.status()) == "nothing is replaced"


def test_the_spec_of_an_original_can_be_copied():
    program = """
        import copy, importlib.util
        import tricolore.dropin as d
        d.install()
        print(copy.deepcopy(importlib.util.find_spec("sacrebleu")).name)
        """
    assert python(program) == "sacrebleu"


def test_overlapping_statements_in_threads():
    import threading

    entered, leave = threading.Event(), threading.Event()

    def other():
        with dropin.installed():
            entered.set()
            leave.wait()

    thread = threading.Thread(target=other)
    with dropin.installed():
        corpus_bleu(["a"], [["a"]])
        thread.start()
        entered.wait()
        with dropin.installed(["nltk"]):
            assert dropin.status().served[EXTRACT] == 1
    assert dropin.status().served[EXTRACT] == 1
    leave.set()
    thread.join()
    assert dropin.status() == dropin.Status({}, {}, {}, {})


def test_the_documentation_lists_every_reason():
    page = (ROOT / "docs" / "unchanged-programs.md").read_text("utf-8")
    for reason in REASONS:
        assert f"| `{reason}` |" in page, reason


def edited(folder, package, file, change):
    """Copies an installed package and changes one file."""
    import shutil

    source = Path(sys.modules[package].__file__).parent
    shutil.copytree(source, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    path = folder / package / file
    path.write_text(change(path.read_text("utf-8")), "utf-8")


@pytest.mark.parametrize("strict", ["0", "1"])
def test_an_edited_original_stays_itself(tmp_path, strict):
    edited(tmp_path, "rouge_score", "scoring.py", lambda text: text.replace("return 0.0", "return 0.5"))
    program = """
        import warnings
        import tricolore.dropin as d
        d.install()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                from rouge_score import rouge_scorer
            except d.StrictError as error:
                print(error)
                raise SystemExit
        print(rouge_scorer.RougeScorer(["rouge1"]).score("a", "b")["rouge1"].fmeasure, len(caught), caught[0].message)
        print(d.status().left_alone, "rouge_score" in d.status().versions)
        """
    out = python(program, cwd=tmp_path, PYTHONPATH=str(tmp_path), TRICOLORE_DROPIN_STRICT=strict)
    why = "rouge_score.scoring is of an unknown version, or edited"
    said = f"tricolore.dropin: rouge_score keeps its own code: {why}"
    assert out == (said if strict == "1" else f"0.5 1 {said}\n{{'rouge_score': {why!r}}} False")


def test_an_original_that_is_edited_between_two_uses_stays_itself(tmp_path):
    edited(tmp_path, "rouge_score", "scoring.py", lambda text: text)
    program = """
        import warnings
        import tricolore.dropin as d
        from rouge_score import scoring
        warnings.simplefilter("ignore")
        for comment in ("", "# edited"):
            with open(scoring.__file__, "a") as file:
                file.write(comment)
            with d.installed():
                print(d.status().left_alone)
        """
    left = {"rouge_score": "rouge_score.scoring is of an unknown version, or edited"}
    assert python(program, cwd=tmp_path, PYTHONPATH=str(tmp_path)) == f"{{}}\n{left}"


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        (
            "rouge_scorer._create_ngrams = lambda tokens, n: {}",
            "rouge_score.rouge_scorer._create_ngrams was replaced by something else before",
        ),
        (
            "rouge_scorer.min = lambda *numbers: 0",
            "ForeignError: rouge_score.rouge_scorer: <lambda> is of __main__",
        ),
        (
            "import builtins; plain = min; builtins.min = lambda *numbers: 0 if numbers == (1, 1) else plain(*numbers)",
            "ForeignError: rouge_score.rouge_scorer: <lambda> is of __main__",
        ),
    ],
)
def test_an_original_that_was_patched_before_stays_itself(patch, said):
    program = f"""
        import warnings
        from rouge_score import rouge_scorer
        {patch}
        import tricolore.dropin as d
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            d.install(["rouge_score"])
        print(rouge_scorer.RougeScorer(["rouge1"]).score("a", "a")["rouge1"].fmeasure, caught[0].message)
        """
    assert python(program) == f"0.0 tricolore.dropin: rouge_score keeps its own code: {said}"


def test_a_builtin_that_was_shadowed_by_another_before_counts():
    program = """
        from rouge_score import rouge_scorer
        rouge_scorer.min = max
        import tricolore.dropin as d
        d.install()
        scores = rouge_scorer.RougeScorer(["rouge1"]).score("a a", "a")
        print(scores["rouge1"].precision, d.status().fallbacks)
        """
    assert python(program) == "2.0 {'rouge_score.rouge_scorer.RougeScorer.score': {'hook': 1}}"


def test_an_original_in_an_archive_is_recognised(tmp_path):
    source = Path(rouge_scorer.__file__).parent
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        for path in source.glob("*.py"):
            archive.write(path, f"rouge_score/{path.name}")
    program = """
        import tricolore.dropin as d
        d.install()
        from rouge_score import rouge_scorer
        assert "packed.zip" in rouge_scorer.__file__
        rouge_scorer.RougeScorer(["rouge1"]).score("a", "a")
        print(d.status().served["rouge_score.rouge_scorer.RougeScorer.score"], type(rouge_scorer.__loader__).__name__)
        """
    assert python(program, PYTHONPATH=str(tmp_path / "packed.zip")) == "1 zipimporter"
