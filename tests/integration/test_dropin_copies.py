"""Copies of rouge_score inside other packages are served by the drop-in, whatever their layout."""

import importlib
import itertools
import re
import sys
import warnings
from pathlib import Path

import pytest
import tricolore.dropin as dropin
from dropin import outcome
from rouge_score import rouge_scorer
from texts import RETOLD, STORY
from tricolore.dropin.forms import form_of, is_known_form
from tricolore.dropin.same import difference

SOURCES = {path.stem: path.read_text("utf-8") for path in Path(rouge_scorer.__file__).parent.glob("*.py")}
ROLES = ("rouge_scorer", "scoring", "tokenize", "tokenizers")
TYPES = ["rouge1", "rouge2", "rougeL", "rougeLsum"]
OWN = "from rouge_score import"
number = itertools.count()


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Returns a function that writes modules into a new package and returns its name."""

    def made(modules):
        name = f"program_{next(number)}"
        folder = tmp_path / name / "_vendor" / "rouge"
        folder.mkdir(parents=True)
        for each in (folder, folder.parent, folder.parent.parent):
            (each / "__init__.py").write_text("")
        for module, source in modules.items():
            (folder / f"{module}.py").write_text(source, "utf-8")
        return f"{name}._vendor.rouge"

    monkeypatch.syspath_prepend(str(tmp_path))
    yield made
    for name in [name for name in sys.modules if re.match(r"program_\d+", name)]:
        del sys.modules[name]


def copied(change=lambda source: source, own="from . import"):
    return {role: change(SOURCES[role].replace(OWN, own)) for role in ROLES}


def laid_out_anew(source):
    """Returns a source without comments, with other docstrings, imports in another order, and wider indents."""
    source = re.sub(r"(?m)^#.*\n", "", source).replace("Computes", "Makes")
    lines = source.split("\n")
    imports = [line for line in lines if line.startswith(("import ", "from ")) and "__future__" not in line]
    rest = [line for line in lines if not line.startswith(("import ", "from "))]
    return "\n".join([*sorted(imports, reverse=True), *(re.sub(r"^ +", lambda run: run[0] * 2, line) for line in rest)])


def scores(module):
    made = []
    for stemming in (False, True):
        scorer = module.RougeScorer(TYPES, use_stemmer=stemming)
        made += [scorer.score(STORY, RETOLD), scorer.score("", RETOLD), scorer.score_multi([STORY, RETOLD], STORY)]
    made.append(module._score_lcs(["a", "b", "c"], ["b", "x", "c"]))
    return [{name: tuple(score) for name, score in own.items()} if isinstance(own, dict) else own for own in made]


def plain(values):
    return [tuple(own) if not isinstance(own, dict) else own for own in values]


def check_served(name):
    """Checks that a copy gives rouge_score's scores, in its own classes, and that tricolore answers."""
    module = importlib.import_module(f"{name}.rouge_scorer")
    expected = scores(rouge_scorer)
    with dropin.installed(["rouge_score"]):
        status = dropin.status()
        assert status.versions[f"rouge_score in {name}"] == "0.1.2"
        made = scores(module)
        assert plain(made) == plain(expected)
        assert type(made[-1]) is module.scoring.Score
        served, fallbacks = dropin.status().served, dropin.status().fallbacks
        assert served[f"{name}.rouge_scorer.RougeScorer.score"] == 8
        assert served[f"{name}.rouge_scorer._score_lcs"] == 1
        assert fallbacks == {}
    assert f"rouge_score in {name}" not in dropin.status().versions


@pytest.mark.parametrize("change", [str, laid_out_anew], ids=["as it is", "laid out anew"])
@pytest.mark.parametrize("own", ["from . import", "absolute", OWN], ids=["relative", "absolute", "the installed"])
def test_a_copy_is_served(package, change, own):
    name = package({})
    folder = Path(importlib.import_module(name).__file__).parent
    for role, source in copied(change, f"from {name} import" if own == "absolute" else own).items():
        (folder / f"{role}.py").write_text(source, "utf-8")
    importlib.invalidate_caches()
    check_served(name)


def test_a_copy_of_the_scorer_alone(package):
    check_served(package({"rouge_scorer": SOURCES["rouge_scorer"]}))


