"""sacrebleu gives the same bits, types and exceptions with and without the drop-in, and ours computes them."""

import copy
import json
import logging
import pickle
import subprocess
import sys
import types
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import sacrebleu
from dropin import assert_same as assert_same_with
from dropin import outcome, served, strictly
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU, CHRF, TER, bleu
from sacrebleu.metrics.bleu import _get_tokenizer
from sacrebleu.significance import PairedTest
from sacrebleu.tokenizers.tokenizer_ter import TercomTokenizer
from texts import RETOLD, STORY, markup, texts
from tricolore.dropin.same import difference

assert_same = partial(assert_same_with, only=("sacrebleu",))
METRICS = [
    lambda **more: BLEU(**more),
    lambda **more: BLEU(lowercase=True, tokenize="intl", smooth_method="add-k", smooth_value=0.5, **more),
    lambda **more: BLEU(tokenize="zh", smooth_method="floor", effective_order=True, **more),
    lambda **more: BLEU(tokenize="char", max_ngram_order=6, **more),
    lambda **more: BLEU(tokenize="none", smooth_method="none", max_ngram_order=2, **more),
    lambda **more: CHRF(**more),
    lambda **more: CHRF(word_order=2, lowercase=True, **more),
    lambda **more: CHRF(char_order=4, beta=3, whitespace=True, eps_smoothing=True, **more),
    lambda **more: TER(**more),
    lambda **more: TER(normalized=True, no_punct=True, asian_support=True, case_sensitive=True, **more),
]
STATISTICS = "Metric._extract_corpus_statistics"
some = st.one_of(markup, texts)


def scored(metric, score):
    return score, str(score), metric.get_signature(), vars(metric)["num_refs"]


@pytest.mark.parametrize("make", METRICS)
@given(data=st.data())
def test_corpora(make, data):
    count = data.draw(st.integers(1, 3))
    streams = data.draw(st.lists(st.lists(some, min_size=count, max_size=count), min_size=1, max_size=3))
    hypotheses = data.draw(st.lists(some, min_size=count, max_size=count))

    def call():
        metric, cached = make(), make(references=streams)
        return [
            scored(metric, metric.corpus_score(hypotheses, streams)),
            scored(cached, cached.corpus_score(hypotheses, None)),
            [metric.sentence_score(text, list(refs)) for text, *refs in zip(hypotheses, *streams, strict=True)],
            metric._extract_corpus_statistics(hypotheses, streams),
        ]

    assert served(assert_same(call), STATISTICS, "Metric._cache_references")


@pytest.mark.parametrize("make", METRICS)
def test_many_segments(make):
    lines = (STORY + "\n" + RETOLD).split("\n")
    hypotheses, streams = lines * 5, [lines[::-1] * 5, [*lines[4:], *lines[:4]] * 5]

    def call():
        metric = make()
        score = metric.corpus_score(hypotheses, streams, n_bootstrap=30)
        return scored(metric, score), score._mean, score._ci

    assert served(assert_same(call), STATISTICS, "significance._bootstrap_resample")


ODD = [
    (["a b"], [[None]]),
    (["a b", "c"], [["a", None], [None, "c d"]]),
    (["a b", "c"], [["a", None], ["x", "c d"]]),
    (["a b", "c", "d"], [["a", "b"]]),
    (["a b"], [["a", "b"], ["c"]]),
    (["a b"], [[]]),
    (["a b"], []),
    ([], [["a"]]),
    (["hello"], "hello"),
    (["hello"], ["hello"]),
    (("a b", "c"), (("a", "b"), ("c", "d"))),
    (["a b", 5], [["a", "b"]]),
    (["a b", "c"], [["a", 5]]),
    (["a b", None], [["a", "b"]]),
    ([""], [[""]]),
    (["", "a"], [["", ""]]),
    ([np.str_("a b")], [[np.str_("a c")]]),
    (np.array(["a b"]), [["a"]]),
    (["a b"], np.array([["a"]])),
    (iter(["a b"]), [["a"]]),
    (["a \ud800 b", "c\0"], [["\udfff b", "c\0"]]),
    ("text", [["a"]]),
    (None, [["a"]]),
    (["a"], None),
]


