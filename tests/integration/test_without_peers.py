"""The package needs no optional dependency at run time, and importing it loads no slow module."""

import pytest
from process import run


def printed_by(program):
    made = run("-c", program)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


BLOCK = (
    "import sys\n"
    "for name in ('nltk', 'rouge', 'rouge_chinese', 'rouge_score', 'absl', 'six', 'rich', 'pandas', 'sacrebleu'):\n"
    "    sys.modules[name] = None\n"
)


def test_compat_needs_none_of_the_originals():
    program = BLOCK + (
        "from tricolore.compat.rouge_score import rouge_scorer, scoring, tokenize, tokenizers\n"
        "scorer = rouge_scorer.RougeScorer(['rouge1', 'rougeLsum'], use_stemmer=True)\n"
        "score = scorer.score('Dogs ran.\\nCats slept.', 'A dog runs.\\nThe cat sleeps.')\n"
        "aggregator = scoring.BootstrapAggregator(n_samples=5)\n"
        "aggregator.add_scores(score)\n"
        "print(score['rouge1'].recall, aggregator.aggregate()['rougeLsum'].mid.recall)\n"
        "try:\n"
        "    rouge_scorer.RougeScorer(['rougeLsum'], split_summaries=True).score('a', 'b')\n"
        "except ImportError as error:\n"
        "    print(error)\n"
    )
    # Of four tokens "dog" and "cat" match. "ran" and "slept" differ from the stems "run" and "sleep".
    assert printed_by(program) == "0.5 0.5\nsplit_summaries=True finds sentences with nltk: pip install nltk"


@pytest.mark.parametrize("missing", ["torch", "torchmetrics"])
def test_torchmetrics_names_its_extra(missing):
    program = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "try:\n"
        "    import tricolore.torchmetrics\n"
        "except ImportError as error:\n"
        "    print(error)\n"
    )
    needed = "tricolore.torchmetrics needs torch and torchmetrics: python -m pip install 'tricolore[torchmetrics]'"
    assert printed_by(program) == needed


def test_importing_takes_nothing_that_is_slow():
    slow = {"numpy", "pandas", "rich", "nltk", "argparse", "inspect", "json", "tempfile", "difflib"}
    assert printed_by(f"import sys, tricolore; print(sorted({slow!r} & set(sys.modules)))") == "[]"


def test_one_segment_needs_no_numpy():
    program = (
        "import sys; sys.modules['numpy'] = None\n"
        "import tricolore as tc\n"
        "print(tc.ROUGE(['rouge1']).score('a b', 'a c')['rouge1'].fmeasure, tc.ngrams('a b', 2))"
    )
    assert printed_by(program) == "0.5 [('a', 'b')]"


def test_the_reference_stands_alone():
    program = (
        "import importlib.util, pathlib, sys, types\n"
        "import tricolore; root = pathlib.Path(tricolore.__file__).parent / 'reference'\n"
        "for name in [n for n in sys.modules if n.startswith('tricolore')]: del sys.modules[name]\n"
        "sys.modules['tricolore'] = None\n"
        "spec = importlib.util.spec_from_file_location('reference', root / '__init__.py',\n"
        "    submodule_search_locations=[str(root)])\n"
        "module = importlib.util.module_from_spec(spec); sys.modules['reference'] = module\n"
        "spec.loader.exec_module(module)\n"
        "print(module.rouge('a b', ['a c'], ['rouge1'])['rouge1'].fmeasure)"
    )
    assert printed_by(program) == "0.5"
