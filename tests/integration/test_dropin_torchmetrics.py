"""torchmetrics' text metrics, functions and classes, without the drop-in and with it."""

import copy
import sys
import textwrap
from functools import partial

import pytest
from dropin import assert_same as assert_same_with
from dropin import outcome, served, strictly
from hypothesis import given
from hypothesis import strategies as st
from process import run
from texts import any_text, few_words, markup, odd

nltk = pytest.importorskip("nltk")
torch = pytest.importorskip("torch", reason="torch is optional, with an environment of its own")
pytest.importorskip("torchmetrics")
functional = pytest.importorskip("torchmetrics.functional.text")
classes = sys.modules["torchmetrics.text"]
pytestmark = pytest.mark.filterwarnings("ignore")

TEXT = "torchmetrics.functional.text"
some = st.one_of(few_words, markup, any_text, odd)
pairs = st.lists(st.tuples(some, some), min_size=1, max_size=4)
segments = st.lists(st.tuples(some, st.lists(some, min_size=1, max_size=3)), min_size=1, max_size=3)


def plain(value):
    """Returns a result with dtype, shape and bits in place of tensors."""
    if isinstance(value, torch.Tensor):
        return "tensor", str(value.dtype), tuple(value.shape), value.double().flatten().tolist()
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return tuple(map(plain, value)) if isinstance(value, (tuple, list)) else value


def assert_same(call):
    return assert_same_with(lambda: plain(call()), only=("torchmetrics", "nltk"))


def columns(data):
    return [list(column) for column in zip(*data, strict=True)]


ERROR_RATES = {
    "word_error_rate": "wer._wer_update",
    "char_error_rate": "cer._cer_update",
    "match_error_rate": "mer._mer_update",
    "word_information_lost": "wil._word_info_lost_update",
    "word_information_preserved": "wip._wip_update",
}


@pytest.mark.parametrize("name", ERROR_RATES)
@given(pairs)
def test_error_rates(name, data):
    function = getattr(functional, name)
    preds, target = columns(data)
    assert served(assert_same(lambda: function(preds, target)), ERROR_RATES[name])
    assert served(assert_same(lambda: function(preds[0], target[0])), ERROR_RATES[name])


@pytest.mark.parametrize("reduction", ["mean", "sum", None, "other"])
@given(pairs)
def test_edit_distance(reduction, data):
    function = partial(functional.edit_distance, reduction=reduction)
    preds, target = columns(data)
    # Texts whose lengths differ much, where the beam cuts.
    for left in (preds, [text * 9 for text in preds]):
        assert served(assert_same(lambda left=left: function(left, target)), "edit._edit_distance_update")
    assert_same(lambda: function(preds, target, substitution_cost=2))
    assert_same(lambda: function(preds, [*target, "a"]))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"normalize": True, "lowercase": False, "return_sentence_level_score": True},
        {"no_punctuation": True, "normalize": True, "asian_support": True},
    ],
    ids=str,
)
@given(segments)
def test_ter(options, data):
    preds, target = columns(data)
    status = assert_same(lambda: functional.translation_edit_rate(preds, target, **options))
    assert served(status, "ter._translation_edit_rate")


def test_ter_of_long_moves():
    """torchmetrics moves nine words at most, and the reference's."""
    words = [f"w{i}" for i in range(40)]
    for count in range(7, 13):
        moved = [*words[count:30], *words[:count], *words[30:]]
        for preds, target in ((words, moved), (moved, words)):
            assert_same(lambda p=preds, t=target: functional.translation_edit_rate([" ".join(p)], [[" ".join(t)]]))
    assert_same(lambda: functional.translation_edit_rate(["", "a b"], [["a"], ["", "b"]]))


COSTS = {"alpha": 0.0, "rho": 0.0, "deletion": 0.7, "insertion": 0.1}


@pytest.mark.parametrize(
    ("language", "options"), [("en", {}), ("ja", {}), ("en", COSTS), ("ja", COSTS), ("en", {"rho": 1}), ("de", {})]
)
@given(segments)
def test_eed(language, options, data):
    preds, target = columns(data)
    assert_same(lambda: functional.extended_edit_distance(preds, target, language, True, **options))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"lowercase": True, "return_sentence_level_score": True},
        {"whitespace": True},
        {"n_word_order": 0},
        {"beta": 0.7},
    ],
    ids=str,
)
@given(segments)
def test_chrf(options, data):
    preds, target = columns(data)
    assert served(assert_same(lambda: functional.chrf_score(preds, target, **options)), "chrf._chrf_score_update")


