"""Tokenizers from other libraries give sacreBLEU's tokens, and a missing library gives a clear error."""

import pickle
import subprocess
import sys

import pytest
import sentencepiece
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu import metrics
from sacrebleu.tokenizers import tokenizer_spm
from texts import RETOLD, STORY
from tricolore.metrics.bleu import TOKENIZERS

parts = st.lists(
    st.sampled_from(
        [
            "吾輩は猫である。",
            "名前はまだ無い。",
            "東京都",
            "저는 학생입니다.",
            "한국어",
            "The Cat sat.",
            "ﬁ",
            "𠀀",
            "5",
            "3.14",
        ]
        + [" ", " ", "\n", "\t", "\u3000", "\x1c", "&amp;", "É"]
    ),
    max_size=12,
).map("".join)


@pytest.fixture(scope="module", autouse=True)
def models(tmp_path_factory):
    """Trains small models and puts them where sacreBLEU keeps its downloaded models."""
    home = tmp_path_factory.mktemp("sacrebleu")
    (home / "models").mkdir()
    text = home / "text"
    text.write_text(f"{STORY}\n{RETOLD}\n東京都の猫。\n한국어 학생.\n")
    for size, name in (
        (150, "sacrebleu_tokenizer_spm.model"),
        (170, "flores200sacrebleuspm"),
        (130, "spbleu-1k_tokenizer_spm.model"),
    ):
        sentencepiece.SentencePieceTrainer.Train(
            input=str(text), model_prefix=str(home / "made"), vocab_size=size, hard_vocab_limit=False, minloglevel=2
        )
        (home / "made.model").rename(home / "models" / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SACREBLEU", str(home))
        patch.setattr(tokenizer_spm, "SACREBLEU_DIR", str(home))
        yield home


# sacreBLEU itself warns about the name spm.
@pytest.mark.filterwarnings("ignore:The 'warn' method is deprecated")
@pytest.mark.parametrize("lowercase", [False, True])
@pytest.mark.parametrize("tokenize", ["ja-mecab", "ko-mecab", "spm", "flores101", "flores200", "spBLEU-1K"])
@given(prediction=parts, references=st.lists(parts, min_size=1, max_size=2))
def test_same_as_sacrebleu(tokenize, lowercase, prediction, references):
    ours = tc.BLEU(tokenize, lowercase)
    original = metrics.BLEU(tokenize=tokenize, lowercase=lowercase, effective_order=True)
    assert ours.tokens(prediction) == original._preprocess_segment(prediction).split()
    expected = original.sentence_score(prediction, references)
    score = ours.score(prediction, references)
    assert (score.score, score.sys_len, score.ref_len) == (expected.score, expected.sys_len, expected.ref_len)
    assert ours.score_each([prediction], [references]).values.tolist() == [expected.score]
    assert score.signature.rpartition("|version:")[0] == str(original.get_signature()).rpartition("|version:")[0]


def test_every_tokenizer_and_option_of_sacrebleu_is_here():
    """Two parameters are left out: `prepare` takes `references`, and `force` silences a warning that only sacreBLEU
    gives."""
    from inspect import signature

    assert set(TOKENIZERS) - {"pretokenized"} == set(metrics.BLEU.TOKENIZERS)
    for ours, theirs in ((tc.BLEU, metrics.BLEU), (tc.CHRF, metrics.CHRF), (tc.TER, metrics.TER)):
        missing = set(signature(theirs).parameters) - set(signature(ours).parameters)
        assert missing <= {"references", "force"}
    for language in ("", "en", "ja", "ko", "zh"):
        original = metrics.BLEU(trg_lang=language)
        assert f"tok:{original.tokenizer_signature}|" in tc.BLEU(trg_lang=language).signature
        assert tc.BLEU("intl", trg_lang=language) == tc.BLEU("intl") == tc.BLEU(tokenizer="intl")


def test_they_are_metrics_like_others():
    bleu = tc.BLEU("ja-mecab")
    assert pickle.loads(pickle.dumps(bleu)) == bleu
    statistics = bleu.statistics(["吾輩は猫である。", "東京都"], ["吾輩は犬である。", "京都"])
    assert bleu.tokens("吾輩は猫である。") == ["吾輩", "は", "猫", "で", "ある", "。"]
    assert bleu.tokens("東京都") == ["東京", "都"]
    assert bleu.from_statistics(statistics).sys_len == 8
    assert bleu.explain("東京都", "京都").prediction_tokens == ("東京", "都")
    with pytest.raises(TypeError, match=r"predictions\[1\] is null"):
        bleu.corpus(["a", None], ["a", "b"])
    with pytest.raises(TypeError, match=r"references\[0\] is not a str"):
        bleu.score("a", [None])
    with pytest.raises(TypeError, match="text is not a str but of type int"):
        bleu.tokens(1)
    with pytest.raises(ValueError, match=r"ja-mecab-.* takes no lone surrogates"):
        bleu.corpus(["a", "\ud800"], ["a", "b"])
    with pytest.raises(ValueError, match="1 predictions"):
        bleu.corpus(["a"], ["a", "b"])


def test_a_model_that_is_not_there(monkeypatch, tmp_path):
    monkeypatch.setenv("SACREBLEU", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"flores200sacrebleuspm.*sacrebleu\.BLEU\(tokenize='flores200'\)"):
        tc.BLEU("flores200")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("tokenize", "library", "extra"),
    [("ja-mecab", "MeCab", "ja"), ("ko-mecab", "mecab_ko", "ko"), ("spm", "sentencepiece", "spm")],
)
def test_a_library_that_is_not_there(tokenize, library, extra):
    program = f"import sys; sys.modules[{library!r}] = None; import tricolore as tc; tc.BLEU({tokenize!r})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"ImportError: tokenize '{tokenize}' needs ")
    assert last.endswith(f"python -m pip install 'tricolore[{extra}]'")
