"""The packages rouge and rouge_chinese without the drop-in and with it, and their reference twin."""

import sys
import textwrap
from contextlib import contextmanager
from functools import partial
from importlib import import_module

import pytest
import tricolore.dropin as dropin
from dropin import assert_same as assert_same_with
from dropin import has_rouge, served, strictly
from hypothesis import given
from hypothesis import strategies as st
from process import run
from texts import RETOLD, STORY, any_text, odd
from tricolore.dropin.same import difference
from tricolore.reference import rouge_pltrdy

assert_same = partial(assert_same_with, only=("rouge", "rouge_chinese"))
TYPES = ["rouge-1", "rouge-2", "rouge-3", "rouge-4", "rouge-5", "rouge-l"]
SCORES, AVERAGES = "rouge.Rouge._get_scores", "rouge.Rouge._get_avg_scores"
ERRORS = [
    ("Hypothesis is empty.", ["rouge-2", "rouge-l"], "", "a"),
    ("Reference is empty.", ["rouge-1"], "a", ""),
    ("Collections must contain at least 1 sentence.", ["rouge-l", "rouge-1"], "a", ""),
]

few_words = st.lists(
    st.sampled_from(["a ", "b ", "c ", "the ", "cat ", ".", ". ", "..", "\n", " ", "3.5 ", "\u3000", "x."]), max_size=50
).map("".join)
chinese = st.lists(
    st.sampled_from([*"。！？?”’.…，好他说 \n", "......", "……", "。”", " 好 ", " 他 ", " 说 ", "\t"]), max_size=50
).map("".join)
some = st.one_of(few_words, few_words, chinese, any_text, odd)


@pytest.fixture(params=filter(has_rouge, ("rouge", "rouge_chinese")), scope="module")
def package(request):
    return import_module(request.param)


def is_empty(package, text):
    return not rouge_pltrdy.sentences(text, package.__name__ == "rouge_chinese")


def ours(package, status, name):
    """True if our function answered every call to this method of the package."""
    return served(status, f"{package.__name__}.{name}")