@pytest.mark.parametrize("make", METRICS)
@pytest.mark.parametrize("given", ODD, ids=lambda case: ascii(case)[:40])
def test_what_the_original_makes_of_odd_input(make, given):
    hypotheses, streams = given

    def call(method, *arguments):
        def made():
            metric = make()
            # The first call would use up an iterator, so each call gets a copy.
            return scored(metric, getattr(metric, method)(*copy.copy(arguments)))

        return made

    calls = [
        call("corpus_score", hypotheses if not hasattr(hypotheses, "__next__") else [], streams),
        call("sentence_score", "a b", streams),
        lambda: make(references=streams).corpus_score(hypotheses, None),
    ]
    assert_same(lambda: [outcome(call) for call in calls])


seen = set()


@given(some)
def test_tokenizers(text):
    def call():
        made = [_get_tokenizer(name)()(text) for name in ("13a", "intl", "zh", "char", "none")]
        flags = [(n, p, a) for n in (False, True) for p in (False, True) for a in (False, True)]
        return made + [TercomTokenizer(*own, case_sensitive=own[0])(text) for own in flags]

    status = assert_same(call)
    # Texts that end in white space go to the original, and repeated texts are answered from its cache.
    if text and not text[-1].isspace() and text not in seen:
        assert served(status, "13a.Tokenizer13a.__call__", "zh.TokenizerZh.__call__", "TercomTokenizer.__call__")
        assert served(status, "TokenizerV14International.__call__")
    seen.add(text)


def test_tokenizers_are_ours_and_remember_as_before():
    with strictly():
        import tricolore.dropin as dropin

        tokenizer = _get_tokenizer("13a")()
        assert [tokenizer("Hello, world."), tokenizer("Hello, world.")] == ["Hello , world ."] * 2
        name = "sacrebleu.tokenizers.tokenizer_13a.Tokenizer13a.__call__"
        assert dropin.status().served[name] == 1
        assert type(tokenizer).__call__.cache_info().hits >= 1
        assert type(tokenizer).__call__.cache_parameters() == {"maxsize": 2**16, "typed": False}


@pytest.mark.parametrize("seed", ["12345", "1", "0", "none", "odd"])
@pytest.mark.parametrize("test_type", ["bs", "ar"])
def test_paired_tests(test_type, seed, monkeypatch):
    lines = (STORY + "\n" + RETOLD).split("\n")
    systems = [("base", lines), ("other", lines[::-1]), ("third", [*lines[1:], "a line"])]
    metrics = {"BLEU": METRICS[1], "CHRF": METRICS[5], "TER": METRICS[8]}
    streams = [[*lines[4:], *lines[:4]], lines[::-1], lines[1:] + lines[:1]]
    monkeypatch.setenv("SACREBLEU_SEED", seed)

    def call():
        made = {name: make(references=streams) for name, make in metrics.items()}
        test = PairedTest(systems, made, None, test_type, n_samples=40, n_ar_confidence=20)
        return test()

    if seed in ("none", "0"):
        # The figures are random, because sacreBLEU takes 0 as no seed (significance.py:407). Check only that ours ran.
        with strictly():
            import tricolore.dropin as dropin

            call()
            assert served(dropin.status(), f"_paired_{test_type}_test", "significance._bootstrap_resample")
    else:
        status = assert_same(call)
        assert seed == "odd" or served(status, f"_paired_{test_type}_test", "significance._bootstrap_resample")


def test_paired_tests_in_workers():
    lines = (STORY + "\n" + RETOLD).split("\n")
    systems = [("base", lines), ("other", lines[::-1]), ("third", [*lines[1:], "a line"])]
    assert_same(lambda: PairedTest(systems, {"BLEU": BLEU()}, [lines[1:] + lines[:1]], "bs", n_samples=20, n_jobs=2)())


def test_the_warning_of_tokenized_text_is_the_original_s(caplog):
    def call():
        caplog.clear()
        with caplog.at_level(logging.WARNING, "sacrebleu"):
            BLEU().corpus_score(["it is so ."] * 100, [["it is so ."] * 100])
            said = [(record.message, record.funcName) for record in caplog.records]
            assert len(said) == 3
            BLEU(force=True).corpus_score(["it is so ."] * 100, [["it is so ."] * 100])
            CHRF().corpus_score(["it is so ."] * 100, [["it is so ."] * 100])
            BLEU().corpus_score(["it is so ."] * 99, [["it is so ."] * 99])
            assert len(caplog.records) == 3
        return said

    assert served(assert_same(call), STATISTICS)