@pytest.mark.parametrize("options", [{}, {"smooth": True, "n_gram": 2}, {"weights": [0.5, 0.1, 0.2, 0.2]}], ids=str)
@given(segments)
def test_bleu(options, data):
    preds, target = columns(data)
    assert served(assert_same(lambda: functional.bleu_score(preds, target, **options)), "bleu._bleu_score_update")


@pytest.mark.parametrize("tokenize", ["none", "13a", "zh", "intl", "char"])
@pytest.mark.parametrize("lowercase", [False, True])
@given(segments)
def test_sacre_bleu(tokenize, lowercase, data):
    preds, target = columns(data)
    function = partial(functional.sacre_bleu_score, tokenize=tokenize, lowercase=lowercase)
    status = assert_same(lambda: function(preds, target))
    every = [*preds, *(text for own in target for text in own)]
    if not lowercase and all(text == text.rstrip() for text in every):
        assert served(status, "bleu._bleu_score_update")


def test_the_reference_of_closest_length():
    """Of two references that are equally close, the first one counts."""
    five, three = "a b c d e", "a b c"
    for target in ([five, three], [three, five]):
        status = assert_same(lambda target=target: functional.bleu_score(["a b c d", "x"], [target, ["x"]]))
        assert served(status, "bleu._bleu_score_update")


def test_lower_case_comes_after_the_tokenizer():
    for text in ("&QUOT;a&QUOT;", "<SKIPPED> a", "ΑΣ.Α", "İ.İ", "K"):
        for tokenize in ("13a", "char", "zh"):
            function = partial(functional.sacre_bleu_score, tokenize=tokenize, lowercase=True, n_gram=1)
            assert_same(lambda f=function, text=text: f([text, "a b"], [[text.lower()], ["a"]]))


@pytest.mark.parametrize("accumulate", ["best", "avg"])
@pytest.mark.parametrize("stemmer", [False, True])
@pytest.mark.parametrize("keys", [("rouge1", "rouge2", "rougeL"), ("rouge9",), "rougeL"])
@given(data=segments)
def test_rouge(accumulate, stemmer, keys, data):
    preds, target = columns(data)
    status = assert_same(
        lambda: functional.rouge_score(preds, target, accumulate, use_stemmer=stemmer, rouge_keys=keys)
    )
    assert served(status, "rouge._rouge_score_update", "rouge._rouge_score_compute")


@pytest.mark.parametrize(
    "results",
    [
        {},
        {"a": []},
        {"a": [torch.tensor(0.1)] * 37, "b": [torch.tensor(0.25), torch.tensor(1)]},
        {"a": [0.1, 0.2]},
        {"a": [torch.tensor([0.1])]},
        {"a": [torch.tensor(0.1, dtype=torch.float64)]},
        {"a": torch.tensor([0.1, 0.2])},
    ],
    ids=str,
)
def test_means_of_rouge(results):
    compute = sys.modules[f"{TEXT}.rouge"]._rouge_score_compute
    assert_same(lambda: compute(results))
    assert_same(lambda: compute({"a": [torch.tensor(1 / n) for n in range(3, 999)]}))


@given(data=segments)
def test_rouge_of_summaries(data):
    """Sentences end at full stops here, because nltk's model of sentences would have to be downloaded."""
    preds, target = columns(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nltk.data, "find", lambda name: name)
        patch.setattr(nltk, "sent_tokenize", lambda text: [part for part in text.split(".") if part])
        status = assert_same(lambda: functional.rouge_score(preds, target, rouge_keys=("rougeLsum", "rouge1")))
    assert served(status, "rouge._rouge_score_update")


def test_rouge_of_ties():
    """Figures that differ in float64 alone are equal in float32, and the first reference counts."""
    target = [" ".join(["a"] * n + ["x"] * (3 * n)) for n in range(1, 9)]
    assert_same(
        lambda: functional.rouge_score(["a a b b"] * 2, [target, target[::-1]], rouge_keys=("rouge1", "rougeL"))
    )


@given(segments)
def test_squad(data):
    preds = [{"prediction_text": text, "id": str(i)} for i, (text, _) in enumerate(data)]
    target = [{"answers": {"answer_start": [0], "text": own}, "id": str(i)} for i, (_, own) in enumerate(data)]
    assert served(assert_same(lambda: functional.squad(preds, target)), "squad._squad_update")
    assert_same(lambda: functional.squad(preds[1:], target))