def test_a_copy_that_is_imported_later_is_served_and_restored(package):
    name = package(copied())
    with dropin.installed():
        module = importlib.import_module(f"{name}.rouge_scorer")
        replaced = vars(module.RougeScorer)["score"], module._score_lcs.__code__
        module.RougeScorer(["rouge1"]).score("a b", "a c")
        assert dropin.status().served[f"{name}.rouge_scorer.RougeScorer.score"] == 1
        assert "rouge_score in " + name in str(dropin.status())
        # The module keeps its own loader.
        assert type(module.__spec__.loader) is type(rouge_scorer.__spec__.loader)
    assert vars(module.RougeScorer)["score"] is not replaced[0]
    assert module._score_lcs.__code__ is not replaced[1]
    assert module._score_lcs.__code__.co_names[0] == "scoring"
    with dropin.installed(["sacrebleu"]):
        assert f"rouge_score in {name}" not in dropin.status().versions
    with dropin.installed():
        assert f"rouge_score in {name}" in dropin.status().versions


def test_copies_do_not_share_their_state(package):
    names = [package(copied()), package(copied(laid_out_anew))]
    with dropin.installed():
        first, second = (importlib.import_module(f"{name}.rouge_scorer") for name in names)
        second.scoring.fmeasure = lambda precision, recall: 0.25
        modules = rouge_scorer, first, second
        made = [module.RougeScorer(["rouge1"]).score("a b", "a c")["rouge1"] for module in modules]
        assert [own.fmeasure for own in made] == [0.5, 0.5, 0.25]
        assert [type(own) for own in made] == [module.scoring.Score for module in modules]
        fallbacks = dropin.status().fallbacks
    assert fallbacks == {f"{names[1]}.rouge_scorer.RougeScorer.score": {"hook": 1}}


@pytest.mark.parametrize(
    ("role", "old", "new"),
    [
        ("rouge_scorer", "n <= 0", "n < 0"),
        ("tokenize", "len(x) > 3", "len(x) > 4"),
        ("scoring", "2 * precision", "3 * precision"),
        ("tokenizers", "self._stemmer =", "self.stemmer ="),
    ],
)
def test_code_that_is_not_the_original_s_is_left_alone(package, role, old, new):
    modules = copied()
    assert old in modules[role]
    name = package({**modules, role: modules[role].replace(old, new)})
    with warnings.catch_warnings(), dropin.installed():
        warnings.simplefilter("error")
        module = importlib.import_module(f"{name}.rouge_scorer")
        assert name not in str(dropin.status().versions)
        assert name not in str(dropin.status().left_alone)
        assert module.RougeScorer.score.__code__.co_filename == module.__file__
        assert "precision" in str(outcome(lambda: module._score_lcs(["a"], ["a"])))


@pytest.mark.parametrize("source", ["", "import math as scoring", "RougeScorer = int", "tokenizers = scoring = 1"])
def test_other_modules_of_the_same_name(package, source):
    name = package({"rouge_scorer": source})
    with warnings.catch_warnings(), dropin.installed():
        warnings.simplefilter("error")
        importlib.import_module(f"{name}.rouge_scorer")
        assert name not in str(dropin.status())


def test_a_copy_that_was_patched_keeps_its_code_with_a_warning(package):
    name = package(copied())
    module = importlib.import_module(f"{name}.rouge_scorer")
    module._lcs_table = lambda ref, can: [[7]]
    with pytest.warns(UserWarning, match=f"rouge_score in {name} keeps its own code: .*_lcs_table"):
        dropin.install()
    try:
        assert f"rouge_score in {name}" in dropin.status().left_alone
        assert module._score_lcs(["a"], ["a"]).recall == 7
    finally:
        dropin.uninstall()


def test_calls_of_a_copy_are_verified(package, capsys):
    from tricolore.dropin import verification

    name = package(copied(laid_out_anew))
    module = importlib.import_module(f"{name}.rouge_scorer")
    with dropin.installed():
        verification.start()
        try:
            scores(module)
        finally:
            verification.finish()
    assert " 9 calls computed both ways, 0 differ" in capsys.readouterr().err


def test_the_form_of_a_module():
    for role in ROLES:
        source = SOURCES[role]
        assert is_known_form(role, source)
        assert form_of(source) == form_of(laid_out_anew(source)) == form_of(source.replace(OWN, "from ...a.b import"))
        assert difference(form_of(source), form_of(source + "\nx = 1\n")) is not None
        for other in ROLES:
            assert is_known_form(role, SOURCES[other]) == (other == role)
    assert form_of("x = 1") != form_of("x = True") != form_of("x = '1'")
    assert form_of("import a") != form_of("import b") != form_of("from b import a")
    assert form_of("from a import scoring") == form_of("from . import scoring") != form_of("import scoring")
