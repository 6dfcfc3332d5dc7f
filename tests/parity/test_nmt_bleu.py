"""evaluate's "bleu", whose formula is not sacreBLEU's."""

import pytest
import tricolore as tc
from dropin import outcome
from hypothesis import given
from hypothesis import strategies as st
from nmt import nmt
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a
from texts import markup, texts
from tricolore.dropin.same import difference
from tricolore.huggingface.nmt_bleu import nmt_bleu

some = st.one_of(markup, texts)


def split(text):
    return Tokenizer13a()(text).split()


@pytest.mark.parametrize("smooth", [False, True])
@given(data=st.data())
def test_scores(smooth, data):
    count, order = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 5))
    predictions = data.draw(st.lists(some, min_size=count, max_size=count))
    references = data.draw(st.lists(st.lists(some, min_size=1, max_size=3), min_size=count, max_size=count))
    expected = outcome(
        lambda: nmt([split(p) for p in predictions], [[split(r) for r in own] for own in references], order, smooth)
    )
    made = outcome(lambda: nmt_bleu(predictions, references, None, order, smooth))
    # The message of a ZeroDivisionError depends on the Python version, so only the type is compared.
    assert difference(expected, made) is None or expected[0] is made[0] is ZeroDivisionError, (expected, made)


def test_a_tokenizer_of_one_s_own_and_flat_references():
    expected = nmt([list("ab c")], [[list("abc")]], 4, False)
    assert difference(expected, nmt_bleu(["ab c"], ["abc"], tokenizer=list)) is None
    with pytest.raises(ValueError, match="2 predictions, but 1 references"):
        nmt_bleu(["a", "b"], ["a"])


def test_folders():
    with pytest.raises(ValueError, match="rouge"):
        tc.metric_folder("rogue")