MAKE = {
    "BLEUScore": {},
    "SacreBLEUScore": {"lowercase": True},
    "CHRFScore": {"return_sentence_level_score": True},
    "ROUGEScore": {"rouge_keys": ("rouge1", "rougeL"), "use_stemmer": True},
    "TranslationEditRate": {"return_sentence_level_score": True},
    "ExtendedEditDistance": {},
    "WordErrorRate": {},
    "CharErrorRate": {},
    "MatchErrorRate": {},
    "WordInfoLost": {},
    "WordInfoPreserved": {},
    "EditDistance": {"reduction": "none"},
}
SINGLE = ("WordErrorRate", "CharErrorRate", "MatchErrorRate", "WordInfoLost", "WordInfoPreserved", "EditDistance")


@pytest.mark.parametrize("name", MAKE)
def test_classes(name):
    """Values and states after each of several batches."""
    words = "The cat sat on the mat . Its name was Tom".split()
    preds = [" ".join(words[i % 7 : i % 5 + 5]) for i in range(40)]
    target = [[" ".join(words[i % 3 : i % 4 + 6]), " ".join(words[i % 6 :])][: 1 + i % 2] for i in range(40)]
    target = [own[0] for own in target] if name in SINGLE else target

    def run():
        metric = getattr(classes, name)(**MAKE[name])
        made = [metric(preds[i : i + 16], target[i : i + 16]) for i in range(0, 40, 16)]
        made.append(metric.compute())
        other = copy.deepcopy(metric)
        other.update(preds, target)
        made += [other.compute(), [getattr(other, state) for state in other._defaults]]
        return made

    status = assert_same(run)
    assert sum(status.served.values()) >= 4, status
    assert not status.fallbacks


def test_other_tensors():
    """States of another dtype, default dtypes and large totals keep the original's bits."""
    preds, target = ["the cat sat down"], [["the cat sat on the mat"]]

    def double():
        metric = classes.BLEUScore(n_gram=2)
        metric.set_dtype(torch.float64)
        metric.update(preds, target)
        return metric.compute()

    def large():
        metric = classes.BLEUScore(n_gram=2)
        for state in ("numerator", "denominator", "preds_len", "target_len"):
            getattr(metric, state).fill_(float(2**24 - 1))
        metric.update(preds, target)
        return [getattr(metric, state) for state in ("numerator", "denominator", "preds_len", "target_len")]

    def half():
        torch.set_default_dtype(torch.float64)
        try:
            return functional.chrf_score(preds, target), functional.rouge_score(
                preds[0], target[0], rouge_keys="rouge1"
            )
        finally:
            torch.set_default_dtype(torch.float32)

    for call in (double, large, half):
        assert_same(call)


@pytest.mark.parametrize(
    "call",
    [
        lambda: functional.bleu_score(["a"], [["a"], ["b"]]),
        lambda: functional.bleu_score(["a"], [[]]),
        lambda: functional.bleu_score("a b", [["a"]]),
        lambda: functional.bleu_score([], []),
        lambda: functional.bleu_score(["", "a"], [["", ""], [""]]),
        lambda: functional.sacre_bleu_score("ab", [["a"], ["b"]]),
        lambda: functional.sacre_bleu_score(["a\n", "b-\n"], [["a"], ["b"]]),
        lambda: functional.chrf_score("a b", ["a b", "a"]),
        lambda: functional.chrf_score([], []),
        lambda: functional.chrf_score(["a", "b"], ["a", "b"]),
        lambda: functional.chrf_score(["a"], [["a"], ["b"]]),
        lambda: functional.chrf_score(["a", ""], [["b"], [""]]),
        lambda: functional.chrf_score(["a\tb c", "\u00a0d"], [["a\tb\nc"], ["d"]]),
        lambda: functional.rouge_score("a", "a", rouge_keys=("rouge1",)),
        lambda: functional.rouge_score("a", ["a", "b"], rouge_keys=("rouge1",), accumulate="avg"),
        lambda: functional.rouge_score(["a"], ["a", "b"], rouge_keys=("rouge1",)),
        lambda: functional.rouge_score(["a b"], ["b"], rouge_keys="rouge1", tokenizer=str.split, normalizer=str.upper),
        lambda: functional.rouge_score([], [], rouge_keys="rouge1"),
        lambda: functional.translation_edit_rate("a", ["a", "b"]),
        lambda: functional.translation_edit_rate([], []),
        lambda: functional.extended_edit_distance([""], [""], "ja"),
        lambda: functional.extended_edit_distance([""], [""], "ja", rho=0.0),
        lambda: functional.word_error_rate([None], ["a"]),
        lambda: functional.word_error_rate(["a", "b"], ["a"]),
        lambda: functional.word_error_rate([], []),
        lambda: functional.edit_distance([], []),
        lambda: functional.edit_distance([1], ["a"]),
        lambda: functional.squad([], []),
        lambda: functional.squad({"prediction_text": "a", "id": 1}, {"answers": {"text": []}, "id": 1}),
        lambda: functional.squad({"prediction_text": "the", "id": 1}, {"answers": {"text": ["", "a"]}, "id": 1}),
    ],
)
def test_odd_input(call):
    assert_same(call)