@contextmanager
def deep():
    """Lifts the recursion limit."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(10**6)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


@pytest.mark.parametrize("exclusive", [True, False])
@given(hyp=some, ref=some, lengths=st.booleans())
def test_scores(package, exclusive, hyp, ref, lengths):
    scorer = package.Rouge(TYPES, exclusive=exclusive, return_lengths=lengths)
    assert ours(package, assert_same(lambda: scorer.get_scores(hyp, ref)), SCORES)
    scorer = package.Rouge(TYPES, exclusive=exclusive, raw_results=True)
    assert ours(package, assert_same(lambda: scorer.get_scores(hyp, ref)), SCORES)
    scorer = package.Rouge(exclusive=exclusive, return_lengths=lengths)
    assert ours(package, assert_same(lambda: scorer.get_scores(hyp, ref, avg=True)), AVERAGES)


@given(data=st.data())
def test_lists(package, data):
    count = data.draw(st.integers(1, 6))
    hyps, refs = ([data.draw(some) for _ in range(count)] for _ in range(2))
    lists = st.lists(st.sampled_from(TYPES), min_size=1, max_size=4)
    stats = st.lists(st.sampled_from(["F", "p", "r"]), max_size=4)
    scorer = package.Rouge(
        data.draw(lists), data.draw(stats), data.draw(st.booleans()), False, data.draw(st.booleans())
    )
    ignoring = data.draw(st.booleans())
    left = any(hyp and ref for hyp, ref in zip(hyps, refs, strict=True)) or not ignoring
    for avg, name in ((False, SCORES), (True, AVERAGES)):
        status = assert_same(lambda: scorer.get_scores(hyps, refs, avg=avg, ignore_empty=ignoring))
        assert ours(package, status, name) == left


@given(hyp=some, ref=some, exclusive=st.booleans())
def test_the_reference_is_the_original(package, hyp, ref, exclusive):
    is_chinese = package.__name__ == "rouge_chinese"
    if is_empty(package, hyp) or is_empty(package, ref):
        return
    raw = package.Rouge(TYPES, raw_results=True, exclusive=exclusive).get_scores(hyp, ref)[0]
    counts = {name: rouge_pltrdy.count(name, hyp, ref, exclusive, is_chinese) for name in TYPES}
    assert {name: (own["overlap"], own["hyp"], own["ref"]) for name, own in raw.items()} == counts
    scores = package.Rouge(TYPES, exclusive=exclusive).get_scores(hyp, ref)[0]
    expected = rouge_pltrdy.rouge(hyp, ref, TYPES, exclusive, is_chinese)
    assert {name: (own["p"], own["r"], own["f"]) for name, own in scores.items()} == expected


@pytest.mark.parametrize(("message", "metrics", "hyp", "ref"), ERRORS)
@pytest.mark.parametrize("avg", [True, False])
def test_errors_of_empty_texts_are_served(package, message, metrics, hyp, ref, avg):
    scorer = package.Rouge(metrics)
    call = lambda: scorer.get_scores(["a b", hyp, ""], ["a", ref, ""], avg=avg)  # noqa: E731
    assert ours(package, assert_same(call), AVERAGES if avg else SCORES)
    with strictly(), pytest.raises(ValueError, match=f"^{message}$"):
        call()


@pytest.mark.parametrize(
    ("hyps", "refs", "options"),
    [
        ([], [], {}),
        ([], [], {"avg": True}),
        ("", "", {"ignore_empty": True}),
        (["a"], ("a",), {}),
        (["a"], ["a", "b"], {}),
        (["a"], ["a", "b"], {"ignore_empty": True}),
        (("a",), ("a b",), {}),
        ("a", ["a"], {}),
        (["a"], "a", {}),
        (b"a", b"a", {}),
        ([b"a"], [b"a"], {}),
        ([None], ["a"], {}),
        (None, None, {}),
        ({"a": 1}, {"b": 2}, {}),
        (["a", 5], ["a", "b"], {"avg": True}),
        ([["a b"]], [["a"]], {}),
        (iter(["a"]), iter(["a"]), {}),
    ],
    ids=ascii,
)
def test_odd_texts(package, hyps, refs, options):
    assert_same(lambda: package.Rouge().get_scores(hyps, refs, **options))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("metrics", []),
        ("metrics", ("rouge-1",)),
        ("metrics", ["rouge-1", "rouge-1"]),
        ("metrics", ["rouge-6"]),
        ("metrics", [5]),
        ("metrics", None),
        ("stats", ["q"]),
        ("stats", "fp"),
        ("stats", ["overlap"]),
        ("raw_results", True),
        ("raw_results", 1),
        ("exclusive", None),
        ("exclusive", 2),
        ("exclusive", "no"),
        ("return_lengths", []),
        ("return_lengths", "yes"),
    ],
    ids=ascii,
)
@pytest.mark.parametrize("avg", [True, False])
def test_fields_that_a_program_sets(package, field, value, avg):
    scorer = package.Rouge()
    setattr(scorer, field, value)
    assert_same(lambda: scorer.get_scores(["a b. a", "b"], ["b a", "b b"], avg=avg))


def test_options_that_the_constructor_refuses(package):
    assert_same(lambda: package.Rouge(["rouge-w"]))
    assert_same(lambda: package.Rouge(stats=["x"]))
    status = assert_same(lambda: package.Rouge(raw_results=True).get_scores("a", "a", avg=True))
    assert status.fallbacks == {f"{package.__name__}.{AVERAGES}": {"option": 1}}


def test_files(package, tmp_path):
    for name, text in (("hyp", STORY), ("ref", RETOLD)):
        (tmp_path / name).write_text(text + "\n", "utf-8")
    paths = str(tmp_path / "hyp"), str(tmp_path / "ref")
    assert ours(package, assert_same(lambda: package.FilesRouge().get_scores(*paths)), SCORES)
    assert ours(package, assert_same(lambda: package.FilesRouge(["rouge-l"]).get_scores(*paths, avg=True)), AVERAGES)
    assert_same(lambda: package.FilesRouge().get_scores(paths[0], str(tmp_path / "absent")))


def test_texts_at_which_the_original_recurses_too_deeply(package):
    words = (STORY + RETOLD).replace(".", " ").split() * 5
    # The way back passes every word of both texts to reach the first, which both have.
    hyp, ref = " ".join(["one", *words]), " ".join(["one", *map(str.upper, words)])
    scorer = package.Rouge(["rouge-l"])
    with deep():
        expected = scorer.get_scores(hyp, ref)
    with strictly():
        assert difference(expected, scorer.get_scores(hyp, ref)) is None
        assert ours(package, dropin.status(), SCORES)
    if package.__name__ == "rouge":
        with pytest.raises(RecursionError):
            scorer.get_scores(hyp, ref)


@pytest.mark.parametrize("exclusive", [True, False])
def test_texts_whose_sum_may_not_fit_stay_the_original_s(package, monkeypatch, exclusive):
    from tricolore.dropin.adapters import rouge

    monkeypatch.setattr(rouge, "MOST_CHARACTERS", 11)
    scorer = package.Rouge(["rouge-l"], exclusive=exclusive)
    assert ours(package, assert_same(lambda: scorer.get_scores("a.b", "a b")), SCORES)
    status = assert_same(lambda: scorer.get_scores("a. b", "a b"))
    assert ours(package, status, SCORES) == (exclusive or package.__name__ == "rouge_chinese")


def test_a_subclass(package):
    class Own(package.Rouge):
        def cut_sent(self, text):
            return text.split("b")

    status = assert_same(lambda: Own().get_scores("a b. c", "a b"))
    assert ours(package, status, SCORES) == (package.__name__ == "rouge")

    class Other(package.Rouge):
        def _get_scores(self, hyps, refs):
            return len(hyps)

    assert_same(lambda: Other().get_scores("a", "a"))


def test_a_metric_of_the_program_stays_its_own(package, monkeypatch):
    metrics = {**package.Rouge.AVAILABLE_METRICS, "rouge-1": lambda hyp, ref, **options: {"r": 1, "p": 2, "f": 3}}
    with monkeypatch.context() as patch:
        patch.setattr(package.Rouge, "AVAILABLE_METRICS", metrics)
        expected = package.Rouge(["rouge-1"]).get_scores("a", "a")
        with dropin.installed(["nltk"]), pytest.warns(UserWarning, match="Rouge.AVAILABLE_METRICS has other metrics"):
            dropin.install([package.__name__])
        try:
            assert package.Rouge(["rouge-1"]).get_scores("a", "a") == expected
            assert package.__name__ in dropin.status().left_alone
        finally:
            dropin.uninstall()
    with strictly():
        monkeypatch.setattr(package.Rouge, "AVAILABLE_METRICS", metrics)
        assert package.Rouge(["rouge-1"]).get_scores("a", "a") == expected
        assert dropin.status().fallbacks == {f"{package.__name__}.{SCORES}": {"hook": 1}}


def test_an_unchanged_program_is_verified(package, tmp_path):
    program = f"""
        from {package.__name__} import Rouge
        scores = Rouge().get_scores(["the cat. sat", "a b"], ["the cat sat.", "b"])
        print(scores, Rouge().get_scores("a b", "b", avg=True))
        print(Rouge(["rouge-l"]).get_scores("one " + "a " * 520, "one " + "b " * 520)[0]["rouge-l"]["f"] > 0)
        """
    (tmp_path / "program.py").write_text(textwrap.dedent(program), "utf-8")
    options = {"cwd": tmp_path, "TRICOLORE_DROPIN_STRICT": "1", "PYTHONWARNINGS": "ignore"}
    made = run("-m", "tricolore.dropin", "--verify", "--status", "program.py", **options)
    assert made.returncode == 0, made.stderr
    assert made.stdout.endswith("True\n")
    assert "3 calls computed both ways, 0 differ" in made.stderr
    assert f"{package.__name__}.{SCORES}" in made.stderr