def test_private_names_that_programs_reach_for():
    lines = STORY.split("\n")

    def call():
        made = []
        for make in METRICS:
            metric = make()
            cache = metric._cache_references([lines, lines[::-1]])
            for text, info in zip(lines, cache, strict=True):
                made.append(metric._compute_segment_statistics(metric._preprocess_segment(text), info))
            made += [list(cache), cache[0], len(cache), cache == list(cache), json.dumps(cache[:1], skipkeys=True)]
            made.append(metric._extract_reference_info([metric._preprocess_segment(text) for text in lines]))
            made.append(metric._aggregate_and_compute([*metric._extract_corpus_statistics(lines, [lines])]))
        return made

    assert served(assert_same(call), "Metric._cache_references", STATISTICS)


@pytest.mark.parametrize("make", METRICS)
def test_pickles_need_nothing_of_ours(make, tmp_path):
    lines = STORY.split("\n")
    with strictly():
        metric = make(references=[lines])
        data = pickle.dumps((metric, metric._extract_corpus_statistics(lines, None)))
        expected = metric.corpus_score(lines[::-1], None)
        twin = copy.deepcopy(metric).corpus_score(lines[::-1], None)
    assert difference(expected, twin) is None
    (tmp_path / "metric.pickle").write_bytes(data)
    program = (
        "import pickle, sys; sys.modules['tricolore'] = None\n"
        "metric, rows = pickle.load(open('metric.pickle', 'rb'))\n"
        f"print(repr(metric.corpus_score({lines[::-1]!r}, None).score), type(rows), type(metric._ref_cache[0]))"
    )
    made = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert made.stdout.split(maxsplit=1) == [repr(expected.score), "<class 'list'> <class 'dict'>\n"]


def test_rows_are_lists_when_somebody_looks():
    lines = STORY.split("\n")
    expected = BLEU()._extract_corpus_statistics(lines, [lines[::-1]])
    with strictly():
        for look in (
            lambda rows: rows,
            lambda rows: [*rows],
            lambda rows: rows + [],
            lambda rows: [] + rows,
            lambda rows: sorted(rows, key=expected.index),
            lambda rows: [rows[i] for i in range(len(rows))],
            lambda rows: np.array(rows).tolist(),
            copy.copy,
            copy.deepcopy,
            lambda rows: list(reversed(rows))[::-1],
        ):
            rows = BLEU()._extract_corpus_statistics(lines, [lines[::-1]])
            assert isinstance(rows, list)
            assert len(rows) == len(expected)
            assert look(rows) == expected, look
        rows = BLEU()._extract_corpus_statistics(lines, [lines[::-1]])
        rows[0][2] += 5
        rows.append(rows[0])
        expected[0][2] += 5
        expected.append(expected[0])
        assert repr(rows) == repr(expected)
        made = BLEU()._aggregate_and_compute(rows)
    assert difference(BLEU()._aggregate_and_compute(expected), made) is None


def test_functions_of_the_package():
    lines, others = STORY.split("\n"), RETOLD.split("\n")

    def call():
        made = []
        for name in ("bleu", "chrf", "ter"):
            made.append(getattr(sacrebleu, f"corpus_{name}")(lines, [tuple(others)]))
            made.append(getattr(sacrebleu, f"sentence_{name}")(lines[0], others))
        return [*made, sacrebleu.raw_corpus_bleu(lines, [others])]

    assert served(assert_same(call), STATISTICS)


# Words with clitics, next to punctuation. Tokenizers split off both.
clitics = st.lists(
    st.sampled_from(
        "cat's dogs' it's n't don't we'll 'tis U.S. e.g. Dr. 3.14 1,000 .5 5, 5-6 'S 's ' \" `` '' “it” . , ,, .. ; : "
        "? ! ( ) - & &quot; &amp; / % 文 中 。 、 カ".split()
    ),
    min_size=1,
    max_size=8,
).flatmap(lambda words: st.sampled_from(["", " "]).map(lambda space: space.join(words)))
options = st.one_of(
    st.tuples(
        st.just(BLEU),
        st.fixed_dictionaries(
            {"tokenize": st.sampled_from(["13a", "intl", "zh", "char", "none"]), "lowercase": st.booleans()}
        ),
    ),
    st.tuples(
        st.just(CHRF),
        st.fixed_dictionaries(
            {"lowercase": st.booleans(), "whitespace": st.booleans(), "word_order": st.sampled_from([0, 2])}
        ),
    ),
)
TER_OPTIONS = [{"no_punct": bool(i & 1), "asian_support": bool(i & 2), "case_sensitive": bool(i & 4)} for i in range(8)]
ter_options = st.sampled_from(TER_OPTIONS)