def test_helpers_stay_torchmetrics_own():
    """chrF's counts are the original's dictionaries where a program asks for them."""
    counts = sys.modules[f"{TEXT}.chrf"]._get_n_grams_counts_and_total_ngrams
    expected = outcome(lambda: plain(counts("a b", 2, 1, False, False)))
    with strictly(("torchmetrics",)):
        functional.chrf_score(["a b"], [["a"]])
        assert plain(counts("a b", 2, 1, False, False)) == expected


VERIFIED = """
    import sys
    from torchmetrics.text import BLEUScore, CHRFScore, ROUGEScore, SQuAD, TranslationEditRate, WordErrorRate

    if "wrong" in sys.argv:
        from tricolore.dropin import current
        (found,) = (each for each in current.all_replaced() if each.name.endswith("_bleu_score_update"))
        ours = found.ours
        def wrong(preds, target, numerator, *rest):
            made = ours(preds, target, numerator, *rest)
            numerator[0] += 1
            return made
        found.ours = wrong
    bleu, chrf, wer = BLEUScore(n_gram=2), CHRFScore(return_sentence_level_score=True), WordErrorRate()
    rouge, ter, squad = ROUGEScore(rouge_keys="rouge1"), TranslationEditRate(), SQuAD()
    for _ in range(3):
        for metric in (bleu, chrf, rouge, ter):
            metric.update(["a b c d", "x"], [["a b d", "b c d a"], ["y"]])
        wer.update([""], [""])
        squad.update({"prediction_text": "a", "id": 1}, {"answers": {"text": ["b", ""]}, "id": 1})
    print([metric.compute() for metric in (bleu, chrf, wer, rouge, ter, squad)])
    """


def test_verify(tmp_path):
    """States that are changed in place are compared, and hold each batch once."""
    (tmp_path / "program.py").write_text(textwrap.dedent(VERIFIED), "utf-8")
    plain = run("-W", "ignore", "program.py", cwd=tmp_path, timeout=300)
    strict = {"TRICOLORE_DROPIN_STRICT": "1", "TMPDIR": str(tmp_path)}
    command = ("-W", "ignore", "-m", "tricolore.dropin", "--verify", "program.py")
    verified = run(*command, cwd=tmp_path, timeout=300, **strict)
    assert (verified.returncode, verified.stdout) == (0, plain.stdout), verified.stderr
    assert " 0 differ;" in verified.stderr
    # Six metrics, three batches, and two pairs for TER's function.
    assert int(verified.stderr.split("--verify: ")[1].split()[0]) >= 18, verified.stderr
    wrong = run(*command, "wrong", cwd=tmp_path, timeout=300, **strict)
    assert wrong.returncode == 70
    assert "_bleu_score_update differs at the object afterwards" in wrong.stderr


def test_patched_tokenizers_answer_themselves(monkeypatch):
    """A program may replace the function or the class that torchmetrics passes as the tokenizer."""
    bleu, sacre = (sys.modules[f"{TEXT}.{name}"] for name in ("bleu", "sacre_bleu"))
    own = bleu._tokenize_fn

    class Lettered(sacre._SacreBLEUTokenizer):
        def __call__(self, line):
            return list(line)

    with strictly(("torchmetrics",)):
        plain_score = functional.bleu_score(["ab cd"], [["ab ce"]], n_gram=1)
        monkeypatch.setattr(bleu, "_tokenize_fn", list)
        patched = functional.bleu_score(["ab cd"], [["ab ce"]], n_gram=1)
        monkeypatch.setattr(bleu, "_tokenize_fn", own)
        monkeypatch.setattr(sacre, "_SacreBLEUTokenizer", Lettered)
        monkeypatch.setattr(sys.modules["torchmetrics.text.sacre_bleu"], "_SacreBLEUTokenizer", Lettered)
        metric = classes.SacreBLEUScore(n_gram=1)
        metric.update(["ab cd"], [["ab ce"]])
    assert plain(plain_score) != plain(patched)
    assert plain(patched) == plain(metric.compute())