def assert_same_clitics(make, data):
    """Checks scores of sentences, of corpora and with cached references. Hypotheses include the references themselves.
    Ours must answer every call."""
    count = data.draw(st.integers(1, 3))
    lists = st.lists(clitics, min_size=count, max_size=count)
    hypotheses, streams = data.draw(lists), data.draw(st.lists(lists, min_size=1, max_size=2))

    def call():
        made = []
        for own in (hypotheses, streams[0]):
            metric, cached = make(), make(references=streams)
            made.append(metric.corpus_score(own, streams))
            made.append(cached.corpus_score(own, None))
            made += [metric.sentence_score(text, list(refs)) for text, *refs in zip(own, *streams, strict=True)]
            made.append(metric._extract_corpus_statistics(own, streams))
        return made

    assert served(assert_same(call), STATISTICS, "Metric._cache_references")


@given(options | st.tuples(st.just(TER), ter_options), st.data())
def test_clitics(chosen, data):
    kind, given = chosen
    assert_same_clitics(lambda **more: kind(**given, **more), data)


@given(ter_options, st.data())
def test_clitics_of_normalized_ter(given, data):
    assert_same_clitics(lambda **more: TER(normalized=True, **given, **more), data)


@pytest.mark.parametrize("text", ["the cat's, the dog's.", "cost £'s5 5,,5", "(the cat's)", "£'s中。"])
def test_references_of_normalized_ter_are_tokenized_twice(text):
    def call():
        metrics = [TER(normalized=True, **given) for given in TER_OPTIONS]
        return [(m.sentence_score(text, [text]), m.corpus_score([text] * 2, [[text] * 2])) for m in metrics]

    assert served(assert_same(call), STATISTICS)


class Characters:
    """Replaces a sentencepiece model."""

    def Load(self, path):  # noqa: N802
        assert Path(path).exists()

    def EncodeAsPieces(self, text):  # noqa: N802
        return ["\u2581" + character for character in text if character != "e"]


SPM = [name for name, place in bleu._TOKENIZERS.items() if place.startswith("tokenizer_spm.")]


# sacreBLEU itself warns about the name spm.
@pytest.mark.filterwarnings("ignore:The 'warn' method is deprecated")
@pytest.mark.parametrize("name", SPM)
def test_tokenizers_that_ask_a_model(name, tmp_path, monkeypatch):
    from sacrebleu.tokenizers import tokenizer_spm

    monkeypatch.setitem(sys.modules, "sentencepiece", types.SimpleNamespace(SentencePieceProcessor=Characters))
    monkeypatch.setattr(tokenizer_spm, "SACREBLEU_DIR", str(tmp_path))
    (tmp_path / "models").mkdir()
    for model in tokenizer_spm.SPM_MODELS.values():
        (tmp_path / "models" / model["url"].rpartition("/")[2]).touch()
    hypotheses, references = ["The cat  sat.", "e", "It RAINS"], [["A cat sat.", "", "it rains"]]

    def call():
        metric, cached = BLEU(tokenize=name, lowercase=True), BLEU(tokenize=name, references=references)
        return [
            metric.corpus_score(hypotheses, references),
            cached.corpus_score(hypotheses, None),
            metric.sentence_score(hypotheses[0], references[0]),
            str(metric.get_signature()),
        ]

    assert served(assert_same(call), STATISTICS, "Metric._cache_references")


def test_a_tokenizer_that_is_not_known_is_asked(monkeypatch):
    class Halves:
        def __call__(self, text):
            return f"{text[: len(text) // 2]} {text[len(text) // 2 :]}"

        def signature(self):
            return "halves"

    module = types.ModuleType("sacrebleu.tokenizers.tokenizer_halves")
    module.Halves = Halves
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(bleu._TOKENIZERS, "halves", "tokenizer_halves.Halves")
    status = assert_same(lambda: BLEU(tokenize="halves").corpus_score(["abcd", "ef"], [["abxy", "ef"]]))
    assert status.fallbacks == {
        "sacrebleu.metrics.base.Metric._extract_corpus_statistics": {"hook": 1},
        "sacrebleu.metrics.base.Metric._cache_references": {"hook": 1},
    }
